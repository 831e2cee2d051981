import { expect, test } from "vitest";
import { inverseNormal } from "../kernel/math.ts";
import { Stream } from "../kernel/random.ts";
import { studentT975 } from "./confidence.ts";
import { estimate, pairedDifference, pointwise } from "./replicated.ts";

test("Student's t is that of the tables", () => {
  expect([1, 2, 4, 9, 30].map(studentT975)).toEqual([12.706, 4.303, 2.776, 2.262, 2.042]);
  expect(studentT975(60)).toBeCloseTo(2.0003, 3);
  expect(studentT975(120)).toBeCloseTo(1.9799, 3);
});

test("the interval of five values is the one worked out by hand", () => {
  // mean 12, s² = 2.5, t(4) = 2.776: half width 2.776 · √(2.5 ÷ 5)
  const { mean, low, high } = estimate([10, 11, 12, 13, 14]);
  expect(mean).toBe(12);
  expect(high - mean).toBeCloseTo(1.96293, 4);
  expect(mean - low).toBeCloseTo(1.96293, 4);
});

test("19 of 20 intervals of ten replications contain the mean", () => {
  let covered = 0;
  for (let seed = 0; seed < 1000; seed++) {
    const stream = new Stream(seed, "replications");
    const { low, high } = estimate(Array.from({ length: 10 }, () => inverseNormal(stream.next())));
    if (low <= 0 && high >= 0) covered++;
  }
  expect(covered).toBeGreaterThan(930);
  expect(covered).toBeLessThan(970);
});

test("what two lanes have in common does not blur what sets them apart", () => {
  const stream = new Stream(1, "pairs");
  const common = Array.from({ length: 5 }, () => 100 * stream.next());
  const better = common.map((value) => value + 1 + 0.1 * stream.next());
  const { low, high } = pairedDifference(better, common);
  expect(low).toBeGreaterThan(0.9);
  expect(high).toBeLessThan(1.2);
  const apart = estimate(better).low > estimate(common).high;
  expect(apart).toBe(false);
});

test("two values are too few, and gaps do not count", () => {
  expect(estimate([1, 2])).toEqual({ mean: 1.5, low: NaN, high: NaN });
  expect(estimate([1, NaN, 2, 3]).mean).toBe(2);
  const band = pointwise([
    Float64Array.of(1, NaN),
    Float64Array.of(2, NaN),
    Float64Array.of(300, 7),
  ]);
  expect([band.low[0], Number.isNaN(band.low[1])]).toEqual([0, true]);
});
