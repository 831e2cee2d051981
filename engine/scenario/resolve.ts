/**
 * Durations and steps with their units resolved and names turned into indices. Documents have been
 * validated: what cannot be right here is a bug and throws.
 */
import { log } from "../kernel/math.ts";
import { DEFAULTS } from "./defaults.ts";
import { NORMAL_P99 } from "./distribution-schema.ts";
import type { Distribution, SelectCase, Step } from "./model.ts";
import type { DurationDocument, StepDocument } from "./schema.ts";
import { durationNs, sizeBytes } from "./units.ts";

export function distribution(document: DurationDocument): Distribution {
  if (typeof document === "string") return { kind: "constant", ns: durationNs(document) };
  switch (document.dist) {
    case "exponential":
      return { kind: "exponential", meanNs: durationNs(document.mean) };
    case "uniform":
      return {
        kind: "uniform",
        minNs: durationNs(document.min),
        maxNs: durationNs(document.max),
      };
    case "normal":
      return {
        kind: "normal",
        meanNs: durationNs(document.mean),
        stddevNs: durationNs(document.stddev),
      };
    case "lognormal": {
      const meanNs = durationNs(document.mean);
      const sigma = document.sigma ?? sigmaOf(meanNs, durationNs(document.p99!));
      return { kind: "lognormal", meanNs, sigma };
    }
    case "gamma":
      return { kind: "gamma", meanNs: durationNs(document.mean), shape: document.shape };
    case "weibull":
      return { kind: "weibull", scaleNs: durationNs(document.scale), shape: document.shape };
    case "pareto":
      return {
        kind: "pareto",
        minNs: durationNs(document.min),
        shape: document.shape,
        maxNs: document.max === undefined ? Infinity : durationNs(document.max),
      };
    case "hyperexponential":
      return {
        kind: "hyperexponential",
        branches: document.branches.map(({ p, mean }) => ({ p, meanNs: durationNs(mean) })),
      };
    case "empirical":
      return {
        kind: "empirical",
        quantiles: document.quantiles.map(([p, at]) => [p, durationNs(at)] as const),
      };
  }
}

/**
 * ln(p99 / mean) = z sigma - sigma² / 2 has two roots; the smaller one is the bell that people
 * mean, the larger has its median far below and a monstrous tail.
 */
function sigmaOf(meanNs: number, p99Ns: number): number {
  const under = NORMAL_P99 * NORMAL_P99 - 2 * log(p99Ns / meanNs);
  return NORMAL_P99 - Math.sqrt(Math.max(0, under));
}

/** What steps refer to by name, in the order in which the lane model lists it. */
export interface Names {
  readonly pools: readonly string[];
  readonly locks: readonly string[];
  readonly channels: readonly string[];
  /** Counters of `atomic` steps, which need no declaration: found as steps are resolved. */
  readonly lines: string[];
  /** Pools of objects, found likewise. */
  readonly objectPools: { readonly name: string; readonly bytes: number }[];
}

export function program(steps: readonly StepDocument[], names: Names): readonly Step[] {
  return steps.map((step) => resolvedStep(step, names));
}

function resolvedStep(step: StepDocument, names: Names): Step {
  if ("cpu" in step) {
    return { kind: "cpu", demand: distribution(step.cpu), gil: step.gil ?? "held" };
  }
  if ("io" in step) return { kind: "io", wait: distribution(step.io) };
  if ("block" in step) return { kind: "block", wait: distribution(step.block) };
  if ("sleep" in step) return { kind: "sleep", wait: distribution(step.sleep) };
  if ("offload" in step) {
    return { kind: "offload", steps: program(step.offload, names), slow: step.slow ?? false };
  }
  if ("hold" in step) return memoryStep("hold", step.hold, step.pool, names);
  if ("alloc" in step) return memoryStep("alloc", step.alloc, step.pool, names);
  if ("fail" in step) return { kind: "fail", p: step.fail };
  if ("panic" in step) return { kind: "panic", p: step.panic };
  if ("spawn" in step) return { kind: "spawn", steps: program(step.spawn, names) };
  if ("choose" in step) {
    const branches = step.choose.map(({ p, steps }) => ({ p, steps: program(steps, names) }));
    return { kind: "choose", branches };
  }
  if ("acquire" in step) {
    return {
      kind: "acquire",
      pool: names.pools.indexOf(step.acquire),
      timeoutNs: step.timeout === undefined ? Infinity : durationNs(step.timeout),
      steps: program(step.steps, names),
    };
  }
  if ("atomic" in step) {
    if (!names.lines.includes(step.atomic)) names.lines.push(step.atomic);
    const line = names.lines.indexOf(step.atomic);
    return { kind: "atomic", line, ops: step.ops ?? DEFAULTS.ops };
  }
  if ("parallel" in step) return fanOut(step, names);
  if ("lock" in step || "rlock" in step || "wlock" in step) return inLock(step, names);
  return channelStep(step, names);
}

function inLock(step: LockDocument, names: Names): Step {
  return {
    kind: "lock",
    lock: names.locks.indexOf(lockName(step)),
    shared: "rlock" in step,
    steps: program(step.steps, names),
  };
}

type LockDocument = Extract<
  StepDocument,
  { lock: unknown } | { rlock: unknown } | { wlock: unknown }
>;

/** The name of the lock that a step takes. */
function lockName(step: LockDocument): string {
  if ("lock" in step) return step.lock;
  return "rlock" in step ? step.rlock : step.wlock;
}

function channelStep(
  step: Extract<StepDocument, { send: string } | { receive: string } | { close: string }> | Select,
  names: Names,
): Step {
  const { channels } = names;
  if ("send" in step) return { kind: "send", channel: channels.indexOf(step.send) };
  if ("receive" in step) return { kind: "receive", channel: channels.indexOf(step.receive) };
  if ("close" in step) return { kind: "close", channel: channels.indexOf(step.close) };
  const stepsOf = (steps: readonly StepDocument[] | undefined) => program(steps ?? [], names);
  const timeout = step.select.find((it) => "timeout" in it);
  return {
    kind: "select",
    cases: step.select.flatMap((it): SelectCase[] => {
      if ("timeout" in it) return [];
      const name = "send" in it ? it.send : it.receive;
      return [{ sends: "send" in it, channel: channels.indexOf(name), steps: stepsOf(it.steps) }];
    }),
    timeoutNs: timeout === undefined ? Infinity : durationNs(timeout.timeout),
    timeoutSteps: stepsOf(timeout?.steps),
    otherwise: step.default && stepsOf(step.default),
  };
}

type Select = Extract<StepDocument, { select: unknown }>;

function memoryStep(
  kind: "hold" | "alloc",
  size: string,
  pool: string | undefined,
  { objectPools }: Names,
): Step {
  const bytes = sizeBytes(size);
  if (pool === undefined) return { kind, bytes };
  const known = objectPools.findIndex(({ name }) => name === pool);
  if (known < 0) objectPools.push({ name: pool, bytes });
  return { kind, bytes, objectPool: known < 0 ? objectPools.length - 1 : known };
}

function fanOut(step: Extract<StepDocument, { parallel: unknown }>, names: Names): Step {
  const branches =
    "steps" in step
      ? sameBranches(step.parallel, program(step.steps, names))
      : step.parallel.map((branch) => program(branch, names));
  return { kind: "parallel", branches, wait: branchesToWaitFor(step.wait, branches.length) };
}

/** n times the same list: branches share it, so a fan-out of 1000 costs one program. */
function sameBranches(count: number, steps: readonly Step[]): readonly (readonly Step[])[] {
  return Array.from({ length: count }, () => steps);
}

function branchesToWaitFor(wait: "all" | "first" | number | undefined, branches: number): number {
  if (wait === undefined || wait === "all") return branches;
  return wait === "first" ? 1 : wait;
}
