/** The schedule as it crosses to the interface: types only, part of `api.ts`. */
import type { RequestName } from "./api-internals.ts";

/** What shows up as one row of the schedule, in the order in which rows are drawn. */
export interface ScheduleRow {
  /** The engine's number of it, the same throughout a run. */
  readonly id: number;
  readonly kind: "core" | "gil" | "thread" | "loop" | "processor";
  /** "cpu0", "T07", "P2", "loop 1" */
  readonly label: string;
}

/** Which part of the schedule to tell, and how closely. */
export interface ScheduleQuery {
  readonly fromNs: number;
  readonly toNs: number;
  /** Shorter slices are summed up, so many ns at a time; 0: none are. */
  readonly pixelNs: number;
  /** Rows of threads at most: those of `keep` that run anything, then the busiest. */
  readonly threads: number;
  /** `ScheduleRow.id` of threads. */
  readonly keep: readonly number[];
  /** Its slices are told one by one besides, on whatever rows they are. */
  readonly follow?: RequestName;
}

/**
 * Slices as columns: row `row[i]` is in `state[i]` from `start[i]` to `end[i]` (ns). One that stands
 * for several (`slices[i]`) tells the state, other than idle, that took most of that time.
 */
export interface SliceTable {
  /** Index into `rows`. */
  readonly row: Int32Array;
  readonly state: Uint8Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Whom it works or waits for: index into `classes` and number; −1: no request. */
  readonly cls: Int32Array;
  readonly number: Int32Array;
  /** Of a core or a lock: who has it, index into `threads`; −1: not known, or no such row. */
  readonly thread: Int32Array;
  /**
   * Who woke what got ready just then, or the task that began to run: index into `threads`; −1: an
   * interrupt, −2: nobody.
   */
  readonly waker: Int32Array;
  /** When that was, ns. */
  readonly wokenNs: Float64Array;
  /** ns in which the row was not idle, and in which it ran something. */
  readonly activeNs: Float64Array;
  readonly busyNs: Float64Array;
  readonly slices: Int32Array;
}

/** A stretch of the schedule. */
export interface ScheduleSlices extends SliceTable {
  readonly rows: readonly ScheduleRow[];
  readonly classes: readonly string[];
  /** Labels of threads, and of other rows on which somebody was who woke others. */
  readonly threads: readonly string[];
  /** Rows of threads that are left out. */
  readonly hiddenThreads: number;
  /** Changes of state that are remembered, of all of the run. */
  readonly recorded: number;
  /** Stretches of which nothing is remembered, ns. */
  readonly gaps: readonly { readonly fromNs: number; readonly toNs: number }[];
  /** True when a gap is being computed anew: asking again helps. */
  readonly unfinished: boolean;
  /** Where there is a GIL: how many threads waited for one, on average, pixel by pixel. */
  readonly gilWaiters?: {
    readonly fromNs: number;
    readonly pixelNs: number;
    readonly mean: Float64Array;
    /** Threads that ever did. */
    readonly threads: number;
  };
  readonly followed?: SliceTable;
}

/** Somebody who was woken at `atNs`, and got ready or began to run on `row` at `startNs`. */
export interface Woken {
  readonly row: ScheduleRow;
  readonly request?: RequestName;
  readonly atNs: number;
  readonly startNs: number;
}

/** What is known of one slice. */
export interface SliceDetail {
  readonly row: ScheduleRow;
  readonly state: number;
  readonly start: number;
  readonly end: number;
  readonly request?: RequestName;
  /** Of a core or a lock: who has it. */
  readonly thread?: string;
  /**
   * What made it run, or ended its wait: a row and the request for which that ran, if any, or an
   * interrupt; and when (ns).
   */
  readonly wokenBy?: {
    readonly row?: ScheduleRow;
    readonly request?: RequestName;
    readonly atNs: number;
  };
  /** Whom it woke while it ran: threads, or tasks by the request they are of. */
  readonly woke: readonly Woken[];
  /** When the I/O ended before which it began to wait for the GIL, ns. */
  readonly dataSinceNs?: number;
  /** How many times others got the GIL meanwhile, and how many threads they were. */
  readonly wentFirst?: { readonly times: number; readonly threads: number };
}

/** What to look for; what is left out does not matter. */
export interface SliceSearch {
  /** Label of a row, in any case. */
  readonly row?: string;
  readonly state?: number;
  readonly request?: string;
  readonly number?: number;
}

export interface FoundSlice {
  readonly row: ScheduleRow;
  readonly state: number;
  readonly start: number;
  readonly end: number;
}

/** What `ScheduleSlices.state` tells: 0 idle, 1 run, 2 ready and so on in this order. */
export type SliceState =
  | "idle"
  | "run"
  | "ready"
  | "gil"
  | "io"
  | "lock"
  | "pool"
  | "gc"
  | "throttled";
