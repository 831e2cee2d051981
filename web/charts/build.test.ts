import { expect, it } from "vitest";
import type { LaneRun } from "../state/lane-run.ts";
import { cpu, latency, memory, throughput } from "./build.ts";
import type { ChartInput } from "./model.ts";
import { emptyTopology, laneOf, tableOf } from "./testing.ts";

const MIB = 2 ** 20;
const topology = emptyTopology(4);

function inputOf(lanes: readonly LaneRun[], fields: Partial<ChartInput> = {}): ChartInput {
  return {
    lanes,
    selected: lanes.at(-1),
    clockNs: 1e9,
    durationNs: 2e9,
    warmupNs: 0,
    readNs: 1e9,
    slo: { p99Ms: undefined, errorRate: undefined },
    memoryLimitBytes: undefined,
    replicated: [],
    ...fields,
  };
}

it("scales throughput to the planned load, also before a request is done", () => {
  const planned = {
    unit: "rate" as const,
    points: [
      [0, 0],
      [2e9, 720],
    ] as const,
  };
  const model = throughput(inputOf([laneOf({ planned })]), undefined);
  expect([model.axis.domain, model.planned]).toEqual([[0, 800], planned.points]);
});

it("does not draw planned users as requests", () => {
  const planned = { unit: "users" as const, points: [[0, 1000]] as const };
  expect(throughput(inputOf([laneOf({ planned })]), undefined).planned).toEqual([]);
});

it("keeps the throughput axis when the load falls", () => {
  const high = throughput(
    inputOf([laneOf({ samples: tableOf({ t: [1e9], completed: [700] }) })]),
    undefined,
  );
  const low = throughput(
    inputOf([laneOf({ samples: tableOf({ t: [1e9], completed: [7] }) })]),
    high,
  );
  expect(low.axis.domain).toEqual(high.axis.domain);
});

it("draws p95 and the band for the selected lane alone, and the SLO inside the axis", () => {
  const samples = tableOf({ t: [1e9], p50: [24], p95: [40], p99: [46] });
  const lanes = [laneOf({ letter: "B", samples }), laneOf({ letter: "A", samples })];
  const slo = { p99Ms: 100, errorRate: undefined };
  const model = latency(inputOf(lanes, { slo }), undefined);
  expect(model.lines.filter((line) => line.metric === "p95").map((line) => line.lane)).toEqual([
    "A",
  ]);
  expect(model.bands.map((band) => band.lane)).toEqual(["A"]);
  expect(model.rules.map((rule) => rule.label)).toEqual(["SLO p99 ≤ 100 ms"]);
  expect(model.axis.domain).toEqual([20, 200]);
});

it("stacks memory by kind up to the line of the lane", () => {
  const samples = tableOf({
    t: [1e9],
    "mem.process": [40 * MIB],
    "mem.stacks": [20 * MIB],
    "mem.heap": [30 * MIB],
    "mem.garbage": [5 * MIB],
    "mem.buffers": [5 * MIB],
  });
  const model = memory(inputOf([laneOf({ samples })]), undefined);
  expect(model.keys.map((key) => `${key.label} ${key.value}`)).toEqual([
    "process 40",
    "stacks 20",
    "heap 30",
    "other 10",
  ]);
  expect([...model.bands.at(-1)!.high]).toEqual([...model.lines[0]!.y]);
});

it("shows the memory limit only where it does not flatten the lines", () => {
  const samples = tableOf({ t: [1e9], "mem.process": [400 * MIB] });
  const rulesAt = (limit: number) =>
    memory(inputOf([laneOf({ samples })], { memoryLimitBytes: limit }), undefined).rules.length;
  expect([rulesAt(512 * MIB), rulesAt(8192 * MIB)]).toEqual([1, 0]);
});

it("shows CPU in percent of the lane's own cores", () => {
  const samples = tableOf({ t: [1e9], "cpu.user": [1], "cpu.system": [0.5], "cpu.gc": [0.5] });
  const model = cpu(inputOf([laneOf({ samples, topology })]), undefined);
  expect([...model.lines[0]!.y]).toEqual([50]);
  expect(model.bands.map((band) => band.high[0])).toEqual([25, 37.5, 50]);
});

it("draws intervals over replications in the units of the chart, and finds room for them", () => {
  const samples = tableOf({ t: [1e9], "mem.process": [40 * MIB] });
  const lane = laneOf({ index: 1, samples });
  const band = { low: Float64Array.of(50 * MIB), high: Float64Array.of(300 * MIB) };
  const bands = { throughput: band, p99: band, memory: band, cpu: band };
  const replicated = [undefined, { t: Float64Array.of(1e9), bands }] as never;
  const model = memory(inputOf([lane], { replicated }), undefined);
  const interval = model.bands.find(({ isInterval }) => isInterval)!;
  expect([interval.low[0], interval.high[0], interval.lane]).toEqual([50, 300, "A"]);
  expect(model.axis.domain[1]).toBeGreaterThan(300);
});

it("draws what theory says of the selected lane inside the axis", () => {
  const textbook = {
    queue: "M/M/1",
    isLimit: false,
    exact: { throughput: 900, meanMs: 10, p50Ms: 7, p99Ms: 4600 },
  };
  const lane = { ...laneOf({}), textbook } as unknown as LaneRun;
  const { axis, rules } = latency(inputOf([lane]), undefined);
  expect(rules.map(({ label }) => label)).toEqual(["M/M/1 exact p50 7", "M/M/1 exact p99 4 600"]);
  expect(axis.domain[1]).toBeGreaterThan(4600);
  expect(throughput(inputOf([lane]), undefined).axis.domain[1]).toBeGreaterThan(900);
});
