/**
 * What could run out in a lane, how far it has, and what follows by the laws that hold for any
 * system: the utilisation law D = U·c ÷ X, the bottleneck law X ≤ c ÷ D, Little's law N = X·R, and
 * the asymptotic bounds of a closed load, X ≤ min(c ÷ Dmax, N ÷ (D + Z)). After Denning and Buzen,
 * "The operational analysis of queueing network models", ACM Computing Surveys 10 (1978), and
 * Lazowska et al., "Quantitative System Performance" (1984), chapters 3 and 5.
 */
import type { Bounds, LaneResult, PlaceKind, ResourceUse } from "./api.ts";
import { meanOf } from "./kernel/distribution.ts";
import type { Resource } from "./measure/bottleneck.ts";
import { PLACE } from "./runtimes/runtime.ts";
import type { LaneModel } from "./scenario/model.ts";
import type { Simulation } from "./simulation.ts";

/** Shares of a lane's time that its resources were held. */
export interface Held {
  readonly cpu: LaneResult["cpu"];
  readonly gil: number;
}

/** The resources with what one request takes of them; busiest first. */
export function resourceUse(found: readonly Resource[], served: number): readonly ResourceUse[] {
  const perRequest = ({ used, units }: Resource): number => (used * units) / served;
  const cpu = found.find(({ kind }) => kind === "cpu" || kind === "cpu-limit");
  const computing = cpu === undefined ? NaN : perRequest(cpu);
  return found
    .map((resource): ResourceUse => {
      const seconds = perRequest(resource);
      // A lane without a place to wait in has nobody waiting.
      const waiting = resource.waiting > 0 ? resource.waiting : 0;
      const serial = (resource.kind === "gil" || resource.kind === "lock") && resource.units === 1;
      return {
        ...resource,
        waiting,
        demandMs: seconds * 1000,
        ceiling: resource.units / seconds,
        waitMs: (waiting / served) * 1000,
        ...(serial && computing > 0 ? { serialShare: Math.min(1, seconds / computing) } : {}),
      };
    })
    .filter(({ demandMs, ceiling }) => demandMs > 0 && demandMs < Infinity && ceiling > 0)
    .toSorted((a, b) => b.used - a.used);
}

/** Kinds of places in which a request gets on with its program, whatever others do. */
const SERVED: readonly PlaceKind[] = ["run", "io", "blocked", "timer"];
/** Kinds in which the time of its parts hides: how long they alone take is unknown. */
const HIDDEN: readonly PlaceKind[] = ["join", "executor"];

/** undefined where the load is not a fixed number of users with one program. */
export function boundsOf(
  { model, topology, hasMixedResults }: Simulation,
  breakdownMs: LaneResult["breakdownMs"],
  uses: readonly ResourceUse[],
): Bounds | undefined {
  const [load, ...others] = model.loads;
  if (load?.executor.kind !== "constant-vus" || others.length > 0) return undefined;
  if (hasMixedResults) return undefined;
  const spent = (kinds: readonly PlaceKind[]): number =>
    topology.places.reduce(
      (sum, { kind, name }) => (kinds.includes(kind) ? sum + (breakdownMs[name] ?? 0) : sum),
      0,
    );
  const demandMs = spent(SERVED);
  const thinkMs = meanOf(load.executor.thinkTime) / 1e6;
  if (spent(HIDDEN) > 0 || !(demandMs > 0) || !(thinkMs < Infinity)) return undefined;
  const { vus: users } = load.executor;
  const ceiling = Math.min(Infinity, ...uses.map((use) => use.ceiling));
  return {
    users,
    thinkMs,
    demandMs,
    byUsers: (users * 1000) / (demandMs + thinkMs),
    byResources: ceiling,
    leastLatencyMs: Math.max(demandMs, (users / ceiling) * 1000 - thinkMs),
    knee: (ceiling * (demandMs + thinkMs)) / 1000,
  };
}

/** Mean number of tasks in a place of the topology, during the measured part. */
type Mean = (place: number) => number;

/** What could run out in this lane, and how far it has. */
export function resources(
  simulation: Simulation,
  measuredNs: number,
  { cpu, gil }: Held,
): Resource[] {
  const { model, ledger } = simulation;
  if (measuredNs <= 0) return [];
  const mean: Mean = (place) => ledger.areaOf(place) / measuredNs;
  const { runtime } = model;
  const found: Resource[] = [processor(model.machine.cores, cpu, mean(PLACE.runnable))];
  if ("gil" in runtime && runtime.gil !== undefined) {
    found.push({
      kind: "gil",
      place: "waiting-gil",
      name: "GIL",
      used: gil,
      units: runtime.processes,
      waiting: mean(placeNamed(simulation, "waiting-gil")),
    });
  }
  return [...found, ...workers(simulation, mean), ...declared(simulation, mean, measuredNs)];
}

function placeNamed({ topology }: Simulation, name: string): number {
  return topology.places.findIndex((place) => place.name === name);
}

/** What a runtime has tasks executed by: threads, loops, carriers. */
function workers(simulation: Simulation, mean: Mean): Resource[] {
  const { runtime } = simulation.model;
  const named = (name: string): number => mean(placeNamed(simulation, name));
  if (runtime.model === "threads" && typeof runtime.threads === "number") {
    const units = simulation.setting(poolThreads) * runtime.processes;
    return [
      {
        kind: "threads",
        place: "worker-queue",
        name: "thread pool",
        used: (mean(PLACE.running) + outsideRunning(simulation, mean)) / units,
        units,
        waiting: named("worker-queue") + mean(PLACE.acceptQueue),
      },
    ];
  }
  if (runtime.model === "event-loop") {
    const units = runtime.loops * runtime.processes;
    return [
      {
        kind: "loop",
        place: "runnable",
        name: units === 1 ? "event loop" : "event loops",
        used: Math.min(1, (mean(PLACE.running) + mean(PLACE.blocked)) / units),
        units,
        waiting: mean(PLACE.runnable) + named("socket-buffer"),
      },
    ];
  }
  if (runtime.model !== "virtual-threads") return [];
  const units = simulation.setting(carriersPerProcess) * runtime.processes;
  const pinned = runtime.pinned > 0 ? named("pinned") : 0;
  return [
    {
      kind: "carriers",
      place: "submission-queue",
      name: "carrier pool",
      used: Math.min(1, (mean(PLACE.running) + pinned) / units),
      units,
      waiting: named("submission-queue") + named("socket-buffer"),
    },
  ];
}

/**
 * The same with the executor of event loops, where requests use one. What it computes is nothing
 * that the loops do: they are in use, then, while they do not sleep in their selectors.
 */
export function withExecutor(
  simulation: Simulation,
  measuredNs: number,
  found: readonly Resource[],
): readonly Resource[] {
  const { runtime, measured, topology } = simulation;
  const { processes } = simulation.model.runtime;
  const now = runtime.loopUse();
  const executorNs = now.executorNs - (measured?.loops.executorNs ?? 0);
  const units = simulation.setting(executorsPerProcess) * processes;
  if (!(executorNs > 0) || !(units > 0)) return found;
  const idleNs = now.idleNs - (measured?.loops.idleNs ?? 0);
  const place = topology.places.findIndex(({ name }) => name === EXECUTOR_QUEUE);
  const executor: Resource = {
    kind: "executor",
    place: EXECUTOR_QUEUE,
    name: "executor",
    units,
    used: Math.min(1, executorNs / (measuredNs * units)),
    waiting: simulation.ledger.areaOf(place) / measuredNs,
  };
  const others = found.map((one) =>
    one.kind === "loop" ? { ...one, used: 1 - idleNs / (measuredNs * one.units) } : one,
  );
  return [...others, executor];
}

const EXECUTOR_QUEUE = "executor-queue";

function executorsPerProcess({ runtime }: LaneModel): number {
  return runtime.model === "event-loop" ? runtime.executors : 0;
}

function carriersPerProcess({ runtime }: LaneModel): number {
  return runtime.model === "virtual-threads" ? runtime.parallelism : 0;
}

/** Threads of each process's pool. */
function poolThreads({ runtime }: LaneModel): number {
  return runtime.model === "threads" && typeof runtime.threads === "number" ? runtime.threads : 0;
}

/** The pools and locks that the document declares. */
function declared(simulation: Simulation, mean: Mean, measuredNs: number): Resource[] {
  const { model, requests } = simulation;
  const pools = model.pools.map((pool, i): Resource => {
    const units = simulation.setting(({ pools: those }) => those[i]!.size);
    return {
      kind: "pool",
      place: `waiting-pool:${pool.name}`,
      name: `pool ${pool.name}`,
      used: requests.pools[i]!.used() / (measuredNs * units),
      units,
      waiting: mean(placeNamed(simulation, `waiting-pool:${pool.name}`)),
    };
  });
  const locks = model.locks.map((lock, i): Resource => ({
    kind: "lock",
    place: `waiting-lock:${lock.name}`,
    name: `lock ${lock.name}`,
    used: requests.lockUse.used(i) / measuredNs,
    units: 1,
    waiting: mean(placeNamed(simulation, `waiting-lock:${lock.name}`)),
  }));
  return [...pools, ...locks];
}

/** The cores, or the CPU limit where that is less. */
function processor(cores: number, cpu: LaneResult["cpu"], waiting: number): Resource {
  const { limit } = cpu;
  return limit === undefined || limit.cpus >= cores
    ? {
        kind: "cpu",
        place: "running",
        name: "CPU",
        used: cpu.utilization,
        units: cores,
        waiting,
      }
    : {
        kind: "cpu-limit",
        place: "running",
        name: "CPU limit",
        used: limit.utilization,
        units: limit.cpus,
        waiting,
      };
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
