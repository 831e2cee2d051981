/** One request watched again: who held what it waited for, how many were before it, how far it is. */
import { expect, test } from "vitest";
import loops from "../scenarios/gil-two-threads.json" with { type: "json" };
import philosophers from "../scenarios/philosophers.json" with { type: "json" };
import type { Stay, Waterfall } from "./api.ts";
import { LaneSession } from "./lane-session.ts";

const MS = 1e6;

function sessionOf(document: unknown, lane = 0): LaneSession {
  const session = new LaneSession(() => 0);
  const reply = session.load(document, lane);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  session.advance(Infinity, Infinity);
  return session;
}

/** Requests at the times (ms) given, on a runtime that costs nothing. */
function runOf(times: readonly number[], steps: readonly object[], more: object): LaneSession {
  return sessionOf({
    version: 1,
    name: "test",
    duration: "1s",
    machine: { cores: 4 },
    requests: { one: { steps } },
    load: { all: { executor: "trace", times, origin: "inside" } },
    lanes: [{ name: "A", runtime: { model: "threads", threads: "per-request" } }],
    ...more,
  });
}

function longest({ stays }: Waterfall): Stay {
  return stays.reduce((most, stay) =>
    stay.toNs - stay.fromNs > most.toNs - most.fromNs ? stay : most,
  );
}

function holdersOf({ holders }: Stay): (readonly [number | undefined, number])[] {
  return holders.map(({ of, ns }) => [of?.number, ns / MS] as const);
}

test("who waits for a lock learns who had it, one after the other", () => {
  const steps = [{ lock: "m", steps: [{ cpu: "10ms" }] }];
  const session = runOf([0, 1, 2], steps, { locks: { m: {} } });
  const last = longest(session.inspect("one", 2)!);
  expect([last.fromNs / MS, last.toNs / MS]).toEqual([2, 20]);
  // The second takes it at 10 ms.
  expect(holdersOf(last)).toEqual([
    [1, 10],
    [0, 8],
  ]);
  expect([last.others, last.heldBy]).toEqual([1, 2]);
});

test("who waits for a pool learns of all who had a share of it", () => {
  const steps = [{ acquire: "db", steps: [{ io: "10ms" }] }];
  const session = runOf([0, 2, 4], steps, { pools: { db: { size: 2 } } });
  const wait = longestWaiting(session.inspect("one", 2)!);
  expect([wait.fromNs / MS, wait.toNs / MS]).toEqual([4, 10]);
  expect(holdersOf(wait).toSorted((a, b) => a[0]! - b[0]!)).toEqual([
    [0, 6],
    [1, 6],
  ]);
});

function longestWaiting({ stays }: Waterfall): Stay {
  return stays.find(({ holders }) => holders.length > 0)!;
}

test("of two threads with one GIL each waits for the other alone", () => {
  const fall = sessionOf(loops, 1).inspect("loop", 0)!;
  const waits = fall.stays.filter(({ heldBy }) => heldBy > 0);
  expect(waits.length).toBeGreaterThan(50);
  for (const { holders, fromNs, toNs } of waits) {
    expect(holders[0]!.of).toEqual({ request: "loop", number: 1 });
    expect(holders[0]!.ns).toBeGreaterThan(0.9 * (toNs - fromNs));
  }
  expect(fall.threads).toHaveLength(1);
});

test("a request that is still open is told up to now", () => {
  const session = runOf([0, 1], [{ lock: "m", steps: [{ cpu: "10s" }] }], { locks: { m: {} } });
  const { request, stays } = session.inspect("one", 1)!;
  expect([request.outcome, request.beganNs, request.endedNs]).toEqual(["open", 1 * MS, 1e9]);
  expect(stays.at(-1)!.toNs).toBe(1e9);
  expect(holdersOf(stays.at(-1)!)).toEqual([[0, 999]]);
});

test("in a deadlock everybody waits for somebody", () => {
  const session = sessionOf(philosophers);
  const open = session.requests({
    fromNs: 0,
    toNs: Infinity,
    fastestNs: 0,
    slowestNs: Infinity,
    outcome: "open",
    order: "slowest",
    limit: 60,
  });
  expect(open.requests.length).toBeGreaterThan(1);
  for (const { request, number } of open.requests) {
    const { stays } = session.inspect(request, number)!;
    expect(stays.at(-1)!.holders).toHaveLength(1);
  }
});

// ---- Threads and cores --------------------------------------------------------------------------

const THREADS = { model: "threads", threads: "per-request" };
const cpu = { cpu: "10ms" };
const lane = (runtime: object) => ({ machine: { cores: 1 }, lanes: [{ name: "A", runtime }] });

function waitIn({ stays }: Waterfall): Stay | undefined {
  return stays.find(({ fromNs, toNs, holders }) => toNs - fromNs > MS && holders.length > 0);
}

test("who waits for a core learns who ran on it", () => {
  const fall = runOf([0, 0], [cpu], lane(THREADS)).inspect("one", 1)!;
  const waits = fall.stays.filter(({ holders }) => holders.length > 0);
  expect(waits.length).toBeGreaterThan(0);
  for (const wait of waits) {
    // They take turns on one core.
    expect(holdersOf(wait)).toEqual([[0, (wait.toNs - wait.fromNs) / MS]]);
  }
});

for (const [name, runtime] of Object.entries({
  "the threads of a pool": { model: "threads", threads: 1 },
  "the loop": { model: "event-loop" },
  "the Ps": { model: "goroutines", profile: "neutral", gomaxprocs: 1 },
  "the carriers": { model: "virtual-threads", profile: "neutral", parallelism: 1 },
})) {
  test(`who waits for ${name} learns who had them`, () => {
    const wait = waitIn(runOf([0, 1], [cpu], lane(runtime)).inspect("one", 1)!)!;
    expect([wait.fromNs / MS, wait.toNs / MS]).toEqual([1, 10]);
    expect([holdersOf(wait), wait.heldBy]).toEqual([[[0, 9]], 1]);
  });
}

test("in front of a full pool one learns of all its threads, one request after the other", () => {
  const two = { model: "threads", threads: 2 };
  const session = runOf([0, 2, 4, 6], [{ io: "10ms" }], lane(two));
  const wait = waitIn(session.inspect("one", 3)!)!;
  expect([wait.fromNs / MS, wait.toNs / MS]).toEqual([6, 12]);
  expect(holdersOf(wait).toSorted((a, b) => a[0]! - b[0]!)).toEqual([
    [0, 4],
    [1, 6],
    [2, 2],
  ]);
});

test("who waits for an executor learns who had its threads", () => {
  const runtime = { model: "event-loop", executor: { threads: 1 } };
  const session = runOf([0, 1], [{ offload: [{ block: "10ms" }] }], lane(runtime));
  expect(holdersOf(waitIn(session.inspect("one", 1)!)!)).toEqual([[0, 9]]);
});
