/**
 * The schedule's canvas at work: fetches slices, paints them, and turns pointer, wheel and keys
 * into zoom and pan. Everything here happens outside React's rendering.
 */
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { ScheduleRow, ScheduleSlices } from "../../engine/api.ts";
import { beginPaint } from "../charts/canvas.ts";
import type { Painter } from "../charts/frame.ts";
import { palette } from "../charts/palette.ts";
import { usePainter } from "../charts/use-painter.ts";
import { instant } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { type Feed, type Wanted, createFeed, lastActive } from "./feed.ts";
import { LOOKS, USUAL_STATES } from "./forms.ts";
import { TICKS_HEIGHT, paintSchedule, plotOf, secondDigits } from "./paint.ts";
import { type RowLayout, layOutRows, onStableRows, rowAt, sliceAt, toNs } from "./rows.ts";
import {
  type PointerHandlers,
  type PointerMemo,
  type TimelineAccess,
  pointerHandlers,
  useKeys,
  useWheel,
} from "./timeline-input.ts";
import { describeSchedule, sliceWords } from "./words.ts";
import {
  DEFAULT_WINDOW,
  type Span,
  type TimeWindow,
  isFollowing,
  pan,
  spanOf,
  zoom,
} from "./window.ts";

export interface TimelineParts {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly range: RefObject<HTMLElement | null>;
  readonly tip: RefObject<HTMLElement | null>;
  readonly setStates: (states: readonly string[]) => void;
  readonly setFollowing: (following: boolean) => void;
}

export interface Timeline {
  zoom(factor: number): void;
  /** By a share of the window. */
  pan(share: number): void;
  follow(): void;
  /** What is on screen now; undefined before the first answer. */
  slices(): ScheduleSlices | undefined;
  readonly pointer: PointerHandlers;
}

/** What the timeline knows between two frames. */
interface Memo extends PointerMemo {
  lane: number;
  /** Asked for when the window followed `clockNs` and the run's clock was at `headNs`. */
  slices: ScheduleSlices | undefined;
  headNs: number;
  /** In this lane nothing happened between these times, up to the end of the run. */
  quiet: { readonly lane: number; readonly fromNs: number; readonly toNs: number } | undefined;
  /** The run's identity: a new run forgets the states seen before. */
  owner: unknown;
  seen: Set<string>;
  layout: RowLayout | undefined;
  picked: number;
}

export function useTimeline(parts: TimelineParts): Timeline {
  const memo = useRef<Memo>(freshMemo());
  const painter = usePainter(parts.canvas, () => paint(parts, memo.current));
  const feed = useFeed(parts, memo, painter);
  const { setFollowing } = parts;
  const setWindow = useCallback(
    (window: TimeWindow) => {
      memo.current.window = window;
      setFollowing(isFollowing(window));
      feed.current?.changed(true);
      painter.current?.soon();
    },
    [feed, painter, setFollowing],
  );
  const { canvas } = parts;
  const timeline = useMemo(
    // oxlint-disable-next-line react/refs -- read by handlers, long after rendering
    () => makeTimeline({ canvas: () => canvas.current, memo: () => memo.current, setWindow }),
    [canvas, setWindow],
  );
  useKeys(timeline);
  useWheel(canvas, (factor, x) => {
    const { span, clockNs } = shown(memo.current);
    const around = toNs(x, span, plotOf(canvas.current?.clientWidth ?? 1));
    setWindow(zoom(memo.current.window, clockNs, factor, around));
  });
  return timeline;
}

function freshMemo(): Memo {
  return {
    window: DEFAULT_WINDOW,
    lane: 0,
    clockNs: 0,
    headNs: 0,
    quiet: undefined,
    slices: undefined,
    owner: undefined,
    seen: new Set(),
    layout: undefined,
    picked: -1,
    pointer: undefined,
    dragX: undefined,
  };
}

/**
 * The clock is that of the slices on screen: during a fast run the clock itself is far ahead of
 * any answer, and a window that followed it would always be empty.
 */
function shown(memo: Memo): { readonly span: Span; readonly clockNs: number } {
  return { span: spanOf(memo.window, memo.clockNs), clockNs: memo.clockNs };
}

function useFeed(
  parts: TimelineParts,
  memo: RefObject<Memo>,
  painter: RefObject<Painter | undefined>,
): RefObject<Feed | undefined> {
  const { setStates, canvas } = parts;
  const feed = useRef<Feed>(undefined);
  useEffect(() => {
    const wanted = () => {
      const { clockNs: headNs } = runStore.getState();
      const lane = viewStore.getState().selectedLane;
      const clockNs = followed(memo.current, lane, headNs);
      const span = spanOf(memo.current.window, clockNs);
      const { left, right } = plotOf(canvas.current?.clientWidth ?? 1);
      const pixelNs = (span.toNs - span.fromNs) / (right - left);
      const rows = memo.current.slices?.rows ?? [];
      const keep = rows.filter(({ kind }) => kind === "thread").map(({ id }) => id);
      return { lane, span, clockNs, headNs, pixelNs, keep };
    };
    const created = createFeed(wanted, (asked, slices) => {
      memo.current.lane = asked.lane;
      memo.current.clockNs = asked.clockNs;
      memo.current.headNs = asked.headNs;
      takeOver(memo.current, slices, setStates);
      painter.current?.soon();
      void skipQuietEnd(memo.current, asked, slices, () => created.changed(true));
    });
    feed.current = created;
    const unsubscribeRun = runStore.subscribe((run, before) => {
      if (run.revision !== before.revision) created.changed(false);
    });
    const unsubscribeView = viewStore.subscribe((view, before) => {
      if (view.selectedLane !== before.selectedLane) created.changed(true);
    });
    created.changed(true);
    return () => {
      unsubscribeRun();
      unsubscribeView();
      created.dispose();
    };
  }, [canvas, memo, painter, setStates]);
  return feed;
}

/** What the window follows while it follows: the clock, or what happened last before it. */
function followed({ quiet }: Memo, lane: number, headNs: number): number {
  return quiet?.lane === lane && quiet.toNs === headNs ? quiet.fromNs : headNs;
}

/** A run may end long after its last request: the window then follows what happened last. */
async function skipQuietEnd(
  memo: Memo,
  asked: Wanted,
  slices: ScheduleSlices,
  onFound: () => void,
): Promise<void> {
  const { lane, clockNs, headNs } = asked;
  const isAtEnd = runStore.getState().status === "finished" && clockNs === headNs;
  if (!isAtEnd || slices.row.length > 0 || !isFollowing(memo.window)) return;
  const last = await lastActive(lane, headNs);
  if (last === undefined) return;
  memo.quiet = { lane, fromNs: last, toNs: headNs };
  onFound();
}

/** Takes over an answer. Rows and legend list what has occurred in this run, so as not to flicker. */
function takeOver(
  memo: Memo,
  slices: ScheduleSlices,
  setStates: (states: readonly string[]) => void,
): void {
  const lane = runStore.getState().lanes[memo.lane];
  if (lane?.samples !== memo.owner) {
    memo.owner = lane?.samples;
    memo.seen = new Set(USUAL_STATES);
    memo.slices = undefined;
  }
  memo.slices = onStableRows(memo.slices?.rows ?? coresOf(lane), slices);
  const before = memo.seen.size;
  for (const state of slices.state) memo.seen.add(LOOKS[state]?.state ?? "idle");
  memo.seen.delete("idle");
  if (memo.seen.size !== before || before === USUAL_STATES.length) setStates([...memo.seen]);
}

/** Cores have a row from the start, busy or not. */
function coresOf(lane: LaneRun | undefined): ScheduleRow[] {
  return Array.from({ length: lane?.topology?.cores ?? 0 }, (_, core) => ({
    id: core,
    kind: "core",
    label: `cpu${core}`,
  }));
}

function paint(parts: TimelineParts, memo: Memo): void {
  const surface = parts.canvas.current && beginPaint(parts.canvas.current);
  const view = viewStore.getState();
  const { span } = shown(memo);
  writeRange(parts.range.current, span);
  if (!surface || memo.slices === undefined || memo.lane !== view.selectedLane) {
    showTip(parts, memo, -1);
    return;
  }
  const { slices } = memo;
  const colors = palette();
  const layout = layOutRows(slices.rows, {
    top: TICKS_HEIGHT,
    height: surface.height,
    scale: colors.tickPx / 10,
  });
  memo.layout = layout;
  const plot = plotOf(surface.width);
  const { crosshairNs } = view;
  const placed = memo.pointer && rowAt(layout, memo.pointer.y);
  const at = memo.pointer && toNs(memo.pointer.x, span, plot);
  memo.picked = placed && at !== undefined ? sliceAt(slices, placed.index, at) : -1;
  paintSchedule({
    surface,
    colors,
    slices,
    layout,
    span,
    plot,
    clockNs: memo.headNs,
    crosshairNs,
    picked: memo.picked,
  });
  showTip(parts, memo, memo.picked);
  const letter = runStore.getState().lanes[memo.lane]?.letter ?? "A";
  parts.canvas.current?.setAttribute("aria-label", describeSchedule(letter, slices, span));
}

function writeRange(element: HTMLElement | null, span: Span): void {
  const digits = secondDigits(span);
  const text = `${instant(span.fromNs, digits)} to ${instant(span.toNs, digits)} s`;
  if (element !== null && element.textContent !== text) element.textContent = text;
}

function showTip({ tip, canvas }: TimelineParts, memo: Memo, picked: number): void {
  const element = tip.current;
  if (element === null) return;
  const words = memo.slices && sliceWords(memo.slices, picked);
  element.hidden = words === undefined || memo.pointer === undefined || memo.dragX !== undefined;
  if (element.hidden || words === undefined || memo.pointer === undefined) return;
  const [title, more] = element.children;
  if (title !== undefined) title.textContent = words.title;
  if (more !== undefined) more.textContent = words.more;
  const width = canvas.current?.clientWidth ?? 0;
  const height = canvas.current?.clientHeight ?? 0;
  const below = memo.pointer.y + 18 + element.offsetHeight < height;
  const y = below ? memo.pointer.y + 18 : memo.pointer.y - element.offsetHeight - 10;
  const x = Math.min(memo.pointer.x + 12, width - element.offsetWidth - 6);
  element.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(2, y)}px)`;
}

function makeTimeline(access: TimelineAccess<Memo>): Timeline {
  const { memo, setWindow } = access;
  return {
    zoom(factor) {
      const { crosshairNs } = viewStore.getState();
      setWindow(zoom(memo().window, memo().clockNs, factor, crosshairNs));
    },
    pan: (share) => setWindow(pan(memo().window, memo().clockNs, share)),
    follow: () => setWindow({ spanNs: memo().window.spanNs, endNs: undefined }),
    slices: () => memo().slices,
    pointer: pointerHandlers(access),
  };
}
