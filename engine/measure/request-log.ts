/**
 * The last requests that ended, one row each: which they were, when, how they ended, and where
 * their time went. For people who look at single requests; results never read it.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import type { Ledger, TaskId } from "./ledger.ts";
import { NumberedRing } from "./numbered-ring.ts";

/** Requests that the ring remembers. */
const CAPACITY = 1 << 14;

/** The outcome of a request that was answered; others are indices into `OUTCOMES`. */
export const COMPLETED = -1;

export interface LoggedRequest {
  readonly cls: number;
  /** The request is the `number`-th of its class. */
  readonly number: number;
  readonly beganNs: number;
  /** When its client had the answer, or gave up. */
  readonly endedNs: number;
  readonly outcome: number;
  /** Time in each place, ns; adds up to the whole. */
  readonly spentNs: Float64Array;
}

export class RequestLog {
  /** Nothing is written while this is false. */
  enabled = false;
  /** Requests ever written. */
  written = 0;
  private readonly clock: Clock;
  private readonly ledger: Ledger;
  // Private, so that snapshots leave it out.
  readonly #ring = new NumberedRing(CAPACITY);
  readonly #cls = new Uint8Array(CAPACITY);
  readonly #number = new Int32Array(CAPACITY);
  readonly #began = new Float64Array(CAPACITY);
  readonly #ended = new Float64Array(CAPACITY);
  readonly #outcome = new Int8Array(CAPACITY);
  #spent = new Float64Array(0);

  constructor(clock: Clock, ledger: Ledger) {
    this.clock = clock;
    this.ledger = ledger;
  }

  /** The present request of `task` ends now; what it has spent is still booked to it. */
  add(task: TaskId, cls: number, number: number, outcome: number): void {
    if (!this.enabled) return;
    const { places } = this.ledger;
    if (this.#spent.length === 0) this.#spent = new Float64Array(CAPACITY * places);
    const at = this.#ring.put(this.written++);
    this.#cls[at] = cls;
    this.#number[at] = number;
    this.#began[at] = this.ledger.beganAt(task);
    this.#ended[at] = this.clock[NOW]!;
    this.#outcome[at] = outcome;
    this.ledger.copySpent(this.#spent.subarray(at * places, (at + 1) * places), task);
  }

  /** The remembered requests in the order of their ends, from the `first`-th written on. */
  since(first: number): LoggedRequest[] {
    const found: LoggedRequest[] = [];
    const from = Math.max(first, this.#ring.oldest(this.written));
    for (let entry = from; entry < this.written; entry++) found.push(this.row(entry));
    return found;
  }

  /** When (ns) the last of the remembered requests ended that ended before `ns`. */
  endBefore(ns: number): number | undefined {
    const oldest = this.#ring.oldest(this.written);
    for (let entry = this.written - 1; entry >= oldest; entry--) {
      const ended = this.#ended[this.#ring.at(entry)]!;
      if (ended < ns) return ended;
    }
    return undefined;
  }

  /** Virtual time (ns) since which every request that ended is remembered. */
  get recordedFromNs(): number {
    const oldest = this.#ring.oldest(this.written);
    if (oldest === 0) return 0;
    return oldest < this.written ? this.#ended[this.#ring.at(oldest)]! : this.clock[NOW]!;
  }

  private row(entry: number): LoggedRequest {
    const { places } = this.ledger;
    const at = this.#ring.at(entry);
    return {
      cls: this.#cls[at]!,
      number: this.#number[at]!,
      beganNs: this.#began[at]!,
      endedNs: this.#ended[at]!,
      outcome: this.#outcome[at]!,
      spentNs: this.#spent.subarray(at * places, (at + 1) * places),
    };
  }
}
