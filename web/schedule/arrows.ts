/** Wake-ups on screen: who woke whom, and where that is drawn. Pure. */
import type { ScheduleSlices, SliceTable } from "../../engine/api.ts";
import { LOOKS } from "./forms.ts";
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
  /** A thread was woken, and no task. */
  readonly ofThread: boolean;
  /** Has to do with the slice that is picked. */
  readonly isPicked: boolean;
}

const READY = LOOKS.findIndex(({ state }) => state === "ready");

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
  const all = [...shown, ...(ofFollowed ?? []), ...pickedWakeups(slices, picked)];
  const told = new Map(all.map((one) => [`${one.startNs} ${keyOf(one)}`, one]));
  // A loop that sleeps is woken with its task: to tell it of the thread is enough.
  const threads = new Set(all.filter(({ ofThread }) => ofThread).map(keyOf));
  return [...told.values()].filter(
    (one) => one.ofThread || one.isPicked || !threads.has(keyOf(one)),
  );
}

function keyOf({ atNs, by, to }: Wakeup): string {
  return `${atNs} ${by ?? ""} ${to}`;
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
    if (waker === NOT_WOKEN || table.slices[i] !== 1) continue;
    const [atNs, startNs] = [table.wokenNs[i]!, table.start[i]!];
    if (startNs < span.fromNs || atNs > span.toNs) continue;
    const by = labels[waker];
    const from = by === undefined ? undefined : indices.get(by);
    const ofThread = table.state[i] === READY;
    all.push({ atNs, startNs, from, by, to: table.row[i]!, ofThread, isPicked: false });
    if (by !== undefined) drawn++;
  }
  return all;
}

function pickedWakeups(slices: ScheduleSlices, picked: PickedSlice | undefined): Wakeup[] {
  const { wokenBy, woke = [] } = picked?.detail ?? {};
  const index = new Map(slices.rows.map(({ id }, at) => [id, at]));
  const own = index.get(picked?.row.id ?? -1);
  if (own === undefined || picked === undefined) return [];
  const fixed = { by: picked.row.label, from: own, isPicked: true };
  const woken = woke.flatMap(({ row, request, atNs, startNs }) => {
    const to = index.get(row.id);
    if (to === undefined) return [];
    return [{ ...fixed, to, atNs, startNs, ofThread: request === undefined }];
  });
  if (wokenBy === undefined) return woken;
  const { row, atNs } = wokenBy;
  const from = row && index.get(row.id);
  // A task was woken before it got its turn there; a thread was ready at once.
  const ofThread = !wasTaskWoken(slices, own, picked);
  const startNs = ofThread ? atNs : picked.start;
  const itself = { atNs, startNs, from, by: row?.label, to: own, ofThread, isPicked: true };
  return [itself, ...woken];
}

function wasTaskWoken(
  { row, state, start, waker }: ScheduleSlices,
  own: number,
  picked: PickedSlice,
): boolean {
  return row.some(
    (at, i) =>
      at === own && start[i] === picked.start && state[i] !== READY && waker[i]! > NOT_WOKEN,
  );
}

/** In `SliceTable.waker`: nobody is known to have woken it. */
const NOT_WOKEN = -2;
