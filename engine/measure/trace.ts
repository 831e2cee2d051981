/**
 * The trace ring: the last stretch of the schedule, as "row r is in state s for task k from now
 * on". Rows are cores, GILs, processors, loops and threads. The ring forgets the oldest entries
 * and never influences the run.
 */
import type { SliceState } from "../api.ts";
import { NOW, type Clock } from "../kernel/queue.ts";

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

const CAPACITY = 1 << 16;
const MASK = CAPACITY - 1;

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
  private readonly time = new Float64Array(CAPACITY);
  private readonly row = new Int32Array(CAPACITY);
  private readonly state = new Uint8Array(CAPACITY);
  private readonly task = new Int32Array(CAPACITY);

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Row `row` enters `state` on behalf of `task` (or NONE) now. */
  enter(row: number, state: number, task: number): void {
    if (!this.enabled) return;
    const at = this.written++ & MASK;
    this.time[at] = this.clock[NOW]!;
    this.row[at] = row;
    this.state[at] = state;
    this.task[at] = task;
  }

  /** What the ring remembers of [fromNs, toNs] as slices in the order of their ends. */
  slices(fromNs: number, toNs: number): Slices {
    const oldest = Math.max(0, this.written - CAPACITY);
    const open = new Map<number, number>();
    const found: { row: number; at: number; start: number; end: number }[] = [];
    const close = (row: number, end: number): void => {
      const at = open.get(row);
      if (at === undefined) return;
      const start = Math.max(fromNs, this.time[at & MASK]!);
      if (end > start && this.state[at & MASK] !== SLICE.idle) found.push({ row, at, start, end });
    };
    for (let i = oldest; i < this.written; i++) {
      const time = this.time[i & MASK]!;
      if (time > toNs) break;
      const row = this.row[i & MASK]!;
      close(row, time);
      open.set(row, i);
    }
    const last = Math.min(toNs, this.clock[NOW]!);
    for (const row of open.keys()) close(row, last);
    return {
      row: Int32Array.from(found, (slice) => slice.row),
      state: Uint8Array.from(found, (slice) => this.state[slice.at & MASK]!),
      task: Int32Array.from(found, (slice) => this.task[slice.at & MASK]!),
      start: Float64Array.from(found, (slice) => slice.start),
      end: Float64Array.from(found, (slice) => slice.end),
      recordedFromNs: oldest === 0 ? 0 : this.time[oldest & MASK]!,
    };
  }
}
