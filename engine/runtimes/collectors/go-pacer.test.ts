import { expect, test } from "vitest";
import { GoLimiter, GoPacer } from "./go-pacer.ts";

const MIB = 2 ** 20;

test("the goal is what was marked and GOGC per cent of it and the stacks, 4 MiB at least", () => {
  const pacer = new GoPacer(1, Infinity);
  expect(pacer.goal).toBe(4 * MIB);
  pacer.settle(100 * MIB, 10 * MIB, 0);
  expect(pacer.goal).toBe(210 * MIB);
  const twice = new GoPacer(2, Infinity);
  expect(twice.goal).toBe(8 * MIB);
});

test("a memory limit lowers the goal to what is left beside 3 % headroom, never below the marked", () => {
  const pacer = new GoPacer(Infinity, 200 * MIB);
  pacer.settle(50 * MIB, 0, 20 * MIB);
  expect(pacer.goal).toBeCloseTo((200 - 20 - 6) * MIB, 6);
  pacer.settle(190 * MIB, 0, 20 * MIB);
  expect(pacer.goal).toBe(190 * MIB);
});

test("the trigger lies 45 to 61 64ths of the way to the goal (mgcpacer.go)", () => {
  const pacer = new GoPacer(1, Infinity);
  pacer.settle(64 * MIB, 0, 0);
  // Nothing is known about the program yet: as late as it may be, but for the last 4 MiB.
  expect(pacer.trigger).toBe((64 + 61) * MIB);
  pacer.begin(4, 125 * MIB, 0);
  pacer.end(1000 * MIB, 64 * MIB, 0.25, 0);
  pacer.settle(64 * MIB, 0, 0);
  expect(pacer.trigger).toBe((64 + 45) * MIB);
});

test.each([
  [1, 0, 0.25],
  [2, 0, 0.25],
  [3, 0, 0.25],
  [4, 1, 0],
  [5, 1, 0],
  [6, 1, 1 / 12],
  [8, 2, 0],
])("%i processors: %i mark as a whole, the others %f of their time", (procs, whole, share) => {
  const pacer = new GoPacer(1, Infinity);
  pacer.begin(procs, 4 * MIB, 0);
  expect(pacer.dedicated).toBe(whole);
  expect(pacer.fractional).toBeCloseTo(share, 10);
});

test("assists do what is left to scan while the heap grows to its goal, and no less past it", () => {
  const pacer = new GoPacer(1, Infinity);
  pacer.begin(4, 4 * MIB, 0);
  pacer.end(4 * MIB, 100 * MIB, 0.25, 0);
  pacer.settle(100 * MIB, 0, 0);
  pacer.begin(4, 170 * MIB, 0);
  pacer.revise(180 * MIB, 60 * MIB);
  expect(pacer.assistRatio).toBeCloseTo(40 / 20, 10);
  pacer.revise(201 * MIB, 90 * MIB);
  expect(pacer.assistRatio).toBeCloseTo((170 - 90) / (220 - 201), 10);
});

test("the limiter stops assists when collecting takes more than half of the time for long", () => {
  const limiter = new GoLimiter(2);
  for (let second = 1; second <= 2; second++) {
    limiter.assisted(1.5e9);
    limiter.update(second * 1e9, true, 0);
  }
  expect(limiter.isLimiting).toBe(true);
  limiter.update(3e9, false, 0);
  expect(limiter.isLimiting).toBe(false);
});
