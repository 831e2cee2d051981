import { expect, it } from "vitest";
import type { Place } from "../../engine/api.ts";
import { BOX, flowGraph } from "./graph.ts";
import { layOutFlow, reachesCorners } from "./layout.ts";
import type { Rect } from "./shapes.ts";
import { THREADS_WITH_GIL, indexOf } from "./testing.ts";

const layout = layOutFlow(THREADS_WITH_GIL, 2.6);
const inside = (inner: Rect, outer: Rect) =>
  inner.x >= outer.x &&
  inner.y >= outer.y &&
  inner.x + inner.width <= outer.x + outer.width &&
  inner.y + inner.height <= outer.y + outer.height;
const apart = (a: Rect, b: Rect) =>
  a.x + a.width <= b.x || b.x + b.width <= a.x || a.y + a.height <= b.y || b.y + b.height <= a.y;

it("gives every place a node inside the drawing", () => {
  const page = { x: 0, y: 0, width: layout.width, height: layout.height };
  expect(layout.nodes.size).toBe(THREADS_WITH_GIL.places.length);
  expect([...layout.nodes.values()].filter((rect) => !inside(rect, page))).toEqual([]);
});

it("has room for several kinds of requests that the kernel turned away", () => {
  const { places, edges } = THREADS_WITH_GIL;
  const kinds = ["timed out", "crashed", "finished in vain"].map((label): Place => ({
    name: `failed:${label}`,
    label,
    kind: "failed",
    group: "end",
  }));
  const more = kinds.map((_, i) => ({ from: indexOf("accept-queue"), to: places.length + i }));
  const topology = {
    ...THREADS_WITH_GIL,
    places: [...places, ...kinds],
    edges: [...edges, ...more],
  };
  const { nodes, width, height } = layOutFlow(topology, 2.6);
  const page = { x: 0, y: 0, width, height };
  expect([...nodes.values()].filter((rect) => !inside(rect, page))).toEqual([]);
});

it("lets no two shapes overlap", () => {
  const shapes = [...layout.nodes.values(), ...layout.cores];
  const clashes = shapes.flatMap((a, i) => shapes.slice(i + 1).filter((b) => !apart(a, b)));
  expect(clashes).toEqual([]);
});

it("knows when it reaches under what stands in the panel's upper corners", () => {
  const { width, height } = layout;
  // With room around it on all sides, as wide as the panel, and as high.
  expect(reachesCorners(layout, { width: width + 400, height: height + 100 }, 1)).toBe(false);
  expect(reachesCorners(layout, { width, height: height + 100 }, 1)).toBe(false);
  expect(reachesCorners(layout, { width: width + 400, height }, 1)).toBe(false);
  expect(reachesCorners({ ...layout, box: { x: 150, y: 9, width: 9, height: 9 } }, layout, 1)).toBe(
    true,
  );
  const atRight = { x: width - 150, y: 9, width: 9, height: 9 };
  expect(reachesCorners({ ...layout, box: atRight }, layout, 1)).toBe(true);
});

it("keeps the runtime's places and the cores in its box, and all others out", () => {
  const within = [...layout.nodes].filter(([, rect]) => !apart(rect, layout.box)).map(([i]) => i);
  expect(new Set(within)).toEqual(new Set(["runnable", "waiting-gil", "running"].map(indexOf)));
  expect(layout.cores.every((core) => inside(core, layout.box))).toBe(true);
});

it("merges moves to and fro into one edge, and ends outer edges at the box", () => {
  const { insideEdges, outerEdges } = flowGraph(THREADS_WITH_GIL);
  const gil = insideEdges.find(
    ({ from, to }) => from === indexOf("waiting-gil") && to === indexOf("running"),
  );
  expect(gil).toMatchObject({ forward: [3], backward: [7] });
  const io = outerEdges.find(({ to }) => to === indexOf("waiting-io"));
  expect(io).toEqual({ from: BOX, to: indexOf("waiting-io"), forward: [8], backward: [9] });
});

it("draws no arrow back to the client", () => {
  expect(flowGraph(THREADS_WITH_GIL).outerEdges.some(({ to }) => to === indexOf("client"))).toBe(
    false,
  );
});

it("stays the same drawing for the same topology", () => {
  expect(layOutFlow(THREADS_WITH_GIL, 2.6)).toEqual(layout);
});

it("draws up to sixty-four cores tile by tile, and more of them as one", () => {
  const tiles = (cores: number) => layOutFlow({ ...THREADS_WITH_GIL, cores }, 2.6).cores;
  expect([4, 16, 64, 65].map((cores) => tiles(cores).length)).toEqual([4, 16, 64, 1]);
  const widths = [4, 16, 64].map((cores) => tiles(cores)[0]?.width ?? NaN);
  expect(widths).toEqual(widths.toSorted((a, b) => b - a));
});
