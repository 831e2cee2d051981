/**
 * How connections reach the loops, by profile (`spread`):
 *
 * - `whoever-polls` (asyncio, uvicorn's workers): the loops share a listening socket. A connection
 *   wakes every loop that sleeps in its selector; the first to run accepts what there is, up to a
 *   burst, and the others look in vain (thundering herd) [S] Linux `ep_ptable_queue_proc`.
 * - `primary` (Node's cluster): see `cluster.ts`. A single loop accepts for itself.
 * - `one-accepts` (Netty): the listening channel belongs to the first loop of a process, which
 *   accepts a burst per turn and registers each connection with the next loop in turn; nobody is
 *   accepted while that loop is stuck [S] `ServerBootstrapAcceptor`, `EventExecutorChooser`.
 */
import { NONE } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import { PROCESS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import type { EventLoopRuntime } from "../scenario/model.ts";
import { Primary } from "./cluster.ts";
import { hasPrimary } from "./event-loop-flow.ts";
import { ExecutorRuntime } from "./executor-runtime.ts";
import type { RuntimeParts } from "./runtime.ts";

export abstract class LoopAcceptor extends ExecutorRuntime {
  readonly homes: number;
  protected readonly primary: Primary | undefined;
  /** The loop that the next connection is registered with, by process. */
  private readonly nextOf: Int32Array;

  constructor(parts: RuntimeParts, config: EventLoopRuntime) {
    super(parts, config);
    const loops = parts.processes * config.loops;
    this.homes = loops;
    this.nextOf = new Int32Array(parts.processes);
    const queue = parts.firstPlace + 2 + (config.gil === undefined ? 0 : 1);
    this.primary = hasPrimary(config) ? this.makePrimary(parts, loops, queue) : undefined;
  }

  private makePrimary(parts: RuntimeParts, workers: number, queue: number): Primary {
    const { machine, listener, costs, ledger, work } = parts;
    return new Primary({
      machine,
      listener,
      costs,
      workers,
      mayAccept: (loop) => this.mayAccept(this.processOfHome(loop)),
      wakeWorker: (loop) => this.wakeLoop(loop),
      taken: (task) => {
        ledger.move(task, queue);
        // No worker's death is this connection's yet.
        work.process[task] = NONE;
      },
    });
  }

  /** A parked thread of `process`, for a loop or (NONE) for something beside the loops. */
  protected abstract newLoopThread(process: number, loop: number): ThreadId;
  /** Something is ready for the loop: it wakes when it sleeps in its selector. */
  protected abstract wakeLoop(loop: number): void;
  /** The task's data lies in a socket that `loop` polls. */
  protected abstract arrive(task: TaskId, loop: number): void;

  override start(): void {
    super.start();
    if (this.primary === undefined) return;
    // A process of its own, beside those that are killed and restarted.
    this.primary.thread = this.newLoopThread(this.parts.processes, NONE);
    this.executing[this.primary.thread] = NONE;
    this.parts.memory.add(this.parts.processes, PROCESS, this.parts.costs.processBytes);
  }

  connectionReady(): void {
    const { listener, random, profile } = this.parts;
    if (this.primary !== undefined) {
      this.primary.wake(this.active);
      return;
    }
    if (listener.size === 0) return;
    const each = profile.spread === "one-accepts" ? this.config.loops : 1;
    const acceptors = this.homes / each;
    const first = acceptors === 1 ? 0 : random.int(acceptors);
    for (let i = 0; i < acceptors; i++) {
      const loop = ((first + i) % acceptors) * each;
      if (this.awaits(this.processOfHome(loop))) this.wakeLoop(loop);
    }
  }

  override connectionClosed(home: number): void {
    super.connectionClosed(home);
    this.primary?.roomAt(this.active);
  }

  /** The loop's selector reports that there is somebody to accept. */
  protected hasConnections(loop: number): boolean {
    if (this.primary !== undefined) return this.primary.hasMessage(loop);
    const { profile } = this.parts;
    if (profile.spread === "one-accepts" && loop % this.config.loops !== 0) return false;
    return this.awaits(this.processOfHome(loop));
  }

  /** The accept callback: a burst of connections, whose requests are read in a later turn. */
  protected accept(loop: number, thread: ThreadId): void {
    const { machine, costs, profile } = this.parts;
    if (this.primary !== undefined) {
      const task = this.primary.receive(loop, thread);
      machine.charge(thread, costs.accept + costs.handOff / 2);
      this.opened(this.processOfHome(loop));
      this.settle(task, loop);
      return;
    }
    for (let taken = 0; taken < profile.acceptBurst.value; taken++) {
      if (!this.hasConnections(loop)) return;
      const process = this.processOfHome(loop);
      const task = this.parts.listener.accept(process);
      this.opened(process);
      machine.charge(thread, costs.accept);
      const home = profile.spread === "one-accepts" ? this.registered(process) : loop;
      this.settle(task, home);
      if (home !== loop) this.wakeLoop(home);
    }
  }

  private settle(task: TaskId, home: number): void {
    this.parts.work.accepted(task, home);
    this.arrive(task, home);
  }

  private registered(process: number): number {
    const { loops } = this.config;
    const next = this.nextOf[process]!;
    this.nextOf[process] = (next + 1) % loops;
    return process * loops + next;
  }
}
