/** The stretch of virtual time that the schedule shows, and how zoom and pan change it. Pure. */

export interface TimeWindow {
  readonly spanNs: number;
  /** Right end, ns; undefined: follows the clock. */
  readonly endNs: number | undefined;
}

export interface Span {
  readonly fromNs: number;
  readonly toNs: number;
}

export const DEFAULT_WINDOW: TimeWindow = { spanNs: 40e6, endNs: undefined };
/** Below a microsecond there is nothing to see; above a minute the ring has forgotten it all. */
const SPAN_MIN_NS = 1e3;
const SPAN_MAX_NS = 60e9;
/** Right of the clock, so that the playhead does not stick to the edge. */
const LEAD = 0.03;

/** What is on screen; never starts before the run does. */
export function spanOf(window: TimeWindow, clockNs: number): Span {
  const end = window.endNs ?? clockNs + window.spanNs * LEAD;
  const toNs = Math.max(end, window.spanNs);
  return { fromNs: toNs - window.spanNs, toNs };
}

/** Zooms by `factor` (below 1: closer) around an instant that stays where it is on screen. */
export function zoom(
  window: TimeWindow,
  clockNs: number,
  factor: number,
  aroundNs?: number,
): TimeWindow {
  const { fromNs, toNs } = spanOf(window, clockNs);
  const spanNs = Math.max(SPAN_MIN_NS, Math.min(SPAN_MAX_NS, window.spanNs * factor));
  if (aroundNs === undefined) return { ...window, spanNs };
  const share = (aroundNs - fromNs) / (toNs - fromNs);
  return settle({ spanNs, endNs: aroundNs + spanNs * (1 - share) }, clockNs);
}

/** Moves the window by a share of its span; to the right of the clock it follows again. */
export function pan(window: TimeWindow, clockNs: number, share: number): TimeWindow {
  const { toNs } = spanOf(window, clockNs);
  return settle({ ...window, endNs: toNs + window.spanNs * share }, clockNs);
}

export function isFollowing(window: TimeWindow): boolean {
  return window.endNs === undefined;
}

function settle(window: { spanNs: number; endNs: number }, clockNs: number): TimeWindow {
  const latest = clockNs + window.spanNs * LEAD;
  if (window.endNs >= latest) return { spanNs: window.spanNs, endNs: undefined };
  return { spanNs: window.spanNs, endNs: Math.max(window.endNs, window.spanNs) };
}
