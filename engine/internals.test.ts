/** What the inside of a lane shows at one instant agrees with everything else that is known. */
import { expect, test } from "vitest";
import type { Internals, SliceState, ThreadNow } from "./api.ts";
import { internalsOf, tasksIn } from "./internals.ts";
import { takeSnapshot, restoreSnapshot } from "./snapshot.ts";
import type { Simulation } from "./simulation.ts";
import { atOnce, begin, inPlace, run, type Sketch } from "./testing.ts";

const open = (rate: number) => ({ executor: "constant-arrival-rate", rate });

const python: Sketch = {
  cores: 4,
  duration: "1s",
  runtime: {
    model: "threads",
    profile: "cpython-3.11",
    threads: 8,
    gil: { switchInterval: "5ms" },
  },
  steps: [{ cpu: "2ms" }, { io: "8ms" }, { cpu: "1ms" }],
  load: open(400),
};
const asyncio: Sketch = {
  cores: 2,
  duration: "1s",
  runtime: { model: "event-loop", profile: "asyncio", executor: { threads: 3 } },
  steps: [{ cpu: "1ms" }, { io: "5ms" }, { offload: [{ block: "9ms" }] }],
  load: open(500),
};
const go: Sketch = {
  cores: 4,
  duration: "1s",
  runtime: { model: "goroutines" },
  steps: [{ cpu: { dist: "exponential", mean: "2ms" } }, { io: "3ms" }, { block: "1ms" }],
  load: open(1200),
};
const virtual: Sketch = {
  cores: 2,
  duration: "1s",
  runtime: { model: "virtual-threads", pinned: 0.5 },
  steps: [{ cpu: "1ms" }, { io: "6ms" }],
  load: open(900),
};
const LANES = { python, asyncio, go, virtual };

/** What is seen at every `everyNs` of a run. */
function* looks(sketch: Sketch, everyNs = 7.3e6): Generator<[Simulation, Internals]> {
  const simulation = begin(sketch);
  for (let now = everyNs; simulation.runUntil(now, Infinity) === "running"; now += everyNs) {
    yield [simulation, internalsOf(simulation)];
  }
}

const inState = (threads: readonly ThreadNow[], state: SliceState): number[] =>
  threads.filter((thread) => thread.state === state).map(({ thread }) => thread);
const sorted = (numbers: readonly number[]): number[] => numbers.toSorted((a, b) => a - b);
const sum = (numbers: readonly number[]): number => numbers.reduce((total, n) => total + n, 0);

for (const [name, sketch] of Object.entries(LANES)) {
  test(`${name}: every thread is in one state, and no core runs two`, () => {
    for (const [simulation, { cores, processes }] of looks(sketch)) {
      const threads = processes.flatMap((process) => process.threads);
      expect(sum(processes.flatMap(({ states }) => states))).toBe(simulation.machine.threads.live);
      expect(threads).toHaveLength(simulation.machine.threads.live);
      const running = [...inState(threads, "run"), ...inState(threads, "gc")];
      const onCores = cores.filter(({ state }) => state !== "idle").map(({ thread }) => thread);
      expect(sorted(onCores)).toEqual(sorted(running));
    }
  });

  test(`${name}: who looks changes nothing`, () => {
    let watched: Simulation | undefined;
    for (const [simulation] of looks(sketch, 1e6)) watched = simulation;
    expect(watched!.result(0).digest).toBe(run(sketch).result(0).digest);
  });

  test(`${name}: what was seen is seen again after a way back`, () => {
    const simulation = begin(sketch);
    simulation.runUntil(0.3e9, Infinity);
    const snapshot = takeSnapshot(simulation);
    const seen = internalsOf(simulation);
    simulation.runUntil(0.7e9, Infinity);
    restoreSnapshot(snapshot);
    expect(internalsOf(simulation)).toEqual(seen);
  });
}

test("the GIL is held by a thread that could run, and whoever waits for it is in the queue", () => {
  let most = 0;
  for (const [simulation, { processes }] of looks(python)) {
    const { gil, threads } = processes[0]!;
    expect(sorted(gil!.waiters)).toEqual(sorted(inState(threads, "gil")));
    expect(gil!.waiting).toBe(gil!.waiters.length);
    expect(gil!.heldNs).toBe(simulation.runtime.gilUse().heldNs);
    const could = [...inState(threads, "run"), ...inState(threads, "ready"), -1];
    expect(could).toContain(gil!.holder);
    most = Math.max(most, gil!.waiting);
  }
  expect(most).toBeGreaterThan(2);
});

test("a pool of threads and its queue hold the requests of their places", () => {
  for (const [simulation, { processes }] of looks(python)) {
    const { inside, threads } = processes[0]!;
    expect(inside).toMatchObject({
      kind: "threads",
      queued: inPlace(simulation, "worker-queue"),
      unread: inPlace(simulation, "socket-buffer"),
    });
    const served = threads.filter(({ request }) => request !== undefined);
    const places = ["runnable", "running", "waiting-gil", "waiting-io"];
    expect(served).toHaveLength(sum(places.map((place) => inPlace(simulation, place))));
  }
});

test("a loop has one callback at a time, and executors that work or wait", () => {
  const doing = new Set<string>();
  for (const [simulation, { processes }] of looks(asyncio)) {
    const { inside, threads } = processes[0]!;
    if (inside.kind !== "event-loop") throw new Error(inside.kind);
    const [loop] = inside.loops;
    doing.add(loop!.doing);
    expect(threads.filter(({ role }) => role === "executor")).toHaveLength(3);
    expect(threads.find(({ thread }) => thread === loop!.thread)!.role).toBe("loop");
    expect(inside.offloaded).toBe(inPlace(simulation, "executor-queue"));
    const waiting = loop!.ready + loop!.events + loop!.timers + loop!.microtasks;
    const places = ["runnable", "running", "waiting-gil", "socket-buffer"];
    expect(waiting).toBeLessThanOrEqual(sum(places.map((place) => inPlace(simulation, place))) + 1);
  }
  expect([...doing].toSorted()).toEqual(["polling", "running"]);
});

test("as many Ps as GOMAXPROCS, their queues are the goroutines that could run", () => {
  let steals = 0;
  for (const [simulation, { processes }] of looks(go)) {
    const { inside } = processes[0]!;
    if (inside.kind !== "goroutines") throw new Error(inside.kind);
    const { processors } = inside;
    expect(processors).toHaveLength(4);
    expect(inside.globalQueue).toBe(inPlace(simulation, "global-queue"));
    const queued = sum(processors.map((p) => p.queued + (p.runnext ? 1 : 0)));
    expect(queued).toBeLessThanOrEqual(inPlace(simulation, "runnable"));
    const spinning = processors.filter(({ spins }) => spins).length;
    expect(spinning).toBeLessThanOrEqual(inside.spinning);
    for (const [p, { status, thread, stoleFrom }] of processors.entries()) {
      expect(thread < 0).toBe(status === "idle");
      expect(stoleFrom).not.toBe(p);
    }
    steals = sum(processors.map((p) => p.steals));
  }
  expect(steals).toBeGreaterThan(0);
});

test("a mounted virtual thread runs or keeps its carrier while it waits", () => {
  let held = 0;
  for (const [simulation, { processes }] of looks(virtual)) {
    const { inside } = processes[0]!;
    if (inside.kind !== "virtual-threads") throw new Error(inside.kind);
    const pinned = inside.carriers.filter((carrier) => carrier.held).length;
    expect(pinned).toBe(inPlace(simulation, "pinned"));
    expect(inside.submitted).toBe(inPlace(simulation, "submission-queue"));
    expect(inside.networkReady).toBe(inPlace(simulation, "socket-buffer"));
    held += pinned;
  }
  expect(held).toBeGreaterThan(0);
});

test("pools, locks and channels tell who has them and how many wait", () => {
  const simulation = begin({
    cores: 4,
    runtime: { model: "goroutines" },
    pools: { db: { size: 2 } },
    locks: { cache: {} },
    channels: { jobs: { capacity: 3 } },
    requests: {
      query: { steps: [{ acquire: "db", steps: [{ lock: "cache", steps: [{ cpu: "10ms" }] }] }] },
      job: { steps: [{ send: "jobs" }] },
    },
    loads: { query: { ...atOnce(5), request: "query" }, job: { ...atOnce(4), request: "job" } },
  });
  simulation.runUntil(5e6, Infinity);
  const [db, cache, jobs] = internalsOf(simulation).resources;
  expect(db).toMatchObject({ inUse: 2, open: 2, waiting: 3 });
  expect(db!.holders.map(({ request }) => request)).toEqual(["query", "query"]);
  expect(cache).toMatchObject({ inUse: 1, waiting: 1 });
  expect(jobs).toMatchObject({ inUse: 3, waiting: 1, receiving: 0, closed: false });
  expect(simulation.topology.resources.map(({ kind, size }) => [kind, size])).toEqual([
    ["pool", 2],
    ["lock", 1],
    ["channel", 3],
  ]);
});

test("each of several processes has its own GIL and threads", () => {
  const runtime = { ...python.runtime, processes: 3, threads: 2 };
  for (const [, { processes }] of looks({ ...python, runtime }, 50e6)) {
    expect(processes).toHaveLength(3);
    const holders = processes.map(({ gil }) => gil!.holder).filter((holder) => holder >= 0);
    expect(new Set(holders).size).toBe(holders.length);
    for (const { threads, gil } of processes) {
      expect([-1, ...threads.map(({ thread }) => thread)]).toContain(gil!.holder);
    }
  }
});

test("who is in a place is listed in the order of arrival, as many as are asked for", () => {
  const simulation = begin({ ...python, load: open(2000) });
  simulation.runUntil(0.5e9, Infinity);
  const queue = simulation.topology.places.findIndex(({ name }) => name === "worker-queue");
  const { total, tasks, nowNs } = tasksIn(simulation, queue, 5);
  expect([total, tasks.length, nowNs]).toEqual([inPlace(simulation, "worker-queue"), 5, 0.5e9]);
  const since = tasks.map((task) => task.sinceNs);
  expect(since).toEqual(since.toSorted((a, b) => a - b));
  expect(tasks.every(({ beganNs, sinceNs }) => beganNs <= sinceNs && sinceNs <= nowNs)).toBe(true);
});
