/**
 * Connects a painter to what makes pictures stale: the run, the view, the size of an element and
 * the theme. Everything here happens outside React's rendering.
 */
import { type RefObject, useEffect, useRef } from "react";
import { replicationStore } from "../state/replications.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { type Painter, addPainter } from "./frame.ts";
import { forgetPalette } from "./palette.ts";

/**
 * Calls `paint` whenever the picture inside `element` may have changed. The painter it returns is
 * for what only the caller knows of.
 */
export function usePainter(
  element: RefObject<Element | null>,
  paint: (nowMs: number) => void,
): RefObject<Painter | undefined> {
  const latest = useRef(paint);
  const own = useRef<Painter>(undefined);
  useEffect(() => {
    latest.current = paint;
  });
  useEffect(() => {
    const painter = addPainter((nowMs) => latest.current(nowMs));
    own.current = painter;
    const resized = new ResizeObserver(() => painter.soon());
    if (element.current !== null) resized.observe(element.current);
    const themed = new MutationObserver(() => {
      forgetPalette();
      painter.soon();
    });
    themed.observe(document.documentElement, {
      attributeFilter: ["data-theme", "data-density"],
    });
    const unsubscribeRun = runStore.subscribe(() => painter.refresh());
    const unsubscribeView = viewStore.subscribe(() => painter.soon());
    const unsubscribeReplications = replicationStore.subscribe(() => painter.refresh());
    painter.soon();
    return () => {
      resized.disconnect();
      themed.disconnect();
      unsubscribeRun();
      unsubscribeView();
      unsubscribeReplications();
      painter.dispose();
    };
  }, [element]);
  return own;
}
