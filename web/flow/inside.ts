/** Lays out the places inside the runtime's box with dagre, but the GIL's, in a given direction. */
import { Graph, layout } from "@dagrejs/dagre";
import type { FlowGraph } from "./graph.ts";
import { type Rect, type Point, INNER_HEIGHT, innerWidth } from "./shapes.ts";

export interface InsideLayout {
  readonly width: number;
  readonly height: number;
  /** By index of the place. */
  readonly nodes: ReadonlyMap<number, Rect>;
  /** In the order of `graph.insideEdges`; empty for those to and from the GIL. */
  readonly paths: readonly (readonly Point[])[];
}

/** `rankdir` is dagre's: "LR" left to right, "TB" top to bottom. */
export function layOutInside(graph: FlowGraph, rankdir: "LR" | "TB"): InsideLayout {
  const drawing = new Graph({ multigraph: false });
  drawing.setGraph({
    rankdir,
    nodesep: rankdir === "LR" ? 8 : 14,
    // Between ranks stands a rate.
    ranksep: rankdir === "LR" ? 40 : 22,
    marginx: 0,
    marginy: 0,
  });
  drawing.setDefaultEdgeLabel(() => ({}));
  for (const index of graph.inside) {
    const place = graph.places[index]!;
    drawing.setNode(String(index), { width: innerWidth(place), height: INNER_HEIGHT });
  }
  for (const { from, to } of graph.insideEdges) {
    if (from !== graph.gil && to !== graph.gil) drawing.setEdge(String(from), String(to), {});
  }
  if (graph.inside.length > 0) layout(drawing);
  return readDrawing(graph, drawing);
}

function readDrawing(graph: FlowGraph, drawing: Graph): InsideLayout {
  const nodes = new Map<number, Rect>();
  for (const index of graph.inside) {
    const { x, y, width, height } = drawing.node(String(index)) as Rect;
    nodes.set(index, { x: x - width / 2, y: y - height / 2, width, height });
  }
  const paths = graph.insideEdges.map(({ from, to }) => {
    const edge = drawing.edge(String(from), String(to)) as
      | { points?: readonly Point[] }
      | undefined;
    return edge?.points ?? [];
  });
  const points = paths.flat();
  const right = Math.max(
    0,
    ...[...nodes.values()].map((r) => r.x + r.width),
    ...points.map((p) => p.x),
  );
  const bottom = Math.max(
    0,
    ...[...nodes.values()].map((r) => r.y + r.height),
    ...points.map((p) => p.y),
  );
  return { width: right, height: bottom, nodes, paths };
}
