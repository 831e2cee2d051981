/** Wake-ups on screen: who woke whom, and where that is drawn. Pure. */
import type { ScheduleSlices, SliceTable } from "../../engine/api.ts";
import type { PickedSlice } from "./schedule-store.ts";
import type { Span } from "./window.ts";

export interface Wakeup {
  /** When it was woken, and when that shows: a thread is ready at once, a task has to get its turn. */
  readonly atNs: number;
  readonly startNs: number;
  /** Index into `slices.rows`; undefined: an interrupt, or a row that is not shown. */
  readonly from: number | undefined;
  /** Label of the row that woke it; undefined: an interrupt. */
  readonly by: string | undefined;
  readonly to: number;
  /** Has to do with the slice that is picked. */
  readonly isPicked: boolean;
}

/** More would hide what they explain. */
const MOST = 60;

/**
 * The wake-ups to draw: those of the picked slice and of the followed request, and all in view when
 * there are few enough, without interrupts if that makes them few enough.
 */
export function wakeupsOf(
  slices: ScheduleSlices,
  span: Span,
  picked: PickedSlice | undefined,
): Wakeup[] {
  const indices = new Map(slices.rows.map(({ label }, index) => [label, index]));
  const inView = wakeupsIn(slices, { labels: slices.threads, indices, span });
  const bySomeone = inView.filter(({ by }) => by !== undefined);
  const shown = [inView, bySomeone].find(({ length }) => length <= MOST) ?? [];
  const ofFollowed =
    slices.followed && wakeupsIn(slices.followed, { labels: slices.threads, indices, span });
  const told = new Map<string, Wakeup>();
  for (const one of [...shown, ...(ofFollowed ?? []), ...pickedWakeups(slices, picked)]) {
    // A loop that sleeps is woken with its task: to tell it of the thread is enough.
    const key = `${one.atNs} ${one.by ?? ""} ${one.to}`;
    const known = told.get(key);
    if (known === undefined || one.isPicked || known.startNs > one.startNs) told.set(key, one);
  }
  return [...told.values()];
}

interface View {
  readonly labels: readonly string[];
  /** Index of a row by its label. */
  readonly indices: ReadonlyMap<string, number>;
  readonly span: Span;
}

/** The wake-ups of a table that are in view: all, or one more of somebody's than are drawn. */
function wakeupsIn(table: SliceTable, { labels, indices, span }: View): Wakeup[] {
  const all: Wakeup[] = [];
  for (let i = 0, drawn = 0; i < table.row.length && drawn <= MOST; i += 1) {
    const waker = table.waker[i]!;
    if (waker < -1 || table.slices[i] !== 1) continue;
    const [atNs, startNs] = [table.wokenNs[i]!, table.start[i]!];
    if (startNs < span.fromNs || atNs > span.toNs) continue;
    const by = labels[waker];
    const from = by === undefined ? undefined : indices.get(by);
    all.push({ atNs, startNs, from, by, to: table.row[i]!, isPicked: false });
    if (by !== undefined) drawn++;
  }
  return all;
}

function pickedWakeups(slices: ScheduleSlices, picked: PickedSlice | undefined): Wakeup[] {
  const { wokenBy, woke = [] } = picked?.detail ?? {};
  const index = new Map(slices.rows.map(({ id }, at) => [id, at]));
  const own = index.get(picked?.row.id ?? -1);
  if (own === undefined || picked === undefined) return [];
  const by = picked.row.label;
  const woken = woke.flatMap(({ row, atNs, startNs }) => {
    const to = index.get(row.id);
    return to === undefined ? [] : [{ atNs, startNs, from: own, by, to, isPicked: true }];
  });
  if (wokenBy === undefined) return woken;
  const { row, atNs } = wokenBy;
  const from = row && index.get(row.id);
  // What ended a wait did so at its end, what led to a run before its beginning.
  const startNs = isTask(slices, own, picked) ? picked.start : atNs;
  return [{ atNs, startNs, from, by: row?.label, to: own, isPicked: true }, ...woken];
}

/** Whether the slice is a task's, which was woken before it got its turn there. */
function isTask({ row, start, wokenNs, waker }: ScheduleSlices, own: number, picked: PickedSlice) {
  return row.some(
    (at, i) => at === own && start[i] === picked.start && waker[i]! > -2 && wokenNs[i]! < picked.start,
  );
}
