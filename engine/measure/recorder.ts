/**
 * What became of the requests: counts over the whole run, and latency, breakdown and confidence
 * over the measured part (after the warm-up). Success and failure are never mixed: latencies are
 * those of completed requests.
 *
 * A latency is recorded once, in the histogram of the present *stretch*: time that no sample, no
 * batch boundary and no end of the warm-up cuts. Whole stretches are merged into what they belong
 * to. Stretches end in virtual time only, never because somebody looks at the results, so that
 * looking cannot change them by so much as a rounding.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import { BatchMeans, mergeOf, QuantileBatches, RateBatches, type Interval } from "./confidence.ts";
import { Histogram } from "./histogram.ts";
import type { Ledger, TaskId } from "./ledger.ts";
import { RequestLog } from "./request-log.ts";

/** Why a request failed; indices into `failed`. */
export const OUTCOMES = ["timeout", "rejected", "error", "crash"] as const;
export const TIMEOUT = 0;
export const REJECTED = 1;
export const ERROR = 2;
export const CRASH = 3;

/** Samples over which live percentiles are taken. */
const WINDOW_SAMPLES = 5;

export class Recorder {
  /** The last requests one by one. */
  readonly log: RequestLog;

  // Whole run.
  started = 0;
  completed = 0;
  readonly failed = new Float64Array(OUTCOMES.length);

  // Measured part.
  readonly measuredFailed = new Float64Array(OUTCOMES.length);
  readonly classCompleted: Float64Array;
  /** Time (ns) completed requests spent in each place, summed. */
  readonly spent: Float64Array;
  private readonly meanBatches = new BatchMeans();
  // Measured part without the present stretch.
  private readonly latency = new Histogram();
  /** Latencies by class; empty when there is one class, whose latencies are all. */
  private readonly classLatency: readonly Histogram[];
  private readonly rateBatches: RateBatches;
  private readonly p99Batches: QuantileBatches;

  /** Latencies of the present stretch. */
  private readonly present = new Histogram();
  /** [first instant of the present stretch, next batch boundary], ns */
  private readonly stretch = new Float64Array([0, Infinity]);
  /** Latencies of the last few samples, for live percentiles. */
  private readonly window = Array.from({ length: WINDOW_SAMPLES }, () => new Histogram());
  private windowAt = 0;
  private readonly merged = new Histogram();

  private readonly clock: Clock;
  private readonly ledger: Ledger;
  private measuring = false;

  constructor(
    clock: Clock,
    ledger: Ledger,
    span: { warmupNs: number; durationNs: number; classes: number },
  ) {
    this.clock = clock;
    this.ledger = ledger;
    this.log = new RequestLog(clock, ledger);
    this.classLatency =
      span.classes > 1 ? Array.from({ length: span.classes }, () => new Histogram()) : [];
    this.classCompleted = new Float64Array(span.classes);
    this.spent = new Float64Array(ledger.places);
    this.rateBatches = new RateBatches(span.warmupNs, span.durationNs);
    this.p99Batches = new QuantileBatches(0.99, span.warmupNs, span.durationNs);
  }

  /** The warm-up is over: what is completed from now on counts. */
  beginMeasurement(): void {
    this.endStretch();
    this.measuring = true;
    this.stretch[1] = this.rateBatches.endOfBatch(this.clock[NOW]!);
  }

  /** The request of class `cls` that `task` stands for has been answered. */
  complete(task: TaskId, cls: number): void {
    const now = this.clock[NOW]!;
    if (now >= this.stretch[1]!) this.beginBatch();
    const latency = now - this.ledger.beganAt(task);
    this.completed++;
    this.present.record(latency);
    if (!this.measuring) return;
    this.classCompleted[cls] = this.classCompleted[cls]! + 1;
    if (this.classLatency.length > 0) this.classLatency[cls]!.record(latency);
    this.meanBatches.add(latency);
    this.ledger.moveSpentTo(this.spent, task);
  }

  fail(outcome: number): void {
    this.failed[outcome] = this.failed[outcome]! + 1;
    if (this.measuring) this.measuredFailed[outcome] = this.measuredFailed[outcome]! + 1;
  }

  /**
   * Live percentiles (ns) over the last samples, NaN without data, and the latencies of this sample
   * counted in coarse bins. Call once per sample.
   */
  sample(quantiles: Float64Array, heat: Float64Array): void {
    this.endStretch();
    heat.fill(0);
    this.window[this.windowAt]!.countInto(heat);
    const merged = this.merged;
    merged.clear();
    for (const part of this.window) if (part.count > 0) merged.merge(part);
    const some = merged.count > 0;
    quantiles[0] = some ? merged.quantile(0.5) : NaN;
    quantiles[1] = some ? merged.quantile(0.95) : NaN;
    quantiles[2] = some ? merged.quantile(0.99) : NaN;
    this.windowAt = (this.windowAt + 1) % WINDOW_SAMPLES;
    this.window[this.windowAt]!.clear();
  }

  // ---- Results -----------------------------------------------------------------------------------

  get measuredCompleted(): number {
    let sum = 0;
    for (const completed of this.classCompleted) sum += completed;
    return sum;
  }

  /** Latencies of all measured requests. */
  latencies(): Histogram {
    return this.measuring ? mergeOf([this.latency, this.present]) : this.latency;
  }

  /** Latencies of the measured requests of one class. */
  latenciesOf(cls: number): Histogram {
    return this.classLatency[cls] ?? this.latencies();
  }

  /** Completed requests per second. */
  throughputInterval(): Interval {
    const { rateBatches, present } = this;
    const all = this.measuring ? rateBatches.plus(this.stretch[0]!, present.count) : rateBatches;
    return all.interval(this.clock[NOW]!);
  }

  /** ns */
  meanInterval(): Interval {
    return this.meanBatches.interval();
  }

  /** ns */
  p99Interval(): Interval {
    const { p99Batches, present } = this;
    const all = this.measuring ? p99Batches.plus(this.stretch[0]!, present) : p99Batches;
    return all.interval(this.clock[NOW]!);
  }

  // ---- Stretches ---------------------------------------------------------------------------------

  private beginBatch(): void {
    this.endStretch();
    this.stretch[1] = this.rateBatches.endOfBatch(this.clock[NOW]!);
  }

  private endStretch(): void {
    const { present } = this;
    const from = this.stretch[0]!;
    this.stretch[0] = this.clock[NOW]!;
    if (present.count === 0) return;
    this.window[this.windowAt]!.merge(present);
    if (this.measuring) {
      this.latency.merge(present);
      this.rateBatches.record(from, present.count);
      this.p99Batches.merge(from, present);
    }
    present.clear();
  }
}
