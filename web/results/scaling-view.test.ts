import { expect, it } from "vitest";
import { THIN } from "../format.ts";
import { fitText } from "./scaling-view.tsx";

const levels = [1, 2, 4, 8].map((users) => ({ users, throughput: users * 100, meanMs: 10 }));
const progress = {
  levels,
  mostUsers: 512,
  isOver: true,
  bounds: { demandMs: 10, ceiling: 1000 },
};
const fit = { lambda: 100, sigma: 0.031, kappa: 0.002, explained: 0.98, peakUsers: 22 };

it("gives the fitted parameters and the peak in words", () => {
  const text = fitText("A", { ...progress, fit }, true);
  expect(text).toContain(`σ = 3.1${THIN}%`);
  expect(text).toContain("highest at 22 users and falls beyond");
  expect(text).toContain(`min(N ÷ 10${THIN}ms, 1${THIN}000/s)`);
});

it("says what is missing before there is a fit, and how far it has come", () => {
  expect(fitText("A", progress, false)).toMatch(/^Four levels .*up to 512 users, at 8 so far\.$/);
});
