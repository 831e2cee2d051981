/**
 * The latency heatmap as numbers: time in columns, latency in rows of the engine's coarse bins, and
 * how many requests fall into each cell. Counts only, never interpolated.
 */
import type { SampleTable } from "../state/lane-run.ts";

/** Columns that a picture has room for; samples beyond that are added up. */
const COLUMNS_MAX = 120;
/** Empty rows that stay above and below what occurs. */
const MARGIN_BINS = 1;

export interface HeatModel {
  /** Times (ns) at which columns begin and the last one ends: one more than there are columns. */
  readonly times: readonly number[];
  /** Bins of the lowest and the highest row. */
  readonly low: number;
  readonly high: number;
  /** `counts[column * rows + (bin - low)]` */
  readonly counts: Float64Array;
  readonly most: number;
  readonly total: number;
}

export interface Cell {
  readonly column: number;
  readonly bin: number;
}

/** Bins to a power of two, as the engine counts them. */
const PER_OCTAVE = 8;

/** Latency (ns) at which bin `i` begins; the first one does at 1024 ns. */
export function binStart(bin: number): number {
  return 2 ** (10 + Math.floor(bin / PER_OCTAVE)) * (1 + (bin % PER_OCTAVE) / PER_OCTAVE);
}

export function heatOf(samples: SampleTable): HeatModel | undefined {
  const first = samples.columns.get("heat.0");
  if (first === undefined || samples.count === 0) return undefined;
  const bins = [...samples.columns.keys()].filter((name) => name.startsWith("heat.")).length;
  const range = occupied(samples, first, bins);
  if (range === undefined) return undefined;
  const low = Math.max(0, range.low - MARGIN_BINS);
  const high = Math.min(bins - 1, range.high + MARGIN_BINS);
  const rows = high - low + 1;
  const group = Math.ceil(samples.count / COLUMNS_MAX);
  const columns = Math.ceil(samples.count / group);
  const counts = new Float64Array(columns * rows);
  const times = [0];
  for (let row = 0; row < samples.count; row++) {
    const column = Math.floor(row / group);
    const at = row * samples.width;
    for (let bin = low; bin <= high; bin++) {
      counts[column * rows + bin - low]! += samples.data[at + first + bin]!;
    }
    times[column + 1] = samples.data[at + (samples.columns.get("t") ?? 0)]!;
  }
  const most = counts.reduce((a, b) => Math.max(a, b), 0);
  return { times, low, high, counts, most, total: counts.reduce((a, b) => a + b, 0) };
}

function occupied(
  samples: SampleTable,
  first: number,
  bins: number,
): { low: number; high: number } | undefined {
  let low = bins;
  let high = -1;
  for (let row = 0; row < samples.count; row++) {
    const at = row * samples.width + first;
    for (let bin = 0; bin < bins; bin++) {
      if (samples.data[at + bin] === 0) continue;
      low = Math.min(low, bin);
      high = Math.max(high, bin);
    }
  }
  return high < 0 ? undefined : { low, high };
}

export function countAt(heat: HeatModel, { column, bin }: Cell): number {
  return heat.counts[column * (heat.high - heat.low + 1) + bin - heat.low] ?? 0;
}

/** Step of the ramp for a count: 0 for none, then 1 to 8 on a log scale. */
export function heatStep(count: number, most: number): number {
  if (count <= 0) return 0;
  if (most <= 1) return 8;
  return 1 + Math.round((7 * Math.log(count)) / Math.log(most));
}

/** What a cell holds: times (ns] and latencies (ns). */
export function cellSpan(heat: HeatModel, { column, bin }: Cell) {
  return {
    fromNs: heat.times[column]! + (column === 0 ? 0 : 1),
    toNs: heat.times[column + 1]!,
    fastestNs: bin === 0 ? 0 : binStart(bin),
    slowestNs: binStart(bin + 1),
  };
}
