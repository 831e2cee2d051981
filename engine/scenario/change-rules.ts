/**
 * Which changes a running lane can follow, judged by its model before and after: what is built once
 * (programs, places, the way connections are accepted) stays as it was built.
 */
import { acceptingOf } from "../runtimes/threads-flow.ts";
import { compileProgram, type Instruction } from "../workload/program.ts";
import type { LaneModel, Runtime } from "./model.ts";

/** Undefined when a lane of model `before` can go on by model `after`; else why not. */
export function changeProblem(before: LaneModel, after: LaneModel): string | undefined {
  for (const [i, { name, steps }] of before.classes.entries()) {
    if (hasSameShape(compileProgram(steps), compileProgram(after.classes[i]!.steps))) continue;
    return `requests under way would lose their place in "${name}": steps may change what they say, not what they are`;
  }
  if (JSON.stringify(before.objectPools) !== JSON.stringify(after.objectPools)) {
    return "objects in a pool keep their size: set it for the whole run";
  }
  if ((before.machine.cpus === undefined) !== (after.machine.cpus === undefined)) {
    return "machine.cpus: a CPU limit may change, but not come to be: set one from the start";
  }
  return (
    pinningProblem(before.runtime, after.runtime) ?? runtimeProblem(before.runtime, after.runtime)
  );
}

function pinningProblem(before: Runtime, after: Runtime): string | undefined {
  if (before.model !== "virtual-threads" || after.model !== "virtual-threads") return undefined;
  return before.pinned > 0 === after.pinned > 0
    ? undefined
    : "pinned: a share may change, but not come to be or vanish: expected more than 0 from the start";
}

/** Instruction by instruction the same thing; how long, how much and how likely may differ. */
function hasSameShape(a: readonly Instruction[], b: readonly Instruction[]): boolean {
  return a.length === b.length && a.every((one, i) => shapeOf(one) === shapeOf(b[i]!));
}

function shapeOf({ op, path, index, targets, operations }: Instruction): string {
  return [op, path, index, targets.join(), operations.join()].join(";");
}

function runtimeProblem(before: Runtime, after: Runtime): string | undefined {
  if (before.model !== "threads" || after.model !== "threads") return undefined;
  if (typeof before.threads !== typeof after.threads || isPolicyChanged(before, after)) {
    return `threads: a pool may grow and shrink, but "${before.threads}" does not become "${after.threads}"`;
  }
  return acceptingOf(before) === acceptingOf(after)
    ? undefined
    : "threads: a single worker accepts by itself, several have a main thread for that: expected at least 2 before and after";
}

function isPolicyChanged(
  before: Extract<Runtime, { model: "threads" }>,
  after: Extract<Runtime, { model: "threads" }>,
): boolean {
  return typeof before.threads === "string" && before.threads !== after.threads;
}
