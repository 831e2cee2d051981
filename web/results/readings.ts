/**
 * What is read off a run at a glance, lane by lane, refreshed at most four times a second so that
 * people can read it. Derived from the run store; nothing here feeds back into a run.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { LaneResult, Textbook, Verdict } from "../../engine/api.ts";
import { column, perSecond } from "../charts/series.ts";
import type { LaneLetter, LaneRun, LaneStatus } from "../state/lane-run.ts";
import { type RunState, runStore } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";

export interface Reading {
  readonly index: number;
  readonly letter: LaneLetter;
  readonly name: string;
  readonly status: LaneStatus;
  readonly reason: string | undefined;
  /** Completed per virtual second over the last second; NaN before the first sample. */
  readonly rate: number;
  /** Milliseconds over the last second; NaN without data. */
  readonly p99Ms: number;
  /** undefined where the scenario has no SLO, or no result yet. */
  readonly slo: Verdict | undefined;
  readonly claims:
    | { readonly held: number; readonly all: number; readonly verdict: Verdict }
    | undefined;
  /** undefined until something has been measured after the warm-up. */
  readonly result: LaneResult | undefined;
  /** Where the lane is a queue of the textbooks. */
  readonly textbook: Textbook | undefined;
}

interface Readings {
  readonly lanes: readonly Reading[];
}

const READING_MS = 250;

export const readingStore = createStore<Readings>(() => ({ lanes: [] }));

export function useReadings<T>(selector: (readings: Readings) => T): T {
  return useStore(readingStore, selector);
}

/** Reads one lane; `sloCount` of the result's last claims are the document's SLO. */
export function readLane(lane: LaneRun, sloCount: number): Reading {
  const result = measured(lane.result);
  const claims = result?.claims ?? [];
  const slo = claims.slice(claims.length - sloCount);
  const own = claims.slice(0, claims.length - sloCount);
  return {
    index: lane.index,
    letter: lane.letter,
    name: lane.name,
    status: lane.status,
    reason: lane.reason,
    rate: perSecond(lane.samples, "completed").at(-1) ?? NaN,
    p99Ms: column(lane.samples, "p99").at(-1) ?? NaN,
    slo: result === undefined || slo.length === 0 ? undefined : together(slo),
    claims:
      own.length === 0
        ? undefined
        : {
            held: own.filter((claim) => claim.verdict === "holds").length,
            all: own.length,
            verdict: together(own),
          },
    result,
    textbook: lane.textbook,
  };
}

/** One broken promise breaks them all; one open question leaves them open. */
function together(claims: readonly { readonly verdict: Verdict }[]): Verdict {
  if (claims.some((claim) => claim.verdict === "fails")) return "fails";
  return claims.some((claim) => claim.verdict === "undecided") ? "undecided" : "holds";
}

/** A rate over less than this is no rate (a lane that stopped within nanoseconds). */
const LEAST_SECONDS = 1e-6;

function measured(result: LaneResult | undefined): LaneResult | undefined {
  return result !== undefined && result.measuredSeconds >= LEAST_SECONDS ? result : undefined;
}

function readAll(run: RunState): void {
  const sloCount = Object.keys(scenarioStore.getState().document?.slo ?? {}).length;
  readingStore.setState({ lanes: run.lanes.map((lane) => readLane(lane, sloCount)) });
}

let readAtMs = -Infinity;
let timer: ReturnType<typeof setTimeout> | undefined;

/** The first news is read at once; more within a quarter of a second waits for its end. */
runStore.subscribe((run) => {
  if (timer !== undefined) return;
  const waitMs = readAtMs + READING_MS - performance.now();
  if (waitMs <= 0) {
    readAtMs = performance.now();
    readAll(run);
    return;
  }
  timer = setTimeout(() => {
    timer = undefined;
    readAtMs = performance.now();
    readAll(runStore.getState());
  }, waitMs);
});
