import { expect, test } from "vitest";
import { NONE } from "../kernel/rows.ts";
import { ResourcePool } from "./pool.ts";

test("who finds none free waits, and is served first come first served", () => {
  const pool = new ResourcePool(2);
  expect([1, 2, 3, 4].map((task) => pool.acquire(task))).toEqual([true, true, false, false]);
  expect([pool.inUse, pool.waiting]).toEqual([2, 2]);
  expect([pool.release(), pool.release(), pool.release()]).toEqual([3, 4, NONE]);
  expect([pool.inUse, pool.waiting]).toEqual([1, 0]);
});

test("a resource goes straight from hand to hand: nobody can take it in between", () => {
  const pool = new ResourcePool(1);
  pool.acquire(1);
  pool.acquire(2);
  pool.release();
  expect(pool.acquire(3)).toBe(false);
});

test("who gives up is passed over", () => {
  const pool = new ResourcePool(1);
  for (const task of [1, 2, 3]) pool.acquire(task);
  pool.giveUp(2);
  expect([pool.waiting, pool.release()]).toEqual([1, 3]);
});
