/**
 * Starting threads: what it costs whoever starts them, and that he waits until they are up.
 *
 * CPython's `Thread.start` waits for an event that the new thread sets once it runs, which with a
 * GIL means once it has that (`threading.py`, `_started`). HotSpot's waits until the new thread
 * has reached its entry, and only then lets it go on (`os_linux.cpp`, `os::create_thread`), so
 * that each of the two needs a core in between. Who starts several does so one after the other.
 *
 * Arrivals inside are started by a timer thread: it sleeps until the next one is due, starts what
 * is due, late ones in a row, and sleeps again. It belongs to the only process; where there are
 * several it is their parent's, which has nothing else to do.
 */
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { NONE, resized } from "../kernel/rows.ts";
import { SYSTEM, type ThreadId } from "../machine/machine.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { ThreadsRuntime } from "../scenario/model.ts";
import { AcceptorRuntime } from "./acceptor-runtime.ts";
import { GIL_EVENTS } from "./gil-runtime.ts";
import { GO_ON, PLACE, type RuntimeModel, type RuntimeParts } from "./runtime.ts";

/** The sleep of the thread that starts arrivals is over. */
const ARRIVALS_DUE = GIL_EVENTS;

/** What a thread is doing about starts. */
export const NO_STARTS = 0;
/** It is new, and its starter sleeps until it is up. */
const COMING_UP = 1;
/** It is done with its starts and goes on with the action it put off for them. */
const DONE = 2;
/** It has others to start. */
const LISTED = 3;
/** It pays for the creation of the next one. */
const CREATING = 4;
/** It sleeps until the new one is up. */
const WAITING = 5;
/** The timer thread sleeps until something is due. */
const ASLEEP = 6;

export abstract class ThreadStarts extends AcceptorRuntime {
  /** The thread that starts arrivals, or NONE. */
  private timerThread: ThreadId = NONE;
  /** Since when it sleeps (ns). */
  private readonly asleepSince = new Float64Array(1);
  private sleepEnds = NO_EVENT;

  // Thread columns.
  protected starting!: Uint8Array;
  private firstToStart!: Int32Array;
  private lastToStart!: Int32Array;
  /** The new thread that waits until this one lets it go on, or NONE. */
  private heldChild!: Int32Array;
  /** The thread that sleeps until this one is up. */
  private starter!: Int32Array;
  /** The action that was put off, and its length (ns). */
  private nextAction!: Int32Array;
  private nextNs!: Float64Array;
  /** 1: what the thread is to wait for has come already. */
  private isResumed!: Uint8Array;
  // Task columns.
  private nextToStart!: Int32Array;

  constructor(parts: RuntimeParts, config: ThreadsRuntime) {
    super(parts, config);
    parts.machine.threads.onGrow((capacity) => {
      this.starting = resized(this.starting, capacity, Uint8Array);
      this.firstToStart = resized(this.firstToStart, capacity, Int32Array);
      this.lastToStart = resized(this.lastToStart, capacity, Int32Array);
      this.heldChild = resized(this.heldChild, capacity, Int32Array);
      this.starter = resized(this.starter, capacity, Int32Array);
      this.nextAction = resized(this.nextAction, capacity, Int32Array);
      this.nextNs = resized(this.nextNs, capacity, Float64Array);
      this.isResumed = resized(this.isResumed, capacity, Uint8Array);
    });
    parts.ledger.tasks.onGrow((capacity) => {
      this.nextToStart = resized(this.nextToStart, capacity, Int32Array);
    });
  }

  /** A new thread, not woken yet, for a task that `by` starts. */
  protected abstract threadFor(task: TaskId, process: number): ThreadId;
  /** The timer thread hands an arrival to a pool or another process; false without those. */
  protected abstract handOver(task: TaskId, by: ThreadId): boolean;

  protected override newThread(process: number): ThreadId {
    const thread = super.newThread(process);
    this.starting[thread] = NO_STARTS;
    this.firstToStart[thread] = NONE;
    this.heldChild[thread] = NONE;
    this.isResumed[thread] = 0;
    return thread;
  }

  // ---- Starting ----------------------------------------------------------------------------------

  /** The thread is to start one for the task before it goes on with its own. */
  protected willStart(thread: ThreadId, task: TaskId): void {
    this.nextToStart[task] = NONE;
    if (this.firstToStart[thread] === NONE) this.firstToStart[thread] = task;
    else this.nextToStart[this.lastToStart[thread]!] = task;
    this.lastToStart[thread] = task;
    if (this.starting[thread] === NO_STARTS) this.starting[thread] = LISTED;
  }

  /** What the task does next; `GO_ON` when its thread has others to start before that. */
  protected nextOf(thread: ThreadId, task: TaskId): number {
    const { work, ledger } = this.parts;
    if (this.starting[thread] !== NO_STARTS) return this.takePutOff(thread);
    ledger.move(task, PLACE.running);
    const action = work.next(task);
    if (this.starting[thread] === NO_STARTS) return action;
    this.nextAction[thread] = action;
    this.nextNs[thread] = work.waitNs[0]!;
    return GO_ON;
  }

  /** The action that was put off; `GO_ON` when what it would wait for has come. */
  private takePutOff(thread: ThreadId): number {
    this.starting[thread] = NO_STARTS;
    const isResumed = this.isResumed[thread] === 1;
    this.isResumed[thread] = 0;
    if (isResumed) return GO_ON;
    this.parts.work.waitNs[0] = this.nextNs[thread]!;
    return this.nextAction[thread]!;
  }

  /** True while what the thread does is not its task's work. */
  protected isStarting(thread: ThreadId): boolean {
    return this.starting[thread]! >= LISTED;
  }

  /** True when the thread is busy with starts and will find what it waits for when it is done. */
  protected resumesLater(thread: ThreadId): boolean {
    if (!this.isStarting(thread)) return false;
    this.isResumed[thread] = 1;
    return true;
  }

  /** Goes on with the thread's starts; true when it now computes or sleeps because of them. */
  protected goesOnStarting(thread: ThreadId): boolean {
    const state = this.starting[thread]!;
    if (state === COMING_UP) return this.comesUp(thread);
    if (state === DONE) return false;
    const { machine } = this.parts;
    if (state === WAITING) this.letGoOn(thread);
    if (state === CREATING) {
      this.create(thread);
      return true;
    }
    machine.task[thread] = NONE;
    if (thread === this.timerThread && this.handsOverAll(thread)) return true;
    if (this.firstToStart[thread] === NONE) {
      this.starting[thread] = DONE;
      machine.task[thread] = this.taskOn(thread);
      return false;
    }
    this.starting[thread] = CREATING;
    machine.burst[0] = machine.calibration.threadCreateNs + this.parts.costs.taskCreate;
    machine.compute(thread, SYSTEM);
    return true;
  }

  private takeFirst(thread: ThreadId): TaskId {
    const task = this.firstToStart[thread]!;
    if (task !== NONE) this.firstToStart[thread] = this.nextToStart[task]!;
    return task;
  }

  /** The new thread is there; its starter sleeps until it is up. */
  private create(thread: ThreadId): void {
    const { machine } = this.parts;
    const child = this.threadFor(this.takeFirst(thread), machine.process[thread]!);
    this.starting[child] = COMING_UP;
    this.starter[child] = thread;
    this.starting[thread] = WAITING;
    machine.wake(child, thread);
    this.parkWithoutGil(thread, SLICE.idle);
  }

  /** A new thread runs; true when it now waits until its starter lets it go on. */
  private comesUp(thread: ThreadId): boolean {
    const { machine, profile, ledger } = this.parts;
    const starter = this.starter[thread]!;
    this.starting[thread] = NO_STARTS;
    machine.wake(starter, thread);
    if (profile.threadStart !== "held") return false;
    this.heldChild[starter] = thread;
    // It has run, if only to say so.
    ledger.move(this.taskOn(thread), PLACE.running);
    ledger.move(this.taskOn(thread), PLACE.runnable);
    this.parkWithoutGil(thread, SLICE.idle);
    return true;
  }

  private letGoOn(thread: ThreadId): void {
    const { machine } = this.parts;
    const child = this.heldChild[thread]!;
    if (child === NONE) return;
    this.heldChild[thread] = NONE;
    machine.task[child] = this.taskOn(child);
    machine.wake(child, thread);
  }

  // ---- Arrivals ----------------------------------------------------------------------------------

  /** Makes the thread that starts arrivals, where the lane has some: the parent's outlives all. */
  protected makeTimerThread(process: number): void {
    const { duePlace, processes } = this.parts;
    const isParents = processes > 1;
    if (duePlace === NONE || (isParents && this.timerThread !== NONE)) return;
    const thread = this.newThread(isParents ? NONE : process);
    this.unlocked[thread] = isParents ? 1 : 0;
    this.fallsAsleep(thread);
    this.timerThread = thread;
  }

  /** The process has died, and with it what it was to start. */
  protected endTimerThread(): void {
    if (this.parts.processes > 1) return;
    this.parts.queue.cancel(this.sleepEnds);
    this.timerThread = NONE;
  }

  private fallsAsleep(thread: ThreadId): void {
    this.starting[thread] = ASLEEP;
    this.asleepSince[0] = this.parts.queue.clock[NOW]!;
  }

  protected override startArrival(task: TaskId): void {
    const { queue, machine } = this.parts;
    const thread = this.timerThread;
    this.willStart(thread, task);
    if (this.starting[thread] !== ASLEEP) return;
    this.starting[thread] = LISTED;
    // Nobody sleeps for what is due already, as the first arrival may be.
    const now = queue.clock[NOW]!;
    queue.clock[DUE] = this.asleepSince[0] === now ? now : now + machine.calibration.timerSlackNs;
    this.sleepEnds = queue.push(ARRIVALS_DUE, thread, 0);
  }

  /**
   * The timer thread hands over what is due, if it may; true when it now sleeps, because there
   * was nothing (any more).
   */
  private handsOverAll(thread: ThreadId): boolean {
    const { machine, costs } = this.parts;
    while (this.firstToStart[thread] !== NONE) {
      if (!this.handOver(this.firstToStart[thread]!, thread)) return false;
      this.takeFirst(thread);
    }
    this.fallsAsleep(thread);
    machine.charge(thread, costs.timer);
    this.parkWithoutGil(thread, SLICE.idle);
    return true;
  }

  override threadRow(thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    if (thread === this.timerThread) return { kind: "thread", label: "arrivals" };
    return super.threadRow(thread);
  }

  protected override handleModel(kind: number, a: number, b: number): void {
    if (kind !== ARRIVALS_DUE) super.handleModel(kind, a, b);
    else this.parts.machine.wake(a, NONE);
  }
}
