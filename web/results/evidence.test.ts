import { expect, it } from "vitest";
import { tableOf } from "../charts/testing.ts";
import { busiestMoment } from "./evidence.ts";

const samples = tableOf({ t: [1, 2, 3, 4], "place.waiting-gil": [20, 3, 19, 2] });

it("goes to the latest moment at which about the most waited", () => {
  expect(busiestMoment(samples, "waiting-gil")).toBe(3);
});

it("goes nowhere for a place in which nobody ever was", () => {
  expect(busiestMoment(samples, "elsewhere")).toBe(undefined);
});
