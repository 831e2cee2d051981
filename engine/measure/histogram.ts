/**
 * A log-linear histogram of durations (as in HdrHistogram): 128 buckets in every power of two, so
 * that a quantile is within 0.4 % of the true one, from 1 ns to 2^51 ns (26 days). Longer
 * durations are counted in the last bucket; minimum, maximum and mean are exact for all.
 *
 * All fields are numbers or typed arrays, so that a snapshot can copy them one by one.
 */
import { highWord, powerOfTwo } from "../kernel/math.ts";

const SUB_BITS = 7;
const OCTAVES = 51;
/** Bucket 0 is for durations below 1 ns, which are 0. */
const BUCKETS = 1 + (OCTAVES << SUB_BITS);
/** Coarse bins are eighths of a power of two, and begin at about a microsecond. */
const HEAT_FROM_NS = 1024;
const COARSE_SHIFT = SUB_BITS - 3;
/** The sub-bits of a double follow its exponent, at the top of the high word's mantissa. */
const SHIFT = 20 - SUB_BITS;
const BUCKET_BEFORE_1NS = (1023 << SUB_BITS) - 1;

export class Histogram {
  count = 0;
  /** ns; Infinity without data. */
  min = Infinity;
  /** ns; -Infinity without data. */
  max = -Infinity;

  private readonly counts = new Uint32Array(BUCKETS);
  // Buckets that may be non-zero: first to last.
  private first = BUCKETS;
  private last = -1;
  // Moments about the first duration: about 0 they would cancel when the spread is small.
  private origin = 0;
  private sum = 0;
  private squares = 0;

  record(ns: number): void {
    if (!(ns >= 0)) throw new RangeError(`a duration of ${ns} ns`);
    const bucket = bucketOf(ns);
    this.counts[bucket]! += 1;
    if (bucket < this.first) this.first = bucket;
    if (bucket > this.last) this.last = bucket;
    if (ns < this.min) this.min = ns;
    if (ns > this.max) this.max = ns;
    if (this.count === 0) this.origin = ns;
    const distance = ns - this.origin;
    this.count += 1;
    this.sum += distance;
    this.squares += distance * distance;
  }

  /** Adds everything that `other` has recorded. */
  merge(other: Histogram): void {
    if (other.count === 0) return;
    if (this.count === 0) this.origin = other.origin;
    const shift = other.origin - this.origin;
    this.squares += other.squares + shift * (2 * other.sum + other.count * shift);
    this.sum += other.sum + other.count * shift;
    this.count += other.count;
    this.min = Math.min(this.min, other.min);
    this.max = Math.max(this.max, other.max);
    this.first = Math.min(this.first, other.first);
    this.last = Math.max(this.last, other.last);
    for (let i = other.first; i <= other.last; i++) this.counts[i]! += other.counts[i]!;
  }

  clear(): void {
    this.counts.fill(0, this.first, this.last + 1);
    this.first = BUCKETS;
    this.last = -1;
    this.count = 0;
    this.min = Infinity;
    this.max = -Infinity;
    this.origin = 0;
    this.sum = 0;
    this.squares = 0;
  }

  /**
   * Counts what has been recorded in the coarse bins of `bins`: eight to a power of two, the first
   * from `HEAT_FROM_NS` on; what lies outside is counted in the first or last one.
   */
  countInto(bins: Float64Array): void {
    const before = bucketOf(HEAT_FROM_NS) >> COARSE_SHIFT;
    for (let i = this.first; i <= this.last; i++) {
      const bin = ((i - 1) >> COARSE_SHIFT) - before;
      bins[Math.max(0, Math.min(bins.length - 1, bin))]! += this.counts[i]!;
    }
  }

  /** The smallest duration (ns) that a share `q` of all does not exceed; NaN without data. */
  quantile(q: number): number {
    if (this.count === 0) return NaN;
    // 0.07 * 100 is a little more than 7 in binary, and must not reach for the eighth.
    const rank = Math.max(1, Math.ceil(q * this.count - 1e-9));
    if (rank >= this.count) return this.max;
    let seen = 0;
    let bucket = this.first;
    for (; bucket < this.last; bucket++) {
      seen += this.counts[bucket]!;
      if (seen >= rank) break;
    }
    return Math.min(Math.max(middleOf(bucket), this.min), this.max);
  }

  /** ns; NaN without data. */
  mean(): number {
    return this.origin + this.sum / this.count;
  }

  /** The sample's standard deviation in ns: 0 for a single duration, NaN without data. */
  stddev(): number {
    if (this.count < 2) return this.count === 1 ? 0 : NaN;
    const aboutMean = this.squares - (this.sum * this.sum) / this.count;
    return Math.sqrt(Math.max(0, aboutMean) / (this.count - 1));
  }
}

function bucketOf(ns: number): number {
  if (ns < 1) return 0;
  return Math.min((highWord(ns) >> SHIFT) - BUCKET_BEFORE_1NS, BUCKETS - 1);
}

/** The middle of a bucket, or its one whole number where it is narrower than 1 ns. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 0;
  const octave = (bucket - 1) >> SUB_BITS;
  const width = powerOfTwo(octave - SUB_BITS);
  const low = powerOfTwo(octave) + ((bucket - 1) & ((1 << SUB_BITS) - 1)) * width;
  return width <= 1 ? low : low + width / 2;
}
