import { expect, test } from "vitest";
import { gammaAt, gammaQuantile, gammaTable, logGamma, normalBelow } from "./gamma.ts";

test("logGamma gives the logarithm of factorials and of the square root of pi", () => {
  let factorial = 1;
  for (let n = 1; n < 20; n++) {
    expect(logGamma(n + 1)).toBeCloseTo(Math.log((factorial *= n)), 12);
  }
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 13);
  expect(logGamma(0.05)).toBeCloseTo(2.968879201051731, 12);
});

test("shape 1 is the exponential distribution", () => {
  for (const x of [1e-6, 0.1, 1, 2.5, 10, 40]) {
    const at = gammaAt(1, x);
    expect(at.lower / -Math.expm1(-x)).toBeCloseTo(1, 13);
    expect(at.upper / Math.exp(-x)).toBeCloseTo(1, 12);
    expect(at.density / Math.exp(-x)).toBeCloseTo(1, 13);
  }
});

test("whole shapes are Erlang: the upper tail is a Poisson sum", () => {
  for (const x of [0.5, 3, 8, 20]) {
    const poisson = Math.exp(-x) * (1 + x + x ** 2 / 2 + x ** 3 / 6);
    expect(gammaAt(4, x).upper / poisson).toBeCloseTo(1, 12);
  }
});

test("normalBelow gives the tabulated probabilities", () => {
  expect(normalBelow(0)).toBe(0.5);
  expect(normalBelow(1)).toBeCloseTo(0.841344746068543, 13);
  expect(normalBelow(1.959963984540054)).toBeCloseTo(0.975, 13);
});

test("the quantile table undoes the distribution function, far into both tails", () => {
  for (const shape of [0.3, 0.5, 1, 1.5, 4, 20, 1000]) {
    const table = gammaTable(shape, 1);
    for (const p of [1e-6, 0.003, 0.1, 0.4, 0.49999, 0.5]) {
      expect(gammaAt(shape, gammaQuantile(table, p)).lower / p).toBeCloseTo(1, 3);
    }
    for (const p of [0.37, 0.1, 0.013, 0.001, 1e-6, 1e-12]) {
      expect(gammaAt(shape, gammaQuantile(table, 1 - p)).upper / p).toBeCloseTo(1, 3);
    }
  }
});

test("the quantile table rises with the probability for the most extreme shapes", () => {
  for (const shape of [0.05, 0.2, 1, 10_000]) {
    const table = gammaTable(shape, 1e6);
    let last = 0;
    let falls = 0;
    for (let i = 0; i < 50_000; i++) {
      const x = gammaQuantile(table, (i + 0.5) / 50_000);
      if (x < last) falls++;
      last = x;
    }
    expect(falls).toBe(0);
    expect(gammaQuantile(table, 1 - 2 ** -53)).toBeGreaterThan(last);
    expect(gammaQuantile(table, 2 ** -53)).toBeGreaterThanOrEqual(0);
  }
});
