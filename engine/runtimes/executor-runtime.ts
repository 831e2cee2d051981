/**
 * The executor of event loops: threads of the process (or processes of their own) that take the
 * steps a loop offloads, first in first out, and hand the result back through its selector.
 */
import { fifos, NONE, resized, type Fifo } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import { HEAP, PROCESS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { EventLoopRuntime } from "../scenario/model.ts";
import { GilRuntime } from "./gil-runtime.ts";
import { ACTION, PLACE, type RuntimeParts } from "./runtime.ts";

export abstract class ExecutorRuntime extends GilRuntime {
  protected readonly config: EventLoopRuntime;
  private readonly executorQueue: number;
  /** Offloaded tasks that wait for an executor, by process. */
  private readonly work: readonly Fifo[];
  private readonly idleExecutors: readonly Fifo[];
  /** The task an executor works on, or NONE; by thread. */
  protected executing!: Int32Array;
  /** How many offloads deep a task is. */
  protected depth!: Uint8Array;
  private executorOf!: Int32Array;

  constructor(parts: RuntimeParts, config: EventLoopRuntime) {
    super(parts, config.gil, parts.firstPlace + 2);
    this.config = config;
    this.executorQueue = parts.firstPlace + 1;
    this.work = fifos(parts.processes);
    this.idleExecutors = fifos(parts.processes);
    parts.machine.threads.onGrow((capacity) => {
      this.executing = resized(this.executing, capacity, Int32Array);
    });
    parts.ledger.tasks.onGrow((capacity) => {
      this.depth = resized(this.depth, capacity, Uint8Array);
      this.executorOf = resized(this.executorOf, capacity, Int32Array);
    });
  }

  /** The offloaded steps of a task are done: its loop goes on with it. */
  protected abstract offloadDone(task: TaskId): void;

  protected startExecutors(process: number, makeThread: () => ThreadId): void {
    const { memory, costs } = this.parts;
    const own = this.config.executorKind === "processes" ? 1 : 0;
    for (let i = 0; i < this.config.executors; i++) {
      const thread = makeThread();
      this.unlocked[thread] = own;
      this.executing[thread] = NONE;
      if (own === 1) memory.add(process, PROCESS, costs.processBytes);
      this.idleExecutors[process]!.push(thread);
    }
  }

  protected stopExecutors(process: number): void {
    this.work[process]!.clear();
    this.idleExecutors[process]!.clear();
  }

  /** Hands the task to the executor; what is offloaded already goes on where it is. */
  protected offload(task: TaskId, thread: ThreadId): void {
    const { work, ledger, machine } = this.parts;
    const process = work.process[task]!;
    this.depth[task] = 1;
    ledger.move(task, this.executorQueue);
    machine.charge(thread, this.offloadCost() / 2);
    this.work[process]!.push(task);
    const executor = this.idleExecutors[process]!.shift();
    if (executor !== NONE) machine.wake(executor, thread);
  }

  private offloadCost(): number {
    const { costs } = this.parts;
    return this.config.executorKind === "processes" ? costs.offloadProcess : costs.offload;
  }

  /** An executor thread goes on with its task, or takes the next one. */
  protected execute(thread: ThreadId): void {
    const { work, machine, costs, ledger, memory } = this.parts;
    for (;;) {
      const task = this.executing[thread]!;
      if (task === NONE) {
        if (!this.nextOffloaded(thread)) return;
        continue;
      }
      ledger.move(task, PLACE.running);
      const action = work.next(task);
      switch (action) {
        case ACTION.collect:
          this.computeCollector(thread);
          return;
        case ACTION.computeReleased:
          this.releaseGil(thread);
          this.computeUser(thread, this.demandNs());
          return;
        case ACTION.compute:
          this.computeUser(thread, this.demandNs());
          return;
        case ACTION.giveWay:
          break;
        case ACTION.offload:
          this.depth[task] = this.depth[task]! + 1;
          break;
        case ACTION.offloadEnd:
          this.comeBack(task, thread);
          break;
        case ACTION.finished:
          this.executing[thread] = NONE;
          machine.task[thread] = NONE;
          memory.add(machine.process[thread]!, HEAP, -costs.taskBytes);
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
    const task = this.work[process]!.shift();
    if (task === NONE) {
      this.idleExecutors[process]!.push(thread);
      this.parkWithoutGil(thread, SLICE.idle);
      return false;
    }
    ledger.move(task, PLACE.runnable);
    this.executing[thread] = task;
    this.executorOf[task] = thread;
    machine.task[thread] = task;
    machine.charge(thread, this.offloadCost() / 2);
    return true;
  }

  /** The offloaded steps are done: the result goes back through the selector. */
  private comeBack(task: TaskId, thread: ThreadId): void {
    const left = this.depth[task]! - 1;
    this.depth[task] = left;
    if (left > 0) return;
    this.executing[thread] = NONE;
    this.parts.machine.task[thread] = NONE;
    this.offloadDone(task);
  }

  protected wakeExecutor(task: TaskId): void {
    const { ledger, machine } = this.parts;
    const thread = this.executorOf[task]!;
    ledger.move(task, PLACE.runnable);
    machine.task[thread] = task;
    machine.wake(thread, this.active);
  }
}
