import { expect, test } from "vitest";
import { LaneSession } from "./lane-session.ts";
import { assertLaws } from "./laws.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";
import { atOnce, begin, modelOf, run, type Sketch } from "./testing.ts";

const busy: Sketch = {
  cores: 2,
  duration: "2s",
  runtime: { model: "goroutines" },
  steps: [{ cpu: { dist: "exponential", mean: "1ms" } }, { io: "2ms" }],
  load: { executor: "constant-arrival-rate", rate: 500 },
};

const document = {
  version: 1,
  name: "test",
  duration: "2s",
  requests: { page: { steps: [{ cpu: "1ms" }] } },
  load: { page: { executor: "constant-arrival-rate", rate: 100 } },
  lanes: [{ name: "one", runtime: { model: "goroutines" } }],
};

test("the clock stops where it was told to, and at the end of the run", () => {
  const simulation = begin(busy);
  expect([simulation.runUntil(0.5e9, Infinity), simulation.nowNs]).toEqual(["running", 0.5e9]);
  expect([simulation.runUntil(9e9, Infinity), simulation.nowNs]).toEqual(["finished", 2e9]);
  const { events } = simulation;
  expect([simulation.runUntil(99e9, Infinity), simulation.events]).toEqual(["finished", events]);
});

test("a budget of one takes one event", () => {
  const simulation = begin(busy);
  for (let i = 1; i <= 50; i++) {
    simulation.runUntil(Infinity, 1);
    expect(simulation.events).toBe(i);
  }
});

test("samples cover the run without gaps, and their counts add up", () => {
  const simulation = run(busy);
  const { columns, sampleNs } = simulation.series;
  const rows = simulation.takeSamples();
  const column = (name: string): number[] =>
    Array.from(
      { length: rows.length / columns.length },
      (_, row) => rows[row * columns.length + columns.indexOf(name)]!,
    );
  const times = column("t");
  expect(times).toEqual(times.map((_, i) => (i + 1) * sampleNs));
  const sum = (name: string): number => column(name).reduce((total, value) => total + value, 0);
  expect(sum("started")).toBe(simulation.recorder.started);
  expect(sum("completed")).toBe(simulation.recorder.completed);
  const core = (sum("cpu.user") * sampleNs) / 1e9;
  expect(core).toBeCloseTo(simulation.result(0).cpu.userSeconds, 6);
});

test("what happened during the warm-up is not measured", () => {
  const warm = run({ ...busy, warmup: "1s" }).result(0);
  expect(warm.measuredSeconds).toBe(1);
  expect(warm.throughput).toBeLessThan(600);
  expect(warm.requests.completed).toBeGreaterThan(warm.throughput * 1.5);
  expect(warm.cpu.userSeconds + warm.cpu.idleSeconds).toBeLessThanOrEqual(2);
});

test("a violated law stops everything: a GIL that was held for too long", () => {
  const simulation = run({ ...busy, runtime: { model: "threads", threads: 1, gil: true } });
  simulation.runtime.gilUse = () => ({ heldNs: 3e9, switches: 0 });
  expect(() => assertLaws(simulation)).toThrow("a GIL had two holders");
});

test("a violated law stops everything: a task that got lost", () => {
  const simulation = run(busy);
  simulation.ledger.tasks.live++;
  expect(() => assertLaws(simulation)).toThrow("do not add up");
});

test("a snapshot can be restored again and again, and is not changed by what follows", () => {
  const simulation = begin(busy);
  simulation.runUntil(0.7e9, Infinity);
  const snapshot = takeSnapshot(simulation);
  const ends = [1, 2, 3].map(() => {
    simulation.runUntil(Infinity, Infinity);
    const { digest } = simulation.result(0);
    restoreSnapshot(snapshot);
    expect(simulation.nowNs).toBe(0.7e9);
    return digest;
  });
  expect(new Set(ends)).toEqual(new Set([run(busy).result(0).digest]));
});

test("a snapshot with thousands of events pending is as good", () => {
  const crowd: Sketch = {
    ...busy,
    steps: [{ cpu: "10us" }],
    load: { executor: "constant-vus", vus: 5000, thinkTime: { dist: "exponential", mean: "1s" } },
  };
  const simulation = begin(crowd);
  simulation.runUntil(0.7e9, Infinity);
  expect(simulation.queue.pending).toBeGreaterThan(3000);
  const snapshot = takeSnapshot(simulation);
  simulation.runUntil(1.5e9, Infinity);
  restoreSnapshot(snapshot);
  simulation.runUntil(Infinity, Infinity);
  expect(simulation.result(0).digest).toBe(run(crowd).result(0).digest);
});

test("a connected user who thinks takes less than a hundred bytes", () => {
  const users = 100_000;
  const simulation = begin({
    ...busy,
    cores: 64,
    duration: "3s",
    steps: [{ cpu: "100us" }],
    load: {
      executor: "ramping-vus",
      stages: [
        { duration: "1s", target: users },
        { duration: "2s", target: users },
      ],
      thinkTime: "2s",
    },
  });
  simulation.runUntil(1.5e9, Infinity);
  expect(simulation.queue.pending).toBeGreaterThan(0.99 * users);
  const { bytes } = takeSnapshot(simulation);
  expect(bytes / users).toBeLessThan(100);
});

test("a snapshot keeps columns that have grown since, and objects that did not exist", () => {
  const state: { column: Float64Array; part?: { n: number }; list: number[] } = {
    column: Float64Array.of(1, 2),
    list: [1, 2],
  };
  const snapshot = takeSnapshot(state);
  state.column = Float64Array.of(1, 2, 3, 4);
  state.list.push(3);
  restoreSnapshot(snapshot);
  expect([[...state.column], state.list]).toEqual([
    [1, 2],
    [1, 2],
  ]);
  expect(() => takeSnapshot({ map: new Map() })).toThrow("maps");
});

test("the seed changes the run, and nothing else does", () => {
  const digest = (seed: number): string => run({ ...busy, seed }).result(0).digest;
  expect(digest(1)).toBe(digest(1));
  expect(digest(1)).not.toBe(digest(2));
});

// ---- The session that a worker serves -------------------------------------------------------------

test("a session loads a lane, advances it within its budget of real time, and ends", () => {
  let clock = 0;
  const session = new LaneSession(() => (clock += 1));
  expect(session.load(document, 0)).toMatchObject({ kind: "ready", durationNs: 2e9, warmupNs: 0 });
  const first = session.advance(1e9, Infinity);
  expect([first.kind, first.nowNs, first.samples.length > 0]).toEqual(["running", 1e9, true]);
  for (const busyShare of first.coreBusy) expect(busyShare).toBeLessThanOrEqual(1);
  expect(session.step().events).toBe(first.events + 1);
  expect(session.advance(9e9, Infinity).kind).toBe("finished");
  expect(session.result().requests.completed).toBeGreaterThan(150);
});

test("a session stops when its real time is used up", () => {
  let clock = 0;
  const session = new LaneSession(() => (clock += 10));
  session.load(
    { ...document, load: { page: { executor: "constant-arrival-rate", rate: 5000 } } },
    0,
  );
  const { kind, events } = session.advance(2e9, 5);
  expect([kind, events]).toEqual(["running", 2000]);
});

test("a session refuses what is no scenario, and lanes that are not there", () => {
  const session = new LaneSession(() => 0);
  expect(session.load({ version: 1 }, 0).kind).toBe("rejected");
  expect(session.load(document, 1)).toMatchObject({
    kind: "rejected",
    problems: [{ path: "lanes" }],
  });
  expect(() => session.result()).toThrow("no lane is loaded");
});

test("the schedule names its rows: all cores, and at most as many threads as asked for", () => {
  const session = new LaneSession(() => 0);
  session.load(document, 0);
  session.advance(2e9, Infinity);
  const query = { fromNs: 0, toNs: 2e9, pixelNs: 0, threads: 1, keep: [] };
  const { rows, row, start, end, hiddenThreads } = session.schedule(query, Infinity);
  expect(rows.filter(({ kind }) => kind === "core").length).toBe(4);
  expect(rows.filter(({ kind }) => kind === "thread").length).toBe(1);
  expect(hiddenThreads).toBeGreaterThan(0);
  expect(Math.max(...row)).toBe(rows.length - 1);
  start.forEach((from, i) => expect(from).toBeLessThan(end[i]!));
});

test("a model is plain data: a simulation can be built from a copy of it", () => {
  const model = modelOf({ ...busy, load: atOnce(3) });
  expect(structuredClone(model)).toEqual(model);
});
