import { expect, test } from "vitest";
import { wakeLatency } from "./halt.ts";
import { TRUTH } from "./truth.ts";

const halts = [
  { idleNs: 0, medianNs: 5_000, p99Ns: 5_000 },
  { idleNs: 1e6, medianNs: 25_000, p99Ns: 400_000 },
];

test("the median and the 99th percentile are those that were measured", () => {
  expect(wakeLatency(halts, 1e6, 0.5)).toBe(25_000);
  expect(wakeLatency(halts, 1e6, 0.99)).toBe(400_000);
});

test("a core that has been idle longer comes back later", () => {
  expect(wakeLatency(halts, 0, 0.99)).toBe(5_000);
  expect(wakeLatency(halts, 0.5e6, 0.5)).toBe(15_000);
  expect(wakeLatency(halts, 5e6, 0.99)).toBe(400_000);
});

test("a sleep of 10 ms on the measured machine ends as late as it did there", () => {
  const median = TRUTH.timerSlackNs + wakeLatency(TRUTH.halts, 10e6, 0.5);
  expect(median / 1e6).toBeCloseTo(0.112, 3);
});
