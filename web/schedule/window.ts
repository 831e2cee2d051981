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

/** Where the run is, and how long it is; ns. */
export interface Clock {
  readonly clockNs: number;
  readonly durationNs: number;
}

/** Until somebody zooms: some turns of every scheduler. */
const INITIAL_NS = 40e6;
/** Below a microsecond there is nothing to see. */
const SPAN_MIN_NS = 1e3;
/** A run that is shorter is seen with some of what would come after it. */
const SPAN_MAX_NS = 1e6;
/** Right of the clock, so that the playhead does not stick to the edge. */
const LEAD = 0.03;
/** Left free on both sides of what is brought on screen. */
const PADDING = 0.06;

/** What is shown before anybody moves it: the last of a run, or all of one that is shorter. */
export function initialWindow(durationNs: number): TimeWindow {
  return { spanNs: Math.min(INITIAL_NS, longest(durationNs)), endNs: undefined };
}

function longest(durationNs: number): number {
  return Math.max(SPAN_MAX_NS, durationNs / (1 - LEAD));
}

/** What is on screen; never starts before the run does. */
export function spanOf(window: TimeWindow, clockNs: number): Span {
  const end = window.endNs ?? clockNs + window.spanNs * LEAD;
  const toNs = Math.max(end, window.spanNs);
  return { fromNs: toNs - window.spanNs, toNs };
}

/** Zooms by `factor` (below 1: closer) around an instant that stays where it is on screen. */
export function zoom(
  window: TimeWindow,
  { clockNs, durationNs }: Clock,
  factor: number,
  aroundNs?: number,
): TimeWindow {
  const { fromNs, toNs } = spanOf(window, clockNs);
  const spanNs = Math.max(SPAN_MIN_NS, Math.min(longest(durationNs), window.spanNs * factor));
  if (aroundNs === undefined) return { ...window, spanNs };
  const share = (aroundNs - fromNs) / (toNs - fromNs);
  return settle({ spanNs, endNs: aroundNs + spanNs * (1 - share) }, clockNs);
}

/** Moves the window by a share of its span; to the right of the clock it follows again. */
export function pan(window: TimeWindow, clockNs: number, share: number): TimeWindow {
  const { toNs } = spanOf(window, clockNs);
  return settle({ ...window, endNs: toNs + window.spanNs * share }, clockNs);
}

/** The window that shows a stretch with a little around it. */
export function around({ fromNs, toNs }: Span): TimeWindow {
  const spanNs = Math.max(SPAN_MIN_NS, (toNs - fromNs) * (1 + 2 * PADDING));
  return { spanNs, endNs: Math.max(spanNs, (fromNs + toNs) / 2 + spanNs / 2) };
}

/** The window that shows all of the run, as far as it has got. */
export function wholeRun(clockNs: number): TimeWindow {
  const spanNs = longest(clockNs);
  return { spanNs, endNs: spanNs };
}

/** The same window, moved as little as it takes to show a stretch; closer where it has no room. */
export function revealing(window: TimeWindow, clockNs: number, { fromNs, toNs }: Span): TimeWindow {
  const shown = spanOf(window, clockNs);
  if (fromNs >= shown.fromNs && toNs <= shown.toNs) return window;
  if (toNs - fromNs > window.spanNs * (1 - 2 * PADDING)) return around({ fromNs, toNs });
  return {
    spanNs: window.spanNs,
    endNs: Math.max(window.spanNs, (fromNs + toNs + window.spanNs) / 2),
  };
}

export function isFollowing(window: TimeWindow): boolean {
  return window.endNs === undefined;
}

function settle(window: { spanNs: number; endNs: number }, clockNs: number): TimeWindow {
  const latest = clockNs + window.spanNs * LEAD;
  if (window.endNs >= latest) return { spanNs: window.spanNs, endNs: undefined };
  return { spanNs: window.spanNs, endNs: Math.max(window.endNs, window.spanNs) };
}
