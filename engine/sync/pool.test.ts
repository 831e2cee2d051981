import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { Stream } from "../kernel/random.ts";
import { ResourcePool } from "./pool.ts";
import { wakerOf } from "./testing.ts";

test("how long resources were in use is summed from the beginning of the measurement", () => {
  const clock = new Float64Array(2);
  const random = new Stream(1, "test");
  const pool = new ResourcePool({ size: 3, rule: "hand-off", clock, waker: wakerOf([]), random });
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
