/**
 * The executor of event loops: threads that take the steps a loop offloads, first in first out, and
 * hand the result back through its selector. They are threads of the process, under its GIL where
 * there is one; worker threads with a heap of their own (Node's worker_threads); or processes.
 *
 * - libuv's pool: work of its slow class (name look-ups) may hold at most half of the threads,
 *   rounded up. One marker stands in the queue for all slow work that waits; a thread that meets
 *   it while half of them are busy with such work passes it on [S] `src/threadpool.c`.
 * - Python's ProcessPoolExecutor: the parent pickles and unpickles in a thread of its own, which
 *   needs the parent's GIL for every item and every result [S] `concurrent/futures/process.py`,
 *   whose feeder and manager threads are one here. A loop that computes holds both up.
 *
 * Left out: threads and processes that start on demand, the limit of items pickled in advance.
 */
import type { ThreadRole } from "../api.ts";
import { fifos, NONE, resized, type Fifo } from "../kernel/rows.ts";
import { SYSTEM, type ThreadId } from "../machine/machine.ts";
import { HEAP, PROCESS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { EventLoopRuntime } from "../scenario/model.ts";
import { GilRuntime } from "./gil-runtime.ts";
import { ACTION, PLACE, type RuntimeParts } from "./runtime.ts";
import { WorkerTime } from "./worker-time.ts";

/** In the executor's queue: slow work, which waits aside. */
const SLOW = -2;

export abstract class ExecutorRuntime extends GilRuntime {
  protected readonly config: EventLoopRuntime;
  private readonly executorQueue: number;
  /** Offloaded tasks that wait for an executor, by process. */
  private readonly work: readonly Fifo[];
  private readonly idleExecutors: readonly Fifo[];
  /** Slow work that waits aside; threads busy with such; and how many may be at most. */
  private readonly slowWork: readonly Fifo[];
  private readonly slowRunning: Int32Array;
  private readonly slowMost: number;
  // The thread of the parent that talks to a pool of processes, by process.
  private readonly hasCourier: boolean;
  private readonly courier: Int32Array;
  private readonly courierAsleep: Uint8Array;
  /** Tasks to send, and tasks whose results have come. */
  private readonly outbox: readonly Fifo[];
  private readonly inbox: readonly Fifo[];
  /** The task an executor works on, or NONE; by thread. */
  protected executing!: Int32Array;
  protected readonly executorTime: WorkerTime;
  /** 1: what the thread executes is slow work; by thread. */
  private executesSlow!: Uint8Array;
  /** How many offloads deep a task is. */
  protected depth!: Uint8Array;
  private executorOf!: Int32Array;

  constructor(parts: RuntimeParts, config: EventLoopRuntime) {
    super(parts, config.gil, parts.firstPlace + 2);
    this.config = config;
    this.executorQueue = parts.firstPlace + 1;
    this.work = fifos(parts.processes);
    this.idleExecutors = fifos(parts.processes);
    this.slowWork = fifos(parts.processes);
    this.slowRunning = new Int32Array(parts.processes);
    const isLibuv = parts.profile.turn === "phases" && config.executorKind === "threads";
    this.slowMost = isLibuv ? Math.ceil(config.executors / 2) : config.executors;
    this.hasCourier = config.executorKind === "processes" && config.gil !== undefined;
    this.executorTime = new WorkerTime(parts.queue.clock, parts.processes);
    this.courier = new Int32Array(parts.processes).fill(NONE);
    this.courierAsleep = new Uint8Array(parts.processes);
    this.outbox = fifos(parts.processes);
    this.inbox = fifos(parts.processes);
    parts.machine.threads.onGrow((capacity) => {
      this.executing = resized(this.executing, capacity, Int32Array);
      this.executesSlow = resized(this.executesSlow, capacity, Uint8Array);
    });
    parts.ledger.tasks.onGrow((capacity) => {
      this.depth = resized(this.depth, capacity, Uint8Array);
      this.executorOf = resized(this.executorOf, capacity, Int32Array);
    });
  }

  /** The offloaded steps of a task are done: its loop goes on with it. */
  protected abstract offloadDone(task: TaskId): void;

  protected startExecutors(process: number, makeThread: () => ThreadId): void {
    const { memory, costs, profile } = this.parts;
    const { executorKind, executors } = this.config;
    const forked = costs.forkBytes + costs.forkUsed * costs.processBytes;
    const processes = profile.forks === true ? forked : costs.processBytes;
    const own = { threads: 0, workers: costs.workerBytes, processes };
    for (let i = 0; i < executors; i++) {
      const thread = makeThread();
      this.unlocked[thread] = executorKind === "threads" ? 0 : 1;
      this.executing[thread] = NONE;
      memory.add(process, PROCESS, own[executorKind]);
      this.idleExecutors[process]!.push(thread);
    }
    if (!this.hasCourier) return;
    const courier = makeThread();
    this.courier[process] = courier;
    this.executing[courier] = NONE;
    this.courierAsleep[process] = 1;
  }

  protected stopExecutors(process: number): void {
    for (const queues of [this.work, this.idleExecutors, this.slowWork, this.outbox, this.inbox]) {
      queues[process]!.clear();
    }
    this.slowRunning[process] = 0;
    this.executorTime.forget(process);
    this.courier[process] = NONE;
  }

  /** Tasks of the process that wait for an executor, or for the way back from one. */
  protected offloadedIn(process: number): number {
    const aside = this.slowWork[process]!.size;
    const marker = aside > 0 && this.hasMarker(process) ? 1 : 0;
    const carried = this.outbox[process]!.size + this.inbox[process]!.size;
    return this.work[process]!.size - marker + aside + carried;
  }

  /** The thread that executes the task, or all that may. */
  protected executorsFor(task: TaskId): readonly ThreadId[] {
    const thread = this.executorOf[task]!;
    if (this.executing[thread] === task) return [thread];
    const { machine, work } = this.parts;
    const process = work.process[task]!;
    return machine
      .livingIn(process)
      .filter((one) => this.executing[one] !== NONE && this.roleOf(one) === "executor");
  }

  private hasMarker(process: number): boolean {
    const queue = this.work[process]!;
    for (let i = 0; i < queue.size; i++) if (queue.at(i) === SLOW) return true;
    return false;
  }

  protected executorRole(thread: ThreadId): ThreadRole {
    return this.courier.includes(thread) ? "helper" : "executor";
  }

  // ---- Handing over ------------------------------------------------------------------------------

  /** Hands the task to the executor; what is offloaded already goes on where it is. */
  protected offload(task: TaskId, thread: ThreadId): void {
    const { work, ledger, machine } = this.parts;
    const process = work.process[task]!;
    const slow = work.waitNs[0]! > 0;
    this.depth[task] = 1;
    ledger.move(task, this.executorQueue);
    if (this.hasCourier) {
      this.outbox[process]!.push(task);
      this.wakeCourier(process);
      return;
    }
    machine.charge(thread, this.offloadCost() / 2);
    this.enqueue(task, process, slow);
  }

  private enqueue(task: TaskId, process: number, slow: boolean): void {
    this.noteWoken(task);
    const queue = this.work[process]!;
    if (slow && this.slowMost < this.config.executors) {
      const aside = this.slowWork[process]!;
      aside.push(task);
      if (aside.size > 1) return;
      queue.push(SLOW);
    } else queue.push(task);
    this.wakeIdle(process);
  }

  private wakeIdle(process: number): void {
    const executor = this.idleExecutors[process]!.shift();
    if (executor !== NONE) this.parts.machine.wake(executor, this.active);
  }

  private offloadCost(): number {
    const { costs } = this.parts;
    if (this.config.executorKind === "workers") return costs.offloadWorker;
    return this.config.executorKind === "processes" ? costs.offloadProcess : costs.offload;
  }

  // ---- The courier -------------------------------------------------------------------------------

  private wakeCourier(process: number): void {
    if (this.courierAsleep[process] === 0) return;
    this.courierAsleep[process] = 0;
    this.parts.machine.wake(this.courier[process]!, this.active);
  }

  /** Pickles and sends one item, or takes one result in; it holds the GIL for that. */
  private carry(thread: ThreadId, process: number): void {
    const { machine, costs } = this.parts;
    // Reading and writing the pipe lets go of the GIL.
    this.releaseGil(thread);
    const result = this.inbox[process]!.size > 0;
    if (!result && this.outbox[process]!.size === 0) {
      this.courierAsleep[process] = 1;
      machine.park(thread, SLICE.idle);
      return;
    }
    const gil = this.gilOf(thread);
    if (gil !== undefined && !this.takeGil(gil, thread)) return;
    if (result) {
      const task = this.inbox[process]!.shift();
      this.noteWoken(task);
      this.offloadDone(task);
    } else this.enqueue(this.outbox[process]!.shift(), process, false);
    machine.burst[0] = costs.offloadProcess / 4;
    machine.compute(thread, SYSTEM);
  }

  // ---- Executing ---------------------------------------------------------------------------------

  /** An executor thread goes on with its task, or takes the next one. */
  protected execute(thread: ThreadId): void {
    const { work, machine, costs, ledger, memory } = this.parts;
    const process = machine.process[thread]!;
    if (thread === this.courier[process]) {
      this.carry(thread, process);
      return;
    }
    for (;;) {
      const task = this.executing[thread]!;
      if (task === NONE) {
        if (!this.nextOffloaded(thread)) return;
        continue;
      }
      ledger.move(task, PLACE.running);
      const action = work.next(task);
      if (this.computes(thread, action)) return;
      switch (action) {
        case ACTION.giveWay:
          break;
        case ACTION.offload:
          this.depth[task] = this.depth[task]! + 1;
          break;
        case ACTION.offloadEnd:
          this.comeBack(task, thread);
          break;
        case ACTION.finished:
          this.setDown(thread);
          memory.add(process, HEAP, -costs.taskBytes);
          break;
        case ACTION.suspend:
          this.parkWithoutGil(thread, work.waitSlice(task));
          return;
        default:
          this.beginWaitFor(action, task, machine.calibration.timerSlackNs);
          this.parkWithoutGil(thread, SLICE.io);
          return;
      }
    }
  }

  private nextOffloaded(thread: ThreadId): boolean {
    const { machine, ledger } = this.parts;
    const process = machine.process[thread]!;
    let task = this.work[process]!.shift();
    if (task === SLOW) task = this.nextSlow(thread, process);
    if (task === NONE) {
      this.idleExecutors[process]!.push(thread);
      this.parkWithoutGil(thread, SLICE.idle);
      return false;
    }
    this.noteStart(thread, task);
    ledger.move(task, PLACE.runnable);
    this.executing[thread] = task;
    this.executorTime.takeUp(process);
    this.executorOf[task] = thread;
    machine.task[thread] = task;
    machine.charge(thread, this.executorShare());
    return true;
  }

  /** The marker of slow work came up: such work, or what stands behind it, or NONE. */
  private nextSlow(thread: ThreadId, process: number): TaskId {
    const queue = this.work[process]!;
    if (this.slowRunning[process]! >= this.slowMost) {
      const other = queue.shift();
      queue.push(SLOW);
      return other;
    }
    const aside = this.slowWork[process]!;
    const task = aside.shift();
    this.slowRunning[process] = this.slowRunning[process]! + 1;
    this.executesSlow[thread] = 1;
    if (aside.size > 0) {
      queue.push(SLOW);
      this.wakeIdle(process);
    }
    return task;
  }

  /** What each side of the executor pays at the beginning: with a courier, again at the end. */
  private executorShare(): number {
    return this.offloadCost() / (this.hasCourier ? 4 : 2);
  }

  /** The offloaded steps are done: the result goes back through the selector. */
  private comeBack(task: TaskId, thread: ThreadId): void {
    const left = this.depth[task]! - 1;
    this.depth[task] = left;
    if (left > 0) return;
    this.noteWoken(task);
    this.setDown(thread);
    const process = this.parts.machine.process[thread]!;
    if (!this.hasCourier) {
      this.offloadDone(task);
      return;
    }
    this.parts.machine.charge(thread, this.executorShare());
    this.parts.ledger.move(task, this.executorQueue);
    this.inbox[process]!.push(task);
    this.wakeCourier(process);
  }

  private setDown(thread: ThreadId): void {
    const { machine } = this.parts;
    const process = machine.process[thread]!;
    this.executing[thread] = NONE;
    machine.task[thread] = NONE;
    this.executorTime.setDown(process);
    if (this.executesSlow[thread] === 0) return;
    this.executesSlow[thread] = 0;
    this.slowRunning[process] = this.slowRunning[process]! - 1;
  }

  protected wakeExecutor(task: TaskId): void {
    const { ledger, machine } = this.parts;
    const thread = this.executorOf[task]!;
    ledger.move(task, PLACE.runnable);
    machine.task[thread] = task;
    machine.wake(thread, this.active);
  }
}
