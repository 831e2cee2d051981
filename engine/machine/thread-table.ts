/** The columns of the threads of a machine, and what needs nothing but them. */
import { NONE, resized, Rows } from "../kernel/rows.ts";
import type { SchedulingColumns } from "./run-queue.ts";

/** A row of the thread table. */
export type ThreadId = number;
export type CoreId = number;

/** What a burst of computing counts as. */
export const USER = 0;
export const SYSTEM = 1;
export const COLLECTOR = 2;

/** States of a thread. */
export const PARKED = 0;
export const READY = 1;
export const RUNNING = 2;
export const FREE = 3;
/** Its process is stopped: it would be ready otherwise ... */
export const STOPPED = 4;
/** ... or parked. */
export const STOPPED_ASLEEP = 5;

export abstract class ThreadTable implements SchedulingColumns {
  readonly cores: number;
  readonly threads = new Rows(16, "threads", 1 << 20);
  /** Core time by kind (user, system, collector) in ns since the start. */
  readonly cpuNs = new Float64Array(3);

  // Thread columns.
  vruntime!: Float64Array;
  deadline!: Float64Array;
  /** The task the thread works for, moved between runnable and running with it; or NONE. */
  task!: Int32Array;
  /** The process a thread belongs to. */
  process!: Int32Array;
  protected state!: Uint8Array;
  protected burstKind!: Uint8Array;
  /** 1: park when the present burst ends; 2: advance at once when next on a core. */
  protected after!: Uint8Array;
  protected core!: Int32Array;
  /** Where it ran before it was last woken on a busy core. */
  protected recentCore!: Int32Array;
  protected remaining!: Float64Array;
  protected overhead!: Float64Array;
  protected lag!: Float64Array;
  protected lastRan!: Float64Array;
  protected fresh!: Uint8Array;
  /** 1: runs even while its process is stopped. */
  private exempt!: Uint8Array;
  /** 1 while a process is stopped; processes beyond its end are not. */
  private stopped = new Uint8Array(1);

  constructor(cores: number) {
    this.cores = cores;
    this.threads.onGrow((capacity) => this.growThreads(capacity));
  }

  /** A new parked thread of `process`. */
  createThread(process: number): ThreadId {
    const thread = this.threads.take();
    this.state[thread] = this.isStopped(process) ? STOPPED_ASLEEP : PARKED;
    this.after[thread] = 0;
    this.exempt[thread] = 0;
    this.core[thread] = thread % this.cores;
    this.recentCore[thread] = thread % this.cores;
    this.remaining[thread] = 0;
    this.overhead[thread] = 0;
    this.lag[thread] = 0;
    this.lastRan[thread] = -Infinity;
    this.task[thread] = NONE;
    this.process[thread] = process;
    this.fresh[thread] = 1;
    return thread;
  }

  isParked(thread: ThreadId): boolean {
    return this.state[thread] === PARKED;
  }

  isAlive(thread: ThreadId): boolean {
    return this.state[thread] !== FREE;
  }

  /** The living threads of a process, in the order of their numbers. */
  livingIn(process: number): ThreadId[] {
    const living: ThreadId[] = [];
    for (let thread = 0; thread < this.threads.high; thread++) {
      if (this.process[thread] === process && this.isAlive(thread)) living.push(thread);
    }
    return living;
  }

  /** The core the thread runs on, or ran on last. */
  coreOf(thread: ThreadId): number {
    return this.core[thread]!;
  }

  isStopped(process: number): boolean {
    return process < this.stopped.length && this.stopped[process] === 1;
  }

  /** The thread runs even while its process is stopped: it belongs to the collector. */
  exemptFromStops(thread: ThreadId): void {
    this.exempt[thread] = 1;
    if (this.state[thread] === STOPPED_ASLEEP) this.state[thread] = PARKED;
  }

  protected isExempt(thread: ThreadId): boolean {
    return this.exempt[thread] === 1;
  }

  protected setStopped(process: number, stopped: 0 | 1): void {
    if (process >= this.stopped.length) {
      this.stopped = resized(this.stopped, 2 * process, Uint8Array);
    }
    this.stopped[process] = stopped;
  }

  /** What the thread's present or last burst counts as. */
  kindOf(thread: ThreadId): number {
    return this.burstKind[thread]!;
  }

  /** What is left (ns) of the burst that was interrupted. */
  remainingOf(thread: ThreadId): number {
    return this.remaining[thread]!;
  }

  /** True while the thread has costs to pay. */
  isOwing(thread: ThreadId): boolean {
    return this.overhead[thread]! > 0;
  }

  /** Adds a system-time cost (ns) that the thread pays before its next burst or before it parks. */
  charge(thread: ThreadId, ns: number): void {
    if (ns > 0) this.overhead[thread] = this.overhead[thread]! + ns;
  }

  /** The same for a collection (ns), which is booked as the collector's. */
  chargeCollection(thread: ThreadId, ns: number): void {
    this.charge(thread, ns);
    this.cpuNs[COLLECTOR] = this.cpuNs[COLLECTOR]! + ns;
    this.cpuNs[SYSTEM] = this.cpuNs[SYSTEM]! - ns;
  }

  private growThreads(capacity: number): void {
    this.vruntime = resized(this.vruntime, capacity, Float64Array);
    this.deadline = resized(this.deadline, capacity, Float64Array);
    this.task = resized(this.task, capacity, Int32Array);
    this.process = resized(this.process, capacity, Int32Array);
    this.state = resized(this.state, capacity, Uint8Array);
    this.burstKind = resized(this.burstKind, capacity, Uint8Array);
    this.after = resized(this.after, capacity, Uint8Array);
    this.core = resized(this.core, capacity, Int32Array);
    this.recentCore = resized(this.recentCore, capacity, Int32Array);
    this.remaining = resized(this.remaining, capacity, Float64Array);
    this.overhead = resized(this.overhead, capacity, Float64Array);
    this.lag = resized(this.lag, capacity, Float64Array);
    this.lastRan = resized(this.lastRan, capacity, Float64Array);
    this.fresh = resized(this.fresh, capacity, Uint8Array);
    this.exempt = resized(this.exempt, capacity, Uint8Array);
  }
}
