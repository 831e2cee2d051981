/** Schedules for the tests of the views. */
import type { ScheduleRow, ScheduleSlices, SliceTable } from "../../engine/api.ts";

export interface TestSlice {
  readonly row: number;
  readonly state: number;
  readonly start: number;
  readonly end: number;
  readonly number?: number;
  readonly thread?: number;
  readonly waker?: number;
  readonly wokenNs?: number;
  readonly activeNs?: number;
  readonly busyNs?: number;
  readonly slices?: number;
}

function tableOf(slices: readonly TestSlice[]): SliceTable {
  const ints = (of: (slice: TestSlice) => number): Int32Array => Int32Array.from(slices, of);
  const floats = (of: (slice: TestSlice) => number): Float64Array => Float64Array.from(slices, of);
  const isBusy = ({ state }: TestSlice): boolean => state === 1 || state === 7;
  return {
    row: ints(({ row }) => row),
    state: Uint8Array.from(slices, ({ state }) => state),
    start: floats(({ start }) => start),
    end: floats(({ end }) => end),
    cls: ints(({ number }) => (number === undefined ? -1 : 0)),
    number: ints(({ number }) => number ?? -1),
    thread: ints(({ thread }) => thread ?? -1),
    waker: ints(({ waker }) => waker ?? -2),
    wokenNs: floats(({ wokenNs, start }) => wokenNs ?? start),
    activeNs: floats(({ activeNs, start, end }) => activeNs ?? end - start),
    busyNs: floats((slice) => slice.busyNs ?? (isBusy(slice) ? slice.end - slice.start : 0)),
    slices: ints((slice) => slice.slices ?? 1),
  };
}

export function scheduleOf(
  rows: readonly ScheduleRow[],
  slices: readonly TestSlice[],
): ScheduleSlices {
  return {
    ...tableOf(slices),
    rows,
    classes: ["main"],
    threads: rows.filter(({ kind }) => kind === "thread").map(({ label }) => label),
    hiddenThreads: 0,
    recorded: slices.length,
    gaps: [],
    unfinished: false,
  };
}

export function rowsOf(kind: ScheduleRow["kind"], ...labels: readonly string[]): ScheduleRow[] {
  return labels.map((label, id) => ({ id, kind, label }));
}
