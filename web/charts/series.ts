/**
 * Columns out of a lane's sample table, in the units that charts show. Counts become rates over a
 * window of one second; percentiles are already merged over that window by the engine.
 */
import type { SampleTable } from "../state/lane-run.ts";

const WINDOW_NS = 1e9;

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

/** Counts per sample as a rate per virtual second over a trailing window of one second. */
export function perSecond(samples: SampleTable, name: string): Float64Array {
  return cached(samples, `${name}/s`, () => windowSum(times(samples), column(samples, name)));
}

/** Levels per sample, averaged over a trailing window of one second. */
export function smoothed(samples: SampleTable, name: string): Float64Array {
  return cached(samples, `${name}~`, () => windowMean(times(samples), column(samples, name)));
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
  const rates = new Float64Array(counts.length);
  let first = 0;
  let sum = 0;
  for (let i = 0; i < counts.length; i += 1) {
    sum += counts[i]!;
    while (first < i && t[first]! <= t[i]! - WINDOW_NS) sum -= counts[first++]!;
    const coveredNs = t[i]! - (first === 0 ? 0 : t[first - 1]!);
    rates[i] = coveredNs > 0 ? (sum * 1e9) / coveredNs : NaN;
  }
  return rates;
}

function windowMean(t: Float64Array, levels: Float64Array): Float64Array {
  const means = new Float64Array(levels.length);
  let first = 0;
  let sum = 0;
  for (let i = 0; i < levels.length; i += 1) {
    sum += levels[i]!;
    while (first < i && t[first]! <= t[i]! - WINDOW_NS) sum -= levels[first++]!;
    means[i] = sum / (i - first + 1);
  }
  return means;
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
