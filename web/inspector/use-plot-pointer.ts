/** Pointing at a plot: what is under the pointer, and dragging from one thing to another. */
import { type PointerEvent, useRef } from "react";

interface PlotPointer<T> {
  /** What is at a point of the element, CSS pixels. */
  readonly find: (x: number, y: number) => T | undefined;
  /** What was chosen last: a click with Shift, or while it is widened, chooses all from there. */
  readonly anchor: () => T | undefined;
  readonly isWidening: () => boolean;
  readonly onHover: (x: number, y: number, under: T | undefined) => void;
  /** The button is down since `from`. */
  readonly onDrag: (from: T, to: T) => void;
  readonly onDrop: () => void;
  readonly onLeave: () => void;
}

export function usePlotPointer<T>(plot: PlotPointer<T>) {
  const { find, anchor, isWidening, onHover, onDrag, onDrop, onLeave } = plot;
  const start = useRef<T>(undefined);
  const at = (event: PointerEvent<HTMLElement>) => {
    const { offsetX, offsetY } = event.nativeEvent;
    return { x: offsetX, y: offsetY, under: find(offsetX, offsetY) };
  };
  return {
    onPointerDown: (event: PointerEvent<HTMLElement>): void => {
      if (event.button !== 0) return;
      const { under } = at(event);
      start.current = under;
      if (under === undefined) return;
      if (event.shiftKey || isWidening()) start.current = anchor() ?? under;
      event.currentTarget.setPointerCapture(event.pointerId);
      onDrag(start.current ?? under, under);
    },
    onPointerMove: (event: PointerEvent<HTMLElement>): void => {
      const { x, y, under } = at(event);
      if (start.current !== undefined && under !== undefined) onDrag(start.current, under);
      onHover(x, y, under);
    },
    onPointerUp: (): void => {
      if (start.current === undefined) return;
      start.current = undefined;
      onDrop();
    },
    onPointerCancel: (): void => {
      start.current = undefined;
      onDrop();
    },
    onPointerLeave: onLeave,
  };
}
