import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { Rows } from "../kernel/rows.ts";
import { GoMutex, MutexWaiters } from "./go-mutex.ts";
import { GoRwMutex } from "./rw-lock.ts";
import { play, wakerOf } from "./testing.ts";

const MS = 1e6;

function mutexOf({ spins = false, readers = false } = {}) {
  const told: string[] = [];
  const clock = new Float64Array(2);
  const rows = new Rows(16, "tasks");
  const waiters = new MutexWaiters(rows);
  const parts = { clock, waker: wakerOf(told), waiters, maySpin: () => spins };
  const lock = readers ? new GoRwMutex(parts) : new GoMutex(parts);
  return (ms: number, story: string): string => {
    clock[NOW] = ms * MS;
    return play(lock, told, story);
  };
}

test("normal mode: the woken one competes, and a loser goes back to the front", () => {
  const at = mutexOf();
  expect(at(0, "a1 a2 a3 x a1 t2 x")).toBe("+1 .2 .3 !2 +1 .2 !2");
  expect(at(0.1, "t2 x t3")).toBe("+2 !3 +3");
});

test("only one waiter at a time is on its way", () => {
  expect(mutexOf()(0, "a1 a2 a3 x a1 x")).toBe("+1 .2 .3 !2 +1");
});

test("who has lost after more than 1 ms is handed the mutex, and newcomers don't even try", () => {
  const at = mutexOf();
  expect(at(0, "a1 a2 x a1")).toBe("+1 .2 !2 +1");
  expect(at(1.1, "t2 a3")).toBe(".2 .3");
  expect(at(1.2, "x a1")).toBe("+2 > .1");
});

test("starvation ends with an owner that has waited for less than 1 ms", () => {
  const at = mutexOf();
  at(0, "a1 a2 x a1");
  at(1.1, "t2 a3 a4");
  expect(at(1.2, "x")).toBe("+2 >");
  expect(at(1.3, "x a5")).toBe("+3 > .5");
  expect(at(1.4, "x a6")).toBe("!4 +6");
});

test("four rounds of spinning, then it sleeps; a spinner keeps Unlock from waking", () => {
  const at = mutexOf({ spins: true });
  expect(at(0, "a1 a2 t2 t2 t2 t2")).toBe("+1 ~2 ~2 ~2 ~2 .2");
  expect(at(0, "a3 x t3")).toBe("~3 +3");
});

test("readers that wait get in together before the next writer", () => {
  const at = mutexOf({ readers: true });
  expect(at(0, "r1 r2 a3 r4 a5 r6")).toBe("+1 +2 .3 .4 .5 .6");
  expect(at(1, "xr xr")).toBe("+3");
  expect(at(2, "x")).toBe("+4 +6 !5");
  expect(at(2, "t5 r7 xr xr x")).toBe(".5 .7 +5 +7");
});

test("a writer that gives up lets the readers in whom it kept out", () => {
  expect(mutexOf({ readers: true })(0, "r1 a2 r3 g2")).toBe("+1 .2 .3 +3");
});
