import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { Distribution } from "../scenario/model.ts";
import { compile, draw, LONGEST_NS, meanOf } from "./distribution.ts";

const MS = 1e6;

/** The mean over the midpoints of equal parts of (0, 1). */
function gridMean(d: Distribution, parts = 100_000): number {
  const s = compile(d);
  let sum = 0;
  for (let i = 0; i < parts; i++) sum += draw(s, (i + 0.5) / parts);
  return sum / parts;
}

// Parameters whose tails are light enough for a grid to see the whole mean.
const ns = fc.double({ min: 1e4, max: 1e10, noNaN: true });
const shape = fc.double({ min: 0.4, max: 200, noNaN: true });
const increasing: fc.Arbitrary<Distribution> = fc.oneof(
  fc.record({ kind: fc.constant("constant" as const), ns }),
  fc.record({ kind: fc.constant("exponential" as const), meanNs: ns }),
  fc
    .tuple(ns, ns)
    .map(([minNs, width]) => ({ kind: "uniform" as const, minNs, maxNs: minNs + width })),
  fc.record({ kind: fc.constant("normal" as const), meanNs: ns, stddevNs: ns }),
  fc.record({
    kind: fc.constant("lognormal" as const),
    meanNs: ns,
    sigma: fc.double({ min: 0.01, max: 1.2, noNaN: true }),
  }),
  fc.record({ kind: fc.constant("gamma" as const), meanNs: ns, shape }),
  fc.record({
    kind: fc.constant("weibull" as const),
    scaleNs: ns,
    shape: fc.double({ min: 0.7, max: 20, noNaN: true }),
  }),
  fc.record({
    kind: fc.constant("pareto" as const),
    minNs: ns,
    shape: fc.double({ min: 3, max: 20, noNaN: true }),
    maxNs: fc.constant(Infinity),
  }),
  fc.tuple(ns, fc.double({ min: 1.1, max: 1000, noNaN: true }), shape).map(([minNs, ratio, a]) => ({
    kind: "pareto" as const,
    minNs,
    shape: a,
    maxNs: minNs * ratio,
  })),
  fc
    .array(fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), ns), { minLength: 1 })
    .map((steps) => empirical(steps)),
);

function empirical(steps: readonly (readonly [number, number])[]): Distribution {
  const total = steps.reduce((sum, [p]) => sum + p, 0);
  const quantiles: [number, number][] = [[0, 0]];
  let p = 0;
  let at = 0;
  for (const [share, width] of steps) quantiles.push([(p += share / total), (at += width)]);
  quantiles.at(-1)![0] = 1;
  return { kind: "empirical", quantiles };
}

test("the mean of many draws is the mean that meanOf computes", () => {
  fc.assert(
    fc.property(increasing, (d) => {
      expect(Math.abs(gridMean(d, 20_000) / meanOf(d) - 1)).toBeLessThan(0.002);
    }),
  );
});

test("a larger uniform number never gives a shorter duration, and all are whole", () => {
  const u = fc.double({ min: 2 ** -53, max: 1 - 2 ** -53, noNaN: true });
  fc.assert(
    fc.property(increasing, fc.array(u, { minLength: 20 }), (d, us) => {
      const s = compile(d);
      const durations = us.toSorted((a, b) => a - b).map((it) => draw(s, it));
      expect(durations).toEqual(durations.toSorted((a, b) => a - b));
      for (const duration of durations) {
        expect(Number.isSafeInteger(duration) && duration >= 0).toBe(true);
      }
    }),
  );
});

test("a hyperexponential has the mean and the second moment of its branches", () => {
  const branches = [
    { p: 0.9, meanNs: 1 * MS },
    { p: 0, meanNs: 5 },
    { p: 0.1, meanNs: 20 * MS },
  ];
  const s = compile({ kind: "hyperexponential", branches });
  const parts = 200_000;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < parts; i++) {
    const duration = draw(s, (i + 0.5) / parts);
    sum += duration;
    squares += duration * duration;
  }
  expect(sum / parts / meanOf({ kind: "hyperexponential", branches })).toBeCloseTo(1, 3);
  expect(squares / parts / (2 * (0.9 + 0.1 * 400) * MS * MS)).toBeCloseTo(1, 2);
});

test("the tail quantiles are the textbook's", () => {
  const at = (d: Distribution, u: number) => draw(compile(d), u) / MS;
  expect(at({ kind: "exponential", meanNs: MS }, 0.999)).toBeCloseTo(6.9078, 4);
  expect(at({ kind: "lognormal", meanNs: MS, sigma: 1 }, 0.99)).toBeCloseTo(6.2108, 3);
  expect(at({ kind: "weibull", scaleNs: MS, shape: 2 }, 0.99)).toBeCloseTo(2.146, 4);
  expect(at({ kind: "pareto", minNs: MS, shape: 2, maxNs: Infinity }, 0.99)).toBeCloseTo(10, 4);
  // Chi-square with 8 degrees of freedom at 0.999 is 26.1245; half of it, over a shape of 4.
  expect(at({ kind: "gamma", meanNs: 4 * MS, shape: 4 }, 0.999)).toBeCloseTo(26.1245 / 2, 4);
});

test("a bounded pareto stays within its bounds", () => {
  const s = compile({ kind: "pareto", minNs: MS, shape: 0.5, maxNs: 100 * MS });
  expect(draw(s, 2 ** -53)).toBe(MS);
  expect(draw(s, 1 - 2 ** -53)).toBe(100 * MS);
});

test("a normal is cut at 0 without piling up there", () => {
  const s = compile({ kind: "normal", meanNs: MS, stddevNs: 3 * MS });
  expect(draw(s, 2 ** -53)).toBe(0);
  expect(draw(s, 0.01)).toBeGreaterThan(0.01 * MS);
});

test("no draw is longer than virtual time can add up", () => {
  const s = compile({ kind: "pareto", minNs: 1e15, shape: 0.1, maxNs: Infinity });
  expect(draw(s, 0.999)).toBe(LONGEST_NS);
});

test("a mean that does not exist is infinite", () => {
  expect(meanOf({ kind: "pareto", minNs: 1, shape: 1, maxNs: Infinity })).toBe(Infinity);
});
