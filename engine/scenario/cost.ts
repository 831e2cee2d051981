/**
 * What a lane would cost to compute, estimated before anything runs, so that a document cannot keep
 * a browser busy for days. The estimate is an upper bound of the requests a lane will start, as far
 * as they can be foreseen: open loads say so themselves, users are bounded by how long a request
 * takes at least and by the CPU time there is.
 */
import { meanOf } from "../kernel/distribution.ts";
import { PROFILES } from "../runtimes/profiles/index.ts";
import { chunksOf } from "../workload/atomics.ts";
import { boundedByPartners } from "./channel-cost.ts";
import { usersMax } from "./lane-model.ts";
import type { Distribution, LaneModel, Load, Ramp, Runtime, Step } from "./model.ts";

const REQUESTS_MAX = 200e6;
/** Steps of all requests together. */
const STEPS_MAX = 2e9;
/** Steps of one request, every branch of a fan-out counted. */
const STEPS_PER_REQUEST_MAX = 100_000;
/** Users times the widest fan-out of their request: tasks that may exist at once. */
const TASKS_MAX = 20e6;
/** Threads over all processes of a lane. */
const THREADS_MAX = 1e6;

export interface Excess {
  /** The part of the document to change. */
  readonly part: "load" | "requests" | "runtime";
  readonly message: string;
}

/** Undefined when the lane can be computed in bearable time and memory. */
export function costProblem(lane: LaneModel): Excess | undefined {
  const threads = threadsOf(lane.runtime);
  if (threads > THREADS_MAX) {
    const message = limit("would need", "threads over all processes", {
      estimate: threads,
      most: THREADS_MAX,
      remedy: "lower the processes or their threads",
    });
    return { part: "runtime", message };
  }
  const demands = lane.classes.map(({ steps }) => demandOf(steps, channelNsOf(lane.runtime)));
  const widest = demands.findIndex(({ steps }) => steps > STEPS_PER_REQUEST_MAX);
  if (widest >= 0) {
    const message = limit(`one request of "${lane.classes[widest]!.name}" would take`, "steps", {
      estimate: demands[widest]!.steps,
      most: STEPS_PER_REQUEST_MAX,
      remedy: "fan out less",
    });
    return { part: "requests", message };
  }
  const message = loadProblem(lane, demands);
  return message === undefined ? undefined : { part: "load", message };
}

function loadProblem(lane: LaneModel, demands: readonly Demand[]): string | undefined {
  const total = { requests: 0, steps: 0, tasks: 0 };
  const counts = boundedByPartners(
    lane,
    lane.loads.map((load) => requestsOf(load, lane, demands[load.class]!)),
    sum(lane.loads.map((load) => usersMax(load.executor))),
  );
  for (const [i, load] of lane.loads.entries()) {
    const demand = demands[load.class]!;
    const count = counts[i]!;
    total.requests += count;
    total.steps += count * Math.max(1, demand.steps);
    total.tasks += usersMax(load.executor) * demand.width;
  }
  const remedy = "lower the rate, the users or the duration";
  const limits = [
    ["would cost", "requests", total.requests, REQUESTS_MAX],
    ["would cost", "steps", total.steps, STEPS_MAX],
    ["would need", "tasks at once", total.tasks, TASKS_MAX],
  ] as const;
  const over = limits.find(([, , estimate, most]) => !(estimate <= most));
  if (over === undefined) return undefined;
  const [would, what, estimate, most] = over;
  return limit(would, what, { estimate, most, remedy });
}

function threadsOf(runtime: Runtime): number {
  switch (runtime.model) {
    case "threads":
      return runtime.processes * (typeof runtime.threads === "number" ? runtime.threads : 1);
    case "event-loop":
      return runtime.processes * (runtime.loops + runtime.executors);
    case "goroutines":
      return runtime.processes * runtime.gomaxprocs;
    case "virtual-threads":
      return runtime.processes * runtime.parallelism;
  }
}

function limit(
  would: string,
  what: string,
  of: { readonly estimate: number; readonly most: number; readonly remedy: string },
): string {
  const amount = Number.isFinite(of.estimate) ? `about ${rounded(of.estimate)}` : "endless";
  return `${would} ${amount} ${what}; the limit is ${of.most}: ${of.remedy}`;
}

/** Two digits are enough for an estimate. */
function rounded(value: number): number {
  return Number(value.toPrecision(2));
}

// ---- Requests of a load -------------------------------------------------------------------------

function requestsOf(load: Load, lane: LaneModel, demand: Demand): number {
  const spanNs = Math.min(load.durationNs, lane.durationNs - load.startNs);
  const { executor, timeoutNs } = load;
  const within = { lane, spanNs, demand, timeoutNs };
  switch (executor.kind) {
    case "constant-arrival-rate":
      return (executor.rate * spanNs) / 1e9;
    case "ramping-arrival-rate":
      return rampArea(executor.ramp, spanNs) / 1e9;
    case "constant-vus":
      return loops(executor.vus * spanNs, executor.thinkTime, within);
    case "ramping-vus":
      return loops(rampArea(executor.ramp, spanNs), executor.thinkTime, within);
    case "trace":
      return executor.timesNs.length;
    case "trace-rates":
      return ratesArea(executor.rates, spanNs) / 1e9;
  }
}

interface LoopLength {
  readonly demand: Demand;
  readonly timeoutNs: number;
}

/** Requests of users who together are there for `userNs`. */
function loops(
  userNs: number,
  thinkTime: Distribution,
  within: { readonly lane: LaneModel; readonly spanNs: number } & LoopLength,
): number {
  const { lane, spanNs, demand, timeoutNs } = within;
  const byUsers = userNs / (meanOf(thinkTime) + Math.min(demand.elapsedNs, timeoutNs));
  // Users who give up come back without having had their CPU time.
  if (timeoutNs < Infinity) return byUsers;
  const { cores, cpus = cores } = lane.machine;
  return Math.min(byUsers, (Math.min(cores, cpus) * spanNs) / demand.cpuNs);
}

/** Integral of a ramp over time: its last target holds to the end. */
function rampArea(ramp: Ramp, spanNs: number): number {
  let area = 0;
  let level = ramp.from;
  let restNs = spanNs;
  for (const stage of ramp.stages) {
    const ns = Math.min(stage.durationNs, restNs);
    const reached =
      stage.durationNs === 0
        ? stage.target
        : level + ((stage.target - level) * ns) / stage.durationNs;
    area += ((level + reached) / 2) * ns;
    restNs -= ns;
    level = reached;
  }
  return area + level * restNs;
}

function ratesArea(rates: readonly (readonly [number, number])[], spanNs: number): number {
  let area = 0;
  for (let i = 1; i < rates.length; i++) {
    const [from, before] = rates[i - 1]!;
    const [to, after] = rates[i]!;
    if (from < spanNs) area += ((before + after) / 2) * (to - from);
  }
  return area;
}

// ---- Demand of a request ------------------------------------------------------------------------

/** Means of one request; the counts are what it takes at most. */
interface Demand {
  /** Steps, every branch counted. */
  readonly steps: number;
  /** Tasks at once. */
  readonly width: number;
  readonly cpuNs: number;
  /** From start to end when it never waits for anything. */
  readonly elapsedNs: number;
}

function demandOf(steps: readonly Step[], channelNs: number): Demand {
  let [count, width, cpuNs, elapsedNs] = [0, 1, 0, 0];
  let spawned = 0; // tasks that outlive the step that starts them
  let survivors = 1; // share of the requests that no step has failed so far
  for (const step of steps) {
    const demand = stepDemand(step, channelNs);
    count += demand.steps;
    if (step.kind === "spawn") spawned += demand.width;
    else width = Math.max(width, demand.width);
    cpuNs += survivors * demand.cpuNs;
    elapsedNs += survivors * demand.elapsedNs;
    if (step.kind === "fail" || step.kind === "panic") survivors *= 1 - step.p;
  }
  return { steps: count, width: width + spawned, cpuNs, elapsedNs };
}

/** What an operation on a channel takes at least. */
function channelNsOf({ profile, costs }: Runtime): number {
  return costs["channel"] ?? PROFILES[profile].costs.channel.value;
}

function stepDemand(step: Step, channelNs: number): Demand {
  switch (step.kind) {
    case "cpu": {
      const ns = meanOf(step.demand);
      return { steps: 1, width: 1, cpuNs: ns, elapsedNs: ns };
    }
    case "io":
    case "block":
    case "sleep":
      return { steps: 1, width: 1, cpuNs: 0, elapsedNs: meanOf(step.wait) };
    case "atomic":
      return { steps: chunksOf(step.ops), width: 1, cpuNs: 0, elapsedNs: 0 };
    case "offload":
    case "lock":
    case "acquire":
      return oneMore(demandOf(step.steps, channelNs));
    case "choose":
      return oneMore(chosen(step, channelNs));
    case "parallel":
      return oneMore(fannedOut(step, channelNs));
    case "send":
    case "receive":
    case "close":
      return { steps: 1, width: 1, cpuNs: channelNs, elapsedNs: channelNs };
    case "select":
      return oneMore(selected(step, channelNs));
    case "spawn":
      // Its processor time may come after the end of the request.
      return { ...oneMore(demandOf(step.steps, channelNs)), cpuNs: 0, elapsedNs: 0 };
    case "hold":
    case "alloc":
    case "fail":
    case "panic":
      return { steps: 1, width: 1, cpuNs: 0, elapsedNs: 0 };
  }
}

function oneMore(demand: Demand): Demand {
  return { ...demand, steps: demand.steps + 1 };
}

/** Any case may be the one that is always ready; looking at it costs as much as using it. */
function selected(step: Extract<Step, { kind: "select" }>, channelNs: number): Demand {
  const { cases, timeoutSteps, timeoutNs, otherwise } = step;
  const ways = cases.map(({ steps }) => demandOf(steps, channelNs));
  if (timeoutNs < Infinity) ways.push(demandOf(timeoutSteps, channelNs));
  if (otherwise !== undefined) ways.push(demandOf(otherwise, channelNs));
  return {
    steps: Math.max(...ways.map(({ steps }) => steps)),
    width: Math.max(...ways.map(({ width }) => width)),
    cpuNs: channelNs + Math.min(...ways.map(({ cpuNs }) => cpuNs)),
    elapsedNs: channelNs + Math.min(...ways.map(({ elapsedNs }) => elapsedNs)),
  };
}

function chosen(step: Extract<Step, { kind: "choose" }>, channelNs: number): Demand {
  const branches = step.branches.map(({ p, steps }) => ({ p, demand: demandOf(steps, channelNs) }));
  return {
    steps: Math.max(0, ...branches.map(({ demand }) => demand.steps)),
    width: Math.max(1, ...branches.map(({ demand }) => demand.width)),
    cpuNs: sum(branches.map(({ p, demand }) => p * demand.cpuNs)),
    elapsedNs: sum(branches.map(({ p, demand }) => p * demand.elapsedNs)),
  };
}

function fannedOut(step: Extract<Step, { kind: "parallel" }>, channelNs: number): Demand {
  // Branches written as a number share one list: its demand is worked out once.
  const known = new Map<readonly Step[], Demand>();
  const branches = step.branches.map((branch) => {
    const demand = known.get(branch) ?? demandOf(branch, channelNs);
    known.set(branch, demand);
    return demand;
  });
  const inOrder = branches.map(({ elapsedNs }) => elapsedNs).sort((a, b) => a - b);
  return {
    steps: sum(branches.map(({ steps }) => steps)),
    width: sum(branches.map(({ width }) => width)),
    cpuNs: sum(branches.map(({ cpuNs }) => cpuNs)),
    elapsedNs: inOrder[step.wait - 1] ?? 0,
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
