/**
 * The edges between places that all runtimes share, and what of a scenario decides whether an
 * edge can be used at all. Flow view and Mermaid text are generated from these declarations.
 */
import type { Edge, Place } from "../api.ts";

/** What the programs and loads of a lane make use of. */
export interface Uses {
  readonly clients: boolean;
  readonly inside: boolean;
  readonly io: boolean;
  readonly block: boolean;
  readonly sleep: boolean;
  readonly offload: boolean;
  readonly parallel: boolean;
  readonly errors: boolean;
  readonly timeouts: boolean;
  /** Names of the pools. */
  readonly pools: readonly string[];
}

/** An edge as "from>to", by place names. */
export type EdgeName = `${string}>${string}`;

/**
 * Edges of a task that runs on `runnable` and `running`: its waits and its ends. `waits` are the
 * places it comes back from through `back`.
 */
export function workEdges(uses: Uses, back: string): EdgeName[] {
  const edges: EdgeName[] = ["runnable>running", "running>runnable", "running>done"];
  const waits = [
    ...(uses.io ? ["waiting-io"] : []),
    ...(uses.block ? ["blocked"] : []),
    ...(uses.sleep || uses.inside ? ["sleeping"] : []),
    ...(uses.parallel ? ["joining"] : []),
    ...uses.pools.map((pool) => `waiting-pool:${pool}`),
  ];
  for (const wait of waits) edges.push(`running>${wait}`, `${wait}>${back}`);
  if (uses.errors) edges.push("running>failed:error");
  if (uses.timeouts) edges.push("running>abandoned");
  return edges;
}

/** How a client's request reaches the accept queue. */
export function clientEdges(uses: Uses): EdgeName[] {
  if (!uses.clients) return [];
  return [
    "client>accept-queue",
    "client>connecting",
    "connecting>accept-queue",
    "connecting>failed:rejected",
  ];
}

/** Time-outs: noted wherever the request is when its client gives up. */
export function timeoutEdges(uses: Uses, waitingPlaces: readonly string[]): EdgeName[] {
  if (!uses.timeouts) return [];
  return waitingPlaces.map((place): EdgeName => `${place}>failed:timeout`);
}

/** Names to indices; each edge once, in the order declared. */
export function edgesOf(places: readonly Place[], names: readonly EdgeName[]): Edge[] {
  const index = new Map(places.map((place, i) => [place.name, i]));
  const edges: Edge[] = [];
  for (const name of new Set(names)) {
    const at = name.indexOf(">");
    const from = index.get(name.slice(0, at));
    const to = index.get(name.slice(at + 1));
    if (from !== undefined && to !== undefined) edges.push({ from, to });
  }
  return edges;
}
