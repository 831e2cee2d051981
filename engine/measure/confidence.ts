/**
 * 95 % confidence intervals from within one run, by the method of batch means: neighbouring
 * observations of a queue depend on each other, the means of long enough batches of them hardly do.
 *
 * An interval is [NaN, NaN] where there are too few batches to say anything. It is centred on the
 * estimate from all the data. Batches are merged while neighbours are still correlated; what no
 * method sees is a run too short to show its own slow swings.
 */
import { Histogram } from "./histogram.ts";

export type Interval = readonly [number, number];

/** When twice as long batches take over: there are always 32 to 63, once there were 64. */
const MOST_BATCHES = 64;

/** For a mean over observations whose number is not known beforehand: latency. */
export class BatchMeans {
  private readonly sums = new Float64Array(MOST_BATCHES);
  private batches = 0;
  private batchSize = 1;
  private openSum = 0;
  private openCount = 0;

  add(value: number): void {
    this.openSum += value;
    this.openCount += 1;
    if (this.openCount === this.batchSize) this.closeBatch();
  }

  interval(): Interval {
    const sums = Array.from(this.sums.subarray(0, this.batches));
    const means = sums.map((sum) => sum / this.batchSize);
    const count = this.batches * this.batchSize + this.openCount;
    return around(
      (sums.reduce((total, sum) => total + sum, 0) + this.openSum) / count,
      halfWidth((group) => groupMeans(means, group)),
    );
  }

  private closeBatch(): void {
    this.sums[this.batches] = this.openSum;
    this.batches += 1;
    this.openSum = 0;
    this.openCount = 0;
    if (this.batches < MOST_BATCHES) return;
    for (let i = 0; i < MOST_BATCHES / 2; i++) {
      this.sums[i] = this.sums[2 * i]! + this.sums[2 * i + 1]!;
    }
    this.batches = MOST_BATCHES / 2;
    this.batchSize *= 2;
  }
}

/** For a rate: events per second between `startNs` and `endNs`, in batches of equal time. */
export class RateBatches {
  private readonly counts: Float64Array;
  private readonly startNs: number;
  private readonly endNs: number;
  private readonly batchNs: number;

  constructor(startNs: number, endNs: number, batches = 40) {
    this.counts = new Float64Array(batches);
    this.startNs = startNs;
    this.endNs = endNs;
    this.batchNs = (endNs - startNs) / batches;
  }

  record(timeNs: number, count = 1): void {
    const batch = batchAt(timeNs, this.startNs, this.batchNs, this.counts.length);
    if (batch >= 0) this.counts[batch]! += count;
  }

  /** A copy that has seen `count` more. */
  plus(timeNs: number, count: number): RateBatches {
    const copy = new RateBatches(this.startNs, this.endNs, this.counts.length);
    copy.counts.set(this.counts);
    copy.record(timeNs, count);
    return copy;
  }

  /** Where the batch ends that covers a time; Infinity for the last. */
  endOfBatch(timeNs: number): number {
    const batch = batchAt(timeNs, this.startNs, this.batchNs, this.counts.length);
    if (batch < 0 || batch + 1 === this.counts.length) return Infinity;
    return this.startNs + (batch + 1) * this.batchNs;
  }

  /** Per second, when virtual time has come to `untilNs`. */
  interval(untilNs: number): Interval {
    const done = completeBatches(untilNs, this.startNs, this.batchNs, this.counts.length);
    const perSecond = 1e9 / this.batchNs;
    const rates = Array.from(this.counts.subarray(0, done), (count) => count * perSecond);
    const total = this.counts.reduce((sum, count) => sum + count, 0);
    const endNs = Math.min(untilNs, this.startNs + this.batchNs * this.counts.length);
    const rate = (total * 1e9) / (endNs - this.startNs);
    return around(
      rate,
      halfWidth((group) => groupMeans(rates, group)),
    );
  }
}

/** For a quantile of latency, in batches of equal time that each keep a histogram. */
export class QuantileBatches {
  private readonly histograms: readonly Histogram[];
  private readonly q: number;
  private readonly startNs: number;
  private readonly endNs: number;
  private readonly batchNs: number;

  constructor(q: number, startNs: number, endNs: number, batches = 20) {
    this.histograms = Array.from({ length: batches }, () => new Histogram());
    this.q = q;
    this.startNs = startNs;
    this.endNs = endNs;
    this.batchNs = (endNs - startNs) / batches;
  }

  /** A latency of `ns` that was observed at `timeNs`. */
  record(timeNs: number, ns: number): void {
    const batch = batchAt(timeNs, this.startNs, this.batchNs, this.histograms.length);
    if (batch >= 0) this.histograms[batch]!.record(ns);
  }

  /** The latencies of a stretch that began at `timeNs` and lies within one batch. */
  merge(timeNs: number, latencies: Histogram): void {
    const batch = batchAt(timeNs, this.startNs, this.batchNs, this.histograms.length);
    if (batch >= 0) this.histograms[batch]!.merge(latencies);
  }

  /** A copy that has seen the latencies of one more stretch. */
  plus(timeNs: number, latencies: Histogram): QuantileBatches {
    const batches = this.histograms.length;
    const copy = new QuantileBatches(this.q, this.startNs, this.endNs, batches);
    for (let i = 0; i < batches; i++) copy.histograms[i]!.merge(this.histograms[i]!);
    copy.merge(timeNs, latencies);
    return copy;
  }

  /** In ns, when virtual time has come to `untilNs`. */
  interval(untilNs: number): Interval {
    const batches = this.histograms.length;
    const done = completeBatches(untilNs, this.startNs, this.batchNs, batches);
    const all = mergeOf(this.histograms);
    // Of too few observations, the high quantile is only their maximum, which says little.
    const fewest = 2 / Math.min(this.q, 1 - this.q);
    const smallestGroup = Math.max(1, Math.ceil((fewest * done) / all.count));
    const quantiles = (group: number): readonly number[] =>
      groupsOf(this.histograms.slice(0, done), smallestGroup * group)
        .map((histograms) => mergeOf(histograms).quantile(this.q))
        .filter((ns) => ns === ns);
    return around(all.quantile(this.q), halfWidth(quantiles));
  }
}

export function mergeOf(histograms: readonly Histogram[]): Histogram {
  const merged = new Histogram();
  for (const histogram of histograms) merged.merge(histogram);
  return merged;
}

/** The batch that covers a time, -1 outside all of them. The end belongs to the last batch. */
function batchAt(timeNs: number, startNs: number, batchNs: number, batches: number): number {
  if (timeNs < startNs) return -1;
  const batch = Math.floor((timeNs - startNs) / batchNs);
  if (batch < batches) return batch;
  return timeNs <= startNs + batchNs * batches ? batches - 1 : -1;
}

function completeBatches(
  untilNs: number,
  startNs: number,
  batchNs: number,
  batches: number,
): number {
  return Math.max(0, Math.min(batches, Math.floor((untilNs - startNs) / batchNs)));
}

// ---- The estimate -------------------------------------------------------------------------------

/** Batches whose neighbours correlate more than this are too short. */
const MOST_CORRELATION = 0.3;
/** Merging stops when it would leave fewer batches. */
const FEWEST_BATCHES = 8;

/** Half the width of the interval; `valuesOf` estimates once per `group` neighbouring batches. */
function halfWidth(valuesOf: (group: number) => readonly number[]): number {
  let values = valuesOf(1);
  for (let group = 2; values.length >= 2 * FEWEST_BATCHES; group *= 2) {
    if (lagOneCorrelation(values) <= MOST_CORRELATION) break;
    values = valuesOf(group);
  }
  const n = values.length;
  if (n < 2) return NaN;
  return studentT975(n - 1) * Math.sqrt(sumOfSquares(values) / (n - 1) / n);
}

/** An interval for something that cannot be negative. */
function around(centre: number, half: number): Interval {
  if (!(half < Infinity)) return [NaN, NaN];
  return [Math.max(0, centre - half), centre + half];
}

/** Drops what is left over at the end: a shorter group would weigh too much. */
function groupsOf<T>(items: readonly T[], size: number): readonly (readonly T[])[] {
  const groups = Math.floor(items.length / size);
  return Array.from({ length: groups }, (_, i) => items.slice(i * size, (i + 1) * size));
}

function groupMeans(values: readonly number[], size: number): readonly number[] {
  return groupsOf(values, size).map(meanOf);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Of the distances from the mean. */
function sumOfSquares(values: readonly number[]): number {
  const mean = meanOf(values);
  return values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
}

function lagOneCorrelation(values: readonly number[]): number {
  const mean = meanOf(values);
  let products = 0;
  for (let i = 1; i < values.length; i++) products += (values[i]! - mean) * (values[i - 1]! - mean);
  const squares = sumOfSquares(values);
  return squares > 0 ? products / squares : 0;
}

/** 97.5 % quantiles of Student's t for 1 to 30 degrees of freedom, from the usual table. */
const STUDENT_T_975 = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145,
  2.131, 2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048,
  2.045, 2.042,
];

/** The 97.5 % quantile of Student's t. Beyond the table: the first two terms of the expansion about the normal quantile, 1.96. */
export function studentT975(degrees: number): number {
  return STUDENT_T_975[degrees - 1] ?? 1.95996 + 2.37227 / degrees + 2.82 / (degrees * degrees);
}
