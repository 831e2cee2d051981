/** Arrivals inside: a timer task of the runtime starts each, with its costs and its waits. */
import { expect, test } from "vitest";
import type { LatencySummary } from "../api.ts";
import { picture, run, runsOf, type Sketch } from "../testing.ts";

const jvm = { model: "threads", profile: "jvm-platform", threads: "per-request" };
const python = { model: "threads", profile: "cpython-3.11", threads: "per-request", gil: true };
const go = { model: "goroutines", profile: "go", gomaxprocs: 1 };

function trace(times: readonly number[], request = "main"): object {
  return { executor: "trace", times, origin: "inside", request };
}

const spins = { steps: [{ cpu: "1ms" }] };
const hog = { executor: "constant-vus", vus: 1, origin: "inside", request: "hog" };

function latencyOf(sketch: Sketch): LatencySummary {
  return run({ requests: { main: spins }, ...sketch }).result(0).classes["main"]!.latencyMs;
}

test("an arrival waits for its timer's slack and for the thread that is made for it", () => {
  const { p50 } = latencyOf({ runtime: jvm, loads: { main: trace([10]) } });
  // 50 µs of slack, 20 µs for a thread, six switches and wake-ups of some microseconds.
  expect(p50).toBeGreaterThan(1.07);
  expect(p50).toBeLessThan(1.15);
});

test("where nothing costs anything an arrival begins when it is due", () => {
  const runtime = { model: "threads", threads: "per-request" };
  expect(latencyOf({ runtime, loads: { main: trace([10, 20]) } }).max).toBe(1);
});

test("CPython's timer thread needs the GIL before and after each start (`Thread._started`)", () => {
  const sketch = {
    requests: { main: spins, hog: { steps: [{ cpu: "1000s" }] } },
    loads: { hog, main: trace([100, 100, 100]) },
  };
  const { min, max } = latencyOf({ ...sketch, runtime: python });
  // Of the first: the timer thread gets the GIL after 5 ms, and so does the thread it starts.
  expect(min).toBeGreaterThan(10);
  // The next one is started when the first has let go of it.
  expect(max).toBeGreaterThan(min + 1.9);
  expect(latencyOf({ ...sketch, runtime: jvm }).max).toBeLessThan(min);
});

test("who starts threads on HotSpot waits for each: both need the core in turn", () => {
  const simulation = run({
    runtime: jvm,
    steps: [{ parallel: 3, steps: [{ cpu: "2ms" }] }],
    load: { executor: "trace", times: [0] },
    duration: "10ms",
  });
  const starter = runsOf(simulation, "T01").filter(({ from, to }) => to > from);
  // It pays for three threads, one after the other, and lets each go on when it is up.
  expect(starter.length).toBeGreaterThanOrEqual(4);
  expect(simulation.recorder.completed).toBe(1);
});

test("goroutines are started by one of them: beside a hog it waits for the slice of 10 to 20 ms", () => {
  const { p50 } = latencyOf({
    runtime: go,
    requests: { main: spins, hog: { steps: [{ cpu: "1000s" }] } },
    loads: { hog, main: trace([105]) },
  });
  expect(p50).toBeGreaterThan(10);
  expect(p50).toBeLessThan(42);
});

test("virtual threads are started by an OS thread, which needs no carrier", () => {
  const runtime = { model: "virtual-threads", profile: "jvm-virtual", parallelism: 1 };
  const simulation = run({
    runtime,
    requests: { main: spins },
    loads: { main: trace([1, 2, 2]) },
    cores: 2,
    duration: "6ms",
  });
  expect(picture(simulation, 1).find((row) => row.startsWith("carrier"))).toBe("carrier 0: .RRR..");
});

test("processes take arrivals from one queue: whoever is free has the next", () => {
  const runtime = { ...python, threads: 1, processes: 2 };
  const load = { ...trace([1, 1, 1]), demand: [10, 1, 1] };
  const { max, p50 } = latencyOf({ runtime, cores: 2, seed: 2, loads: { main: load } });
  expect(p50).toBeLessThan(2.5);
  expect(max).toBeLessThan(11);
});

test("what asyncio and Node are sent comes through a pipe, a task of its own a turn later", () => {
  const asyncio = { model: "event-loop", profile: "asyncio" };
  const simulation = run({
    runtime: asyncio,
    requests: { main: spins },
    loads: { main: trace([1]) },
  });
  expect(simulation.result(0).breakdownMs["socket-buffer"]).toBeGreaterThan(0);
});
