/** The schedule of real runs: what is shown is what happened, at every level of detail. */
import { expect, test } from "vitest";
import gil from "../scenarios/gil-convoy.json" with { type: "json" };
import tomcat from "../scenarios/tomcat-vs-webflux.json" with { type: "json" };
import worker from "../scenarios/worker-pool-channels.json" with { type: "json" };
import type { ScheduleQuery, ScheduleSlices } from "./api.ts";
import { History } from "./history.ts";
import { LaneSession } from "./lane-session.ts";
import { SLICE } from "./measure/trace.ts";
import { Rebuild } from "./rebuild.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { parseScenario } from "./scenario/validate.ts";
import { describeSchedule } from "./schedule.ts";
import { createSimulation, type Simulation } from "./simulation.ts";

const ALL: ScheduleQuery = { fromNs: 0, toNs: Infinity, pixelNs: 0, threads: 1000, keep: [] };

function sessionAt(document: object, seconds: number): LaneSession {
  const session = new LaneSession(() => 0);
  // Of the threads that share a GIL: the lane in which four compute.
  const reply = session.load(document, document === gil ? 2 : 0);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  session.advance(seconds * 1e9, Infinity);
  return session;
}

function sums(slices: ScheduleSlices, column: Float64Array): number[] {
  const byRow = slices.rows.map(() => 0);
  slices.row.forEach((row, i) => (byRow[row]! += column[i]!));
  return byRow;
}

test("slices of a row follow each other and never overlap", () => {
  const { rows, row, start, end } = sessionAt(gil, 2).schedule(ALL, Infinity);
  const until = rows.map(() => 0);
  row.forEach((at, i) => {
    expect(start[i]!).toBeGreaterThanOrEqual(until[at]!);
    expect(end[i]!).toBeGreaterThan(start[i]!);
    until[at] = end[i]!;
  });
  expect(rows.map(({ kind }) => kind)).toContain("gil");
});

test("summed up, every row is as busy as its slices say, and there are fewer of them", () => {
  const session = sessionAt(gil, 2);
  const exact = session.schedule(ALL, Infinity);
  for (const pixelNs of [1e4, 2e6, 1e9]) {
    const summed = session.schedule({ ...ALL, pixelNs }, Infinity);
    expect(sums(summed, summed.busyNs)).toEqual(sums(exact, exact.busyNs));
    expect(sums(summed, summed.activeNs)).toEqual(sums(exact, exact.activeNs));
    expect(summed.row.length).toBeLessThan(exact.row.length);
  }
});

test("as many threads wait for the GIL as rows say so", () => {
  const { gilWaiters } = sessionAt(gil, 2).schedule({ ...ALL, toNs: 2e9, pixelNs: 1e7 }, Infinity);
  const { row, rows, state, start, end } = sessionAt(gil, 2).schedule(ALL, Infinity);
  let waitedNs = 0;
  state.forEach((its, i) => {
    if (its === SLICE.gil && rows[row[i]!]!.kind === "thread") waitedNs += end[i]! - start[i]!;
  });
  const told = gilWaiters!.mean.reduce((sum, mean) => sum + mean * gilWaiters!.pixelNs, 0);
  expect(told).toBeCloseTo(waitedNs, 3);
  expect(waitedNs).toBeGreaterThan(0);
});

test("asking for the schedule, a slice or a search leaves the run as it is", () => {
  const [asked, left] = [sessionAt(tomcat, 5), sessionAt(tomcat, 5)];
  const { rows } = asked.schedule({ ...ALL, follow: { request: "order", number: 7 } }, Infinity);
  for (const { id } of rows.slice(0, 20)) asked.slice(id, 4e9);
  asked.findSlice({ state: SLICE.io }, 0, true);
  for (const session of [asked, left]) session.advance(8e9, Infinity);
  expect(asked.result().digest).toBe(left.result().digest);
});

test("of many threads the busiest are shown, and those that were shown already stay", () => {
  const session = sessionAt(tomcat, 5);
  const all = session.schedule(ALL, Infinity);
  const busy = sums(all, all.busyNs);
  const threads = all.rows.flatMap(({ id, kind }, i) =>
    kind === "thread" ? [{ id, busyNs: busy[i]! }] : [],
  );
  threads.sort((a, b) => b.busyNs - a.busyNs || a.id - b.id);
  const shown = (keep: number[]): number[] =>
    session
      .schedule({ ...ALL, threads: 5, keep }, Infinity)
      .rows.filter(({ kind }) => kind === "thread")
      .map(({ id }) => id);
  const busiest = threads.slice(0, 5).map(({ id }) => id);
  expect(new Set(shown([]))).toEqual(new Set(busiest));
  const idlest = threads.findLast(({ busyNs }) => busyNs > 0)!.id;
  expect(shown([idlest])).toContain(idlest);
});

test("a request is found on every row on which it was, and nobody else is", () => {
  const session = sessionAt(gil, 2);
  const all = session.schedule(ALL, Infinity);
  const at = all.number.findIndex((number, i) => number > 5 && all.state[i] === SLICE.run);
  const follow = { request: all.classes[all.cls[at]!]!, number: all.number[at]! };
  const { followed, rows } = session.schedule({ ...ALL, follow }, Infinity);
  const expected = [...all.number.keys()].filter(
    (i) => all.number[i] === follow.number && all.cls[i] === all.cls[at],
  );
  const own = [...followed!.number.keys()].filter((i) => followed!.number[i]! >= 0);
  expect(own.map((i) => followed!.start[i])).toEqual(expected.map((i) => all.start[i]));
  const others = [...followed!.row].map((row) => rows[row]!.kind);
  expect(others).toContain("core");
  expect(others).toContain("gil");
});

test("a wait for the GIL tells how often others had it, and who ended it", () => {
  const session = sessionAt(gil, 2);
  const all = session.schedule(ALL, Infinity);
  const waits = [...all.state.keys()].filter(
    (i) => all.state[i] === SLICE.gil && all.end[i]! < 1.9e9,
  );
  const details = waits.map((i) => session.slice(all.rows[all.row[i]!]!.id, all.start[i]!)!);
  expect(details.every(({ wentFirst }) => (wentFirst?.times ?? 1) >= 1)).toBe(true);
  expect(details.some(({ wentFirst }) => (wentFirst?.threads ?? 0) > 0)).toBe(true);
  const woken = details.filter(({ wokenBy }) => wokenBy?.row !== undefined);
  expect(woken.length).toBeGreaterThan(0);
  for (const { wokenBy, end } of woken) expect(wokenBy!.atNs).toBe(end);
});

test("who was woken is told by the one that did it", () => {
  const session = sessionAt(gil, 2);
  const all = session.schedule(ALL, Infinity);
  const i = all.waker.findIndex((waker, at) => waker >= 0 && all.start[at]! > 1e8);
  const by = all.rows.find(({ label }) => label === all.threads[all.waker[i]!])!;
  const woke = session.slice(by.id, all.start[i]! - 1)?.woke ?? [];
  const atNs = all.start[i]!;
  const woken = { row: all.rows[all.row[i]!]!, atNs, startNs: atNs };
  expect(woke).toContainEqual(woken);
});

test("a search leads from slice to slice and back again", () => {
  const session = sessionAt(gil, 2);
  const all = session.schedule(ALL, Infinity);
  const starts = [...all.state.keys()]
    .filter((i) => all.state[i] === SLICE.gil)
    .map((i) => all.start[i]!)
    .toSorted((a, b) => a - b);
  const forth = session.findSlice({ state: SLICE.gil }, starts[5]!, true)!;
  expect(forth.start).toBe(starts.find((ns) => ns > starts[5]!));
  expect(session.findSlice({ state: SLICE.gil }, forth.start, false)!.start).toBe(starts[5]);
  const named = session.findSlice({ row: "gil HOLDER" }, 0, true)!;
  expect(named.row.kind).toBe("gil");
  const number = all.number.find((n) => n > 3)!;
  const first = session.findSlice({ number }, 0, true)!;
  expect(first.start).toBe(
    all.start.filter((_, i) => all.number[i] === number).toSorted((a, b) => a - b)[0],
  );
  expect(session.findSlice({ row: "no such row" }, 0, true)).toBe(undefined);
});

// ---- Forgotten stretches ------------------------------------------------------------------------

function historyTo(
  document: object,
  seconds: number,
): { simulation: Simulation; history: History } {
  const parsed = parseScenario(document);
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  const simulation = createSimulation(laneModel(parsed.scenario, 0));
  simulation.trace.enabled = true;
  const history = new History(simulation);
  while (simulation.nowNs < seconds * 1e9 && simulation.status === "running") {
    simulation.runUntil(seconds * 1e9, 2_000);
    history.note();
  }
  return { simulation, history };
}

test.each([
  ["threads", tomcat],
  ["goroutines", worker],
])("what was forgotten of %s is computed once more, slice by slice what it was", (_, document) => {
  const { simulation, history } = historyTo(document, 6);
  const rebuild = new Rebuild(history);
  const before = { events: simulation.events, nowNs: simulation.nowNs };
  for (const [fromNs, toNs] of [
    [4e9, 4.2e9],
    [4.1e9, 4.5e9],
    [1e8, 2e8],
  ] as const) {
    const { rebuilt, unfinished } = rebuild.cover(fromNs, toNs, { clockMs: () => 0, ms: Infinity });
    expect(unfinished).toBe(false);
    const query = { ...ALL, fromNs, toNs };
    const again = describeSchedule(simulation, query, [
      { recording: rebuilt!.recording, fromNs, toNs },
    ]);
    const own = { recording: simulation.trace.recording, fromNs, toNs };
    const straight = describeSchedule(simulation, query, [own]);
    expect([again.start, again.end, again.state]).toEqual([
      straight.start,
      straight.end,
      straight.state,
    ]);
    expect([again.number, again.waker]).toEqual([straight.number, straight.waker]);
    expect(again.wokenNs).toEqual(straight.wokenNs);
  }
  expect({ events: simulation.events, nowNs: simulation.nowNs }).toEqual(before);
  simulation.runUntil(8e9, Infinity);
  expect(simulation.result(0).digest).toBe(historyTo(document, 8).simulation.result(0).digest);
});

test("what takes longer than its budget goes on with the next question", () => {
  const { history } = historyTo(tomcat, 6);
  const rebuild = new Rebuild(history);
  let ms = 0;
  const budget = { clockMs: () => (ms += 10), ms: 15 };
  let asked = 1;
  let answer = rebuild.cover(1e9, 3e9, budget);
  let reached = answer.rebuilt!.toNs;
  expect(answer.unfinished).toBe(true);
  for (; answer.unfinished; asked++) {
    answer = rebuild.cover(1e9, 3e9, budget);
    expect(answer.rebuilt!.toNs).toBeGreaterThan(reached);
    reached = answer.rebuilt!.toNs;
  }
  expect(asked).toBeGreaterThan(2);
  expect(answer.rebuilt!.toNs).toBe(3e9);
});

test("where it remembers little, the rest is told as a gap until one looks more closely", () => {
  const session = new LaneSession(() => 0);
  session.load(gil, 2, 1_000);
  session.advance(2e9, Infinity);
  const whole = { ...ALL, toNs: 2e9, pixelNs: 2e6 };
  const { gaps, recorded } = session.schedule(whole, Infinity);
  expect(recorded).toBeLessThan(4_000);
  expect(gaps).toHaveLength(1);
  expect(gaps[0]!.fromNs).toBe(0);
  // Asked again it is told the same, at no cost.
  expect(session.schedule(whole, Infinity).gaps).toEqual(gaps);
  const early = { ...ALL, fromNs: 0.4e9, toNs: 0.41e9 };
  const close = session.schedule(early, Infinity);
  expect(close.gaps).toEqual([]);
  const straight = sessionAt(gil, 2).schedule(early, Infinity);
  expect([close.start, close.state, close.number]).toEqual([
    straight.start,
    straight.state,
    straight.number,
  ]);
});
