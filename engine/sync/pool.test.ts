import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { Stream } from "../kernel/random.ts";
import { ResourcePool } from "./pool.ts";
import { wakerOf } from "./testing.ts";
import { GOT, WAITS } from "./waiting.ts";

test("how long resources were in use is summed from the beginning of the measurement", () => {
  const clock = new Float64Array(2);
  const random = new Stream(1, "test");
  const pool = new ResourcePool({
    size: 3,
    open: 3,
    rule: "hand-off",
    clock,
    waker: wakerOf([]),
    random,
  });
  pool.acquire(1);
  clock[NOW] = 100;
  pool.beginMeasurement();
  pool.acquire(2);
  clock[NOW] = 110;
  pool.release();
  clock[NOW] = 150;
  expect(pool.used()).toBe(2 * 10 + 1 * 40);
  expect(pool.used()).toBe(60);
});

test("a pool grows while more wait than are idle, and who waits has what is new", () => {
  const told: string[] = [];
  const clock = new Float64Array(2);
  const random = new Stream(1, "test");
  const waker = wakerOf(told);
  const pool = new ResourcePool({ size: 3, open: 1, rule: "hand-off", clock, waker, random });
  expect([pool.acquire(1), pool.wantsMore]).toEqual([GOT, false]);
  expect([pool.acquire(2), pool.wantsMore]).toEqual([WAITS, true]);
  pool.grow();
  expect([told, pool.inUse, pool.wantsMore]).toEqual([["+2"], 2, false]);
  pool.acquire(3);
  pool.grow();
  pool.acquire(4);
  expect(pool.wantsMore).toBe(false);
});
