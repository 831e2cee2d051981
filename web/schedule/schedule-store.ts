/** What the user has picked out of the schedule: a slice, a request, a stretch of time. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { RequestName, ScheduleRow, SliceDetail } from "../../engine/api.ts";
import { programOn, stepRows } from "../editor/program.ts";
import { stepText } from "../editor/step-text.ts";
import { joinPath } from "../state/document-path.ts";
import { conductor } from "../state/conductor.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import type { Span } from "./window.ts";

/** A slice as it is on screen; what is known of it beyond that comes a moment later. */
export interface PickedSlice {
  readonly lane: number;
  readonly row: ScheduleRow;
  readonly state: number;
  readonly start: number;
  readonly end: number;
  readonly detail?: SliceDetail;
  /** The step that its request was at: "step 4, price the basket". */
  readonly step?: string;
}

export interface ScheduleState {
  readonly picked: PickedSlice | undefined;
  readonly followed: RequestName | undefined;
  readonly measured: Span | undefined;
  /** All threads have a row, not only the busiest. */
  readonly expanded: boolean;
  readonly searching: boolean;
}

const NOTHING: ScheduleState = {
  picked: undefined,
  followed: undefined,
  measured: undefined,
  expanded: false,
  searching: false,
};

export const scheduleStore = createStore<ScheduleState>(() => NOTHING);

export function useSchedule<T>(selector: (state: ScheduleState) => T): T {
  return useStore(scheduleStore, selector);
}

/** Another run, or another lane: its slices are others. */
export function forgetPicked(): void {
  scheduleStore.setState({ picked: undefined, measured: undefined });
}

export function follow(request: RequestName | undefined): void {
  scheduleStore.setState({ followed: request });
}

export function measure(span: Span | undefined): void {
  scheduleStore.setState({ measured: span });
}

/** The stretch from what has been measured to the picked slice; at first the slice alone. */
export function measurePicked(): void {
  const { picked, measured } = scheduleStore.getState();
  if (picked === undefined) return;
  const { start, end } = picked;
  const { fromNs, toNs } = measured ?? { fromNs: start, toNs: end };
  measure({ fromNs: Math.min(fromNs, start), toNs: Math.max(toNs, end) });
}

/** Marks a slice and asks the engine for what is known of it. */
export async function pick(slice: PickedSlice | undefined): Promise<void> {
  scheduleStore.setState({ picked: slice });
  if (slice === undefined) return;
  const { lane, row, start } = slice;
  // The middle: what is on screen may have been cut at its edges.
  const atNs = Math.floor((start + slice.end) / 2);
  const detail = await conductor.ask(lane, (engine) => engine.slice(row.id, atNs));
  if (detail === undefined || scheduleStore.getState().picked !== slice) return;
  const whole = { ...slice, start: detail.start, end: detail.end, detail };
  scheduleStore.setState({ picked: whole });
  if (detail.request === undefined) return;
  const step = await stepAt(lane, detail.request, atNs);
  if (step === undefined || scheduleStore.getState().picked !== whole) return;
  scheduleStore.setState({ picked: { ...whole, step } });
}

/** Which step of its program a request was at; undefined where that cannot be told. */
async function stepAt(
  lane: number,
  { request, number }: RequestName,
  atNs: number,
): Promise<string | undefined> {
  const fall = await conductor.ask(lane, (engine) => engine.inspect(request, number));
  const stay = fall?.stays.find(({ fromNs, toNs }) => fromNs <= atNs && atNs < toNs);
  if (stay === undefined || stay.step < 0) return undefined;
  const { document } = scenarioStore.getState();
  const program = programOn(document, lane, request);
  const rows = stepRows(program, `${joinPath("requests", request)}.steps`);
  const row = rows[stay.step];
  return `step ${stay.step + 1}${row === undefined ? "" : `, ${stepText(row.step, row.kind)}`}`;
}
