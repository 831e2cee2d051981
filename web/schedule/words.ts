/** The schedule in words: tooltip, list of slices, sentence for screen readers. Pure. */
import type { ScheduleSlices } from "../../engine/api.ts";
import { instant, nanoseconds, percent } from "../format.ts";
import { LOOKS } from "./forms.ts";
import type { Span } from "./window.ts";

export interface SliceWords {
  readonly title: string;
  readonly more: string;
}

/** "T07 waiting for the GIL 19.2 ms", with the request and its start; undefined for no slice. */
export function sliceWords(slices: ScheduleSlices, index: number): SliceWords | undefined {
  const row = slices.rows[slices.row[index] ?? -1];
  const look = LOOKS[slices.state[index] ?? -1];
  if (row === undefined || look === undefined) return undefined;
  const start = slices.start[index]!;
  const task = slices.task[index]!;
  const whose = task < 0 ? "for no request" : `for request r${task}`;
  return {
    title: `${row.label} ${look.doing} ${nanoseconds(slices.end[index]! - start)}`,
    more: `${whose}, since ${instant(start, 6)} s`,
  };
}

export interface ListedSlice {
  readonly key: string;
  readonly start: string;
  readonly state: string;
  readonly duration: string;
  readonly task: string;
}

/** The slices of one row in order of time, at most `most`. */
export function listRow(slices: ScheduleSlices, row: number, most: number): ListedSlice[] {
  const indices = Array.from(slices.row.keys()).filter((i) => slices.row[i] === row);
  indices.sort((a, b) => slices.start[a]! - slices.start[b]!);
  return indices.slice(0, most).map((i) => ({
    key: `${slices.start[i]} ${slices.state[i]}`,
    start: `${instant(slices.start[i]!, 6)} s`,
    state: LOOKS[slices.state[i]!]?.name ?? "",
    duration: nanoseconds(slices.end[i]! - slices.start[i]!),
    task: slices.task[i]! < 0 ? "–" : `r${slices.task[i]}`,
  }));
}

/** "Schedule of lane A from 42.580 to 42.620 s, 13 rows. cpu0 runs 38 % of the time, cpu1 …" */
export function describeSchedule(letter: string, slices: ScheduleSlices, span: Span): string {
  const busy = slices.rows.flatMap((row, index) =>
    row.kind === "core" ? [`${row.label} ${percent(runningShare(slices, index, span))}`] : [],
  );
  const range = `from ${instant(span.fromNs)} to ${instant(span.toNs)} s`;
  const cores = busy.length === 0 ? "" : ` Busy: ${busy.join(", ")}.`;
  return `Schedule of lane ${letter} ${range}, ${slices.rows.length} rows.${cores}`;
}

/** Share of the span during which the row runs something. */
function runningShare(slices: ScheduleSlices, row: number, span: Span): number {
  let runNs = 0;
  for (let i = 0; i < slices.row.length; i += 1) {
    const look = LOOKS[slices.state[i]!];
    if (slices.row[i] !== row || (look?.state !== "run" && look?.state !== "gc")) continue;
    const from = Math.max(slices.start[i]!, span.fromNs);
    runNs += Math.max(0, Math.min(slices.end[i]!, span.toNs) - from);
  }
  return runNs / (span.toNs - span.fromNs);
}
