import * as fc from "fast-check";
import { expect, it } from "vitest";
import { decimate } from "./decimate.ts";

it("keeps the spike of a pixel column that holds a hundred points", () => {
  const x = Array.from({ length: 100 }, (_, i) => i / 100);
  const y = x.map((_, i) => (i === 57 ? 99 : 1));
  expect(decimate(x, y)).toContain(57);
  expect(decimate(x, y).length).toBeLessThanOrEqual(5);
});

it("draws every point where points are sparse", () => {
  expect(decimate([0, 10, 20], [1, 2, 3])).toEqual([0, 1, 2]);
});

it("keeps a gap inside a crowded pixel", () => {
  const y = [1, 2, NaN, 4, 5, 6, 7];
  expect(
    decimate(
      y.map(() => 0.5),
      y,
    ),
  ).toContain(2);
});

it("never loses the extremes of any pixel column and keeps the order", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 }),
      (y) => {
        const x = y.map((_, i) => i / 7);
        const kept = decimate(x, y);
        expect(kept).toEqual([...kept].sort((a, b) => a - b));
        expect(Math.max(...kept.map((i) => y[i]!))).toBe(Math.max(...y));
        expect(Math.min(...kept.map((i) => y[i]!))).toBe(Math.min(...y));
      },
    ),
  );
});
