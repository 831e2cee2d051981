import { expect, it } from "vitest";
import { eventText, fullQueues, sloPassed, stageChanges } from "./events.ts";
import type { ChartInput } from "./model.ts";
import { emptyTopology, laneOf, tableOf } from "./testing.ts";

const samples = tableOf({
  t: [1e9, 2e9, 3e9, 4e9],
  completed: [10, 20, 30, 30],
  p99: [900, 50, 120, 200],
  "place.accept-queue": [0, 40, 127, 128],
});
const places = [
  { name: "accept-queue", label: "accept queue", kind: "queue", group: "kernel", capacity: 128 },
] as const;
const topology = { ...emptyTopology(1), places };
const lane = laneOf({ samples, topology });
const input = {
  lanes: [lane],
  selected: lane,
  slo: { p99Ms: 100, errorRate: undefined },
} as unknown as ChartInput;

it("marks where the planned load turns, not its ends", () => {
  const points = [
    [0, 0],
    [9_999_999, 99.999],
    [10_000_000, 100],
    [20_000_000, 100],
    [30_000_000, 0],
  ] as const;
  const events = stageChanges({ unit: "rate", points });
  expect(events.map(({ atNs, label }) => [atNs, label])).toEqual([
    [9_999_999, "holds"],
    [20_000_000, "falls"],
  ]);
  expect(stageChanges({ unit: "rate", points, isRecorded: true })).toEqual([]);
});

it("says when a queue was full for the first time, on the lane's line", () => {
  expect(fullQueues(input)).toEqual([
    { atNs: 3e9, value: 20, label: "accept queue full", lane: "A" },
  ]);
});

it("says when the p99 passed the SLO, and not of the warm-up", () => {
  expect(sloPassed(input, 2e9)).toMatchObject([{ atNs: 3e9, value: 120 }]);
  expect(eventText(sloPassed(input, 2e9), 3e9, 1)).toBe(" A: above the SLO from 3.0 s.");
  expect(eventText(sloPassed(input, 2e9), 2.9e9, 1)).toBe("");
});
