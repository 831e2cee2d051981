/** The outcome of an experiment in words: "p99 677 → 65 ms, throughput 318 → 719/s". */
import type { LaneResult } from "../../engine/api.ts";
import { duration, percent, rate } from "../format.ts";

/** Below this a difference is not worth a word, as a share. */
const NOTABLE = 0.02;

interface Figure {
  readonly name: string;
  readonly of: (result: LaneResult) => number;
  readonly text: (value: number) => string;
}

/** In the order in which they are told. */
const FIGURES: readonly Figure[] = [
  { name: "p99", of: ({ latencyMs }) => latencyMs.p99, text: duration },
  { name: "throughput", of: ({ throughput }) => throughput, text: rate },
  { name: "errors", of: ({ errorRate }) => errorRate, text: percent },
];

const MOST = 2;

/** What changes most, first figures first; says so where nothing does. */
export function outcomeText(before: LaneResult, after: LaneResult): string {
  const told = FIGURES.filter(({ of }) => isNotable(of(before), of(after))).slice(0, MOST);
  if (told.length === 0) {
    return `No difference: p99 stays at ${duration(after.latencyMs.p99)}, throughput at ${rate(after.throughput)}.`;
  }
  const parts = told.map(
    ({ name, of, text }) => `${name} ${changeText(text(of(before)), text(of(after)))}`,
  );
  return `${parts.join(", ")}.`;
}

/** "677 → 65 ms": the unit once, where both have the same. */
function changeText(before: string, after: string): string {
  const unit = /[^\d.]*$/.exec(after)?.[0] ?? "";
  const figure = before.endsWith(unit) ? before.slice(0, before.length - unit.length) : before;
  return `${/^[\d.\u202f]+$/.test(figure) ? figure : before} → ${after}`;
}

function isNotable(before: number, after: number): boolean {
  if (!Number.isFinite(before) || !Number.isFinite(after)) return false;
  return Math.abs(after - before) > NOTABLE * Math.max(before, after);
}
