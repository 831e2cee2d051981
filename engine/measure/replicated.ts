/**
 * 95 % confidence intervals from independent replications: runs of the same scenario with other
 * seeds. Unlike batches of one run they need no long run and no stationary state, so that every
 * instant of a series has an interval of its own. Lanes share their random numbers, so what one
 * lane has over another is judged by the differences pair by pair, which vary far less than the
 * lanes do. After A. M. Law, "Simulation Modeling and Analysis", sections 9.4, 10.2 and 11.2.
 */
import { studentT975 } from "./confidence.ts";

export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** Fewer replications give no interval worth drawing. */
export const FEWEST_REPLICATIONS = 3;

/** The mean of independent values and its interval; NaN where there are too few. */
export function estimate(values: readonly number[]): Estimate {
  const known = values.filter((value) => Number.isFinite(value));
  const n = known.length;
  const mean = known.reduce((sum, value) => sum + value, 0) / n;
  if (n < FEWEST_REPLICATIONS) return { mean, low: NaN, high: NaN };
  const squares = known.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const half = studentT975(n - 1) * Math.sqrt(squares / (n - 1) / n);
  return { mean, low: mean - half, high: mean + half };
}

/** What `values` have over `others`, replication by replication. */
export function pairedDifference(values: readonly number[], others: readonly number[]): Estimate {
  return estimate(values.map((value, i) => value - others[i]!));
}

/** Intervals instant by instant, of series that are as long as each other; none is below 0. */
export function pointwise(series: readonly Float64Array[]): {
  low: Float64Array;
  high: Float64Array;
} {
  const length = series.reduce((least, values) => Math.min(least, values.length), Infinity);
  const low = new Float64Array(Number.isFinite(length) ? length : 0);
  const high = new Float64Array(low.length);
  for (let i = 0; i < low.length; i++) {
    const at = estimate(series.map((values) => values[i]!));
    low[i] = at.low < 0 ? 0 : at.low;
    high[i] = at.high;
  }
  return { low, high };
}
