/**
 * A pool of n equal resources (database connections): a semaphore that keeps account of how long
 * its resources were in use. Time-outs are the caller's.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import type { Stream } from "../kernel/random.ts";
import { Semaphore, type WakingRule } from "./semaphore.ts";
import type { Waker } from "./waiting.ts";

/** What a pool is built from. */
export interface PoolParts {
  readonly size: number;
  readonly rule: WakingRule;
  readonly clock: Clock;
  readonly waker: Waker;
  readonly random: Stream;
}

export class ResourcePool extends Semaphore {
  private readonly clock: Clock;
  /** [integral of `inUse` (resource-ns), up to (ns)] since the measurement began */
  private readonly use = new Float64Array(2);

  constructor(parts: PoolParts) {
    super(parts.size, parts.rule, parts.waker, parts.random);
    this.clock = parts.clock;
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

  protected override take(): void {
    this.used();
    this.inUse++;
  }

  protected override putBack(): void {
    this.used();
    this.inUse--;
  }
}
