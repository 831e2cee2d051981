/**
 * A pool of n equal resources (database connections): a semaphore that keeps account of how long
 * its resources were in use. It may begin with fewer resources than it can have and grow as tasks
 * wait: one at a time (`wantsMore`, `grow`). When that happens, and time-outs, are the caller's.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import type { Stream } from "../kernel/random.ts";
import { Semaphore, type WakingRule } from "./semaphore.ts";
import type { Waker } from "./waiting.ts";

/** What a pool is built from. */
export interface PoolParts {
  /** Resources there can be, and those that there are from the start. */
  readonly size: number;
  readonly open: number;
  readonly rule: WakingRule;
  readonly clock: Clock;
  readonly waker: Waker;
  readonly random: Stream;
}

export class ResourcePool extends Semaphore {
  private readonly clock: Clock;
  /** Resources that there are by now. */
  open: number;
  /** [integral of `inUse` (resource-ns), up to (ns)] since the measurement began */
  private readonly use = new Float64Array(2);

  constructor(parts: PoolParts) {
    super(parts.size, parts.rule, parts.waker, parts.random);
    this.clock = parts.clock;
    this.open = parts.open;
  }

  /** More tasks wait than resources are idle, and there may be one more. */
  get wantsMore(): boolean {
    return this.open < this.size && this.waiting > this.open - this.inUse;
  }

  /**
   * There can be `size` resources from now on, and `open` of them are there even if nobody waits.
   * Those too many are closed as they come back.
   */
  resize(size: number, open: number): void {
    this.used();
    this.size = size;
    this.open = Math.min(size, Math.max(this.open, open));
    this.offer();
  }

  /** One more resource has come to be. */
  grow(): void {
    this.open++;
    this.offer();
  }

  /** Integral of the resources in use (resource-ns) since the measurement began. */
  used(): number {
    const now = this.clock[NOW]!;
    this.use[0] = this.use[0]! + this.inUse * (now - this.use[1]!);
    this.use[1] = now;
    return this.use[0];
  }

  beginMeasurement(): void {
    this.use[0] = 0;
    this.use[1] = this.clock[NOW]!;
  }

  protected override limit(): number {
    return this.open;
  }

  protected override take(): void {
    this.used();
    this.inUse++;
  }

  protected override putBack(): void {
    this.used();
    this.inUse--;
  }
}
