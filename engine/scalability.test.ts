import { expect, test } from "vitest";
import type { Scenario } from "./api.ts";
import { Scalability } from "./scalability.ts";
import { parseScenario } from "./scenario/validate.ts";

function scenarioOf(steps: readonly object[], cores: number): Scenario {
  const parsed = parseScenario({
    version: 1,
    name: "test",
    duration: "4s",
    machine: { cores },
    requests: { r: { steps } },
    load: { main: { executor: "constant-arrival-rate", rate: 100 } },
    lanes: [{ name: "lane", runtime: { model: "goroutines", profile: "neutral" } }],
  });
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  return parsed.scenario;
}

test("throughput rises with the users until the cores are full, within the bounds", () => {
  const study = new Scalability(scenarioOf([{ cpu: "2ms" }, { io: "6ms" }], 2), 0);
  const { levels, bounds, fit, isOver } = study.advance(() => false);
  expect(isOver).toBe(true);
  expect(levels.map(({ users }) => users)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
  expect(bounds.demandMs).toBeCloseTo(8, 1);
  // Two cores ÷ 2 ms; users who began together end together, a few before the end of the run.
  expect(Math.abs(bounds.ceiling / 1000 - 1)).toBeLessThan(0.03);
  for (const { users, throughput } of levels) {
    expect(throughput).toBeLessThanOrEqual((users / bounds.demandMs) * 1000 * 1.01);
    expect(throughput).toBeLessThanOrEqual(bounds.ceiling * 1.01);
  }
  // The law has no sharp knee, so it does not explain all of a system that has one.
  expect(fit!.explained).toBeGreaterThan(0.8);
  expect(fit!.sigma).toBeGreaterThan(0.05);
});

test("work in small portions comes to the same as in one go", () => {
  const scenario = scenarioOf([{ cpu: "2ms" }, { io: "6ms" }], 1);
  const portions = new Scalability(scenario, 0);
  let looks = 0;
  let last = portions.advance(() => true);
  while (!last.isOver) last = portions.advance(() => ++looks % 2 === 0);
  expect(last).toEqual(new Scalability(scenario, 0).advance(() => false));
});
