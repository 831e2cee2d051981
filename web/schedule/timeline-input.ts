/**
 * Pointer, wheel and keys of the schedule: zoom, pan, pinch, a stretch to measure, a slice to pick,
 * and the crosshair that all views share.
 */
import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import { viewStore } from "../state/view-store.ts";
import { toNs } from "./rows.ts";
import { plotOf } from "./scene.ts";
import { measure, scheduleStore } from "./schedule-store.ts";
import { type Clock, type TimeWindow, pan, spanOf, zoom } from "./window.ts";

export interface PointerHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: (event: PointerEvent) => void;
  readonly onPointerCancel: (event: PointerEvent) => void;
  readonly onPointerLeave: () => void;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

/** The part of the timeline's memory that the pointer reads and writes. */
export interface PointerMemo extends Clock {
  window: TimeWindow;
  /** Where the pointer is, CSS pixels inside the canvas; undefined: elsewhere. */
  pointer: Point | undefined;
  /** Where each pressed pointer has got to. */
  readonly pressed: Map<number, Point>;
  gesture: "none" | "press" | "drag" | "pinch" | "measure";
}

export interface TimelineAccess<M extends PointerMemo = PointerMemo> {
  readonly canvas: () => HTMLCanvasElement | null;
  readonly memo: () => M;
  readonly setWindow: (window: TimeWindow) => void;
  /** Picks what lies at a point of the canvas. */
  readonly pickAt: (point: Point) => void;
}

/** A pointer that moves less has clicked. */
const CLICK_PX = 4;

export function pointerHandlers(access: TimelineAccess): PointerHandlers {
  const { canvas, memo, pickAt } = access;
  const inside = (event: PointerEvent): Point => {
    const box = canvas()?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  const release = (event: PointerEvent) => {
    memo().pressed.delete(event.pointerId);
    if (memo().pressed.size === 0) memo().gesture = "none";
    // The finger that stays of two goes on alone, and has not clicked.
    else memo().gesture = "drag";
  };
  return {
    onPointerDown(event) {
      if (event.button !== 0) return;
      const { pressed } = memo();
      pressed.set(event.pointerId, inside(event));
      memo().gesture = pressed.size > 1 ? "pinch" : event.shiftKey ? "measure" : "press";
      if (memo().gesture === "measure") beginMeasure(access, inside(event));
      canvas()?.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      const at = inside(event);
      memo().pointer = at;
      moveGesture(access, event.pointerId, at);
      const plot = plotOf(canvas()?.clientWidth ?? 1);
      const onPlot = at.x >= plot.left && at.x <= plot.right;
      viewStore.setState({ crosshairNs: onPlot ? instantAt(access, at) : undefined });
    },
    onPointerUp(event) {
      const { gesture } = memo();
      release(event);
      if (gesture === "press") pickAt(inside(event));
      const { measured } = scheduleStore.getState();
      if (gesture === "measure" && measured?.fromNs === measured?.toNs) measure(undefined);
    },
    onPointerCancel: release,
    onPointerLeave() {
      memo().pointer = undefined;
      viewStore.setState({ crosshairNs: undefined });
    },
  };
}

function instantAt({ canvas, memo }: TimelineAccess, { x }: Point): number {
  const { window, clockNs } = memo();
  return toNs(x, spanOf(window, clockNs), plotOf(canvas()?.clientWidth ?? 1));
}

let measuredFromNs = 0;

function beginMeasure(access: TimelineAccess, at: Point): void {
  measuredFromNs = Math.max(0, instantAt(access, at));
  measure({ fromNs: measuredFromNs, toNs: measuredFromNs });
}

function moveGesture(access: TimelineAccess, pointer: number, at: Point): void {
  const { memo, canvas, setWindow } = access;
  const { pressed, window, clockNs } = memo();
  const before = pressed.get(pointer);
  if (before === undefined) return;
  const plot = plotOf(canvas()?.clientWidth ?? 1);
  const width = plot.right - plot.left;
  switch (memo().gesture) {
    case "press":
      // Once it is a drag it stays one, and moves from where it began.
      if (Math.hypot(at.x - before.x, at.y - before.y) < CLICK_PX) return;
      memo().gesture = "drag";
      break;
    case "measure": {
      const ns = Math.max(0, instantAt(access, at));
      measure({ fromNs: Math.min(measuredFromNs, ns), toNs: Math.max(measuredFromNs, ns) });
      return;
    }
    case "pinch": {
      const other = [...pressed].find(([id]) => id !== pointer)?.[1];
      if (other !== undefined) pinch(access, { before, at, other });
      break;
    }
    default:
      break;
  }
  pressed.set(pointer, at);
  if (memo().gesture === "drag") setWindow(pan(window, clockNs, (before.x - at.x) / width));
}

interface Pinch {
  readonly before: Point;
  readonly at: Point;
  /** The finger that rests. */
  readonly other: Point;
}

/** Two fingers: what lies under the one that rests stays there. */
function pinch(access: TimelineAccess, { before, at, other }: Pinch): void {
  const { memo, setWindow } = access;
  const from = Math.max(8, Math.abs(before.x - other.x));
  const to = Math.max(8, Math.abs(at.x - other.x));
  setWindow(zoom(memo().window, memo(), from / to, instantAt(access, other)));
}

interface KeyActions {
  zoom(factor: number): void;
  pan(share: number): void;
  fit(): void;
  /** One level up; false when there is none. */
  escape(): boolean;
}

/** W and S zoom, A and D pan, as in other trace viewers; silent inside inputs. */
export function useKeys(timeline: KeyActions): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest(DIALOG) !== null) return;
      if (event.key === "Escape" && timeline.escape()) {
        event.preventDefault();
        event.stopImmediatePropagation();
        return;
      }
      const { ctrlKey, metaKey, altKey, shiftKey } = event;
      if (!viewStore.getState().shortcuts || ctrlKey || metaKey || altKey || shiftKey) return;
      if (event.target instanceof Element && event.target.closest(TYPING) !== null) return;
      const action = {
        w: () => timeline.zoom(0.7),
        s: () => timeline.zoom(1 / 0.7),
        a: () => timeline.pan(-0.2),
        d: () => timeline.pan(0.2),
        f: () => timeline.fit(),
      }[event.key.toLowerCase()];
      if (action === undefined) return;
      event.preventDefault();
      action();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [timeline]);
}

const DIALOG = "[role=dialog], [role=listbox]";
const TYPING = `input:not([type=range], [type=checkbox]), textarea, select, [contenteditable=true], ${DIALOG}`;

/** React listens to wheels passively; zooming has to keep the page from scrolling. */
export function useWheel(
  canvas: RefObject<HTMLCanvasElement | null>,
  onWheel: (turn: { readonly zoom: number; readonly panPx: number }, x: number) => void,
): void {
  const latest = useRef(onWheel);
  useEffect(() => {
    latest.current = onWheel;
  });
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const listener = (event: WheelEvent) => {
      // Over the labels the rows scroll.
      if (event.offsetX < plotOf(element.clientWidth).left) return;
      event.preventDefault();
      const sideways = Math.abs(event.deltaX) > Math.abs(event.deltaY);
      const panPx = sideways ? event.deltaX : event.shiftKey ? event.deltaY : 0;
      const factor = panPx !== 0 || event.deltaY === 0 ? 1 : event.deltaY > 0 ? 1.25 : 0.8;
      latest.current({ zoom: factor, panPx }, event.offsetX);
    };
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, [canvas]);
}
