/**
 * A lane's topology as the flow view draws it: parallel edges merged, places inside the runtime
 * told apart from those around it. Edges that leave or enter the runtime end at its box.
 */
import type { Place, PlaceKind, Resource, Topology } from "../../engine/api.ts";

/** Stands for the runtime's box where an edge ends at it. */
export const BOX = -1;

export interface FlowEdge {
  /** Index into `topology.places`, or BOX. */
  readonly from: number;
  readonly to: number;
  /** Indices into `topology.edges` whose moves add up to this edge. */
  readonly forward: readonly number[];
  /** The same for moves in the other direction; empty for a one-way edge. */
  readonly backward: readonly number[];
}

export interface FlowGraph {
  readonly places: readonly Place[];
  /** Indices of the places by the part of the picture they stand in. */
  readonly clients: readonly number[];
  readonly kernel: readonly number[];
  /** Those of the runtime, without the GIL's and those of pools, locks and channels. */
  readonly inside: readonly number[];
  /** Where threads wait for the GIL. */
  readonly gil: number | undefined;
  /** Where tasks wait for each other: drawn beside the box, with what they wait for. */
  readonly shared: readonly number[];
  readonly resources: readonly Resource[];
  readonly outside: readonly number[];
  readonly done: readonly number[];
  readonly failed: readonly number[];
  /** Edges between places of the runtime. */
  readonly insideEdges: readonly FlowEdge[];
  /** All others. */
  readonly outerEdges: readonly FlowEdge[];
}

export function flowGraph(topology: Topology): FlowGraph {
  const { places } = topology;
  // A place that no edge leads to has no part in this lane's program.
  const used = new Set(topology.edges.flatMap(({ from, to }) => [from, to]));
  const where = (test: (place: Place) => boolean) =>
    places.flatMap((place, index) => (used.has(index) && test(place) ? [index] : []));
  const merged = mergeEdges(topology);
  const isInside = insideOf(topology);
  const inner = where((place) => isInside(places.indexOf(place)));
  return {
    places,
    clients: where((place) => place.group === "client"),
    kernel: where((place) => place.group === "kernel"),
    inside: inner.filter((index) => places[index]!.kind !== "gil"),
    gil: inner.find((index) => places[index]!.kind === "gil"),
    resources: topology.resources,
    shared: where((place) => place.group === "runtime" && !isInside(places.indexOf(place))),
    outside: where((place) => place.group === "outside"),
    done: where((place) => place.group === "end" && place.kind !== "failed"),
    failed: where((place) => place.group === "end" && place.kind === "failed"),
    insideEdges: merged.filter(({ from, to }) => isInside(from) && isInside(to)),
    outerEdges: merged.filter(({ from, to }) => !(isInside(from) && isInside(to))),
  };
}

interface OpenEdge {
  readonly from: number;
  readonly to: number;
  readonly forward: number[];
  readonly backward: number[];
}

function mergeEdges(topology: Topology): FlowEdge[] {
  const { places, edges } = topology;
  const isInside = insideOf(topology);
  const merged = new Map<string, OpenEdge>();
  for (const [index, edge] of edges.entries()) {
    const both = isInside(edge.from) && isInside(edge.to);
    // What ends while it waits outside ends for the runtime: its arrow starts at the box.
    const isBeside = places[edge.from]?.group === "outside" || isShared(topology, edge.from);
    const leaves = isBeside && places[edge.to]?.group === "end";
    const from = !both && (leaves || isInside(edge.from)) ? BOX : edge.from;
    // Data that arrives for who waits outside waits at the runtime's door: the way back, drawn short.
    const returns = isBeside && places[edge.to]?.group === "kernel";
    const to = !both && (returns || isInside(edge.to)) ? BOX : edge.to;
    // A finished request goes back to its client; the arrow would cross everything and say nothing.
    if (from === to || places[to]?.group === "client") continue;
    const flipped =
      both && rankOf(places[from]) !== rankOf(places[to])
        ? rankOf(places[from]) > rankOf(places[to])
        : merged.has(`${to} ${from}`);
    const [first, second] = flipped ? [to, from] : [from, to];
    const known = merged.get(`${first} ${second}`) ?? newEdge(first, second);
    merged.set(`${first} ${second}`, known);
    (flipped ? known.backward : known.forward).push(index);
  }
  return [...merged.values()];
}

function newEdge(from: number, to: number): OpenEdge {
  return { from, to, forward: [], backward: [] };
}

/**
 * Inside the runtime, what waits comes before what is ready, and that before what runs. Edges are
 * laid out in this direction whichever way they were declared, so that all runtimes look alike.
 */
const RANKS: Partial<Record<PlaceKind, number>> = { ready: 1, run: 2 };

function rankOf(place: Place | undefined): number {
  return place === undefined ? 0 : (RANKS[place.kind] ?? 0);
}

/** Which places are drawn in the box: the runtime's, without those that tasks share. */
function insideOf(topology: Topology): (index: number) => boolean {
  return (index) =>
    index === BOX || (topology.places[index]?.group === "runtime" && !isShared(topology, index));
}

function isShared({ resources }: Topology, index: number): boolean {
  return resources.some(({ place }) => place === index);
}
