/**
 * Moments of a run that its heatmap names: when arrivals outran answers, when a queue was full, when
 * requests began to fail, when p99 passed the limit. All are read off the samples.
 */
import type { Topology } from "../../engine/api.ts";
import { column, perSecond, times } from "../charts/series.ts";
import { duration, grouped, rate } from "../format.ts";
import type { LaneRun, SampleTable } from "../state/lane-run.ts";
import { moment } from "./moment.ts";

export interface Moment {
  readonly atNs: number;
  /** "24.8 s: accept queue full" */
  readonly title: string;
  /** What follows from it; may be empty. */
  readonly detail: string;
}

/** Samples over which arrivals must outrun answers, and p99 be above the limit. */
const LASTING = 10;
/** Arrivals outrun answers where they are so much more, and so many in all. */
const OUTRUN = 1.08;
const OUTRUN_LEAST = 20;
const FULL_SHARE = 0.995;

const FAILURES: Readonly<Record<string, string>> = {
  "failed:timeout": "requests begin to time out",
  "failed:rejected": "requests begin to be refused",
  "failed:error": "requests begin to fail",
  "failed:crash": "requests begin to crash",
};

/** In the order of their times. */
export function momentsOf(lane: LaneRun, sloMs: number | undefined): Moment[] {
  const { samples, topology } = lane;
  if (topology === undefined || samples.count === 0) return [];
  const found = [
    lane.planned?.unit === "rate" ? overload(samples) : undefined,
    ...fullQueues(samples, topology),
    ...failures(samples, topology),
    sloMs === undefined ? undefined : pastLimit(samples, sloMs),
  ];
  return found.filter((one) => one !== undefined).sort((a, b) => a.atNs - b.atNs);
}

/** From when on arrivals are more than answers, and stay so until many wait. */
function overload(samples: SampleTable): Moment | undefined {
  const [started, completed, failed] = ["started", "completed", "failed"].map((name) =>
    column(samples, name),
  );
  const arrived = sums(started!);
  const ended = sums(completed!.map((count, row) => count + failed![row]!));
  const outrun = (from: number): boolean => {
    const more = arrived[from + LASTING]! - arrived[from]!;
    const fewer = ended[from + LASTING]! - ended[from]!;
    return more >= OUTRUN * fewer && more - fewer >= OUTRUN_LEAST;
  };
  for (let row = 0; row + 2 * LASTING <= samples.count; row++) {
    // Twice in a row: where answers only come later, as at the beginning, they catch up.
    if (!outrun(row) || !outrun(row + LASTING)) continue;
    const seen = row + 2 * LASTING - 1;
    const answers = rate(perSecond(samples, "completed")[seen]!);
    const arrivals = rate(perSecond(samples, "started")[seen]!);
    return at(samples, row, `${arrivals} arrive`, `${answers} are answered, the rest waits`);
  }
  return undefined;
}

/** The counts before each row, and before one more. */
function sums(counts: Float64Array): Float64Array {
  const total = new Float64Array(counts.length + 1);
  counts.forEach((count, row) => {
    total[row + 1] = total[row]! + count;
  });
  return total;
}

function fullQueues(samples: SampleTable, { places }: Topology): (Moment | undefined)[] {
  return places
    .filter(({ kind, capacity }) => kind === "queue" && capacity !== undefined)
    .map(({ name, label, capacity }) => {
      const values = column(samples, `place.${name}`);
      const row = values.findIndex((mean) => mean >= FULL_SHARE * capacity!);
      return at(samples, row, `${label} full`, `${grouped(capacity!)} wait, no more get in`);
    });
}

function failures(samples: SampleTable, { places, edges }: Topology): (Moment | undefined)[] {
  return places.flatMap(({ name }, place) => {
    const words = FAILURES[name];
    if (words === undefined) return [];
    const into = [...edges.keys()].filter((edge) => edges[edge]!.to === place);
    const rows = into
      .map((edge) => column(samples, `edge.${edge}`).findIndex((moves) => moves > 0))
      .filter((row) => row >= 0);
    return rows.length === 0 ? [] : [at(samples, Math.min(...rows), words, "")];
  });
}

function pastLimit(samples: SampleTable, sloMs: number): Moment | undefined {
  const p99 = column(samples, "p99");
  const row = p99.findIndex((_, i) => {
    const lasting = p99.subarray(i, i + LASTING);
    return lasting.length === LASTING && lasting.every((ms) => ms > sloMs);
  });
  return at(samples, row, `p99 passes ${duration(sloMs)}`, "and stays above its limit");
}

/** At the sample of `row`; undefined where there is none. */
function at(samples: SampleTable, row: number, what: string, detail: string): Moment | undefined {
  if (row < 0) return undefined;
  const t = times(samples);
  const atNs = t[row]!;
  return { atNs, title: `${moment(atNs, t.at(-1)!)} s: ${what}`, detail };
}
