import { expect, it } from "vitest";
import { appendSamples, createSampleTable } from "../state/sample-table.ts";
import { binStart, cellSpan, countAt, heatOf, heatStep } from "./heat-model.ts";

const NAMES = ["t", ...Array.from({ length: 12 }, (_, i) => `heat.${i}`)];

/** A table of samples every 10 ns; each row says how many requests fall into which bin. */
function tableOf(rows: readonly Readonly<Record<number, number>>[]) {
  const table = createSampleTable(NAMES);
  rows.forEach((counts, row) => {
    const values = new Float64Array(NAMES.length);
    values[0] = 10 * (row + 1);
    for (const [bin, count] of Object.entries(counts)) values[1 + Number(bin)] = count;
    appendSamples(table, values, row);
  });
  return table;
}

it("has a column for each sample and rows around the bins that occur", () => {
  const heat = heatOf(tableOf([{ 4: 3 }, {}, { 6: 5 }]))!;
  expect([heat.low, heat.high, heat.times, heat.most, heat.total]).toEqual([
    3,
    7,
    [0, 10, 20, 30],
    5,
    8,
  ]);
  expect(countAt(heat, { column: 2, bin: 6 })).toBe(5);
});

it("adds samples up where there are more than the picture has columns", () => {
  const heat = heatOf(tableOf(Array.from({ length: 300 }, () => ({ 5: 1 }))))!;
  expect(heat.times).toHaveLength(101);
  expect([heat.most, heat.total]).toEqual([3, 300]);
});

it("knows the latencies and times that a cell holds", () => {
  const heat = heatOf(tableOf([{ 4: 3 }, { 5: 1 }]))!;
  expect(cellSpan(heat, { column: 1, bin: 5 })).toEqual({
    fromNs: 11,
    toNs: 20,
    fastestNs: 1664,
    slowestNs: 1792,
  });
  expect([0, 2, 8, 16].map(binStart)).toEqual([1024, 1280, 2048, 4096]);
});

it("colours counts on a log scale, and nothing only where there is nothing", () => {
  expect([0, 1, 12, 150].map((count) => heatStep(count, 150))).toEqual([0, 1, 4, 8]);
});

it("is not there before anything was answered", () => {
  expect(heatOf(tableOf([{}, {}]))).toBe(undefined);
});
