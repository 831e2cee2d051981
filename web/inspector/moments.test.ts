import { expect, test } from "vitest";
import type { Topology } from "../../engine/api.ts";
import { emptyTopology, laneOf, tableOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { momentsOf } from "./moments.ts";

const S = 1e9;
const TOPOLOGY: Topology = {
  ...emptyTopology(1),
  places: [
    { name: "accept-queue", label: "accept queue", kind: "queue", group: "kernel", capacity: 100 },
    { name: "failed:timeout", label: "timed out", kind: "failed", group: "end" },
  ],
  edges: [{ from: 0, to: 1 }],
};
const PLANNED = { unit: "rate", points: [] } as const;

/** Forty seconds: 10/s, from 20 s on 20/s of which 12 are answered. */
function run(change: Readonly<Record<string, readonly number[]>> = {}) {
  const row = (value: (second: number) => number): number[] =>
    Array.from({ length: 40 }, (_, i) => value(i));
  return laneOf({
    topology: TOPOLOGY,
    planned: PLANNED,
    samples: tableOf({
      t: row((i) => (i + 1) * S),
      started: row((i) => (i < 20 ? 10 : 20)),
      completed: row((i) => (i < 20 ? 10 : 12)),
      failed: row(() => 0),
      p99: row((i) => (i < 25 ? 50 : 150)),
      "place.accept-queue": row(() => 0),
      "edge.0": row(() => 0),
      ...change,
    }),
  });
}

test("arrivals that outrun answers are noticed where that begins", () => {
  const [first] = momentsOf(run(), undefined);
  // Ten samples on: 20 more have come than were answered.
  expect(first!.atNs / S).toBeGreaterThan(12);
  expect(first!.atNs / S).toBeLessThan(22);
  expect(first!.title).toContain("/s arrive");
  expect(momentsOf({ ...run(), planned: { ...PLANNED, unit: "users" } }, undefined)).toEqual([]);
});

test("p99 passes its limit when it stays above it", () => {
  const [, second] = momentsOf(run(), 100);
  expect(second).toEqual({
    atNs: 26 * S,
    title: `26.0 s: p99 passes 100${THIN}ms`,
    detail: "and stays above its limit",
  });
});

test("a full queue and the first failure have a moment each", () => {
  const calm = { started: Array.from({ length: 40 }, () => 10) };
  const quiet = run({ ...calm, completed: calm.started });
  expect(momentsOf(quiet, undefined)).toEqual([]);
  const rising = Array.from({ length: 40 }, (_, i) => 5 * i);
  const failing = Array.from({ length: 40 }, (_, i) => (i < 30 ? 0 : 1));
  const full = run({
    ...calm,
    completed: calm.started,
    "place.accept-queue": rising,
    "edge.0": failing,
  });
  expect(momentsOf(full, undefined).map(({ title }) => title)).toEqual([
    "21.0 s: accept queue full",
    "31.0 s: requests begin to time out",
  ]);
});
