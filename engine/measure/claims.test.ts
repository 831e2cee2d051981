import { expect, test } from "vitest";
import type { LaneResult, Verdict } from "../api.ts";
import type { Claim } from "../scenario/model.ts";
import { checkClaims } from "./claims.ts";

/** The parts of a result that claims read here. */
const result = {
  throughput: 100,
  errorRate: 0.01,
  latencyMs: { mean: 20, p99: 80, max: NaN },
  confidence: { throughput: [98, 102], meanMs: [15, 25], p99Ms: [NaN, NaN] },
  cpu: { utilization: 0.75 },
  places: {
    "accept-queue": { mean: 3.5, max: 9 },
    "pool.db": { mean: 2, max: 4 },
    pool: { mean: 1, max: 1 },
  },
} as unknown as LaneResult;

function verdict(claim: Claim): Verdict {
  return checkClaims([claim], result)[0]!.verdict;
}

test("a claim comes back with the value and the verdict", () => {
  const claim = { metric: "latencyMs.p99", below: 50, source: "a paper" };
  expect(checkClaims([claim], result)).toEqual([{ ...claim, value: 80, verdict: "fails" }]);
});

test("below and above exclude their bound", () => {
  expect(verdict({ metric: "latencyMs.p99", below: 81 })).toBe("holds");
  expect(verdict({ metric: "latencyMs.p99", below: 80 })).toBe("fails");
  expect(verdict({ metric: "latencyMs.p99", above: 79 })).toBe("holds");
  expect(verdict({ metric: "latencyMs.p99", above: 80 })).toBe("fails");
});

test("a claim with two bounds needs both", () => {
  expect(verdict({ metric: "cpu.utilization", above: 0.7, below: 0.8 })).toBe("holds");
  expect(verdict({ metric: "cpu.utilization", above: 0.7, below: 0.74 })).toBe("fails");
});

test("is allows 5 % unless the claim says otherwise", () => {
  expect(verdict({ metric: "throughput", is: 104 })).toBe("holds");
  expect(verdict({ metric: "throughput", is: 106 })).toBe("fails");
  expect(verdict({ metric: "throughput", is: 106, within: 0.1 })).toBe("holds");
});

test("an error rate is compared in percentage points", () => {
  expect(verdict({ metric: "errorRate", is: 0, within: 0.02 })).toBe("holds");
  expect(verdict({ metric: "errorRate", is: 0, within: 0.005 })).toBe("fails");
});

test("a bound inside a wide interval is undecided, outside it is not", () => {
  expect(verdict({ metric: "latencyMs.mean", below: 22 })).toBe("undecided");
  expect(verdict({ metric: "latencyMs.mean", below: 26 })).toBe("holds");
  expect(verdict({ metric: "latencyMs.mean", below: 14 })).toBe("fails");
  expect(verdict({ metric: "latencyMs.mean", is: 20, within: 0.01 })).toBe("undecided");
});

test("a narrow interval decides even where the bound lies inside it", () => {
  expect(verdict({ metric: "throughput", below: 101 })).toBe("holds");
});

test("names may contain hyphens and dots", () => {
  expect(verdict({ metric: "places.accept-queue.mean", is: 3.5 })).toBe("holds");
  expect(verdict({ metric: "places.pool.db.max", is: 4 })).toBe("holds");
  expect(verdict({ metric: "places.pool.max", is: 1 })).toBe("holds");
});

test("what the run did not produce is undecided, with no value", () => {
  for (const metric of [
    "",
    "latencyMs",
    "latencyMs.max",
    "places.nowhere.mean",
    "constructor.length",
    "places.__proto__.mean",
    "throughput.toFixed",
    "confidence.throughput.length.x",
  ]) {
    expect(checkClaims([{ metric, above: -1 }], result)).toEqual([
      { metric, above: -1, value: null, verdict: "undecided" },
    ]);
  }
});
