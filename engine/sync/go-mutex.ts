/**
 * Go's `sync.Mutex` (`src/sync/mutex.go`, Go 1.23), told in the order in which it happens.
 *
 * Lock: free, so take it. Else, in normal mode, spin up to four rounds of 30 PAUSE while the
 * scheduler lets it (`runtime_canSpin`); a spinner keeps Unlock from waking a waiter. Then queue.
 * Unlock: wake the first waiter, unless one is awake or spins already. The woken one competes with
 * newcomers; when it loses it goes back to the front. Who loses after more than 1 ms since it first
 * queued switches the mutex to starvation mode: from then on Unlock hands the mutex to the first
 * waiter and gives way to it, newcomers queue at the tail without a try. The mode ends with an
 * owner that waited for less than 1 ms or is the last one.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import { Fifo, NONE, resized, type Rows } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";
import { GOT, SPINS, WAITS, type Holdable, type Waker } from "./waiting.ts";

/** [S] `starvationThresholdNs` */
const STARVING_NS = 1_000_000;
/** [S] `active_spin` rounds ... */
const SPIN_ROUNDS = 4;

/** What the mutexes of a lane keep of each goroutine, which waits for one of them at a time. */
export class MutexWaiters {
  /** When it queued first (ns); −1: it has not. */
  since!: Float64Array;
  spins!: Uint8Array;
  /** 1: it holds the mutex's `woken` mark. */
  isAwake!: Uint8Array;

  constructor(tasks: Rows) {
    tasks.onGrow((capacity) => {
      const from = this.since === undefined ? 0 : this.since.length;
      this.since = resized(this.since, capacity, Float64Array).fill(-1, from);
      this.spins = resized(this.spins, capacity, Uint8Array);
      this.isAwake = resized(this.isAwake, capacity, Uint8Array);
    });
  }

  forget(task: TaskId): void {
    this.since[task] = -1;
    this.spins[task] = 0;
    this.isAwake[task] = 0;
  }
}

/** What a mutex is built from. */
export interface GoMutexParts {
  readonly clock: Clock;
  readonly waker: Waker;
  readonly waiters: MutexWaiters;
  /** `runtime_canSpin` for the goroutine that runs now. */
  maySpin(): boolean;
}

export class GoMutex implements Holdable {
  private readonly parts: GoMutexParts;
  private readonly queue = new Fifo();
  private locked = 0;
  /** 1: somebody is on the way to take it, so Unlock wakes nobody. */
  private someoneAwake = 0;
  private starves = 0;

  constructor(parts: GoMutexParts) {
    this.parts = parts;
  }

  acquire(task: TaskId, _shared = false): number {
    if (this.locked === 0 && this.starves === 0) {
      this.locked = 1;
      return GOT;
    }
    return this.contend(task);
  }

  retry(task: TaskId): number {
    if (this.locked === 0 && this.starves === 0) {
      this.locked = 1;
      this.passMark(task);
      this.parts.waiters.forget(task);
      return GOT;
    }
    return this.contend(task);
  }

  release(_shared = false): boolean {
    this.locked = 0;
    if (this.starves === 1) return this.handOff();
    this.wakeFirst();
    return false;
  }

  giveUp(task: TaskId): void {
    const wasAwake = this.parts.waiters.isAwake[task] === 1;
    this.parts.waiters.forget(task);
    this.queue.remove(task);
    if (this.queue.size === 0) this.starves = 0;
    if (!wasAwake) return;
    this.someoneAwake = 0;
    if (this.locked === 0) this.wakeFirst();
  }

  /** It is taken, or promised to the queue: spin while that is allowed, then queue. */
  private contend(task: TaskId): number {
    const { waiters, clock } = this.parts;
    const spins = waiters.spins[task]!;
    if (this.starves === 0 && spins < SPIN_ROUNDS && this.parts.maySpin()) {
      waiters.spins[task] = spins + 1;
      if (this.someoneAwake === 0 && this.queue.size > 0) {
        this.someoneAwake = 1;
        waiters.isAwake[task] = 1;
      }
      return SPINS;
    }
    waiters.spins[task] = 0;
    const now = clock[NOW]!;
    const since = waiters.since[task]!;
    if (since < 0) {
      waiters.since[task] = now;
      this.queue.push(task);
    } else {
      if (now - since > STARVING_NS && this.locked === 1) this.starves = 1;
      this.queue.pushFront(task);
    }
    this.passMark(task);
    return WAITS;
  }

  /** The mark that the task is awake is its own no longer. */
  private passMark(task: TaskId): void {
    const { isAwake } = this.parts.waiters;
    if (isAwake[task] === 0) return;
    isAwake[task] = 0;
    this.someoneAwake = 0;
  }

  private wakeFirst(): void {
    if (this.locked === 1 || this.someoneAwake === 1 || this.starves === 1) return;
    const next = this.queue.shift();
    if (next === NONE) return;
    this.someoneAwake = 1;
    this.parts.waiters.isAwake[next] = 1;
    this.parts.waker.woken(next);
  }

  /** Starvation mode: the first waiter has it, and the one who let go yields its slice to it. */
  private handOff(): boolean {
    const { waiters, waker, clock } = this.parts;
    const next = this.queue.shift();
    if (next === NONE) {
      this.starves = 0;
      return false;
    }
    const waited = clock[NOW]! - waiters.since[next]!;
    this.locked = 1;
    if (waited < STARVING_NS || this.queue.size === 0) this.starves = 0;
    waiters.forget(next);
    waker.granted(next);
    return true;
  }
}
