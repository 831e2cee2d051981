/**
 * Go's threads (M) and how they get and lose processors (P), after Go 1.23's `runtime/proc.go`:
 * waking one thief at a time, stealing, giving a P up. What an M does with its P is
 * `goroutines.ts`, the queues are `processors.ts`.
 */
import type { InsideNow, ProcessorNow, ThreadRole } from "../api.ts";
import { DUE, NOW } from "../kernel/queue.ts";
import { fifos, NONE, resized, type Fifo } from "../kernel/rows.ts";
import { USER, type ThreadId } from "../machine/machine.ts";
import { STACKS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import { MODEL_EVENTS, RuntimeBase } from "./base.ts";
import { GoStacks } from "./go-stacks.ts";
import type { Monitor } from "./monitor.ts";
import { BUSY, IDLE, TIMER_GOROUTINE, type Processors } from "./processors.ts";
import type { RuntimeModel, RuntimeParts } from "./runtime.ts";

/** The pause of a thief is over; the event's `a` is its thread. */
const RETRY_STEAL = MODEL_EVENTS;
/** Event kinds of the scheduler proper begin here. */
export const GO_EVENTS = MODEL_EVENTS + 1;

/** A thief waits so long before it takes a running P's runnext. [S] `runqgrab` */
const RUNNEXT_PAUSE_NS = 3_000;

/** What an M was doing when it parked. */
const PARKED = 0;
export const POLLING = 1;
export const CALLING = 2;
export const PAUSING = 3;
export const ACTIVE = 4;

export abstract class GoThreads extends RuntimeBase {
  protected readonly ps: Processors;
  protected abstract readonly monitor: Monitor;
  protected readonly stacks: GoStacks;
  /** Parked Ms of each process, without the one that blocks in the poller. */
  protected readonly idleMs: readonly Fifo[];
  /** Ms of each process that look for work. */
  protected readonly spinning: Int32Array;
  /** Goroutines whose data has arrived, by process. */
  protected readonly netReady: readonly Fifo[];
  /** The M blocked in the network poller, or NONE; by process. */
  protected readonly poller: Int32Array;
  // For those who look: thefts by each P, from whom the last one was, how many Gs, and when (ns).
  private readonly steals: Int32Array;
  private readonly stoleFrom: Int32Array;
  private readonly stole: Int32Array;
  private readonly stoleAt: Float64Array;

  /** Arrivals that are due, and the P whose timers wake the goroutine that starts them; by process. */
  private readonly arrivals: readonly Fifo[];
  private readonly timerSleepsOn: Int32Array;
  private readonly asleepSince: Float64Array;

  // M columns.
  /** The P the M has, or NONE. */
  protected pOf!: Int32Array;
  /** The goroutine the M runs, or NONE. */
  protected goroutine!: Int32Array;
  protected spins!: Uint8Array;
  protected doing!: Uint8Array;
  /** 1: has paused already, so it takes a running P's runnext too. */
  protected eager!: Uint8Array;
  // G columns.
  /** What is left (ns) of a burst that was preempted. */
  protected leftover!: Float64Array;

  constructor(parts: RuntimeParts, ps: Processors) {
    super(parts);
    this.ps = ps;
    this.stacks = new GoStacks(parts);
    this.idleMs = fifos(parts.processes);
    this.spinning = new Int32Array(parts.processes);
    this.netReady = fifos(parts.processes);
    this.poller = new Int32Array(parts.processes).fill(NONE);
    const processors = parts.processes * ps.perProcess;
    this.steals = new Int32Array(processors);
    this.stoleFrom = new Int32Array(processors).fill(NONE);
    this.stole = new Int32Array(processors);
    this.stoleAt = new Float64Array(processors);
    this.arrivals = fifos(parts.processes);
    this.timerSleepsOn = new Int32Array(parts.processes);
    this.asleepSince = new Float64Array(parts.processes);
    parts.machine.threads.onGrow((capacity) => {
      this.pOf = resized(this.pOf, capacity, Int32Array);
      this.goroutine = resized(this.goroutine, capacity, Int32Array);
      this.spins = resized(this.spins, capacity, Uint8Array);
      this.doing = resized(this.doing, capacity, Uint8Array);
      this.eager = resized(this.eager, capacity, Uint8Array);
    });
    parts.ledger.tasks.onGrow((capacity) => {
      this.leftover = resized(this.leftover, capacity, Float64Array);
    });
  }

  // ---- Stealing ----------------------------------------------------------------------------------

  protected stealIfAllowed(process: number, p: number, thread: ThreadId): TaskId {
    if (this.spins[thread] === 0) {
      const busy = this.ps.perProcess - this.ps.idleIn(process);
      if (2 * this.spinning[process]! >= busy) return NONE;
      this.spins[thread] = 1;
      this.spinning[process] = this.spinning[process]! + 1;
    }
    return this.steal(process, p, thread);
  }

  /**
   * Four rounds over all Ps from a random start; timers and runnext only in the last. [S]
   * `stealWork`. No time passes in them here, so a second and a third round would find what the
   * first has found: nothing.
   */
  private steal(process: number, p: number, thread: ThreadId): TaskId {
    const n = this.ps.perProcess;
    if (n === 1) return NONE;
    const first = process * n;
    const start = first + this.parts.random.int(n);
    const task = this.stealFromRings(first, start, p, thread);
    return task === NONE ? this.stealTimersOrNext(first, start, p, thread) : task;
  }

  private stealFromRings(first: number, start: number, p: number, thread: ThreadId): TaskId {
    const { machine, costs } = this.parts;
    const n = this.ps.perProcess;
    let victim = start;
    for (let i = 0; i < n; i++) {
      if (victim !== p) {
        machine.charge(thread, costs.steal);
        const task = this.ps.stealHalf(victim, p);
        if (task !== NONE) {
          // A thief's own ring is empty.
          this.noteTheft(p, victim, this.ps.queuedOn(p) + 1);
          return task;
        }
      }
      victim = victim === first + n - 1 ? first : victim + 1;
    }
    return NONE;
  }

  private stealTimersOrNext(first: number, start: number, p: number, thread: ThreadId): TaskId {
    const n = this.ps.perProcess;
    let paused = false;
    let victim = start;
    for (let i = 0; i < n; i++) {
      if (victim !== p) {
        if (this.ps.runTimers(victim, p)) return this.ps.takeLocal(p);
        if (this.ps.hasRunnext(victim)) {
          if (this.mayTakeRunnext(victim, thread)) {
            this.noteTheft(p, victim, 1);
            return this.ps.stealRunnext(victim);
          }
          paused = true;
        }
      }
      victim = victim === first + n - 1 ? first : victim + 1;
    }
    if (paused) this.pause(thread);
    return NONE;
  }

  private noteTheft(p: number, victim: number, goroutines: number): void {
    this.steals[p] = this.steals[p]! + 1;
    this.stoleFrom[p] = victim;
    this.stole[p] = goroutines;
    this.stoleAt[p] = this.parts.queue.clock[NOW]!;
  }

  /** A running victim gets a moment to start its runnext itself. */
  private mayTakeRunnext(victim: number, thread: ThreadId): boolean {
    if (this.ps.status[victim] !== BUSY || this.parts.machine.calibration.timerSlackNs === 0)
      return true;
    return this.eager[thread] === 1;
  }

  private pause(thread: ThreadId): void {
    const { queue, machine } = this.parts;
    this.doing[thread] = PAUSING;
    queue.clock[DUE] = queue.clock[NOW]! + RUNNEXT_PAUSE_NS + machine.calibration.timerSlackNs;
    queue.push(RETRY_STEAL, thread, 0);
    machine.park(thread, SLICE.idle);
  }

  /** `runtime_canSpin`: another P runs, and this one has nothing else to do. */
  override maySpin(): boolean {
    const { machine } = this.parts;
    if (this.active === NONE || machine.cores === 1) return false;
    const process = machine.process[this.active]!;
    const busy = this.ps.perProcess - this.ps.idleIn(process) - this.spinning[process]!;
    return busy > 1 && !this.ps.hasOwnWork(this.pOf[this.active]!);
  }

  // ---- Letting go of a goroutine -----------------------------------------------------------------

  /** False: the thread has nothing to run now. */
  protected letGo(thread: ThreadId): boolean {
    this.goroutine[thread] = NONE;
    this.parts.machine.task[thread] = NONE;
    return false;
  }

  /** `goyield`: the goroutine goes to the tail of its own P's queue. */
  protected goYield(thread: ThreadId, task: TaskId): boolean {
    this.ps.putRing(this.pOf[thread]!, task);
    return this.letGo(thread);
  }

  // ---- Starting and stopping ---------------------------------------------------------------------

  /** `wakep`: a P is idle and nobody looks for work, so somebody starts to. */
  protected wakeProcessor(process: number): void {
    if (this.ps.idleIn(process) === 0 || this.spinning[process]! > 0) return;
    this.spinning[process] = 1;
    this.startM(process, this.ps.acquire(process), 1);
  }

  /** Starts an M for an idle P without spinning: there is work for it. */
  protected startProcessor(process: number): void {
    if (this.ps.idleIn(process) > 0) this.startM(process, this.ps.acquire(process), 0);
  }

  protected startM(process: number, p: number, spins: 0 | 1): void {
    const { machine } = this.parts;
    let thread = this.idleMs[process]!.pop();
    if (thread === NONE) {
      thread = this.makeM(process);
      if (this.active !== NONE) machine.charge(this.active, machine.calibration.threadCreateNs);
    }
    this.bindP(thread, p);
    this.spins[thread] = spins;
    this.doing[thread] = ACTIVE;
    machine.wake(thread, this.active);
  }

  protected bindP(thread: ThreadId, p: number): void {
    this.pOf[thread] = p;
    this.ps.machineOf[p] = thread;
    this.ps.status[p] = BUSY;
  }

  /** A P whose M is in a system call: to another M when there is work, else idle. */
  protected handOff(p: number, isNetworkReady: boolean): void {
    const process = this.ps.processOf(p);
    this.pOf[this.ps.machineOf[p]!] = NONE;
    if (this.ps.hasWork(p) || isNetworkReady) this.startM(process, p, 0);
    else if (this.spinning[process] === 0 && this.ps.idleIn(process) === 0) {
      this.spinning[process] = 1;
      this.startM(process, p, 1);
    } else this.giveUp(p);
  }

  protected stopSpinning(thread: ThreadId): void {
    const process = this.parts.machine.process[thread]!;
    this.spins[thread] = 0;
    this.spinning[process] = this.spinning[process]! - 1;
  }

  /** The M parks until somebody has a P for it. */
  protected sleep(thread: ThreadId, process: number): void {
    this.doing[thread] = PARKED;
    this.idleMs[process]!.push(thread);
    this.parts.machine.park(thread, SLICE.idle);
  }

  protected giveUp(p: number): void {
    this.ps.release(p);
    this.parts.trace.enter(this.parts.firstRow + p, SLICE.idle, NONE);
  }

  /** The task is a goroutine of the process from now on: a new one, or that of its connection. */
  protected adopt(task: TaskId, process: number, isNew: boolean): void {
    const { work } = this.parts;
    work.home[task] = process;
    work.process[task] = process;
    this.leftover[task] = 0;
    if (isNew) this.stacks.create(task, process);
    else this.stacks.useConnection(task);
  }

  protected makeM(process: number): ThreadId {
    const { machine, memory, costs } = this.parts;
    const thread = machine.createThread(process);
    this.pOf[thread] = NONE;
    this.goroutine[thread] = NONE;
    this.spins[thread] = 0;
    this.doing[thread] = PARKED;
    this.eager[thread] = 0;
    memory.add(process, STACKS, costs.threadBytes);
    return thread;
  }

  protected compute(thread: ThreadId, ns: number): boolean {
    const { machine } = this.parts;
    machine.burst[0] = ns;
    machine.compute(thread, USER);
    return true;
  }

  override threadRow(thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    return { kind: "thread", label: `M${thread}` };
  }

  // ---- Looking -----------------------------------------------------------------------------------

  insideNow(process: number): InsideNow {
    const first = process * this.ps.perProcess;
    return {
      kind: "goroutines",
      processors: Array.from({ length: this.ps.perProcess }, (_, i) =>
        this.processorNow(first + i),
      ),
      globalQueue: this.ps.globalIn(process),
      networkReady: this.netReady[process]!.size,
      poller: this.poller[process]!,
      idleMachines: this.idleMs[process]!.size,
      spinning: this.spinning[process]!,
    };
  }

  private processorNow(p: number): ProcessorNow {
    const status = this.ps.status[p]!;
    const thread = this.ps.machineOf[p]!;
    return {
      status: status === IDLE ? "idle" : status === BUSY ? "running" : "system-call",
      thread,
      runnext: this.ps.hasRunnext(p),
      queued: this.ps.queuedOn(p),
      spins: thread !== NONE && this.spins[thread] === 1,
      steals: this.steals[p]!,
      stoleFrom: this.stoleFrom[p]!,
      stole: this.stole[p]!,
      stoleAtNs: this.stoleAt[p]!,
    };
  }

  /** Goroutines are drawn on the row of the P. */
  protected override taskRow(thread: ThreadId): number {
    const p = this.pOf[thread]!;
    return p === NONE ? super.taskRow(thread) : this.parts.firstRow + p;
  }

  override roleOf(_thread: ThreadId): ThreadRole {
    return "machine";
  }

  protected threadsFor(task: TaskId): readonly ThreadId[] {
    const first = this.parts.work.process[task]! * this.ps.perProcess;
    return [...this.ps.machineOf.subarray(first, first + this.ps.perProcess)].filter(
      (thread) => thread !== NONE,
    );
  }

  servedBy(thread: ThreadId): TaskId {
    return this.goroutine[thread]!;
  }

  // ---- Arrivals inside -----------------------------------------------------------------------------

  /** A timer of the process is due. */
  protected abstract timerDue(process: number): void;
  /** The M blocked in the poller wakes, if there is one. */
  protected abstract notify(process: number): void;

  protected resetArrivals(process: number): void {
    this.arrivals[process]!.clear();
    this.timerSleepsOn[process] = process * this.ps.perProcess;
    this.asleepSince[process] = this.parts.queue.clock[NOW]!;
  }

  /** The goroutine that starts them sleeps until the next one is due; it may be queued already. */
  protected override startArrival(task: TaskId): void {
    const process = this.nextHomeUp();
    this.parts.work.process[task] = process;
    this.arrivals[process]!.push(task);
    const p = this.timerSleepsOn[process]!;
    if (p === NONE) return;
    this.timerSleepsOn[process] = NONE;
    this.ps.putDue(p, TIMER_GOROUTINE);
    // Nobody sleeps for what is due already, as the first arrival may be.
    if (this.asleepSince[process] === this.parts.queue.clock[NOW]) this.notify(process);
    else this.timerDue(process);
  }

  /** `go` for everything that is due, late arrivals in a row. */
  protected startDue(thread: ThreadId): void {
    const { machine, costs } = this.parts;
    const process = machine.process[thread]!;
    const p = this.pOf[thread]!;
    const due = this.arrivals[process]!;
    machine.charge(thread, costs.taskSwitch);
    for (let task = due.shift(); task !== NONE; task = due.shift()) {
      this.adopt(task, process, true);
      machine.charge(thread, costs.taskCreate);
      this.noteWoken(task);
      this.ps.putNext(p, task);
      this.wakeProcessor(process);
    }
    machine.charge(thread, costs.timer);
    this.timerSleepsOn[process] = p;
    this.asleepSince[process] = this.parts.queue.clock[NOW]!;
  }

  // ---- A goroutine waits on every open connection --------------------------------------------------

  override opened(process: number): void {
    super.opened(process);
    this.stacks.connections(process, 1);
  }

  override connectionClosed(home: number): void {
    this.stacks.connections(home, -1);
    super.connectionClosed(home);
  }

  protected override addIdle(process: number, count: number): void {
    super.addIdle(process, count);
    this.stacks.connections(process, count);
  }

  protected handleModel(kind: number, a: number, _b: number): void {
    // The thief's pause is over; it goes on spinning.
    if (kind === RETRY_STEAL && this.parts.machine.isAlive(a) && this.doing[a] === PAUSING) {
      this.parts.machine.wake(a, NONE);
    }
  }
}
