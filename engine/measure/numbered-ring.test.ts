import { expect, test } from "vitest";
import { NumberedRing } from "./numbered-ring.ts";

/** A ring of eight places into which the entries of [from, to) have been written. */
function ringOf(...stretches: readonly [from: number, to: number][]): NumberedRing {
  const ring = new NumberedRing(8);
  for (const [from, to] of stretches) for (let n = from; n < to; n++) ring.put(n);
  return ring;
}

test("a ring holds all entries until it is full, and then the newest", () => {
  expect(ringOf([0, 5]).oldest(5)).toBe(0);
  expect(ringOf([0, 20]).oldest(20)).toBe(12);
});

test("what a run that went back has lost is missing, and what it writes again is there", () => {
  // 20 written, then back to 15: the places of 7 to 11 hold 15 to 19.
  expect(ringOf([0, 20]).oldest(15)).toBe(12);
  expect(ringOf([0, 20], [9, 20]).oldest(20)).toBe(12);
  expect(ringOf([0, 20], [4, 14]).oldest(14)).toBe(6);
});

test("where everything has been overwritten nothing is there", () => {
  expect(ringOf([0, 40]).oldest(10)).toBe(10);
});
