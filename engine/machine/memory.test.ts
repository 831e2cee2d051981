import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { BUFFERS, HEAP, Memory, STACKS } from "./memory.ts";

function account(limit: number, processes: number): { memory: Memory; at: (ns: number) => void } {
  const clock = new Float64Array(2);
  const at = (ns: number): void => {
    clock[NOW] = ns;
  };
  return { memory: new Memory(clock, limit, processes), at };
}

test("bytes belong to a process and a kind", () => {
  const { memory } = account(1000, 2);
  memory.add(0, HEAP, 100);
  memory.add(1, HEAP, 10);
  memory.add(1, STACKS, 1);
  expect([memory.total, memory.ofKind(HEAP), memory.of(1, HEAP), memory.of(0, BUFFERS)]).toEqual([
    111, 110, 10, 0,
  ]);
});

test("mean and peak are those of the measured part", () => {
  const { memory, at } = account(1000, 1);
  memory.add(0, HEAP, 500);
  at(10);
  memory.add(0, HEAP, -400);
  memory.beginMeasurement();
  at(20);
  memory.add(0, HEAP, 200);
  at(40);
  expect([memory.peak, memory.mean]).toEqual([300, (10 * 100 + 20 * 300) / 30]);
});

test("over the limit the process that holds most is the victim", () => {
  const { memory } = account(100, 3);
  memory.add(0, HEAP, 20);
  memory.add(1, STACKS, 30);
  memory.add(1, HEAP, 30);
  expect(memory.victim).toBe(-1);
  memory.add(2, HEAP, 21);
  expect(memory.victim).toBe(1);
  memory.release(1);
  expect(memory.total).toBe(41);
});

test("giving memory back makes no victim, even while the limit is passed", () => {
  const { memory } = account(100, 1);
  memory.add(0, HEAP, 300);
  memory.victim = -1;
  memory.add(0, HEAP, -50);
  expect(memory.victim).toBe(-1);
});
