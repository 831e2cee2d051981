/**
 * Cores that run threads: bursts and their accounts, who is next, slices that end at a tick. How
 * threads wake up and move between cores is `machine.ts`.
 */
import { assert } from "../kernel/assert.ts";
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import type { Stream } from "../kernel/random.ts";
import type { Ledger } from "../measure/ledger.ts";
import { SLICE, type Trace } from "../measure/trace.ts";
import { sliceNs, type Calibration } from "./calibration.ts";
import { IdleSearch } from "./idle-search.ts";
import { NewIdle } from "./newidle.ts";
import { RunQueue } from "./run-queue.ts";
import {
  COLLECTOR,
  PARKED,
  READY,
  RUNNING,
  SYSTEM,
  ThreadTable,
  type CoreId,
  type ThreadId,
} from "./thread-table.ts";

/** Event kinds of this layer. */
export const CORE_START = 0;
export const BURST_END = 1;
export const TICK = 2;
export const BALANCE = 3;
/** Events of a CPU limit, see `limited-machine.ts`. */
export const QUOTA_SPENT = 4;
export const QUOTA_REFILL = 5;
export const QUOTA_SLACK = 6;
export const MACHINE_EVENTS = 16;

/** States of a core. */
export const CORE_IDLE = 0;
export const CORE_WAKING = 1;
export const CORE_BUSY = 2;

/** Places that every runtime has, because the machine moves tasks between them. */
export interface MachinePlaces {
  readonly runnable: number;
  readonly running: number;
}

/** What decides what threads do. */
export interface ThreadOwner {
  /** `thread` has a core and nothing left to compute (unless it was interrupted). */
  advance(thread: ThreadId): void;
  /** The task that `thread` works or waits for, or NONE: what the schedule tells of a wait. */
  servedBy?(thread: ThreadId): number;
}

/** What a machine is built from. */
export interface MachineParts {
  readonly queue: EventQueue;
  readonly ledger: Ledger;
  readonly trace: Trace;
  readonly places: MachinePlaces;
  readonly cores: number;
  readonly calibration: Calibration;
  /** Schedule row of thread 0; cores are rows 0 to cores − 1. */
  readonly firstThreadRow: number;
  /** What is random about the machine: how long halted cores take, how fast busy ones are. */
  readonly random: Stream;
  /** What the scheduler leaves to chance: late ticks, looks for work. */
  readonly scheduler: Stream;
}

export abstract class Cores extends ThreadTable {
  readonly calibration: Calibration;

  /** Length (ns) of the burst that the next `compute` starts. */
  readonly burst = new Float64Array(1);
  /** Busy time of each core in ns since the start. */
  readonly coreBusyNs: Float64Array;
  voluntarySwitches = 0;
  involuntarySwitches = 0;

  // Core columns.
  protected readonly coreState: Uint8Array;
  protected readonly current: Int32Array;
  protected readonly accountedTo: Float64Array;
  protected readonly overheadLeft: Float64Array;
  protected readonly coreEvent: Int32Array;
  protected readonly tickEvent: Int32Array;
  protected readonly idleVruntime: Float64Array;
  protected readonly idleSince: Float64Array;
  /** Ticks in a row at which the idle core found only threads that were too hot to take. */
  protected readonly failedPulls: Float64Array;
  protected readonly queues: RunQueue[];
  protected idleCores: number;
  protected readonly idleSearch: IdleSearch;
  protected waiting = 0;
  protected balanceEvent = NO_EVENT;
  /** Core whose thread is being advanced at this moment, or NONE. */
  protected advancing = NONE;
  protected rescheduleAfterAdvance = false;

  protected readonly queue: EventQueue;
  protected readonly ledger: Ledger;
  protected readonly trace: Trace;
  protected readonly places: MachinePlaces;
  owner!: ThreadOwner;
  protected readonly slice: number;
  private readonly firstThreadRow: number;
  protected readonly random: Stream;
  protected readonly scheduler: Stream;
  protected readonly newIdle: NewIdle;
  /** Somebody waited behind another when a core last looked, or has begun to since. */
  protected isOverloaded = false;
  /** Where in the grid of ticks the run begins, ns. */
  protected readonly tickPhase = new Float64Array(1);

  constructor(parts: MachineParts) {
    const { cores } = parts;
    super(cores);
    this.queue = parts.queue;
    this.ledger = parts.ledger;
    this.trace = parts.trace;
    this.places = parts.places;
    this.calibration = parts.calibration;
    this.firstThreadRow = parts.firstThreadRow;
    this.random = parts.random;
    this.scheduler = parts.scheduler;
    this.newIdle = new NewIdle(cores, parts.scheduler);
    if (parts.calibration.tickLateNs > 0) {
      this.tickPhase[0] = Math.round(this.scheduler.next() * parts.calibration.tickNs);
    }
    this.slice = sliceNs(parts.calibration, cores);
    this.coreBusyNs = new Float64Array(cores);
    this.coreState = new Uint8Array(cores);
    this.current = new Int32Array(cores).fill(NONE);
    this.accountedTo = new Float64Array(cores);
    this.overheadLeft = new Float64Array(cores);
    this.coreEvent = new Int32Array(cores).fill(NO_EVENT);
    this.tickEvent = new Int32Array(cores).fill(NO_EVENT);
    this.idleVruntime = new Float64Array(cores);
    this.idleSince = new Float64Array(cores);
    this.failedPulls = new Float64Array(cores);
    this.queues = Array.from({ length: cores }, () => new RunQueue());
    this.idleCores = cores;
    this.idleSearch = new IdleSearch(cores, parts.calibration.tickNs);
  }

  /** The thread that the core runs, or comes back for; NONE. */
  threadOn(core: CoreId): ThreadId {
    return this.current[core]!;
  }

  /** The thread's row of the schedule. */
  rowOf(thread: ThreadId): number {
    return this.firstThreadRow + thread;
  }

  /** Who has the core for which the thread waits; NONE: nobody, or it waits for none. */
  inFrontOf(thread: ThreadId): ThreadId {
    return this.state[thread] === READY ? this.current[this.core[thread]!]! : NONE;
  }

  /** Threads that wait for the core. */
  queuedOn(core: CoreId): number {
    return this.queues[core]!.size;
  }

  /** Names the runtime that decides what threads do. */
  ownedBy(owner: ThreadOwner): void {
    this.owner = owner;
  }

  /** Pulls one thread from the longest queue; whether there was one that it could have been. */
  protected abstract pullTo(core: CoreId): boolean;
  /** At the next tick idle cores look once more for work. */
  protected abstract armBalance(): void;

  // ---- Running -----------------------------------------------------------------------------------

  /**
   * The core starts (or goes on) with a thread that is now its current one. Only the top of the
   * event loop may advance it `directly`; a chain of threads that park at once would otherwise
   * be a chain of calls.
   */
  protected begin(core: CoreId, thread: ThreadId, directly: boolean): void {
    this.accountedTo[core] = this.queue.clock[NOW]!;
    this.fresh[thread] = 0;
    if (this.after[thread] === 2 || (this.remaining[thread]! === 0 && this.after[thread] === 0)) {
      // Nothing to compute but the switch itself: pay for that, then advance.
      if (this.overheadLeft[core]! > 0 || this.overhead[thread]! > 0) {
        this.enterRunning(thread);
        this.startBurst(core, thread);
        if (this.after[thread] === 2) this.stopAfterOverhead(core);
      } else if (directly) this.advance(core, thread);
      else this.advanceSoon(core);
      return;
    }
    this.enterRunning(thread);
    this.startBurst(core, thread);
  }

  protected advanceSoon(core: CoreId): void {
    const { clock } = this.queue;
    clock[DUE] = clock[NOW]!;
    this.coreEvent[core] = this.queue.push(BURST_END, core, 0);
  }

  /** An interrupted thread pays for the switch but computes nothing before it is advanced. */
  protected stopAfterOverhead(core: CoreId): void {
    const { queue } = this;
    queue.cancel(this.coreEvent[core]!);
    queue.clock[DUE] = queue.clock[NOW]! + this.overheadLeft[core]!;
    this.coreEvent[core] = queue.push(BURST_END, core, 0);
  }

  protected startBurst(core: CoreId, thread: ThreadId): void {
    const { clock } = this.queue;
    const overhead = this.overheadLeft[core]! + this.overhead[thread]!;
    this.overhead[thread] = 0;
    this.overheadLeft[core] = overhead;
    clock[DUE] = clock[NOW]! + overhead + this.remaining[thread]!;
    this.coreEvent[core] = this.queue.push(BURST_END, core, 0);
  }

  protected burstEnd(core: CoreId): void {
    const thread = this.current[core]!;
    this.account(core);
    const after = this.after[thread]!;
    if ((after & 3) === 1) {
      this.after[thread] = 0;
      this.parkNow(core, thread, after >> 2);
      return;
    }
    this.advance(core, thread);
  }

  protected advance(core: CoreId, thread: ThreadId): void {
    this.after[thread] = 0;
    this.advancing = core;
    this.owner.advance(thread);
    assert(this.advancing !== core, "a runtime left a thread without anything to do");
    if (!this.rescheduleAfterAdvance) return;
    this.rescheduleAfterAdvance = false;
    if (this.coreState[core] === CORE_BUSY) this.reschedule(core);
  }

  /** Books the time since the last booking to the core's current thread. */
  protected account(core: CoreId): void {
    const now = this.queue.clock[NOW]!;
    const elapsed = now - this.accountedTo[core]!;
    if (elapsed <= 0) return;
    this.accountedTo[core] = now;
    const thread = this.current[core]!;
    const overhead = Math.min(this.overheadLeft[core]!, elapsed);
    const worked = elapsed - overhead;
    this.overheadLeft[core] = this.overheadLeft[core]! - overhead;
    this.remaining[thread] = this.remaining[thread]! - worked;
    this.vruntime[thread] = this.vruntime[thread]! + elapsed;
    const kind = this.burstKind[thread]!;
    this.cpuNs[kind] = this.cpuNs[kind]! + worked;
    this.cpuNs[SYSTEM] = this.cpuNs[SYSTEM]! + overhead;
    this.coreBusyNs[core] = this.coreBusyNs[core]! + elapsed;
  }

  protected parkNow(core: CoreId, thread: ThreadId, why: number): void {
    this.account(core);
    this.leaveWithLag(core, thread);
    this.lastRan[thread] = this.queue.clock[NOW]!;
    this.remaining[thread] = 0;
    this.state[thread] = PARKED;
    this.record(thread, why);
    this.voluntarySwitches++;
    this.nextOn(core);
  }

  /** `update_entity_lag`: what the thread has coming, or owes, when it leaves the core's queue. */
  protected leaveWithLag(core: CoreId, thread: ThreadId): void {
    const queue = this.queues[core]!;
    const vruntime = this.vruntime[thread]!;
    const mean = (queue.sumVruntime + vruntime) / (queue.size + 1);
    const limit = Math.max(2 * this.slice, this.calibration.tickNs);
    this.lag[thread] = Math.max(-limit, Math.min(limit, mean - vruntime));
  }

  protected enterRunning(thread: ThreadId): void {
    const task = this.task[thread]!;
    if (task !== NONE) this.ledger.move(task, this.places.running);
    this.record(thread, SLICE.run);
  }

  // ---- Choosing ----------------------------------------------------------------------------------

  /** The core's thread has gone: the next one, work pulled from elsewhere, or idleness. */
  protected nextOn(core: CoreId): void {
    const queue = this.queues[core]!;
    const gone = this.current[core]!;
    this.queue.cancel(this.tickEvent[core]!);
    this.tickEvent[core] = NO_EVENT;
    this.idleVruntime[core] = Math.max(this.idleVruntime[core]!, this.vruntime[gone]!);
    if (queue.size === 0) this.lookElsewhere(core);
    if (queue.size === 0) {
      this.goIdle(core);
      return;
    }
    let index = queue.pick(this, 0, 0);
    if (index === NONE) index = queue.leftmost(this);
    this.switchTo(core, queue.removeAt(index, this));
  }

  /** The core has run out of work. */
  private lookElsewhere(core: CoreId): void {
    if (!this.calibration.limitsIdleSearch) {
      if (this.waiting > 0) this.pullTo(core);
      return;
    }
    if (!this.isOverloaded || !this.newIdle.looks(core)) return;
    this.isOverloaded = this.waiting > 0;
    if (this.isOverloaded) this.pullTo(core);
    this.newIdle.looked(core, this.queues[core]!.size > 0);
  }

  protected goIdle(core: CoreId): void {
    this.current[core] = NONE;
    this.coreState[core] = CORE_IDLE;
    this.overheadLeft[core] = 0;
    this.idleCores++;
    this.idleSince[core] = this.queue.clock[NOW]!;
    this.trace.enter(core, SLICE.idle, NONE);
    if (this.waiting > 0) this.armBalance();
  }

  protected switchTo(core: CoreId, thread: ThreadId): void {
    this.waiting--;
    const previous = this.current[core]!;
    this.current[core] = thread;
    this.core[thread] = core;
    this.state[thread] = RUNNING;
    this.coreState[core] = CORE_BUSY;
    this.overheadLeft[core] = previous === thread ? 0 : this.calibration.contextSwitchNs;
    this.begin(core, thread, false);
    if (this.queues[core]!.size > 0) this.armTick(core);
  }

  /** Something became ready on a busy core, or a slice ended: does the runner keep the core? */
  protected reschedule(core: CoreId): void {
    const queue = this.queues[core]!;
    if (queue.size === 0) return;
    this.account(core);
    const running = this.current[core]!;
    const vruntime = this.vruntime[running]!;
    const total = queue.sumVruntime + vruntime;
    const n = queue.size + 1;
    const eligible = vruntime * n <= total;
    // RUN_TO_PARITY: an eligible runner keeps the core until its slice is used up.
    if (eligible && vruntime < this.deadline[running]!) return;
    const best = queue.pick(this, 1, vruntime);
    if (best === NONE) return;
    if (eligible && this.deadline[running]! <= this.deadline[queue.at(best)]!) return;
    this.preempt(core, running, best);
  }

  protected preempt(core: CoreId, running: ThreadId, best: number): void {
    const next = this.queues[core]!.removeAt(best, this);
    this.takeOff(core, running);
    this.switchTo(core, next);
  }

  /** The running thread loses the core and is ready. */
  protected takeOff(core: CoreId, running: ThreadId): void {
    this.queue.cancel(this.coreEvent[core]!);
    this.queue.cancel(this.tickEvent[core]!);
    this.tickEvent[core] = NO_EVENT;
    // What it still owed for the last switch it pays when it comes back.
    this.overhead[running] = this.overhead[running]! + this.overheadLeft[core]!;
    this.overheadLeft[core] = 0;
    this.lastRan[running] = this.queue.clock[NOW]!;
    this.involuntarySwitches++;
    this.makeReady(core, running);
  }

  protected makeReady(core: CoreId, thread: ThreadId): void {
    this.state[thread] = READY;
    this.core[thread] = core;
    this.queues[core]!.push(thread, this);
    this.waiting++;
    const task = this.task[thread]!;
    if (task !== NONE && this.ledger.place[task] === this.places.running) {
      this.ledger.move(task, this.places.runnable);
    }
    this.record(thread, SLICE.ready);
  }

  // ---- Ticks -------------------------------------------------------------------------------------

  /** The tick at which the runner's slice will be found used up. */
  protected armTick(core: CoreId): void {
    const { clock } = this.queue;
    const running = this.current[core]!;
    const from = Math.max(clock[NOW]!, this.accountedTo[core]!);
    const left = Math.max(1, this.deadline[running]! - this.vruntime[running]!);
    clock[DUE] = this.tickFrom(from + left);
    this.tickEvent[core] = this.queue.push(TICK, core, 0);
  }

  /** When the first tick at or after `ns` comes: on the grid, or somewhat late. */
  protected tickFrom(ns: number): number {
    const { tickNs, tickLateNs } = this.calibration;
    if (tickLateNs === 0) return Math.ceil(ns / tickNs) * tickNs;
    const phase = this.tickPhase[0]!;
    const at = Math.ceil((ns - phase) / tickNs) * tickNs + phase;
    return at + Math.round(this.scheduler.next() * tickLateNs);
  }

  protected tick(core: CoreId): void {
    this.tickEvent[core] = NO_EVENT;
    if (this.coreState[core] !== CORE_BUSY || this.queues[core]!.size === 0) return;
    this.account(core);
    const running = this.current[core]!;
    if (this.vruntime[running]! >= this.deadline[running]!) {
      this.deadline[running] = this.vruntime[running]! + this.slice;
      this.endSlice(core, running);
    }
    if (this.queues[core]!.size > 0 && !this.queue.isPending(this.tickEvent[core])) {
      this.armTick(core);
    }
  }

  /** The slice is used up: the best of all, the runner included, goes on. */
  protected endSlice(core: CoreId, running: ThreadId): void {
    const queue = this.queues[core]!;
    const vruntime = this.vruntime[running]!;
    const best = queue.pick(this, 1, vruntime);
    if (best === NONE) return;
    const eligible = vruntime * (queue.size + 1) <= queue.sumVruntime + vruntime;
    if (eligible && this.deadline[running]! <= this.deadline[queue.at(best)]!) return;
    this.preempt(core, running, best);
  }

  /** A thread that does nothing but pay for its way into the next sleep is on its core too. */
  protected showRunning(thread: ThreadId): void {
    if (!this.trace.enabled) return;
    if (this.trace.stateOf(this.firstThreadRow + thread) !== SLICE.run) {
      this.record(thread, SLICE.run);
    }
  }

  protected record(thread: ThreadId, state: number): void {
    if (!this.trace.enabled) return;
    let task = this.task[thread]!;
    if (state !== SLICE.run) {
      if (task === NONE && state !== SLICE.idle) task = this.owner.servedBy?.(thread) ?? NONE;
      this.trace.enter(this.firstThreadRow + thread, state, task);
      return;
    }
    const kind = this.burstKind[thread] === COLLECTOR ? SLICE.gc : SLICE.run;
    this.trace.enter(this.firstThreadRow + thread, kind, task);
    this.trace.enterThread(this.core[thread]!, kind, task, thread);
  }
}
