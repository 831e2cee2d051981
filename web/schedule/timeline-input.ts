/** Pointer, wheel and keys of the schedule: zoom, pan, and the crosshair that all views share. */
import { type PointerEvent, type RefObject, useEffect, useRef } from "react";
import { viewStore } from "../state/view-store.ts";
import { plotOf } from "./paint.ts";
import { toNs } from "./rows.ts";
import { type TimeWindow, pan, spanOf } from "./window.ts";

export interface PointerHandlers {
  readonly onPointerDown: (event: PointerEvent) => void;
  readonly onPointerMove: (event: PointerEvent) => void;
  readonly onPointerUp: () => void;
  readonly onPointerLeave: () => void;
}

/** The part of the timeline's memory that the pointer reads and writes. */
export interface PointerMemo {
  window: TimeWindow;
  clockNs: number;
  /** Where the pointer is, CSS pixels inside the canvas; undefined: elsewhere. */
  pointer: { readonly x: number; readonly y: number } | undefined;
  /** Where the drag has got to; undefined: no drag. */
  dragX: number | undefined;
}

export interface TimelineAccess<M extends PointerMemo = PointerMemo> {
  readonly canvas: () => HTMLCanvasElement | null;
  readonly memo: () => M;
  readonly setWindow: (window: TimeWindow) => void;
}

export function pointerHandlers({ canvas, memo, setWindow }: TimelineAccess): PointerHandlers {
  const inside = (event: PointerEvent) => {
    const box = canvas()?.getBoundingClientRect();
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
  };
  return {
    onPointerDown(event) {
      memo().dragX = inside(event).x;
      canvas()?.setPointerCapture(event.pointerId);
    },
    onPointerMove(event) {
      const at = inside(event);
      const { window, clockNs } = memo();
      const span = spanOf(window, clockNs);
      const plot = plotOf(canvas()?.clientWidth ?? 1);
      const { dragX } = memo();
      memo().pointer = at;
      if (dragX !== undefined && Math.abs(at.x - dragX) >= 1) {
        memo().dragX = at.x;
        setWindow(pan(window, clockNs, (dragX - at.x) / (plot.right - plot.left)));
      }
      const ns = toNs(at.x, span, plot);
      const onPlot = at.x >= plot.left && at.x <= plot.right;
      viewStore.setState({ crosshairNs: onPlot ? ns : undefined });
    },
    onPointerUp() {
      memo().dragX = undefined;
    },
    onPointerLeave() {
      memo().pointer = undefined;
      memo().dragX = undefined;
      viewStore.setState({ crosshairNs: undefined });
    },
  };
}

/** W and S zoom, A and D pan, as in other trace viewers; silent inside inputs. */
export function useKeys(timeline: { zoom(factor: number): void; pan(share: number): void }): void {
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
export function useWheel(
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
