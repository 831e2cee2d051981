import { expect, it } from "vitest";
import { appendSamples, createSampleTable } from "../state/sample-table.ts";
import {
  binOf,
  binStart,
  countAt,
  countIn,
  heatOf,
  heatOfTimes,
  heatStep,
  neighbour,
  rangeBetween,
  rangeOf,
  spanOf,
  widened,
} from "./heat-model.ts";

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
  const cell = { column: 1, bin: 5 };
  expect(spanOf(heat, rangeBetween(cell, cell))).toEqual({
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

it("finds the bin of a latency at both of its ends", () => {
  const bins = Array.from({ length: 200 }, (_, bin) => bin);
  expect(bins.map((bin) => binOf(binStart(bin), 216))).toEqual(bins);
  expect(bins.map((bin) => binOf(binStart(bin + 1) - 1e-3, 216))).toEqual(bins);
  expect([binOf(0, 216), binOf(1023, 216), binOf(1e15, 216)]).toEqual([0, 0, 215]);
});

it("puts requests one by one where the samples would count them", () => {
  const samples = tableOf([{ 4: 2 }, { 5: 1 }, { 6: 5 }]);
  const latencies = [4, 4, 5, 6, 6, 6, 6, 6].map(binStart);
  const times = {
    endedNs: Float64Array.from([1, 10, 20, 21, 22, 23, 24, 30]),
    tookNs: Float64Array.from(latencies),
  };
  expect(heatOfTimes(samples, times)).toEqual(heatOf(samples));
});

it("counts a selection of several cells, and finds it again", () => {
  const heat = heatOf(tableOf([{ 4: 3 }, { 5: 1, 7: 2 }, { 6: 5 }]))!;
  const range = rangeBetween({ column: 2, bin: 4 }, { column: 0, bin: 6 });
  expect(countIn(heat, range)).toBe(3 + 1 + 5);
  expect(rangeOf(heat, spanOf(heat, range))).toEqual(range);
});

it("leads from cell to cell by arrow keys, past what is empty", () => {
  const heat = heatOf(tableOf([{ 4: 3 }, {}, { 6: 5, 9: 1 }]))!;
  const most = neighbour(heat, undefined, { across: 0, up: 1 })!;
  expect(most).toEqual({ column: 2, bin: 6 });
  expect(neighbour(heat, most, { across: 0, up: 1 })).toEqual({ column: 2, bin: 9 });
  expect(neighbour(heat, most, { across: -1, up: 0 })).toEqual({ column: 0, bin: 4 });
  expect(neighbour(heat, most, { across: 1, up: 0 })).toBe(undefined);
});

it("widens a selection by a row or a column, up to the edge", () => {
  const heat = heatOf(tableOf([{ 4: 3 }, { 6: 5 }]))!;
  const cell = { column: 0, bin: 4 };
  const wider = widened(heat, rangeBetween(cell, cell), { across: 1, up: 0 });
  expect(wider).toEqual({ from: cell, to: { column: 1, bin: 4 } });
  expect(widened(heat, wider, { across: 1, up: 0 })).toEqual(wider);
});
