import { expect, it } from "vitest";
import { THIN } from "../format.ts";
import { outcomeText } from "./outcome.ts";
import { resultOf } from "./testing.ts";

const before = resultOf({});
const latencyMs = { ...before.latencyMs, p99: 12 };

it("tells what an experiment changes, p99 first", () => {
  const after = resultOf({ latencyMs, throughput: 720 });
  expect(outcomeText(before, after)).toBe(`p99 46 → 12${THIN}ms, throughput 318 → 720/s.`);
});

it("leaves out what stays within two percent", () => {
  expect(outcomeText(before, resultOf({ latencyMs, throughput: 320 }))).toBe(
    `p99 46 → 12${THIN}ms.`,
  );
});

it("says so where nothing changes", () => {
  expect(outcomeText(before, resultOf({ throughput: 319 }))).toBe(
    `No difference: p99 stays at 46${THIN}ms, throughput at 319/s.`,
  );
});
