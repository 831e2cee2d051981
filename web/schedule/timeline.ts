/** What the user can do with the schedule, whichever way it is asked for. */
import type { FoundSlice, ScheduleSlices } from "../../engine/api.ts";
import { conductor } from "../state/conductor.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { type Memo, shown } from "./memo.ts";
import { rowAt, sliceAt, toNs } from "./rows.ts";
import { plotOf } from "./scene.ts";
import { follow, measure, pick, scheduleStore } from "./schedule-store.ts";
import { parseSearch } from "./search.ts";
import { type PointerHandlers, type TimelineAccess, pointerHandlers } from "./timeline-input.ts";
import { around, pan, revealing, wholeRun, zoom } from "./window.ts";

export interface Timeline {
  zoom(factor: number): void;
  /** By a share of the window. */
  pan(share: number): void;
  follow(): void;
  /** What is picked out, or all of the run. */
  fit(): void;
  wholeRun(): void;
  /** One level up; false when there is none. */
  escape(): boolean;
  /** Picks a slice of `slices` by its row and an instant, and brings it on screen. */
  show(slices: ScheduleSlices, row: number, atNs: number): void;
  /** The next slice that `text` names, or the one before; false when there is none. */
  find(text: string, forward: boolean): Promise<boolean>;
  /** The next slice of the picked row, or on the row above or below. */
  step(by: { readonly time?: 1 | -1; readonly row?: 1 | -1 }): Promise<void>;
  scrolled(px: number): void;
  /** What is on screen now; undefined before the first answer. */
  slices(): ScheduleSlices | undefined;
  readonly pointer: PointerHandlers;
}

interface Access extends Omit<TimelineAccess<Memo>, "pickAt"> {
  readonly repaint: () => void;
}

export function makeTimeline(access: Access): Timeline {
  const { memo, setWindow, repaint } = access;
  const show = (slices: ScheduleSlices, row: number, atNs: number): void => {
    const slice = sliceIn(slices, row, atNs);
    if (slice !== undefined) reveal(access, memo().lane, slice);
  };
  return {
    zoom(factor) {
      const { crosshairNs } = viewStore.getState();
      setWindow(zoom(memo().window, memo(), factor, crosshairNs));
    },
    pan: (share) => setWindow(pan(memo().window, memo().clockNs, share)),
    follow: () => setWindow({ spanNs: memo().window.spanNs, endNs: undefined }),
    fit: () => fit(access),
    wholeRun: () => setWindow(wholeRun(runStore.getState().clockNs)),
    escape,
    show,
    find: (text, forward) => find(access, text, forward),
    step: (by) => step(access, by),
    scrolled(px) {
      memo().scrolled = px;
      repaint();
    },
    slices: () => memo().slices,
    pointer: pointerHandlers({
      ...access,
      pickAt({ x, y }) {
        const { slices, layout } = memo();
        const row = layout && rowAt(layout, y);
        const ns = toNs(x, shown(memo()), plotOf(access.canvas()?.clientWidth ?? 1));
        const at = slices && row ? sliceAt(slices, row.index, ns) : -1;
        // One of many short ones: the nearest thing to a click on it is to come closer.
        if (slices !== undefined && at >= 0 && slices.slices[at]! > 1) {
          setWindow(zoom(memo().window, memo(), 0.25, ns));
        } else if (at < 0 || row === undefined) void pick(undefined);
        else pickSlice(access, row.row.id, ns);
      },
    }),
  };
}

/** What is on screen need not be brought there. */
function pickSlice({ memo }: Access, id: number, atNs: number): void {
  const { slices, lane } = memo();
  const slice = slices && sliceIn(slices, id, atNs);
  if (slice !== undefined) void pick({ lane, ...slice });
}

function sliceIn(slices: ScheduleSlices, id: number, atNs: number): FoundSlice | undefined {
  const index = slices.rows.findIndex((row) => row.id === id);
  const at = index < 0 ? -1 : sliceAt(slices, index, atNs);
  if (at < 0) return undefined;
  const [row, state] = [slices.rows[index]!, slices.state[at]!];
  return { row, state, start: slices.start[at]!, end: slices.end[at]! };
}

/** The measured stretch, the picked slice or the followed request, in this order; else the run. */
function fit({ memo, setWindow }: Access): void {
  const { measured, picked } = scheduleStore.getState();
  const span = measured ?? (picked && { fromNs: picked.start, toNs: picked.end });
  const table = memo().slices?.followed;
  if (span !== undefined) setWindow(around(span));
  else if (table !== undefined && table.start.length > 0) {
    const fromNs = table.start.reduce((least, ns) => Math.min(least, ns), Infinity);
    const endNs = table.end.reduce((most, ns) => Math.max(most, ns), 0);
    setWindow(around({ fromNs, toNs: endNs }));
  } else setWindow(wholeRun(runStore.getState().clockNs));
}

function escape(): boolean {
  const { picked, measured, followed } = scheduleStore.getState();
  if (picked !== undefined) void pick(undefined);
  else if (measured !== undefined) measure(undefined);
  else if (followed !== undefined) follow(undefined);
  else return false;
  return true;
}

async function find(access: Access, text: string, forward: boolean): Promise<boolean> {
  const search = parseSearch(text);
  if (search === undefined) return false;
  const { memo } = access;
  const lane = viewStore.getState().selectedLane;
  const { picked } = scheduleStore.getState();
  const from = picked?.start ?? shown(memo()).fromNs;
  const ask = (ns: number) =>
    conductor.ask(lane, (engine) => engine.findSlice(search, ns, forward));
  // At the end it begins anew, from the other end.
  const found = (await ask(from)) ?? (await ask(forward ? -1 : Infinity));
  if (found === undefined) return false;
  reveal(access, lane, found);
  return true;
}

/** Picks a slice that was found and brings it on screen. */
function reveal({ memo, setWindow }: Access, lane: number, found: FoundSlice): void {
  const { row, start, end } = found;
  if (memo().slices?.rows.every(({ id }) => id !== row.id) === true) {
    scheduleStore.setState({ expanded: true });
  }
  memo().revealed = row.id;
  void pick({ lane, row, state: found.state, start, end });
  const window = memo().window;
  // What is far smaller than the window would not be seen in it.
  const seen =
    end - start < window.spanNs / 400 ? { ...window, spanNs: (end - start) * 40 } : window;
  setWindow(revealing(seen, memo().clockNs, { fromNs: start, toNs: end }));
}

async function step(
  access: Access,
  by: { readonly time?: 1 | -1; readonly row?: 1 | -1 },
): Promise<void> {
  const { memo } = access;
  const { picked } = scheduleStore.getState();
  const rows = memo().slices?.rows ?? [];
  const lane = viewStore.getState().selectedLane;
  const at = rows.findIndex(({ id }) => id === picked?.row.id);
  const row = at < 0 ? rows[0] : rows[at + (by.row ?? 0)];
  if (row === undefined) return;
  const from = picked?.start ?? shown(memo()).fromNs;
  const forward = by.time !== -1;
  // On another row: what began there last by then.
  const search = { row: row.label };
  const ask = (ns: number, on: boolean) =>
    conductor.ask(lane, (engine) => engine.findSlice(search, ns, on));
  const found =
    by.time === undefined
      ? ((await ask(from + 1, false)) ?? (await ask(from, true)))
      : await ask(from, forward);
  if (found !== undefined) reveal(access, lane, found);
}
