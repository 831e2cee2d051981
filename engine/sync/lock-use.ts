/**
 * How long each lock was in use: from when a task wants or has it until none does. Handing it over
 * counts, since nobody else gets on meanwhile.
 */
import { NOW, type Clock } from "../kernel/queue.ts";

export class LockUse {
  private readonly clock: Clock;
  /** Tasks that want or have each lock. */
  private readonly tasks: Int32Array;
  /** Time (ns) in use since the measurement began, up to `since`. */
  private readonly busyNs: Float64Array;
  private readonly since: Float64Array;

  constructor(clock: Clock, locks: number) {
    this.clock = clock;
    this.tasks = new Int32Array(locks);
    this.busyNs = new Float64Array(locks);
    this.since = new Float64Array(locks);
  }

  /** A task wants the lock. */
  enter(lock: number): void {
    this.settle(lock);
    this.tasks[lock] = this.tasks[lock]! + 1;
  }

  /** A task has done with the lock, or wants it no longer. */
  leave(lock: number): void {
    this.settle(lock);
    this.tasks[lock] = this.tasks[lock]! - 1;
  }

  /** Time (ns) the lock was in use since the measurement began. */
  used(lock: number): number {
    this.settle(lock);
    return this.busyNs[lock]!;
  }

  beginMeasurement(): void {
    this.busyNs.fill(0);
    this.since.fill(this.clock[NOW]!);
  }

  private settle(lock: number): void {
    const now = this.clock[NOW]!;
    if (this.tasks[lock]! > 0) this.busyNs[lock] = this.busyNs[lock]! + now - this.since[lock]!;
    this.since[lock] = now;
  }
}
