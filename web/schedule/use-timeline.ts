/**
 * The schedule's canvas at work: fetches slices, paints them, and turns pointer, wheel and keys
 * into zoom and pan. Everything here happens outside React's rendering.
 */
import { type PointerEvent, type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { ScheduleSlices } from "../../engine/api.ts";
import { beginPaint } from "../charts/canvas.ts";
import type { Painter } from "../charts/frame.ts";
import { palette } from "../charts/palette.ts";
import { usePainter } from "../charts/use-painter.ts";
import { instant } from "../format.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { type Feed, createFeed } from "./feed.ts";
import { LOOKS, USUAL_STATES } from "./forms.ts";
import { TICKS_HEIGHT, paintSchedule, plotOf, secondDigits } from "./paint.ts";
import { type RowLayout, layOutRows, rowAt, sliceAt, toNs } from "./rows.ts";
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
  readonly pointer: {
    readonly onPointerDown: (event: PointerEvent) => void;
    readonly onPointerMove: (event: PointerEvent) => void;
    readonly onPointerUp: () => void;
    readonly onPointerLeave: () => void;
  };
}

/** What the timeline knows between two frames. */
interface Memo {
  window: TimeWindow;
  lane: number;
  slices: ScheduleSlices | undefined;
  /** The run's identity: a new run forgets the states seen before. */
  owner: unknown;
  seen: Set<string>;
  layout: RowLayout | undefined;
  picked: number;
  /** Where the pointer is, CSS pixels inside the canvas; undefined: elsewhere. */
  pointer: { readonly x: number; readonly y: number } | undefined;
  dragX: number | undefined;
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
  const timeline = useMemo(() => makeTimeline(canvas, memo, setWindow), [canvas, setWindow]);
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
    slices: undefined,
    owner: undefined,
    seen: new Set(),
    layout: undefined,
    picked: -1,
    pointer: undefined,
    dragX: undefined,
  };
}

function shown(memo: Memo): { readonly span: Span; readonly clockNs: number } {
  const { clockNs } = runStore.getState();
  return { span: spanOf(memo.window, clockNs), clockNs };
}

function useFeed(
  parts: TimelineParts,
  memo: RefObject<Memo>,
  painter: RefObject<Painter | undefined>,
): RefObject<Feed | undefined> {
  const { setStates } = parts;
  const feed = useRef<Feed>(undefined);
  useEffect(() => {
    const wanted = () => ({
      lane: viewStore.getState().selectedLane,
      span: shown(memo.current).span,
    });
    const created = createFeed(wanted, (lane, slices) => {
      memo.current.lane = lane;
      memo.current.slices = slices;
      noteStates(memo.current, slices, setStates);
      painter.current?.soon();
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
  }, [memo, painter, setStates]);
  return feed;
}

/** The legend lists what has occurred in this run, so that it does not flicker. */
function noteStates(
  memo: Memo,
  slices: ScheduleSlices,
  setStates: (states: readonly string[]) => void,
): void {
  const lane = runStore.getState().lanes[memo.lane];
  if (lane?.samples !== memo.owner) {
    memo.owner = lane?.samples;
    memo.seen = new Set(USUAL_STATES);
  }
  const before = memo.seen.size;
  for (const state of slices.state) memo.seen.add(LOOKS[state]?.state ?? "idle");
  memo.seen.delete("idle");
  if (memo.seen.size !== before || before === USUAL_STATES.length) setStates([...memo.seen]);
}

function paint(parts: TimelineParts, memo: Memo): void {
  const surface = parts.canvas.current && beginPaint(parts.canvas.current);
  const view = viewStore.getState();
  const { span, clockNs } = shown(memo);
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
    clockNs,
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

function makeTimeline(
  canvas: TimelineParts["canvas"],
  memo: RefObject<Memo>,
  set: (window: TimeWindow) => void,
): Timeline {
  const clock = () => runStore.getState().clockNs;
  return {
    zoom: (factor) => {
      const { crosshairNs } = viewStore.getState();
      set(zoom(memo.current.window, clock(), factor, crosshairNs));
    },
    pan: (share) => set(pan(memo.current.window, clock(), share)),
    follow: () => set({ spanNs: memo.current.window.spanNs, endNs: undefined }),
    slices: () => memo.current.slices,
    pointer: pointerHandlers(canvas, memo, set),
  };
}

function pointerHandlers(
  canvas: TimelineParts["canvas"],
  memo: RefObject<Memo>,
  set: (window: TimeWindow) => void,
): Timeline["pointer"] {
  const inside = (event: PointerEvent) => {
    const box = canvas.current?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  return {
    onPointerDown(event) {
      memo.current.dragX = inside(event).x;
      canvas.current?.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      const at = inside(event);
      const { span, clockNs } = shown(memo.current);
      const plot = plotOf(canvas.current?.clientWidth ?? 1);
      const { dragX } = memo.current;
      memo.current.pointer = at;
      if (dragX !== undefined && Math.abs(at.x - dragX) >= 1) {
        memo.current.dragX = at.x;
        set(pan(memo.current.window, clockNs, (dragX - at.x) / (plot.right - plot.left)));
      }
      const ns = toNs(at.x, span, plot);
      const onPlot = at.x >= plot.left && at.x <= plot.right;
      viewStore.setState({ crosshairNs: onPlot ? ns : undefined });
    },
    onPointerUp() {
      memo.current.dragX = undefined;
    },
    onPointerLeave() {
      memo.current.pointer = undefined;
      memo.current.dragX = undefined;
      viewStore.setState({ crosshairNs: undefined });
    },
  };
}

/** W and S zoom, A and D pan, as in other trace viewers; silent inside inputs. */
function useKeys(timeline: Timeline): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!viewStore.getState().shortcuts || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof Element && event.target.closest(TYPING) !== null) return;
      const action = {
        w: () => timeline.zoom(0.7),
        s: () => timeline.zoom(1 / 0.7),
        a: () => timeline.pan(-0.2),
        d: () => timeline.pan(0.2),
      }[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [timeline]);
}

const TYPING = "input, textarea, select, [contenteditable=true], [role=dialog], [role=listbox]";

/** React listens to wheels passively; zooming has to keep the page from scrolling. */
function useWheel(
  canvas: RefObject<HTMLCanvasElement | null>,
  onWheel: (factor: number, x: number) => void,
): void {
  const latest = useRef(onWheel);
  useEffect(() => {
    latest.current = onWheel;
  });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const listener = (event: WheelEvent) => {
      event.preventDefault();
      latest.current(event.deltaY > 0 ? 1.25 : 0.8, event.offsetX);
    };
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, [canvas]);
}
