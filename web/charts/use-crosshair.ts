/** The crosshair that all charts and the schedule share: a virtual instant under the pointer. */
import type { PointerEvent, RefObject } from "react";
import { viewStore } from "../state/view-store.ts";

export interface PointerAxis {
  /** Left end of the plot inside the element, CSS pixels. */
  readonly left: number;
  readonly plotPx: number;
  /** Virtual ns at the two ends of the plot. */
  readonly domain: readonly [number, number];
  /** The run ends here, which may be before the plot does. */
  readonly endNs: number;
}

/** Pointer handlers for `element`; `axis` is asked for at every move. */
export function useCrosshair(element: RefObject<HTMLElement | null>, axis: () => PointerAxis) {
  return {
    onPointerMove(event: PointerEvent): void {
      const box = element.current?.getBoundingClientRect();
      if (box === undefined) return;
      const { left, plotPx, domain, endNs } = axis();
      const share = (event.clientX - box.left - left) / Math.max(plotPx, 1);
      const ns = domain[0] + share * (domain[1] - domain[0]);
      const inside = share >= 0 && share <= 1 && ns <= endNs;
      viewStore.setState({ crosshairNs: inside ? ns : undefined });
    },
    onPointerLeave(): void {
      viewStore.setState({ crosshairNs: undefined });
    },
  };
}
