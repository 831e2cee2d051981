import { expect, it } from "vitest";
import { columnsUnder, indexAt, perSecond, smoothed, times, total } from "./series.ts";
import { tableOf } from "./testing.ts";

const every200ms = (values: number[]) =>
  tableOf({ t: values.map((_, i) => (i + 1) * 2e8), completed: values, "mem.heap": values });

it("turns counts into a rate over the last five samples, also before there are five", () => {
  const rates = perSecond(every200ms([10, 10, 10, 10, 10, 40]), "completed");
  expect([...rates]).toEqual([50, 50, 50, 50, 50, 80]);
});

it("averages levels over the last five samples only", () => {
  const levels = smoothed(every200ms([1, 1, 1, 1, 1, 6]), "completed");
  expect([...levels]).toEqual([1, 1, 1, 1, 1, 2]);
});

it("comes back to exactly zero after a burst", () => {
  const levels = smoothed(every200ms([0.1, 0.7, 0.3, 0, 0, 0, 0, 0]), "completed");
  expect(levels.at(-1)).toBe(0);
});

it("sees samples that were added in place", () => {
  const table = { ...every200ms([10, 10]) };
  const before = times(table).length;
  table.count = 1;
  expect([before, times(table).length]).toEqual([2, 1]);
});

it("finds the sample at an instant, and none before the first", () => {
  const t = times(every200ms([0, 0, 0]));
  expect([1e8, 2e8, 5e8, 9e9].map((ns) => indexAt(t, ns))).toEqual([-1, 0, 1, 2]);
});

it("lists the kinds of memory in the engine's order and adds them up", () => {
  const table = tableOf({ t: [1, 2], "mem.process": [5, 5], "mem.heap": [1, 2] });
  expect(columnsUnder(table, "mem.")).toEqual(["process", "heap"]);
  expect([...total([new Float64Array([5, 5]), new Float64Array([1, 2])])]).toEqual([6, 7]);
});
