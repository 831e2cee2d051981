/**
 * Threads on cores, as Linux schedules them (EEVDF, version 6.12): each core has its own queue;
 * eligibility and virtual deadlines decide who runs; slices end at a timer tick; a woken thread
 * takes the core at once when it is the best pick; idle cores pull work.
 *
 * A thread is parked, ready (in one core's queue) or running. Who has a core and nothing left to
 * compute is *advanced*: its runtime says what it does next by calling exactly one of `compute`,
 * `park` or `exit`. No tick is simulated on a core where nobody waits.
 *
 * Left out: nice levels, cgroup quotas, cache refill after a switch, NUMA and cache domains (all
 * cores share one last-level cache).
 */
import { assert } from "../kernel/assert.ts";
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import { NONE, resized, Rows } from "../kernel/rows.ts";
import type { Ledger } from "../measure/ledger.ts";
import { SLICE, type Trace } from "../measure/trace.ts";
import { sliceNs, type Calibration } from "./calibration.ts";
import { RunQueue, type SchedulingColumns } from "./run-queue.ts";

/** A row of the thread table. */
export type ThreadId = number;
export type CoreId = number;

/** What a burst of computing counts as. */
export const USER = 0;
export const SYSTEM = 1;
export const COLLECTOR = 2;

/** Event kinds of this layer. */
const CORE_START = 0;
const BURST_END = 1;
const TICK = 2;
const BALANCE = 3;
export const MACHINE_EVENTS = 16;

/** Places that every runtime has, because the machine moves tasks between them. */
export interface MachinePlaces {
  readonly runnable: number;
  readonly running: number;
}

/** What decides what threads do. */
export interface ThreadOwner {
  /** `thread` has a core and nothing left to compute (unless it was interrupted). */
  advance(thread: ThreadId): void;
}

const PARKED = 0;
const READY = 1;
const RUNNING = 2;
const FREE = 3;

const CORE_IDLE = 0;
const CORE_WAKING = 1;
const CORE_BUSY = 2;

export class Machine implements SchedulingColumns {
  readonly cores: number;
  readonly calibration: Calibration;
  readonly threads = new Rows(16, "threads", 1 << 20);

  /** Length (ns) of the burst that the next `compute` starts. */
  readonly burst = new Float64Array(1);
  /** Core time by kind (user, system, collector) in ns since the start. */
  readonly cpuNs = new Float64Array(3);
  /** Busy time of each core in ns since the start. */
  readonly coreBusyNs: Float64Array;
  voluntarySwitches = 0;
  involuntarySwitches = 0;

  // Thread columns.
  vruntime!: Float64Array;
  deadline!: Float64Array;
  /** The task the thread works for, moved between runnable and running with it; or NONE. */
  task!: Int32Array;
  /** The process a thread belongs to. */
  process!: Int32Array;
  private state!: Uint8Array;
  private burstKind!: Uint8Array;
  /** 1: park when the present burst ends; 2: advance at once when next on a core. */
  private after!: Uint8Array;
  private core!: Int32Array;
  private remaining!: Float64Array;
  private overhead!: Float64Array;
  private lag!: Float64Array;
  private lastRan!: Float64Array;
  private fresh!: Uint8Array;

  // Core columns.
  private readonly coreState: Uint8Array;
  private readonly current: Int32Array;
  private readonly accountedTo: Float64Array;
  private readonly overheadLeft: Float64Array;
  private readonly coreEvent: Int32Array;
  private readonly tickEvent: Int32Array;
  private readonly idleVruntime: Float64Array;
  private readonly queues: RunQueue[];
  private idleCores: number;
  private waiting = 0;
  private balanceEvent = NO_EVENT;
  /** Core whose thread is being advanced at this moment, or NONE. */
  private advancing = NONE;
  private rescheduleAfterAdvance = false;

  private readonly queue: EventQueue;
  private readonly ledger: Ledger;
  private readonly trace: Trace;
  private readonly places: MachinePlaces;
  private owner!: ThreadOwner;
  private readonly slice: number;
  private readonly firstThreadRow: number;

  constructor(parts: {
    queue: EventQueue;
    ledger: Ledger;
    trace: Trace;
    places: MachinePlaces;
    cores: number;
    calibration: Calibration;
    /** Schedule row of thread 0; cores are rows 0 to cores − 1. */
    firstThreadRow: number;
  }) {
    const { cores } = parts;
    this.queue = parts.queue;
    this.ledger = parts.ledger;
    this.trace = parts.trace;
    this.places = parts.places;
    this.cores = cores;
    this.calibration = parts.calibration;
    this.firstThreadRow = parts.firstThreadRow;
    this.slice = sliceNs(parts.calibration, cores);
    this.coreBusyNs = new Float64Array(cores);
    this.coreState = new Uint8Array(cores);
    this.current = new Int32Array(cores).fill(NONE);
    this.accountedTo = new Float64Array(cores);
    this.overheadLeft = new Float64Array(cores);
    this.coreEvent = new Int32Array(cores).fill(NO_EVENT);
    this.tickEvent = new Int32Array(cores).fill(NO_EVENT);
    this.idleVruntime = new Float64Array(cores);
    this.queues = Array.from({ length: cores }, () => new RunQueue());
    this.idleCores = cores;
    this.threads.onGrow((capacity) => this.growThreads(capacity));
  }

  /** Names the runtime that decides what threads do. */
  ownedBy(owner: ThreadOwner): void {
    this.owner = owner;
  }

  // ---- What runtimes call ----------------------------------------------------------------------

  /** A new parked thread of `process`. */
  createThread(process: number): ThreadId {
    const thread = this.threads.take();
    this.state[thread] = PARKED;
    this.after[thread] = 0;
    this.core[thread] = thread % this.cores;
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

  /** What is left (ns) of the burst that was interrupted. */
  remainingOf(thread: ThreadId): number {
    return this.remaining[thread]!;
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

  /** The thread being advanced computes for `burst[0]` ns. */
  compute(thread: ThreadId, kind: number): void {
    const core = this.core[thread]!;
    assert(this.advancing === core && this.current[core] === thread, "compute without the core");
    this.remaining[thread] = this.burst[0]!;
    this.burstKind[thread] = kind;
    this.after[thread] = 0;
    this.enterRunning(thread);
    this.startBurst(core, thread);
    this.advancing = NONE;
  }

  /**
   * The thread being advanced parks until `wake`. `why` is the state its row shows meanwhile
   * (`SLICE`). What it was charged is computed first.
   */
  park(thread: ThreadId, why: number): void {
    const core = this.core[thread]!;
    assert(this.advancing === core && this.current[core] === thread, "park without the core");
    this.advancing = NONE;
    if (this.overhead[thread]! > 0) {
      this.remaining[thread] = 0;
      this.after[thread] = 1 + (why << 2);
      this.startBurst(core, thread);
      return;
    }
    this.parkNow(core, thread, why);
  }

  /** The thread being advanced ends. */
  exit(thread: ThreadId): void {
    const core = this.core[thread]!;
    assert(this.advancing === core && this.current[core] === thread, "exit without the core");
    this.advancing = NONE;
    this.parkNow(core, thread, SLICE.idle);
    this.release(thread);
  }

  /** Wakes a parked thread; `waker` is the running thread that does it, or NONE for an interrupt. */
  wake(thread: ThreadId, waker: ThreadId): void {
    if (this.state[thread] === RUNNING) {
      // It was still paying for the way into its sleep: it does not fall asleep at all.
      assert((this.after[thread]! & 3) === 1, "woke a thread that does not sleep");
      this.after[thread] = 0;
      return;
    }
    if (this.state[thread] === READY) {
      assert((this.after[thread]! & 3) === 1, "woke a thread that is ready");
      this.after[thread] = 0;
      return;
    }
    assert(this.state[thread] === PARKED, "woke a thread that has ended");
    if (waker !== NONE) this.charge(waker, this.calibration.wakeCallNs);
    const core = this.chooseCore(thread, waker);
    this.core[thread] = core;
    if (this.coreState[core] === CORE_IDLE) this.wakeIdleCore(core, thread);
    else this.enqueueWoken(core, thread);
  }

  /**
   * Makes the thread stop computing and be advanced: at once when it has a core, else when it
   * next gets one. What was left of its burst is in `remainingOf`.
   */
  interrupt(thread: ThreadId): void {
    if (this.state[thread] !== RUNNING) {
      this.after[thread] = 2;
      return;
    }
    const core = this.core[thread]!;
    this.after[thread] = 2;
    if (this.coreState[core] !== CORE_BUSY) return;
    this.account(core);
    this.queue.cancel(this.coreEvent[core]!);
    this.advanceSoon(core);
  }

  /** Ends a thread from outside (its process was killed), whatever it does. */
  kill(thread: ThreadId): void {
    const core = this.core[thread]!;
    if (this.state[thread] === READY) {
      const queue = this.queues[core]!;
      queue.removeAt(queue.indexOf(thread), this);
      this.waiting--;
    } else if (this.state[thread] === RUNNING) {
      this.account(core);
      this.queue.cancel(this.coreEvent[core]!);
      this.state[thread] = PARKED;
      if (this.advancing === core) this.advancing = NONE;
      this.nextOn(core);
    }
    this.record(thread, SLICE.idle);
    this.release(thread);
  }

  // ---- Events ------------------------------------------------------------------------------------

  handle(kind: number, a: number): void {
    switch (kind) {
      case CORE_START:
        this.coreState[a] = CORE_BUSY;
        this.begin(a, this.current[a]!, true);
        break;
      case BURST_END:
        this.burstEnd(a);
        break;
      case TICK:
        this.tick(a);
        break;
      case BALANCE:
        this.balance();
        break;
      default:
        assert(false, "not an event of the machine");
    }
  }

  /** Brings all accounts up to the present instant. */
  settle(): void {
    for (let core = 0; core < this.cores; core++) {
      if (this.coreState[core] === CORE_BUSY) this.account(core);
    }
  }

  // ---- Running -----------------------------------------------------------------------------------

  /**
   * The core starts (or goes on) with a thread that is now its current one. Only the top of the
   * event loop may advance it `directly`; a chain of threads that park at once would otherwise
   * be a chain of calls.
   */
  private begin(core: CoreId, thread: ThreadId, directly: boolean): void {
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

  private advanceSoon(core: CoreId): void {
    const { clock } = this.queue;
    clock[DUE] = clock[NOW]!;
    this.coreEvent[core] = this.queue.push(BURST_END, core, 0);
  }

  /** An interrupted thread pays for the switch but computes nothing before it is advanced. */
  private stopAfterOverhead(core: CoreId): void {
    const { queue } = this;
    queue.cancel(this.coreEvent[core]!);
    queue.clock[DUE] = queue.clock[NOW]! + this.overheadLeft[core]!;
    this.coreEvent[core] = queue.push(BURST_END, core, 0);
  }

  private startBurst(core: CoreId, thread: ThreadId): void {
    const { clock } = this.queue;
    const overhead = this.overheadLeft[core]! + this.overhead[thread]!;
    this.overhead[thread] = 0;
    this.overheadLeft[core] = overhead;
    clock[DUE] = clock[NOW]! + overhead + this.remaining[thread]!;
    this.coreEvent[core] = this.queue.push(BURST_END, core, 0);
  }

  private burstEnd(core: CoreId): void {
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

  private advance(core: CoreId, thread: ThreadId): void {
    this.after[thread] = 0;
    this.advancing = core;
    this.owner.advance(thread);
    assert(this.advancing !== core, "a runtime left a thread without anything to do");
    if (!this.rescheduleAfterAdvance) return;
    this.rescheduleAfterAdvance = false;
    if (this.coreState[core] === CORE_BUSY) this.reschedule(core);
  }

  /** Books the time since the last booking to the core's current thread. */
  private account(core: CoreId): void {
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

  private parkNow(core: CoreId, thread: ThreadId, why: number): void {
    this.account(core);
    const queue = this.queues[core]!;
    const vruntime = this.vruntime[thread]!;
    const mean = (queue.sumVruntime + vruntime) / (queue.size + 1);
    const limit = Math.max(2 * this.slice, this.calibration.tickNs);
    this.lag[thread] = Math.max(-limit, Math.min(limit, mean - vruntime));
    this.lastRan[thread] = this.queue.clock[NOW]!;
    this.remaining[thread] = 0;
    this.state[thread] = PARKED;
    this.record(thread, why);
    this.voluntarySwitches++;
    this.nextOn(core);
  }

  private enterRunning(thread: ThreadId): void {
    const task = this.task[thread]!;
    if (task !== NONE) this.ledger.move(task, this.places.running);
    this.record(thread, SLICE.run);
  }

  // ---- Choosing ----------------------------------------------------------------------------------

  /** The core's thread has gone: the next one, work pulled from elsewhere, or idleness. */
  private nextOn(core: CoreId): void {
    const queue = this.queues[core]!;
    const gone = this.current[core]!;
    this.queue.cancel(this.tickEvent[core]!);
    this.tickEvent[core] = NO_EVENT;
    this.idleVruntime[core] = Math.max(this.idleVruntime[core]!, this.vruntime[gone]!);
    if (queue.size === 0 && this.waiting > 0) this.pullTo(core);
    if (queue.size === 0) {
      this.current[core] = NONE;
      this.coreState[core] = CORE_IDLE;
      this.overheadLeft[core] = 0;
      this.idleCores++;
      this.trace.enter(core, SLICE.idle, NONE);
      if (this.waiting > 0) this.armBalance();
      return;
    }
    let index = queue.pick(this, 0, 0);
    if (index === NONE) index = queue.leftmost(this);
    this.switchTo(core, queue.removeAt(index, this));
  }

  private switchTo(core: CoreId, thread: ThreadId): void {
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
  private reschedule(core: CoreId): void {
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

  private preempt(core: CoreId, running: ThreadId, best: number): void {
    const queue = this.queues[core]!;
    this.queue.cancel(this.coreEvent[core]!);
    this.queue.cancel(this.tickEvent[core]!);
    this.tickEvent[core] = NO_EVENT;
    const next = queue.removeAt(best, this);
    // What it still owed for the last switch it pays when it comes back.
    this.overhead[running] = this.overhead[running]! + this.overheadLeft[core]!;
    this.overheadLeft[core] = 0;
    this.lastRan[running] = this.queue.clock[NOW]!;
    this.involuntarySwitches++;
    this.makeReady(core, running);
    this.switchTo(core, next);
  }

  private makeReady(core: CoreId, thread: ThreadId): void {
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

  // ---- Waking ------------------------------------------------------------------------------------

  /** `select_idle_sibling`: previous core, any idle core, else the shorter of two queues. */
  private chooseCore(thread: ThreadId, waker: ThreadId): CoreId {
    const previous = this.core[thread]!;
    if (this.idleCores > 0) {
      for (let i = 0, core = previous; i < this.cores; i++) {
        if (this.coreState[core] === CORE_IDLE) return core;
        core = core + 1 === this.cores ? 0 : core + 1;
      }
    }
    if (waker === NONE) return previous;
    const near = this.core[waker]!;
    return this.queues[near]!.size < this.queues[previous]!.size ? near : previous;
  }

  private wakeIdleCore(core: CoreId, thread: ThreadId): void {
    const { clock } = this.queue;
    this.idleCores--;
    this.coreState[core] = CORE_WAKING;
    this.current[core] = thread;
    this.state[thread] = RUNNING;
    this.vruntime[thread] = this.idleVruntime[core]!;
    this.deadline[thread] = this.idleVruntime[core]! + this.slice;
    this.accountedTo[core] = clock[NOW]! + this.calibration.wakeIdleNs;
    this.overheadLeft[core] = 0;
    this.record(thread, SLICE.ready);
    clock[DUE] = clock[NOW]! + this.calibration.wakeIdleNs;
    this.coreEvent[core] = this.queue.push(CORE_START, core, 0);
  }

  private enqueueWoken(core: CoreId, thread: ThreadId): void {
    this.account(core);
    if (this.queues[core]!.size === 0) this.renewDeadline(core);
    this.place(core, thread);
    this.makeReady(core, thread);
    if (this.queue.isPending(this.tickEvent[core]!) === false) this.armTick(core);
    if (this.advancing === core) this.rescheduleAfterAdvance = true;
    else if (this.coreState[core] === CORE_BUSY) this.reschedule(core);
    if (this.idleCores > 0) this.armBalance();
  }

  /** A thread that ran alone had its deadline renewed at every tick, though none was simulated. */
  private renewDeadline(core: CoreId): void {
    const running = this.current[core]!;
    if (this.vruntime[running]! < this.deadline[running]!) return;
    const sinceTick = this.queue.clock[NOW]! % this.calibration.tickNs;
    this.deadline[running] = this.vruntime[running]! - sinceTick + this.slice;
  }

  /** `place_entity`: at the mean minus the lag it left with; a newcomer gets half a slice. */
  private place(core: CoreId, thread: ThreadId): void {
    const queue = this.queues[core]!;
    const running = this.current[core]!;
    const n = queue.size + 1;
    const mean = (queue.sumVruntime + this.vruntime[running]!) / n;
    let lag = this.lag[thread]!;
    // DELAY_DEQUEUE: who left with negative lag stays queued until the mean has caught up, so
    // by now the debt is paid up to what the mean has not yet passed.
    if (lag < 0) lag = Math.min(0, Math.max(lag, mean - this.vruntime[thread]!));
    this.vruntime[thread] = Math.round(mean - (lag * (n + 1)) / n);
    const slice = this.fresh[thread] === 1 ? this.slice / 2 : this.slice;
    this.deadline[thread] = this.vruntime[thread]! + slice;
  }

  // ---- Ticks and balancing -----------------------------------------------------------------------

  /** The tick at which the runner's slice will be found used up. */
  private armTick(core: CoreId): void {
    const { clock } = this.queue;
    const running = this.current[core]!;
    const { tickNs } = this.calibration;
    const from = Math.max(clock[NOW]!, this.accountedTo[core]!);
    const left = Math.max(1, this.deadline[running]! - this.vruntime[running]!);
    clock[DUE] = Math.ceil((from + left) / tickNs) * tickNs;
    this.tickEvent[core] = this.queue.push(TICK, core, 0);
  }

  private tick(core: CoreId): void {
    this.tickEvent[core] = NO_EVENT;
    if (this.coreState[core] !== CORE_BUSY || this.queues[core]!.size === 0) return;
    this.account(core);
    const running = this.current[core]!;
    if (this.vruntime[running]! >= this.deadline[running]!) {
      this.deadline[running] = this.vruntime[running]! + this.slice;
      this.endSlice(core, running);
    }
    if (this.queues[core]!.size > 0 && !this.queue.isPending(this.tickEvent[core]!)) {
      this.armTick(core);
    }
  }

  /** The slice is used up: the best of all, the runner included, goes on. */
  private endSlice(core: CoreId, running: ThreadId): void {
    const queue = this.queues[core]!;
    const vruntime = this.vruntime[running]!;
    const best = queue.pick(this, 1, vruntime);
    if (best === NONE) return;
    const eligible = vruntime * (queue.size + 1) <= queue.sumVruntime + vruntime;
    if (eligible && this.deadline[running]! <= this.deadline[queue.at(best)]!) return;
    this.preempt(core, running, best);
  }

  private armBalance(): void {
    if (this.queue.isPending(this.balanceEvent)) return;
    const { clock } = this.queue;
    const { tickNs } = this.calibration;
    clock[DUE] = (Math.floor(clock[NOW]! / tickNs) + 1) * tickNs;
    this.balanceEvent = this.queue.push(BALANCE, 0, 0);
  }

  /** At a tick, idle cores look once more for work that waits elsewhere. */
  private balance(): void {
    this.balanceEvent = NO_EVENT;
    for (let core = 0; core < this.cores && this.waiting > 0; core++) {
      if (this.coreState[core] !== CORE_IDLE) continue;
      this.pullTo(core);
      if (this.queues[core]!.size === 0) continue;
      const queue = this.queues[core]!;
      const thread = queue.removeAt(0, this);
      this.waiting--;
      this.idleCores--;
      this.coreState[core] = CORE_BUSY;
      this.current[core] = thread;
      this.state[thread] = RUNNING;
      this.overheadLeft[core] = this.calibration.contextSwitchNs;
      this.begin(core, thread, true);
    }
    if (this.waiting > 0 && this.idleCores > 0) this.armBalance();
  }

  /** Pulls one thread that is not cache-hot from the longest queue. */
  private pullTo(core: CoreId): void {
    let busiest = NONE;
    let longest = 0;
    for (let other = 0; other < this.cores; other++) {
      const { size } = this.queues[other]!;
      if (other !== core && size > longest) {
        longest = size;
        busiest = other;
      }
    }
    if (busiest === NONE) return;
    const queue = this.queues[busiest]!;
    const hotSince = this.queue.clock[NOW]! - this.calibration.cacheHotNs;
    for (let i = queue.size - 1; i >= 0; i--) {
      const thread = queue.at(i);
      if (this.calibration.cacheHotNs > 0 && this.lastRan[thread]! > hotSince) continue;
      this.account(busiest);
      const running = this.current[busiest]!;
      const mean = (queue.sumVruntime + this.vruntime[running]!) / (queue.size + 1);
      const lag = mean - this.vruntime[thread]!;
      const slice = this.deadline[thread]! - this.vruntime[thread]!;
      queue.removeAt(i, this);
      this.vruntime[thread] = Math.round(this.idleVruntime[core]! - lag);
      this.deadline[thread] = this.vruntime[thread]! + slice;
      this.core[thread] = core;
      this.queues[core]!.push(thread, this);
      return;
    }
  }

  // ---- Table and trace ---------------------------------------------------------------------------

  private release(thread: ThreadId): void {
    this.state[thread] = FREE;
    this.task[thread] = NONE;
    this.threads.release(thread);
  }

  private record(thread: ThreadId, state: number): void {
    if (!this.trace.enabled) return;
    const task = this.task[thread]!;
    this.trace.enter(this.firstThreadRow + thread, state, task);
    if (state === SLICE.run) {
      const kind = this.burstKind[thread] === COLLECTOR ? SLICE.gc : SLICE.run;
      this.trace.enter(this.core[thread]!, kind, task);
    }
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
    this.remaining = resized(this.remaining, capacity, Float64Array);
    this.overhead = resized(this.overhead, capacity, Float64Array);
    this.lag = resized(this.lag, capacity, Float64Array);
    this.lastRan = resized(this.lastRan, capacity, Float64Array);
    this.fresh = resized(this.fresh, capacity, Uint8Array);
  }
}
