/** Schedules of goroutines as pictures, and the orders in which Go runs them. */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, picture, runsOf, type Sketch } from "../testing.ts";
import type { Simulation } from "../simulation.ts";

const inside = (n: number): object => ({ ...atOnce(n), origin: "inside" });

function after(ms: number, sketch: Sketch): Simulation {
  const simulation = begin(sketch);
  simulation.runUntil(ms * 1e6, Infinity);
  return simulation;
}

/** The order in which a P ran the parts of the request (task 0), counted from 0. */
function orderOn(simulation: Simulation, label: string): number[] {
  const order = runsOf(simulation, label).map((slice) => slice.task - 1);
  return order.filter((task, i) => task >= 0 && task !== order[i - 1]);
}

const spawning = (n: number, cpu: string, gomaxprocs: number): Sketch => ({
  cores: gomaxprocs,
  runtime: { model: "goroutines", gomaxprocs },
  steps: [{ parallel: n, steps: [{ cpu }] }],
  load: inside(1),
});

test("on one P ten goroutines run in the order 9, 0, 1 ... 8 (facts 7.2, measured)", () => {
  const simulation = after(20, spawning(10, "1ms", 1));
  expect(orderOn(simulation, "P0")).toEqual([9, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("of 600 the ring spills the oldest: 599, 386, 387 ... (facts 7.2, measured)", () => {
  const simulation = after(20, spawning(600, "1us", 1));
  expect(orderOn(simulation, "P0").slice(0, 5)).toEqual([599, 386, 387, 388, 389]);
});

test("a second P steals half of the first one's queue and runs the last stolen first", () => {
  const simulation = after(20, spawning(10, "1ms", 2));
  expect(orderOn(simulation, "P0")).toEqual([9, 5, 6, 7, 8]);
  expect(orderOn(simulation, "P1")).toEqual([4, 0, 1, 2, 3]);
  expect(picture(simulation, 1).slice(0, 4)).toEqual([
    "cpu0: RRRRR...............",
    "cpu1: RRRRR...............",
    "P0: RRRRR...............",
    "P1: RRRRR...............",
  ]);
});

test("three hogs on one P take slices of 20 ms in turn (facts 7.4: 20.15 to 20.20 ms)", () => {
  const simulation = after(2000, {
    runtime: { model: "goroutines", gomaxprocs: 1 },
    steps: [{ cpu: "10s" }],
    load: inside(3),
    duration: "2s",
  });
  // The first looks come while sysmon still sleeps for less than 10 ms; every 61st goroutine comes
  // from the global queue, out of turn.
  const slices = runsOf(simulation, "P0").slice(5, 50);
  for (const { from, to } of slices) expect(to - from).toBeCloseTo(20.1, 1);
  const tasks = slices.map((slice) => slice.task);
  expect(tasks.slice(3)).toEqual(tasks.slice(0, -3));
});

test("a P whose goroutine is in a system call goes to another one", () => {
  const simulation = after(30, {
    cores: 2,
    runtime: { model: "goroutines", gomaxprocs: 1 },
    requests: { call: { steps: [{ block: "20ms" }] }, hog: { steps: [{ cpu: "5ms" }] } },
    loads: { hog: { ...inside(1), request: "hog" }, call: { ...inside(1), request: "call" } },
  });
  const hog = runsOf(simulation, "P0").find((slice) => slice.to - slice.from > 4.9);
  // 20 µs and the timer's slack, twice: sysmon must have seen the P in the call before.
  expect(hog?.from).toBeLessThan(0.2);
  expect(simulation.recorder.completed).toBe(2);
});

test("a short system call keeps its P", () => {
  const simulation = after(5, {
    runtime: { model: "goroutines", gomaxprocs: 1 },
    steps: [{ block: "10us" }, { cpu: "1ms" }],
    load: inside(1),
  });
  expect(picture(simulation, 0.25)).toHaveLength(3);
  expect(simulation.recorder.completed).toBe(1);
});

test("a server whose processors are all busy still accepts", () => {
  const simulation = after(100, {
    runtime: { model: "goroutines", gomaxprocs: 1, backlog: 5 },
    requests: { hog: { steps: [{ cpu: "10s" }] }, page: { steps: [{ cpu: "1ms" }] } },
    loads: {
      hogs: { ...inside(2), request: "hog" },
      pages: { ...atOnce(20), request: "page", start: "10ms" },
    },
  });
  expect(inPlace(simulation, "accept-queue")).toBe(0);
});

test("fasthttp refuses connections over its limit, net/http leaves them to the kernel", () => {
  const crowd = (profile: string): Simulation =>
    after(500, {
      runtime: { model: "goroutines", profile, maxConnections: 10 },
      steps: [{ io: "1s" }],
      load: atOnce(25),
    });
  expect(inPlace(crowd("go-fasthttp"), "waiting-io")).toBe(10);
  expect(crowd("go-fasthttp").result(0).requests.failed.rejected).toBe(15);
  expect(inPlace(crowd("go"), "accept-queue")).toBe(15);
  expect(crowd("go").result(0).requests.failed.rejected).toBe(0);
});

test("after idle times a system call keeps its P for two looks of sysmon (measured 10.8 ms)", () => {
  // Sysmon's sleep has grown to 10 ms, and timers do not shorten it again; a system call does only
  // when it comes while every P has been idle for so long that sysmon sleeps deeply.
  const calls = Array.from({ length: 8 }, (_, i) => 400 + i * 203);
  const works = calls.map((at) => at + 1);
  const simulation = after(2200, {
    runtime: { model: "goroutines", profile: "go", gomaxprocs: 1 },
    requests: {
      tick: { steps: [{ sleep: "5ms" }] },
      call: { steps: [{ block: "100ms" }] },
      work: { steps: [{ cpu: "1ms" }] },
    },
    loads: {
      tick: { executor: "constant-vus", vus: 1, origin: "inside", request: "tick" },
      call: { executor: "trace", times: calls, origin: "inside", request: "call" },
      work: { executor: "trace", times: works, origin: "inside", request: "work" },
    },
    duration: "2200ms",
  });
  const { min, max } = simulation.result(0).classes["work"]!.latencyMs;
  expect(min).toBeLessThan(2.5);
  expect(max).toBeGreaterThan(5);
  expect(max).toBeLessThan(22);
});
