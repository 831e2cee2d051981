/**
 * Go's processors (P) and the queues of runnable goroutines: what `runtime/proc.go` (Go 1.23)
 * keeps in `p` and in `sched`. Each P has a slot `runnext`, a ring of 256 and its due timers; a
 * process has one global queue and a stack of idle Ps. Who looks into which queue when is decided
 * in `goroutines.ts`.
 */
import { fifos, NONE, type Fifo } from "../kernel/rows.ts";
import type { Ledger, TaskId } from "../measure/ledger.ts";

/** States of a P. */
export const IDLE = 0;
export const BUSY = 1;
export const IN_SYSTEM_CALL = 2;

/** Size of a P's ring; a full one moves half to the global queue. [S] */
const RING = 256;
/** One G in so many is taken from the global queue first. [S] */
const GLOBAL_EVERY = 61;
/** The most Gs a P takes from the global queue at once. [S] */
const GLOBAL_BATCH = RING / 2;

/** Goroutines below NONE are the program's own: they are no tasks and in no place. */
export const TIMER_GOROUTINE = -2;

/** Places of queued goroutines. */
export interface QueuePlaces {
  readonly runnable: number;
  readonly globalQueue: number;
}

export class Processors {
  readonly perProcess: number;
  /** State of each P; a P's number is process × GOMAXPROCS + index. */
  readonly status: Uint8Array;
  /** The M that has the P, or NONE. */
  readonly machineOf: Int32Array;
  /** `schedtick`: goroutines started with a slice of their own. */
  readonly tick: Int32Array;
  private readonly runnext: Int32Array;
  private readonly ring: readonly Fifo[];
  private readonly dueTimers: readonly Fifo[];
  private readonly global: readonly Fifo[];
  private readonly idle: readonly Fifo[];
  private readonly ledger: Ledger;
  private readonly places: QueuePlaces;

  constructor(ledger: Ledger, places: QueuePlaces, processes: number, perProcess: number) {
    this.ledger = ledger;
    this.places = places;
    this.perProcess = perProcess;
    const ps = processes * perProcess;
    this.status = new Uint8Array(ps);
    this.machineOf = new Int32Array(ps).fill(NONE);
    this.tick = new Int32Array(ps);
    this.runnext = new Int32Array(ps).fill(NONE);
    this.ring = fifos(ps);
    this.dueTimers = fifos(ps);
    this.global = fifos(processes);
    this.idle = fifos(processes);
  }

  processOf(p: number): number {
    return Math.floor(p / this.perProcess);
  }

  idleIn(process: number): number {
    return this.idle[process]!.size;
  }

  isAllIdle(process: number): boolean {
    return this.idle[process]!.size === this.perProcess;
  }

  isInSystemCall(process: number): boolean {
    const first = process * this.perProcess;
    const p = this.status.indexOf(IN_SYSTEM_CALL, first);
    return p >= 0 && p < first + this.perProcess;
  }

  hasDueTimers(process: number): boolean {
    const first = process * this.perProcess;
    for (let p = first; p < first + this.perProcess; p++) {
      if (this.dueTimers[p]!.size > 0) return true;
    }
    return false;
  }

  /** All Ps of a process are idle, nothing is queued. */
  reset(process: number): void {
    this.global[process]!.clear();
    this.idle[process]!.clear();
    for (let i = this.perProcess - 1; i >= 0; i--) {
      const p = process * this.perProcess + i;
      this.runnext[p] = NONE;
      this.ring[p]!.clear();
      this.dueTimers[p]!.clear();
      this.release(p);
    }
  }

  /** The P goes on the idle list. */
  release(p: number): void {
    this.status[p] = IDLE;
    this.machineOf[p] = NONE;
    this.idle[this.processOf(p)]!.push(p);
  }

  /** Takes an idle P, which must exist. */
  acquire(process: number): number {
    const p = this.idle[process]!.pop();
    this.status[p] = BUSY;
    return p;
  }

  // ---- Taking ------------------------------------------------------------------------------------

  /** Counts a scheduling tick; every 61st takes from the global queue first. */
  takeByTick(p: number): TaskId {
    const tick = this.tick[p]! + 1;
    this.tick[p] = tick;
    return tick % GLOBAL_EVERY === 0 ? this.global[this.processOf(p)]!.shift() : NONE;
  }

  takeLocal(p: number): TaskId {
    const next = this.runnext[p]!;
    if (next === NONE) return this.ring[p]!.shift();
    // A goroutine from runnext inherits the slice: the tick does not count.
    this.runnext[p] = NONE;
    this.tick[p] = this.tick[p]! - 1;
    return next;
  }

  /** A fair share of the global queue: the first is returned, the rest goes to the ring. */
  takeGlobal(p: number): TaskId {
    const global = this.global[this.processOf(p)]!;
    if (global.size === 0) return NONE;
    const share = Math.floor(global.size / this.perProcess) + 1;
    const n = Math.min(share, global.size, GLOBAL_BATCH);
    const first = global.shift();
    for (let i = 1; i < n; i++) {
      const task = global.shift();
      this.move(task, this.places.runnable);
      this.ring[p]!.push(task);
    }
    return first;
  }

  /** Moves the older half of the victim's ring to `p`; the newest of them is returned to run. */
  stealHalf(victim: number, p: number): TaskId {
    const ring = this.ring[victim]!;
    const n = Math.ceil(ring.size / 2);
    if (n === 0) return NONE;
    for (let i = 1; i < n; i++) this.ring[p]!.push(ring.shift());
    return ring.shift();
  }

  /** Goroutines in the P's ring. */
  queuedOn(p: number): number {
    return this.ring[p]!.size;
  }

  /** Goroutines in the process's global queue. */
  globalIn(process: number): number {
    return this.global[process]!.size;
  }

  hasRunnext(p: number): boolean {
    return this.runnext[p] !== NONE;
  }

  stealRunnext(victim: number): TaskId {
    const next = this.runnext[victim]!;
    this.runnext[victim] = NONE;
    return next;
  }

  // ---- Putting -----------------------------------------------------------------------------------

  /** Into runnext of `p`; who was there goes to the ring's tail. */
  putNext(p: number, task: TaskId): void {
    this.move(task, this.places.runnable);
    const kicked = this.runnext[p]!;
    this.runnext[p] = task;
    if (kicked !== NONE) this.putRing(p, kicked);
  }

  putRing(p: number, task: TaskId): void {
    const ring = this.ring[p]!;
    if (ring.size < RING) {
      this.move(task, this.places.runnable);
      ring.push(task);
      return;
    }
    const process = this.processOf(p);
    for (let i = 0; i < RING / 2; i++) this.putGlobal(process, ring.shift());
    this.putGlobal(process, task);
  }

  /** All that is queued on the P goes to the global queue. */
  shed(p: number): void {
    const process = this.processOf(p);
    const next = this.runnext[p]!;
    this.runnext[p] = NONE;
    if (next !== NONE) this.putGlobal(process, next);
    const ring = this.ring[p]!;
    for (let task = ring.shift(); task !== NONE; task = ring.shift()) this.putGlobal(process, task);
  }

  putGlobal(process: number, task: TaskId): void {
    this.move(task, this.places.globalQueue);
    this.global[process]!.push(task);
  }

  /** The timer of a goroutine that went to sleep on `p` is due. */
  putDue(p: number, task: TaskId): void {
    this.dueTimers[p]!.push(task);
  }

  /** Runs the due timers of `owner` on `p`; true when there were any. */
  runTimers(owner: number, p: number): boolean {
    const due = this.dueTimers[owner]!;
    if (due.size === 0) return false;
    for (let task = due.shift(); task !== NONE; task = due.shift()) this.putNext(p, task);
    return true;
  }

  private move(task: TaskId, place: number): void {
    if (task > NONE) this.ledger.move(task, place);
  }

  // ---- Looking -----------------------------------------------------------------------------------

  /** True when the P has goroutines of its own queued. */
  hasOwnWork(p: number): boolean {
    return this.runnext[p] !== NONE || this.ring[p]!.size > 0;
  }

  /** True when anybody with this P would find something to run. */
  hasWork(p: number): boolean {
    if (this.hasOwnWork(p) || this.dueTimers[p]!.size > 0) return true;
    return this.global[this.processOf(p)]!.size > 0;
  }
}
