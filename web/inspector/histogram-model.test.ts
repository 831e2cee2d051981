import { expect, test } from "vitest";
import { laneOf, tableOf } from "../charts/testing.ts";
import { resultOf } from "../results/testing.ts";
import { binStart } from "./heat-model.ts";
import { binsSpan, histogramOf } from "./histogram-model.ts";

const ALL = { kind: { outcome: "completed" }, times: undefined, over: undefined } as const;
const MEASURED = { virtualSeconds: 20e-9, measuredSeconds: 20e-9 };

/** Two samples of four bins. */
const LANE = laneOf({
  samples: tableOf({
    t: [10, 20],
    "heat.0": [0, 0],
    "heat.1": [3, 1],
    "heat.2": [0, 2],
    "heat.3": [0, 0],
  }),
  result: resultOf(MEASURED),
});

test("adds up what the samples count, with the engine's percentiles beside it", () => {
  const { low, high, lanes } = histogramOf([LANE], ALL)!;
  expect([low, high]).toEqual([0, 3]);
  expect([...lanes[0]!.counts]).toEqual([0, 4, 2, 0]);
  expect(lanes[0]!.marks).toEqual([
    { name: "p50", ns: 24e6 },
    { name: "p99", ns: 46e6 },
  ]);
});

test("leaves the warm-up out", () => {
  const result = resultOf({ ...MEASURED, measuredSeconds: 10e-9 });
  expect(histogramOf([{ ...LANE, result }], ALL)!.lanes[0]!.total).toBe(3);
});

test("counts requests of a kind one by one, and gives failures no percentile", () => {
  const times = {
    endedNs: Float64Array.from([5, 15]),
    tookNs: Float64Array.from([binStart(2), binStart(1)]),
    recordedFromNs: 0,
  };
  const kind = { outcome: "failed" } as const;
  const result = resultOf({ ...MEASURED, measuredSeconds: 10e-9 });
  const [lane] = histogramOf([{ ...LANE, result }], { ...ALL, kind, times: [times] })!.lanes;
  expect([...lane!.counts]).toEqual([0, 1, 0, 0]);
  expect(lane!.marks).toEqual([]);
});

test("has room on its axis for what is drawn over a lane", () => {
  const over = Float64Array.from([0, 0, 0, 9]);
  expect(histogramOf([LANE], { ...ALL, over })!.high).toBe(4);
});

test("is not there before anything was answered", () => {
  expect(histogramOf([laneOf({ samples: tableOf({ t: [], "heat.0": [] }) })], ALL)).toBe(undefined);
});

test("a range of bins holds the latencies between their ends, whichever comes first", () => {
  expect(binsSpan(16, 8)).toEqual({ fastestNs: 2048, slowestNs: binStart(17) });
});
