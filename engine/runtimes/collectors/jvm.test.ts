/** The JVM's collectors in whole lanes: G1, its default, and ZGC. */
import { expect, test } from "vitest";
import type { LaneResult } from "../../api.ts";
import { atOnce, begin, picture, run, type Sketch } from "../../testing.ts";
import { parallelThreads } from "./g1.ts";

const MIB = 2 ** 20;
const inside = { origin: "inside" };
const jvm = { model: "threads", profile: "jvm-platform", threads: 64 };

test("a young collection stops every thread; as many workers as cores copy (HotSpot)", () => {
  const simulation = begin({
    cores: 2,
    // A core that runs dry looks for work by chance; here it does.
    seed: 2,
    memory: "64MiB",
    duration: "16ms",
    // The heap begins with 1 MiB, its young generation with 51 KiB.
    runtime: { ...jvm, costs: { processBytes: 0, collectPause: 3e6 } },
    requests: {
      maker: { steps: [{ cpu: "4ms" }, { alloc: "100KiB" }, { cpu: "4ms" }] },
      other: { steps: [{ cpu: "10ms" }] },
    },
    loads: {
      maker: { ...atOnce(1), ...inside, request: "maker" },
      other: { ...atOnce(1), ...inside, request: "other" },
    },
  });
  simulation.runUntil(Infinity, Infinity);
  const threads = picture(simulation, 1).filter((line) => !/^cpu|: \.*$/.test(line));
  expect(threads).toEqual([
    "T01: RRRRcccRRRR.....",
    "T02: RRRRcccRRRRRR...",
    "GC: ....ccc.........",
  ]);
  const { cpu, latencyMs } = simulation.result(0);
  expect(cpu.gcSeconds).toBeCloseTo(0.003, 6);
  expect(latencyMs.max).toBeCloseTo(13, 0);
});

/** 64 threads serve requests that hold 200 KiB and leave 300 KiB; `live` stays for good. */
function served(runtime: object, live = "100MiB"): LaneResult {
  const sketch: Sketch = {
    cores: 4,
    memory: "8GiB",
    duration: "5s",
    warmup: "2s",
    runtime: { ...jvm, ...runtime },
    requests: {
      cache: { steps: [{ hold: live }, { sleep: "1000s" }] },
      work: {
        steps: [{ hold: "200KiB" }, { cpu: "500us" }, { alloc: "300KiB" }, { io: "5ms" }],
      },
    },
    loads: {
      cache: { executor: "constant-vus", vus: 1, ...inside, request: "cache" },
      work: { executor: "constant-arrival-rate", rate: 4000, request: "work" },
    },
  };
  return run(sketch).result(0);
}

test("G1 collects when 60 % of the heap are young, and copies only what is alive", () => {
  const { cpu, memoryBytes, latencyMs } = served({});
  // 2 GB/s fill 307 MiB of young generation 6.4 times a second; about 30 requests of 200 KiB live.
  const pauses = 3 * ((4000 * 500 * 1024) / (307 * MIB));
  const copying = (pauses * 30 * 200 * 1024) / 1.4e9;
  expect(cpu.gcSeconds).toBeGreaterThan(pauses * 1e-3 + 0.5 * copying);
  expect(cpu.gcSeconds).toBeLessThan(pauses * 1e-3 + 3 * copying);
  expect(memoryBytes.kinds["garbage"]!).toBeLessThan(320 * MIB);
  expect(latencyMs.max).toBeGreaterThan(5.5 + 1);
});

test("ZGC pays with processor time for pauses that nobody notices", () => {
  const g1 = served({});
  const zgc = served({ collector: "zgc" });
  expect(zgc.cpu.gcSeconds).toBeGreaterThan(3 * g1.cpu.gcSeconds);
  expect(zgc.latencyMs.p99).toBeLessThan(g1.latencyMs.p99);
  expect(zgc.breakdownMs["gc-stall"]).toBeUndefined();
});

test("without room to breathe G1 pauses all the time, and ZGC makes requests wait for memory", () => {
  const tight = served({ heapLimit: "150MiB" });
  expect(tight.cpu.gcSeconds).toBeGreaterThan(10 * served({}).cpu.gcSeconds);
  const stalled = served({ collector: "zgc", heapLimit: "200MiB" });
  expect(stalled.breakdownMs["gc-stall"]!).toBeGreaterThan(5);
  expect(stalled.throughput).toBeLessThan(0.6 * 4000);
});

test("what does not fit into the heap fails as an error; the others go on", () => {
  for (const collector of ["g1", "zgc"]) {
    const { requests } = run({
      runtime: { ...jvm, collector, heapLimit: "64MiB" },
      requests: {
        large: { steps: [{ cpu: "1ms" }, { hold: "65MiB" }, { cpu: "1ms" }] },
        small: { steps: [{ cpu: "1ms" }, { hold: "1MiB" }, { cpu: "1ms" }] },
      },
      loads: {
        large: { ...atOnce(3), ...inside, request: "large" },
        small: { ...atOnce(5), ...inside, request: "small" },
      },
    }).result(0);
    expect(requests).toMatchObject({ completed: 5, failed: { error: 3, crash: 0 } });
  }
});

test("garbage of the old generation is found by marking, and taken by mixed collections", () => {
  // What is held for half a second survives more young collections than there are ages.
  const result = run({
    cores: 4,
    memory: "4GiB",
    duration: "20s",
    warmup: "2s",
    runtime: { ...jvm, threads: 400, heapLimit: "512MiB" },
    steps: [{ hold: "1MiB" }, { alloc: "3MiB" }, { sleep: "500ms" }, { cpu: "1ms" }],
    load: { executor: "constant-arrival-rate", rate: 400, ...inside },
  }).result(0);
  expect(result.errorRate).toBe(0);
  // The heap and 225 MiB of the process, whose stacks are small.
  expect(result.memoryBytes.peak).toBeLessThan((512 + 225 + 40) * MIB);
  expect(result.throughput).toBeGreaterThan(390);
});

test("all of eight cores collect, and five of eight of the others (ParallelGCThreads)", () => {
  expect([1, 2, 8, 16, 72].map(parallelThreads)).toEqual([1, 2, 8, 13, 48]);
});
