/** Worker processes that share the pages of the one they were forked from. */
import { expect, test } from "vitest";
import type { LaneResult } from "../api.ts";
import { run } from "../testing.ts";

const MIB = 2 ** 20;

function gunicorn(processes: number, hold: string): LaneResult {
  return run({
    cores: 4,
    memory: "64GiB",
    duration: "3s",
    warmup: "1s",
    // A Django application: 100 MiB when all is loaded.
    runtime: {
      model: "threads",
      profile: "cpython-3.11",
      threads: 1,
      processes,
      costs: { processBytes: 100 * MIB },
    },
    steps: [{ hold }, { cpu: "20ms" }, { io: "50ms" }],
    load: { executor: "constant-vus", vus: 4 * processes },
  }).result(0);
}

function processMiB(processes: number, hold = "10KiB"): number {
  return gunicorn(processes, hold).memoryBytes.kinds["process"]! / MIB;
}

test("forked workers share what the parent has loaded; what they use becomes their own", () => {
  expect(processMiB(1)).toBeCloseTo(100, 5);
  // [M] 1.65 MB of each; a tenth of what is shared is written to by being read (Instagram, 2017).
  expect(processMiB(8)).toBeCloseTo(100 + 8 * (1.61 + 10), 0);
});

test("the cyclic collector makes 44 % of the shared pages private (Instagram, 2017)", () => {
  expect(processMiB(8, "8MiB")).toBeCloseTo(100 + 8 * (1.61 + 44), 0);
});

test("processes of other runtimes share nothing", () => {
  const { memoryBytes } = run({
    runtime: { model: "event-loop", profile: "node-20", processes: 4 },
    steps: [{ cpu: "1ms" }],
  }).result(0);
  // Four workers and the primary of the cluster.
  expect(memoryBytes.kinds["process"]).toBe(5 * 41 * MIB);
});
