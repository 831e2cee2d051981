/** Coordinated omission, on paper and in a run. */
import { expect, test } from "vitest";
import tomcat from "../scenarios/tomcat-vs-webflux.json" with { type: "json" };
import pool from "../scenarios/pool-exhaustion.json" with { type: "json" };
import { LaneSession } from "./lane-session.ts";
import { type Exchange, stopwatches } from "./testers.ts";

const MS = 1e6;

/** Ten a second; the server stands still for the first one, then needs 10 ms for each. */
const STALL: readonly Exchange[] = Array.from({ length: 10 }, (_, i) => ({
  dueNs: 100 * i * MS,
  answeredNs: (1000 + 10 * i) * MS,
  workedNs: 10 * MS,
  counts: true,
}));

test("one connection sits out a stall of a second and reports it once", () => {
  const { honest, naive, late, latestNs } = stopwatches(STALL, 1);
  // Due at 0, 100 ... 900 ms, answered at 1000, 1010 ... 1090 ms: 190, 280 ... 1000 ms.
  expect([honest.min, honest.max].map((ns) => ns / MS)).toEqual([190, 1000]);
  expect(honest.mean() / MS).toBeCloseTo(595, 9);
  expect(honest.quantile(0.5) / MS).toBeCloseTo(550, -1);
  // The first is sent at once, each of the others when the one before is answered.
  expect([naive.min, naive.max].map((ns) => ns / MS)).toEqual([10, 1000]);
  expect(naive.mean() / MS).toBeCloseTo((1000 + 9 * 10) / 10, 9);
  expect(naive.quantile(0.5) / MS).toBeCloseTo(10, 1);
  // The second was due at 100 ms and sent at 1000 ms.
  expect([late, latestNs / MS]).toEqual([9, 900]);
});

test("a tester with a connection for each request is honest", () => {
  const { honest, naive, late } = stopwatches(STALL, 10);
  expect([naive.mean(), naive.max, late]).toEqual([honest.mean(), honest.max, 0]);
});

test("four connections see the first four of the stall, and then their own", () => {
  const { naive } = stopwatches(STALL, 4);
  // 1000, 910, 820 and 730 ms, then 40 ms each: sent when the one four before was answered.
  expect(naive.mean() / MS).toBeCloseTo((1000 + 910 + 820 + 730 + 6 * 40) / 10, 9);
});

test("no answer comes sooner than its own work after it was sent", () => {
  const slow = { dueNs: 0, answeredNs: 100 * MS, workedNs: 100 * MS, counts: true };
  const quick = { dueNs: MS, answeredNs: 3 * MS, workedNs: 2 * MS, counts: true };
  const { naive } = stopwatches([slow, quick], 1);
  expect([naive.min, naive.max].map((ns) => ns / MS)).toEqual([2, 100]);
});

test("failures keep connections busy and are in no percentile", () => {
  const [first, ...others] = STALL;
  const { honest, naive } = stopwatches([{ ...first!, counts: false }, ...others], 1);
  expect([honest.count, naive.count]).toEqual([9, 9]);
  expect([honest.max, naive.max].map((ns) => ns / MS)).toEqual([910, 10]);
});

test("honest percentiles are those of the result", () => {
  const session = sessionOf(pool, 2);
  session.advance(45e9, Infinity);
  const { latencyMs, requests } = session.result();
  const { honest, naive, requests: compared, late } = session.compareTesters(10)!;
  expect(honest.p50 / 1e6).toBeCloseTo(latencyMs.p50, 6);
  expect(honest.p99 / 1e6).toBeCloseTo(latencyMs.p99, 6);
  expect(honest.max / 1e6).toBeCloseTo(latencyMs.max, 6);
  expect(compared).toBeGreaterThan(2000);
  expect(compared).toBeLessThan(requests.completed);
  expect(naive.p99).toBeLessThan(honest.p99 / 2);
  expect(late).toBeGreaterThan(0.9 * compared);
});

test("users who wait for their answers leave nothing out", () => {
  const session = sessionOf(tomcat, 0);
  session.advance(1e9, Infinity);
  expect(session.compareTesters(10)).toBe(undefined);
});

function sessionOf(document: unknown, lane: number): LaneSession {
  const session = new LaneSession(() => 0);
  const reply = session.load(document, lane);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  return session;
}
