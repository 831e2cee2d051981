/** What a lane looks like: its places, the edges its scenario can use, its box in the flow view. */
import type { Place, Topology } from "./api.ts";
import { clientEdges, edgesOf, type Uses } from "./runtimes/flow.ts";
import type { runtimeDefinition } from "./runtimes/index.ts";
import { PROFILES } from "./runtimes/profiles/index.ts";
import { COMMON_PLACES } from "./runtimes/runtime.ts";
import type { LaneModel, Step } from "./scenario/model.ts";

export function topologyOf(
  model: LaneModel,
  definition: ReturnType<typeof runtimeDefinition>,
): { topology: Topology; firstPlace: number; poolPlace: number } {
  const { runtime } = model;
  const own = definition.places(runtime);
  const pools = model.pools.map((pool): Place => ({
    name: `waiting-pool:${pool.name}`,
    label: `waits for pool ${pool.name}`,
    kind: "pool",
    group: "runtime",
  }));
  const places = [...COMMON_PLACES, ...own, ...pools].map((place) => withCapacity(place, model));
  const uses = usesOf(model);
  const edges = edgesOf(places, [...clientEdges(uses), ...definition.edges(runtime, uses)]);
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
  };
}

function withCapacity(place: Place, model: LaneModel): Place {
  if (place.name === "running") return { ...place, capacity: model.machine.cores };
  if (place.name !== "accept-queue") return place;
  const backlog = model.runtime.backlog ?? PROFILES[model.runtime.profile].backlog.value;
  return backlog === Infinity ? place : { ...place, capacity: backlog };
}

/** What programs and loads of the lane make use of. */
function usesOf(model: LaneModel): Uses {
  const kinds = new Set<Step["kind"]>();
  for (const cls of model.classes) collectKinds(cls.steps, kinds);
  const origins = new Set(model.loads.map((load) => load.origin));
  return {
    clients: origins.has("client"),
    inside: origins.has("inside"),
    io: kinds.has("io"),
    block: kinds.has("block"),
    sleep: kinds.has("sleep"),
    offload: kinds.has("offload"),
    parallel: kinds.has("parallel"),
    errors: kinds.has("fail") || kinds.has("acquire"),
    timeouts: model.loads.some((load) => load.timeoutNs < Infinity),
    pools: model.pools.map((pool) => pool.name),
  };
}

function collectKinds(steps: readonly Step[], kinds: Set<Step["kind"]>): void {
  for (const step of steps) {
    kinds.add(step.kind);
    if ("steps" in step) collectKinds(step.steps, kinds);
    if (step.kind === "choose") for (const b of step.branches) collectKinds(b.steps, kinds);
    if (step.kind === "parallel") for (const b of step.branches) collectKinds(b, kinds);
  }
}
