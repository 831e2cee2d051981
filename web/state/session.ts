/** One run of all lanes, and where on the virtual time axis it stands and should go. */
import type { Scenario } from "../../engine/api.ts";
import { isLive, type MutableLane } from "./lane-session.ts";
import type { Pace } from "./pace.ts";
import type { RunState } from "./run-store.ts";

/** At full speed lanes may be this share of the run apart. */
const LEAD_SHARE = 1 / 50;
/** At a set speed the target may be this much real time ahead of the slowest lane. */
const LEAD_MS = 150;

export type Moment = { readonly ns: number } | { readonly eventBackOf: number };

export interface Session {
  readonly document: Scenario;
  readonly lanes: readonly MutableLane[];
  readonly pace: Pace;
  /** Whole nanoseconds that lanes are sent to. */
  targetNs: number;
  /** The same with its fraction, so that slow motion adds up. */
  wishedNs: number;
  /** Virtual time at which to pause; Infinity when there is none. */
  stopAtNs: number;
  /** Goes as fast as it can, whatever speed is set, until the next pause. */
  sprint: boolean;
  /** Goes on by itself when it is where it was sent from the start. */
  playOn: boolean;
  /** Where the run goes back to: a virtual time, or one event of a lane less; undefined: nowhere. */
  goal: Moment | undefined;
  /** True while lanes are going back: until then they stand at different instants. */
  returning: boolean;
  /** Real time of the start, ms. */
  readonly startMs: number;
  /** True once every lane has been loaded (or refused): no lane starts before the others. */
  loaded: boolean;
  /** True once this run replaces the one before on the screen. */
  shown: boolean;
  ended: boolean;
}

type Going = Pick<RunState, "status" | "speed">;

export function durationNs(session: Session): number {
  return Math.max(0, ...session.lanes.map((lane) => lane.durationNs));
}

/** Moves the common target on by `elapsedMs` of real time. */
export function moveTarget(session: Session, going: Going, elapsedMs: number): void {
  const { status, speed } = going;
  if (status !== "running") return;
  const clock = clockNs(session);
  const duration = durationNs(session);
  if (speed === Infinity || session.sprint) {
    session.targetNs = Math.min(
      session.stopAtNs,
      duration,
      clock + Math.ceil(duration * LEAD_SHARE),
    );
    return;
  }
  const perMs = speed * 1e6;
  session.wishedNs = Math.max(clock, session.wishedNs + elapsedMs * perMs);
  session.wishedNs = Math.min(duration, session.wishedNs, clock + LEAD_MS * perMs);
  session.targetNs = Math.floor(session.wishedNs);
}

/** Where lanes should get to: the target, or, while paused, to the lane that is furthest. */
export function goalNs(session: Session, going: Going): number {
  if (going.status === "running") return session.targetNs;
  return Math.max(0, ...session.lanes.filter(isLive).map((lane) => lane.run.nowNs));
}

/** What every live lane has reached; at the end, what the longest lane reached. */
export function clockNs(session: Session): number {
  const live = session.lanes.filter(isLive);
  if (live.length > 0) return Math.min(...live.map((lane) => lane.run.nowNs));
  return Math.max(0, ...session.lanes.map((lane) => lane.run.nowNs));
}
