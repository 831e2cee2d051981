/**
 * Threads on cores, as Linux schedules them (EEVDF, version 6.12): each core has its own queue;
 * eligibility and virtual deadlines decide who runs; slices end at a timer tick; a woken thread
 * takes the core at once when it is the best pick; idle cores pull work.
 *
 * A thread is parked, ready (in one core's queue) or running. Who has a core and nothing left to
 * compute is *advanced*: its runtime says what it does next by calling exactly one of `compute`,
 * `park` or `exit`. No tick is simulated on a core where nobody waits.
 *
 * A CPU limit is `limited-machine.ts`. Left out: nice levels, cache refill after a switch, NUMA and
 * cache domains (all cores share one last-level cache).
 */
import { assert } from "../kernel/assert.ts";
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import { SLICE } from "../measure/trace.ts";
import {
  BALANCE,
  BURST_END,
  CORE_BUSY,
  CORE_IDLE,
  CORE_START,
  CORE_WAKING,
  Cores,
  TICK,
} from "./cores.ts";
import { wakeLatency } from "./halt.ts";
import {
  FREE,
  PARKED,
  READY,
  RUNNING,
  STOPPED,
  STOPPED_ASLEEP,
  type CoreId,
  type ThreadId,
} from "./thread-table.ts";

export { MACHINE_EVENTS } from "./cores.ts";
export type { MachineParts, ThreadOwner } from "./cores.ts";
export { COLLECTOR, SYSTEM, USER } from "./thread-table.ts";
export type { ThreadId } from "./thread-table.ts";

/** So long the host polls for work before a virtual core halts [R] `halt_poll_ns`, 200 µs at most. */
const HALT_AFTER_NS = 100_000;
/** [S] topology.c, domains that share a cache: as many balances in vain spare what is cache-hot. */
const CACHE_NICE_TRIES = 1;

export class Machine extends Cores {
  /** Cores as runtimes count them that heed a CPU limit. */
  get allowedCores(): number {
    return this.cores;
  }

  // ---- What runtimes call ----------------------------------------------------------------------

  /** What `burst[0]` ns of work take on a core when another one is busy at their start. */
  slowBurst(): void {
    const { mean, spread } = this.calibration.shared;
    if (mean === 0 || this.idleCores >= this.cores - 1) return;
    const factor = 1 + mean + spread * (2 * this.random.next() - 1);
    this.burst[0] = Math.round(this.burst[0]! * factor);
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
      this.showRunning(thread);
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

  /** Another CPU limit, where there is one. */
  retune(_cpus: number): void {
    // No limit comes or goes while threads run: it is another kind of machine.
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
    if (this.state[thread] !== PARKED) {
      this.wakeStopped(thread);
      return;
    }
    const core = this.chooseCore(thread, waker);
    if (waker !== NONE) this.charge(waker, this.wakeCall(core));
    this.core[thread] = core;
    this.trace.wokenBy(waker);
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
    if (this.state[thread] === READY) this.dequeue(core, thread);
    else if (this.state[thread] === RUNNING) {
      this.account(core);
      this.queue.cancel(this.coreEvent[core]!);
      this.state[thread] = PARKED;
      if (this.advancing === core) this.advancing = NONE;
      this.nextOn(core);
    }
    this.record(thread, SLICE.idle);
    this.release(thread);
  }

  /** Takes a ready thread out of its core's queue. */
  protected dequeue(core: CoreId, thread: ThreadId): void {
    const queue = this.queues[core]!;
    queue.removeAt(queue.indexOf(thread), this);
    this.waiting--;
  }

  // ---- Stopping the world ------------------------------------------------------------------------

  /**
   * No thread of the process computes until `resumeProcess`, but those that are exempt. Waits go
   * on; who is woken meanwhile waits for the end of the stop. Not while a thread is advanced.
   */
  stopProcess(process: number): void {
    assert(this.advancing === NONE, "a process is stopped between two events");
    this.setStopped(process, 1);
    // Who waits for a core first: it must not get the core of one that runs.
    for (const wanted of [PARKED, READY, RUNNING]) {
      for (let thread = 0; thread < this.threads.high; thread++) {
        if (this.state[thread] !== wanted || this.process[thread] !== process) continue;
        if (this.isExempt(thread)) continue;
        if (wanted === PARKED) this.state[thread] = STOPPED_ASLEEP;
        else this.stopThread(thread, wanted);
      }
    }
  }

  /** What was stopped goes on as if it had just been woken. */
  resumeProcess(process: number): void {
    this.setStopped(process, 0);
    for (let thread = 0; thread < this.threads.high; thread++) {
      if (this.process[thread] !== process) continue;
      if (this.state[thread] === STOPPED_ASLEEP) this.state[thread] = PARKED;
      else if (this.state[thread] === STOPPED) {
        this.state[thread] = PARKED;
        this.wake(thread, NONE);
      }
    }
  }

  /** Takes a thread off its core, or out of its core's queue; its burst goes on later. */
  private stopThread(thread: ThreadId, state: number): void {
    const core = this.core[thread]!;
    if (this.coreState[core] === CORE_BUSY) this.account(core);
    if (state === READY) this.dequeue(core, thread);
    else {
      this.queue.cancel(this.coreEvent[core]!);
      // What it still owed for the last switch it pays when it comes back.
      this.overhead[thread] = this.overhead[thread]! + this.overheadLeft[core]!;
      this.overheadLeft[core] = 0;
    }
    this.leaveWithLag(core, thread);
    this.state[thread] = STOPPED;
    const task = this.task[thread]!;
    if (task !== NONE && this.ledger.place[task] === this.places.running) {
      this.ledger.move(task, this.places.runnable);
    }
    this.record(thread, SLICE.gc);
    if (state === RUNNING) this.nextOn(core);
  }

  /** A thread of a stopped process is woken: it goes on when the process does. */
  private wakeStopped(thread: ThreadId): void {
    if (this.state[thread] === STOPPED_ASLEEP) {
      this.state[thread] = STOPPED;
      this.record(thread, SLICE.gc);
      return;
    }
    assert(this.state[thread] === STOPPED, "woke a thread that has ended");
    assert((this.after[thread]! & 3) === 1, "woke a thread that is stopped");
    this.after[thread] = 0;
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

  // ---- Waking ------------------------------------------------------------------------------------

  /** `select_idle_sibling`: previous core, any idle core, else the shorter of two queues. */
  private chooseCore(thread: ThreadId, waker: ThreadId): CoreId {
    const previous = this.core[thread]!;
    if (this.coreState[previous] === CORE_IDLE) return previous;
    const idle = this.calibration.limitsIdleSearch
      ? this.idleNear(thread, previous)
      : this.nextIdle(previous, this.cores);
    if (idle !== NONE) return idle;
    if (waker === NONE) return previous;
    const near = this.core[waker]!;
    return this.queues[near]!.size < this.queues[previous]!.size ? near : previous;
  }

  /** The core that the thread used before, or one that the search comes to; NONE. */
  private idleNear(thread: ThreadId, previous: CoreId): CoreId {
    const before = this.recentCore[thread]!;
    this.recentCore[thread] = previous;
    if (this.idleCores === 0) return NONE;
    if (this.coreState[before] === CORE_IDLE) return before;
    const { idleSearch } = this;
    const now = this.queue.clock[NOW]!;
    if (idleSearch.isDue(now)) idleSearch.update(now, this.busyUntil(now));
    return this.nextIdle(previous, idleSearch.reach);
  }

  /** The first idle one of the next `reach` cores, or NONE. */
  private nextIdle(previous: CoreId, reach: number): CoreId {
    if (this.idleCores === 0) return NONE;
    for (let i = 0, core = previous; i < reach; i++) {
      core = core + 1 === this.cores ? 0 : core + 1;
      if (this.coreState[core] === CORE_IDLE) return core;
    }
    return NONE;
  }

  private busyUntil(now: number): number {
    let busyNs = 0;
    for (let core = 0; core < this.cores; core++) {
      const runs = this.coreState[core] === CORE_BUSY ? now - this.accountedTo[core]! : 0;
      busyNs += this.coreBusyNs[core]! + runs;
    }
    return busyNs;
  }

  protected wakeIdleCore(core: CoreId, thread: ThreadId): void {
    this.vruntime[thread] = this.idleVruntime[core]!;
    this.deadline[thread] = this.idleVruntime[core]! + this.slice;
    this.bringBack(core, thread);
  }

  /** The idle core comes back for `thread`. */
  protected bringBack(core: CoreId, thread: ThreadId): void {
    const { clock } = this.queue;
    this.idleCores--;
    this.coreState[core] = CORE_WAKING;
    this.current[core] = thread;
    this.state[thread] = RUNNING;
    const delay = this.wakeDelay(core);
    this.accountedTo[core] = clock[NOW]! + delay;
    const { haltCallNs } = this.calibration;
    this.overheadLeft[core] = haltCallNs > 0 && this.hasHalted(core) ? haltCallNs : 0;
    this.record(thread, SLICE.ready);
    clock[DUE] = clock[NOW]! + delay;
    this.coreEvent[core] = this.queue.push(CORE_START, core, 0);
  }

  /** What waking a thread on `core` costs whoever does it, ns. */
  private wakeCall(core: CoreId): number {
    const { wakeCallNs, wakeHaltedCallNs } = this.calibration;
    if (wakeHaltedCallNs === wakeCallNs) return wakeCallNs;
    const halted = this.coreState[core] === CORE_IDLE && this.hasHalted(core);
    return halted ? wakeHaltedCallNs : wakeCallNs;
  }

  private hasHalted(core: CoreId): boolean {
    return this.queue.clock[NOW]! - this.idleSince[core]! >= HALT_AFTER_NS;
  }

  /** ns from the wake-up until an idle core runs. */
  private wakeDelay(core: CoreId): number {
    const { halts, wakeIdleNs } = this.calibration;
    if (halts.length === 0) return wakeIdleNs;
    return wakeLatency(halts, this.queue.clock[NOW]! - this.idleSince[core]!, this.random.next());
  }

  private enqueueWoken(core: CoreId, thread: ThreadId): void {
    this.account(core);
    if (this.queues[core]!.size === 0) this.renewDeadline(core);
    this.place(core, thread);
    this.makeReady(core, thread);
    this.isOverloaded = true;
    if (!this.queue.isPending(this.tickEvent[core]!)) this.armTick(core);
    if (this.advancing === core) this.rescheduleAfterAdvance = true;
    else if (this.coreState[core] === CORE_BUSY) this.reschedule(core);
    if (this.idleCores > 0) this.armBalance();
  }

  /** A thread that ran alone had its deadline renewed at every tick, though none was simulated. */
  private renewDeadline(core: CoreId): void {
    const running = this.current[core]!;
    if (this.vruntime[running]! < this.deadline[running]!) return;
    const { tickNs } = this.calibration;
    const sinceTick = (this.queue.clock[NOW]! + tickNs - this.tickPhase[0]!) % tickNs;
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
    this.deadline[thread] = this.vruntime[thread] + slice;
  }

  // ---- Balancing ---------------------------------------------------------------------------------

  protected armBalance(): void {
    if (this.queue.isPending(this.balanceEvent)) return;
    const { clock } = this.queue;
    clock[DUE] = this.tickFrom(clock[NOW]! + 1);
    this.balanceEvent = this.queue.push(BALANCE, 0, 0);
  }

  /** At a tick, idle cores look once more for work that waits elsewhere. */
  private balance(): void {
    this.balanceEvent = NO_EVENT;
    for (let core = 0; core < this.cores && this.waiting > 0; core++) {
      if (this.coreState[core] !== CORE_IDLE) continue;
      const couldPull = this.pullTo(core);
      const queue = this.queues[core]!;
      if (queue.size === 0) {
        if (couldPull) this.failedPulls[core]!++;
        continue;
      }
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
    else this.failedPulls.fill(0);
  }

  /**
   * Pulls one thread that is not cache-hot from the longest queue. Two that take turns on a core
   * are always hot at a tick, so after some ticks in vain the core takes what there is.
   */
  protected pullTo(core: CoreId): boolean {
    let busiest = NONE;
    let longest = 0;
    for (let other = 0; other < this.cores; other++) {
      const { size } = this.queues[other]!;
      if (other !== core && size > longest) {
        longest = size;
        busiest = other;
      }
    }
    if (busiest === NONE) return false;
    const queue = this.queues[busiest]!;
    const sparesHot =
      this.calibration.cacheHotNs > 0 && this.failedPulls[core]! <= CACHE_NICE_TRIES;
    const hotSince = this.queue.clock[NOW]! - this.calibration.cacheHotNs;
    for (let i = queue.size - 1; i >= 0; i--) {
      const thread = queue.at(i);
      if (sparesHot && this.lastRan[thread]! > hotSince) continue;
      this.account(busiest);
      const running = this.current[busiest]!;
      const mean = (queue.sumVruntime + this.vruntime[running]!) / (queue.size + 1);
      const lag = mean - this.vruntime[thread]!;
      const slice = this.deadline[thread]! - this.vruntime[thread]!;
      queue.removeAt(i, this);
      this.vruntime[thread] = Math.round(this.idleVruntime[core]! - lag);
      this.deadline[thread] = this.vruntime[thread] + slice;
      this.core[thread] = core;
      this.queues[core]!.push(thread, this);
      this.failedPulls[core] = 0;
      return true;
    }
    return true;
  }

  // ---- Ends --------------------------------------------------------------------------------------

  private release(thread: ThreadId): void {
    this.state[thread] = FREE;
    this.task[thread] = NONE;
    this.threads.release(thread);
  }
}
