import { expect, test } from "vitest";
import { RwLock } from "./rw-lock.ts";
import { play, wakerOf } from "./testing.ts";

function storyOf(rule: "hand-off" | "compete-first"): (story: string) => string {
  const told: string[] = [];
  const lock = new RwLock(rule, wakerOf(told));
  return (story) => play(lock, told, story);
}

test("readers share, a writer waits for all of them and keeps later readers out", () => {
  expect(storyOf("hand-off")("r1 r2 a3 r4 xr xr x")).toBe("+1 +2 .3 .4 +3 +4");
});

test("all readers up to the next writer get in at once", () => {
  expect(storyOf("hand-off")("a1 r2 r3 a4 r5 x xr xr x")).toBe("+1 .2 .3 .4 .5 +2 +3 +4 +5");
});

test("when the writer in front gives up, the readers behind it get in", () => {
  expect(storyOf("hand-off")("r1 a2 r3 g2")).toBe("+1 .2 .3 +3");
});

test("in Java newcomers may be quicker than the woken one, unless a writer is first", () => {
  const story = storyOf("compete-first");
  expect(story("a1 a2 x a3 t2")).toBe("+1 .2 !2 +3 .2");
  expect(story("x t2 r4 r5 x t4")).toBe("!2 +2 .4 .5 !4 !5 +4");
});

test("a reader in Java queues where a writer is first, though readers are inside", () => {
  expect(storyOf("compete-first")("r1 a2 r3 xr t2")).toBe("+1 .2 .3 !2 +2");
});
