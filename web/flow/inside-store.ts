/**
 * The inside of the selected lane as its engine told it last. Asked for at most eight times a
 * second, one question at a time, and only when the lane has moved on since the last answer.
 */
import { createStore } from "zustand/vanilla";
import type { Internals } from "../../engine/api.ts";
import { conductor } from "../state/conductor.ts";
import type { LaneRun } from "../state/lane-run.ts";

interface InsideState {
  /** Index of the lane that `internals` are of. */
  readonly lane: number;
  readonly internals: Internals | undefined;
}

const INTERVAL_MS = 125;

export const insideStore = createStore<InsideState>(() => ({ lane: -1, internals: undefined }));

let isAsking = false;
/** What the engine had no answer for: nothing to ask again for before the lane moves on. */
let unanswered = "";
let askedAtMs = -Infinity;

/** Brings the store up to date with the lane, unless it is; true when it will be later. */
export function refreshInside(lane: LaneRun, nowMs: number): boolean {
  const { lane: known, internals } = insideStore.getState();
  const isSame = known === lane.index && internals?.events === lane.events;
  if (isSame && internals.nowNs === lane.nowNs) return false;
  const moment = `${lane.index} ${lane.events} ${lane.nowNs}`;
  if (moment === unanswered) return false;
  if (isAsking || nowMs - askedAtMs < INTERVAL_MS) return true;
  askedAtMs = nowMs;
  void ask(lane.index, moment);
  return true;
}

async function ask(lane: number, moment: string): Promise<void> {
  isAsking = true;
  const internals = await conductor.ask(lane, (engine) => engine.internals());
  isAsking = false;
  if (internals === undefined) unanswered = moment;
  else insideStore.setState({ lane, internals });
}

/** What is known of the lane's inside; undefined before the first answer. */
export function insideOf(lane: number): Internals | undefined {
  const { lane: known, internals } = insideStore.getState();
  return known === lane ? internals : undefined;
}
