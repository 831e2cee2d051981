/**
 * The last requests that ended: which they were, when, and how they ended; of the very last also
 * where their time went. For people who look at single requests; results never read it.
 *
 * A stretch of the past can be computed once more with the log put aside: what ends meanwhile goes
 * to a page of its own, and what is remembered stays.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import type { Ledger, TaskId } from "./ledger.ts";
import { NumberedRing } from "./numbered-ring.ts";

/** Requests of which all is remembered. */
export const CAPACITY = 1 << 14;
/** Requests of which only the times are. */
const TIMES_CAPACITY = 1 << 18;

/** The outcome of a request that was answered; others are indices into `OUTCOMES`. */
export const COMPLETED = -1;

export interface LoggedTimes {
  /** Index of the load that sent the request. */
  readonly load: number;
  readonly beganNs: number;
  /** When its client had the answer, or gave up. */
  readonly endedNs: number;
  readonly outcome: number;
}

export interface LoggedRequest extends LoggedTimes {
  /** The request is the `number`-th of its class. */
  readonly number: number;
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
  #page: Page | undefined = undefined;
  #times: Times | undefined = undefined;
  #worksIn: readonly number[] = [];
  #isAside = false;

  constructor(clock: Clock, ledger: Ledger) {
    this.clock = clock;
    this.ledger = ledger;
  }

  /** Writes from now on. `worksIn`: the places in which a request gets on and waits for nobody. */
  enable(worksIn: readonly number[]): void {
    this.enabled = true;
    this.#worksIn = worksIn;
  }

  /** The present request of `task` ends now; what it has spent is still booked to it. */
  add(task: TaskId, load: number, number: number, outcome: number): void {
    if (!this.enabled) return;
    const entry = this.written++;
    this.#page ??= new Page(this.ledger.places);
    const at = this.#page.ring.put(entry);
    const spent = this.#page.spentAt(at);
    this.ledger.copySpent(spent, task);
    this.#page.load[at] = load;
    this.#page.number[at] = number;
    this.#page.began[at] = this.ledger.beganAt(task);
    this.#page.ended[at] = this.clock[NOW]!;
    this.#page.outcome[at] = outcome;
    if (!this.#isAside) this.addTimes(entry, at, spent);
  }

  private addTimes(entry: number, from: number, spent: Float64Array): void {
    this.#times ??= new Times();
    const at = this.#times.ring.put(entry);
    let worked = 0;
    for (const place of this.#worksIn) worked += spent[place]!;
    this.#times.worked[at] = worked;
    this.#times.load[at] = this.#page!.load[from]!;
    this.#times.began[at] = this.#page!.began[from]!;
    this.#times.ended[at] = this.#page!.ended[from]!;
    this.#times.outcome[at] = this.#page!.outcome[from]!;
  }

  /** Calls `replay`; what ends meanwhile is all that the log knows of until then. */
  aside<T>(replay: () => T): T {
    const page = this.#page;
    this.#page = undefined;
    this.#isAside = true;
    try {
      return replay();
    } finally {
      this.#page = page;
      this.#isAside = false;
    }
  }

  /** The remembered requests in the order of their ends, from the `first`-th written on. */
  since(first: number): LoggedRequest[] {
    const page = this.#page;
    const found: LoggedRequest[] = [];
    if (page === undefined) return found;
    const from = Math.max(first, page.ring.oldest(this.written));
    for (let entry = from; entry < this.written; entry++) {
      const at = page.ring.at(entry);
      found.push({ ...rowOf(page, at), number: page.number[at]!, spentNs: page.spentAt(at) });
    }
    return found;
  }

  /** When (ns) the last of the remembered requests ended that ended before `ns`. */
  endBefore(ns: number): number | undefined {
    const times = this.#times;
    if (times === undefined) return undefined;
    for (let entry = this.written - 1; entry >= times.ring.oldest(this.written); entry--) {
      const ended = times.ended[times.ring.at(entry)]!;
      if (ended < ns) return ended;
    }
    return undefined;
  }

  /** Calls `visit` for every request whose times are remembered, in the order of their ends. */
  eachTime(visit: (times: LoggedTimes, workedNs: number) => void): void {
    const times = this.#times;
    if (times === undefined) return;
    for (let entry = times.ring.oldest(this.written); entry < this.written; entry++) {
      const at = times.ring.at(entry);
      visit(rowOf(times, at), times.worked[at]!);
    }
  }

  /** Virtual time (ns) since which every request that ended is remembered. */
  get recordedFromNs(): number {
    return this.knownFrom(this.#page);
  }

  /** The same for those of which only the times are. */
  get timesFromNs(): number {
    return this.knownFrom(this.#times);
  }

  private knownFrom(columns: Columns | undefined): number {
    const oldest = columns?.ring.oldest(this.written) ?? this.written;
    if (oldest === 0) return 0;
    return columns !== undefined && oldest < this.written
      ? columns.ended[columns.ring.at(oldest)]!
      : this.clock[NOW]!;
  }
}

class Columns {
  readonly ring: NumberedRing;
  readonly load: Uint8Array;
  readonly began: Float64Array;
  readonly ended: Float64Array;
  readonly outcome: Int8Array;

  constructor(capacity: number) {
    this.ring = new NumberedRing(capacity);
    this.load = new Uint8Array(capacity);
    this.began = new Float64Array(capacity);
    this.ended = new Float64Array(capacity);
    this.outcome = new Int8Array(capacity);
  }
}

class Page extends Columns {
  readonly number = new Int32Array(CAPACITY);
  private readonly spent: Float64Array;
  private readonly places: number;

  constructor(places: number) {
    super(CAPACITY);
    this.places = places;
    this.spent = new Float64Array(CAPACITY * places);
  }

  spentAt(at: number): Float64Array {
    return this.spent.subarray(at * this.places, (at + 1) * this.places);
  }
}

class Times extends Columns {
  /** Time (ns) in which the request got on. */
  readonly worked = new Float64Array(TIMES_CAPACITY);

  constructor() {
    super(TIMES_CAPACITY);
  }
}

function rowOf(columns: Columns, at: number): LoggedTimes {
  return {
    load: columns.load[at]!,
    beganNs: columns.began[at]!,
    endedNs: columns.ended[at]!,
    outcome: columns.outcome[at]!,
  };
}
