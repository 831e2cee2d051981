import { expect, test } from "vitest";
import type { LaneResult } from "../api.ts";
import { run } from "../testing.ts";
import { ObjectPools } from "./object-pools.ts";

function pools(processors: number): ObjectPools {
  return new ObjectPools([{ name: "buffers", bytes: 100 }], 1, processors);
}

test("an object comes back to where it was put, or is stolen from another processor's list", () => {
  const pool = pools(2);
  expect(pool.take(0, 0, 0)).toBe(false);
  pool.put(0, 0, 0);
  // The private object of a processor is its own.
  expect(pool.take(0, 0, 1)).toBe(false);
  pool.put(0, 0, 0);
  expect(pool.take(0, 0, 1)).toBe(true);
  expect(pool.take(0, 0, 0)).toBe(true);
  expect([pool.hits[0], pool.misses[0]]).toEqual([2, 2]);
});

test("what nobody uses survives one collection and dies at the second (pool.go)", () => {
  const pool = pools(1);
  pool.put(0, 0, 0);
  expect(pool.collected(0)).toBe(0);
  expect(pool.take(0, 0, 0)).toBe(true);
  pool.put(0, 0, 0);
  expect([pool.collected(0), pool.collected(0)]).toEqual([0, 100]);
  expect(pool.take(0, 0, 0)).toBe(false);
});

const inside = { origin: "inside", executor: "constant-vus" };

/** Requests that hold a buffer of 64 KiB for a while. */
function served(step: object, runtime: object = { model: "goroutines" }): LaneResult {
  return run({
    cores: 4,
    duration: "4s",
    warmup: "1s",
    runtime,
    steps: [step, { cpu: "50us" }, { io: "500us" }],
    load: { ...inside, vus: 40 },
  }).result(0);
}

test("under a steady load a sync.Pool leaves next to nothing to allocate (measured in Go)", () => {
  const plain = served({ hold: "64KiB" });
  const pooled = served({ hold: "64KiB", pool: "buffers" });
  const { hits, misses } = pooled.objectPools!["buffers"]!;
  expect(misses / (hits + misses)).toBeLessThan(0.01);
  expect(pooled.cpu.gcSeconds).toBeLessThan(0.05 * plain.cpu.gcSeconds);
  expect(pooled.objectPools!["buffers"]!.hits).toBeGreaterThan(0.95 * 3 * pooled.throughput);
  expect(plain.objectPools).toBeUndefined();
});

test("a pause of two collections empties a sync.Pool, one does not", () => {
  // Bursts of 20 requests a second; garbage of other requests makes collections in between.
  const misses = (garbage: string): number =>
    run({
      cores: 4,
      duration: "10s",
      warmup: "1500ms",
      runtime: { model: "goroutines" },
      requests: {
        burst: { steps: [{ hold: "64KiB", pool: "buffers" }, { io: "1ms" }] },
        other: { steps: [{ cpu: "10us" }, { alloc: garbage }] },
      },
      loads: {
        burst: {
          executor: "trace",
          origin: "inside",
          request: "burst",
          times: Array.from({ length: 200 }, (_, i) => 1000 * Math.floor(i / 20)),
        },
        other: { ...inside, vus: 1, thinkTime: "100ms", request: "other" },
      },
    }).result(0).objectPools!["buffers"]!.misses;
  // A cycle begins at 4 MiB: 1 MiB a second needs seconds for that, 20 MiB do it several times.
  expect(misses("100KiB")).toBeLessThan(40);
  expect(misses("2MiB")).toBe(160);
});

test("elsewhere a pool is a free list that keeps everything", () => {
  for (const [model, profile] of [
    ["threads", "jvm-platform"],
    ["threads", "cpython-3.11"],
    ["event-loop", "node-20"],
  ] as const) {
    const result = served({ alloc: "64KiB", pool: "buffers" }, { model, profile });
    expect(result.objectPools!["buffers"]!.misses).toBe(0);
    expect(result.cpu.gcSeconds).toBe(0);
  }
});
