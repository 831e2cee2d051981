/**
 * The latency heatmap as numbers: time in columns, latency in rows of the engine's coarse bins, and
 * how many requests fall into each cell. Counts only, never interpolated.
 */
import type { RequestTimes } from "../../engine/api.ts";
import type { SampleTable } from "../state/lane-run.ts";
import type { CellSpan } from "../state/view-store.ts";

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
const FIRST_OCTAVE = 10;
const FIRST_NS = 2 ** FIRST_OCTAVE;

/** Latency (ns) at which bin `i` begins; the first one does at 1024 ns. */
export function binStart(bin: number): number {
  return 2 ** (FIRST_OCTAVE + Math.floor(bin / PER_OCTAVE)) * (1 + (bin % PER_OCTAVE) / PER_OCTAVE);
}

const cache = new WeakMap<SampleTable, { count: number; data: unknown; heat?: HeatModel }>();

/** The bin of a latency (ns), of so many. */
export function binOf(ns: number, bins: number): number {
  if (ns < FIRST_NS) return 0;
  let octave = Math.floor(Math.log2(ns));
  // The logarithm of a number just below a power of two may be that of the power.
  if (2 ** octave > ns) octave -= 1;
  const part = Math.floor((ns / 2 ** octave - 1) * PER_OCTAVE);
  return Math.min(bins - 1, (octave - FIRST_OCTAVE) * PER_OCTAVE + part);
}

/** All answered requests, as the samples count them. */
export function heatOf(samples: SampleTable): HeatModel | undefined {
  const known = cache.get(samples);
  if (known?.count === samples.count && known.data === samples.data) return known.heat;
  const heat = heatOfSamples(samples);
  const { count, data } = samples;
  cache.set(samples, heat === undefined ? { count, data } : { count, data, heat });
  return heat;
}

function heatOfSamples(samples: SampleTable): HeatModel | undefined {
  const first = samples.columns.get("heat.0");
  if (first === undefined || samples.count === 0) return undefined;
  const bins = binsOf(samples);
  const range = occupied(samples, first, bins);
  if (range === undefined) return undefined;
  const { edges, group } = columnEdges(samples);
  const heat = emptyHeat(edges, range, bins);
  const rows = heat.high - heat.low + 1;
  for (let row = 0; row < samples.count; row++) {
    const column = Math.floor(row / group);
    const at = row * samples.width;
    for (let bin = heat.low; bin <= heat.high; bin++) {
      heat.counts[column * rows + bin - heat.low]! += samples.data[at + first + bin]!;
    }
  }
  return counted(heat);
}

type Times = Pick<RequestTimes, "endedNs" | "tookNs">;

const cacheOfTimes = new WeakMap<Times, { count: number; heat?: HeatModel }>();

/** Requests one by one, in the columns and rows that the samples would have. */
export function heatOfTimes(samples: SampleTable, times: Times): HeatModel | undefined {
  const { count } = samples;
  const known = cacheOfTimes.get(times);
  if (known?.count === count) return known.heat;
  const heat = countOneByOne(samples, times);
  cacheOfTimes.set(times, heat === undefined ? { count } : { count, heat });
  return heat;
}

function countOneByOne(samples: SampleTable, { endedNs, tookNs }: Times): HeatModel | undefined {
  if (samples.count === 0 || tookNs.length === 0) return undefined;
  const bins = binsOf(samples);
  const bin = tookNs.map((ns) => binOf(ns, bins));
  const range = {
    low: bin.reduce((a, b) => Math.min(a, b)),
    high: bin.reduce((a, b) => Math.max(a, b)),
  };
  const { edges } = columnEdges(samples);
  const heat = emptyHeat(edges, range, bins);
  const rows = heat.high - heat.low + 1;
  let column = 0;
  for (let i = 0; i < bin.length; i++) {
    while (column < edges.length - 2 && endedNs[i]! > edges[column + 1]!) column++;
    // What ended after the last sample is in none yet.
    if (endedNs[i]! > edges[column + 1]!) break;
    heat.counts[column * rows + bin[i]! - heat.low]! += 1;
  }
  return counted(heat);
}

export function binsOf(samples: SampleTable): number {
  let bins = 0;
  while (samples.columns.has(`heat.${bins}`)) bins++;
  return bins;
}

/** Times at which columns begin and the last one ends, and how many samples make one. */
function columnEdges(samples: SampleTable): { edges: number[]; group: number } {
  const group = Math.ceil(samples.count / COLUMNS_MAX);
  const t = samples.columns.get("t") ?? 0;
  const edges = [0];
  for (let row = 0; row < samples.count; row++) {
    edges[Math.floor(row / group) + 1] = samples.data[row * samples.width + t]!;
  }
  return { edges, group };
}

function emptyHeat(
  edges: readonly number[],
  range: { readonly low: number; readonly high: number },
  bins: number,
): HeatModel {
  const low = Math.max(0, range.low - MARGIN_BINS);
  const high = Math.min(bins - 1, range.high + MARGIN_BINS);
  const counts = new Float64Array((edges.length - 1) * (high - low + 1));
  return { times: edges, low, high, counts, most: 0, total: 0 };
}

function counted(heat: HeatModel): HeatModel {
  const most = heat.counts.reduce((a, b) => Math.max(a, b), 0);
  return { ...heat, most, total: heat.counts.reduce((a, b) => a + b, 0) };
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

// ---- Selections ---------------------------------------------------------------------------------

/** Cells from one corner to the other, both of them included. */
export interface CellRange {
  /** Earliest and fastest. */
  readonly from: Cell;
  readonly to: Cell;
}

export function rangeBetween(a: Cell, b: Cell): CellRange {
  return {
    from: { column: Math.min(a.column, b.column), bin: Math.min(a.bin, b.bin) },
    to: { column: Math.max(a.column, b.column), bin: Math.max(a.bin, b.bin) },
  };
}

/** What cells hold: times (ns] and latencies (ns). */
export function spanOf(heat: HeatModel, { from, to }: CellRange): CellSpan {
  return {
    fromNs: heat.times[from.column]! + (from.column === 0 ? 0 : 1),
    toNs: heat.times[to.column + 1]!,
    fastestNs: from.bin === 0 ? 0 : binStart(from.bin),
    slowestNs: binStart(to.bin + 1),
  };
}

/**
 * The cells that a span covers; columns may have been joined since it was chosen. undefined while
 * the run has not come so far.
 */
export function rangeOf(heat: HeatModel, span: CellSpan): CellRange | undefined {
  if (span.fromNs > (heat.times.at(-1) ?? 0)) return undefined;
  const columnAt = (ns: number): number => {
    const after = heat.times.findIndex((time) => time >= ns);
    const last = heat.times.length - 2;
    return after < 0 ? last : Math.max(0, Math.min(last, after - 1));
  };
  const bounded = (bin: number): number => Math.max(heat.low, Math.min(heat.high, bin));
  const slowest = Number.isFinite(span.slowestNs) ? binOf(span.slowestNs, Infinity) - 1 : heat.high;
  return {
    from: { column: columnAt(span.fromNs), bin: bounded(binOf(span.fastestNs, Infinity)) },
    to: { column: columnAt(span.toNs), bin: bounded(slowest) },
  };
}

export function countIn(heat: HeatModel, { from, to }: CellRange): number {
  let count = 0;
  for (let column = from.column; column <= to.column; column++) {
    for (let bin = from.bin; bin <= to.bin; bin++) count += countAt(heat, { column, bin });
  }
  return count;
}

/**
 * Where an arrow key leads: to the next cell that holds something, in the next column to the one
 * nearest in latency; from nowhere to the cell that holds most.
 */
export function neighbour(
  heat: HeatModel,
  cell: Cell | undefined,
  { across, up }: { readonly across: number; readonly up: number },
): Cell | undefined {
  if (cell === undefined) return fullest(heat);
  if (across === 0) {
    for (let bin = cell.bin + up; bin >= heat.low && bin <= heat.high; bin += up) {
      if (countAt(heat, { column: cell.column, bin }) > 0) return { column: cell.column, bin };
    }
    return undefined;
  }
  const columns = heat.times.length - 1;
  for (let column = cell.column + across; column >= 0 && column < columns; column += across) {
    const bin = nearestIn(heat, column, cell.bin);
    if (bin !== undefined) return { column, bin };
  }
  return undefined;
}

function nearestIn(heat: HeatModel, column: number, bin: number): number | undefined {
  for (let distance = 0; distance <= heat.high - heat.low; distance++) {
    for (const at of [bin + distance, bin - distance]) {
      const isThere = at >= heat.low && at <= heat.high;
      if (isThere && countAt(heat, { column, bin: at }) > 0) return at;
    }
  }
  return undefined;
}

function fullest(heat: HeatModel): Cell | undefined {
  const at = heat.counts.indexOf(heat.most);
  const rows = heat.high - heat.low + 1;
  return heat.most > 0 ? { column: Math.floor(at / rows), bin: heat.low + (at % rows) } : undefined;
}

/** One row or column more in the direction of an arrow key. */
export function widened(
  heat: HeatModel,
  { from, to }: CellRange,
  { across, up }: { readonly across: number; readonly up: number },
): CellRange {
  const last = heat.times.length - 2;
  return {
    from: {
      column: Math.max(0, from.column + Math.min(0, across)),
      bin: Math.max(heat.low, from.bin + Math.min(0, up)),
    },
    to: {
      column: Math.min(last, to.column + Math.max(0, across)),
      bin: Math.min(heat.high, to.bin + Math.max(0, up)),
    },
  };
}
