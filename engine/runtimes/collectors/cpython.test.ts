/** Python's memory: reference counts, the cyclic collector with the GIL and without. */
import { expect, test } from "vitest";
import type { LaneResult } from "../../api.ts";
import { atOnce, begin, picture, run } from "../../testing.ts";

const MIB = 2 ** 20;
const inside = { origin: "inside" };

function python(profile: string, requests: object, loads: object): LaneResult {
  const runtime = { model: "threads", profile, threads: 200 };
  return run({ cores: 2, duration: "4s", warmup: "1s", runtime, requests, loads }).result(0);
}

test("what nobody refers to is freed at once: garbage is never seen, and costs nothing more", () => {
  const result = python(
    "cpython-3.11",
    { work: { steps: [{ cpu: "1ms" }, { alloc: "10MiB" }] } },
    { work: { executor: "constant-vus", vus: 2, ...inside } },
  );
  expect(result.memoryBytes.kinds["garbage"]).toBe(0);
  expect(result.cpu.gcSeconds).toBe(0);
  expect(result.memoryBytes.peak).toBeGreaterThan((22 + 10) * MIB);
});

test("requests that hold many objects make the collector traverse the youngest 700 at a time", () => {
  const { cpu, throughput } = python(
    "cpython-3.11",
    { work: { steps: [{ hold: "756000B" }, { cpu: "10ms" }] } },
    { work: { executor: "constant-vus", vus: 1, ...inside } },
  );
  // 7000 objects are nearly ten collections, the rest is freed with the request; 200 ns each.
  const least = throughput * 3 * 6300 * 200e-9;
  expect(cpu.gcSeconds).toBeGreaterThan(least);
  expect(cpu.gcSeconds).toBeLessThan(2.2 * least);
});

test("a full collection of many objects stops every thread: one of them has the GIL", () => {
  const result = python(
    "cpython-3.11",
    {
      cache: { steps: [{ hold: "100MiB" }, { sleep: "1000s" }] },
      growing: { steps: [{ hold: "1MiB" }, { sleep: "1000s" }] },
      ping: { steps: [{ io: "1ms" }, { cpu: "10us" }] },
    },
    {
      cache: { ...atOnce(1), ...inside, request: "cache" },
      growing: { executor: "constant-arrival-rate", rate: 30, ...inside, request: "growing" },
      ping: { executor: "constant-vus", vus: 1, ...inside, request: "ping" },
    },
  );
  // A million objects at 200 ns are 200 ms; they are traversed once a quarter more has come.
  expect(result.classes["ping"]!.latencyMs.p99).toBeLessThan(30);
  expect(result.classes["ping"]!.latencyMs.max).toBeGreaterThan(190);
});

test("without the GIL the world stops for the collector (PEP 703)", () => {
  const simulation = begin({
    cores: 2,
    // A core that runs dry looks for work by chance; here it does.
    seed: 2,
    duration: "14ms",
    runtime: { model: "threads", profile: "cpython-3.13t", threads: 4 },
    requests: {
      holder: { steps: [{ cpu: "2ms" }, { hold: "1MiB" }, { cpu: "2ms" }] },
      other: { steps: [{ cpu: "6ms" }] },
    },
    loads: {
      holder: { ...atOnce(1), ...inside, request: "holder" },
      other: { ...atOnce(1), ...inside, request: "other" },
    },
  });
  simulation.runUntil(Infinity, Infinity);
  const lines = picture(simulation, 1).filter((line) => !/^cpu|: \.*$/.test(line));
  // 9709 objects of the request and the interpreter's 11 241, 200 ns each: 4.2 ms.
  expect(lines).toEqual(["T01: RRRccccRRR....", "T02: RRRccccRRRRRR.", "GC: ...cccc......."]);
});
