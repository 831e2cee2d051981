/**
 * A pool of n equal resources (database connections): who finds none free waits first-in
 * first-out, and a freed resource is handed to the first waiter. Time-outs are the caller's.
 */
import { Fifo, NONE } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";

export class ResourcePool {
  readonly size: number;
  inUse = 0;
  private readonly waiters = new Fifo();

  constructor(size: number) {
    this.size = size;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  /** True when a resource was free; else the task waits. */
  acquire(task: TaskId): boolean {
    if (this.inUse < this.size) {
      this.inUse++;
      return true;
    }
    this.waiters.push(task);
    return false;
  }

  /** Gives a resource back; returns the waiter that has it now, or NONE. */
  release(): TaskId {
    const next = this.waiters.shift();
    if (next === NONE) this.inUse--;
    return next;
  }

  /** The task waits no longer. */
  giveUp(task: TaskId): void {
    this.waiters.remove(task);
  }
}
