/**
 * What became of the requests: counts over the whole run, and latency, breakdown and confidence
 * over the measured part (after the warm-up). Success and failure are never mixed: latencies are
 * those of completed requests.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import { BatchMeans, QuantileBatches, RateBatches } from "./confidence.ts";
import { Histogram } from "./histogram.ts";
import type { Ledger, TaskId } from "./ledger.ts";

/** Why a request failed; indices into `failed`. */
export const OUTCOMES = ["timeout", "rejected", "error", "crash"] as const;
export const TIMEOUT = 0;
export const REJECTED = 1;
export const ERROR = 2;
export const CRASH = 3;

/** Samples over which live percentiles are taken. */
const WINDOW_SAMPLES = 5;

export class Recorder {
  // Whole run.
  started = 0;
  completed = 0;
  readonly failed = new Float64Array(OUTCOMES.length);

  // Measured part.
  readonly measuredFailed = new Float64Array(OUTCOMES.length);
  measuredCompleted = 0;
  readonly latency = new Histogram();
  /** Latencies by class; empty when there is one class, whose latencies are all. */
  readonly classLatency: readonly Histogram[];
  readonly classCompleted: Float64Array;
  /** Time (ns) completed requests spent in each place, summed. */
  readonly spent: Float64Array;
  readonly meanBatches = new BatchMeans();
  readonly rateBatches: RateBatches;
  readonly p99Batches: QuantileBatches;

  /** Latencies of the last few samples, for live percentiles. */
  private readonly window = Array.from({ length: WINDOW_SAMPLES }, () => new Histogram());
  private windowAt = 0;
  private readonly merged = new Histogram();

  private readonly clock: Clock;
  private readonly ledger: Ledger;
  private measuring = false;

  constructor(clock: Clock, ledger: Ledger, span: { warmupNs: number; durationNs: number; classes: number }) {
    this.clock = clock;
    this.ledger = ledger;
    this.classLatency =
      span.classes > 1 ? Array.from({ length: span.classes }, () => new Histogram()) : [];
    this.classCompleted = new Float64Array(span.classes);
    this.spent = new Float64Array(ledger.places);
    this.rateBatches = new RateBatches(span.warmupNs, span.durationNs);
    this.p99Batches = new QuantileBatches(0.99, span.warmupNs, span.durationNs);
  }

  /** The warm-up is over: what is completed from now on counts. */
  beginMeasurement(): void {
    this.measuring = true;
  }

  /** The request of class `cls` that `task` stands for has been answered. */
  complete(task: TaskId, cls: number): void {
    const now = this.clock[NOW]!;
    const latency = now - this.ledger.began[task]!;
    this.completed++;
    this.window[this.windowAt]!.record(latency);
    if (!this.measuring) return;
    this.measuredCompleted++;
    this.classCompleted[cls] = this.classCompleted[cls]! + 1;
    this.latency.record(latency);
    if (this.classLatency.length > 0) this.classLatency[cls]!.record(latency);
    this.meanBatches.add(latency);
    this.rateBatches.record(now);
    this.p99Batches.record(now, latency);
    this.addSpent(task);
  }

  fail(outcome: number): void {
    this.failed[outcome] = this.failed[outcome]! + 1;
    if (this.measuring) this.measuredFailed[outcome] = this.measuredFailed[outcome]! + 1;
  }

  /** Live percentiles (ns) over the last samples; NaN without data. Call once per sample. */
  sample(quantiles: Float64Array): void {
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

  private addSpent(task: TaskId): void {
    const places = this.ledger.places;
    const base = task * places;
    const from = this.ledger.spent;
    const to = this.spent;
    for (let place = 0; place < places; place++) to[place] = to[place]! + from[base + place]!;
  }
}
