import fc from "fast-check";
import { expect, test } from "vitest";
import { NONE } from "../kernel/rows.ts";
import { RunQueue, type SchedulingColumns } from "./run-queue.ts";

function queueOf(...threads: readonly (readonly [vruntime: number, deadline: number])[]): {
  queue: RunQueue;
  columns: SchedulingColumns;
} {
  const queue = new RunQueue();
  const columns = {
    vruntime: Float64Array.from(threads, ([vruntime]) => vruntime),
    deadline: Float64Array.from(threads, ([, deadline]) => deadline),
  };
  threads.forEach((_, thread) => queue.push(thread, columns));
  return { queue, columns };
}

test("the earliest deadline goes first, but only among those that are not ahead of the mean", () => {
  const { queue, columns } = queueOf([100, 5], [10, 50], [20, 40]);
  expect(queue.pick(columns, 0, 0)).toBe(2);
});

test("of equal deadlines the one that has waited longest goes first", () => {
  const { queue, columns } = queueOf([1, 9], [1, 9]);
  expect(queue.pick(columns, 0, 0)).toBe(0);
});

test("the running thread counts in the mean", () => {
  const { queue, columns } = queueOf([50, 60]);
  expect(queue.pick(columns, 1, 40)).toBe(NONE);
  expect(queue.pick(columns, 1, 60)).toBe(0);
});

test("taking one out keeps the others' order and the sum", () => {
  const { queue, columns } = queueOf([1, 1], [2, 2], [4, 4], [8, 8]);
  expect(queue.removeAt(1, columns)).toBe(1);
  expect([queue.at(0), queue.at(1), queue.at(2), queue.sumVruntime]).toEqual([0, 2, 3, 13]);
  expect([queue.indexOf(3), queue.indexOf(1)]).toEqual([2, NONE]);
});

test("somebody is always eligible, and the leftmost is", () => {
  const pairs = fc.array(fc.tuple(fc.nat(1e6), fc.nat(1e6)), { minLength: 1, maxLength: 40 });
  const property = fc.property(pairs, (threads) => {
    const { queue, columns } = queueOf(...threads);
    const picked = queue.pick(columns, 0, 0);
    expect(picked).not.toBe(NONE);
    const left = queue.leftmost(columns);
    expect(columns.vruntime[left]).toBe(Math.min(...columns.vruntime));
  });
  fc.assert(property);
});
