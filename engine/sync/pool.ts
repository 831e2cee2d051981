/**
 * A pool of n equal resources (database connections): who finds none free waits first-in
 * first-out, and a freed resource is handed to the first waiter. Time-outs are the caller's.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import { Fifo, NONE } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";

export class ResourcePool {
  readonly size: number;
  inUse = 0;
  private readonly waiters = new Fifo();
  private readonly clock: Clock;
  /** [integral of `inUse` (resource-ns), up to (ns)] since the measurement began */
  private readonly use = new Float64Array(2);

  constructor(size: number, clock: Clock) {
    this.size = size;
    this.clock = clock;
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

  get waiting(): number {
    return this.waiters.size;
  }

  /** True when a resource was free; else the task waits. */
  acquire(task: TaskId): boolean {
    if (this.inUse < this.size) {
      this.used();
      this.inUse++;
      return true;
    }
    this.waiters.push(task);
    return false;
  }

  /** Gives a resource back; returns the waiter that has it now, or NONE. */
  release(): TaskId {
    const next = this.waiters.shift();
    if (next !== NONE) return next;
    this.used();
    this.inUse--;
    return NONE;
  }

  /** The task waits no longer. */
  giveUp(task: TaskId): void {
    this.waiters.remove(task);
  }
}
