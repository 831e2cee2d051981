import { expect, it } from "vitest";
import { latency, throughput } from "./build.ts";
import type { ChartInput } from "./model.ts";
import { laneOf, tableOf } from "./testing.ts";
import { describe, figures } from "./words.ts";

const samples = tableOf({
  t: [1e9, 2e9],
  completed: [300, 320],
  p50: [50, 501],
  p95: [60, 625],
  p99: [58, 677],
});
const lane = laneOf({ samples });
const input: ChartInput = {
  lanes: [lane],
  selected: lane,
  clockNs: 2e9,
  durationNs: 2e9,
  warmupNs: 0,
  readNs: 2e9,
  slo: { p99Ms: 100, errorRate: undefined },
  memoryLimitBytes: undefined,
  replicated: [],
};

it("says what the chart shows and which limit is broken", () => {
  expect(describe("Latency", latency(input, undefined), 2e9)).toBe(
    "Latency at 2.0 s: A p50 501, A p95 625, A p99 677 (ms). A p99 is above SLO p99 ≤ 100 ms. A: above the SLO from 2.0 s.",
  );
});

it("says so when there is nothing to read", () => {
  expect(describe("Latency", latency(input, undefined), 0)).toBe("Latency: no data yet.");
});

it("lists the figures of every line, newest last, within the row limit", () => {
  expect(figures(throughput(input, undefined), 10)).toEqual({
    head: ["time (s)", "A"],
    rows: [
      ["1.0", "300"],
      ["2.0", "310"],
    ],
  });
  expect(figures(throughput(input, undefined), 1).rows).toEqual([["2.0", "310"]]);
});
