import { expect, it } from "vitest";
import { SPEEDS, speedIndex, speedText } from "./speed.ts";

const plain = (speed: number): string => speedText(speed).replaceAll("\u202f", "");

it("writes speeds as virtual to real time", () => {
  expect([1e-6, 1e-5, 0.02, 1, 10, 37.4, Infinity].map(plain)).toEqual([
    "1:1M",
    "1:100k",
    "1:50",
    "1:1",
    "10:1",
    "37.4:1",
    "max",
  ]);
});

it("finds every speed of the ladder again", () => {
  expect(SPEEDS.map(speedIndex)).toEqual(SPEEDS.map((_speed, index) => index));
  expect(SPEEDS[speedIndex(3.9)]).toBe(5);
});
