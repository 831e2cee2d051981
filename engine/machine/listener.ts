/**
 * The listening socket's accept queue. With limit L it holds L + 1 connections; a SYN that finds
 * it full is dropped without a word, and the client's kernel sends it again later.
 *
 * Source: Linux `sk_acceptq_is_full`, `tcp_conn_request`; retransmission times of kernels ≥ 6.5
 * (`tcp_syn_linear_timeouts` = 4), `ip-sysctl.rst`.
 */
import { Fifo } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";

/** When a SYN is sent again, ns after the first. */
export const SYN_RETRY_NS: readonly number[] = [1, 2, 3, 4, 5, 7, 11, 19, 35, 67].map(
  (seconds) => seconds * 1e9,
);
/** When the client's kernel gives up, ns after the first SYN. */
export const SYN_GIVE_UP_NS = 131e9;

export class Listener {
  /** The limit L; one more connection than this fits. */
  readonly limit: number;
  /** SYNs dropped since the start. */
  dropped = 0;
  private readonly waiting = new Fifo();

  constructor(backlog: number, somaxconn: number) {
    this.limit = Math.min(backlog, somaxconn);
  }

  get size(): number {
    return this.waiting.size;
  }

  get isFull(): boolean {
    return this.waiting.size > this.limit;
  }

  /** A connection with its first request arrives; false when its SYN was dropped. */
  offer(task: TaskId): boolean {
    if (this.isFull) {
      this.dropped++;
      return false;
    }
    this.waiting.push(task);
    return true;
  }

  /** A connection that was dealt out to a process that died before it accepted. */
  putBack(task: TaskId): void {
    this.waiting.pushFront(task);
  }

  /** The connection that has waited longest, or NONE. */
  accept(): TaskId {
    return this.waiting.shift();
  }
}
