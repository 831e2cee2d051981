import { expect, it } from "vitest";
import { sampleAfter, secondDigits } from "./sample-steps.ts";

const t = Float64Array.from({ length: 30 }, (_, i) => (i + 1) * 100);
const press = (key: string, crosshairNs?: number, shiftKey = false, clockNs = 2550) =>
  sampleAfter({ key, shiftKey }, { t, clockNs, crosshairNs });

it("begins at the clock, with the last sample that it has passed", () => {
  expect([press("ArrowLeft"), press("ArrowRight"), press("End")]).toEqual([2500, 2500, 2500]);
  expect(press("ArrowLeft", undefined, false, 2500)).toBe(2400);
});

it("goes from sample to sample, ten at a time with Shift", () => {
  expect([press("ArrowLeft", 1500), press("ArrowRight", 1500)]).toEqual([1400, 1600]);
  expect([press("ArrowLeft", 1500, true), press("ArrowRight", 1500, true)]).toEqual([500, 2500]);
});

it("leads from between two samples to either of them", () => {
  expect([press("ArrowLeft", 1530), press("ArrowRight", 1530)]).toEqual([1500, 1600]);
});

it("stays between the first sample and the clock", () => {
  expect([press("ArrowLeft", 100), press("ArrowRight", 2500), press("Home")]).toEqual([
    100, 2500, 100,
  ]);
  expect(press("ArrowLeft", 2900)).toBe(2500);
});

it("has nowhere to go before the first sample, and ignores other keys", () => {
  expect([press("Home", undefined, false, 50), press("x")]).toEqual([undefined, undefined]);
});

it("writes so many decimals that two samples never read the same", () => {
  const digits = [2e8, 5e7, 5e5, 5e3].map((ns) => secondDigits(Float64Array.of(ns, 2 * ns)));
  expect(digits).toEqual([1, 2, 4, 6]);
  expect(secondDigits(new Float64Array(0))).toBe(1);
});
