/** Paths of edges: smooth inside the box, straight or with one bend around it. */
import { curveBasis, line } from "d3-shape";
import { BOX, type FlowEdge } from "./graph.ts";
import { type Point, type Rect, centre } from "./shapes.ts";

export interface Route {
  readonly d: string;
  readonly label: Point;
}

const smooth = line<Point>()
  .x((point) => point.x)
  .y((point) => point.y)
  .curve(curveBasis);

/** A figure stands this much above its edge: requests pass below it and hide nothing. */
const ABOVE = 9;
/** Space that arrow heads keep from the shapes they point at. */
const HEAD = 2;

export function routeInside(points: readonly Point[], shift: Point): Route {
  const moved = points.map(({ x, y }) => ({ x: x + shift.x, y: y + shift.y }));
  const middle = moved[Math.floor(moved.length / 2)] ?? shift;
  return { d: smooth(moved) ?? "", label: { x: middle.x, y: middle.y - ABOVE } };
}

/**
 * Straight up or down between the GIL, which is as wide as the box, and a place below it; beside
 * whatever stands in between.
 */
export function routeUpright(edge: FlowEdge, nodes: ReadonlyMap<number, Rect>): Route {
  const from = nodes.get(edge.from)!;
  const to = nodes.get(edge.to)!;
  const [upper, lower] = to.y > from.y ? [from, to] : [to, from];
  const x = centre(lower).x;
  const blocker = [...nodes.values()].find(
    (rect) => rect.y > upper.y && rect.y < lower.y && rect.x < x + 4 && rect.x + rect.width > x - 4,
  );
  if (blocker === undefined) return to === lower ? downwards(from, to) : upwards(from, to);
  return beside(upper, lower, { beyond: blocker, isDown: to === lower });
}

/** Out of the lower one's right side and up past `beyond`, or the same way down. */
function beside(
  upper: Rect,
  lower: Rect,
  { beyond, isDown }: { readonly beyond: Rect; readonly isDown: boolean },
): Route {
  const top = upper.y + upper.height + HEAD;
  const x0 = lower.x + lower.width;
  const x = Math.max(x0, beyond.x + beyond.width) + 9;
  const y = lower.y + 10;
  const d = isDown
    ? `M${x} ${top}V${y - 6}Q${x} ${y} ${x - 6} ${y}H${x0 + HEAD}`
    : `M${x0} ${y}H${x - 6}Q${x} ${y} ${x} ${y - 6}V${top}`;
  return { d, label: { x: x + 22, y: (top + y) / 2 } };
}

export interface Surroundings {
  readonly box: Rect;
  /** Height at which edges pass over the kernel's places. */
  readonly detourY: number;
}

/** An edge whose ends are outside the box, or at its border. */
export function routeOuter(
  edge: FlowEdge,
  nodes: ReadonlyMap<number, Rect>,
  { box, detourY }: Surroundings,
): Route {
  const from = edge.from === BOX ? box : nodes.get(edge.from)!;
  const to = edge.to === BOX ? box : nodes.get(edge.to)!;
  const between = [...nodes.values()].some(
    (rect) => rect.x >= from.x + from.width && rect.x + rect.width <= to.x,
  );
  if (edge.to === BOX && between) return over(from, to, detourY);
  if (to.x >= from.x + from.width) return sideways(from, to, edge.from === BOX, edge.to === BOX);
  if (from.x >= to.x + to.width) return backwards(from, to, edge);
  if (to.y >= from.y + from.height) return downwards(from, to);
  return upwards(from, to);
}

/** From the right edge of one to the left edge of the other, at the smaller one's height. */
function sideways(from: Rect, to: Rect, fromBox: boolean, toBox: boolean): Route {
  const y0 = fromBox ? clamp(centre(to).y, from) : centre(from).y;
  const y1 = toBox ? clamp(centre(from).y, to) : centre(to).y;
  const x0 = from.x + from.width;
  const x1 = to.x - HEAD;
  const bend = (x0 + x1) / 2;
  const d =
    Math.abs(y0 - y1) < 1
      ? `M${x0} ${y1}H${x1}`
      : `M${x0} ${y0}C${bend} ${y0} ${bend} ${y1} ${x1} ${y1}`;
  return { d, label: { x: bend, y: (y0 + y1) / 2 - ABOVE } };
}

/** From the top of one, above whatever stands between, into the box from its side or its top. */
function over(from: Rect, to: Rect, y: number): Route {
  const x0 = centre(from).x;
  const start = `M${x0} ${from.y}V${y + 8}Q${x0} ${y} ${x0 + 8} ${y}`;
  const label = { x: to.x - 24, y: y - ABOVE };
  if (y >= to.y + 12) return { d: `${start}H${to.x - HEAD}`, label };
  if (y > to.y - 16) {
    // Too close to the box's upper edge to come in from above.
    const y1 = to.y + 14;
    const x = to.x - 22;
    return { d: `${start}H${x}C${x + 12} ${y} ${x + 8} ${y1} ${to.x - HEAD} ${y1}`, label };
  }
  const x1 = to.x + 28;
  return { d: `${start}H${x1 - 8}Q${x1} ${y} ${x1} ${y + 8}V${to.y - HEAD}`, label };
}

function downwards(from: Rect, to: Rect): Route {
  const x = overlapMiddle(from, to);
  const y0 = from.y + from.height;
  const y1 = to.y - HEAD;
  return { d: `M${x} ${y0}V${y1}`, label: { x: x + 22, y: (y0 + y1) / 2 } };
}

function upwards(from: Rect, to: Rect): Route {
  const x = overlapMiddle(from, to);
  const y1 = to.y + to.height + HEAD;
  return { d: `M${x} ${from.y}V${y1}`, label: { x: x + 22, y: (from.y + y1) / 2 } };
}

/** Out of the left side, to something that stands left of it. */
function backwards(from: Rect, to: Rect, edge: FlowEdge): Route {
  const y0 = edge.from === BOX ? clamp(centre(to).y, from) : centre(from).y;
  const y1 = edge.to === BOX ? clamp(y0, to) : centre(to).y;
  const x1 = to.x + to.width + HEAD;
  const bend = (from.x + x1) / 2;
  const d = `M${from.x} ${y0}C${bend} ${y0} ${bend} ${y1} ${x1} ${y1}`;
  return { d, label: { x: bend, y: (y0 + y1) / 2 - ABOVE } };
}

function overlapMiddle(a: Rect, b: Rect): number {
  return (Math.max(a.x, b.x) + Math.min(a.x + a.width, b.x + b.width)) / 2;
}

function clamp(y: number, rect: Rect): number {
  return Math.max(rect.y + 12, Math.min(y, rect.y + rect.height - 12));
}
