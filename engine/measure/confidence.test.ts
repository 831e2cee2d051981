import { expect, test } from "vitest";
import { inverseNormal, log } from "../kernel/math.ts";
import { Stream } from "../kernel/random.ts";
import { BatchMeans, QuantileBatches, RateBatches, type Interval } from "./confidence.ts";

const RUNS = 400;
const SECOND = 1e9;

/** How many of many runs have the truth inside their interval; 95 % of 400 are 380 +- 4.4. */
function coverage(truth: number, run: (stream: Stream) => Interval): number {
  let covered = 0;
  for (let seed = 0; seed < RUNS; seed++) {
    const [low, high] = run(new Stream(seed, "run"));
    if (low <= truth && truth <= high) covered++;
  }
  return covered / RUNS;
}

test("19 of 20 intervals contain the mean of independent observations", () => {
  const share = coverage(1, (stream) => {
    const batches = new BatchMeans();
    for (let i = 0; i < 3000; i++) batches.add(-log(stream.next()));
    return batches.interval();
  });
  expect(share).toBeGreaterThan(0.92);
  expect(share).toBeLessThan(0.98);
});

test("observations that depend on each other get the wider interval they need", () => {
  const share = coverage(10, (stream) => {
    const batches = new BatchMeans();
    let x = 0;
    for (let i = 0; i < 8000; i++) {
      x = 0.95 * x + inverseNormal(stream.next());
      batches.add(10 + x);
    }
    return batches.interval();
  });
  expect(share).toBeGreaterThan(0.9);
  expect(share).toBeLessThan(0.98);
});

test("19 of 20 intervals contain the rate of a Poisson process", () => {
  const share = coverage(100, (stream) => {
    const batches = new RateBatches(2 * SECOND, 32 * SECOND);
    for (let t = 0; t < 32 * SECOND; t -= log(stream.next()) * 1e7) batches.record(t);
    return batches.interval(32 * SECOND);
  });
  expect(share).toBeGreaterThan(0.92);
  expect(share).toBeLessThan(0.98);
});

test("19 of 20 intervals contain the p99", () => {
  const share = coverage(-log(0.01) * 1e6, (stream) => {
    const batches = new QuantileBatches(0.99, 0, 20_000);
    for (let t = 0; t < 20_000; t++) batches.record(t, -log(stream.next()) * 1e6);
    return batches.interval(20_000);
  });
  expect(share).toBeGreaterThan(0.9);
  expect(share).toBeLessThan(0.985);
});

test("a rate in the middle of a run counts the time gone by, not the time planned", () => {
  const batches = new RateBatches(0, 40 * SECOND);
  for (let t = 0; t < 10.5 * SECOND; t += SECOND / 4) batches.record(t);
  expect(batches.interval(10.5 * SECOND)).toEqual([4, 4]);
});

test("what happens outside the measured time does not count", () => {
  const batches = new RateBatches(10 * SECOND, 50 * SECOND);
  for (let t = 0; t < 100; t++) batches.record(t * SECOND);
  const [low, high] = batches.interval(100 * SECOND);
  expect((low + high) / 2).toBeCloseTo(41 / 40, 12);
});

test("too little data gives no interval", () => {
  const mean = new BatchMeans();
  expect(mean.interval()).toEqual([NaN, NaN]);
  mean.add(1);
  expect(mean.interval()).toEqual([NaN, NaN]);
  expect(new RateBatches(0, SECOND).interval(0)).toEqual([NaN, NaN]);
  const p99 = new QuantileBatches(0.99, 0, 20);
  expect(p99.interval(20)).toEqual([NaN, NaN]);
  for (let t = 0; t < 20; t++) p99.record(t, 5);
  expect(p99.interval(20)).toEqual([NaN, NaN]);
});

test("the interval lies around the estimate and narrows with more data", () => {
  const stream = new Stream(3, "run");
  const batches = new BatchMeans();
  for (let i = 0; i < 100; i++) batches.add(stream.next());
  const [low, high] = batches.interval();
  for (let i = 0; i < 10_000; i++) batches.add(stream.next());
  const [later, laterHigh] = batches.interval();
  expect(laterHigh - later).toBeLessThan((high - low) / 5);
  expect((later + laterHigh) / 2).toBeCloseTo(0.5, 1);
});
