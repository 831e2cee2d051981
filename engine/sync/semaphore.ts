/**
 * A semaphore of n permits; with one of them a lock. Who finds none free waits in a queue; the
 * rule says what a release does about the queue:
 *
 * - `hand-off`: the permit goes straight to the first waiter. A newcomer that finds a permit free
 *   therefore finds no queue. asyncio's Lock and Semaphore (`asyncio/locks.py`: a newcomer may not
 *   overtake, and the waiter's future is set), promise queues in Node, channels in Go, fair locks
 *   and semaphores in Java, where newcomers queue while anybody waits.
 * - `hand-off-newest`, `hand-off-random`: the same to the last waiter, or to any (Go's
 *   `database/sql` since 1.23, `TakeRandom`).
 * - `compete`: the permit is free, the first waiter is woken and must be quicker than newcomers;
 *   a loser goes to the tail. POSIX semaphores, which are CPython's `threading.Lock` up to 3.13
 *   and `multiprocessing.Lock`; `threading.Semaphore`, whose condition is waited for anew.
 * - `compete-first`: the same, but a loser keeps its place, and one waiter at a time is awake:
 *   `AbstractQueuedSynchronizer`, which is Java's ReentrantLock and Semaphore unless fair.
 *
 * Left out: the few rounds a woken thread of Java spins before it sleeps again (tens of ns).
 */
import type { Stream } from "../kernel/random.ts";
import { Fifo, NONE } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";
import { GOT, WAITS, type Holdable, type Waker } from "./waiting.ts";

export type WakingRule =
  | "hand-off"
  | "hand-off-newest"
  | "hand-off-random"
  | "compete"
  | "compete-first";

export class Semaphore implements Holdable {
  size: number;
  inUse = 0;
  private readonly rule: WakingRule;
  private readonly waiters = new Fifo();
  private readonly waker: Waker;
  private readonly random: Stream;
  /** 1: the first waiter has been woken and has not run since (`compete-first`). */
  private firstIsAwake = 0;

  /** `random` chooses the waiter where chance does. */
  constructor(size: number, rule: WakingRule, waker: Waker, random: Stream) {
    this.size = size;
    this.rule = rule;
    this.waker = waker;
    this.random = random;
  }

  get waiting(): number {
    return this.waiters.size;
  }

  acquire(task: TaskId, _shared = false): number {
    if (this.inUse < this.limit()) {
      this.take();
      return GOT;
    }
    this.waiters.push(task);
    return WAITS;
  }

  retry(task: TaskId): number {
    const isFree = this.inUse < this.limit();
    if (this.rule === "compete-first") {
      this.firstIsAwake = 0;
      if (!isFree) return WAITS;
      this.waiters.shift();
      this.take();
      // `setHeadAndPropagate`: with permits left the next one may try too.
      this.wakeOne();
      return GOT;
    }
    if (isFree) this.take();
    else this.waiters.push(task);
    return isFree ? GOT : WAITS;
  }

  release(_shared = false): boolean {
    const next = this.inUse > this.limit() ? NONE : this.heir();
    if (next !== NONE) {
      this.waker.granted(next);
      return false;
    }
    this.putBack();
    this.wakeOne();
    return false;
  }

  giveUp(task: TaskId): void {
    const wasFirst = this.waiters.at(0) === task;
    const isQueued = this.waiters.remove(task);
    if (this.rule === "compete-first") {
      if (!wasFirst || this.firstIsAwake === 0) return;
      this.firstIsAwake = 0;
    } else if (isQueued) return;
    // It had been woken: its chance is the next one's.
    this.wakeOne();
  }

  /** How many permits there are at present. */
  protected limit(): number {
    return this.size;
  }

  protected take(): void {
    this.inUse++;
  }

  protected putBack(): void {
    this.inUse--;
  }

  /** More permits have come to be: who waits may have them. */
  protected offer(): void {
    for (let free = this.limit() - this.inUse; free > 0 && this.waiters.size > 0; free--) {
      const next = this.heir();
      if (next === NONE) {
        this.wakeOne();
        continue;
      }
      this.take();
      this.waker.granted(next);
    }
  }

  /** The waiter, now out of the queue, that a permit is handed to; NONE where they compete. */
  private heir(): TaskId {
    switch (this.rule) {
      case "hand-off":
        return this.waiters.shift();
      case "hand-off-newest":
        return this.waiters.pop();
      case "hand-off-random": {
        const { size } = this.waiters;
        if (size === 0) return NONE;
        const task = this.waiters.at(this.random.int(size));
        this.waiters.remove(task);
        return task;
      }
      case "compete":
      case "compete-first":
        return NONE;
    }
  }

  private wakeOne(): void {
    if (this.inUse >= this.limit() || this.waiters.size === 0) return;
    if (this.rule === "compete") this.waker.woken(this.waiters.shift());
    else if (this.rule === "compete-first" && this.firstIsAwake === 0) {
      this.firstIsAwake = 1;
      this.waker.woken(this.waiters.at(0));
    }
  }
}
