import { expect, it } from "vitest";
import { memoryLimitOf, sloOf } from "./limits.ts";

it("reads the SLO with its units", () => {
  expect(sloOf({ slo: { p99: "1s500ms", errorRate: 0.01 } })).toEqual({
    p99Ms: 1500,
    errorRate: 0.01,
  });
  expect(sloOf({ slo: { p99: "800ms" } }).p99Ms).toBe(800);
});

it("knows no SLO where the document sets none", () => {
  const none = { p99Ms: undefined, errorRate: undefined };
  expect([sloOf({}), sloOf(undefined)]).toEqual([none, none]);
});

it("prefers a lane's own memory", () => {
  const document = {
    machine: { memory: "8GiB" },
    lanes: [{}, { overrides: { machine: { memory: "512MiB" } } }],
  };
  expect([0, 1].map((lane) => memoryLimitOf(document, lane))).toEqual([8 * 2 ** 30, 512 * 2 ** 20]);
});
