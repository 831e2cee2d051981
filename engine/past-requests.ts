/**
 * The requests that ended in a stretch of the past which the log has forgotten: the stretch is
 * computed once more, for as long as it takes to fill a page of the log.
 */
import { type Known, rememberedRequests } from "./inspect.ts";
import { CAPACITY } from "./measure/request-log.ts";
import { EVENTS_PER_LOOK, type Simulation } from "./simulation.ts";

/** Events of one look at the past: about a second of computing. */
const MOST_EVENTS = 4_000_000;

/** The simulation is at or before `fromNs`, its log put aside, and is at `toNs` at most after it. */
export function computePast(simulation: Simulation, fromNs: number, toNs: number): Known {
  const { log } = simulation.recorder;
  let left = MOST_EVENTS;
  const runTo = (ns: number, isEnough: () => boolean): void => {
    while (simulation.nowNs < ns && left > 0 && !isEnough()) {
      const { events } = simulation;
      simulation.runUntil(ns, EVENTS_PER_LOOK);
      if (simulation.events === events) return;
      left -= simulation.events - events;
    }
  };
  runTo(fromNs, () => false);
  const { written } = log;
  runTo(toNs, () => log.written - written > CAPACITY - EVENTS_PER_LOOK);
  // A request that ended at `fromNs` itself has been written before.
  const { requests } = rememberedRequests(simulation);
  return { requests, coveredNs: [fromNs, Math.max(fromNs, simulation.nowNs)] };
}
