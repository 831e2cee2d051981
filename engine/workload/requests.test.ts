/** Requests and their clients, seen from outside: what is sent when, and what becomes of it. */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, run } from "../testing.ts";

const server = { model: "threads", threads: "per-request" };

test("a user sends its next request when it has its answer and has thought", () => {
  const simulation = run({
    runtime: server,
    steps: [{ io: "30ms" }],
    load: { executor: "constant-vus", vus: 2, thinkTime: "70ms" },
  });
  expect(simulation.recorder.completed).toBe(20);
  expect(simulation.recorder.started).toBe(20);
});

test("users come and go with the ramp, and finish what they have begun", () => {
  const simulation = begin({
    cores: 8,
    duration: "4s",
    runtime: server,
    steps: [{ io: "100ms" }],
    load: {
      executor: "ramping-vus",
      startVUs: 0,
      stages: [
        { duration: "1s", target: 10 },
        { duration: "1s", target: 0 },
      ],
    },
  });
  const busy = [0.55, 1.05, 1.55, 2.2].map((s) => {
    simulation.runUntil(s * 1e9, Infinity);
    return inPlace(simulation, "waiting-io");
  });
  expect(busy).toEqual([6, 10, 5, 0]);
});

test("request n of a class costs the same on every runtime", () => {
  const used = [
    { model: "threads", threads: 3 },
    { model: "event-loop" },
    { model: "goroutines", profile: "neutral" },
  ].map((runtime) => {
    const steps = [
      { cpu: { dist: "exponential", mean: "1ms" } },
      { io: { dist: "gamma", mean: "2ms", shape: 2 } },
    ];
    const simulation = run({ cores: 4, runtime, steps, load: atOnce(200) });
    const { breakdownMs } = simulation.result(0);
    return [breakdownMs["running"]!.toFixed(9), breakdownMs["waiting-io"]!.toFixed(9)];
  });
  expect(used[1]).toEqual(used[0]);
  expect(used[2]).toEqual(used[0]);
});

test("a trace may multiply the demand of each of its requests", () => {
  const { cpu } = run({
    runtime: server,
    steps: [{ cpu: "10ms" }],
    load: { executor: "trace", times: [0, 100, 200], demand: [1, 2, 0.5] },
  }).result(0);
  expect(cpu.userSeconds).toBeCloseTo(0.035, 9);
});

test("first: the request goes on with the first part that is done, the others end in vain", () => {
  const simulation = run({
    cores: 4,
    runtime: server,
    steps: [
      { parallel: [[{ sleep: "50ms" }], [{ sleep: "10ms" }], [{ sleep: "90ms" }]], wait: "first" },
    ],
    load: atOnce(1),
  });
  expect(simulation.result(0).latencyMs.max).toBe(10);
  expect(simulation.ledger.tasks.live).toBe(0);
});

test("a step that fails gives back what the request holds and ends it", () => {
  const simulation = run({
    runtime: server,
    pools: { db: { size: 1 } },
    steps: [{ hold: "1MiB" }, { acquire: "db", steps: [{ io: "5ms" }, { fail: 1 }] }],
    load: atOnce(3),
  });
  const { requests, errorRate } = simulation.result(0);
  expect([requests.failed.error, errorRate, simulation.requests.pools[0]!.inUse]).toEqual([
    3, 1, 0,
  ]);
  expect(simulation.memory.ofKind(2)).toBe(0);
});

test("who waits for a pool longer than allowed fails; the others go on in turn", () => {
  const simulation = run({
    cores: 4,
    runtime: server,
    pools: { db: { size: 1, acquireTimeout: "25ms" } },
    steps: [{ acquire: "db", steps: [{ io: "10ms" }] }],
    load: atOnce(5),
  });
  const { requests, latencyMs } = simulation.result(0);
  expect([requests.completed, requests.failed.error, latencyMs.max]).toEqual([3, 2, 30]);
});

test("what is allocated is collected at once where references are counted", () => {
  const simulation = run({
    runtime: { model: "threads", profile: "cpython-3.11" },
    steps: [{ alloc: "10MiB" }, { cpu: "1ms" }],
    load: { executor: "constant-vus", vus: 1 },
  });
  expect(simulation.memory.ofKind(3)).toBe(0);
});

test("Go's heap doubles before it is collected, and the collector takes processor time", () => {
  const simulation = run({
    runtime: { model: "goroutines" },
    requests: {
      cache: { steps: [{ hold: "50MiB" }, { sleep: "10s" }] },
      page: { steps: [{ alloc: "1MiB" }, { cpu: "1ms" }] },
    },
    loads: {
      cache: { ...atOnce(1), request: "cache" },
      page: { executor: "constant-vus", vus: 1, request: "page" },
    },
  });
  const { memoryBytes, cpu } = simulation.result(0);
  expect(memoryBytes.peak / 2 ** 20).toBeGreaterThan(95);
  expect(memoryBytes.peak / 2 ** 20).toBeLessThan(115);
  expect(cpu.gcSeconds).toBeGreaterThan(0.1);
});

test("a pool that is used up is named as what limits the run, even when it is idle at the end", () => {
  const { bottleneck } = run({
    cores: 4,
    runtime: server,
    pools: { db: { size: 2 } },
    steps: [{ cpu: "100us" }, { acquire: "db", steps: [{ io: "10ms" }] }],
    load: { executor: "constant-arrival-rate", rate: 199, duration: "990ms", arrivals: "uniform" },
  }).result(0);
  expect(bottleneck.place).toBe("waiting-pool:db");
});
