import { expect, test } from "vitest";
import { PERIOD_NS, periodEnd, Quota, SLICE_NS } from "./quota.ts";

const MS = 1e6;

test("a quota is handed out once per period, and what is left over is lost", () => {
  const quota = new Quota(0.12);
  expect(quota.take(SLICE_NS, 0)).toBe(5 * MS);
  expect(quota.take(2 * SLICE_NS, 60 * MS)).toBe(7 * MS);
  expect(quota.take(SLICE_NS, 99 * MS)).toBe(0);
  expect(quota.take(SLICE_NS, 100 * MS)).toBe(5 * MS);
  expect(quota.left(350 * MS)).toBe(12 * MS);
});

test("what is given back counts in the period in which it is given", () => {
  const quota = new Quota(0.1);
  expect(quota.take(SLICE_NS, 0)).toBe(5 * MS);
  quota.giveBack(3 * MS, 50 * MS);
  expect(quota.left(50 * MS)).toBe(8 * MS);
  quota.giveBack(1 * MS, 150 * MS);
  expect(quota.left(150 * MS)).toBe(11 * MS);
  expect(quota.left(250 * MS)).toBe(10 * MS);
});

test("periods end at multiples of 100 ms", () => {
  expect([0, 99.9 * MS, 100 * MS].map(periodEnd)).toEqual([PERIOD_NS, PERIOD_NS, 2 * PERIOD_NS]);
});
