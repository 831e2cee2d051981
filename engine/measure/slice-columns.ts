/** Slices of the schedule as growing columns, exact ones and summaries of many. */
import { resized } from "../kernel/rows.ts";
import { SLICE } from "./slice.ts";

/** One slice of a row; see the columns. */
export interface Slice {
  readonly row: number;
  readonly state: number;
  readonly extra: number;
  readonly who: number;
  readonly start: number;
  readonly end: number;
}

export class SliceColumns {
  count = 0;
  row = new Int32Array(256);
  /** The state; of a summary the one, other than idle, that took most of its time. */
  state = new Uint8Array(256);
  /** What is packed with the state, see `recording.ts`; −1 for a summary. */
  extra = new Int32Array(256);
  who = new Int32Array(256);
  start = new Float64Array(256);
  end = new Float64Array(256);
  /** ns in which the row was not idle. */
  activeNs = new Float64Array(256);
  /** ns in which it ran something, the collector included. */
  busyNs = new Float64Array(256);
  /** Slices that it stands for; 1: it is one. */
  slices = new Int32Array(256);

  /** Room for one more; the caller fills in the columns at the index that this returns. */
  append(): number {
    if (this.count === this.row.length) this.grow(2 * this.count);
    return this.count++;
  }

  /** Adds a slice as it is. */
  add({ row, state, extra, who, start, end }: Slice): void {
    const at = this.append();
    this.row[at] = row;
    this.state[at] = state;
    this.extra[at] = extra;
    this.who[at] = who;
    this.start[at] = start;
    this.end[at] = end;
    this.activeNs[at] = end - start;
    this.busyNs[at] = state === SLICE.run || state === SLICE.gc ? end - start : 0;
    this.slices[at] = 1;
  }

  /** Each column cut to what it holds. */
  cut(): Omit<SliceColumns, "add" | "append" | "cut" | "count"> {
    const { count } = this;
    return {
      row: this.row.slice(0, count),
      state: this.state.slice(0, count),
      extra: this.extra.slice(0, count),
      who: this.who.slice(0, count),
      start: this.start.slice(0, count),
      end: this.end.slice(0, count),
      activeNs: this.activeNs.slice(0, count),
      busyNs: this.busyNs.slice(0, count),
      slices: this.slices.slice(0, count),
    };
  }

  private grow(capacity: number): void {
    this.row = resized(this.row, capacity, Int32Array);
    this.state = resized(this.state, capacity, Uint8Array);
    this.extra = resized(this.extra, capacity, Int32Array);
    this.who = resized(this.who, capacity, Int32Array);
    this.start = resized(this.start, capacity, Float64Array);
    this.end = resized(this.end, capacity, Float64Array);
    this.activeNs = resized(this.activeNs, capacity, Float64Array);
    this.busyNs = resized(this.busyNs, capacity, Float64Array);
    this.slices = resized(this.slices, capacity, Int32Array);
  }
}
