/** A lane as the flow view reads it at one instant. */
import type { Place, Topology } from "../../engine/api.ts";
import { perSecond, smoothed } from "../charts/series.ts";
import type { LaneRun } from "../state/lane-run.ts";
import type { FlowEdge } from "./graph.ts";
import type { PlaceNow } from "./words.ts";

/** What completes is counted by the samples themselves, whichever edge it took. */
function completedPerSecond({ samples }: LaneRun): number {
  return perSecond(samples, "completed").at(-1) ?? 0;
}

/** `gilShare`: how much of the time the GIL was held lately, where that is known. */
export function placesNow(lane: LaneRun, topology: Topology, gilShare = NaN): PlaceNow[] {
  const inPerSecond = new Float64Array(topology.places.length);
  const outPerSecond = new Float64Array(topology.places.length);
  topology.edges.forEach(({ from, to }, i) => {
    const moves = lane.edgeRates[i] ?? 0;
    outPerSecond[from]! += moves;
    inPerSecond[to]! += moves;
  });
  return topology.places.map((place, i) => {
    const tasks = lane.occupancy[i] ?? 0;
    const mean = smoothed(lane.samples, `place.${place.name}`).at(-1) ?? NaN;
    const used = Number.isNaN(mean) ? tasks : mean;
    return {
      tasks,
      mean,
      fill: isGil(place) && !Number.isNaN(gilShare) ? gilShare : fillOf(place, used, lane),
      inPerSecond: place.kind === "done" ? completedPerSecond(lane) : inPerSecond[i]!,
      outPerSecond: outPerSecond[i]!,
    };
  });
}

function isGil({ kind, capacity }: Place): boolean {
  return kind === "gil" && capacity === undefined;
}

/** Cores limit what runs, the time it is held limits the GIL, a capacity everything else. */
function fillOf(place: Place, used: number, lane: LaneRun): number {
  if (isGil(place)) return lane.result?.gil.held ?? NaN;
  const limit = place.capacity ?? (place.kind === "run" ? lane.topology?.cores : undefined);
  return limit === undefined ? NaN : Math.max(0, Math.min(1, used / limit));
}

/** Moves per virtual second along a drawn edge, forwards and back. */
export function edgeNow(lane: LaneRun, edge: FlowEdge): { forward: number; backward: number } {
  if (lane.topology?.places[edge.to]?.kind === "done") {
    return { forward: completedPerSecond(lane), backward: 0 };
  }
  const sum = (indices: readonly number[]) =>
    indices.reduce((total, index) => total + (lane.edgeRates[index] ?? 0), 0);
  return { forward: sum(edge.forward), backward: sum(edge.backward) };
}

/** The flow in a sentence, for screen readers: the fullest places and what goes wrong. */
export function describeFlow(lane: LaneRun, topology: Topology): string {
  const now = placesNow(lane, topology);
  const places = topology.places.map((place, i) => ({ place, now: now[i]! }));
  const crowded = places
    .filter(({ place, now: { tasks } }) => tasks > 0 && place.group !== "end")
    .sort((a, b) => b.now.tasks - a.now.tasks)
    .slice(0, 3)
    .map(({ place, now: { tasks } }) => `${tasks} in ${place.label}`);
  const failing = places
    .filter(({ place, now: { inPerSecond } }) => place.kind === "failed" && inPerSecond > 0)
    .map(
      ({ place, now: { inPerSecond } }) => `${place.label} ${Math.round(inPerSecond)} per second`,
    );
  const parts = [...crowded, ...failing];
  return `Flow of lane ${lane.letter}: ${parts.length === 0 ? "no requests" : parts.join(", ")}.`;
}
