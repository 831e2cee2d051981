/**
 * Node's cluster: a primary process accepts and deals connections out to the workers' loops.
 *
 * It accepts one connection per turn of its loop and gives it to the first free worker, as a
 * message with the socket attached. A worker is free again when it has acknowledged the message,
 * which its loop does when it accepts: so a worker whose loop is stuck gets one connection more,
 * the next are for the others, and only when all are stuck does the primary's queue grow
 * [S] `lib/internal/cluster/round_robin_handle.js`.
 *
 * A worker that is over its limit of connections is passed over; Node would offer it the
 * connection and be refused. Left out: the primary's own death.
 */
import { Fifo, fifos, NONE } from "../kernel/rows.ts";
import { SYSTEM, type Machine, type ThreadId } from "../machine/machine.ts";
import type { Listener } from "../machine/listener.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { CostValues } from "./profiles/profile.ts";

/** What the primary is built from. */
interface ClusterParts {
  readonly machine: Machine;
  readonly listener: Listener;
  readonly costs: CostValues;
  readonly workers: number;
  /** Whether a worker has room for one more connection. */
  readonly mayAccept: (worker: number) => boolean;
  /** A message lies in a worker's channel. */
  readonly wakeWorker: (worker: number) => void;
  /** The primary has accepted the connection of this task. */
  readonly taken: (task: TaskId) => void;
}

export class Primary {
  thread: ThreadId = NONE;
  private readonly parts: ClusterParts;
  private isAsleep = true;
  /** Connections accepted and not yet given to a worker. */
  private readonly handles = new Fifo();
  /** Workers that have acknowledged all they were given, in the order in which they did. */
  private readonly free = new Fifo();
  /** Workers whose acknowledgement the primary has not read yet. */
  private readonly acknowledged = new Fifo();
  /** At most one message each: what a worker has not accepted yet. */
  private readonly messages: readonly Fifo[];

  constructor(parts: ClusterParts) {
    this.parts = parts;
    this.messages = fifos(parts.workers);
  }

  /** A worker's loop has started. */
  join(worker: number): void {
    this.acknowledged.push(worker);
    if (this.handles.size > 0) this.wake(NONE);
  }

  /** A worker's loop has died: what it had not accepted goes to another. */
  leave(worker: number): void {
    this.free.remove(worker);
    this.acknowledged.remove(worker);
    const task = this.messages[worker]!.shift();
    if (task !== NONE) this.handles.pushFront(task);
  }

  /** Something is there for the primary: a connection, an acknowledgement, room at a worker. */
  wake(waker: ThreadId): void {
    if (!this.isAsleep) return;
    this.isAsleep = false;
    this.parts.machine.wake(this.thread, waker);
  }

  /** A connection that waits may be given to a worker that has room again. */
  roomAt(waker: ThreadId): void {
    if (this.handles.size > 0) this.wake(waker);
  }

  hasMessage(worker: number): boolean {
    return this.messages[worker]!.size > 0;
  }

  /** The worker's loop, on `thread`, accepts what it was sent, and says so. */
  receive(worker: number, thread: ThreadId): TaskId {
    const task = this.messages[worker]!.shift();
    this.acknowledged.push(worker);
    this.wake(thread);
    return task;
  }

  /** One turn of the primary's loop. */
  turn(): void {
    const { machine, listener, costs } = this.parts;
    const hears = this.acknowledged.size > 0;
    for (let n = this.acknowledged.size; n > 0; n--) this.free.push(this.acknowledged.shift());
    let spent = hears ? costs.poll : 0;
    if (listener.size > 0) {
      const task = listener.accept(0);
      this.parts.taken(task);
      this.handles.push(task);
      // What accepting and sending take here; the worker pays as much again to take it over.
      spent += costs.poll + costs.handOff / 2;
    }
    const gave = this.giveOut();
    if (spent === 0 && !gave && listener.size === 0) {
      this.isAsleep = true;
      machine.park(this.thread, SLICE.idle);
      return;
    }
    machine.burst[0] = spent;
    machine.compute(this.thread, SYSTEM);
  }

  private giveOut(): boolean {
    let gave = false;
    for (let n = this.free.size; n > 0 && this.handles.size > 0; n--) {
      const worker = this.free.shift();
      if (this.parts.mayAccept(worker)) {
        this.messages[worker]!.push(this.handles.shift());
        this.parts.wakeWorker(worker);
        gave = true;
      } else this.free.push(worker);
    }
    return gave;
  }
}
