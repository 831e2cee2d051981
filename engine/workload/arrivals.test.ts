import fc from "fast-check";
import { expect, test } from "vitest";
import { DUE } from "../kernel/queue.ts";
import type { Load } from "../scenario/model.ts";
import { modelOf } from "../testing.ts";
import { ArrivalSource, plannedLoad, Profile, rampPoints } from "./arrivals.ts";

const S = 1e9;

function loadOf(load: object): Load {
  return modelOf({
    runtime: { model: "goroutines" },
    steps: [{ cpu: "1us" }],
    load,
    duration: "100s",
  }).loads[0]!;
}

/** The first `n` arrivals, in seconds. */
function arrivals(load: object, n: number): number[] {
  const source = new ArrivalSource(1, loadOf(load));
  const clock = new Float64Array(2);
  return Array.from({ length: n }, () => {
    source.next(clock);
    return clock[DUE]! / S;
  });
}

test("a profile is linear between its corners and keeps its last value", () => {
  const profile = new Profile([
    [0, 10],
    [2 * S, 30],
    [4 * S, 0],
  ]);
  expect([0, 1, 2, 3, 4, 9].map((s) => profile.at(s * S))).toEqual([10, 20, 30, 15, 0, 0]);
});

test("the time at which an integral is reached is the inverse of the integral", () => {
  const corners = fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.nat(50)), {
    minLength: 1,
    maxLength: 6,
  });
  const property = fc.property(corners, fc.integer({ min: 1, max: 99 }), (steps, percent) => {
    const points: [number, number][] = [[0, 5]];
    let total = 0;
    for (const [seconds, value] of steps) {
      const [at, before] = points.at(-1)!;
      points.push([at + seconds * S, value]);
      total += (seconds * (before + value)) / 2;
    }
    const profile = new Profile(points);
    const time = profile.timeOf((total * percent) / 100);
    // The plain way: add up slices of a millisecond.
    let sum = 0;
    for (let at = 0; at < time; at += S / 1000) sum += profile.at(at + S / 2000) / 1000;
    expect(Math.abs(sum - (total * percent) / 100)).toBeLessThan(0.06);
    expect(profile.timeOf(total + 1)).toBe(Infinity);
  });
  fc.assert(property, { numRuns: 50 });
});

test("a user is wanted from the moment at which the ramp passes its number", () => {
  const profile = new Profile(
    rampPoints({ from: 0, stages: [{ durationNs: 10 * S, target: 10 }] }),
  );
  expect(profile.firstAbove(4, 0)).toBeCloseTo(4 * S, -1);
  expect(profile.firstAbove(4, 6 * S)).toBe(6 * S);
  expect(profile.firstAbove(10, 0)).toBe(Infinity);
});

test("uniform arrivals come at equal distances, Poisson ones at exponential distances", () => {
  const rate = { executor: "constant-arrival-rate", rate: 4 };
  expect(arrivals({ ...rate, arrivals: "uniform" }, 4)).toEqual([0.25, 0.5, 0.75, 1]);
  const times = arrivals({ ...rate, rate: 100 }, 20_000);
  const gaps = times.map((time, i) => time - (times[i - 1] ?? 0));
  const mean = gaps.reduce((sum, gap) => sum + gap, 0) / gaps.length;
  const variance = gaps.reduce((sum, gap) => sum + (gap - mean) ** 2, 0) / gaps.length;
  expect(mean * 100).toBeCloseTo(1, 1);
  expect(Math.sqrt(variance) / mean).toBeCloseTo(1, 1);
});

test("a ramping rate sends as much as the integral of the rate", () => {
  const ramp = {
    executor: "ramping-arrival-rate",
    startRate: 0,
    stages: [{ duration: "10s", target: 100 }],
    arrivals: "uniform",
  };
  const times = arrivals(ramp, 501);
  // t²·5 requests by time t.
  expect(times[124]).toBeCloseTo(5, 2);
  expect(times[499]).toBeCloseTo(10, 2);
  expect(times[500]).toBe(Infinity);
});

test("recorded times are sent as recorded", () => {
  expect(arrivals({ executor: "trace", times: [0, 1.5, 1.5, 20] }, 5)).toEqual([
    0,
    0.0015,
    0.0015,
    0.02,
    Infinity,
  ]);
});

test("the planned load is the sum of the loads, corner by corner", () => {
  const model = modelOf({
    runtime: { model: "goroutines" },
    steps: [{ cpu: "1us" }],
    duration: "10s",
    loads: {
      base: { executor: "constant-arrival-rate", rate: 10 },
      peak: { executor: "constant-arrival-rate", rate: 5, start: "4s", duration: "2s" },
    },
  });
  const { unit, points } = plannedLoad(model);
  expect(unit).toBe("rate");
  const at = (s: number): number => points.findLast(([ns]) => ns <= s * S)![1];
  expect([at(0), at(3), at(5), at(7), at(10)]).toEqual([10, 10, 15, 10, 10]);
});

test("a planned load says what it leaves out, and what was recorded", () => {
  const planOf = (extra: object) =>
    plannedLoad(
      modelOf({
        runtime: { model: "goroutines" },
        steps: [{ cpu: "1us" }],
        duration: "10s",
        loads: { base: { executor: "constant-arrival-rate", rate: 10 }, extra },
      }),
    );
  expect(planOf({ executor: "constant-vus", vus: 2 })).toMatchObject({
    unit: "rate",
    isPart: true,
  });
  expect(planOf({ executor: "trace", times: [0, 5] })).toMatchObject({ isRecorded: true });
  const plain = planOf({ executor: "constant-arrival-rate", rate: 5 });
  expect(Object.keys(plain)).toEqual(["unit", "points"]);
});
