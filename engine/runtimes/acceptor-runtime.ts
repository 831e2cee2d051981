/**
 * How connections reach the threads of a process (`acceptingOf`).
 *
 * Several processes share one listening socket, each with a selector of its own and without
 * EPOLLEXCLUSIVE: a connection wakes all that sleep, one of them accepts it, and the others have
 * been woken for nothing (thundering herd) [S] Linux `ep_ptable_queue_proc`. With sockets of their
 * own (`reusePort`) only the process to which the connection hashes is woken.
 *
 * - Sync workers: whoever has nothing to do accepts one connection and serves it.
 * - A main thread (gunicorn `gthread.py`, `ThreadWorker.run`): in a loop it asks its selector, which
 *   lets go of the GIL; hands every request that can be read to the pool's queue, which has no end;
 *   and accepts one connection, as long as fewer are open than the process may have, however busy
 *   the pool is. Where the pool computes, this thread has to win the GIL for each round.
 *
 * Left out: the master and its time-out for silent workers, the closing of idle connections.
 */
import { fifos, NONE, type Fifo } from "../kernel/rows.ts";
import { SYSTEM, type ThreadId } from "../machine/machine.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { ThreadsRuntime } from "../scenario/model.ts";
import { GilRuntime } from "./gil-runtime.ts";
import type { RuntimeModel, RuntimeParts } from "./runtime.ts";
import { acceptingOf, type Accepting } from "./threads-flow.ts";

export abstract class AcceptorRuntime extends GilRuntime {
  protected readonly accepting: Accepting;
  protected poolSize: number;
  /** gunicorn's sync workers know no keep-alive [S] `sync.py`. */
  protected readonly closesConnections: boolean;
  /** Idle threads of the pool, by process. */
  protected readonly idle: readonly Fifo[];
  /** A connection is being accepted: rejecting it must not begin to accept anew. */
  protected isAccepting = false;
  private readonly socketBuffer: number;
  /** The main thread of a process, made when the first connection comes; or NONE. */
  private readonly mainThread: Int32Array;
  /** 1 while the main thread sleeps in its selector. */
  private readonly asleep: Uint8Array;
  /** Requests that a main thread can read, by process. */
  private readonly readable: readonly Fifo[];

  constructor(parts: RuntimeParts, config: ThreadsRuntime) {
    const pooled = typeof config.threads === "number" ? config.threads : 0;
    const waitingGil = parts.firstPlace + (pooled > 0 ? 1 : 0);
    super(parts, config.gil, waitingGil);
    this.poolSize = pooled;
    this.accepting = acceptingOf(config);
    const python = parts.profile.acceptor === "main-thread";
    this.closesConnections = python && this.accepting === "when-idle";
    this.socketBuffer = waitingGil + (config.gil === undefined ? 0 : 1);
    this.idle = fifos(parts.processes);
    this.mainThread = new Int32Array(parts.processes).fill(NONE);
    this.asleep = new Uint8Array(parts.processes);
    this.readable = fifos(parts.processes);
  }

  /** Hands a request to a thread of `process`, or to the queue in front of them. */
  protected abstract dispatch(task: TaskId, process: number, systemNs: number): void;
  /** A thread of `process` that only accepts. */
  protected abstract makeMainThread(process: number): ThreadId;

  connectionReady(): void {
    if (this.isAccepting) return;
    if (this.accepting === "kernel") this.acceptAll();
    else this.wakeAcceptors();
  }

  request(task: TaskId, home: number): void {
    if (this.poolSize > 0 && this.accepting === "main-thread") this.becomesReadable(task, home);
    else {
      if (this.closesConnections) this.parts.work.closesAfter(task);
      this.dispatch(task, home, this.parts.costs.ioCall);
    }
  }

  override threadRow(thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    const process = this.mainThread.indexOf(thread);
    if (process < 0) return undefined;
    return { kind: "thread", label: this.parts.processes === 1 ? "main" : `main ${process}` };
  }

  /** Requests that the main thread of the process has still to read. */
  protected unreadIn(process: number): number {
    return this.readable[process]!.size;
  }

  // ---- An acceptor that takes no time ------------------------------------------------------------

  private acceptAll(): void {
    this.isAccepting = true;
    const { listener, costs } = this.parts;
    while (listener.size > 0) {
      const process = this.acceptor();
      if (process === NONE) break;
      const task = this.acceptFor(process);
      this.dispatch(task, process, costs.accept + costs.ioCall);
    }
    this.isAccepting = false;
  }

  /** The process that takes the next connection, or NONE while none can. */
  private acceptor(): number {
    const { processes } = this.parts;
    if (processes === 1) return this.awaits(0) ? 0 : NONE;
    const first = this.parts.random.int(processes);
    let fallback = NONE;
    for (let i = 0; i < processes; i++) {
      const process = (first + i) % processes;
      if (!this.awaits(process)) continue;
      if (this.poolSize === 0 || this.idle[process]!.size > 0) return process;
      if (fallback === NONE) fallback = process;
    }
    return fallback;
  }

  protected acceptFor(process: number): TaskId {
    const { listener, work } = this.parts;
    const task = listener.accept(process);
    work.accepted(task, process);
    work.home[task] = process;
    work.process[task] = process;
    this.opened(process);
    return task;
  }

  // ---- The herd ----------------------------------------------------------------------------------

  /** Every process that sleeps in its selector is woken; the first to run gets the connection. */
  private wakeAcceptors(): void {
    const { processes, random, machine } = this.parts;
    const first = processes === 1 ? 0 : random.int(processes);
    for (let i = 0; i < processes; i++) {
      const process = (first + i) % processes;
      if (!this.awaits(process)) continue;
      if (this.accepting === "main-thread") this.wakeMain(process);
      else {
        const worker = this.idle[process]!.shift();
        if (worker !== NONE) machine.wake(worker, this.active);
      }
    }
  }

  private wakeMain(process: number): void {
    if (this.mainThread[process] === NONE) {
      this.mainThread[process] = this.makeMainThread(process);
      this.asleep[process] = 1;
    }
    if (this.asleep[process] === 0) return;
    this.asleep[process] = 0;
    this.parts.machine.wake(this.mainThread[process]!, this.active);
  }

  // ---- The main thread ---------------------------------------------------------------------------

  private becomesReadable(task: TaskId, process: number): void {
    const { work, ledger } = this.parts;
    work.home[task] = process;
    work.process[task] = process;
    ledger.move(task, this.socketBuffer);
    this.readable[process]!.push(task);
    this.wakeMain(process);
  }

  /** One round of the main thread, which now computes, sleeps or waits for the GIL. */
  protected acceptRound(thread: ThreadId): void {
    const { machine, costs } = this.parts;
    const process = machine.process[thread]!;
    this.releaseGil(thread);
    const accepts = this.awaits(process);
    if (!accepts && this.readable[process]!.size === 0) {
      this.asleep[process] = 1;
      machine.charge(thread, costs.poll);
      machine.park(thread, SLICE.idle);
      return;
    }
    const gil = this.gilOf(thread);
    if (gil !== undefined && !this.takeGil(gil, thread)) return;
    let spent = costs.poll;
    this.isAccepting = true;
    for (let n = this.readable[process]!.size; n > 0; n--) {
      this.dispatch(this.readable[process]!.shift(), process, costs.ioCall);
    }
    if (accepts) spent += this.acceptNext(process);
    this.isAccepting = false;
    machine.burst[0] = spent;
    machine.compute(thread, SYSTEM);
  }

  /** Accepts one connection; what that costs, ns. */
  private acceptNext(process: number): number {
    const { costs, ledger } = this.parts;
    const task = this.acceptFor(process);
    if (this.poolSize === 0) this.dispatch(task, process, costs.ioCall);
    else {
      ledger.move(task, this.socketBuffer);
      this.readable[process]!.push(task);
    }
    return costs.accept;
  }

  /** The process has died. */
  protected forgetAcceptor(process: number): void {
    this.mainThread[process] = NONE;
    this.asleep[process] = 0;
    this.readable[process]!.clear();
    this.idle[process]!.clear();
  }
}
