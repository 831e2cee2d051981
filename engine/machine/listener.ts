/**
 * The listening socket's accept queue. With limit L it holds L + 1 connections; a SYN that finds
 * it full is dropped without a word, and the client's kernel sends it again later.
 *
 * With SO_REUSEPORT each process listens on a socket of its own, and the kernel assigns every
 * connection to one of them by a hash of its addresses: nobody is woken in vain, but what waits at
 * a process that is busy or stuck waits there, whoever else is idle.
 *
 * Source: Linux `sk_acceptq_is_full`, `tcp_conn_request`; retransmission times of kernels ≥ 6.5
 * (`tcp_syn_linear_timeouts` = 4), `ip-sysctl.rst`.
 */
import { Fifo, fifos, NONE, resized, type Rows } from "../kernel/rows.ts";
import type { Stream } from "../kernel/random.ts";
import type { TaskId } from "../measure/ledger.ts";

/** When a SYN is sent again, ns after the first. */
export const SYN_RETRY_NS: readonly number[] = [1, 2, 3, 4, 5, 7, 11, 19, 35, 67].map(
  (seconds) => seconds * 1e9,
);
/** When the client's kernel gives up, ns after the first SYN. */
export const SYN_GIVE_UP_NS = 131e9;

export class Listener {
  /** The limit L; one more connection than this fits. */
  limit: number;
  private readonly somaxconn: number;
  /** SYNs dropped since the start. */
  dropped = 0;
  /** The only queue, or that of the first process. */
  private readonly waiting = new Fifo();
  /** The queue of each process; empty where they share a socket. */
  private readonly own: readonly Fifo[];
  /** 1 while the process of a socket is dead; what hashes to it goes to the next. */
  private readonly isClosed: Uint8Array;
  /** The socket a connection hashes to; by task. */
  private socketOf!: Int32Array;
  private readonly hash: Stream | undefined;

  /** `reusePort`: a socket for each of so many processes. */
  constructor(
    backlog: number,
    somaxconn: number,
    reusePort?: { readonly sockets: number; readonly hash: Stream; readonly tasks: Rows },
  ) {
    this.somaxconn = somaxconn;
    this.limit = Math.min(backlog, somaxconn);
    const sockets = reusePort?.sockets ?? 0;
    this.own = sockets === 0 ? [] : [this.waiting, ...fifos(sockets - 1)];
    this.isClosed = new Uint8Array(sockets);
    this.hash = reusePort?.hash;
    reusePort?.tasks.onGrow((capacity) => {
      this.socketOf = resized(this.socketOf, capacity, Int32Array);
    });
  }

  /** `listen` is called again: who waits already stays, even if they are too many now. */
  retune(backlog: number): void {
    this.limit = Math.min(backlog, this.somaxconn);
  }

  /** Connections that wait to be accepted. */
  get size(): number {
    if (this.hash === undefined) return this.waiting.size;
    return this.own.reduce((sum, queue) => sum + queue.size, 0);
  }

  /** Those that `process` may accept. */
  sizeFor(process: number): number {
    return this.hash === undefined ? this.waiting.size : this.own[process]!.size;
  }

  /** True when a connection may find its queue full. */
  get isFull(): boolean {
    if (this.hash === undefined) return this.waiting.size > this.limit;
    return this.own.some((queue, i) => queue.size > this.limit || this.isClosed[i] === 1);
  }

  /** A connection with its first request arrives, or again; false when its SYN was dropped. */
  offer(task: TaskId, isRetry: boolean): boolean {
    const queue = this.hash === undefined ? this.waiting : this.queueOf(task, isRetry);
    if (queue.size > this.limit) {
      this.dropped++;
      return false;
    }
    queue.push(task);
    return true;
  }

  private queueOf(task: TaskId, isRetry: boolean): Fifo {
    const sockets = this.own.length;
    if (!isRetry) this.socketOf[task] = this.hash!.int(sockets);
    for (let i = 0; i < sockets; i++) {
      const socket = (this.socketOf[task]! + i) % sockets;
      if (this.isClosed[socket] === 0) return this.own[socket]!;
    }
    return this.own[this.socketOf[task]!]!;
  }

  /** The process has died: who waited at its socket, one after the other, then NONE. */
  closed(process: number): TaskId {
    if (this.hash === undefined) return NONE;
    this.isClosed[process] = 1;
    return this.own[process]!.shift();
  }

  /** The process listens again. */
  opened(process: number): void {
    if (this.hash !== undefined) this.isClosed[process] = 0;
  }

  /** The connection that has waited longest for `process`, or NONE. */
  accept(process: number): TaskId {
    return this.hash === undefined ? this.waiting.shift() : this.own[process]!.shift();
  }
}
