import { expect, test } from "vitest";
import { errorOf, readCases, runCase } from "./cases.ts";

test("within the spread of the runs a prediction is right", () => {
  expect(errorOf(10.4, 10, [9, 11])).toBe(0);
  expect(errorOf(12, 10, [9, 11])).toBeCloseTo(0.2);
});

test("starvation is predicted by no throughput at all", () => {
  expect(errorOf(0, 0, undefined)).toBe(0);
  expect(errorOf(3, 0, undefined)).toBe(1);
});

test("past saturation Go's median stays at 10 ms while its p99 explodes", () => {
  const outcome = runCase(readCases().find(({ id }) => id === "W3-go-c1-n50")!);
  if (outcome.kind === "not run") throw new Error(outcome.why);
  expect(outcome.predicted.p50Ms).toBeLessThan(12);
  expect(outcome.predicted.p99Ms).toBeGreaterThan(300);
});

test("late comers barge in on a Java semaphore, and now and then a waiter is lucky", () => {
  const outcome = runCase(readCases().find(({ id }) => id === "W8-java-pt-c2-n20")!);
  if (outcome.kind === "not run") throw new Error(outcome.why);
  // Measured: p50 10.1 ms, p99 122 ms (84 to 162) with twenty threads and ten permits.
  expect(outcome.predicted.p50Ms).toBeLessThan(11);
  expect(outcome.predicted.p99Ms).toBeGreaterThan(60);
});

test("a system call keeps its P for 10 to 20 ms, so that Go's p99 is late beside one", () => {
  const outcome = runCase(readCases().find(({ id }) => id === "W9-go-c1-r50")!);
  if (outcome.kind === "not run") throw new Error(outcome.why);
  // Measured: 21.4 ms (17.8 to 25).
  expect(outcome.predicted.p99Ms).toBeGreaterThan(12);
});
