import { expect, it } from "vitest";
import { THIN, unbroken } from "../format.ts";
import { MOST_DOTS } from "./dots.ts";
import { NO_PLAN, planDots, planText, type Traffic } from "./dot-plan.ts";

const traffic = (fields: Partial<Traffic>): Traffic => ({
  speed: 1,
  reducedMotion: false,
  perSecond: [],
  travelSeconds: fields.perSecond?.map(() => 1) ?? [],
  ...fields,
});

it("draws every request in slow motion, down to the slowest", () => {
  for (const speed of [1e-6, 1e-3, 0.1]) {
    const plan = planDots(traffic({ speed, perSecond: [9, 18] }), NO_PLAN);
    expect([plan.every, plan.wide.size, planText(plan)]).toEqual([
      1,
      0,
      unbroken("1 dot = 1 request"),
    ]);
  }
});

it("lets a dot stand for a round number of requests as soon as time goes faster", () => {
  const every = (total: number) =>
    planDots(traffic({ perSecond: Array(20).fill(total / 20) }), NO_PLAN).every;
  expect([100, 150, 1000, 3000, 1e6].map(every)).toEqual([1, 2, 10, 50, 10_000]);
  const plan = planDots(traffic({ perSecond: [1e5] }), NO_PLAN);
  expect(planText(plan)).toBe(unbroken(`1 dot = 10${THIN}000 requests`));
});

it("never plans more dots than there may be", () => {
  for (const total of [1, 99, 121, 777, 12_345, 9e7]) {
    const { every } = planDots(traffic({ perSecond: [total] }), NO_PLAN);
    expect(total / every).toBeLessThanOrEqual(MOST_DOTS);
  }
});

it("keeps dots on one edge so far apart that one can be told from the next", () => {
  expect(planDots(traffic({ perSecond: [90, 1] }), NO_PLAN).every).toBe(10);
  const slow = planDots(traffic({ speed: 0.01, perSecond: [90, 1] }), NO_PLAN);
  expect([slow.every, ...slow.wide]).toEqual([1, 0]);
});

it("gives up the busiest edges where each request would be a dot of its own", () => {
  const plan = planDots(
    traffic({ speed: 0.1, perSecond: [18, 10, 8], travelSeconds: [9, 1, 2] }),
    NO_PLAN,
  );
  expect([plan.every, ...plan.wide]).toEqual([1, 0]);
  expect(planText(plan)).toBe(`${unbroken("1 dot = 1 request,")} ${unbroken("or width = rate")}`);
});

it("stays with its number while the traffic only flickers", () => {
  const at = (rate: number, before = NO_PLAN) => planDots(traffic({ perSecond: [rate] }), before);
  const busy = at(40);
  expect(busy.every).toBe(5);
  expect(at(22, busy).every).toBe(5);
  expect(at(12, busy).every).toBe(1);
});

it("draws none at full speed, and none for who asked for less motion", () => {
  const perSecond = [3];
  expect(planDots(traffic({ speed: Infinity, perSecond }), NO_PLAN).still).toBe(true);
  expect(planDots(traffic({ reducedMotion: true, perSecond }), NO_PLAN).still).toBe(true);
});
