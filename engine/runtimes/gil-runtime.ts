/**
 * What runtimes share whose threads may need a GIL: taking it before anything runs, dropping it on
 * request in the middle of a burst and finishing the burst later, letting go around waits.
 */
import type { GilNow } from "../api.ts";
import { NONE, resized } from "../kernel/rows.ts";
import { COLLECTOR, SYSTEM, USER, type ThreadId } from "../machine/machine.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { Runtime } from "../scenario/model.ts";
import { MODEL_EVENTS, RuntimeBase } from "./base.ts";
import { Gil, GilThreads } from "./gil.ts";
import { ACTION, type GilUse, type RuntimeModel, type RuntimeParts } from "./runtime.ts";

const GIL_TIMER = MODEL_EVENTS;
/** Event kinds of the particular model begin here. */
export const GIL_EVENTS = MODEL_EVENTS + 1;

/** Waiters for a GIL that are told one by one to those who look. */
const WAITERS_LISTED = 64;

export abstract class GilRuntime extends RuntimeBase {
  /** One per process; empty without a GIL. */
  protected readonly gils: readonly Gil[];
  protected readonly gilThreads: GilThreads | undefined;
  private readonly waitingGil: number;
  /** What is left (ns) of a burst that a drop request interrupted; by thread. */
  private leftover!: Float64Array;
  /** Costs (ns) that the thread pays once it holds the GIL; by thread. */
  private owed!: Float64Array;
  /** 1: the thread runs without the GIL, as a process of its own; by thread. */
  protected unlocked!: Uint8Array;

  constructor(
    parts: RuntimeParts,
    gil: { readonly switchIntervalNs: number } | undefined,
    waitingGil: number,
  ) {
    super(parts);
    this.waitingGil = waitingGil;
    parts.machine.threads.onGrow((capacity) => {
      this.leftover = resized(this.leftover, capacity, Float64Array);
      this.owed = resized(this.owed, capacity, Float64Array);
      this.unlocked = resized(this.unlocked, capacity, Uint8Array);
    });
    const { machine } = parts;
    this.gilThreads =
      gil &&
      new GilThreads(machine, parts.random, gil.switchIntervalNs, (holder) => {
        // The collector is no bytecode: it looks at no request before it is done.
        if (machine.kindOf(holder) !== COLLECTOR) machine.interrupt(holder);
      });
    this.gils = this.gilThreads === undefined ? [] : makeGils(parts, this.gilThreads);
  }

  override retune(runtime: Runtime): void {
    if (this.gilThreads === undefined || !("gil" in runtime) || runtime.gil === undefined) return;
    this.gilThreads.switchIntervalNs = runtime.gil.switchIntervalNs;
  }

  /** The task the thread works for, or NONE. */
  protected abstract taskOn(thread: ThreadId): TaskId;
  /** Goes on with what the thread has to do; it holds the GIL where there is one. */
  protected abstract proceed(thread: ThreadId): void;

  advance(thread: ThreadId): void {
    this.active = thread;
    if (this.holdsWhatItNeeds(thread)) {
      const rest = this.leftover[thread]!;
      if (rest > 0) {
        this.leftover[thread] = 0;
        this.computeRest(thread, rest);
      } else if (this.owed[thread]! > 0) this.payOwed(thread);
      else this.proceed(thread);
    }
    this.active = NONE;
  }

  /** True when the thread may run; else it has been parked until the GIL may be free. */
  private holdsWhatItNeeds(thread: ThreadId): boolean {
    const { machine } = this.parts;
    const left = machine.remainingOf(thread);
    if (left > 0) this.leftover[thread] = left;
    const gil = this.gilOf(thread);
    if (gil === undefined) return true;
    // A request that came just as the burst ended counts too: it is made only once.
    if (gil.isWanted && gil.isHeldBy(thread) && gil.drop(thread)) {
      this.parkForGil(thread);
      return false;
    }
    return gil.isHeldBy(thread) || (this.wonLock(thread) && this.takeGil(gil, thread));
  }

  /**
   * A thread that was woken for a lock of the operating system's tries for it before it has the
   * GIL. False when it has lost, and has been parked again.
   */
  private wonLock(thread: ThreadId): boolean {
    const task = this.taskOn(thread);
    if (task === NONE || this.parts.work.contend(task)) return true;
    this.parts.machine.task[thread] = NONE;
    this.parts.machine.park(thread, SLICE.lock);
    return false;
  }

  protected gilOf(thread: ThreadId): Gil | undefined {
    if (this.gils.length === 0 || this.unlocked[thread] === 1) return undefined;
    return this.gils[this.parts.machine.process[thread]!];
  }

  /** False when the lock is not to be had now: the thread is parked. */
  protected takeGil(gil: Gil, thread: ThreadId): boolean {
    this.parts.machine.task[thread] = this.taskOn(thread);
    if (gil.take(thread)) return true;
    this.parkForGil(thread);
    return false;
  }

  private parkForGil(thread: ThreadId): void {
    const { machine, ledger } = this.parts;
    const task = this.taskOn(thread);
    if (task !== NONE) ledger.move(task, this.waitingGil);
    machine.task[thread] = NONE;
    machine.park(thread, SLICE.gil);
  }

  protected releaseGil(thread: ThreadId): void {
    const gil = this.gilOf(thread);
    if (gil !== undefined && gil.isHeldBy(thread)) gil.release(thread);
  }

  /** The thread lets go of the GIL and sleeps. */
  protected parkWithoutGil(thread: ThreadId, why: number): void {
    this.releaseGil(thread);
    this.parts.machine.task[thread] = NONE;
    this.parts.machine.park(thread, why);
  }

  /** A cost (ns) of the system's that the thread pays with the GIL in hand, where there is one. */
  protected owe(thread: ThreadId, ns: number): void {
    if (this.gilOf(thread) === undefined) this.parts.machine.charge(thread, ns);
    else this.owed[thread] = this.owed[thread]! + ns;
  }

  private payOwed(thread: ThreadId): void {
    const { machine } = this.parts;
    machine.burst[0] = this.owed[thread]!;
    this.owed[thread] = 0;
    machine.compute(thread, SYSTEM);
  }

  /** True when what the task does next is computing, which its thread now does. */
  protected computes(thread: ThreadId, action: number): boolean {
    switch (action) {
      case ACTION.compute:
        this.computeUser(thread, this.demandNs());
        return true;
      case ACTION.collect:
        this.computeCollector(thread);
        return true;
      case ACTION.computeReleased:
        this.releaseGil(thread);
        this.computeUser(thread, this.demandNs());
        return true;
      default:
        return false;
    }
  }

  protected computeUser(thread: ThreadId, ns: number): void {
    const { machine } = this.parts;
    machine.burst[0] = ns;
    machine.compute(thread, USER);
  }

  /** What a drop request interrupted goes on. */
  private computeRest(thread: ThreadId, ns: number): void {
    const { machine } = this.parts;
    machine.burst[0] = ns;
    machine.compute(thread, machine.kindOf(thread));
  }

  /** The thread collects garbage for `waitNs`; who holds the GIL keeps it. */
  private computeCollector(thread: ThreadId): void {
    const { machine, work } = this.parts;
    machine.burst[0] = work.waitNs[0]!;
    machine.compute(thread, COLLECTOR);
  }

  /** A new thread of `process`, parked. */
  protected newThread(process: number): ThreadId {
    const thread = this.parts.machine.createThread(process);
    this.leftover[thread] = 0;
    this.owed[thread] = 0;
    this.unlocked[thread] = 0;
    this.gilThreads?.clear(thread);
    return thread;
  }

  protected handleModel(_kind: number, a: number, _b: number): void {
    this.gilOf(a)?.timedOut(a);
  }

  override gilUse(): GilUse {
    let heldNs = 0;
    let switches = 0;
    for (const gil of this.gils) {
      heldNs += gil.heldNs();
      switches += gil.switches;
    }
    return { heldNs, switches };
  }

  override gilNow(process: number): GilNow | undefined {
    return this.gils[process]?.look(WAITERS_LISTED);
  }

  override gilHolder(process: number): TaskId | undefined {
    const holder = this.gils[process]?.heldBy ?? NONE;
    return holder === NONE ? undefined : this.taskOn(holder);
  }

  protected gilRows(): RuntimeModel["rows"] {
    const many = this.gils.length > 1;
    return this.gils.map((_, i) => ({ kind: "gil", label: many ? `GIL ${i}` : "GIL holder" }));
  }
}

function makeGils(parts: RuntimeParts, threads: GilThreads): Gil[] {
  const { queue, machine, trace, firstRow } = parts;
  return Array.from(
    { length: parts.processes },
    (_, process) =>
      new Gil({ queue, machine, trace, threads, timeoutEvent: GIL_TIMER, row: firstRow + process }),
  );
}
