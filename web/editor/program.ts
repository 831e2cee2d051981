/** A request program as rows of a list, and what it costs when nothing is in the way. */
import { isList, isObject, joinPath, readOnLane, type Json } from "../state/document-path.ts";
import { meanMs } from "./distribution.ts";

export const STEP_KINDS = [
  "cpu",
  "io",
  "block",
  "sleep",
  "offload",
  "acquire",
  "lock",
  "rlock",
  "wlock",
  "atomic",
  "parallel",
  "send",
  "receive",
  "close",
  "select",
  "spawn",
  "choose",
  "alloc",
  "hold",
  "fail",
  "panic",
] as const;
export type StepKind = (typeof STEP_KINDS)[number];

export interface StepRow {
  /** Path of the step in the document: `requests.order.steps[0]`. */
  readonly path: string;
  readonly kind: StepKind | undefined;
  /** How deep the step is nested; 0 at the top. */
  readonly depth: number;
  readonly step: Json;
}

export interface Unloaded {
  readonly cpuMs: number;
  readonly waitMs: number;
  /** False where branches run at the same time: their means do not add up to the mean. */
  readonly exact: boolean;
}

/** What a new step of each kind starts as. */
export const NEW_STEP: Readonly<Record<StepKind, Json>> = {
  cpu: { cpu: "1ms" },
  io: { io: "10ms" },
  block: { block: "5ms" },
  sleep: { sleep: "10ms" },
  offload: { offload: [{ cpu: "1ms" }] },
  acquire: { acquire: "db", steps: [{ io: "5ms" }] },
  lock: { lock: "orders", steps: [{ cpu: "1ms" }] },
  rlock: { rlock: "orders", steps: [{ cpu: "1ms" }] },
  wlock: { wlock: "orders", steps: [{ cpu: "1ms" }] },
  atomic: { atomic: "hits" },
  parallel: { parallel: [[{ io: "10ms" }], [{ io: "10ms" }]] },
  send: { send: "jobs" },
  receive: { receive: "jobs" },
  close: { close: "jobs" },
  select: { select: [{ receive: "jobs" }, { timeout: "50ms", steps: [{ fail: 1 }] }] },
  spawn: { spawn: [{ cpu: "1ms" }] },
  choose: {
    choose: [
      { p: 0.1, steps: [{ io: "50ms" }] },
      { p: 0.9, steps: [] },
    ],
  },
  alloc: { alloc: "64KiB" },
  hold: { hold: "1MiB" },
  fail: { fail: 0.01 },
  panic: { panic: 0.01 },
};

export function kindOf(step: Json): StepKind | undefined {
  if (!isObject(step)) return undefined;
  return STEP_KINDS.find((kind) => Object.hasOwn(step, kind));
}

/** All steps in reading order, nested ones after the step that contains them. */
export function stepRows(steps: Json | undefined, path: string, depth = 0): StepRow[] {
  if (!isList(steps)) return [];
  return steps.flatMap((step, index) => {
    const here = joinPath(path, index);
    const inner = innerLists(step).flatMap(([key, list]) => stepRows(list, here + key, depth + 1));
    return [{ path: here, kind: kindOf(step), depth, step }, ...inner];
  });
}

/** The program of a request class on a lane: the lane's own where it overrides it. */
export function programOn(document: unknown, lane: number, request: string): Json | undefined {
  return readOnLane(document, lane, `${joinPath("requests", request)}.steps`);
}

/** Mean time of one request on an idle machine; undefined where the program is not valid. */
export function unloaded(steps: Json | undefined): Unloaded | undefined {
  if (!isList(steps)) return undefined;
  let sum: Unloaded = { cpuMs: 0, waitMs: 0, exact: true };
  for (const step of steps) {
    const cost = stepCost(step);
    if (cost === undefined) return undefined;
    sum = plus(sum, cost, 1);
  }
  return sum;
}

/** The lists of steps inside a step, each with its path below the step. */
function innerLists(step: Json): (readonly [key: string, list: Json | undefined])[] {
  if (!isObject(step)) return [];
  const { offload, choose, parallel, spawn, select, steps } = step;
  if (isList(offload)) return [[".offload", offload]];
  if (isList(spawn)) return [[".spawn", spawn]];
  if (isList(select)) {
    const cases = select.map(
      (one, i) => [`.select[${i}].steps`, isObject(one) ? one["steps"] : undefined] as const,
    );
    return [...cases, [".default", step["default"]]];
  }
  if (isList(choose)) {
    return choose.map((branch, i) => [
      `.choose[${i}].steps`,
      isObject(branch) ? branch["steps"] : undefined,
    ]);
  }
  if (isList(parallel)) return parallel.map((branch, i) => [`.parallel[${i}]`, branch]);
  return steps === undefined ? [] : [[".steps", steps]];
}

function stepCost(step: Json): Unloaded | undefined {
  if (!isObject(step)) return undefined;
  const kind = kindOf(step);
  switch (kind) {
    case "cpu":
      return costOf(meanMs(step["cpu"]), 0);
    case "io":
    case "block":
    case "sleep":
      return costOf(0, meanMs(step[kind]));
    case "offload":
      return unloaded(step["offload"]);
    case "acquire":
    case "lock":
    case "rlock":
    case "wlock":
      return unloaded(step["steps"]);
    case "atomic":
    case "alloc":
    case "hold":
    case "fail":
    case "panic":
    case "spawn":
      return costOf(0, 0);
    case "send":
    case "receive":
    case "close":
    case "select":
      // How long it waits is up to others.
      return { cpuMs: 0, waitMs: 0, exact: false };
    case "choose":
      return chooseCost(step["choose"]);
    case "parallel":
      return parallelCost(step["parallel"], step["steps"]);
    case undefined:
      return undefined;
  }
}

function costOf(cpuMs: number | undefined, waitMs: number | undefined): Unloaded | undefined {
  if (cpuMs === undefined || waitMs === undefined) return undefined;
  return { cpuMs, waitMs, exact: true };
}

function plus(a: Unloaded, b: Unloaded, weight: number): Unloaded {
  return {
    cpuMs: a.cpuMs + b.cpuMs * weight,
    waitMs: a.waitMs + b.waitMs * weight,
    exact: a.exact && b.exact,
  };
}

function chooseCost(branches: Json | undefined): Unloaded | undefined {
  if (!isList(branches)) return undefined;
  let sum: Unloaded = { cpuMs: 0, waitMs: 0, exact: true };
  for (const branch of branches) {
    const part = isObject(branch) ? unloaded(branch["steps"]) : undefined;
    if (!isObject(branch) || part === undefined) return undefined;
    sum = plus(sum, part, Number(branch["p"]));
  }
  return sum;
}

/** CPU time adds up over branches; of the waiting, the longest branch counts. */
function parallelCost(branches: Json | undefined, steps: Json | undefined): Unloaded | undefined {
  if (typeof branches === "number") {
    const one = unloaded(steps);
    return one && { cpuMs: one.cpuMs * branches, waitMs: one.waitMs, exact: false };
  }
  if (!isList(branches)) return undefined;
  let sum: Unloaded = { cpuMs: 0, waitMs: 0, exact: false };
  for (const branch of branches) {
    const part = unloaded(branch);
    if (part === undefined) return undefined;
    sum = {
      cpuMs: sum.cpuMs + part.cpuMs,
      waitMs: Math.max(sum.waitMs, part.waitMs),
      exact: false,
    };
  }
  return sum;
}
