/**
 * Stretches of the schedule that its recording has forgotten, computed once more: from the snapshot
 * before, into a recording of their own. The run itself is put back to where it was. What takes
 * longer than its budget goes on with the next call.
 */
import type { History, Moment } from "./history.ts";
import { Recording } from "./measure/recording.ts";
import { restoreSnapshot, takeSnapshot, type Snapshot } from "./snapshot.ts";
import { EVENTS_PER_LOOK, type Simulation } from "./simulation.ts";

/** Entries that are computed anew, at most. */
const CAPACITY = 2 ** 20;
/** A stretch of more events than this is too long: whoever wants to see it looks more closely. */
const MOST_EVENTS = 4_000_000;

export interface Rebuilt {
  readonly recording: Recording;
  readonly fromNs: number;
  readonly toNs: number;
}

/** Real time: ms of which only differences count, and how many of them may pass. */
export interface Budget {
  readonly clockMs: () => number;
  readonly ms: number;
}

export class Rebuild {
  private readonly history: History;
  private readonly recording: Recording;
  /** What is recorded; nothing while both are the same. */
  private fromNs = 0;
  private toNs = 0;
  /** Where its computing began: what came since may have been forgotten again. */
  private begunNs = 0;
  /** The run at `toNs`. */
  private there: Snapshot | undefined = undefined;

  constructor(history: History, most = CAPACITY) {
    this.history = history;
    this.recording = new Recording(Math.min(CAPACITY, most));
  }

  /** What is known of [fromNs, toNs] after `budget`, if anything; `unfinished`: there is more. */
  cover(
    fromNs: number,
    toNs: number,
    budget: Budget,
  ): { readonly rebuilt: Rebuilt | undefined; readonly unfinished: boolean } {
    const { simulation } = this.history;
    const present = simulation.nowNs;
    // What does not fit is computed once more only for those who look at less.
    const isForgotten = fromNs < this.fromNs && (fromNs < this.begunNs || toNs < this.toNs);
    const needs = isForgotten || toNs > this.toNs;
    let unfinished = false;
    if (needs && this.isWithinReach(fromNs, toNs)) {
      const here = takeSnapshot(simulation);
      const goesOn = !isForgotten && fromNs <= this.toNs && this.there !== undefined;
      if (goesOn) restoreSnapshot(this.there!);
      else this.goBack(fromNs);
      simulation.trace.enabled = true;
      simulation.recorder.log.enabled = false;
      simulation.trace.divert(this.recording);
      if (!goesOn) simulation.trace.begin(this.recording);
      unfinished = !compute(simulation, Math.min(toNs, present), budget);
      this.toNs = simulation.nowNs;
      this.fromNs = Math.max(this.fromNs, this.recording.knownFromNs);
      this.there = takeSnapshot(simulation);
      simulation.trace.divert(undefined);
      restoreSnapshot(here);
    }
    const isKnown = this.toNs > fromNs && this.fromNs < toNs;
    const rebuilt = isKnown
      ? { recording: this.recording, fromNs: this.fromNs, toNs: this.toNs }
      : undefined;
    return { rebuilt, unfinished };
  }

  private goBack(fromNs: number): void {
    const { history } = this;
    history.restore(({ nowNs }) => nowNs <= fromNs);
    this.fromNs = history.simulation.nowNs;
    this.begunNs = this.fromNs;
  }

  private isWithinReach(fromNs: number, toNs: number): boolean {
    const { history } = this;
    const isBefore = ({ nowNs }: Moment): boolean => nowNs <= fromNs;
    const first = history.lastMoment(isBefore);
    if (first === undefined) return false;
    const last = history.lastMoment(({ nowNs }) => nowNs <= toNs)!;
    return last.events - first.events <= MOST_EVENTS;
  }
}

/** True when the run got to `toNs`. */
function compute(simulation: Simulation, toNs: number, { clockMs, ms }: Budget): boolean {
  const start = clockMs();
  while (simulation.nowNs < toNs && simulation.status === "running") {
    simulation.runUntil(toNs, EVENTS_PER_LOOK);
    if (clockMs() - start >= ms) break;
  }
  return simulation.nowNs >= toNs || simulation.status !== "running";
}
