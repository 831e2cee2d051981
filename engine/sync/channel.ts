/**
 * Channels: buffered or not, closed or not, and who waits to send or to receive.
 *
 * With direct hand-off (Go, `runtime/chan.go`) a value goes straight to the receiver that has
 * waited longest, past the buffer; a receive from a full buffer moves the value of the first
 * waiting sender in. With barging (`queue.Queue`, `asyncio.Queue`, `LinkedBlockingQueue`) every
 * value goes through the buffer, and who waits is only told that it is worth trying again:
 * somebody else may be faster, and then it waits anew, behind all others. A channel without a
 * buffer is a hand-off everywhere (`SynchronousQueue`).
 *
 * Values are not told apart: a channel knows how many it holds. Left out: the lock inside a
 * channel, which makes its users wait for each other for some nanoseconds.
 */
import { NONE, resized, Rows } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";

/** What became of an attempt to send or receive. */
export const PASSED = 0;
/** It would have to wait. */
export const BLOCKED = 1;
/** A send on a closed channel, or a second close. */
export const FORBIDDEN = 2;

/** Cases that a select can have. */
export const SELECT_CASES_MAX = 32;

/** The queue of those who wait to receive from (0) or to send on (1) a channel. */
export function queueOf(channel: number, sends: 0 | 1): number {
  return 2 * channel + sends;
}

export class Channels {
  /** Whom the last operation lets go on, or NONE. */
  woken: TaskId = NONE;
  /** True: the woken one tries again. False: what it waited for has been done for it. */
  retries = false;
  /** Where in its program the woken one goes on; NONE: where it stands. */
  target = NONE;

  private readonly handsOff: boolean;
  private readonly capacity: Float64Array;
  private readonly buffered: Float64Array;
  private readonly closed: Uint8Array;

  // Queues: 2 × channel for receivers, 2 × channel + 1 for senders.
  private readonly first: Int32Array;
  private readonly last: Int32Array;

  // Waits ("sudogs"): one for each channel that a task waits for.
  private readonly waits = new Rows(64, "waits for channels");
  private taskOf!: Int32Array;
  private queue!: Int32Array;
  private targetOf!: Int32Array;
  private next!: Int32Array;
  private previous!: Int32Array;
  /** The next wait of the same task. */
  private sibling!: Int32Array;

  // Task columns, counted from 1 so that 0 stands for none.
  private firstOfTask!: Int32Array;
  /** The queue from which the task has been told to try again, which it has not yet done. */
  private toldFrom!: Int32Array;

  constructor(capacities: readonly number[], handsOff: boolean, tasks: Rows) {
    const n = capacities.length;
    this.handsOff = handsOff;
    this.capacity = Float64Array.from(capacities);
    this.buffered = new Float64Array(n);
    this.closed = new Uint8Array(n);
    this.first = new Int32Array(2 * n).fill(NONE);
    this.last = new Int32Array(2 * n).fill(NONE);
    this.waits.onGrow((rows) => {
      this.taskOf = resized(this.taskOf, rows, Int32Array);
      this.queue = resized(this.queue, rows, Int32Array);
      this.targetOf = resized(this.targetOf, rows, Int32Array);
      this.next = resized(this.next, rows, Int32Array);
      this.previous = resized(this.previous, rows, Int32Array);
      this.sibling = resized(this.sibling, rows, Int32Array);
    });
    tasks.onGrow((rows) => {
      this.firstOfTask = resized(this.firstOfTask, rows, Int32Array);
      this.toldFrom = resized(this.toldFrom, rows, Int32Array);
    });
  }

  /** Values in the buffer. */
  held(channel: number): number {
    return this.buffered[channel]!;
  }

  /** Who waits in a queue: to receive from a channel, or to send on it. */
  waitingIn(queue: number): number {
    let n = 0;
    for (let wait = this.first[queue]!; wait !== NONE; wait = this.next[wait]!) n++;
    return n;
  }

  isClosed(channel: number): boolean {
    return this.closed[channel] === 1;
  }

  // ---- Sending and receiving ---------------------------------------------------------------------

  send(channel: number): number {
    this.woken = NONE;
    if (this.closed[channel] === 1) return FORBIDDEN;
    if (this.passesBy(channel) && this.fire(queueOf(channel, 0))) return PASSED;
    if (this.buffered[channel]! >= this.capacity[channel]!) return BLOCKED;
    this.buffered[channel]! += 1;
    if (!this.handsOff) this.tell(channel, 0);
    return PASSED;
  }

  /** From a closed channel that is empty there is nothing to be had, at once. */
  receive(channel: number): number {
    this.woken = NONE;
    if (this.buffered[channel]! > 0) {
      this.buffered[channel]! -= 1;
      if (!this.handsOff) this.tell(channel, 1);
      else if (this.fire(queueOf(channel, 1))) this.buffered[channel]! += 1;
      return PASSED;
    }
    if (this.passesBy(channel) && this.fire(queueOf(channel, 1))) return PASSED;
    return this.closed[channel] === 1 ? PASSED : BLOCKED;
  }

  /** A value goes from hand to hand where nobody is to be overtaken by it. */
  private passesBy(channel: number): boolean {
    return this.handsOff || this.capacity[channel] === 0;
  }

  /** Everybody who waits is to try again: `nextOfClosed` names them. */
  close(channel: number): number {
    this.woken = NONE;
    if (this.closed[channel] === 1) return FORBIDDEN;
    this.closed[channel] = 1;
    return PASSED;
  }

  /**
   * The next one that a close lets go on, in `woken`: the senders (which will panic) and then the
   * receivers, each last come first served, as `closechan` takes them off the list it has made.
   */
  nextOfClosed(channel: number): void {
    this.woken = NONE;
    for (const sends of [1, 0] as const) {
      const wait = this.last[queueOf(channel, sends)]!;
      if (wait === NONE) continue;
      this.wake(wait, true);
      return;
    }
  }

  // ---- Waiting -----------------------------------------------------------------------------------

  /**
   * The task waits in `queue`; several times for a select, each with the instruction at which it
   * then goes on (`target`), or NONE for a task that waits for nothing else.
   */
  wait(task: TaskId, queue: number, target: number): void {
    const wait = this.waits.take();
    const before = this.last[queue]!;
    this.taskOf[wait] = task;
    this.queue[wait] = queue;
    this.targetOf[wait] = target;
    this.next[wait] = NONE;
    this.previous[wait] = before;
    if (before === NONE) this.first[queue] = wait;
    else this.next[before] = wait;
    this.last[queue] = wait;
    this.sibling[wait] = this.firstOfTask[task]! - 1;
    this.firstOfTask[task] = wait + 1;
  }

  /** The queue the task waits in, one of several for a select; NONE when it does not wait. */
  queueOfTask(task: TaskId): number {
    const wait = this.firstOfTask[task]! - 1;
    return wait === NONE ? NONE : this.queue[wait]!;
  }

  /** True while the task waits in a select. */
  selects(task: TaskId): boolean {
    const wait = this.firstOfTask[task]! - 1;
    return wait !== NONE && this.targetOf[wait] !== NONE;
  }

  /** The task waits no longer; false when it did not wait. */
  leave(task: TaskId): boolean {
    const first = this.firstOfTask[task]! - 1;
    for (let wait = first; wait !== NONE; wait = this.sibling[wait]!) this.remove(wait);
    this.firstOfTask[task] = 0;
    return first !== NONE;
  }

  /** The task tries again now, if it had been told to. */
  heard(task: TaskId): void {
    this.toldFrom[task] = 0;
  }

  /** The task will not do what it was told to: the next one in its queue is told, in `woken`. */
  passOn(task: TaskId): void {
    this.woken = NONE;
    const queue = this.toldFrom[task]! - 1;
    if (queue === NONE) return;
    this.toldFrom[task] = 0;
    const channel = queue >> 1;
    const isWorthIt =
      (queue & 1) === 0
        ? this.buffered[channel]! > 0
        : this.buffered[channel]! < this.capacity[channel]!;
    if (isWorthIt) this.tell(channel, (queue & 1) as 0 | 1);
  }

  /** The channel is as new, and nobody waits for it: its process has died. */
  reset(channel: number): void {
    for (const sends of [0, 1] as const) {
      const queue = queueOf(channel, sends);
      while (this.first[queue] !== NONE) this.leave(this.taskOf[this.first[queue]!]!);
    }
    this.buffered[channel] = 0;
    this.closed[channel] = 0;
  }

  /** What the first one in `queue` waits for has been done for it. */
  private fire(queue: number): boolean {
    const wait = this.first[queue]!;
    if (wait === NONE) return false;
    this.wake(wait, false);
    return true;
  }

  /** The first one in the queue may try; a select, which does not try, gets what there is. */
  private tell(channel: number, sends: 0 | 1): void {
    const queue = queueOf(channel, sends);
    const wait = this.first[queue]!;
    if (wait === NONE) return;
    const selects = this.targetOf[wait] !== NONE;
    if (selects) this.buffered[channel]! += sends === 1 ? 1 : -1;
    this.wake(wait, !selects);
    if (!selects) this.toldFrom[this.woken] = queue + 1;
  }

  private wake(wait: number, retries: boolean): void {
    this.woken = this.taskOf[wait]!;
    this.retries = retries;
    this.target = this.targetOf[wait]!;
    this.leave(this.woken);
  }

  private remove(wait: number): void {
    const queue = this.queue[wait]!;
    const next = this.next[wait]!;
    const previous = this.previous[wait]!;
    if (next === NONE) this.last[queue] = previous;
    else this.previous[next] = previous;
    if (previous === NONE) this.first[queue] = next;
    else this.next[previous] = next;
    this.waits.release(wait);
  }
}
