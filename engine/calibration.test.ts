/** What `calibration: "truth"` means, and the timers of the runtimes under it. */
import { expect, test } from "vitest";
import type { LatencySummary } from "./api.ts";
import { TRUTH } from "./machine/truth.ts";
import { measuredCosts } from "./runtimes/profiles/measured.ts";
import { truthCosts } from "./runtimes/profiles/truth.ts";
import { REFERENCE } from "./machine/calibration.ts";
import { measuredCalibration } from "./machine/measured.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { parseScenario } from "./scenario/validate.ts";
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

const laptop = {
  name: "laptop",
  os: {
    ctx_process_pipe_1core_us: { median: 2.5, runs: [2.4, 2.5, 2.7] },
    pipe_write_read_same_thread_us: { median: 0.9 },
    sleep_1ms_p50: { median: 1.06 },
    sleep_1ms_p99: { median: 1.2 },
    sleep_10ms_p50: { median: 10.55 },
    sleep_10ms_p99: { median: 10.7 },
  },
  go_2cores: { gosched_switch_ns: { median: 123.4 } },
};

test("a calibration document gives what it measured; the rest stays as in the reference", () => {
  const calibration = measuredCalibration(laptop.os);
  expect(calibration.contextSwitchNs).toBe(1600);
  expect(calibration.wakeIdleNs).toBe(REFERENCE.wakeIdleNs);
  expect(calibration.halts.map(({ medianNs }) => medianNs)).toEqual([10_000, 500_000]);
  expect(calibration.shared).toEqual(REFERENCE.shared);
  expect(measuredCosts(laptop, "go", 4)).toEqual({ taskSwitch: 123 });
  expect(measuredCosts(laptop, "go", 1)).toEqual({ taskSwitch: 123 });
  expect(measuredCosts(laptop, "node-20", 4)).toEqual({});
});

test("a machine that is early for its timer's slack, or says nonsense, still computes", () => {
  const os = {
    ...laptop.os,
    sleep_1ms_p50: { median: 0.9 },
    sleep_1ms_p99: { median: 0.5 },
    ctx_process_pipe_1core_us: { median: -5 },
  };
  const calibration = measuredCalibration(os);
  expect(calibration.contextSwitchNs).toBe(0);
  expect(calibration.halts[0]).toEqual({ idleNs: 1e6, medianNs: 1, p99Ns: 1 });
  expect(run({ ...sleeper(go), calibration: { name: "odd", os } }).status).toBe("finished");
});

test("a sleep on a measured machine is late by what was measured there", () => {
  const threads = { model: "threads", profile: "jvm-platform", threads: 1 };
  const steps = [{ sleep: "10ms" }];
  const { p50 } = latencies({ ...sleeper(threads), steps, calibration: laptop, duration: "5s" });
  expect(p50).toBeCloseTo(10.55, 1);
});

function overridden(calibration: object) {
  const runtime = { model: "threads" };
  return parseScenario({
    version: 1,
    name: "two machines",
    duration: "1s",
    machine: { calibration: laptop },
    requests: { page: { steps: [{ cpu: "1ms" }] } },
    load: { users: { executor: "constant-vus", vus: 1 } },
    lanes: [{ name: "a", runtime, overrides: { machine: { calibration } } }],
  });
}

test("a lane's calibration replaces the other one: two machines' measurements do not mix", () => {
  const reply = overridden({ name: "server" });
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  expect(laneModel(reply.scenario, 0).machine.calibration).toEqual({ name: "server" });
});

test("a calibration document is checked like all else: unknown names are refused", () => {
  const reply = overridden({ name: "x", os: { sleep_1ms_p5: { median: 1 } } });
  expect(reply).toMatchObject({
    problems: [
      {
        path: "lanes[0].overrides.machine.calibration.os",
        message: expect.stringContaining('did you mean "sleep_1ms_p50"?') as string,
      },
    ],
  });
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
