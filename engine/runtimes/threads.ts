/**
 * Threads: a pool of n, one per request, or one per connection; with or without a GIL.
 *
 * A connection is accepted (`acceptor-runtime.ts`), its request handed to an idle thread or put
 * into the queue in front of the pool. The thread walks through the request's program, parks for
 * every wait, and takes the next request without sleeping when there is one. A thread with a GIL
 * needs the lock whenever it is not waiting; see `gil.ts`.
 */
import type { InsideNow } from "../api.ts";
import { Fifo, fifos, NONE, resized } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import { STACKS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { Runtime, ThreadsRuntime } from "../scenario/model.ts";
import { ACTION, GO_ON, PLACE, type RuntimeModel, type RuntimeParts } from "./runtime.ts";
import { NO_STARTS, ThreadStarts } from "./thread-starts.ts";

/** What a thread is there for. */
const OWN = 0;
const POOLED = 1;
const MAIN = 2;

export class Threads extends ThreadStarts implements RuntimeModel {
  readonly homes: number;
  readonly rows: RuntimeModel["rows"];
  private config: ThreadsRuntime;
  private readonly workerQueue: number;
  private readonly queues: readonly Fifo[];
  /** Threads of the pool that are to end as soon as they are idle, by process. */
  private readonly tooMany: Int32Array;
  /** Arrivals inside, for whichever process is free. */
  private readonly shared = new Fifo();

  // Thread columns.
  private taskOf!: Int32Array;
  private connectionOf!: Int32Array;
  /** The first request that waits while the connection's thread is busy; by thread. */
  private firstWaiting!: Int32Array;
  /** POOLED, MAIN, or OWN: ends with its request or connection. */
  private role!: Uint8Array;
  // Task columns.
  private threadOf!: Int32Array;
  private nextOnConnection!: Int32Array;
  // Connection columns (thread per connection).
  private readonly threadOfConnection: Int32Array;

  constructor(parts: RuntimeParts, config: ThreadsRuntime, connections: number) {
    super(parts, config);
    this.config = config;
    this.homes = parts.processes;
    this.workerQueue = this.poolSize > 0 ? parts.firstPlace : NONE;
    this.queues = fifos(parts.processes);
    this.tooMany = new Int32Array(parts.processes);
    this.threadOfConnection = new Int32Array(connections).fill(NONE);
    this.growColumns();
    this.rows = this.gilRows();
  }

  // ---- Growing and shrinking ---------------------------------------------------------------------

  override retune(runtime: Runtime): void {
    super.retune(runtime);
    if (runtime.model !== "threads") return;
    this.config = runtime;
    if (typeof runtime.threads !== "number") return;
    const more = runtime.threads - this.poolSize;
    this.poolSize = runtime.threads;
    for (let process = 0; process < this.parts.processes; process++) {
      if (this.down[process] !== 0) continue;
      for (let i = 0; i < more; i++) this.addPooled(process);
      for (let i = 0; i < -more; i++) this.removePooled(process);
    }
  }

  /** A new thread, which looks for work; or one that was to end stays. */
  private addPooled(process: number): void {
    if (this.tooMany[process]! > 0) {
      this.tooMany[process]!--;
      return;
    }
    const { machine, costs } = this.parts;
    const thread = this.makeThread(process, POOLED);
    this.owe(thread, machine.calibration.threadCreateNs + costs.taskCreate);
    machine.wake(thread, NONE);
  }

  /** The thread that has been idle for the shortest time ends, or else the next that gets idle. */
  private removePooled(process: number): void {
    const thread = this.idle[process]!.pop();
    if (thread === NONE) {
      this.tooMany[process]!++;
      return;
    }
    this.parts.memory.add(process, STACKS, -this.parts.costs.threadBytes);
    this.parts.machine.kill(thread);
  }

  private endPooled(thread: ThreadId, process: number): void {
    this.tooMany[process]!--;
    this.parts.memory.add(process, STACKS, -this.parts.costs.threadBytes);
    this.parts.machine.exit(thread);
  }

  // ---- Handing over ------------------------------------------------------------------------------

  protected beginAt(process: number, task: TaskId): void {
    this.dispatch(task, process, 0);
  }

  /** Hands a request to a thread of `process`, or to the queue in front of them. */
  protected dispatch(task: TaskId, process: number, systemNs: number): void {
    const { work, ledger } = this.parts;
    work.home[task] = process;
    work.process[task] = process;
    const connection = work.connectionOf(task);
    if (this.poolSize === 0) {
      this.dispatchUnpooled(task, process, connection, systemNs);
      return;
    }
    const thread = this.idle[process]!.shift();
    if (thread !== NONE) this.give(thread, task, systemNs);
    else if (this.queues[process]!.size < this.config.queue) {
      ledger.move(task, this.workerQueue);
      this.queues[process]!.push(task);
    } else work.reject(task);
  }

  private dispatchUnpooled(
    task: TaskId,
    process: number,
    connection: number,
    systemNs: number,
  ): void {
    const keeps = this.config.threads === "per-connection" && connection !== NONE;
    let thread = keeps && !this.isAccepting ? this.threadOfConnection[connection]! : NONE;
    if (thread !== NONE && this.taskOf[thread] !== NONE) {
      // The connection's thread is busy: its requests are served one after the other.
      this.appendWaiting(thread, task);
      return;
    }
    let cost = systemNs;
    if (thread === NONE) {
      thread = this.makeThread(process, OWN);
      cost += this.parts.machine.calibration.threadCreateNs + this.parts.costs.taskCreate;
      this.connectionOf[thread] = keeps ? connection : NONE;
      if (keeps) this.threadOfConnection[connection] = thread;
    }
    this.give(thread, task, cost);
  }

  private appendWaiting(thread: ThreadId, task: TaskId): void {
    this.parts.ledger.move(task, PLACE.runnable);
    this.nextOnConnection[task] = NONE;
    let at = this.firstWaiting[thread]!;
    if (at === NONE) {
      this.firstWaiting[thread] = task;
      return;
    }
    while (this.nextOnConnection[at] !== NONE) at = this.nextOnConnection[at]!;
    this.nextOnConnection[at] = task;
  }

  /** A parked thread gets a request and is woken. */
  private give(thread: ThreadId, task: TaskId, systemNs: number): void {
    const { machine, ledger } = this.parts;
    ledger.move(task, PLACE.runnable);
    this.bind(thread, task);
    this.owe(thread, systemNs);
    machine.wake(thread, this.active);
  }

  private bind(thread: ThreadId, task: TaskId): void {
    this.taskOf[thread] = task;
    this.threadOf[task] = thread;
    this.parts.machine.task[thread] = task;
  }

  // ---- Running -----------------------------------------------------------------------------------

  protected taskOn(thread: ThreadId): TaskId {
    return this.isStarting(thread) ? NONE : this.taskOf[thread]!;
  }

  /** Goes through the request's steps until the thread has something to do that takes time. */
  protected proceed(thread: ThreadId): void {
    for (;;) {
      if (this.starting[thread] !== NO_STARTS && this.goesOnStarting(thread)) return;
      const task = this.taskOf[thread]!;
      if (task === NONE) {
        if (!this.nextRequest(thread)) return;
        continue;
      }
      const action = this.nextOf(thread, task);
      if (this.computes(thread, action)) return;
      switch (action) {
        case GO_ON:
        case ACTION.offload:
        case ACTION.offloadEnd:
        case ACTION.giveWay:
          // A thread is its own executor, and nobody takes turns on it.
          break;
        case ACTION.yield:
          // Nobody takes turns on it, but what the request's end cost passes before the next.
          if (!this.parts.machine.isOwing(thread)) break;
          this.computeUser(thread, 0);
          return;
        case ACTION.suspend:
          this.parkWithoutGil(thread, this.parts.work.waitSlice(task));
          return;
        case ACTION.finished:
          this.taskOf[thread] = NONE;
          this.parts.machine.task[thread] = NONE;
          break;
        default:
          this.beginThreadWait(thread, task, action);
          this.parkWithoutGil(thread, SLICE.io);
          return;
      }
    }
  }

  private beginThreadWait(thread: ThreadId, task: TaskId, action: number): void {
    const { calibration } = this.parts.machine;
    const isTimer = action === ACTION.sleep;
    this.beginWaitFor(action, task, calibration.timerSlackNs);
    const { timer } = this.parts.costs;
    this.parts.machine.charge(thread, isTimer ? timer : calibration.systemCallNs);
  }

  /** The thread's request is done. False when it sleeps, ends, or has to wait for the GIL. */
  private nextRequest(thread: ThreadId): boolean {
    const { machine, costs } = this.parts;
    const process = machine.process[thread]!;
    if (this.role[thread] !== POOLED) return this.nextUnpooled(thread, process);
    // Sending the answer and reading the next request lets go of the GIL.
    this.releaseGil(thread);
    if (this.tooMany[process]! > 0) {
      this.endPooled(thread, process);
      return false;
    }
    const accepts = this.accepting === "when-idle";
    if (accepts && this.queues[process]!.size === 0) this.acceptOne(thread, process);
    const task = this.queues[process]!.shift();
    if (task === NONE) return this.nextShared(thread, process);
    this.bind(thread, task);
    machine.charge(thread, costs.ioCall);
    return this.regainGil(thread);
  }

  private nextShared(thread: ThreadId, process: number): boolean {
    const { machine, costs, work } = this.parts;
    const task = this.shared.shift();
    if (task === NONE) {
      this.idle[process]!.push(thread);
      if (this.accepting === "when-idle") machine.charge(thread, costs.poll);
      machine.park(thread, SLICE.idle);
      return false;
    }
    work.home[task] = process;
    work.process[task] = process;
    this.bind(thread, task);
    machine.charge(thread, costs.offloadProcess / 2);
    return this.regainGil(thread);
  }

  private nextUnpooled(thread: ThreadId, process: number): boolean {
    if (this.role[thread] === MAIN) {
      this.acceptRound(thread);
      return false;
    }
    this.releaseGil(thread);
    return this.nextOnItsConnection(thread, process);
  }

  private regainGil(thread: ThreadId): boolean {
    const gil = this.gilOf(thread);
    return gil === undefined || this.takeGil(gil, thread);
  }

  /** A sync worker that is free accepts the next connection itself. */
  private acceptOne(thread: ThreadId, process: number): void {
    const { work, ledger, machine, costs } = this.parts;
    if (!this.awaits(process)) return;
    const task = this.acceptFor(process);
    if (this.closesConnections) work.closesAfter(task);
    machine.charge(thread, costs.accept);
    ledger.move(task, PLACE.runnable);
    this.queues[process]!.push(task);
  }

  private nextOnItsConnection(thread: ThreadId, process: number): boolean {
    const { machine, work, memory, costs } = this.parts;
    const connection = this.connectionOf[thread]!;
    const next = this.firstWaiting[thread]!;
    if (next !== NONE) {
      this.firstWaiting[thread] = this.nextOnConnection[next]!;
      this.bind(thread, next);
      return this.regainGil(thread);
    }
    if (connection !== NONE && this.threadOfConnection[connection] === thread) {
      if (work.homeOf(connection) !== NONE) {
        machine.park(thread, SLICE.idle);
        return false;
      }
      this.threadOfConnection[connection] = NONE;
    }
    memory.add(process, STACKS, -costs.threadBytes);
    machine.exit(thread);
    return false;
  }

  // ---- Being woken -------------------------------------------------------------------------------

  protected waitOver(task: TaskId): void {
    const isTimer = this.isTimer(this.parts.ledger.place[task]!);
    // With a GIL most of what a call costs is bytecode around it.
    if (!isTimer) this.owe(this.threadOf[task]!, this.parts.costs.ioCall);
    this.resume(task);
  }

  resume(task: TaskId): void {
    const { ledger, machine } = this.parts;
    const thread = this.threadOf[task]!;
    ledger.move(task, PLACE.runnable);
    if (this.resumesLater(thread)) return;
    machine.task[thread] = task;
    machine.wake(thread, this.active);
  }

  spawn(task: TaskId, parent: TaskId): void {
    const { work, machine, costs, profile } = this.parts;
    if (profile.threadStart !== undefined && this.active !== NONE) {
      this.willStart(this.active, task);
      return;
    }
    const thread = this.makeThread(work.process[parent]!, OWN);
    this.connectionOf[thread] = NONE;
    const cost = machine.calibration.threadCreateNs + costs.taskCreate;
    if (this.active !== NONE) this.owe(this.active, cost);
    this.give(thread, task, 0);
  }

  protected threadFor(task: TaskId, process: number): ThreadId {
    const { work } = this.parts;
    const thread = this.makeThread(process, OWN);
    this.connectionOf[thread] = NONE;
    work.home[task] = process;
    work.process[task] = process;
    this.parts.ledger.move(task, PLACE.runnable);
    this.bind(thread, task);
    return thread;
  }

  protected handOver(task: TaskId, by: ThreadId): boolean {
    const { machine, costs, processes } = this.parts;
    if (this.poolSize === 0 && processes === 1) return false;
    machine.charge(by, (processes > 1 ? costs.offloadProcess : costs.offload) / 2);
    if (this.poolSize === 0 || processes === 1) this.beginInside(task);
    else this.share(task);
    return true;
  }

  /** Into the queue that all processes take from, or to one that waits at it. */
  private share(task: TaskId): void {
    const { processes, ledger, work, costs } = this.parts;
    for (let tried = 0; tried < processes; tried++) {
      const home = this.nextHomeUp();
      if (home === NONE || this.idle[home]!.size === 0) continue;
      this.dispatch(task, home, costs.offloadProcess / 2);
      return;
    }
    if (this.shared.size >= this.config.queue * processes) {
      work.reject(task);
      return;
    }
    ledger.move(task, this.workerQueue);
    this.shared.push(task);
  }

  protected override startArrival(task: TaskId): void {
    // What waits for the parent's timer belongs to none of the processes.
    if (this.parts.processes > 1) this.parts.work.process[task] = NONE;
    super.startArrival(task);
  }

  // ---- Looking -----------------------------------------------------------------------------------

  insideNow(process: number): InsideNow {
    const queued = this.queues[process]!.size;
    return { kind: "threads", queued, unread: this.unreadIn(process) };
  }

  protected threadsFor(task: TaskId): readonly ThreadId[] {
    const { ledger, work } = this.parts;
    if (ledger.place[task] === this.workerQueue) return this.pooledIn(work.process[task]!);
    const thread = this.threadOf[task]!;
    if (this.taskOf[thread] === task) return [thread];
    // It waits for its turn on its connection.
    const connection = work.connectionOf(task);
    const its = connection === NONE ? NONE : this.threadOfConnection[connection]!;
    return its === NONE ? [] : [its];
  }

  /** The threads of the pool; NONE: those of all processes. */
  private pooledIn(process: number): ThreadId[] {
    const { machine } = this.parts;
    const found: ThreadId[] = [];
    for (let thread = 0; thread < machine.threads.high; thread++) {
      const isIts = process === NONE || machine.process[thread] === process;
      if (isIts && this.role[thread] === POOLED && machine.isAlive(thread)) found.push(thread);
    }
    return found;
  }

  servedBy(thread: ThreadId): TaskId {
    return this.taskOf[thread]!;
  }

  // ---- Processes ---------------------------------------------------------------------------------

  protected processOfHome(home: number): number {
    return home;
  }

  protected startProcess(process: number): void {
    for (let i = 0; i < this.poolSize; i++) {
      this.idle[process]!.push(this.makeThread(process, POOLED));
    }
    this.makeTimerThread(process);
    for (let n = Math.min(this.poolSize, this.shared.size); n > 0; n--) {
      this.share(this.shared.shift());
    }
  }

  protected stopProcess(process: number): void {
    const { machine } = this.parts;
    for (const thread of machine.livingIn(process)) {
      const connection = this.connectionOf[thread]!;
      if (connection !== NONE && this.threadOfConnection[connection] === thread) {
        this.threadOfConnection[connection] = NONE;
      }
      machine.kill(thread);
    }
    this.endTimerThread();
    this.queues[process]!.clear();
    this.tooMany[process] = 0;
    this.forgetAcceptor(process);
    this.gils[process]?.reset();
  }

  protected override addIdle(process: number, count: number): void {
    super.addIdle(process, count);
    if (this.config.threads !== "per-connection") return;
    this.parts.memory.add(process, STACKS, count * this.parts.costs.threadBytes);
  }

  protected makeMainThread(process: number): ThreadId {
    const thread = this.makeThread(process, MAIN);
    this.connectionOf[thread] = NONE;
    return thread;
  }

  private makeThread(process: number, role: number): ThreadId {
    const { memory, costs } = this.parts;
    const thread = this.newThread(process);
    this.taskOf[thread] = NONE;
    this.connectionOf[thread] = NONE;
    this.role[thread] = role;
    this.firstWaiting[thread] = NONE;
    memory.add(process, STACKS, costs.threadBytes);
    return thread;
  }

  private growColumns(): void {
    this.parts.machine.threads.onGrow((capacity) => {
      this.taskOf = resized(this.taskOf, capacity, Int32Array);
      this.connectionOf = resized(this.connectionOf, capacity, Int32Array);
      this.firstWaiting = resized(this.firstWaiting, capacity, Int32Array);
      this.role = resized(this.role, capacity, Uint8Array);
    });
    this.parts.ledger.tasks.onGrow((capacity) => {
      this.threadOf = resized(this.threadOf, capacity, Int32Array);
      this.nextOnConnection = resized(this.nextOnConnection, capacity, Int32Array);
    });
  }
}
