/** What a lane looks like: its places, the edges its scenario can use, its box in the flow view. */
import type { Place, Resource, Topology } from "./api.ts";
import { NONE } from "./kernel/rows.ts";
import { collectorEdges, collectorPlaces } from "./runtimes/collectors/flow.ts";
import { clientEdges, edgesOf, failureEdges, type Uses } from "./runtimes/flow.ts";
import { SYN_GIVE_UP_NS } from "./machine/listener.ts";
import { runtimeDefinition } from "./runtimes/index.ts";
import { PROFILES } from "./runtimes/profiles/index.ts";
import { COMMON_PLACES } from "./runtimes/runtime.ts";
import type { LaneModel, Step } from "./scenario/model.ts";
import { allSteps } from "./scenario/steps.ts";
import type { ChannelPlaces } from "./workload/channel-steps.ts";

/** Where the places begin that not all lanes have; NONE where a lane has none of them. */
export interface PlaceIndices extends ChannelPlaces {
  /** The runtime's own. */
  readonly firstPlace: number;
  /** Those of pools, and then those of locks. */
  readonly poolPlace: number;
  /** That of arrivals inside that have not been started. */
  readonly duePlace: number;
  readonly collectorPlace: number;
}

export function topologyOf(
  model: LaneModel,
  definition: ReturnType<typeof runtimeDefinition>,
): { topology: Topology; indices: PlaceIndices } {
  const { runtime } = model;
  const phases = [model, ...model.changes.map((change) => change.model)];
  const uses = allUses(phases.map(usesOf));
  const own = definition.places(runtime);
  const pools = model.pools.map(({ name }) => waitingPlace("pool", name));
  const locks = model.locks.map(({ name }) => waitingPlace("lock", name));
  const channels = model.channels.map(({ name }) => waitingPlace("channel", name));
  const selects = stepsOf(model).some((step) => step.kind === "select") ? [SELECT_PLACE] : [];
  const due = uses.due ? [DUE_PLACE] : [];
  const collecting = collectorPlaces(runtime, uses);
  const places = [COMMON_PLACES, own, pools, locks, channels, selects, due, collecting]
    .flat()
    .map((place) => withCapacity(place, model));
  const firstOf = (some: readonly Place[]): number =>
    some.length === 0 ? NONE : places.findIndex(({ name }) => name === some[0]!.name);
  const ownEdges = phases.flatMap((phase) => definition.edges(phase.runtime, uses));
  const names = [...clientEdges(uses), ...new Set(ownEdges), ...collectorEdges(runtime, uses)];
  return {
    topology: {
      places,
      edges: edgesOf(places, [...names, ...failureEdges(uses, places, names)]),
      runtimeLabel: PROFILES[runtime.profile].label,
      processes: runtime.processes,
      cores: model.machine.cores,
      inside: definition.inside(runtime),
      resources: resourcesOf(model, places),
    },
    indices: {
      firstPlace: COMMON_PLACES.length,
      poolPlace: COMMON_PLACES.length + own.length,
      channelPlace: firstOf(channels),
      selectPlace: firstOf(selects),
      duePlace: firstOf(due),
      collectorPlace: firstOf(collecting),
    },
  };
}

/**
 * The topology of a lane that has become `model`: places and edges are those it began with, how
 * many there are of what is in it may be others.
 */
export function topologyAfter(topology: Topology, initial: LaneModel, model: LaneModel): Topology {
  const phases = [{ atNs: 0, model: initial }, ...initial.changes];
  const next = topologyOf({ ...model, changes: phases }, runtimeDefinition(model.runtime));
  return { ...next.topology, edges: topology.edges };
}

/** What any of a lane's phases makes use of. */
function allUses(uses: readonly Uses[]): Uses {
  const first = uses[0]!;
  if (uses.length === 1) return first;
  const keys = Object.keys(first) as (keyof Uses)[];
  const flags = keys.map((key) => [key, uses.some((one) => one[key] === true)]);
  const queues = [...new Set(uses.flatMap((one) => one.queues))];
  return { ...(Object.fromEntries(flags) as Omit<Uses, "queues">), queues };
}

/** Where tasks wait for what a lane has by name. */
function waitingPlace(kind: "pool" | "lock" | "channel", name: string): Place {
  return {
    name: `waiting-${kind}:${name}`,
    label: `waits for ${kind} ${name}`,
    kind,
    group: "runtime",
  };
}

/** Pools, locks and channels, each in the order in which the lane declares them. */
function resourcesOf(model: LaneModel, places: readonly Place[]): Resource[] {
  const resource = (kind: Resource["kind"], name: string, size: number): Resource => {
    const waiting = waitingPlace(kind, name).name;
    return { kind, name, size, place: places.findIndex((place) => place.name === waiting) };
  };
  return [
    ...model.pools.map(({ name, size }) => resource("pool", name, size)),
    ...model.locks.map(({ name }) => resource("lock", name, 1)),
    ...model.channels.map(({ name, capacity }) => resource("channel", name, capacity)),
  ];
}

const SELECT_PLACE: Place = {
  name: "waiting-select",
  label: "waits in a select",
  kind: "channel",
  group: "runtime",
};

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
  if (backlog === Infinity) return place;
  const sockets = model.runtime.reusePort ? model.runtime.processes : 1;
  return { ...place, capacity: backlog * sockets };
}

export function backlogOf({ runtime }: LaneModel): number {
  return runtime.backlog ?? PROFILES[runtime.profile].backlog.value;
}

/** What programs and loads of the lane make use of. */
function usesOf(model: LaneModel): Uses {
  const steps = stepsOf(model);
  const { recover } = model.runtime;
  const panics = steps.some((step) => (step.kind === "panic" ? step.p > 0 : step.kind === "close"));
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
    spawns: has("spawn"),
    errors:
      (panics && recover) ||
      steps.some((step) => step.kind === "fail" && step.p > 0) ||
      acquired.some(
        (step) => Math.min(step.timeoutNs, pools[step.pool]!.acquireTimeoutNs) < Infinity,
      ),
    timeouts: loads.some((load) => load.timeoutNs < Infinity),
    reconnects: backlogOf(model) < Infinity,
    givesUpConnecting: model.durationNs > SYN_GIVE_UP_NS,
    ownSockets: model.runtime.reusePort,
    allocates: has("hold") || has("alloc"),
    crashes:
      (panics && !recover) ||
      has("hold") ||
      has("alloc") ||
      model.machine.memoryBytes < AMPLE_BYTES,
    queues: [
      ...pools
        .filter((_, i) => acquired.some((step) => step.pool === i))
        .map(({ name }) => `waiting-pool:${name}`),
      ...locks
        .filter((_, i) => locked.some((step) => step.lock === i))
        .map(({ name }) => `waiting-lock:${name}`),
      ...waitsForChannels(model, steps),
    ],
  };
}

/** Where tasks wait for a channel: for one that they send to or receive from, or in a select. */
function waitsForChannels({ channels }: LaneModel, steps: readonly Step[]): string[] {
  const waited = channels.filter((_, i) =>
    steps.some((step) => (step.kind === "send" || step.kind === "receive") && step.channel === i),
  );
  const names = waited.map(({ name }) => `waiting-channel:${name}`);
  const waits = steps.some((step) => step.kind === "select" && step.otherwise === undefined);
  return waits ? [...names, SELECT_PLACE.name] : names;
}

function stepsOf(model: LaneModel): Step[] {
  return model.classes.flatMap((cls) => allSteps(cls.steps));
}

/** So much memory is not used up by stacks and buffers alone in any ordinary scenario. */
const AMPLE_BYTES = 4 * 2 ** 30;

/** The users of a load wait between their requests, for thought or because the ramp says so. */
function mayThink({ executor }: LaneModel["loads"][number]): boolean {
  if (!("thinkTime" in executor)) return false;
  const { thinkTime } = executor;
  return executor.kind === "ramping-vus" || thinkTime.kind !== "constant" || thinkTime.ns > 0;
}
