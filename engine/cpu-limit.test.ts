/**
 * CPU limits of containers. Figures: the kernel's rules, Linux `kernel/sched/fair.c` (a period of
 * 100 ms, slices of 5 ms, accounts at the timer tick of 4 ms) and
 * `Documentation/scheduler/sched-bwc.rst`.
 */
import { expect, test } from "vitest";
import type { LaneResult } from "./api.ts";
import { atOnce, begin, modelOf, picture, run, runsOf, type Sketch } from "./testing.ts";

const inside = { origin: "inside" };

function hogs(n: number, cores: number, cpus: number): Sketch {
  return {
    cores,
    cpus,
    duration: "10s",
    runtime: { model: "threads", threads: n },
    steps: [{ cpu: "1000s" }],
    load: { ...atOnce(n), ...inside },
  };
}

function usedBy(sketch: Sketch): LaneResult["cpu"] {
  return run(sketch).result(0).cpu;
}

test("4 busy threads with a limit of 1 run for 25 ms and stand still for 75 ms of each 100 ms", () => {
  const simulation = begin(hogs(4, 4, 1));
  simulation.runUntil(Infinity, Infinity);
  for (const core of ["cpu0", "cpu1", "cpu2", "cpu3"]) {
    const bursts = runsOf(simulation, core);
    // One per period, begun with it, and equal but for the tick at which the end is noticed.
    expect(bursts.map(({ from }) => from % 100).every((at) => at === 0)).toBe(true);
    const lengths = bursts.map(({ from, to }) => to - from);
    expect(lengths).toHaveLength(100);
    expect(Math.min(...lengths)).toBeGreaterThanOrEqual(20);
    expect(Math.max(...lengths)).toBeLessThanOrEqual(32);
    const mean = lengths.reduce((sum, ms) => sum + ms, 0) / lengths.length;
    expect(Math.abs(mean - 25)).toBeLessThan(0.5);
  }
});

// 50 ms a period in slices of 5 ms, looked at every 4 ms: each core owes 3 ms at every second tick
// and takes 8. At 24 ms 8 are left, for one of the two; at 100 ms each pays what it owes.
test("the schedule shows who is throttled: cores and the threads on them", () => {
  const simulation = begin({ ...hogs(2, 2, 0.5), duration: "200ms" });
  simulation.runUntil(Infinity, Infinity);
  expect(picture(simulation, 4)).toEqual([
    "cpu0: RRRRRRRRtttttttttttttttttRRRRRtttttttttttttttttttt",
    "cpu1: RRRRRRtttttttttttttttttttRRRRRRRtttttttttttttttttt",
    "T01: RRRRRRRRtttttttttttttttttRRRRRtttttttttttttttttttt",
    "T02: RRRRRRtttttttttttttttttttRRRRRRRtttttttttttttttttt",
  ]);
});

test("a request of 30 ms CPU takes 105 ms in a crowd of 4 with a limit of 1", () => {
  const { latencyMs, throughput, breakdownMs, bottleneck } = run({
    cores: 4,
    cpus: 1,
    duration: "30s",
    runtime: { model: "threads", threads: 4 },
    steps: [{ cpu: "30ms" }],
    load: { executor: "constant-vus", vus: 4, ...inside },
  }).result(0);
  expect(Math.abs(latencyMs.p50 / 105 - 1)).toBeLessThan(0.05);
  // Four users and 1000 ms of CPU time a second: 33.3 requests/s, by Little's law 120 ms each.
  expect(Math.abs(throughput / (1000 / 30) - 1)).toBeLessThan(0.01);
  expect(Math.abs(latencyMs.mean / 120 - 1)).toBeLessThan(0.01);
  expect(breakdownMs["running"]).toBeCloseTo(30, 6);
  expect(bottleneck.text).toContain("CPU limit is used up");
});

test("the mean use is the limit, whatever it is and however many threads want it", () => {
  for (const cpus of [0.1, 0.5, 1.5, 2.5]) {
    for (const [n, cores] of [
      [3, 4],
      [9, 4],
      [40, 8],
    ] as const) {
      const { limit, utilization } = usedBy(hogs(n, cores, cpus));
      expect(Math.abs(limit!.utilization - 1)).toBeLessThan(0.05);
      expect(utilization * cores).toBeCloseTo(limit!.utilization * cpus, 9);
      expect(limit!.throttledPeriods).toBeGreaterThan(0.9);
    }
  }
});

test("a limit that is never reached costs nothing and stops nobody", () => {
  const sketch: Sketch = {
    cores: 4,
    duration: "5s",
    runtime: { model: "threads", profile: "cpython-3.11", threads: 20 },
    steps: [{ cpu: "1ms" }, { io: "5ms" }],
    load: { executor: "constant-arrival-rate", rate: 300 },
  };
  const free = run(sketch).result(0);
  const limited = run({ ...sketch, cpus: 2 }).result(0);
  expect(limited.cpu.limit!.throttledSeconds).toBe(0);
  expect(limited.latencyMs).toEqual(free.latencyMs);
  expect(free.cpu.limit).toBe(undefined);
});

test("idle cores give their slices back: a burst on all of them does not starve the one that works", () => {
  // Each of 8 cores takes 5 ms for its 0.1 ms of work; 0.6 cores in all are used of a limit of 0.8.
  const { cpu } = run({
    cores: 8,
    cpus: 0.8,
    duration: "10s",
    runtime: { model: "threads", threads: 9 },
    requests: {
      hog: { steps: [{ cpu: "50ms" }, { sleep: "50ms" }] },
      tick: { steps: [{ cpu: "100us" }] },
    },
    loads: {
      hog: { executor: "constant-vus", vus: 1, request: "hog", ...inside },
      tick: {
        executor: "constant-vus",
        vus: 8,
        thinkTime: "7900us",
        request: "tick",
        ...inside,
      },
    },
  }).result(0);
  expect(cpu.limit!.utilization).toBeGreaterThan(0.7);
  expect(cpu.limit!.throttledPeriods).toBeLessThan(0.05);
});

test("the JVM counts the limit as processors, rounded up; Go 1.23 and CPython count cores", () => {
  const of = (runtime: object) =>
    modelOf({ cores: 8, cpus: 1.5, runtime, steps: [{ cpu: "1ms" }] }).runtime;
  expect(of({ model: "virtual-threads" })).toMatchObject({ parallelism: 2 });
  expect(of({ model: "event-loop", profile: "netty" })).toMatchObject({ loops: 4, executors: 20 });
  expect(of({ model: "goroutines" })).toMatchObject({ gomaxprocs: 8 });
  expect(of({ model: "event-loop", profile: "asyncio" })).toMatchObject({ executors: 12 });
});
