import { expect, test } from "vitest";
import { bottleneck, type Resource } from "./bottleneck.ts";

const cpu: Resource = {
  kind: "cpu",
  place: "running",
  name: "CPU",
  used: 0.5,
  units: 4,
  waiting: 0,
};
const gil: Resource = {
  kind: "gil",
  place: "waiting-gil",
  name: "GIL",
  used: 0.99,
  units: 1,
  waiting: 7,
};
const run = { served: 100, cpu: 0.25 };

test("the resource that is used up and waited for is named, with the ceiling it sets", () => {
  const found = bottleneck([cpu, gil], run);
  expect(found.place).toBe("waiting-gil");
  expect(found.text).toContain("The GIL is used up: 99 % in use.");
  expect(found.text).toContain("at most 101 requests/s while CPU sits at 25 %");
});

test("a resource that is busy but that nobody waits for limits nothing", () => {
  const full = { ...cpu, used: 0.95, waiting: 0 };
  const queue: Resource = {
    kind: "threads",
    place: "worker-queue",
    name: "thread pool",
    used: 0.92,
    units: 8,
    waiting: 3,
  };
  expect(bottleneck([full, queue], run).place).toBe("worker-queue");
});

test("where nothing is used up, the busiest resource tells how much room there is", () => {
  const { text } = bottleneck([cpu], run);
  expect(text).toMatch(/^There is room: the busiest part is the CPU, at 50 %/);
  expect(text).toContain("ceiling near 200 requests/s");
});

test("before anything has been completed there is nothing to say", () => {
  expect(bottleneck([cpu], { ...run, served: 0 }).place).toBe("");
  expect(bottleneck([], run).place).toBe("");
});
