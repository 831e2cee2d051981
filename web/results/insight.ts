/**
 * The insight of a lane in words. The engine finds the bottleneck, with the arithmetic and the law;
 * this file adds the headline and the one experiment that tests the claim.
 */
import type { LaneResult } from "../../engine/api.ts";
import { THIN } from "../format.ts";
import { type Json, joinPath, readPath } from "../state/document-path.ts";
import type { LaneRun } from "../state/lane-run.ts";

export interface Insight {
  /** Subject, verb, one fact; the lane's letter first. */
  readonly title: string;
  readonly text: string;
  /** Empty where no law was needed. */
  readonly law: string;
}

/** A change of one parameter that would show whether the insight is right. */
export interface Experiment {
  readonly label: string;
  readonly path: string;
  readonly value: number;
}

/** From here on a resource counts as used up, in percent. */
const USED_UP = 90;
/** Below this the CPU is certainly not what is missing, as a share. */
const CPU_IDLE = 0.7;

/** undefined until something has been measured, or the lane has stopped. */
export function insightOf(lane: LaneRun): Insight | undefined {
  const { result } = lane;
  if (lane.status === "stopped" && lane.reason !== undefined)
    return stoppedInsight(lane.letter, lane.reason);
  if (result === undefined || result.measuredSeconds <= 0) return undefined;
  const { text, law } = result.bottleneck;
  const resource = resourceOf(result);
  const used = usedPercent(text);
  if (resource === undefined || used === undefined) {
    return { title: `Nothing limits ${lane.letter} so far.`, text, law };
  }
  if (used < USED_UP) {
    const title = `${lane.letter} has room: busiest is the ${resource.name}, at ${used}${THIN}%.`;
    return { title, text: withoutFirstSentence(text), law };
  }
  const isCpu = resource.kind === "cpu" || resource.kind === "limit";
  const contrast = !isCpu && result.cpu.utilization < CPU_IDLE;
  const beside = contrast ? ", not out of CPU" : "";
  return { title: `${lane.letter} has run out of ${resource.many}${beside}.`, text, law };
}

const DEADLOCK = "deadlock: ";

/** Why a lane goes no further says more than what limited it until then. */
function stoppedInsight(letter: string, reason: string): Insight {
  const isDeadlock = reason.startsWith(DEADLOCK);
  const text = isDeadlock ? reason.slice(DEADLOCK.length) : reason;
  return {
    title: isDeadlock ? `${letter} is in a deadlock.` : `${letter} has stopped.`,
    text: `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`,
    law: "",
  };
}

/** More of what is used up; undefined where there is room or nothing fits. */
export function experimentFor(lane: LaneRun, document: unknown): Experiment | undefined {
  const { result } = lane;
  if (lane.status === "stopped") return undefined;
  const resource = result && resourceOf(result);
  const used = result && usedPercent(result.bottleneck.text);
  if (resource === undefined || used === undefined || used < USED_UP) return undefined;
  const runtime = `lanes[${lane.index}].runtime`;
  const twice = (path: string, unit: string): Experiment | undefined => {
    const value = readPath((document ?? null) as Json, path);
    if (typeof value !== "number") return undefined;
    return { label: `Try ${value * 2} ${unit}`, path, value: value * 2 };
  };
  const cores = lane.topology?.cores ?? 1;
  const processes = lane.topology?.processes ?? 1;
  switch (resource.kind) {
    case "cpu":
      return twice("machine.cores", "cores");
    case "limit":
      return (
        twice(`lanes[${lane.index}].overrides.machine.cpus`, "CPUs") ??
        twice("machine.cpus", "CPUs")
      );
    case "gil":
    case "loop":
      if (processes >= cores) return twice("machine.cores", "cores");
      return { label: `Try ${cores} processes`, path: `${runtime}.processes`, value: cores };
    case "threads":
      return twice(`${runtime}.threads`, "threads");
    case "carriers":
      return withoutPinning(`${runtime}.pinned`, document);
    case "lock":
      return undefined;
    case "pool":
      return twice(`${joinPath("pools", resource.pool)}.size`, "connections");
  }
}

/** Carriers that compute are as many as there are cores; what uses them up otherwise is pinning. */
function withoutPinning(path: string, document: unknown): Experiment | undefined {
  const pinned = readPath((document ?? null) as Json, path);
  if (typeof pinned !== "number" || pinned === 0) return undefined;
  return { label: "Try nothing pinned", path, value: 0 };
}

interface Resource {
  readonly kind: "cpu" | "limit" | "gil" | "threads" | "loop" | "carriers" | "lock" | "pool";
  /** After "the". */
  readonly name: string;
  /** After "has run out of". */
  readonly many: string;
  /** Name of the pool; empty for others. */
  readonly pool: string;
}

/** What the engine's bottleneck place stands for. */
function resourceOf(result: LaneResult): Resource | undefined {
  const { place } = result.bottleneck;
  const { limit } = result.cpu;
  if (place === "running" && limit !== undefined && limit.utilization > result.cpu.utilization) {
    return { kind: "limit", name: "CPU limit", many: "its CPU quota", pool: "" };
  }
  if (place === "running") return { kind: "cpu", name: "CPU", many: "CPU", pool: "" };
  if (place === "waiting-gil") return { kind: "gil", name: "GIL", many: "GIL", pool: "" };
  if (place === "runnable") {
    return { kind: "loop", name: "event loop", many: "event loop", pool: "" };
  }
  if (place === "worker-queue") {
    return { kind: "threads", name: "thread pool", many: "threads", pool: "" };
  }
  if (place === "submission-queue") {
    return { kind: "carriers", name: "carrier pool", many: "carriers", pool: "" };
  }
  if (place.startsWith("waiting-lock:")) {
    const lock = `lock ${place.slice("waiting-lock:".length)}`;
    return { kind: "lock", name: lock, many: lock, pool: "" };
  }
  const pool = place.startsWith("waiting-pool:") ? place.slice("waiting-pool:".length) : undefined;
  if (pool === undefined) return undefined;
  return { kind: "pool", name: `pool ${pool}`, many: `pool ${pool}`, pool };
}

/** The engine's text names the share in use as its first percentage. */
function usedPercent(text: string): number | undefined {
  const match = /(\d+) %/.exec(text);
  return match === null ? undefined : Number(match[1]);
}

function withoutFirstSentence(text: string): string {
  const end = text.indexOf(". ");
  return end < 0 ? text : text.slice(end + 2);
}
