import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import { ResourcePool } from "./pool.ts";

function poolOf(size: number): { pool: ResourcePool; at: (ns: number) => void } {
  const clock = new Float64Array(2);
  const at = (ns: number): void => {
    clock[NOW] = ns;
  };
  return { pool: new ResourcePool(size, clock), at };
}

test("who finds none free waits, and is served first come first served", () => {
  const pool = poolOf(2).pool;
  expect([1, 2, 3, 4].map((task) => pool.acquire(task))).toEqual([true, true, false, false]);
  expect([pool.inUse, pool.waiting]).toEqual([2, 2]);
  expect([pool.release(), pool.release(), pool.release()]).toEqual([3, 4, NONE]);
  expect([pool.inUse, pool.waiting]).toEqual([1, 0]);
});

test("a resource goes straight from hand to hand: nobody can take it in between", () => {
  const pool = poolOf(1).pool;
  pool.acquire(1);
  pool.acquire(2);
  pool.release();
  expect(pool.acquire(3)).toBe(false);
});

test("who gives up is passed over", () => {
  const pool = poolOf(1).pool;
  for (const task of [1, 2, 3]) pool.acquire(task);
  pool.giveUp(2);
  expect([pool.waiting, pool.release()]).toEqual([1, 3]);
});

test("how long resources were in use is summed from the beginning of the measurement", () => {
  const { pool, at } = poolOf(3);
  pool.acquire(1);
  at(100);
  pool.beginMeasurement();
  pool.acquire(2);
  at(110);
  pool.release();
  at(150);
  expect(pool.used()).toBe(2 * 10 + 1 * 40);
  expect(pool.used()).toBe(60);
});
