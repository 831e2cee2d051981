/** Single requests: what is listed and drawn of them is what the run did with them. */
import { expect, test } from "vitest";
import tomcat from "../scenarios/tomcat-vs-webflux.json" with { type: "json" };
import type { RequestQuery } from "./api.ts";
import { LaneSession } from "./lane-session.ts";

const ALL: RequestQuery = {
  fromNs: 0,
  toNs: Infinity,
  fastestNs: 0,
  slowestNs: Infinity,
  outcome: "completed",
  order: "slowest",
  limit: 50,
};

function sessionAt(seconds: number, lane = 0): LaneSession {
  const session = new LaneSession(() => 0);
  const reply = session.load(tomcat, lane);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  session.advance(seconds * 1e9, Infinity);
  return session;
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}

test("the slowest requests come first, and their places add up to their latencies", () => {
  const { requests, matching } = sessionAt(20).requests(ALL);
  const latencies = requests.map(({ beganNs, endedNs }) => endedNs - beganNs);
  expect(latencies).toEqual(latencies.toSorted((a, b) => b - a));
  expect(requests.map(({ spentNs }) => sum(spentNs))).toEqual(latencies);
  expect(requests).toHaveLength(50);
  expect(matching).toBeGreaterThan(50);
});

test("success and failure are told apart, and a cell holds its own requests only", () => {
  const session = sessionAt(20);
  const failed = session.requests({ ...ALL, outcome: "failed" }).requests;
  expect(new Set(failed.map(({ outcome }) => outcome))).toEqual(new Set(["timeout"]));
  const cell = { ...ALL, fromNs: 10e9, toNs: 11e9, fastestNs: 2e9, slowestNs: 2.2e9 };
  const { requests } = session.requests(cell);
  expect(requests.length).toBeGreaterThan(0);
  for (const { beganNs, endedNs } of requests) {
    expect(endedNs).toBeGreaterThanOrEqual(cell.fromNs);
    expect(endedNs).toBeLessThanOrEqual(cell.toNs);
    expect(endedNs - beganNs).toBeGreaterThanOrEqual(cell.fastestNs);
    expect(endedNs - beganNs).toBeLessThan(cell.slowestNs);
  }
});

test("a waterfall has no gaps, and its parts add up to the latency, place by place", () => {
  const session = sessionAt(20);
  const [slowest] = session.requests({ ...ALL, limit: 1 }).requests;
  const { request, stays } = session.inspect(slowest!.request, slowest!.number)!;
  expect(request).toEqual(slowest);
  const edges = stays.map(({ fromNs }) => fromNs);
  const expected = [request.beganNs, ...stays.slice(0, -1).map(({ toNs }) => toNs)];
  expect([...edges, stays.at(-1)!.toNs]).toEqual([...expected, request.endedNs]);
  const spent = new Float64Array(request.spentNs.length);
  for (const { place, fromNs, toNs } of stays) spent[place]! += toNs - fromNs;
  expect([...spent]).toEqual([...request.spentNs]);
  // Two steps, in their order, after the wait for a thread.
  expect([...new Set(stays.map(({ step }) => step))]).toEqual([-1, 0, 1]);
});

test("looking at a request leaves the run where it was", () => {
  const session = sessionAt(20);
  const before = session.result().digest;
  const { requests } = session.requests({ ...ALL, limit: 3, order: "latest" });
  for (const { request, number } of requests) session.inspect(request, number);
  expect(session.result().digest).toBe(before);
  session.advance(21e9, Infinity);
  expect(session.result().digest).toBe(sessionAt(21).result().digest);
});

test("its twin on another lane has the same demands", () => {
  const sessions = [sessionAt(20, 0), sessionAt(20, 1)];
  const [one] = sessions[0]!.requests({ ...ALL, fromNs: 19e9, limit: 1 }).requests;
  const waits = sessions.map((session) => {
    const { stays } = session.inspect(one!.request, one!.number)!;
    return Math.max(...stays.filter(({ step }) => step === 1).map((s) => s.toNs - s.fromNs));
  });
  expect(waits[0]).toBe(waits[1]);
});

test("a request that never was cannot be inspected", () => {
  expect(sessionAt(1).inspect("order", 1e9)).toBe(undefined);
  expect(sessionAt(1).inspect("no such class", 0)).toBe(undefined);
});

test("a stretch that the log has forgotten is computed once more", () => {
  const session = sessionAt(60, 1);
  const cell = { ...ALL, fromNs: 10e9, toNs: 10.5e9 };
  const past = session.requests(cell);
  const direct = sessionAt(10.5, 1).requests({ ...cell, toNs: Infinity });
  expect(past.requests).toEqual(direct.requests);
  expect([past.matching, past.coveredNs]).toEqual([direct.matching, [10e9, 10.5e9]]);
});

test("looking at the past forgets nothing of the present", () => {
  const session = sessionAt(60, 1);
  const digest = session.result().digest;
  const latest = session.requests({ ...ALL, order: "latest" });
  const query = { fromNs: 59.9e9, toNs: 60e9, pixelNs: 0, threads: 100, keep: [] };
  const schedule = session.schedule(query, 0);
  const [one] = session.requests({ ...ALL, fromNs: 10e9, toNs: 10.5e9, limit: 1 }).requests;
  session.inspect(one!.request, one!.number);
  expect(session.requests({ ...ALL, order: "latest" })).toEqual(latest);
  expect(session.schedule(query, 0)).toEqual(schedule);
  expect(session.result().digest).toBe(digest);
});

test("times are remembered for longer than requests, and a kind has its own", () => {
  const session = sessionAt(20, 1);
  const times = session.requestTimes({ outcome: "completed" });
  expect(times.tookNs.length).toBe(session.result().requests.completed);
  expect(times.recordedFromNs).toBe(0);
  expect(session.requestTimes({ outcome: "completed", request: "none" }).tookNs).toHaveLength(0);
});

test("of those that match, each has spent most of its time in one place", () => {
  const { mostIn, matching, outcomes } = sessionAt(20).requests(ALL);
  expect(sum(mostIn)).toBe(matching);
  expect(outcomes.completed).toBe(matching);
  expect(outcomes.timeout).toBeGreaterThan(0);
});
