/**
 * Event loops: n loops per process, each one thread, and an executor for what would block them.
 *
 * A turn of the loop polls the selector (accepting a burst of connections, taking what has become
 * readable or due) and runs callbacks, in the order that `loop-turns.ts` tells for each kind of
 * loop. A callback runs to completion. A blocking step stops the whole loop; `offload` hands the
 * steps to an executor thread and comes back through the selector.
 *
 * What makes a task ready decides where its callback stands: a part that begins, or what another
 * task of the loop set free, goes to the ready queue (asyncio `call_soon`) or, in Node, is a
 * promise micro-task; what comes from outside the loop's thread is an event of the selector.
 */
import type { InsideNow, LoopNow, ThreadRole } from "../api.ts";
import { DUE, NOW } from "../kernel/queue.ts";
import { NONE, resized } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import { HEAP, STACKS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { EventLoopRuntime } from "../scenario/model.ts";
import { ACTION, PLACE, type LoopUse, type RuntimeModel, type RuntimeParts } from "./runtime.ts";
import { timerRounding, wakeForTimer } from "./timer-wait.ts";
import { GIL_EVENTS } from "./gil-runtime.ts";
import { LoopAcceptor } from "./loop-acceptor.ts";
import { ACCEPT, LoopTurns, POLLED, SLEEP } from "./loop-turns.ts";

/** A selector's wait for a timer ends. */
const SELECTOR_TIMER = GIL_EVENTS;

const POLLING = 0;
const RUNNING = 1;
const BLOCKED = 2;
const DOING: readonly LoopNow["doing"][] = ["polling", "running", "blocked"];

export class EventLoop extends LoopAcceptor implements RuntimeModel {
  readonly rows: RuntimeModel["rows"];
  private readonly socketBuffer: number;

  // Loop columns; a loop's number is process × loops + index.
  private readonly threadOfLoop: Int32Array;
  private readonly state: Uint8Array;
  private readonly turns: LoopTurns;
  /** The task whose callback runs, or NONE. */
  private readonly current: Int32Array;
  /** The task that blocks the loop's thread, or NONE. */
  private readonly blockedBy: Int32Array;
  /** Since when the loop sleeps in its selector. */
  private readonly pollingSince: Float64Array;
  /** ns for which loops have slept in their selectors, those that sleep now left out. */
  private readonly idle = new Float64Array(1);
  private readonly runsMicrotasks: boolean;

  // Thread columns.
  private loopOf!: Int32Array;
  // Task columns.
  /** 1: has let go of the loop since it last gave way. */
  private hasWaited!: Uint8Array;
  /** 1: what runs next is the callback that sets the future the task waits for. */
  private viaFuture!: Uint8Array;

  constructor(parts: RuntimeParts, config: EventLoopRuntime) {
    super(parts, config);
    this.socketBuffer = parts.firstPlace;
    this.threadOfLoop = new Int32Array(this.homes).fill(NONE);
    this.state = new Uint8Array(this.homes);
    this.pollingSince = new Float64Array(this.homes);
    this.turns = new LoopTurns(this.homes, parts.profile.turn);
    this.runsMicrotasks = parts.profile.turn === "phases";
    this.current = new Int32Array(this.homes).fill(NONE);
    this.blockedBy = new Int32Array(this.homes).fill(NONE);
    parts.machine.threads.onGrow((capacity) => {
      this.loopOf = resized(this.loopOf, capacity, Int32Array);
    });
    parts.ledger.tasks.onGrow((capacity) => {
      this.hasWaited = resized(this.hasWaited, capacity, Uint8Array);
      this.viaFuture = resized(this.viaFuture, capacity, Uint8Array);
    });
    this.rows = this.gilRows();
  }

  // ---- The loop ----------------------------------------------------------------------------------

  protected proceed(thread: ThreadId): void {
    const loop = this.loopOf[thread]!;
    if (loop === NONE) this.proceedBeside(thread);
    else this.iterate(loop, thread);
  }

  /** A thread that is no loop: the cluster's primary, or one of the executor. */
  private proceedBeside(thread: ThreadId): void {
    if (this.primary !== undefined && thread === this.primary.thread) this.primary.turn();
    else this.execute(thread);
  }

  private iterate(loop: number, thread: ThreadId): void {
    for (;;) {
      const task = this.current[loop]!;
      if (task !== NONE) {
        if (this.runCallback(loop, thread, task)) return;
        continue;
      }
      const next = this.turns.take(loop);
      if (next !== NONE) this.begin(loop, thread, next);
      else if (!this.nextBatch(loop, thread)) {
        this.state[loop] = POLLING;
        // The call that blocks comes after everything that has been done at this instant.
        this.pollingSince[loop] = this.parts.queue.clock[NOW]! + this.parts.costs.poll;
        this.parkWithoutGil(thread, SLICE.idle);
        return;
      }
    }
  }

  /** The next callbacks; false when there is nothing to do. */
  private nextBatch(loop: number, thread: ThreadId): boolean {
    const { queue, machine, costs } = this.parts;
    const found = this.turns.begin(loop, this.hasConnections(loop), queue.clock[NOW]!);
    if (found === POLLED) machine.charge(thread, costs.poll);
    return found !== SLEEP;
  }

  /** A callback begins: one that accepts, one that sets a future, or a task's. */
  private begin(loop: number, thread: ThreadId, next: TaskId): void {
    if (next === ACCEPT) {
      this.accept(loop, thread);
      return;
    }
    const { ledger, machine, costs } = this.parts;
    if (this.viaFuture[next] === 1) {
      this.viaFuture[next] = 0;
      machine.charge(thread, costs.taskSwitch);
      this.turns.ready[loop]!.push(next);
      return;
    }
    if (ledger.place[next] === this.socketBuffer) ledger.move(next, PLACE.runnable);
    this.noteStart(thread, next);
    this.current[loop] = next;
    machine.task[thread] = next;
    this.taskSwitches++;
    // `taskCreate` of Node is a promise and a hop through the micro-tasks, which cost the same.
    machine.charge(thread, this.turns.tookMicrotask ? costs.taskCreate / 2 : costs.taskSwitch);
  }

  /** Runs the current callback on; true when the thread now computes or blocks. */
  private runCallback(loop: number, thread: ThreadId, task: TaskId): boolean {
    const { work, costs, ledger, memory } = this.parts;
    ledger.move(task, PLACE.running);
    const action = work.next(task);
    if (this.computes(thread, action)) return true;
    switch (action) {
      case ACTION.block:
        this.beginWait(task, PLACE.blocked, 0);
        this.state[loop] = BLOCKED;
        this.blockedBy[loop] = task;
        this.parkWithoutGil(thread, SLICE.io);
        return true;
      case ACTION.offload:
        this.offload(task, thread);
        break;
      case ACTION.offloadEnd:
      case ACTION.giveWay:
        return false;
      case ACTION.io:
        this.beginWait(task, PLACE.waitingIo, 0);
        this.parts.machine.charge(thread, costs.ioCall);
        break;
      case ACTION.sleep:
        this.beginTimer(task, this.timerRounding());
        this.parts.machine.charge(thread, costs.timer + this.timerMade(loop, task));
        break;
      case ACTION.yield:
        // Who has waited during its request has let others go first already.
        if (this.hasWaited[task] === 1) {
          this.hasWaited[task] = 0;
          return false;
        }
        ledger.move(task, PLACE.runnable);
        this.turns.ready[loop]!.push(task);
        break;
      case ACTION.finished:
        memory.add(this.processOfHome(loop), HEAP, -costs.taskBytes);
        break;
      default:
        break;
    }
    if (action !== ACTION.yield) this.hasWaited[task] = 1;
    this.current[loop] = NONE;
    this.parts.machine.task[thread] = NONE;
    return false;
  }

  /** ns for which the collector stops the loop because of the timer's objects. */
  private timerMade(loop: number, task: TaskId): number {
    // What a select that times out makes for it is small beside the select itself.
    if (this.parts.ledger.place[task] !== PLACE.sleeping) return 0;
    const action = this.collector.timerMade(this.processOfHome(loop), task);
    return action === ACTION.collect ? this.parts.work.waitNs[0]! : 0;
  }

  /** How much later (or earlier) than asked a timer is due. */
  private timerRounding(): number {
    const { costs, work, queue, profile } = this.parts;
    const now = queue.clock[NOW]!;
    return timerRounding(profile.timerWait, costs.timerFloor, now, work.waitNs[0]!);
  }

  /** A timer is due, but the selector that waits for it may count in whole milliseconds. */
  private timerDue(loop: number): void {
    if (this.state[loop] !== POLLING) return;
    const { queue, profile, machine } = this.parts;
    const now = queue.clock[NOW]!;
    const end = wakeForTimer(profile.timerWait, this.pollingSince[loop]!, now, 0);
    const at = end + machine.calibration.timerSlackNs;
    if (at <= now) {
      this.wakeLoop(loop);
      return;
    }
    queue.clock[DUE] = at;
    queue.push(SELECTOR_TIMER, loop, 0);
  }

  protected override handleModel(kind: number, a: number, b: number): void {
    if (kind !== SELECTOR_TIMER) super.handleModel(kind, a, b);
    else if (this.turns.timers[a]!.size > 0) this.wakeLoop(a);
  }

  /** Something is ready for the loop: it wakes when it sleeps in its selector. */
  protected wakeLoop(loop: number): void {
    if (this.state[loop] !== POLLING) return;
    const thread = this.threadOfLoop[loop]!;
    if (thread === NONE) return;
    this.leaveSelector(loop);
    this.state[loop] = RUNNING;
    this.parts.machine.wake(thread, this.active);
  }

  private leaveSelector(loop: number): void {
    this.idle[0] = this.idle[0]! + this.sleptNs(loop);
  }

  /** Since the loop went to sleep in its selector, if that is where it is. */
  private sleptNs(loop: number): number {
    if (this.state[loop] !== POLLING) return 0;
    return Math.max(0, this.parts.queue.clock[NOW]! - this.pollingSince[loop]!);
  }

  override loopUse(): LoopUse {
    let idleNs = this.idle[0]!;
    for (let loop = 0; loop < this.homes; loop++) idleNs += this.sleptNs(loop);
    return { executorNs: this.executorTime.spentNs(), idleNs };
  }

  // ---- Requests -----------------------------------------------------------------------------------

  request(task: TaskId, home: number): void {
    this.arrive(task, home);
    this.wakeLoop(home);
  }

  /** The task's data lies in a socket that `loop` polls. */
  protected arrive(task: TaskId, loop: number): void {
    this.adopt(task, loop);
    this.noteWoken(task);
    this.parts.ledger.move(task, this.socketBuffer);
    this.turns.events[loop]!.push(task);
  }

  private adopt(task: TaskId, loop: number): void {
    const { work, memory, costs } = this.parts;
    const process = this.processOfHome(loop);
    work.home[task] = loop;
    work.process[task] = process;
    this.depth[task] = 0;
    this.viaFuture[task] = 0;
    this.hasWaited[task] = 0;
    memory.add(process, HEAP, costs.taskBytes);
  }

  // ---- Tasks -------------------------------------------------------------------------------------

  protected beginAt(loop: number, task: TaskId): void {
    this.adopt(task, loop);
    this.makeReady(task, loop);
  }

  /**
   * From another process, through a pipe that the loop polls as it does a socket; Netty's loops
   * take tasks from any thread.
   */
  override beginArrival(task: TaskId): void {
    const { neutral, turn } = this.parts.profile;
    const loop = neutral || turn === "tasks" ? NONE : this.nextHomeUp();
    if (loop === NONE) {
      this.beginInside(task);
      return;
    }
    this.request(task, loop);
    // asyncio: the pipe's callback makes a task, whose first step runs an iteration later.
    if (!this.runsMicrotasks) this.viaFuture[task] = 1;
  }

  spawn(task: TaskId, parent: TaskId): void {
    const { machine, costs, work } = this.parts;
    const loop = work.home[parent]!;
    this.adopt(task, loop);
    if (this.active !== NONE) machine.charge(this.active, costs.taskCreate);
    this.makeReady(task, loop);
  }

  resume(task: TaskId): void {
    if (this.depth[task]! > 0) this.wakeExecutor(task);
    else this.makeReady(task, this.parts.work.home[task]!);
  }

  /** Something made the task ready: the loop itself, another thread, or the world outside. */
  private makeReady(task: TaskId, loop: number): void {
    const { turns } = this;
    this.noteWoken(task);
    this.parts.ledger.move(task, PLACE.runnable);
    if (!this.runsMicrotasks) turns.ready[loop]!.push(task);
    else if (this.active !== NONE && this.active === this.threadOfLoop[loop]) {
      turns.microtasks[loop]!.push(task);
    } else turns.events[loop]!.push(task);
    this.wakeLoop(loop);
  }

  protected waitOver(task: TaskId): void {
    if (this.depth[task]! > 0) {
      this.wakeExecutor(task);
      return;
    }
    const { work, ledger, machine, profile } = this.parts;
    const loop = work.home[task]!;
    const place = ledger.place[task]!;
    ledger.move(task, PLACE.runnable);
    if (this.blockedBy[loop] === task) {
      this.blockedBy[loop] = NONE;
      this.state[loop] = RUNNING;
      const thread = this.threadOfLoop[loop]!;
      machine.task[thread] = task;
      machine.wake(thread, NONE);
      return;
    }
    this.noteWoken(task);
    if (!this.isTimer(place)) {
      this.turns.events[loop]!.push(task);
      this.wakeLoop(loop);
      return;
    }
    if (place === PLACE.sleeping) this.collector.timerFired(this.processOfHome(loop), task);
    this.turns.timers[loop]!.push(task);
    // asyncio: the timer's callback sets a future, and that wakes the task an iteration later.
    if (profile.timerWait === "rounds-up") this.viaFuture[task] = 1;
    this.timerDue(loop);
  }

  protected offloadDone(task: TaskId): void {
    const loop = this.parts.work.home[task]!;
    this.parts.ledger.move(task, PLACE.runnable);
    this.turns.events[loop]!.push(task);
    this.wakeLoop(loop);
  }

  protected taskOn(thread: ThreadId): TaskId {
    const loop = this.loopOf[thread]!;
    return loop === NONE ? this.executing[thread]! : this.current[loop]!;
  }

  override threadRow(thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    if (thread === this.primary?.thread) return { kind: "loop", label: "primary" };
    const loop = this.loopOf[thread]!;
    if (loop !== NONE) return { kind: "loop", label: this.homes === 1 ? "loop" : `loop ${loop}` };
    return { kind: "thread", label: `E${String(thread).padStart(2, "0")}` };
  }

  // ---- Looking -----------------------------------------------------------------------------------

  insideNow(process: number): InsideNow {
    const first = process * this.config.loops;
    return {
      kind: "event-loop",
      loops: Array.from({ length: this.config.loops }, (_, i) => this.loopNow(first + i)),
      offloaded: this.offloadedIn(process),
    };
  }

  private loopNow(loop: number): LoopNow {
    const thread = this.threadOfLoop[loop]!;
    const doing = DOING[this.state[loop]!]!;
    return { thread, doing: thread === NONE ? "down" : doing, ...this.turns.look(loop) };
  }

  override roleOf(thread: ThreadId): ThreadRole {
    if (thread === this.primary?.thread) return "helper";
    return this.loopOf[thread] === NONE ? this.executorRole(thread) : "loop";
  }

  protected threadsFor(task: TaskId): readonly ThreadId[] {
    if (this.depth[task]! > 0) return this.executorsFor(task);
    const thread = this.threadOfLoop[this.parts.work.home[task]!]!;
    return thread === NONE ? [] : [thread];
  }

  servedBy(thread: ThreadId): TaskId {
    const loop = this.loopOf[thread]!;
    if (loop === NONE || this.blockedBy[loop] === NONE) return this.taskOn(thread);
    return this.blockedBy[loop]!;
  }

  // ---- Processes ---------------------------------------------------------------------------------

  protected processOfHome(home: number): number {
    return Math.floor(home / this.config.loops);
  }

  protected startProcess(process: number): void {
    for (let i = 0; i < this.config.loops; i++) {
      const loop = process * this.config.loops + i;
      const thread = this.newLoopThread(process, loop);
      this.threadOfLoop[loop] = thread;
      this.state[loop] = POLLING;
      this.pollingSince[loop] = this.parts.queue.clock[NOW]!;
      this.primary?.join(loop);
    }
    this.startExecutors(process, () => this.newLoopThread(process, NONE));
  }

  protected newLoopThread(process: number, loop: number): ThreadId {
    const thread = this.newThread(process);
    this.loopOf[thread] = loop;
    this.parts.memory.add(process, STACKS, this.parts.costs.threadBytes);
    return thread;
  }

  protected stopProcess(process: number): void {
    this.killThreads(process);
    for (let i = 0; i < this.config.loops; i++) {
      const loop = process * this.config.loops + i;
      this.threadOfLoop[loop] = NONE;
      this.leaveSelector(loop);
      this.state[loop] = BLOCKED;
      this.current[loop] = NONE;
      this.blockedBy[loop] = NONE;
      this.turns.clear(loop);
      this.primary?.leave(loop);
    }
    this.stopExecutors(process);
    this.gils[process]?.reset();
  }
}
