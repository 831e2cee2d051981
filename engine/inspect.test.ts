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
  failed: false,
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
  const failed = session.requests({ ...ALL, failed: true }).requests;
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
