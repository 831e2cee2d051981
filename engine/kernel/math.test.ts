import { expect, test } from "vitest";
import { exp, inverseNormal, log, log2Floor, pow } from "./math.ts";

/** Numbers from 10^from to 10^to, evenly spread in the exponent. */
function decades(from: number, to: number, count: number): number[] {
  const step = (to - from) / (count - 1);
  return Array.from({ length: count }, (_, i) => Math.pow(10, from + i * step));
}

function worstError(xs: readonly number[], f: (x: number) => number, g: (x: number) => number) {
  let worst = 0;
  for (const x of xs) worst = Math.max(worst, Math.abs(f(x) / g(x) - 1));
  return worst;
}

test("log agrees with the library from the smallest to the largest numbers", () => {
  const xs = decades(-307, 308, 20_000).filter((x) => x !== 1);
  expect(worstError(xs, log, Math.log)).toBeLessThan(1e-15);
});

test("log is exact to a few units in the last place on both sides of 1", () => {
  const below = decades(-15, -1, 5000).map((d) => 1 - d);
  const above = decades(-15, 0, 5000).map((d) => 1 + d);
  expect(worstError([...below, ...above], log, Math.log)).toBeLessThan(1e-15);
  expect(log(1)).toBe(0);
});

test("log knows its special values", () => {
  expect([log(0), log(Infinity), log(-1), log(NaN)]).toEqual([-Infinity, Infinity, NaN, NaN]);
  expect(log(5e-324)).toBeCloseTo(Math.log(5e-324), 10);
});

test("exp agrees with the library until it overflows or vanishes", () => {
  const xs = Array.from({ length: 20_001 }, (_, i) => -708 + (i * 1417) / 20_000);
  expect(worstError(xs, exp, Math.exp)).toBeLessThan(1e-15);
  expect([exp(0), exp(710), exp(-746), exp(NaN)]).toEqual([1, Infinity, 0, NaN]);
  expect(exp(-Infinity)).toBe(0);
});

test("pow agrees with the library for the exponents that distributions use", () => {
  for (const y of [-20, -2.5, -1 / 3, 0.1, 0.5, 1, 1.7, 3, 10]) {
    const error = worstError(
      decades(-15, 15, 4000),
      (x) => pow(x, y),
      (x) => Math.pow(x, y),
    );
    expect(error).toBeLessThan(2e-15);
  }
});

test("pow knows its special values", () => {
  expect([pow(0, 2), pow(0, -1), pow(7, 0), pow(1, 1e300)]).toEqual([0, Infinity, 1, 1]);
  expect([pow(1e300, 2), pow(1e300, -2), pow(-1, 2)]).toEqual([Infinity, 0, NaN]);
});

test("log2Floor gives the exponent", () => {
  expect([1, 1.99, 2, 0.5, 1e9].map(log2Floor)).toEqual([0, 0, 1, -1, 29]);
});

test("inverseNormal gives the tabulated quantiles", () => {
  const known = [
    [0.975, 1.959963984540054],
    [0.999, 3.090232306167814],
    [1e-9, -5.9978070150076865],
    [1e-15, -7.941345326170997],
  ] as const;
  for (const [p, z] of known) expect(Math.abs(inverseNormal(p) / z - 1)).toBeLessThan(1e-14);
  expect(inverseNormal(0.5)).toBe(0);
});

test("inverseNormal rises with p, also where its formulas meet", () => {
  const zs = Array.from({ length: 19_999 }, (_, i) => inverseNormal((i + 1) / 20_000));
  expect(zs.filter((z, i) => i > 0 && z <= zs[i - 1]!)).toEqual([]);
});
