import { expect, test } from "vitest";
import { begin, run } from "../testing.ts";

const go = { model: "goroutines" };
const KIB = 1024;

test("a goroutine at work has a stack of 8 KiB, and gives it back (measured: a JSON handler)", () => {
  const simulation = begin({
    runtime: go,
    steps: [{ cpu: "1us" }, { sleep: "1s" }],
    load: { executor: "constant-arrival-rate", rate: 1000, origin: "inside" },
    duration: "5s",
  });
  simulation.runUntil(3e9, Infinity);
  const { inFlight, ...rest } = stacks(simulation);
  expect(inFlight).toBeGreaterThan(900);
  // 8 KiB and the descriptor; threads of the runtime have a few stacks besides.
  expect(rest.bytes / inFlight / KIB).toBeGreaterThan(8.5);
  expect(rest.bytes / inFlight / KIB).toBeLessThan(9.1);
});

test("a million idle connections have 4 KiB of stack each (measured: 4.2 with net/http)", () => {
  const { memoryBytes } = run({
    runtime: go,
    steps: [{ cpu: "1us" }],
    load: { executor: "constant-arrival-rate", rate: 10, connections: { count: 1_000_000 } },
    duration: "2s",
  }).result(0);
  expect(memoryBytes.kinds["stacks"]! / 1e6 / KIB).toBeGreaterThan(4);
  expect(memoryBytes.kinds["stacks"]! / 1e6 / KIB).toBeLessThan(5);
});

function stacks(simulation: ReturnType<typeof begin>): { inFlight: number; bytes: number } {
  const { requests, memoryBytes } = simulation.result(0);
  return { inFlight: requests.inFlight, bytes: memoryBytes.kinds["stacks"]! };
}
