/**
 * Columns out of a lane's sample table, in the units that charts show. Counts become rates over the
 * last five samples, the window over which the engine merges percentiles too: one second for runs
 * that are sampled every 200 ms.
 */
import type { SampleTable } from "../state/lane-run.ts";

const WINDOW_ROWS = 5;

interface Cached {
  readonly count: number;
  readonly data: Float64Array;
  readonly columns: Map<string, Float64Array>;
}

const cache = new WeakMap<SampleTable, Cached>();

/** The column as stored; empty where the lane has no such column. */
export function column(samples: SampleTable, name: string): Float64Array {
  return cached(samples, name, () => {
    const at = samples.columns.get(name);
    if (at === undefined) return new Float64Array(0);
    const values = new Float64Array(samples.count);
    for (let row = 0; row < values.length; row += 1) {
      values[row] = samples.data[row * samples.width + at]!;
    }
    return values;
  });
}

/** Times of the samples, ns. */
export function times(samples: SampleTable): Float64Array {
  return column(samples, "t");
}

/** Counts per sample as a rate per virtual second over the trailing window. */
export function perSecond(samples: SampleTable, name: string): Float64Array {
  return cached(samples, `${name}/s`, () => windowSum(times(samples), column(samples, name)));
}

/** Levels per sample, averaged over the trailing window. */
export function smoothed(samples: SampleTable, name: string): Float64Array {
  return cached(samples, `${name}~`, () => windowMean(column(samples, name)));
}

/** The sum of several columns, row by row. */
export function total(columns: readonly Float64Array[]): Float64Array {
  const length = columns.reduce((least, values) => Math.min(least, values.length), Infinity);
  const sum = new Float64Array(Number.isFinite(length) ? length : 0);
  for (const values of columns) {
    for (let i = 0; i < sum.length; i += 1) sum[i]! += values[i]!;
  }
  return sum;
}

/** Names of the columns that start with `prefix`, in the engine's order, without the prefix. */
export function columnsUnder(samples: SampleTable, prefix: string): string[] {
  return [...samples.columns.keys()]
    .filter((name) => name.startsWith(prefix))
    .map((name) => name.slice(prefix.length));
}

/** Index of the last sample taken at or before `ns`; -1 before the first. */
export function indexAt(t: Float64Array, ns: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (t[middle]! <= ns) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function windowSum(t: Float64Array, counts: Float64Array): Float64Array {
  return counts.map((_, i) => {
    const first = Math.max(0, i - WINDOW_ROWS + 1);
    const coveredNs = t[i]! - (first === 0 ? 0 : t[first - 1]!);
    return coveredNs > 0 ? (sumOf(counts, first, i) * 1e9) / coveredNs : NaN;
  });
}

function windowMean(levels: Float64Array): Float64Array {
  return levels.map((_, i) => {
    const first = Math.max(0, i - WINDOW_ROWS + 1);
    return sumOf(levels, first, i) / (i - first + 1);
  });
}

/** Added up anew each time: a running sum would drift off zero. */
function sumOf(values: Float64Array, first: number, last: number): number {
  let sum = 0;
  for (let i = first; i <= last; i += 1) sum += values[i]!;
  return sum;
}

function cached(samples: SampleTable, key: string, compute: () => Float64Array): Float64Array {
  let entry = cache.get(samples);
  if (entry === undefined || entry.count !== samples.count || entry.data !== samples.data) {
    entry = { count: samples.count, data: samples.data, columns: new Map() };
    cache.set(samples, entry);
  }
  let values = entry.columns.get(key);
  if (values === undefined) {
    values = compute();
    entry.columns.set(key, values);
  }
  return values;
}
