/**
 * The trace ring: the last stretch of the schedule, as "row r is in state s for task k from now
 * on". Rows are cores, GILs, processors, loops and threads. The ring forgets the oldest entries
 * and never influences the run.
 */
import type { SliceState } from "../api.ts";
import { resized } from "../kernel/rows.ts";
import { NOW, type Clock } from "../kernel/queue.ts";
import { NumberedRing } from "./numbered-ring.ts";

/** State codes of a slice, in the order in which the interface knows them. */
export const SLICE = {
  idle: 0,
  run: 1,
  ready: 2,
  gil: 3,
  io: 4,
  lock: 5,
  pool: 6,
  gc: 7,
  throttled: 8,
} as const satisfies Record<SliceState, number>;

/** Entries that the ring holds. */
export const CAPACITY = 1 << 16;

/** Slices as columns; see `ScheduleSlices` in the interface's types. */
export interface Slices {
  row: Int32Array;
  state: Uint8Array;
  task: Int32Array;
  start: Float64Array;
  end: Float64Array;
  recordedFromNs: number;
}

export class Trace {
  /** Nothing is recorded while this is false. */
  enabled = false;
  /** Entries ever written. */
  written = 0;
  private readonly clock: Clock;
  /** The state that each row is in. What is recorded depends on it: snapshots hold it. */
  private latest = new Uint8Array(64);
  // Private, so that snapshots leave it out.
  readonly #ring = new NumberedRing(CAPACITY);
  readonly #time = new Float64Array(CAPACITY);
  readonly #row = new Int32Array(CAPACITY);
  readonly #state = new Uint8Array(CAPACITY);
  readonly #task = new Int32Array(CAPACITY);

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Row `row` enters `state` on behalf of `task` (or NONE) now. */
  enter(row: number, state: number, task: number): void {
    if (!this.enabled) return;
    const at = this.#ring.put(this.written++);
    this.#time[at] = this.clock[NOW]!;
    this.#row[at] = row;
    this.#state[at] = state;
    this.#task[at] = task;
    if (row >= this.latest.length) this.latest = resized(this.latest, 2 * row, Uint8Array);
    this.latest[row] = state;
  }

  /** The state that the row is in, as far as it was recorded. */
  stateOf(row: number): number {
    return this.latest[row] ?? SLICE.idle;
  }

  /** What the ring remembers of [fromNs, toNs] as slices in the order of their ends. */
  slices(fromNs: number, toNs: number): Slices {
    const oldest = this.#ring.oldest(this.written);
    const open = new Map<number, number>();
    const found: { row: number; at: number; start: number; end: number }[] = [];
    const close = (row: number, end: number): void => {
      const at = open.get(row);
      if (at === undefined) return;
      const start = Math.max(fromNs, this.#time[this.#ring.at(at)]!);
      if (end > start && this.#state[this.#ring.at(at)] !== SLICE.idle)
        found.push({ row, at, start, end });
    };
    for (let i = oldest; i < this.written; i++) {
      const time = this.#time[this.#ring.at(i)]!;
      if (time > toNs) break;
      const row = this.#row[this.#ring.at(i)]!;
      close(row, time);
      open.set(row, i);
    }
    const last = Math.min(toNs, this.clock[NOW]!);
    for (const row of open.keys()) close(row, last);
    return {
      row: Int32Array.from(found, (slice) => slice.row),
      state: Uint8Array.from(found, (slice) => this.#state[this.#ring.at(slice.at)]!),
      task: Int32Array.from(found, (slice) => this.#task[this.#ring.at(slice.at)]!),
      start: Float64Array.from(found, (slice) => slice.start),
      end: Float64Array.from(found, (slice) => slice.end),
      recordedFromNs: this.recordedFrom(oldest),
    };
  }

  /** False when entries are missing that a ring that never went back would still hold. */
  get isWhole(): boolean {
    return this.#ring.oldest(this.written) === Math.max(0, this.written - CAPACITY);
  }

  private recordedFrom(oldest: number): number {
    if (oldest === 0) return 0;
    return oldest === this.written ? this.clock[NOW]! : this.#time[this.#ring.at(oldest)]!;
  }
}
