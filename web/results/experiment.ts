/**
 * The one experiment that tests an insight: more of what is used up, or of what there is room for;
 * less time under a lock, of which there is one.
 */
import type { ResourceUse } from "../../engine/api.ts";
import { durationText } from "../editor/distribution.ts";
import { rate, spaced } from "../format.ts";
import { NOBODY, bindingOf, fullWithin } from "../state/binding.ts";
import { type Json, isObject, joinPath, readPath, textOf } from "../state/document-path.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { asksForNoMore } from "./insight-room.ts";
import { FAILING } from "./insight-words.ts";
import { hasRunOutOfMemory, isUsedUp } from "./insight.ts";
import { longestUnder } from "./time-under-lock.ts";

/** A change of one parameter that would show whether the insight is right. */
export interface Experiment {
  readonly label: string;
  readonly path: string;
  readonly value: number | string;
}

/** undefined where nothing fits that is one number of the document. */
export function experimentFor(lane: LaneRun, document: unknown): Experiment | undefined {
  const { result, status } = lane;
  if (status === "stopped" || result === undefined) return undefined;
  const values = new Values(document, lane.index);
  if (hasRunOutOfMemory(result)) return moreMemory(values);
  const use = bindingOf(result);
  if (use === undefined) return undefined;
  // More load on a lane that loses requests would only lose more of them.
  if (!isUsedUp(use, result)) return result.errorRate < FAILING ? moreLoad(values) : undefined;
  const { bounds } = result;
  const few = use.waiting < NOBODY && bounds !== undefined && asksForNoMore(bounds, result);
  if (few) return moreLoad(values);
  // One thread per process that is always busy keeps its GIL as busy.
  const isOfGil = use.kind === "threads" && fullWithin(use, result)?.kind === "gil";
  return moreOf(isOfGil ? { ...use, kind: "gil" } : use, lane, values);
}

/** The numbers of a document, as they hold on a lane. */
class Values {
  readonly document: Json;
  readonly runtime: string;
  readonly lane: number;

  constructor(document: unknown, lane: number) {
    this.document = (document ?? null) as Json;
    this.lane = lane;
    this.runtime = `lanes[${lane}].runtime`;
  }

  /** Twice what stands at `path`; undefined where no number does. */
  twice(path: string, label: (value: number) => string): Experiment | undefined {
    const value = readPath(this.document, path);
    if (typeof value !== "number" || value <= 0) return undefined;
    return { label: `Try ${label(value * 2)}`, path, value: value * 2 };
  }

  /** The same for what the lane may override. */
  own(path: string, label: (value: number) => string): Experiment | undefined {
    return this.twice(`lanes[${this.lane}].overrides.${path}`, label) ?? this.twice(path, label);
  }
}

function moreOf(use: ResourceUse, lane: LaneRun, values: Values): Experiment | undefined {
  const cores = lane.topology?.cores ?? 1;
  const processes = lane.topology?.processes ?? 1;
  const { runtime } = values;
  const each = processes === 1 ? "" : " per process";
  switch (use.kind) {
    case "cpu":
      return values.own("machine.cores", (value) => `${value} cores`);
    case "cpu-limit":
      return values.own("machine.cpus", (value) => `${value} CPUs`);
    case "gil":
    case "loop":
      if (processes >= cores) return values.own("machine.cores", (value) => `${value} cores`);
      return { label: `Try ${cores} processes`, path: `${runtime}.processes`, value: cores };
    case "threads":
      return values.twice(`${runtime}.threads`, (value) => `${value} threads${each}`);
    case "executor":
      return moreExecutors(use.units / processes, values);
    case "carriers":
      return withoutPinning(values);
    case "lock":
      return lessUnder(use.place.slice(LOCK.length), values);
    case "pool": {
      const pool = joinPath("pools", use.place.slice(POOL.length));
      return values.own(`${pool}.size`, (value) => `${value} connections`);
    }
  }
}

const POOL = "waiting-pool:";
const LOCK = "waiting-lock:";

/** A lock cannot be doubled; what is done while one holds it can be made shorter. */
function lessUnder(lock: string, { document, lane }: Values): Experiment | undefined {
  const longest = longestUnder(lock, document, lane);
  if (longest === undefined) return undefined;
  const value = durationText(longest.ms / 2);
  const shown = spaced(value).replace("us", "µs");
  return { label: `Try ${shown} under ${lock}`, path: longest.path, value };
}

/** `now`: executors of each process, which may be the profile's own. */
function moreExecutors(now: number, { document, runtime }: Values): Experiment {
  const executor = readPath(document, `${runtime}.executor`);
  const [kind = "threads"] = isObject(executor) ? Object.keys(executor) : [];
  const value = Math.round(now) * 2;
  return { label: `Try ${value} executors`, path: `${runtime}.executor.${kind}`, value };
}

/** Carriers that compute are as many as there are cores; what uses them up otherwise is pinning. */
function withoutPinning({ document, runtime }: Values): Experiment | undefined {
  const path = `${runtime}.pinned`;
  const pinned = readPath(document, path);
  if (typeof pinned !== "number" || pinned === 0) return undefined;
  return { label: "Try nothing pinned", path, value: 0 };
}

function moreMemory({ document }: Values): Experiment | undefined {
  const path = "machine.memory";
  const [, figure, unit = ""] =
    /^([\d.]+)\s*([KMG]iB)$/.exec(textOf(readPath(document, path))) ?? [];
  if (figure === undefined) return undefined;
  const value = `${Number(figure) * 2}${unit}`;
  return { label: `Try ${value.replace(unit, ` ${unit}`)}`, path, value };
}

/** Where there is room: twice the rate, or twice the users, of a load that stays as it is. */
function moreLoad(values: Values): Experiment | undefined {
  const loads = readPath(values.document, "load");
  const [name, ...others] = isObject(loads) ? Object.keys(loads) : [];
  if (name === undefined || others.length > 0) return undefined;
  const load = joinPath("load", name);
  return values.own(`${load}.rate`, rate) ?? values.own(`${load}.vus`, (users) => `${users} users`);
}
