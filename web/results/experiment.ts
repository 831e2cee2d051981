/** The one experiment that tests an insight: more of what is used up. */
import type { ResourceUse } from "../../engine/api.ts";
import { type Json, joinPath, readPath } from "../state/document-path.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { bindingOf, isUsedUp } from "./insight.ts";

/** A change of one parameter that would show whether the insight is right. */
export interface Experiment {
  readonly label: string;
  readonly path: string;
  readonly value: number;
}

/** undefined where there is room or nothing fits. */
export function experimentFor(lane: LaneRun, document: unknown): Experiment | undefined {
  if (lane.status === "stopped" || lane.result === undefined) return undefined;
  const use = bindingOf(lane.result);
  if (use === undefined || !isUsedUp(use, lane.result)) return undefined;
  const runtime = `lanes[${lane.index}].runtime`;
  const twice = (path: string, unit: string): Experiment | undefined => {
    const value = readPath((document ?? null) as Json, path);
    if (typeof value !== "number") return undefined;
    return { label: `Try ${value * 2} ${unit}`, path, value: value * 2 };
  };
  const own = (path: string, unit: string): Experiment | undefined =>
    twice(`lanes[${lane.index}].overrides.${path}`, unit) ?? twice(path, unit);
  const cores = lane.topology?.cores ?? 1;
  const processes = lane.topology?.processes ?? 1;
  switch (use.kind) {
    case "cpu":
      return own("machine.cores", "cores");
    case "cpu-limit":
      return own("machine.cpus", "CPUs");
    case "gil":
    case "loop":
      if (processes >= cores) return own("machine.cores", "cores");
      return { label: `Try ${cores} processes`, path: `${runtime}.processes`, value: cores };
    case "threads":
      return twice(`${runtime}.threads`, "threads");
    case "carriers":
      return withoutPinning(`${runtime}.pinned`, document);
    case "lock":
      return undefined;
    case "pool":
      return own(`${joinPath("pools", poolOf(use))}.size`, "connections");
  }
}

const POOL = "waiting-pool:";

function poolOf({ place }: ResourceUse): string {
  return place.slice(POOL.length);
}

/** Carriers that compute are as many as there are cores; what uses them up otherwise is pinning. */
function withoutPinning(path: string, document: unknown): Experiment | undefined {
  const pinned = readPath((document ?? null) as Json, path);
  if (typeof pinned !== "number" || pinned === 0) return undefined;
  return { label: "Try nothing pinned", path, value: 0 };
}
