/** The line between flow and schedule: drag it, or move it with the arrow keys. */
import type { KeyboardEvent, PointerEvent } from "react";
import { useView, viewStore } from "../state/view-store.ts";

const SMALLEST = 200;
const KEY_STEP = 16;

export function Splitter() {
  const height = useView((state) => state.flowSplit);
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent<HTMLDivElement>): void => {
    const handle = event.currentTarget;
    if (handle.hasPointerCapture(event.pointerId)) resize(handle, height + event.movementY);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const by = { ArrowUp: -KEY_STEP, ArrowDown: KEY_STEP }[event.key];
    if (by === undefined) return;
    event.preventDefault();
    resize(event.currentTarget, height + by);
  };
  return (
    <div
      className="splitter"
      role="separator"
      tabIndex={0}
      aria-orientation="horizontal"
      aria-label="Height of the flow view"
      aria-valuenow={Math.round(height)}
      aria-valuemin={SMALLEST}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onKeyDown={onKeyDown}
    />
  );
}

/** Both views keep their smallest height, as far as the window has room for two of them. */
function resize(handle: HTMLElement, wished: number): void {
  const room = handle.parentElement?.clientHeight ?? 0;
  const most = Math.max(SMALLEST, room - SMALLEST - 54);
  viewStore.setState({ flowSplit: Math.min(most, Math.max(SMALLEST, wished)) });
}
