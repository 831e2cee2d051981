/** The result of one lane, put together from its accounts; see the scenario format, "Result". */
import type { LaneResult, LatencySummary } from "./api.ts";
import { inFlight } from "./laws.ts";
import { LimitedMachine } from "./machine/limited-machine.ts";
import { COLLECTOR, type Machine, SYSTEM, USER } from "./machine/machine.ts";
import { MEMORY_KINDS } from "./machine/memory.ts";
import { PERIOD_NS } from "./machine/quota.ts";
import { bottleneck, type Resource } from "./measure/bottleneck.ts";
import { checkClaims } from "./measure/claims.ts";
import type { Interval } from "./measure/confidence.ts";
import { Digest } from "./measure/digest.ts";
import type { Histogram } from "./measure/histogram.ts";
import { OUTCOMES } from "./measure/recorder.ts";
import { PLACE } from "./runtimes/runtime.ts";
import type { LaneModel } from "./scenario/model.ts";
import type { Simulation } from "./simulation.ts";

const SECOND = 1e9;
const MS = 1e6;

/** Totals at the end of the warm-up, which the measured part is counted from. */
export interface MeasuredFrom {
  readonly nowNs: number;
  readonly cpuNs: Float64Array;
  readonly voluntary: number;
  readonly involuntary: number;
  readonly throttling: Throttling;
  readonly taskSwitches: number;
  readonly gilHeldNs: number;
  readonly gilSwitches: number;
}

/** What a CPU limit has done so far. */
interface Throttling {
  readonly periods: number;
  readonly coreNs: number;
}

export function throttlingOf(machine: Machine): Throttling {
  if (!(machine instanceof LimitedMachine)) return { periods: 0, coreNs: 0 };
  return { periods: machine.throttledPeriods, coreNs: machine.throttledNs() };
}

export function laneResult(simulation: Simulation, wallSeconds: number): LaneResult {
  const { model, recorder } = simulation;
  const measuredNs = Math.max(0, simulation.nowNs - (simulation.measured?.nowNs ?? Infinity));
  const seconds = measuredNs / SECOND;
  const counts = failures(recorder.measuredFailed);
  const failed = counts.timeout + counts.rejected + counts.error + counts.crash;
  const throughput = seconds > 0 ? recorder.measuredCompleted / seconds : 0;
  const ended = recorder.measuredCompleted + failed;
  const cpu = cpuUse(simulation, measuredNs);
  const body = {
    name: model.name,
    virtualSeconds: simulation.nowNs / SECOND,
    measuredSeconds: seconds,
    events: simulation.events,
    wallSeconds,
    requests: {
      started: recorder.started,
      completed: recorder.completed,
      failed: failures(recorder.failed),
      inFlight: inFlight(recorder),
    },
    throughput,
    errorRate: ended > 0 ? failed / ended : 0,
    latencyMs: summary(recorder.latencies()),
    confidence: {
      throughput: recorder.throughputInterval(),
      meanMs: inMs(recorder.meanInterval()),
      p99Ms: inMs(recorder.p99Interval()),
    },
    breakdownMs: breakdown(simulation),
    classes: classes(simulation, seconds),
    cpu,
    gil: gilUse(simulation, measuredNs),
    contextSwitches: switches(simulation),
    memoryBytes: memoryUse(simulation),
    ...objectPools(simulation),
    places: places(simulation, measuredNs),
    bottleneck: bottleneck(resources(simulation, measuredNs, cpu), {
      served: throughput + (seconds > 0 ? counts.timeout / seconds : 0),
      cpu: cpu.utilization,
    }),
    claims: [],
    digest: "",
  } satisfies LaneResult;
  const judged: LaneResult = { ...body, claims: checkClaims(model.claims, body) };
  return { ...judged, digest: digestOf(judged) };
}

function failures(counts: Float64Array): LaneResult["requests"]["failed"] {
  const [timeout, rejected, error, crash] = OUTCOMES.map((_, i) => counts[i]!);
  return { timeout: timeout!, rejected: rejected!, error: error!, crash: crash! };
}

function summary(histogram: Histogram): LatencySummary {
  const at = (q: number): number => histogram.quantile(q) / MS;
  const some = histogram.count > 0;
  return {
    mean: histogram.mean() / MS,
    stddev: histogram.stddev() / MS,
    min: some ? histogram.min / MS : NaN,
    p50: at(0.5),
    p90: at(0.9),
    p95: at(0.95),
    p99: at(0.99),
    p999: at(0.999),
    max: some ? histogram.max / MS : NaN,
  };
}

function inMs([lo, hi]: Interval): [number, number] {
  return [lo / MS, hi / MS];
}

/** Mean time (ms) per completed request in each place; places nobody was in are left out. */
function breakdown({ recorder, topology }: Simulation): Record<string, number> {
  const parts: Record<string, number> = {};
  topology.places.forEach((place, i) => {
    const spent = recorder.spent[i]!;
    if (spent > 0) parts[place.name] = spent / recorder.measuredCompleted / MS;
  });
  return parts;
}

function classes({ model, recorder }: Simulation, seconds: number): LaneResult["classes"] {
  const result: Record<string, LaneResult["classes"][string]> = {};
  model.classes.forEach((cls, i) => {
    const completed = recorder.classCompleted[i]!;
    result[cls.name] = {
      completed,
      throughput: seconds > 0 ? completed / seconds : 0,
      latencyMs: summary(recorder.latenciesOf(i)),
    };
  });
  return result;
}

function cpuUse(simulation: Simulation, measuredNs: number): LaneResult["cpu"] {
  const { machine, measured, model } = simulation;
  const used = (kind: number): number =>
    (machine.cpuNs[kind]! - (measured?.cpuNs[kind] ?? machine.cpuNs[kind]!)) / SECOND;
  const user = used(USER);
  const system = used(SYSTEM);
  const gc = used(COLLECTOR);
  const available = (model.machine.cores * measuredNs) / SECOND;
  return {
    utilization: available > 0 ? (user + system + gc) / available : 0,
    userSeconds: user,
    systemSeconds: system,
    gcSeconds: gc,
    idleSeconds: Math.max(0, available - user - system - gc),
    ...limitUse(simulation, measuredNs, user + system + gc),
  };
}

function limitUse(
  { machine, measured, model }: Simulation,
  measuredNs: number,
  usedSeconds: number,
): Pick<LaneResult["cpu"], "limit"> {
  const { cpus } = model.machine;
  if (cpus === undefined) return {};
  const now = throttlingOf(machine);
  const { periods, coreNs } = measured?.throttling ?? now;
  const some = measuredNs > 0;
  return {
    limit: {
      cpus,
      utilization: some ? (usedSeconds * SECOND) / (cpus * measuredNs) : 0,
      throttledPeriods: some ? Math.min(1, ((now.periods - periods) * PERIOD_NS) / measuredNs) : 0,
      throttledSeconds: (now.coreNs - coreNs) / SECOND,
    },
  };
}

function gilUse(simulation: Simulation, measuredNs: number): LaneResult["gil"] {
  const { runtime, measured, model } = simulation;
  const now = runtime.gilUse();
  if (measured === undefined || measuredNs === 0) return { held: 0, switches: 0 };
  return {
    held: (now.heldNs - measured.gilHeldNs) / (measuredNs * model.runtime.processes),
    switches: now.switches - measured.gilSwitches,
  };
}

function switches({ machine, runtime, measured }: Simulation): LaneResult["contextSwitches"] {
  if (measured === undefined) return { voluntary: 0, involuntary: 0, task: 0 };
  return {
    voluntary: machine.voluntarySwitches - measured.voluntary,
    involuntary: machine.involuntarySwitches - measured.involuntary,
    task: runtime.taskSwitches - measured.taskSwitches,
  };
}

function memoryUse({ memory }: Simulation): LaneResult["memoryBytes"] {
  const kinds: Record<string, number> = {};
  MEMORY_KINDS.forEach((kind, i) => {
    kinds[kind] = memory.ofKind(i);
  });
  return { mean: memory.mean, peak: memory.peak, kinds };
}

function objectPools({ model, runtime }: Simulation): Pick<LaneResult, "objectPools"> {
  if (model.objectPools.length === 0) return {};
  const { hits, misses } = runtime.objects;
  const used = model.objectPools.map(({ name }, i): [string, { hits: number; misses: number }] => [
    name,
    { hits: hits[i]!, misses: misses[i]! },
  ]);
  return { objectPools: Object.fromEntries(used) };
}

function places({ ledger, topology }: Simulation, measuredNs: number): LaneResult["places"] {
  const result: Record<string, { mean: number; max: number }> = {};
  topology.places.forEach((place, i) => {
    const max = ledger.maxOf(i);
    if (max > 0) {
      const mean = measuredNs > 0 ? ledger.areaOf(i) / measuredNs : 0;
      result[place.name] = { mean, max };
    }
  });
  return result;
}

/** What could run out in this lane, and how far it has. */
function resources(simulation: Simulation, measuredNs: number, cpu: LaneResult["cpu"]): Resource[] {
  const { model, ledger } = simulation;
  if (measuredNs <= 0) return [];
  const mean = (place: number): number => ledger.areaOf(place) / measuredNs;
  const named = (name: string): number =>
    simulation.topology.places.findIndex((place) => place.name === name);
  const found: Resource[] = [processor(model.machine.cores, cpu, mean(PLACE.runnable))];
  const { runtime } = model;
  if ("gil" in runtime && runtime.gil !== undefined) {
    found.push({
      place: "waiting-gil",
      name: "GIL",
      used: gilUse(simulation, measuredNs).held,
      units: runtime.processes,
      waiting: mean(named("waiting-gil")),
    });
  }
  if (runtime.model === "threads" && typeof runtime.threads === "number") {
    const queue = named("worker-queue");
    const threads = runtime.threads * runtime.processes;
    const pool = simulation.settingSince(simulation.nowNs - measuredNs, poolThreads);
    found.push({
      place: "worker-queue",
      name: "thread pool",
      used: (mean(PLACE.running) + outsideRunning(simulation, mean)) / (pool * runtime.processes),
      units: threads,
      waiting: mean(queue) + mean(PLACE.acceptQueue),
    });
  }
  if (runtime.model === "event-loop") {
    const loops = runtime.loops * runtime.processes;
    found.push({
      place: "runnable",
      name: loops === 1 ? "event loop" : "event loops",
      used: Math.min(1, (mean(PLACE.running) + mean(PLACE.blocked)) / loops),
      units: loops,
      waiting: mean(PLACE.runnable) + mean(named("socket-buffer")),
    });
  }
  if (runtime.model === "virtual-threads") {
    const carriers = runtime.parallelism * runtime.processes;
    const pinned = runtime.pinned > 0 ? mean(named("pinned")) : 0;
    found.push({
      place: "submission-queue",
      name: "carrier pool",
      used: Math.min(1, (mean(PLACE.running) + pinned) / carriers),
      units: carriers,
      waiting: mean(named("submission-queue")) + mean(named("socket-buffer")),
    });
  }
  return [...found, ...namedResources(simulation, measuredNs)];
}

/** Threads of each process's pool. */
function poolThreads({ runtime }: LaneModel): number {
  return runtime.model === "threads" && typeof runtime.threads === "number" ? runtime.threads : 0;
}

/** Pools and locks, which a lane has by name. */
function namedResources(simulation: Simulation, measuredNs: number): Resource[] {
  const { model, ledger, requests, topology } = simulation;
  const waiting = (place: string): number =>
    ledger.areaOf(topology.places.findIndex(({ name }) => name === place)) / measuredNs;
  const pools = model.pools.map(({ name, size }, i): Resource => {
    const place = `waiting-pool:${name}`;
    const from = simulation.nowNs - measuredNs;
    const sizes = simulation.settingSince(from, (it) => it.pools[i]!.size);
    const used = requests.pools[i]!.used() / (measuredNs * sizes);
    return { place, name: `pool ${name}`, used, units: size, waiting: waiting(place) };
  });
  const locks = model.locks.map(({ name }, i): Resource => {
    const place = `waiting-lock:${name}`;
    const used = requests.lockUse.used(i) / measuredNs;
    return { place, name: `lock ${name}`, used, units: 1, waiting: waiting(place) };
  });
  return [...pools, ...locks];
}

/** The cores, or the CPU limit where that is less. */
function processor(cores: number, cpu: LaneResult["cpu"], waiting: number): Resource {
  const { limit } = cpu;
  return limit === undefined || limit.cpus >= cores
    ? { place: "running", name: "CPU", used: cpu.utilization, units: cores, waiting }
    : { place: "running", name: "CPU limit", used: limit.utilization, units: limit.cpus, waiting };
}

/** Kinds of places in which tasks wait for each other. */
const WAITED_FOR = ["pool", "channel", "lock"];

/** Tasks that occupy a thread without running: ready, waiting for the GIL, or blocked. */
function outsideRunning(simulation: Simulation, mean: (place: number) => number): number {
  const occupying = ["runnable", "waiting-gil", "waiting-io", "blocked", "sleeping", "joining"];
  return simulation.topology.places.reduce(
    (sum, place, i) =>
      occupying.includes(place.name) || WAITED_FOR.includes(place.kind) ? sum + mean(i) : sum,
    0,
  );
}

/** Over everything but the wall clock, in the order of the document. */
function digestOf(result: LaneResult): string {
  const digest = new Digest();
  const add = (value: unknown): void => {
    if (typeof value === "number") digest.number(value);
    else if (typeof value === "string") digest.text(value);
    else if (typeof value === "object" && value !== null) {
      for (const [key, part] of Object.entries(value)) {
        if (key === "wallSeconds" || key === "digest") continue;
        digest.text(key);
        add(part);
      }
    }
  };
  add(result);
  return digest.hex();
}
