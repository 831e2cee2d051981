/** Tasks that wait for each other for ever: the run stops at that instant and says who and why. */
import { expect, test } from "vitest";
import { atOnce, begin, run, type Sketch } from "./testing.ts";

const TWO_FORKS = {
  cores: 2,
  locks: { a: {}, b: {} },
  requests: {
    left: { steps: [{ lock: "a", steps: [{ io: "10ms" }, { lock: "b", steps: [] }] }] },
    right: { steps: [{ lock: "b", steps: [{ io: "10ms" }, { lock: "a", steps: [] }] }] },
  },
  loads: {
    left: { ...atOnce(1), request: "left" },
    right: { ...atOnce(1), request: "right" },
  },
};

/** Why and when (ms) the lane stopped. */
function stopOf(sketch: Sketch): [string, string | undefined, number] {
  const simulation = begin(sketch);
  const status = simulation.runUntil(Infinity, Infinity);
  return [status, simulation.reason, Math.floor(simulation.nowNs / 1e6)];
}

test.each([
  { model: "threads", threads: 4 },
  { model: "threads", threads: 4, profile: "cpython-3.11" },
  { model: "threads", threads: 4, profile: "jvm-platform" },
  { model: "event-loop", profile: "asyncio" },
  { model: "event-loop", profile: "node-20" },
  { model: "goroutines" },
  { model: "virtual-threads" },
])("two tasks that take two locks in different order: %j", (runtime) => {
  expect(stopOf({ ...TWO_FORKS, runtime })).toEqual([
    "stopped",
    'deadlock: tasks 0 and 1 wait for each other: task 0 holds lock "a" and waits for lock "b", ' +
      'task 1 holds lock "b" and waits for lock "a"',
    10,
  ]);
});

test("taken in the same order, they wait for each other in turn", () => {
  const requests = { ...TWO_FORKS.requests, right: TWO_FORKS.requests.left };
  const simulation = run({ ...TWO_FORKS, requests, runtime: { model: "goroutines" } });
  expect(simulation.recorder.completed).toBe(2);
});

test("who takes a lock twice waits for itself, unless the lock is reentrant", () => {
  const sketch = {
    locks: { a: {} },
    steps: [{ lock: "a", steps: [{ lock: "a", steps: [{ cpu: "1ms" }] }] }],
  };
  expect(stopOf({ ...sketch, runtime: { model: "goroutines" } })[1]).toBe(
    'deadlock: task 0 waits for itself: task 0 holds lock "a" and waits for lock "a"',
  );
  const java = { model: "threads", profile: "jvm-platform" };
  expect(run({ ...sketch, runtime: java }).recorder.completed).toBe(1);
});

test("Java: who writes may read as well, but who reads and wants to write waits for itself", () => {
  const nested = (outer: string, inner: string): Sketch => ({
    runtime: { model: "threads", profile: "jvm-platform" },
    locks: { rw: {} },
    steps: [{ [outer]: "rw", steps: [{ [inner]: "rw", steps: [{ cpu: "1ms" }] }] }],
    load: atOnce(2),
  });
  expect(run(nested("wlock", "rlock")).recorder.completed).toBe(2);
  expect(run(nested("wlock", "wlock")).recorder.completed).toBe(2);
  expect(stopOf(nested("rlock", "wlock"))[0]).toBe("stopped");
});

test("a reader that reads again behind a writer that waits: never, says Go's documentation", () => {
  const reason = stopOf({
    cores: 2,
    runtime: { model: "goroutines" },
    locks: { rw: {} },
    requests: {
      read: { steps: [{ rlock: "rw", steps: [{ io: "10ms" }, { rlock: "rw", steps: [] }] }] },
      write: { steps: [{ io: "5ms" }, { wlock: "rw", steps: [] }] },
    },
    loads: {
      read: { ...atOnce(1), request: "read" },
      write: { ...atOnce(1), request: "write" },
    },
  })[1];
  expect(reason).toBe(
    'deadlock: tasks 0 and 1 wait for each other: task 0 holds lock "rw" and waits for lock "rw", ' +
      'task 1 waits for lock "rw"',
  );
});

test("a pool whose users all want one more, but only without a time-out", () => {
  const sketch = {
    cores: 2,
    runtime: { model: "threads", threads: 4 },
    steps: [{ acquire: "db", steps: [{ io: "5ms" }, { acquire: "db", steps: [{ io: "1ms" }] }] }],
    load: atOnce(2),
  };
  expect(stopOf({ ...sketch, pools: { db: { size: 2 } } })).toEqual([
    "stopped",
    'deadlock: tasks 0 and 1 wait for each other: task 0 holds pool "db" and waits for pool "db", ' +
      'task 1 holds pool "db" and waits for pool "db"',
    5,
  ]);
  const patient = run({ ...sketch, pools: { db: { size: 2, acquireTimeout: "20ms" } } });
  expect(patient.recorder.completed + patient.recorder.failed[2]!).toBe(2);
  expect(run({ ...sketch, pools: { db: { size: 3 } } }).recorder.completed).toBe(2);
});

test("a part that wants what the request that waits for it holds", () => {
  const reason = stopOf({
    runtime: { model: "goroutines" },
    locks: { a: {} },
    steps: [{ lock: "a", steps: [{ parallel: [[{ lock: "a", steps: [] }], [{ io: "1ms" }]] }] }],
  })[1];
  expect(reason).toContain('task 0 holds lock "a" and waits for its parts');
});

test("no deadlock where the client gives up and the server hears of it", () => {
  const { left, right } = TWO_FORKS.loads;
  const patience = { timeout: "50ms", cancel: true };
  const simulation = run({
    ...TWO_FORKS,
    loads: { left: { ...left, ...patience }, right: { ...right, ...patience } },
    runtime: { model: "goroutines" },
  });
  expect([simulation.recorder.failed[0], simulation.ledger.tasks.live]).toEqual([2, 0]);
});

test("nothing can happen any more: who has the lock waits for a message that nobody sends", () => {
  const simulation = begin({
    cores: 2,
    runtime: { model: "goroutines" },
    locks: { a: {} },
    channels: { jobs: {} },
    requests: {
      first: { steps: [{ lock: "a", steps: [{ receive: "jobs" }] }] },
      second: { steps: [{ sleep: "5ms" }, { lock: "a", steps: [] }] },
    },
    loads: {
      first: { ...atOnce(1), request: "first" },
      second: { ...atOnce(1), request: "second" },
    },
  });
  expect(simulation.runUntil(Infinity, Infinity)).toBe("stopped");
  expect(simulation.reason).toContain('task 0 holds lock "a" and waits to receive');
  expect(simulation.reason).toContain('task 1 waits for lock "a"');
});

test("waiting for a connection that is being opened is no deadlock, whoever holds a lock meanwhile", () => {
  const simulation = begin({
    runtime: { model: "goroutines", profile: "neutral" },
    pools: { db: { size: 2, minIdle: 0, order: "fifo" } },
    locks: { a: {} },
    steps: [
      { parallel: 2, steps: [{ lock: "a", steps: [{ acquire: "db", steps: [{ cpu: "10us" }] }] }] },
    ],
    load: { executor: "constant-arrival-rate", rate: 50 },
    duration: "150ms",
  });
  expect(simulation.runUntil(Infinity, Infinity)).toBe("finished");
});

test("who waits for its own lock is named, while others want a connection that is being opened", () => {
  const own = [
    { acquire: "db", steps: [{ cpu: "10us" }] },
    { lock: "a", steps: [{ cpu: "10us" }] },
  ];
  const user = { executor: "constant-vus", vus: 1, thinkTime: "1ms" };
  const simulation = begin({
    cores: 1,
    runtime: { model: "event-loop" },
    pools: { db: { size: 2, minIdle: 0, order: "fifo" } },
    locks: { a: {}, rw: {} },
    steps: [{ rlock: "rw", steps: [{ lock: "a", steps: own }] }],
    loads: { a: user, b: user },
    duration: "150ms",
  });
  simulation.runUntil(Infinity, Infinity);
  expect(simulation.reason).toContain("waits for itself");
});
