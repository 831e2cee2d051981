/** The runtime models by name: places, edges and construction. A new one is a file and a row. */
import type { Inside, Place } from "../api.ts";
import type { Runtime } from "../scenario/model.ts";
import { eventLoopEdges, eventLoopInside, eventLoopPlaces } from "./event-loop-flow.ts";
import { EventLoop } from "./event-loop.ts";
import type { EdgeName, Uses } from "./flow.ts";
import { goroutinesEdges, goroutinesInside, goroutinesPlaces } from "./goroutines-flow.ts";
import { Goroutines } from "./goroutines.ts";
import type { RuntimeModel, RuntimeParts } from "./runtime.ts";
import { threadsEdges, threadsInside, threadsPlaces } from "./threads-flow.ts";
import { Threads } from "./threads.ts";
import {
  virtualThreadsEdges,
  virtualThreadsInside,
  virtualThreadsPlaces,
} from "./virtual-threads-flow.ts";
import { VirtualThreads } from "./virtual-threads.ts";

interface RuntimeDefinition<R extends Runtime> {
  places(config: R): Place[];
  edges(config: R, uses: Uses): EdgeName[];
  inside(config: R): Inside;
  /** `connections`: how many connections keep their home. */
  create(parts: RuntimeParts, config: R, connections: number): RuntimeModel;
}

const RUNTIMES = {
  threads: {
    places: threadsPlaces,
    edges: threadsEdges,
    inside: threadsInside,
    create: (parts, config, connections) => new Threads(parts, config, connections),
  },
  "event-loop": {
    places: eventLoopPlaces,
    edges: eventLoopEdges,
    inside: eventLoopInside,
    create: (parts, config) => new EventLoop(parts, config),
  },
  goroutines: {
    places: goroutinesPlaces,
    edges: goroutinesEdges,
    inside: goroutinesInside,
    create: (parts, config) => new Goroutines(parts, config),
  },
  "virtual-threads": {
    places: virtualThreadsPlaces,
    edges: virtualThreadsEdges,
    inside: virtualThreadsInside,
    create: (parts, config) => new VirtualThreads(parts, config),
  },
} as const satisfies { [M in Runtime["model"]]: RuntimeDefinition<Extract<Runtime, { model: M }>> };

/** The definition that fits a lane's runtime. */
export function runtimeDefinition(config: Runtime): RuntimeDefinition<Runtime> {
  return RUNTIMES[config.model];
}
