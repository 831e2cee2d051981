import { expect, test } from "vitest";
import { Stream } from "../kernel/random.ts";
import { Semaphore, type WakingRule } from "./semaphore.ts";
import { play, wakerOf } from "./testing.ts";

function storyOf(rule: WakingRule, permits = 1): (story: string) => string {
  const told: string[] = [];
  const semaphore = new Semaphore(permits, rule, wakerOf(told), new Stream(1, "test"));
  return (story) => play(semaphore, told, story);
}

test("who finds none free waits, and is served first come first served", () => {
  expect(storyOf("hand-off", 2)("a1 a2 a3 a4 x x x")).toBe("+1 +2 .3 .4 +3 +4");
});

test("a permit goes straight from hand to hand: nobody can take it in between", () => {
  expect(storyOf("hand-off")("a1 a2 x a3 x")).toBe("+1 .2 +2 .3 +3");
});

test("who gives up is passed over", () => {
  expect(storyOf("hand-off")("a1 a2 a3 g2 x")).toBe("+1 .2 .3 +3");
});

test("last come, first served", () => {
  expect(storyOf("hand-off-newest")("a1 a2 a3 a4 x x x")).toBe("+1 .2 .3 .4 +4 +3 +2");
});

test("served at random, everybody is served, and hardly in order", () => {
  const waiters = Array.from({ length: 20 }, (_, i) => i + 2);
  const story = storyOf("hand-off-random");
  story(["a1", ...waiters.map((task) => `a${task}`)].join(" "));
  const served = story(waiters.map(() => "x").join(" ")).split(" ");
  const inOrder = waiters.map((task) => `+${task}`);
  expect([...served].sort()).toEqual([...inOrder].sort());
  expect(served).not.toEqual(inOrder);
});

test("where they compete, a newcomer takes it before the woken one runs, who goes to the tail", () => {
  expect(storyOf("compete")("a1 a2 a3 x a4 t2 x")).toBe("+1 .2 .3 !2 +4 .2 !3");
});

test("every release wakes somebody, even while another is on the way", () => {
  expect(storyOf("compete")("a1 a2 a3 x a1 x")).toBe("+1 .2 .3 !2 +1 !3");
});

test("in Java a loser stays the first, and nobody else is woken meanwhile", () => {
  expect(storyOf("compete-first")("a1 a2 a3 x a1 x a1 t2 x")).toBe("+1 .2 .3 !2 +1 +1 .2 !2");
});

test("with more permits than one, who gets one wakes the next", () => {
  expect(storyOf("compete-first", 2)("a1 a2 a3 a4 x x t3 t4")).toBe("+1 +2 .3 .4 !3 !4 +3 +4");
});

test("when the woken one gives up, its chance is the next one's", () => {
  for (const rule of ["compete", "compete-first"] as const) {
    expect(storyOf(rule)("a1 a2 a3 x g2")).toBe("+1 .2 .3 !2 !3");
  }
});
