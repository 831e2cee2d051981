/**
 * For how long an executor's threads have had work in hand, summed over them: what tells a pool that
 * is used up from one that idles. Whole nanoseconds, so that looking at it adds nothing.
 */
import { NOW, type Clock } from "../kernel/queue.ts";

export class WorkerTime {
  private readonly clock: Clock;
  /** Workers with something in hand, by process. */
  private readonly busy: Int32Array;
  private total = 0;
  /** Time (ns) in hand up to `since`. */
  private sumNs = 0;
  private since = 0;

  constructor(clock: Clock, processes: number) {
    this.clock = clock;
    this.busy = new Int32Array(processes);
  }

  takeUp(process: number): void {
    this.sumNs = this.spentNs();
    this.since = this.clock[NOW]!;
    this.busy[process] = this.busy[process]! + 1;
    this.total++;
  }

  setDown(process: number): void {
    this.leave(process, 1);
  }

  /** The process has died, and its workers with it. */
  forget(process: number): void {
    this.leave(process, this.busy[process]!);
  }

  /** Worker time (ns) since the start. */
  spentNs(): number {
    return this.sumNs + this.total * (this.clock[NOW]! - this.since);
  }

  private leave(process: number, workers: number): void {
    this.sumNs = this.spentNs();
    this.since = this.clock[NOW]!;
    this.busy[process] = this.busy[process]! - workers;
    this.total -= workers;
  }
}
