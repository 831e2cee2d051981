/**
 * Rules that span several parts of a document whose parts are right in themselves: names that are
 * referred to exist, times fit into each other, steps are few and not nested too deeply.
 */
import type { Problem } from "../api.ts";
import { DEFAULTS } from "./defaults.ts";
import { didYouMean, show } from "./fields.ts";
import { pathText } from "./plain-data.ts";
import { metricProblem } from "./result-paths.ts";
import type { RuntimeDocument, Scenario, StepDocument } from "./schema.ts";
import { STEPS_MAX } from "./step-schema.ts";
import { durationNs, sizeBytes } from "./units.ts";

type Path = readonly (string | number)[];
type Report = (path: Path, message: string) => void;

const NESTING_MAX = 8;
const OBJECT_POOLS_MAX = 16;
/** Each is a place of its own, and a lane has room for 64 places. */
const QUEUES_MAX = 40;

export function ruleProblems(scenario: Scenario): readonly Problem[] {
  const problems: Problem[] = [];
  const report: Report = (path, message) => problems.push({ path: pathText(path), message });
  checkTimes(scenario, report);
  checkPrograms(scenario, report);
  checkLoads(scenario, report);
  checkLanes(scenario, report);
  checkClaims(scenario, report);
  return problems;
}

function checkTimes(scenario: Scenario, report: Report): void {
  const { duration, warmup } = scenario;
  if (warmup !== undefined && durationNs(warmup) >= durationNs(duration)) {
    report(
      ["warmup"],
      `expected a duration below that of the run ("${duration}"), got "${warmup}"`,
    );
  }
  for (const [name, load] of Object.entries(scenario.load)) {
    if (load.start !== undefined && durationNs(load.start) >= durationNs(duration)) {
      report(
        ["load", name, "start"],
        `expected a duration below that of the run ("${duration}"), got "${load.start}"`,
      );
    }
  }
}

function checkPrograms(scenario: Scenario, report: Report): void {
  const pools = Object.keys(scenario.pools ?? {});
  const locks = Object.keys(scenario.locks ?? {});
  const channels = Object.keys(scenario.channels ?? {});
  const queues = pools.length + locks.length + channels.length;
  if (queues > QUEUES_MAX) {
    const all = "pools, locks and channels";
    report([], `expected at most ${QUEUES_MAX} ${all} in all, got ${queues}`);
  }
  const objects = new ObjectPoolRule();
  let count = 0;
  for (const [name, { steps }] of Object.entries(scenario.requests)) {
    walkSteps(steps, ["requests", name, "steps"], (step, path, depth) => {
      count++;
      objects.check(step, path, report);
      if (depth === NESTING_MAX + 1) {
        report(path, `expected steps nested at most ${NESTING_MAX} deep`);
      }
      if ("acquire" in step && !pools.includes(step.acquire)) {
        report([...path, "acquire"], missingName(step.acquire, "pool", "pools", pools));
      }
      const lock = lockOf(step);
      if (lock !== undefined && !locks.includes(lock.name)) {
        report([...path, lock.key], missingName(lock.name, "lock", "locks", locks));
      }
      for (const [channel, below] of channelsOf(step)) {
        if (channels.includes(channel)) continue;
        report([...path, ...below], missingName(channel, "channel", "channels", channels));
      }
    });
  }
  if (count > STEPS_MAX)
    report(["requests"], `expected at most ${STEPS_MAX} steps in all, got ${count}`);
}

/** Pools of objects need no declaration; what is taken from one has one size. */
class ObjectPoolRule {
  private readonly sizes = new Map<string, string>();

  check(step: StepDocument, path: Path, report: Report): void {
    if (!("hold" in step || "alloc" in step) || step.pool === undefined) return;
    const size = "hold" in step ? step.hold : step.alloc;
    const known = this.sizes.get(step.pool) ?? size;
    this.sizes.set(step.pool, known);
    if (sizeBytes(known) !== sizeBytes(size)) {
      const message = `expected objects of "${known}" as elsewhere in pool ${show(step.pool)}`;
      report([...path, "hold" in step ? "hold" : "alloc"], `${message}, got "${size}"`);
    } else if (this.sizes.size > OBJECT_POOLS_MAX) {
      report([...path, "pool"], `expected at most ${OBJECT_POOLS_MAX} pools of objects`);
    }
  }
}

/** The channels a step itself refers to, each with its path below the step. */
function channelsOf(step: StepDocument): readonly (readonly [string, Path])[] {
  if ("send" in step) return [[step.send, ["send"]]];
  if ("receive" in step) return [[step.receive, ["receive"]]];
  if ("close" in step) return [[step.close, ["close"]]];
  if (!("select" in step)) return [];
  return step.select.flatMap((it, i): (readonly [string, Path])[] => {
    if ("send" in it) return [[it.send, ["select", i, "send"]]];
    return "receive" in it ? [[it.receive, ["select", i, "receive"]]] : [];
  });
}

function lockOf(step: StepDocument): { readonly key: string; readonly name: string } | undefined {
  if ("lock" in step) return { key: "lock", name: step.lock };
  if ("rlock" in step) return { key: "rlock", name: step.rlock };
  return "wlock" in step ? { key: "wlock", name: step.wlock } : undefined;
}

type Visit = (step: StepDocument, path: Path, depth: number) => void;

function walkSteps(steps: readonly StepDocument[], path: Path, visit: Visit, depth = 1): void {
  steps.forEach((step, index) => {
    const here = [...path, index];
    visit(step, here, depth);
    for (const [below, inner] of innerSteps(step)) {
      walkSteps(inner, [...here, ...below], visit, depth + 1);
    }
  });
}

/** The lists of steps inside a step, each with its path below the step. */
function innerSteps(step: StepDocument): readonly (readonly [Path, readonly StepDocument[]])[] {
  if ("offload" in step) return [[["offload"], step.offload]];
  if ("spawn" in step) return [[["spawn"], step.spawn]];
  if ("select" in step) {
    const cases = step.select.map(({ steps }, i): readonly [Path, readonly StepDocument[]] => [
      ["select", i, "steps"],
      steps ?? [],
    ]);
    return [...cases, [["default"], step.default ?? []]];
  }
  if ("choose" in step) {
    return step.choose.map((branch, i) => [["choose", i, "steps"], branch.steps] as const);
  }
  if ("parallel" in step && Array.isArray(step.parallel)) {
    return step.parallel.map((branch, i) => [["parallel", i], branch] as const);
  }
  return "steps" in step ? [[["steps"], step.steps]] : [];
}

function missingName(name: string, what: string, where: string, known: readonly string[]): string {
  if (known.length === 0) return `there is no ${what} ${show(name)}: add it to "${where}"`;
  const listed = known.map((one) => `"${one}"`).join(", ");
  return `there is no ${what} ${show(name)}; there is ${listed}${didYouMean(name, known)}`;
}

function checkLoads(scenario: Scenario, report: Report): void {
  const classes = Object.keys(scenario.requests);
  for (const [name, { request }] of Object.entries(scenario.load)) {
    if (request === undefined && classes.length > 1) {
      const listed = classes.map((one) => `"${one}"`).join(", ");
      report(
        ["load", name, "request"],
        `expected one of the request classes ${listed}, got nothing`,
      );
    }
    if (request !== undefined && !classes.includes(request)) {
      report(["load", name, "request"], missingName(request, "request class", "requests", classes));
    }
  }
}

function checkLanes(scenario: Scenario, report: Report): void {
  const names = scenario.lanes.map((lane) => lane.name);
  scenario.lanes.forEach((lane, index) => {
    if (names.indexOf(lane.name) !== index) {
      report(["lanes", index, "name"], `expected a name of its own, got ${show(lane.name)} again`);
    }
    checkReusePort(lane.runtime, ["lanes", index, "runtime"], report);
    checkWorkers(lane.runtime, ["lanes", index, "runtime"], report);
    checkHeap(lane.runtime, ["lanes", index, "runtime"], report);
  });
}

/** Only the JVM has a choice of collectors, and only it and V8 have a limit of the heap. */
function checkHeap(runtime: RuntimeDocument, path: Path, report: Report): void {
  const profile = runtime.profile ?? DEFAULTS.profile[runtime.model];
  if (runtime.model === "goroutines") {
    for (const key of ["gogc", "memoryLimit"] as const) {
      if (runtime[key] === undefined || profile !== "neutral") continue;
      report([...path, key], 'expected a profile with a collector ("go"), got "neutral"');
    }
    return;
  }
  const isJvm = profile.startsWith("jvm-") || profile === "netty";
  if (runtime.collector !== undefined && !isJvm) {
    const message = `expected a profile of the JVM beside a collector, got "${profile}"`;
    report([...path, "collector"], message);
  }
  if (runtime.heapLimit !== undefined && !isJvm && profile !== "node-20") {
    const message = `expected a profile whose heap has a limit (the JVM's, node-20), got "${profile}"`;
    report([...path, "heapLimit"], message);
  }
}

/** Node 20 cannot share a port so: its cluster's primary listens for all. */
function checkReusePort(runtime: RuntimeDocument, path: Path, report: Report): void {
  if (runtime.reusePort !== true || runtime.profile !== "node-20") return;
  report([...path, "reusePort"], 'expected a profile other than "node-20", whose primary listens');
}

/** Threads with a heap of their own are measured for Node alone. */
function checkWorkers(
  runtime: Scenario["lanes"][number]["runtime"],
  path: Path,
  report: Report,
): void {
  if (runtime.model !== "event-loop" || runtime.executor?.workers === undefined) return;
  const { profile = "neutral" } = runtime;
  if (profile === "node-20" || profile === "neutral") return;
  report(
    [...path, "executor", "workers"],
    `expected profile "node-20" or "neutral" with worker threads, got "${profile}"`,
  );
}

function checkClaims(scenario: Scenario, report: Report): void {
  const lanes = scenario.lanes.map((lane) => lane.name);
  const classes = Object.keys(scenario.requests);
  scenario.claims?.forEach((claim, index) => {
    if (claim.lane !== undefined && !lanes.includes(claim.lane)) {
      report(["claims", index, "lane"], missingName(claim.lane, "lane", "lanes", lanes));
    }
    const message = metricProblem(claim.metric, classes);
    if (message !== undefined) report(["claims", index, "metric"], message);
  });
}
