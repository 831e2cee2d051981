import { expect, test } from "vitest";
import { timerRounding, wakeForTimer } from "./timer-wait.ts";

const MS = 1e6;

test("asyncio's selector waits for whole milliseconds, rounded up", () => {
  expect(wakeForTimer("rounds-up", 0.3 * MS, 10 * MS, 0)).toBe(10.3 * MS);
});

test("Go's poller waits too short, then for one more millisecond", () => {
  expect(wakeForTimer("rounds-down", 0.5 * MS, 10 * MS, 0.1 * MS)).toBe(10.6 * MS);
});

test("Go's poller is lucky when its first wait ends late enough", () => {
  expect(wakeForTimer("rounds-down", 0.05 * MS, 10.1 * MS, 0.1 * MS)).toBe(10.05 * MS);
});

test("Node's timers count from the last whole millisecond, and so may its waits end later", () => {
  expect(timerRounding("loop-clock", MS, 3.4 * MS, 10 * MS)).toBeCloseTo(-0.4 * MS);
  expect(wakeForTimer("loop-clock", 3.4 * MS, 13 * MS, 0)).toBe(13.4 * MS);
});
