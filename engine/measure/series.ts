/**
 * Samples for the live charts: one row of numbers per stretch of virtual time, taken from the
 * ledger, the accounts and the recorder. Rows that have been fetched are forgotten, so memory does
 * not grow with the run.
 */

/** About so many samples make up a run. */
const SAMPLES = 300;
/** A sample is never shorter, ns. */
const SHORTEST_NS = 1_000;

/** Virtual time between samples (ns): a round figure, some 300 in a run. */
export function sampleInterval(durationNs: number): number {
  const ideal = Math.max(SHORTEST_NS, durationNs / SAMPLES);
  let decade = 1;
  while (decade * 10 <= ideal) decade *= 10;
  for (const step of [1, 2, 5]) if (step * decade >= ideal) return step * decade;
  return 10 * decade;
}

/** Differences of running totals between samples. */
export class Deltas {
  private readonly last: Float64Array;

  constructor(totals: number) {
    this.last = new Float64Array(totals);
  }

  /** What total `i` has grown by since it was asked for last. */
  take(i: number, total: number): number {
    const grown = total - this.last[i]!;
    this.last[i] = total;
    return grown;
  }
}

/** Rows of equal width that wait to be fetched. */
export class SampleBuffer {
  readonly width: number;
  /** Rows fetched so far: the number of the first one that waits. */
  fetched = 0;
  private rows: Float64Array;
  private count = 0;

  constructor(width: number) {
    this.width = width;
    this.rows = new Float64Array(width * 16);
  }

  /** Room for one more row; the caller fills it. */
  append(): Float64Array {
    const from = this.count * this.width;
    if (from + this.width > this.rows.length) {
      const grown = new Float64Array(this.rows.length * 2);
      grown.set(this.rows);
      this.rows = grown;
    }
    this.count++;
    return this.rows.subarray(from, from + this.width);
  }

  /** All rows since the last call, row-major. */
  take(): Float64Array {
    const rows = this.rows.slice(0, this.count * this.width);
    this.fetched += this.count;
    this.count = 0;
    return rows;
  }
}
