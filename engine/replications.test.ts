import { expect, test } from "vitest";
import type { ReplicationProgress, Scenario } from "./api.ts";
import { Replications } from "./replications.ts";
import { parseScenario } from "./scenario/validate.ts";

function scenarioOf(threads: readonly number[]): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: "test",
    duration: "20s",
    warmup: "2s",
    machine: { cores: 1 },
    requests: { r: { steps: [{ cpu: { dist: "exponential", mean: "2ms" } }] } },
    load: { main: { executor: "constant-arrival-rate", rate: 300 } },
    lanes: threads.map((n, i) => ({
      name: `lane ${i}`,
      runtime: { model: "threads", profile: "neutral", threads: n, queue: n === 1 ? 2 : 1 },
    })),
  });
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

function all(replications: Replications): ReplicationProgress {
  return replications.advance(() => false);
}

test("runs with other seeds give intervals around the exact rate and time", () => {
  const [lane] = all(new Replications(scenarioOf([1]), 8)).lanes!;
  // M/M/1/3 with an offered load of 0.6.
  const refused = 0.216 / (1 + 0.6 + 0.36 + 0.216);
  const { low, high } = lane!.means.errorRate;
  expect(low).toBeLessThan(refused);
  expect(high).toBeGreaterThan(refused);
  expect(high - low).toBeLessThan(0.02);
});

test("lanes that do the same do not differ, and share their random numbers", () => {
  const lanes = all(new Replications(scenarioOf([1, 1]), 4)).lanes!;
  expect(lanes[1]!.differences.p99Ms).toEqual({ mean: 0, low: 0, high: 0 });
});

test("every instant has an interval of its own from the third replication on", () => {
  const replications = new Replications(scenarioOf([1, 2]), 3);
  const lane = all(replications).lanes![0]!;
  const { low, high } = lane.bands.throughput;
  expect([lane.t.length, low.length, high.length]).toEqual([200, 200, 200]);
  expect(low.every((value, i) => value <= high[i]!)).toBe(true);
  expect(all(new Replications(scenarioOf([1]), 2)).lanes).toBe(undefined);
});

test("work in small portions comes to the same as in one go", () => {
  const portions = new Replications(scenarioOf([2]), 3);
  let last: ReplicationProgress;
  let looks = 0;
  do last = portions.advance(() => ++looks % 3 === 0);
  while (!last.isOver);
  const atOnce = all(new Replications(scenarioOf([2]), 3));
  expect(last.lanes![0]!.means).toEqual(atOnce.lanes![0]!.means);
});
