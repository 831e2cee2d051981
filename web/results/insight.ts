/**
 * The insight of a lane in words. The engine finds the bottleneck, with the arithmetic and the law;
 * this file adds the headline and the one experiment that tests the claim.
 */
import type { LaneResult, Place } from "../../engine/api.ts";
import { percent } from "../format.ts";
import type { Json } from "../state/document-path.ts";
import { readPath } from "../state/document-path.ts";
import type { LaneRun } from "../state/lane-run.ts";

export interface Insight {
  /** Subject, verb, one fact; the lane's letter first. */
  readonly title: string;
  readonly text: string;
  readonly law: string;
}

/** A change of one parameter that would show whether the insight is right. */
export interface Experiment {
  readonly label: string;
  readonly path: string;
  readonly value: number;
}

/** From here on a resource counts as used up. */
const USED_UP = 0.9;

export function insightOf(lane: LaneRun): Insight | undefined {
  const { result } = lane;
  if (result === undefined || result.measuredSeconds <= 0 || result.bottleneck.text === "") {
    return undefined;
  }
  return {
    title: headline(lane, result),
    text: result.bottleneck.text,
    law: lawTag(result.bottleneck.law),
  };
}

function headline(lane: LaneRun, result: LaneResult): string {
  const place = bottleneckPlace(lane, result);
  const cpu = result.cpu.utilization;
  const refused = result.requests.failed.rejected;
  if (place === undefined) return `${lane.letter} has room: nothing is used up.`;
  const name = resourceName(place);
  const used = usage(place, result);
  if (used < USED_UP) return `${lane.letter} has room: busiest part is ${name}, ${percent(used)}.`;
  if (place.kind === "run" || place.kind === "ready") return `${lane.letter} has run out of CPU.`;
  if (place.kind === "queue" || Number.isNaN(used)) {
    return refused > 0
      ? `${lane.letter} turns requests away at ${name}.`
      : `${lane.letter} waits most in ${name}.`;
  }
  const contrast = cpu < 0.7 ? ", not out of CPU" : "";
  return `${lane.letter} has run out of ${name.replace(/^the /, "")}${contrast}.`;
}

/** Share of the place that is in use; NaN where it has no limit. */
function usage(place: Place, result: LaneResult): number {
  if (place.kind === "run" || place.kind === "ready") return result.cpu.utilization;
  if (place.kind === "gil") return result.gil.held;
  const mean = result.places[place.name]?.mean ?? NaN;
  return place.capacity === undefined ? NaN : mean / place.capacity;
}

function resourceName(place: Place): string {
  if (place.kind === "run" || place.kind === "ready") return "the CPU";
  if (place.kind === "gil") return "GIL";
  return `the ${place.label}`;
}

function bottleneckPlace(lane: LaneRun, result: LaneResult): Place | undefined {
  return lane.topology?.places.find(({ name }) => name === result.bottleneck.place);
}

const LAW_NAMES: Readonly<Record<string, string>> = {
  utilisation: "utilisation law",
  utilization: "utilisation law",
  little: "Little’s law",
  bottleneck: "bottleneck law",
  amdahl: "Amdahl’s law",
  usl: "universal scalability law",
};

function lawTag(law: string): string {
  return LAW_NAMES[law.toLowerCase()] ?? law;
}

/** More of what is used up: one parameter, twice as large; undefined when nothing fits. */
export function experimentFor(lane: LaneRun, document: unknown): Experiment | undefined {
  const { result } = lane;
  const place = result && bottleneckPlace(lane, result);
  if (place === undefined || result === undefined) return undefined;
  const used = usage(place, result);
  if (used < USED_UP) return undefined;
  const at = (key: string) => `lanes[${lane.index}].runtime.${key}`;
  const read = (path: string) => readPath((document ?? null) as Json, path);
  const cores = lane.topology?.cores ?? 1;
  const processes = Number(read(at("processes")) ?? 1);
  const single = place.kind === "gil" || (lane.model === "event-loop" && cores > 1);
  if (single && processes < cores) {
    return { label: `Try ${cores} processes`, path: at("processes"), value: cores };
  }
  if (place.kind === "run" || place.kind === "ready") {
    const path = "machine.cores";
    return { label: `Try ${cores * 2} cores`, path, value: cores * 2 };
  }
  const threads = read(at("threads"));
  if (typeof threads === "number") {
    return { label: `Try ${threads * 2} threads`, path: at("threads"), value: threads * 2 };
  }
  return undefined;
}
