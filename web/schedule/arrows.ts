/** Wake-ups on screen: who woke whom, and where that is drawn. Pure. */
import type { ScheduleSlices } from "../../engine/api.ts";
import type { PickedSlice } from "./schedule-store.ts";
import type { Span } from "./window.ts";

export interface Wakeup {
  readonly atNs: number;
  /** Index into `slices.rows`; undefined: an interrupt, or a row that is not shown. */
  readonly from: number | undefined;
  /** Label of the thread that woke it; undefined: an interrupt. */
  readonly by: string | undefined;
  readonly to: number;
  /** Has to do with the slice that is picked. */
  readonly isPicked: boolean;
}

/** More would hide what they explain: then only those of the picked slice are shown. */
const MOST = 60;

/** The wake-ups to draw: all in view when there are few enough, and those of the picked slice. */
export function wakeupsOf(
  slices: ScheduleSlices,
  span: Span,
  picked: PickedSlice | undefined,
): Wakeup[] {
  const byLabel = new Map(slices.rows.map(({ label }, index) => [label, index]));
  const all: Wakeup[] = [];
  for (let i = 0; i < slices.row.length && all.length <= MOST; i += 1) {
    const waker = slices.waker[i]!;
    const atNs = slices.start[i]!;
    if (waker < -1 || slices.slices[i] !== 1 || atNs < span.fromNs || atNs > span.toNs) continue;
    const by = slices.threads[waker];
    const from = by === undefined ? undefined : byLabel.get(by);
    all.push({ atNs, from, by, to: slices.row[i]!, isPicked: false });
  }
  const shown = all.length > MOST ? [] : all;
  const ofPicked = pickedWakeups(slices, picked);
  const isTold = (one: Wakeup): boolean =>
    ofPicked.some(({ atNs, to }) => atNs === one.atNs && to === one.to);
  return [...shown.filter((one) => !isTold(one)), ...ofPicked];
}

function pickedWakeups(slices: ScheduleSlices, picked: PickedSlice | undefined): Wakeup[] {
  const { wokenBy, woke = [] } = picked?.detail ?? {};
  const index = new Map(slices.rows.map(({ id }, at) => [id, at]));
  const own = index.get(picked?.row.id ?? -1);
  if (own === undefined) return [];
  const woken = woke.flatMap(({ row, atNs }) => {
    const to = index.get(row.id);
    return to === undefined ? [] : [{ atNs, from: own, by: picked?.row.label, to, isPicked: true }];
  });
  if (wokenBy === undefined) return woken;
  const { row, atNs } = wokenBy;
  const from = row && index.get(row.id);
  return [{ atNs, from, by: row?.label, to: own, isPicked: true }, ...woken];
}
