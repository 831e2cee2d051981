import { expect, it } from "vitest";
import { clockParts } from "./clock.tsx";
import { silhouette } from "./scrubber.tsx";

it("shows milliseconds and microseconds of a clock that never runs ahead", () => {
  expect(clockParts(42_599_600_999)).toEqual({ seconds: "42.599", micros: "600" });
  expect(clockParts(0)).toEqual({ seconds: "0.000", micros: "000" });
});

it("draws the planned load as high as the strip, whatever its unit", () => {
  const points = [
    [0, 0],
    [5e9, 700],
    [10e9, 700],
    [12e9, 9000],
  ] as const;
  expect(silhouette({ unit: "rate", points }, 10e9)).toBe(
    "M0.0 22.5L0.0 22.5L88.0 7.5L176.0 7.5L176.0 22.5Z",
  );
});

it("draws nothing where nobody sends", () => {
  expect(silhouette({ unit: "users", points: [[0, 0]] }, 10e9)).toBe("");
});
