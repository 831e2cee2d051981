/**
 * The queue of one core: threads that are ready and the arithmetic of EEVDF over them.
 *
 * All threads weigh the same (nice 0), so the load-weighted mean vruntime is a plain mean. Source:
 * Linux 6.12 `kernel/sched/fair.c`, `entity_eligible`, `pick_eevdf`, `place_entity`.
 */
import { NONE } from "../kernel/rows.ts";

/** Columns of the thread table that the queues need. */
export interface SchedulingColumns {
  /** ns of service received, per core's own time line. */
  vruntime: Float64Array;
  /** vruntime at which the thread's present slice is used up. */
  deadline: Float64Array;
}

export class RunQueue {
  size = 0;
  private threads = new Int32Array(8);
  private sum = 0;

  /** Sum of the vruntimes of the queued threads (the running one is not among them). */
  get sumVruntime(): number {
    return this.sum;
  }

  at(index: number): number {
    return this.threads[index]!;
  }

  push(thread: number, columns: SchedulingColumns): void {
    if (this.size === this.threads.length) {
      const grown = new Int32Array(this.size * 2);
      grown.set(this.threads);
      this.threads = grown;
    }
    this.threads[this.size++] = thread;
    this.sum += columns.vruntime[thread]!;
  }

  /** Takes out the thread at `index`, keeping the order of the others. */
  removeAt(index: number, columns: SchedulingColumns): number {
    const thread = this.threads[index]!;
    this.threads.copyWithin(index, index + 1, this.size);
    this.size--;
    this.sum = this.size === 0 ? 0 : this.sum - columns.vruntime[thread]!;
    return thread;
  }

  indexOf(thread: number): number {
    for (let i = 0; i < this.size; i++) if (this.threads[i] === thread) return i;
    return NONE;
  }

  /**
   * Index of the eligible thread with the earliest virtual deadline, the oldest of equals; NONE
   * when no queued thread is eligible. A thread is eligible when its vruntime is not above the
   * mean of all, the running thread (`runningVruntime`, counted when `running` is 1) included.
   */
  pick(columns: SchedulingColumns, running: 0 | 1, runningVruntime: number): number {
    const n = this.size + running;
    const total = this.sum + running * runningVruntime;
    let best = NONE;
    let bestDeadline = Infinity;
    for (let i = 0; i < this.size; i++) {
      const thread = this.threads[i]!;
      if (columns.vruntime[thread]! * n > total) continue;
      const deadline = columns.deadline[thread]!;
      if (deadline < bestDeadline) {
        best = i;
        bestDeadline = deadline;
      }
    }
    return best;
  }

  /** Index of the thread with the smallest vruntime: who goes when rounding leaves nobody eligible. */
  leftmost(columns: SchedulingColumns): number {
    let best = 0;
    for (let i = 1; i < this.size; i++) {
      if (columns.vruntime[this.threads[i]!]! < columns.vruntime[this.threads[best]!]!) best = i;
    }
    return best;
  }
}
