import { expect, test } from "vitest";
import { Generations } from "./generations.ts";

test("what survives the threshold is old, and garbage there when it is given back", () => {
  const heap = new Generations();
  const birth = heap.epoch;
  heap.take(birth, 100);
  heap.take(birth, 20);
  heap.collectYoung(2, 1000);
  heap.giveBack(birth, 20);
  expect([heap.survivors(), heap.old]).toEqual([100, 0]);
  heap.collectYoung(2, 1000);
  expect([heap.survivors(), heap.old]).toEqual([100, 0]);
  heap.collectYoung(2, 1000);
  expect([heap.survivors(), heap.old]).toEqual([0, 100]);
  heap.giveBack(birth, 100);
  expect([heap.old, heap.oldGarbage]).toEqual([0, 100]);
});

test("survivors that find no room are promoted early, the oldest first", () => {
  const heap = new Generations();
  heap.take(1, 60);
  heap.collectYoung(15, 100);
  heap.take(2, 30);
  heap.collectYoung(15, 100);
  heap.take(3, 30);
  heap.collectYoung(15, 100);
  expect([heap.survivors(), heap.old]).toEqual([60, 60]);
});

test("a full collection leaves no garbage and everything old", () => {
  const heap = new Generations();
  heap.take(1, 50);
  heap.take(1, 10);
  heap.collectYoung(0, 0);
  heap.giveBack(1, 10);
  heap.collectAll();
  expect([heap.old, heap.oldGarbage, heap.survivors()]).toEqual([50, 0, 0]);
});
