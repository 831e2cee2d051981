import { expect, test } from "vitest";
import { fitUsl, uslAt } from "./usl.ts";

const USERS = [1, 2, 4, 8, 16, 32, 64];

function levels(lambda: number, sigma: number, kappa: number) {
  const law = { lambda, sigma, kappa, explained: 1 };
  return USERS.map((users) => [users, uslAt(law, users)] as const);
}

test("the fit finds the parameters that the throughputs were made with", () => {
  const fit = fitUsl(levels(995, 0.0267, 0.000769))!;
  expect(fit.lambda).toBeCloseTo(995, 6);
  expect(fit.sigma).toBeCloseTo(0.0267, 9);
  expect(fit.kappa).toBeCloseTo(0.000769, 9);
  // Gunther, chapter 5: the peak lies at √((1 − σ) ÷ κ), here between 35 and 36.
  expect(fit.peakUsers).toBeCloseTo(35.58, 1);
  expect(fit.explained).toBeCloseTo(1, 9);
});

test("contention alone is Amdahl's law and has no peak", () => {
  const fit = fitUsl(levels(100, 0.1, 0))!;
  expect(fit.sigma).toBeCloseTo(0.1, 9);
  expect(fit.kappa).toBeLessThan(1e-9);
});

test("no parameter is negative, even where that would fit better", () => {
  const better = USERS.map((users) => [users, 10 * users * (1 + users / 500)] as const);
  const fit = fitUsl(better)!;
  expect([fit.sigma >= 0, fit.kappa >= 0]).toEqual([true, true]);
  expect(fit.peakUsers).toBe(undefined);
});

test("three levels are too few", () => {
  expect(fitUsl(levels(100, 0.1, 0).slice(0, 3))).toBe(undefined);
});
