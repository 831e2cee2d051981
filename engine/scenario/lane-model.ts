/**
 * One lane of a validated scenario as the engine wants it: overrides merged in, defaults filled in,
 * units resolved. All defaults of the format are in this file and in `defaults.ts`.
 */
import { meanOf } from "../kernel/distribution.ts";
import { allowedCores } from "../machine/quota.ts";
import { lanePhases } from "./changes.ts";
import {
  DEFAULTS,
  executorThreadsDefault,
  hasGil,
  loopsDefault,
  threadsDefault,
} from "./defaults.ts";
import type {
  Arrivals,
  Channel,
  Claim,
  EventLoopRuntime,
  Executor,
  LaneModel,
  Load,
  Lock,
  Pool,
  ProfileName,
  Ramp,
  Runtime,
  Step,
} from "./model.ts";
import { distribution, program } from "./resolve.ts";
import type { LoadDocument, RuntimeDocument, Scenario } from "./schema.ts";
import { allSteps } from "./steps.ts";
import { durationNs, sizeBytes } from "./units.ts";

export function laneModel(scenario: Scenario, laneIndex: number): LaneModel {
  const [first, ...later] = lanePhases(scenario, laneIndex);
  const { document } = first!;
  const changes = later.map(({ atNs, document: next }) => {
    return { atNs, model: modelOf(next, laneIndex, document.machine) };
  });
  return { ...modelOf(document, laneIndex, document.machine), changes };
}

/** The model of one phase. What sizes itself by the machine has done so when it started. */
export function modelOf(
  document: Scenario,
  laneIndex: number,
  machineAtStart: Scenario["machine"],
): LaneModel {
  const lane = document.lanes[laneIndex];
  if (lane === undefined) throw new Error(`there is no lane ${laneIndex}`);
  const cores = document.machine?.cores ?? DEFAULTS.cores;
  const allowed = allowedCores(cores, machineAtStart?.cpus);
  const calibration = document.machine?.calibration ?? DEFAULTS.calibration;
  const pools = Object.entries(document.pools ?? {});
  const locks = Object.entries(document.locks ?? {});
  const channels = Object.entries(document.channels ?? {});
  const names = {
    pools: pools.map(([name]) => name),
    locks: locks.map(([name]) => name),
    channels: channels.map(([name]) => name),
    lines: [],
    objectPools: [],
  };
  const classNames = Object.keys(document.requests);
  const classes = Object.entries(document.requests).map(([name, request]) => {
    const steps = program(request.steps, names);
    return { name, steps: calibration === "truth" ? waitingByTimer(steps) : steps };
  });
  const shared = classes.flatMap(({ steps }) =>
    allSteps(steps).map((step) => (step.kind === "lock" && step.shared ? step.lock : undefined)),
  );
  return {
    name: lane.name,
    draws: lane.draws ?? lane.name,
    seed: document.seed ?? DEFAULTS.seed,
    durationNs: durationNs(document.duration),
    warmupNs: durationNs(document.warmup ?? DEFAULTS.warmup),
    machine: {
      cores,
      cpus: document.machine?.cpus,
      memoryBytes: sizeBytes(document.machine?.memory ?? DEFAULTS.memory),
      calibration,
    },
    classes,
    loads: Object.entries(document.load).map(([name, load]) => loadModel(name, load, classNames)),
    runtime: runtimeModel(lane.runtime, { cores, allowed }),
    pools: pools.map(([name, pool]): Pool => ({
      name,
      size: pool.size,
      minIdle: pool.minIdle ?? pool.size,
      order: pool.order ?? DEFAULTS.order,
      acquireTimeoutNs: nsOr(pool.acquireTimeout, Infinity),
    })),
    channels: channels.map(([name, channel]): Channel => ({
      name,
      capacity: channel.capacity ?? DEFAULTS.capacity,
    })),
    locks: locks.map(([name, lock], i): Lock => ({
      name,
      fair: lock.fair ?? DEFAULTS.fair,
      hasReaders: shared.includes(i),
    })),
    lines: names.lines.length,
    objectPools: names.objectPools,
    claims: claimsOf(document, lane.name),
    changes: [],
  };
}

/** The programs that reality was measured with wait by their runtime's timer where it says `io`. */
function waitingByTimer(steps: readonly Step[]): readonly Step[] {
  const branches = new Map<readonly Step[], readonly Step[]>();
  // Parts that share one list go on sharing one.
  const of = (list: readonly Step[]): readonly Step[] => {
    const known = branches.get(list);
    if (known !== undefined) return known;
    const made = list.map((step): Step => {
      if (step.kind === "io") return { kind: "sleep", wait: step.wait };
      if (step.kind === "parallel") return { ...step, branches: step.branches.map(of) };
      if (step.kind === "choose") {
        const chosen = step.branches.map(({ p, steps: inner }) => ({ p, steps: of(inner) }));
        return { ...step, branches: chosen };
      }
      if (step.kind === "select") {
        const cases = step.cases.map((one) => ({ ...one, steps: of(one.steps) }));
        const otherwise = step.otherwise && of(step.otherwise);
        return { ...step, cases, timeoutSteps: of(step.timeoutSteps), otherwise };
      }
      return "steps" in step ? { ...step, steps: of(step.steps) } : step;
    });
    branches.set(list, made);
    return made;
  };
  return of(steps);
}

function nsOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : durationNs(text);
}

// ---- Load ---------------------------------------------------------------------------------------

function loadModel(name: string, load: LoadDocument, classNames: readonly string[]): Load {
  const executor = executorModel(load);
  return {
    name,
    class: load.request === undefined ? 0 : classNames.indexOf(load.request),
    executor,
    startNs: nsOr(load.start, 0),
    durationNs: nsOr(load.duration, Infinity),
    timeoutNs: nsOr(load.timeout, Infinity),
    cancel: load.cancel ?? DEFAULTS.cancel,
    // Every user brings one connection; open arrivals each bring their own while they last.
    connections: {
      count: load.connections?.count ?? usersMax(executor),
      keepAlive: load.connections?.keepAlive ?? DEFAULTS.keepAlive,
    },
    origin: load.origin ?? DEFAULTS.origin,
  };
}

/** The most users that there are at once; 0 where nobody comes back. */
export function usersMax(executor: Executor): number {
  if (executor.kind === "constant-vus") return executor.vus;
  if (executor.kind !== "ramping-vus") return 0;
  const { from, stages } = executor.ramp;
  return stages.reduce((max, { target }) => Math.max(max, target), from);
}

function executorModel(load: LoadDocument): Executor {
  switch (load.executor) {
    case "constant-arrival-rate":
      return constantRateModel(load);
    case "ramping-arrival-rate":
      return {
        kind: load.executor,
        ramp: rampModel(load.startRate ?? 0, load.stages),
        arrivals: arrivalsModel(load.arrivals),
      };
    case "constant-vus":
      return { kind: load.executor, vus: load.vus, thinkTime: thinkTime(load) };
    case "ramping-vus":
      return {
        kind: load.executor,
        ramp: rampModel(load.startVUs ?? 0, load.stages),
        thinkTime: thinkTime(load),
      };
    case "trace":
      return traceModel(load);
  }
}

function constantRateModel(
  load: Extract<LoadDocument, { executor: "constant-arrival-rate" }>,
): Executor {
  const arrivals = arrivalsModel(load.arrivals);
  const rate = arrivals.kind === "gaps" ? 1e9 / meanOf(arrivals.gap) : load.rate!;
  return { kind: load.executor, rate, arrivals };
}

function traceModel(load: Extract<LoadDocument, { executor: "trace" }>): Executor {
  if (load.rates !== undefined) {
    return { kind: "trace-rates", rates: load.rates.map(([ms, rate]) => [nsOfMs(ms), rate]) };
  }
  const demand = load.demand ?? [];
  return {
    kind: "trace",
    timesNs: load.times!.map(nsOfMs),
    demand: demand.every((factor) => factor === 1) ? [] : demand,
  };
}

function nsOfMs(ms: number): number {
  return Math.round(ms * 1e6);
}

function arrivalsModel(
  arrivals: Extract<LoadDocument, { executor: "constant-arrival-rate" }>["arrivals"],
): Arrivals {
  if (typeof arrivals === "object") return { kind: "gaps", gap: distribution(arrivals) };
  return { kind: arrivals ?? DEFAULTS.arrivals };
}

function thinkTime(load: Extract<LoadDocument, { executor: "constant-vus" | "ramping-vus" }>) {
  return distribution(load.thinkTime ?? DEFAULTS.thinkTime);
}

function rampModel(
  from: number,
  stages: readonly { readonly duration: string; readonly target: number }[],
): Ramp {
  return {
    from,
    stages: stages.map(({ duration, target }) => ({ durationNs: durationNs(duration), target })),
  };
}

// ---- Runtime ------------------------------------------------------------------------------------

/** The machine as runtimes ask for it to size themselves. */
interface SizedBy {
  readonly cores: number;
  /** For those that heed a CPU limit. */
  readonly allowed: number;
}

function runtimeModel(document: RuntimeDocument, { cores, allowed }: SizedBy): Runtime {
  const profile: ProfileName = document.profile ?? DEFAULTS.profile[document.model];
  const common = {
    profile,
    processes: document.processes ?? DEFAULTS.processes,
    backlog: document.backlog,
    maxConnections: document.maxConnections,
    reusePort: document.reusePort ?? DEFAULTS.reusePort,
    recover: document.recover ?? DEFAULTS.recover,
    collector: "collector" in document ? document.collector : undefined,
    heapLimitBytes:
      "heapLimit" in document && document.heapLimit !== undefined
        ? sizeBytes(document.heapLimit)
        : undefined,
    costs: withoutUndefined(document.costs ?? {}) as Readonly<Record<string, number>>,
  };
  switch (document.model) {
    case "threads":
      return {
        ...common,
        model: "threads",
        threads: document.threads ?? threadsDefault(profile, cores),
        queue: typeof document.queue === "number" ? document.queue : Infinity,
        gil: gilModel(document.gil, profile),
      };
    case "event-loop":
      return {
        ...common,
        model: "event-loop",
        loops: document.loops ?? loopsDefault(profile, allowed),
        gil: gilModel(document.gil, profile),
        ...executorPool(
          document.executor,
          executorThreadsDefault(profile, profile === "netty" ? allowed : cores),
        ),
      };
    case "goroutines":
      return {
        ...common,
        model: "goroutines",
        gomaxprocs: document.gomaxprocs ?? cores,
        gogc: document.gogc === "off" ? Infinity : document.gogc,
        memoryLimitBytes:
          document.memoryLimit === undefined ? Infinity : sizeBytes(document.memoryLimit),
      };
    case "virtual-threads":
      return {
        ...common,
        model: "virtual-threads",
        parallelism: document.parallelism ?? allowed,
        pinned: document.pinned ?? DEFAULTS.pinned,
      };
  }
}

function executorPool(
  executor: Extract<RuntimeDocument, { model: "event-loop" }>["executor"],
  threadsOtherwise: number,
): Pick<EventLoopRuntime, "executorKind" | "executors"> {
  if (executor?.processes !== undefined) {
    return { executorKind: "processes", executors: executor.processes };
  }
  return executor?.workers === undefined
    ? { executorKind: "threads", executors: executor?.threads ?? threadsOtherwise }
    : { executorKind: "workers", executors: executor.workers };
}

function gilModel(
  gil: boolean | { readonly switchInterval: string } | undefined,
  profile: ProfileName,
): { readonly switchIntervalNs: number } | undefined {
  if (typeof gil === "object") return { switchIntervalNs: durationNs(gil.switchInterval) };
  if (!(gil ?? hasGil(profile))) return undefined;
  return { switchIntervalNs: durationNs(DEFAULTS.switchInterval) };
}

// ---- Claims -------------------------------------------------------------------------------------

function claimsOf(document: Scenario, laneName: string): readonly Claim[] {
  const stated = (document.claims ?? [])
    .filter(({ lane }) => lane === undefined || lane === laneName)
    .map(({ lane: _, ...claim }) => withoutUndefined(claim) as Claim);
  const { p99, errorRate } = document.slo ?? {};
  const goals: Claim[] = [];
  if (p99 !== undefined) goals.push({ metric: "latencyMs.p99", below: durationNs(p99) / 1e6 });
  if (errorRate !== undefined) goals.push({ metric: "errorRate", below: errorRate });
  return [...stated, ...goals];
}

function withoutUndefined(object: object): object {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
}
