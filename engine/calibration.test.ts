/** What `calibration: "truth"` means, and the timers of the runtimes under it. */
import { expect, test } from "vitest";
import type { LatencySummary } from "./api.ts";
import { TRUTH } from "./machine/truth.ts";
import { truthCosts } from "./runtimes/profiles/truth.ts";
import { modelOf, run, type Sketch } from "./testing.ts";

const asyncio = { model: "event-loop", profile: "asyncio", loops: 1 };
const go = { model: "goroutines", profile: "go", gomaxprocs: 2 };
const user = { executor: "constant-vus", vus: 1, origin: "inside" };

function sleeper(runtime: object): Sketch {
  return { runtime, calibration: "truth", cores: 2, steps: [{ io: "10ms" }], load: user };
}

/** Of all requests, ms. */
function latencies(sketch: Sketch): LatencySummary {
  return run(sketch).result(0).latencyMs;
}

test("programs that were measured wait by their runtime's timer where they say io", () => {
  const steps = [
    { io: "1ms" },
    { parallel: 2, steps: [{ io: "2ms" }] },
    { acquire: "db", steps: [{ io: "3ms" }, { cpu: "1ms" }] },
  ];
  const sketch = { runtime: go, steps, pools: { db: { size: 1 } } };
  const text = (calibration: "reference" | "truth"): string =>
    JSON.stringify(modelOf({ ...sketch, calibration }).classes);
  expect(text("reference")).not.toContain('"sleep"');
  expect(text("truth")).toBe(text("reference").replaceAll('"kind":"io"', '"kind":"sleep"'));
});

test("costs come from the measurements, the profile's own where nothing was measured", () => {
  expect(TRUTH.contextSwitchNs).toBe(1290);
  expect(truthCosts("go", 2).taskSwitch).toBe(197);
  expect(truthCosts("go", 1).taskSwitch).toBe(210);
  expect(truthCosts("netty", 2)).toEqual({});
});

test("a thread that sleeps 10 ms alone is 0.11 ms late, and sometimes a millisecond", () => {
  const threads = { model: "threads", profile: "jvm-platform", threads: "per-request" };
  const { p50, p99 } = latencies({ ...sleeper(threads), duration: "30s" });
  expect(p50).toBeGreaterThan(10.1);
  expect(p50).toBeLessThan(10.2);
  expect(p99).toBeGreaterThan(11);
});

test("Go's poller waits in whole milliseconds: twice for a sleep of 10 ms", () => {
  const { p50 } = latencies({ ...sleeper(go), duration: "10s" });
  expect(p50).toBeGreaterThan(10.18);
  expect(p50).toBeLessThan(10.3);
});

test("beside a task of 20 ms that gives way, a sleep on asyncio takes three iterations", () => {
  const simulation = run({
    runtime: asyncio,
    requests: { main: { steps: [{ sleep: "5ms" }] }, hog: { steps: [{ cpu: "20ms" }] } },
    loads: { main: { ...user, request: "main" }, hog: { ...user, request: "hog" } },
    duration: "2s",
  });
  expect(simulation.result(0).classes["main"]!.latencyMs.p50 / 20).toBeCloseTo(3, 1);
});
