/**
 * The schedule's canvas at work: fetches slices, paints them, and turns pointer, wheel and keys
 * into zoom and pan. Everything here happens outside React's rendering.
 */
import { type RefObject, useCallback, useEffect, useMemo, useRef } from "react";
import type { ScheduleSlices } from "../../engine/api.ts";
import type { Painter } from "../charts/frame.ts";
import { usePainter } from "../charts/use-painter.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { type Feed, type Wanted, createFeed, lastActive } from "./feed.ts";
import { type Memo, freshMemo, shown, takeOver } from "./memo.ts";
import { toNs } from "./rows.ts";
import { plotOf } from "./scene.ts";
import { follow, pick, scheduleStore } from "./schedule-store.ts";
import { paintTimeline, type TimelineParts } from "./timeline-paint.ts";
import { useKeys, useWheel } from "./timeline-input.ts";
import { makeTimeline, type Timeline } from "./timeline.ts";
import {
  type TimeWindow,
  around,
  initialWindow,
  isFollowing,
  pan,
  spanOf,
  zoom,
} from "./window.ts";

const THREADS = 20;
const THREADS_EXPANDED = 400;

export function useTimeline(parts: TimelineParts): Timeline {
  const memo = useRef<Memo>(freshMemo());
  const painter = usePainter(parts.canvas, () => paintTimeline(parts, memo.current));
  const feed = useFeed(parts, memo, painter);
  const { setFollowing, canvas } = parts;
  const setWindow = useCallback(
    (window: TimeWindow) => {
      memo.current.window = window;
      memo.current.isMoved = true;
      setFollowing(isFollowing(window));
      feed.current?.changed(true);
      painter.current?.soon();
    },
    [feed, painter, setFollowing],
  );
  const repaint = useCallback(() => painter.current?.soon(), [painter]);
  const timeline = useMemo(() => {
    const access = {
      canvas: () => canvas.current,
      memo: () => memo.current,
      setWindow,
      repaint,
    };
    // oxlint-disable-next-line react/refs -- read by handlers, long after rendering
    return makeTimeline(access);
  }, [canvas, repaint, setWindow]);
  useKeys(timeline);
  useWheel(canvas, ({ zoom: factor, panPx }, x) => {
    const plot = plotOf(canvas.current?.clientWidth ?? 1);
    const { window, clockNs } = memo.current;
    if (panPx !== 0) setWindow(pan(window, clockNs, panPx / (plot.right - plot.left)));
    else setWindow(zoom(window, memo.current, factor, toNs(x, shown(memo.current), plot)));
  });
  useEffect(() => {
    const stop = scheduleStore.subscribe((now, before) => {
      painter.current?.soon();
      if (now.followed !== before.followed || now.expanded !== before.expanded) {
        feed.current?.changed(true);
      }
    });
    const unfocus = followFocus(setWindow);
    return () => {
      stop();
      unfocus();
    };
  }, [feed, painter, setWindow]);
  return timeline;
}

/** The wish that was granted last: views come and go, and a wish counts once. */
let granted: unknown;

/** Shows what other views ask for. */
function followFocus(setWindow: (window: TimeWindow) => void): () => void {
  const grant = () => {
    const { scheduleFocus } = viewStore.getState();
    if (scheduleFocus === undefined || scheduleFocus === granted) return;
    granted = scheduleFocus;
    follow(scheduleFocus.request);
    setWindow(around(scheduleFocus));
  };
  grant();
  return viewStore.subscribe(grant);
}

function useFeed(
  parts: TimelineParts,
  memo: RefObject<Memo>,
  painter: RefObject<Painter | undefined>,
): RefObject<Feed | undefined> {
  const { setStates, canvas } = parts;
  const feed = useRef<Feed>(undefined);
  useEffect(() => {
    const created = createFeed(
      () => wantedNow(memo.current, canvas.current),
      (asked, slices) => {
        memo.current.lane = asked.lane;
        memo.current.clockNs = asked.clockNs;
        memo.current.headNs = asked.headNs;
        memo.current.durationNs = runStore.getState().durationNs;
        takeOver(memo.current, slices, setStates);
        painter.current?.soon();
        void skipQuietEnd(memo.current, asked, slices, () => created.changed(true));
      },
    );
    feed.current = created;
    const unsubscribeRun = runStore.subscribe((run, before) => {
      if (run.revision !== before.revision) created.changed(false);
    });
    const unsubscribeView = viewStore.subscribe((view, before) => {
      if (view.selectedLane === before.selectedLane) return;
      void pick(undefined);
      created.changed(true);
    });
    created.changed(true);
    return () => {
      unsubscribeRun();
      unsubscribeView();
      created.dispose();
    };
  }, [canvas, memo, painter, setStates]);
  return feed;
}

function wantedNow(memo: Memo, canvas: HTMLCanvasElement | null): Wanted {
  const { clockNs: headNs, durationNs } = runStore.getState();
  if (!memo.isMoved) memo.window = initialWindow(durationNs);
  const lane = viewStore.getState().selectedLane;
  const { expanded, followed } = scheduleStore.getState();
  const clockNs = followedClock(memo, lane, headNs);
  const span = spanOf(memo.window, clockNs);
  const { left, right } = plotOf(canvas?.clientWidth ?? 1);
  const rows = memo.lane === lane ? (memo.slices?.rows ?? []) : [];
  return {
    lane,
    span,
    clockNs,
    headNs,
    pixelNs: (span.toNs - span.fromNs) / (right - left),
    keep: rows.filter(({ kind }) => kind === "thread" || kind === "loop").map(({ id }) => id),
    threads: expanded ? THREADS_EXPANDED : THREADS,
    follow: followed,
  };
}

/** What the window follows while it follows: the clock, or what happened last before it. */
function followedClock({ quiet }: Memo, lane: number, headNs: number): number {
  return quiet?.lane === lane && quiet.toNs === headNs ? quiet.fromNs : headNs;
}

/** A run may end long after its last request: the window then follows what happened last. */
async function skipQuietEnd(
  memo: Memo,
  asked: Wanted,
  slices: ScheduleSlices,
  onFound: () => void,
): Promise<void> {
  const { lane, clockNs, headNs } = asked;
  const isAtEnd = runStore.getState().status === "finished" && clockNs === headNs;
  if (!isAtEnd || slices.row.length > 0 || !isFollowing(memo.window)) return;
  const last = await lastActive(lane, headNs);
  if (last === undefined) return;
  memo.quiet = { lane, fromNs: last, toNs: headNs };
  onFound();
}
