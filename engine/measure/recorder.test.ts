import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { Stream } from "../kernel/random.ts";
import { laneModel } from "../scenario/lane-model.ts";
import { parseScenario } from "../scenario/validate.ts";
import { createSimulation, type Simulation } from "../simulation.ts";
import { QuantileBatches, RateBatches } from "./confidence.ts";
import { Histogram } from "./histogram.ts";
import { Ledger } from "./ledger.ts";
import { Recorder } from "./recorder.ts";

const SPAN = { warmupNs: 1000, durationNs: 9000, classes: 1 };

test("merged stretches give what recording every latency at once gives", () => {
  const clock = new Float64Array(2);
  const ledger = new Ledger(clock, 1);
  const recorder = new Recorder(clock, ledger, SPAN);
  const plain = { latency: new Histogram(), rate: new RateBatches(1000, 9000) };
  const p99 = new QuantileBatches(0.99, 1000, 9000);
  const task = ledger.enter(0);
  const stream = new Stream(7, "latencies");
  for (let t = 0; t <= 9000; t++) {
    const latency = stream.int(1_000_000);
    clock[NOW] = t - latency;
    ledger.beginRequest(task);
    clock[NOW] = t;
    if (t === 1000) recorder.beginMeasurement();
    recorder.complete(task, 0);
    if (t % 70 === 0) recorder.sample(new Float64Array(3), new Float64Array(4));
    if (t < 1000) continue;
    plain.latency.record(latency);
    plain.rate.record(t);
    p99.record(t, latency);
  }
  const summary = (h: Histogram): unknown => [h.count, h.min, h.max, h.mean(), h.quantile(0.9)];
  expect(summary(recorder.latencies())).toEqual(summary(plain.latency));
  expect(recorder.latencies().stddev()).toBeCloseTo(plain.latency.stddev(), 3);
  expect(recorder.throughputInterval()).toEqual(plain.rate.interval(9000));
  expect(recorder.p99Interval()).toEqual(p99.interval(9000));
});

test("live percentiles look back on five samples, warm-up included", () => {
  const clock = new Float64Array(2);
  const ledger = new Ledger(clock, 1);
  const recorder = new Recorder(clock, ledger, SPAN);
  const task = ledger.enter(0);
  const medians = [10, 20, 30, 40, 50, 60, 70].map((latency, i) => {
    clock[NOW] = 100 * (i + 1) - latency;
    ledger.beginRequest(task);
    clock[NOW] += latency;
    recorder.complete(task, 0);
    const quantiles = new Float64Array(3);
    recorder.sample(quantiles, new Float64Array(4));
    return quantiles[0];
  });
  expect(medians).toEqual([10, 10, 20, 20, 30, 40, 50]);
  expect(recorder.latencies().count).toBe(0);
});

test("looking at the results, or running in slices, changes not one bit of them", () => {
  const atOnce = simulation();
  atOnce.runUntil(Infinity, Infinity);
  const watched = simulation();
  const counts: number[] = [];
  for (let at = 0; watched.status === "running"; at += 3.7e7) {
    while (watched.nowNs < at && watched.runUntil(at, 100) === "running");
    counts.push(watched.result(0).requests.completed);
  }
  expect(counts.length).toBeGreaterThan(50);
  expect(watched.result(0)).toEqual(atOnce.result(0));
});

test("a result in the middle of a run counts everything completed so far", () => {
  const run = simulation();
  run.runUntil(1.234e9, Infinity);
  const { latencyMs, confidence, classes, throughput, measuredSeconds } = run.result(0);
  const inWarmup = run.recorder.completed - classes["r"]!.completed;
  expect(run.recorder.latencies().count + inWarmup).toBe(run.recorder.completed);
  expect(classes["r"]!.latencyMs).toEqual(latencyMs);
  const [low, high] = confidence.throughput;
  expect((low + high) / 2).toBeCloseTo(throughput, 6);
  expect(measuredSeconds).toBeCloseTo(1.034, 9);
});

function simulation(): Simulation {
  const parsed = parseScenario({
    version: 1,
    name: "watched",
    seed: 3,
    duration: "2s",
    warmup: "200ms",
    machine: { cores: 2, memory: "1GiB" },
    requests: { r: { steps: [{ cpu: { dist: "exponential", mean: "1ms" } }, { io: "3ms" }] } },
    load: { main: { executor: "constant-arrival-rate", rate: 1200 } },
    lanes: [{ name: "t", runtime: { model: "threads", profile: "neutral", threads: 8 } }],
  });
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  return createSimulation(laneModel(parsed.scenario, 0));
}
