import * as fc from "fast-check";
import { expect, test } from "vitest";
import { Histogram } from "./histogram.ts";

const duration = fc.oneof(
  fc.nat({ max: 300 }),
  fc.integer({ min: 0, max: 1e9 }),
  fc.integer({ min: 0, max: 2e15 }),
);
const durations = fc.array(duration, { minLength: 1, maxLength: 200 });

function histogramOf(values: readonly number[]): Histogram {
  const histogram = new Histogram();
  for (const value of values) histogram.record(value);
  return histogram;
}

test("every quantile is within 0.5 % of the one in the sorted list", () => {
  fc.assert(
    fc.property(durations, fc.double({ min: 0, max: 1, noNaN: true }), (values, q) => {
      const sorted = values.toSorted((a, b) => a - b);
      const exact = sorted[Math.max(0, Math.ceil(q * values.length - 1e-9) - 1)]!;
      expect(Math.abs(histogramOf(values).quantile(q) - exact)).toBeLessThanOrEqual(exact * 0.005);
    }),
  );
});

test("mean and standard deviation are those of the list", () => {
  fc.assert(
    fc.property(durations, (values) => {
      const histogram = histogramOf(values);
      const mean = values.reduce((sum, x) => sum + x / values.length, 0);
      const variance = values.reduce(
        (sum, x) => sum + (x - mean) ** 2 / (values.length - 1 || 1),
        0,
      );
      expect(Math.abs(histogram.mean() - mean)).toBeLessThanOrEqual(mean * 1e-12);
      expect(Math.abs(histogram.stddev() - Math.sqrt(variance))).toBeLessThanOrEqual(mean * 1e-6);
    }),
  );
});

test("a small spread far from 0 is not lost", () => {
  const histogram = histogramOf([1e15, 1e15 + 2, 1e15 + 4]);
  expect(histogram.mean()).toBe(1e15 + 2);
  expect(histogram.stddev()).toBe(2);
});

test("merging two histograms is recording both lists", () => {
  fc.assert(
    fc.property(durations, durations, (a, b) => {
      const merged = histogramOf(a);
      merged.merge(histogramOf(b));
      const both = histogramOf([...a, ...b]);
      expect([merged.count, merged.min, merged.max]).toEqual([both.count, both.min, both.max]);
      for (const q of [0, 0.3, 0.5, 0.99, 1]) expect(merged.quantile(q)).toBe(both.quantile(q));
      expect(merged.mean()).toBeCloseTo(both.mean(), -1);
      expect(Math.abs(merged.stddev() - both.stddev())).toBeLessThanOrEqual(both.mean() * 1e-6);
    }),
  );
});

test("merging into an empty histogram, and an empty one into any, changes nothing", () => {
  const merged = new Histogram();
  merged.merge(histogramOf([5, 7]));
  merged.merge(new Histogram());
  expect(merged).toEqual(histogramOf([5, 7]));
});

test("a cleared histogram is a new one", () => {
  const histogram = histogramOf([0, 1, 5e6, 7e12]);
  histogram.clear();
  expect(histogram).toEqual(new Histogram());
});

test("without data there is no number to give", () => {
  const empty = new Histogram();
  expect([empty.quantile(0.5), empty.mean(), empty.stddev()]).toEqual([NaN, NaN, NaN]);
});

test("whole numbers below 128 and the extremes are exact", () => {
  for (let ns = 0; ns < 128; ns++) expect(histogramOf([0, ns, 1e12]).quantile(0.5)).toBe(ns);
  expect(histogramOf([3e15, 5e15]).quantile(1)).toBe(5e15);
});

test("a duration that is none is refused", () => {
  expect(() => histogramOf([-1])).toThrow("-1");
  expect(() => histogramOf([NaN])).toThrow("NaN");
});
