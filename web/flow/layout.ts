/**
 * Where everything in the flow view stands: client, kernel, runtime box with its places and cores,
 * outside, ends, from left to right. Computed once per topology; nothing moves during a run.
 */
import type { Topology } from "../../engine/api.ts";
import { type FlowEdge, type FlowGraph, flowGraph } from "./graph.ts";
import { type InsideLayout, layOutInside } from "./inside.ts";
import { type MachineryLayout, layOutMachinery } from "./machinery.ts";
import { type Route, routeInside, routeOuter, routeUpright } from "./route.ts";
import {
  FAILED_PILL,
  GIL_HEIGHT,
  OUTER_HEIGHT,
  OUTER_WIDTH,
  PILL,
  type Point,
  QUEUE,
  type Rect,
  failureWidth,
  hasDots,
  labelWidth,
  sharedHeight,
  sharedWidth,
} from "./shapes.ts";

export interface PlacedEdge extends FlowEdge {
  /** SVG path data. */
  readonly d: string;
  /** Middle of the rate's text. */
  readonly label: Point;
  readonly failure: boolean;
}

export interface FlowLayout {
  readonly width: number;
  readonly height: number;
  readonly graph: FlowGraph;
  /** By index of the place. */
  readonly nodes: ReadonlyMap<number, Rect>;
  readonly box: Rect;
  /** The runtime's parts; their rectangles are relative to `machineryAt`. */
  readonly machinery: MachineryLayout;
  readonly machineryAt: Point;
  /** One tile per core, smaller the more there are; a single tile for all of very many. */
  readonly cores: readonly Rect[];
  readonly edges: readonly PlacedEdge[];
}

const MARGIN = 10;
/** Failures are pressed in drawings of two thirds of their size: there they are 24 px apart. */
const GAP = { client: 34, kernel: 40, right: 48, stack: 8, failed: 12 } as const;
const BOX_PADDING = 12;
const BOX_HEAD = 28;
/** Between the bands of the box: machinery, GIL, places. */
const BAND_GAP = 10;
/** Above the places, where no GIL keeps the figure of the topmost edge off the machinery's note. */
const EDGE_HEAD = 8;
/** Of drawings whose size on the screen is about the same the flattest has the fewest rows. */
const NEARLY_AS_LARGE = 0.96;
/** Widths that the machinery is tried in. */
const MACHINERY_WIDTHS = [250, 300, 360, 430, 500] as const;
const CORE_LABEL = 18;
/** By how many cores there are: the fewer they are, the more their tiles can say. */
const CORE_TILES = [
  { most: 4, perRow: 4, width: 68, height: 34, gap: 6 },
  { most: 16, perRow: 8, width: 50, height: 34, gap: 6 },
  { most: 64, perRow: 16, width: 26, height: 20, gap: 4 },
] as const;
/** Stands for all cores where their tiles would say nothing. */
const ALL_CORES: CoreGrid = {
  tiles: [{ x: 0, y: 0, width: 180, height: 36 }],
  width: 180,
  height: 36,
};
/** From the queues of the kernel down to those that it turned away. */
const BELOW_QUEUES = 30;
/** Space for the view's buttons above the right column. */
const TOOLS = 24;

/** The drawing for a panel of about `aspect` (width by height), as large as it can be. */
export function layOutFlow(topology: Topology, aspect: number): FlowLayout {
  const graph = flowGraph(topology);
  const drawings = (["LR", "TB"] as const).flatMap((rankdir) => {
    const inside = layOutInside(graph, rankdir);
    return MACHINERY_WIDTHS.map((width) =>
      arrange(topology, graph, { inside, machinery: layOutMachinery(topology, width) }),
    );
  });
  const scale = ({ width, height }: FlowLayout) => Math.min(aspect / width, 1 / height);
  const best = Math.max(...drawings.map(scale));
  const good = drawings.filter((drawing) => scale(drawing) >= best * NEARLY_AS_LARGE);
  return good.reduce((flattest, next) => (next.height < flattest.height ? next : flattest));
}

/** What lies over the panel's upper corners, CSS pixels: the legend, and the view's buttons. */
const CORNERS = { legend: { width: 194, height: 40 }, tools: { width: 178, height: 34 } } as const;

/** Whether the drawing in a panel of so many CSS pixels reaches under legend or buttons. */
export function reachesCorners(layout: FlowLayout, panel: Size, scaleMax: number): boolean {
  const scale = Math.min(panel.width / layout.width, panel.height / layout.height, scaleMax);
  const left = (panel.width - layout.width * scale) / 2;
  const top = (panel.height - layout.height * scale) / 2;
  return [layout.box, ...layout.nodes.values()].some(({ x, y, width }) => {
    const from = left + x * scale;
    const above = top + y * scale;
    const isUnderLegend = from < CORNERS.legend.width && above < CORNERS.legend.height;
    const to = from + width * scale;
    const isUnderTools = to > panel.width - CORNERS.tools.width && above < CORNERS.tools.height;
    return isUnderLegend || isUnderTools;
  });
}

interface Size {
  readonly width: number;
  readonly height: number;
}

/** What stands in the box above the cores. */
interface Inner {
  readonly inside: InsideLayout;
  readonly machinery: MachineryLayout;
}

function arrange(topology: Topology, graph: FlowGraph, inner: Inner): FlowLayout {
  const { inside, machinery } = inner;
  const cores = coreGrid(topology.cores);
  const frame = frameOf(graph, inner, cores);
  const { box } = frame;
  const machineryAt = { x: box.x + (box.width - machinery.width) / 2, y: box.y + BOX_HEAD };
  const gilY = machineryAt.y + machinery.height + BAND_GAP;
  const shift = {
    x: box.x + (box.width - inside.width) / 2,
    y: gilY + aboveInside(graph),
  };
  const nodes = placeNodes(graph, frame);
  for (const [index, rect] of inside.nodes) nodes.set(index, moved(rect, shift));
  if (graph.gil !== undefined) {
    const width = box.width - 2 * BOX_PADDING;
    nodes.set(graph.gil, { x: box.x + BOX_PADDING, y: gilY, width, height: GIL_HEIGHT });
  }
  const toCores = {
    x: box.x + (box.width - cores.width) / 2,
    y: bottomOf(box) - BOX_PADDING - cores.height,
  };
  const detourY = Math.min(frame.middle, ...graph.kernel.map((i) => nodes.get(i)!.y)) - 12;
  return {
    width: frame.x.right + frame.rightWidth + MARGIN,
    height: frame.height,
    graph,
    nodes,
    box,
    machinery,
    machineryAt,
    cores: cores.tiles.map((tile) => moved(tile, toCores)),
    edges: [
      ...graph.insideEdges.map((edge, i) => {
        const isWithGil = edge.from === graph.gil || edge.to === graph.gil;
        return placeEdge(
          edge,
          isWithGil ? routeUpright(edge, nodes) : routeInside(inside.paths[i]!, shift),
        );
      }),
      ...graph.outerEdges.map((edge) =>
        placeEdge(edge, routeOuter(edge, nodes, { box, detourY }), graph),
      ),
    ],
  };
}

/** The columns of the drawing, and what stands in the two that hold ends of requests. */
interface Frame {
  readonly height: number;
  /** Height at which clients and kernel are centred. */
  readonly middle: number;
  readonly x: { readonly client: number; readonly kernel: number; readonly right: number };
  readonly kernelWidth: number;
  readonly rightWidth: number;
  readonly box: Rect;
  /** Failures before the runtime stand under the kernel's places, all others at the right. */
  readonly turnedAway: readonly number[];
  readonly right: readonly number[];
}

function frameOf(graph: FlowGraph, { inside, machinery }: Inner, cores: CoreGrid): Frame {
  const turnedAway = graph.failed.filter((index) => failsInKernel(graph, index));
  const others = graph.failed.filter((index) => !turnedAway.includes(index));
  const right = [...graph.shared, ...graph.outside, ...graph.done, ...others];
  const kernelLabels = graph.kernel.map((index) => labelWidth(graph.places[index]!));
  const kernelWidth = Math.max(QUEUE.width, ...kernelLabels);
  const rightWidth = Math.max(OUTER_WIDTH, ...right.map((index) => widthOf(graph, index)));
  const width = Math.max(inside.width, machinery.width, cores.width, 180) + 2 * BOX_PADDING;
  const above = BOX_HEAD + machinery.height + BAND_GAP + aboveInside(graph) + inside.height;
  const boxHeight = above + CORE_LABEL + cores.height + BOX_PADDING + BAND_GAP;
  const queuesHeight = stackHeight(graph, graph.kernel);
  const belowHeight = turnedAway.length === 0 ? 0 : BELOW_QUEUES + stackHeight(graph, turnedAway);
  const kernelHeight = queuesHeight + belowHeight + 20;
  const height = Math.max(boxHeight, stackHeight(graph, right) + TOOLS, kernelHeight) + 2 * MARGIN;
  const kernelX = MARGIN + (graph.clients.length > 0 ? PILL.width + GAP.client : 0);
  const boxX = kernelX + (graph.kernel.length > 0 ? kernelWidth + GAP.kernel : 0);
  return {
    height,
    // What is turned away stands below, and has to fit there.
    middle: Math.min(height / 2, height - MARGIN - belowHeight - queuesHeight / 2),
    x: { client: MARGIN, kernel: kernelX, right: boxX + width + GAP.right },
    kernelWidth,
    rightWidth,
    box: { x: boxX, y: (height - boxHeight) / 2, width, height: boxHeight },
    turnedAway,
    right,
  };
}

/** What the places inside leave free above them, below the machinery. */
function aboveInside(graph: FlowGraph): number {
  return graph.gil === undefined ? EDGE_HEAD : GIL_HEIGHT + 2 * BAND_GAP;
}

/** All places but those inside the box. */
function placeNodes(graph: FlowGraph, frame: Frame): Map<number, Rect> {
  const { height, middle, x, kernelWidth, rightWidth } = frame;
  const nodes = new Map<number, Rect>();
  stack(graph, graph.clients, nodes, { x: x.client, middle, width: PILL.width });
  stack(graph, graph.kernel, nodes, { x: x.kernel, middle, width: kernelWidth });
  const queueBottom = Math.max(middle, ...graph.kernel.map((i) => bottomOf(nodes.get(i)!)));
  const below = { x: x.kernel + kernelWidth / 2, y: queueBottom + BELOW_QUEUES };
  placeFailures(graph, frame.turnedAway, nodes, below);
  stack(graph, frame.right, nodes, {
    x: x.right,
    middle: height / 2 + TOOLS / 2,
    width: rightWidth,
  });
  return nodes;
}

function moved(rect: Rect, by: Point): Rect {
  return { ...rect, x: rect.x + by.x, y: rect.y + by.y };
}

function placeEdge(edge: FlowEdge, route: Route, graph?: FlowGraph): PlacedEdge {
  return { ...edge, ...route, failure: graph?.failed.includes(edge.to) ?? false };
}

/** Whether requests are turned away before they reach the runtime. */
function failsInKernel(graph: FlowGraph, failed: number): boolean {
  return graph.outerEdges.some(
    ({ from, to }) =>
      to === failed && (graph.kernel.includes(from) || graph.clients.includes(from)),
  );
}

function heightOf(graph: FlowGraph, index: number): number {
  const place = graph.places[index]!;
  if (graph.failed.includes(index)) return FAILED_PILL.height;
  if (place.group === "client" || place.group === "end") return PILL.height;
  const resource = graph.resources.find((one) => one.place === index);
  if (resource !== undefined) return sharedHeight(resource);
  return hasDots(place) && place.group === "kernel" ? QUEUE.height : OUTER_HEIGHT;
}

function widthOf(graph: FlowGraph, index: number): number {
  const place = graph.places[index]!;
  if (graph.failed.includes(index)) return failureWidth(place);
  return graph.shared.includes(index) ? sharedWidth(place) : labelWidth(place);
}

function stackHeight(graph: FlowGraph, indices: readonly number[]): number {
  return indices.reduce(
    (sum, index, i) => sum + (i === 0 ? 0 : gapAbove(graph, index)) + heightOf(graph, index),
    0,
  );
}

function gapAbove(graph: FlowGraph, index: number): number {
  return graph.failed.includes(index) ? GAP.failed : GAP.stack;
}

interface Column {
  readonly x: number;
  readonly middle: number;
  readonly width: number;
}

function stack(
  graph: FlowGraph,
  indices: readonly number[],
  nodes: Map<number, Rect>,
  column: Column,
): void {
  let y = column.middle - stackHeight(graph, indices) / 2;
  for (const [i, index] of indices.entries()) {
    const height = heightOf(graph, index);
    if (i > 0) y += gapAbove(graph, index);
    nodes.set(index, { x: column.x, y, width: column.width, height });
    y += height;
  }
}

/** Below the queue that turns requests away, one pill under the other. */
function placeFailures(
  graph: FlowGraph,
  indices: readonly number[],
  nodes: Map<number, Rect>,
  at: Point,
): void {
  indices.forEach((index, i) => {
    const { height } = FAILED_PILL;
    const width = failureWidth(graph.places[index]!);
    const y = at.y + i * (height + GAP.failed);
    nodes.set(index, { x: at.x - width / 2, y, width, height });
  });
}

interface CoreGrid {
  readonly tiles: readonly Rect[];
  readonly width: number;
  readonly height: number;
}

function coreGrid(cores: number): CoreGrid {
  const size = CORE_TILES.find(({ most }) => cores <= most);
  if (size === undefined) return ALL_CORES;
  const { width, height, gap } = size;
  const columns = Math.min(cores, size.perRow);
  const rows = Math.ceil(cores / columns);
  const tiles = Array.from({ length: cores }, (_, core) => ({
    x: (core % columns) * (width + gap),
    y: Math.floor(core / columns) * (height + gap),
    width,
    height,
  }));
  return { tiles, width: columns * (width + gap) - gap, height: rows * (height + gap) - gap };
}

function bottomOf(rect: Rect): number {
  return rect.y + rect.height;
}
