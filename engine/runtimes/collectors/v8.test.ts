import { expect, test } from "vitest";
import type { LaneResult } from "../../api.ts";
import { atOnce, run, type Sketch } from "../../testing.ts";
import { growingFactor } from "./v8.ts";

const MIB = 2 ** 20;
const inside = { origin: "inside" };
const node = { model: "event-loop", profile: "node-20" };

function lane(sketch: Partial<Sketch>): LaneResult {
  return run({
    cores: 4,
    duration: "6s",
    warmup: "2s",
    runtime: node,
    ...sketch,
  }).result(0);
}

test("garbage that dies young costs next to nothing (measured: 0.15 ms for each MiB)", () => {
  const { cpu, latencyMs, throughput } = lane({
    steps: [{ cpu: "1ms" }, { alloc: "100KiB" }],
    load: { executor: "constant-vus", vus: 1, ...inside },
  });
  const allocated = throughput * 4 * 100 * 1024;
  expect(cpu.gcSeconds).toBeGreaterThan((0.9 * (allocated / MIB) * 0.15) / 1e3);
  expect(cpu.gcSeconds).toBeLessThan(0.02 * 4);
  expect(latencyMs.max).toBeLessThan(2);
});

test("scavenges that many survive stop the loop (measured: 2 to 18 ms for 2 to 9 MB)", () => {
  const { latencyMs, memoryBytes } = lane({
    // 500 requests of 16 KiB are in flight: 8 MiB.
    steps: [{ hold: "16KiB" }, { alloc: "64KiB" }, { io: "250ms" }, { cpu: "100us" }],
    load: { executor: "constant-arrival-rate", rate: 2000, ...inside },
  });
  expect(latencyMs.max).toBeGreaterThan(255);
  expect(latencyMs.max).toBeLessThan(290);
  expect(memoryBytes.kinds["heap"]!).toBeGreaterThan(7 * MIB);
});

test("what lives long is marked beside the loop; a third of that stops it (v8.dev, 2018)", () => {
  const result = lane({
    duration: "30s",
    warmup: "10s",
    requests: {
      cache: { steps: [{ hold: "200MiB" }, { sleep: "1000s" }] },
      session: { steps: [{ hold: "300KiB" }, { sleep: "2s" }] },
      ping: { steps: [{ io: "1ms" }, { cpu: "10us" }] },
    },
    loads: {
      cache: { ...atOnce(1), ...inside, request: "cache" },
      session: { executor: "constant-arrival-rate", rate: 200, ...inside, request: "session" },
      ping: { executor: "constant-vus", vus: 1, ...inside, request: "ping" },
    },
  });
  // 200 MiB and 120 MiB of sessions at 1 GB/s are 335 ms, of which 35 % stop the loop.
  const { max } = result.classes["ping"]!.latencyMs;
  expect(max).toBeGreaterThan(80);
  expect(max).toBeLessThan(190);
  expect(result.memoryBytes.kinds["garbage"]!).toBeLessThan(4 * 320 * MIB);
});

test("the growing factor is that of heap-controller-unittest.cc", () => {
  for (const [speed, factor] of [
    [34, 4],
    [45, 3.553],
    [50, 2.83],
    [100, 1.478],
    [200, 1.193],
    [400, 1.1],
  ] as const) {
    expect(growingFactor(speed)).toBeCloseTo(factor, 3);
  }
});

test("timers fill both semi-spaces (measured with 5000 of 10 ms: 82 MiB, idle 41)", () => {
  const { memoryBytes } = lane({
    cores: 1,
    steps: [{ sleep: "10ms" }],
    load: { executor: "constant-vus", vus: 5000, ...inside },
  });
  expect(memoryBytes.peak / MIB).toBeGreaterThan(72);
  expect(memoryBytes.peak / MIB).toBeLessThan(92);
});

test("a few timers need no larger semi-space (measured with 100 of 10 ms: 51 MiB)", () => {
  const { memoryBytes } = lane({
    steps: [{ sleep: "10ms" }],
    load: { executor: "constant-vus", vus: 100, ...inside },
  });
  expect(memoryBytes.peak / MIB).toBeGreaterThan(42);
  expect(memoryBytes.peak / MIB).toBeLessThan(56);
});

test("more alive than the heap may hold aborts the process, which starts again", () => {
  const { requests } = lane({
    runtime: { ...node, heapLimit: "64MiB" },
    requests: {
      leak: { steps: [{ hold: "65MiB" }, { sleep: "1s" }] },
      work: { steps: [{ cpu: "1ms" }, { io: "9ms" }] },
    },
    loads: {
      leak: { executor: "trace", times: [3000], ...inside, request: "leak" },
      work: { executor: "constant-vus", vus: 10, ...inside, request: "work" },
    },
  });
  expect(requests.failed.crash).toBeGreaterThanOrEqual(10);
  expect(requests.failed.error).toBe(0);
  // 300 ms of start-up are missing, no more.
  expect(requests.completed).toBeGreaterThan(0.9 * 5.7 * 900);
});
