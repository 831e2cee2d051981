import * as fc from "fast-check";
import { expect, it } from "vitest";
import { type EndLabel, placeLabels } from "./labels.ts";

const room = { top: 5, bottom: 85, gap: 11.5 };
const label = (lane: EndLabel["lane"], y: number, value = y, rank = 0): EndLabel => ({
  lane,
  metric: "",
  showLane: true,
  value,
  y,
  rank,
});

it("gives lines that end together one label with all their letters", () => {
  const placed = placeLabels([label("C", 21, 719), label("A", 60), label("B", 20, 721)], room);
  expect(placed.map(({ lanes, low, high }) => [lanes.join(" "), low, high])).toEqual([
    ["B C", 719, 721],
    ["A", 60, 60],
  ]);
});

it("leaves a label where its line ends when there is room", () => {
  expect(placeLabels([label("A", 20), label("B", 50)], room).map(({ y }) => y)).toEqual([20, 50]);
});

it("pushes close labels apart around their middle", () => {
  const placed = placeLabels([label("A", 40), label("B", 46)], room);
  expect(placed.map(({ y }) => y)).toEqual([43 - 5.75, 43 + 5.75]);
});

it("puts the higher percentile first where two end at one height", () => {
  const ends = ["p50", "p99", "p95"].map((metric) => Object.assign(label("A", 40), { metric }));
  expect(placeLabels(ends, room).map(({ metric }) => metric)).toEqual(["p99", "p95", "p50"]);
});

it("drops the least important labels when there are too many", () => {
  const many = Array.from({ length: 12 }, (_, i) => label("A", 5 + i * 7, i, i));
  const shown = placeLabels(many, room).map(({ low }) => low);
  expect(shown).toEqual([0, 1, 2, 3, 4, 5, 6]);
});

it("skips lines without a value", () => {
  expect(placeLabels([label("A", NaN)], room)).toEqual([]);
});

it("keeps every label inside and at least the gap from the next", () => {
  const ends = fc.array(fc.double({ min: -50, max: 150, noNaN: true }), { maxLength: 7 });
  fc.assert(
    fc.property(ends, (ys) => {
      const placed = placeLabels(
        ys.map((y) => label("A", y)),
        room,
      );
      const gaps = placed.slice(1).map(({ y }, i) => y - placed[i]!.y);
      expect(Math.min(room.gap, ...gaps)).toBeCloseTo(room.gap);
      expect(Math.min(room.top, ...placed.map(({ y }) => y))).toBeCloseTo(room.top);
      expect(Math.max(room.bottom, ...placed.map(({ y }) => y))).toBeCloseTo(room.bottom);
    }),
  );
});
