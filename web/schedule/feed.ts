/**
 * Fetches slices for what the schedule shows: one request at a time, at most four a second while
 * the run moves on. What was asked for meanwhile is asked for once the answer is here.
 */
import type { RequestName, ScheduleSlices } from "../../engine/api.ts";
import { requestSchedule } from "../state/conductor.ts";
import type { Span } from "./window.ts";

/** What the schedule showed when it asked. */
export interface Wanted {
  readonly lane: number;
  readonly span: Span;
  /** What the window follows: the run's clock, or the last that happened before it. */
  readonly clockNs: number;
  readonly headNs: number;
  /** ns that a pixel shows. */
  readonly pixelNs: number;
  /** Threads that have a row, and how many may have one. */
  readonly keep: readonly number[];
  readonly threads: number;
  readonly follow: RequestName | undefined;
}

export interface Feed {
  /** The window or the run has changed; `atOnce` for what the user did. */
  changed(atOnce: boolean): void;
  dispose(): void;
}

const POLL_MS = 250;
/** Of a worker's time, so much at most goes into answers while its run goes on. */
const LARGEST_SHARE = 0.1;
/** Fetched on each side beyond the window, so that a pan has something to show. */
const MARGIN = 0.5;

/** When anything last happened before `headNs`, as far as is remembered; undefined: never. */
export async function lastActive(lane: number, headNs: number): Promise<number | undefined> {
  // The cores show whether anything happened.
  const query = { fromNs: 0, toNs: headNs, pixelNs: headNs / 4096, threads: 0, keep: [] };
  const slices = await requestSchedule(lane, query);
  const last = slices?.end.reduce((latest, end) => Math.max(latest, end), 0) ?? 0;
  return last > 0 ? last : undefined;
}

export function createFeed(
  wanted: () => Wanted,
  deliver: (wanted: Wanted, slices: ScheduleSlices) => void,
): Feed {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let busy = false;
  let stale = false;
  let urgent = false;
  let askedAtMs = -Infinity;
  let tookMs = 0;
  let ended = false;
  const ask = async () => {
    timer = undefined;
    busy = true;
    stale = false;
    urgent = false;
    askedAtMs = performance.now();
    const asked = wanted();
    const { lane, span, follow } = asked;
    const margin = (span.toNs - span.fromNs) * MARGIN;
    const slices = await requestSchedule(lane, {
      fromNs: Math.max(0, Math.floor(span.fromNs - margin)),
      toNs: Math.ceil(span.toNs + margin),
      pixelNs: asked.pixelNs,
      threads: asked.threads,
      keep: asked.keep,
      ...(follow && { follow }),
    });
    tookMs = performance.now() - askedAtMs;
    busy = false;
    if (ended) return;
    if (slices !== undefined) deliver(asked, slices);
    if (stale || slices?.unfinished === true) plan(urgent || slices?.unfinished === true);
  };
  const plan = (atOnce: boolean) => {
    stale = true;
    urgent ||= atOnce;
    if (busy) return;
    const rest = Math.max(POLL_MS, tookMs / LARGEST_SHARE);
    const waitMs = atOnce ? 0 : Math.max(0, askedAtMs + rest - performance.now());
    if (timer !== undefined) {
      if (!atOnce) return;
      clearTimeout(timer);
    }
    timer = setTimeout(() => void ask(), waitMs);
  };
  return {
    changed: plan,
    dispose() {
      ended = true;
      clearTimeout(timer);
    },
  };
}
