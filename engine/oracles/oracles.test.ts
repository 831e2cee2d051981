/**
 * Exact results of queueing theory, through the ordinary engine. A case passes when each expected
 * value lies within the run's own 95 % confidence interval widened to three half-widths, or within
 * 1.5 % (processor sharing: 4 %), whichever is wider; percentiles: within 3 %.
 */
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { LaneResult } from "../api.ts";
import { laneModel } from "../scenario/lane-model.ts";
import { parseScenario } from "../scenario/validate.ts";
import { createSimulation } from "../simulation.ts";

interface Case {
  readonly id: string;
  readonly source: string;
  readonly scenario: unknown;
  readonly expect: Readonly<Partial<Record<Quantity, number>>>;
}

type Quantity = "meanMs" | "p50Ms" | "p99Ms" | "utilization" | "throughput" | "errorRate";

const cases = JSON.parse(
  readFileSync(new URL("./cases.json", import.meta.url), "utf8"),
) as readonly Case[];

for (const oracle of cases) {
  test(`${oracle.id}: ${oracle.source}`, { timeout: 240_000 }, () => {
    const result = run(oracle.scenario);
    for (const [quantity, exact] of Object.entries(oracle.expect) as [Quantity, number][]) {
      const { value, interval } = reading(result, quantity);
      const relative = quantity.startsWith("p") ? 0.03 : oracle.id.startsWith("ps-") ? 0.04 : 0.015;
      const half = interval === undefined ? 0 : (interval[1] - interval[0]) / 2;
      const allowed = Math.max(relative * exact, 3 * (Number.isFinite(half) ? half : 0));
      expect(
        Math.abs(value - exact),
        `${quantity} is ${value}, exact ${exact}`,
      ).toBeLessThanOrEqual(allowed);
    }
  });
}

function run(document: unknown): LaneResult {
  const parsed = parseScenario(document);
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  const simulation = createSimulation(laneModel(parsed.scenario, 0));
  expect(simulation.runUntil(Infinity, Infinity)).toBe("finished");
  return simulation.result(0);
}

function reading(
  result: LaneResult,
  quantity: Quantity,
): { value: number; interval?: readonly [number, number] } {
  switch (quantity) {
    case "meanMs":
      return { value: result.latencyMs.mean, interval: result.confidence.meanMs };
    case "p50Ms":
      return { value: result.latencyMs.p50 };
    case "p99Ms":
      return { value: result.latencyMs.p99 };
    case "utilization":
      return { value: result.cpu.utilization };
    case "throughput":
      return { value: result.throughput, interval: result.confidence.throughput };
    case "errorRate":
      return { value: result.errorRate };
  }
}
