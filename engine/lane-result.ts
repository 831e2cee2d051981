/** The result of one lane, put together from its accounts; see the scenario format, "Result". */
import type { LaneResult, LatencySummary, ResourceUse } from "./api.ts";
import { inFlight } from "./laws.ts";
import { LimitedMachine } from "./machine/limited-machine.ts";
import { COLLECTOR, type Machine, SYSTEM, USER } from "./machine/machine.ts";
import { MEMORY_KINDS } from "./machine/memory.ts";
import { PERIOD_NS } from "./machine/quota.ts";
import { bottleneck } from "./measure/bottleneck.ts";
import { checkClaims } from "./measure/claims.ts";
import type { Interval } from "./measure/confidence.ts";
import { Digest } from "./measure/digest.ts";
import type { Histogram } from "./measure/histogram.ts";
import { OUTCOMES } from "./measure/recorder.ts";
import { boundsOf, resourceUse, resources, withExecutor } from "./resources.ts";
import type { LoopUse } from "./runtimes/runtime.ts";
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
  readonly loops: LoopUse;
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
  const gil = gilUse(simulation, measuredNs);
  const breakdownMs = breakdown(simulation);
  const served = throughput + (seconds > 0 ? counts.timeout / seconds : 0);
  const used = resources(simulation, measuredNs, { cpu, gil: gil.held });
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
    breakdownMs,
    classes: classes(simulation, seconds),
    cpu,
    gil,
    contextSwitches: switches(simulation),
    memoryBytes: memoryUse(simulation),
    ...objectPools(simulation),
    places: places(simulation, measuredNs),
    bottleneck: bottleneck(used, { served, cpu: cpu.utilization }),
    ...evidence(
      simulation,
      resourceUse(withExecutor(simulation, measuredNs, used), served),
      breakdownMs,
    ),
    claims: [],
    digest: "",
  } satisfies LaneResult;
  const judged: LaneResult = { ...body, claims: checkClaims(model.claims, body) };
  return { ...judged, digest: digestOf(judged) };
}

function evidence(
  simulation: Simulation,
  uses: readonly ResourceUse[],
  breakdownMs: LaneResult["breakdownMs"],
): Pick<LaneResult, "resources" | "bounds"> {
  const bounds = boundsOf(simulation, breakdownMs, uses);
  return { resources: uses, ...(bounds === undefined ? {} : { bounds }) };
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
  simulation: Simulation,
  measuredNs: number,
  usedSeconds: number,
): Pick<LaneResult["cpu"], "limit"> {
  const { machine, measured, model } = simulation;
  if (model.machine.cpus === undefined) return {};
  const cpus = simulation.setting((it) => it.machine.cpus ?? 0);
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
  return { mean: memory.mean, peak: memory.peak, limit: memory.limit, kinds };
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

/** Not part of the digest: the wall clock, and what only restates other figures of the result. */
const LEFT_OUT: readonly string[] = ["wallSeconds", "digest", "resources", "bounds"];

/** Over everything else, in the order of the document. */
function digestOf(result: LaneResult): string {
  const digest = new Digest();
  const add = (value: unknown): void => {
    if (typeof value === "number") digest.number(value);
    else if (typeof value === "string") digest.text(value);
    else if (typeof value === "object" && value !== null) {
      for (const [key, part] of Object.entries(value)) {
        if (LEFT_OUT.includes(key)) continue;
        digest.text(key);
        add(part);
      }
    }
  };
  add(result);
  return digest.hex();
}
