import { expect, it } from "vitest";
import { tableOf } from "../charts/testing.ts";
import { busiestMoment } from "./evidence.ts";

const samples = tableOf({ t: [1, 2, 3, 4], "place.waiting-gil": [20, 3, 19, 2] });

it("goes to the latest moment at which about the most waited", () => {
  expect(busiestMoment(samples, "waiting-gil", 0)).toBe(3);
});

it("looks only where the schedule is still remembered", () => {
  expect(busiestMoment(samples, "waiting-gil", 3.5)).toBe(4);
  expect(busiestMoment(samples, "waiting-gil", 5)).toBe(undefined);
  expect(busiestMoment(samples, "elsewhere", 0)).toBe(undefined);
});
