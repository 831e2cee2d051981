/** What a lane looks like: its places, the edges its scenario can use, its box in the flow view. */
import type { Place, Topology } from "./api.ts";
import { NONE } from "./kernel/rows.ts";
import { collectorEdges, collectorPlaces } from "./runtimes/collectors/flow.ts";
import { clientEdges, edgesOf, failureEdges, type Uses } from "./runtimes/flow.ts";
import { SYN_GIVE_UP_NS } from "./machine/listener.ts";
import type { runtimeDefinition } from "./runtimes/index.ts";
import { PROFILES } from "./runtimes/profiles/index.ts";
import { COMMON_PLACES } from "./runtimes/runtime.ts";
import type { LaneModel, Step } from "./scenario/model.ts";
import { allSteps } from "./scenario/steps.ts";

export function topologyOf(
  model: LaneModel,
  definition: ReturnType<typeof runtimeDefinition>,
): {
  topology: Topology;
  firstPlace: number;
  poolPlace: number;
  duePlace: number;
  collectorPlace: number;
} {
  const { runtime } = model;
  const own = definition.places(runtime);
  const pools = model.pools.map((pool): Place => ({
    name: `waiting-pool:${pool.name}`,
    label: `waits for pool ${pool.name}`,
    kind: "pool",
    group: "runtime",
  }));
  const locks = model.locks.map((lock): Place => ({
    name: `waiting-lock:${lock.name}`,
    label: `waits for lock ${lock.name}`,
    kind: "lock",
    group: "runtime",
  }));
  const uses = usesOf(model);
  const due = uses.due ? [DUE_PLACE] : [];
  const collecting = collectorPlaces(runtime, uses);
  const places = [...COMMON_PLACES, ...own, ...pools, ...locks, ...due, ...collecting].map(
    (place) => withCapacity(place, model),
  );
  const names = [
    ...clientEdges(uses),
    ...definition.edges(runtime, uses),
    ...collectorEdges(runtime, uses),
  ];
  const edges = edgesOf(places, [...names, ...failureEdges(uses, places, names)]);
  return {
    topology: {
      places,
      edges,
      runtimeLabel: PROFILES[runtime.profile].label,
      processes: runtime.processes,
      cores: model.machine.cores,
    },
    firstPlace: COMMON_PLACES.length,
    poolPlace: COMMON_PLACES.length + own.length,
    duePlace: uses.due ? places.indexOf(DUE_PLACE) : NONE,
    collectorPlace: collecting.length > 0 ? places.length - 1 : NONE,
  };
}

/** Arrivals inside that the runtime's timer task has not started yet. */
const DUE_PLACE: Place = {
  name: "due",
  label: "due, not started",
  kind: "queue",
  group: "runtime",
};

/** A timer task starts arrivals inside, except where nothing costs anything, or no task does. */
function hasTimerTask({ runtime }: LaneModel): boolean {
  return !PROFILES[runtime.profile].neutral && runtime.model !== "event-loop";
}

function withCapacity(place: Place, model: LaneModel): Place {
  if (place.name === "running") return { ...place, capacity: model.machine.cores };
  if (place.name !== "accept-queue") return place;
  const backlog = backlogOf(model);
  return backlog === Infinity ? place : { ...place, capacity: backlog };
}

function backlogOf({ runtime }: LaneModel): number {
  return runtime.backlog ?? PROFILES[runtime.profile].backlog.value;
}

/** What programs and loads of the lane make use of. */
function usesOf(model: LaneModel): Uses {
  const steps = model.classes.flatMap((cls) => allSteps(cls.steps));
  const has = (kind: Step["kind"]): boolean => steps.some((step) => step.kind === kind);
  const { loads, pools, locks } = model;
  const clients = loads.filter((load) => load.origin === "client");
  const inside = loads.filter((load) => load.origin === "inside");
  const users = inside.filter((load) => "thinkTime" in load.executor);
  const due = hasTimerTask(model) && users.length < inside.length;
  const acquired = steps.filter((step) => step.kind === "acquire");
  const locked = steps.filter((step) => step.kind === "lock");
  return {
    clients: clients.length > 0,
    keepsAlive: clients.some((load) => load.connections.keepAlive),
    inside: (due ? users : inside).length > 0,
    arrivalsInside: users.length < inside.length,
    due,
    usersInside: users.length > 0,
    goesOnInside: users.some((load) => !mayThink(load) && load.executor.kind === "constant-vus"),
    thinksInside: users.some(mayThink),
    io: has("io"),
    block: has("block"),
    sleep: has("sleep"),
    offload: has("offload"),
    parallel: has("parallel"),
    errors:
      steps.some((step) => step.kind === "fail" && step.p > 0) ||
      acquired.some(
        (step) => Math.min(step.timeoutNs, pools[step.pool]!.acquireTimeoutNs) < Infinity,
      ),
    timeouts: loads.some((load) => load.timeoutNs < Infinity),
    reconnects: backlogOf(model) < Infinity,
    givesUpConnecting: model.durationNs > SYN_GIVE_UP_NS,
    allocates: has("hold") || has("alloc"),
    crashes: has("hold") || has("alloc") || model.machine.memoryBytes < AMPLE_BYTES,
    queues: [
      ...pools
        .filter((_, i) => acquired.some((step) => step.pool === i))
        .map(({ name }) => `waiting-pool:${name}`),
      ...locks
        .filter((_, i) => locked.some((step) => step.lock === i))
        .map(({ name }) => `waiting-lock:${name}`),
    ],
  };
}

/** So much memory is not used up by stacks and buffers alone in any ordinary scenario. */
const AMPLE_BYTES = 4 * 2 ** 30;

/** The users of a load wait between their requests, for thought or because the ramp says so. */
function mayThink({ executor }: LaneModel["loads"][number]): boolean {
  if (!("thinkTime" in executor)) return false;
  const { thinkTime } = executor;
  return executor.kind === "ramping-vus" || thinkTime.kind !== "constant" || thinkTime.ns > 0;
}
