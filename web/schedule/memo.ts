/** What the timeline knows between two frames, outside React. */
import type { ScheduleRow, ScheduleSlices } from "../../engine/api.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore } from "../state/run-store.ts";
import { LOOKS, USUAL_STATES } from "./forms.ts";
import { onStableRows, type RowLayout } from "./rows.ts";
import { forgetPicked } from "./schedule-store.ts";
import type { PointerMemo } from "./timeline-input.ts";
import { initialWindow, type Span, spanOf } from "./window.ts";

export interface Memo extends PointerMemo {
  /** Somebody has zoomed or moved the window. */
  isMoved: boolean;
  lane: number;
  clockNs: number;
  durationNs: number;
  /** Asked for when the window followed `clockNs` and the run's clock was at `headNs`. */
  slices: ScheduleSlices | undefined;
  headNs: number;
  /** In this lane nothing happened between these times, up to the end of the run. */
  quiet: { readonly lane: number; readonly fromNs: number; readonly toNs: number } | undefined;
  /** The run's identity: a new run forgets the states seen before. */
  owner: unknown;
  seen: Set<string>;
  layout: RowLayout | undefined;
  /** Index of the slice under the pointer; −1: none. */
  hovered: number;
  /** Answers so far. */
  answers: number;
  /** Row that is to be scrolled to. */
  revealed: number | undefined;
  /** How far the rows are scrolled, CSS pixels. */
  scrolled: number;
}

export function freshMemo(): Memo {
  return {
    window: initialWindow(Infinity),
    isMoved: false,
    lane: 0,
    clockNs: 0,
    durationNs: 0,
    headNs: 0,
    quiet: undefined,
    slices: undefined,
    owner: undefined,
    seen: new Set(),
    layout: undefined,
    hovered: -1,
    answers: 0,
    revealed: undefined,
    scrolled: 0,
    pointer: undefined,
    pressed: new Map(),
    gesture: "none",
  };
}

/**
 * The clock is that of the slices on screen: during a fast run the clock itself is far ahead of
 * any answer, and a window that followed it would always be empty.
 */
export function shown(memo: Memo): Span {
  return spanOf(memo.window, memo.clockNs);
}

/** Takes over an answer. Rows and legend list what has occurred in this run, so as not to flicker. */
export function takeOver(
  memo: Memo,
  slices: ScheduleSlices,
  setStates: (states: readonly string[]) => void,
): void {
  const lane = runStore.getState().lanes[memo.lane];
  if (lane?.samples !== memo.owner) {
    memo.owner = lane?.samples;
    memo.seen = new Set(USUAL_STATES);
    memo.slices = undefined;
    forgetPicked();
  }
  memo.answers += 1;
  memo.slices = onStableRows(memo.slices?.rows ?? coresOf(lane), slices);
  const before = memo.seen.size;
  for (const state of slices.state) memo.seen.add(LOOKS[state]?.state ?? "idle");
  memo.seen.delete("idle");
  if (memo.seen.size !== before || before === USUAL_STATES.length) setStates([...memo.seen]);
}

/** Cores have a row from the start, busy or not. */
function coresOf(lane: LaneRun | undefined): ScheduleRow[] {
  return Array.from({ length: lane?.topology?.cores ?? 0 }, (_, core) => ({
    id: core,
    kind: "core",
    label: `cpu${core}`,
  }));
}
