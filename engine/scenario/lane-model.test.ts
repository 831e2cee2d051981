import { expect, test } from "vitest";
import { laneModel } from "./lane-model.ts";
import { parseScenario } from "./validate.ts";

/** The model of lane `lane` of a small document with parts replaced. */
function modelOf(parts: object, lane = 0) {
  const reply = parseScenario({
    version: 1,
    name: "small",
    duration: "10s",
    requests: { page: { steps: [{ cpu: "2ms" }] } },
    load: { users: { executor: "constant-vus", vus: 10 } },
    lanes: [{ name: "a", runtime: { model: "threads" } }],
    ...parts,
  });
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  return laneModel(reply.scenario, lane);
}

function runtimeOf(runtime: object, cores = 4) {
  return modelOf({ machine: { cores }, lanes: [{ name: "a", runtime }] }).runtime;
}

function stepsOf(...steps: readonly object[]) {
  return modelOf({ requests: { page: { steps } } }).classes[0]!.steps;
}

test("what a document leaves out gets the format's defaults", () => {
  const model = modelOf({});
  expect(model).toMatchObject({
    seed: 1,
    warmupNs: 0,
    machine: { cores: 4, memoryBytes: 16 * 2 ** 30 },
    pools: [],
    claims: [],
  });
  expect(model.loads).toEqual([
    {
      name: "users",
      class: 0,
      executor: { kind: "constant-vus", vus: 10, thinkTime: { kind: "constant", ns: 0 } },
      startNs: 0,
      durationNs: Infinity,
      timeoutNs: Infinity,
      cancel: false,
      connections: { count: 10, keepAlive: true },
      origin: "client",
    },
  ]);
});

test("a lock that some step reads is one for readers, and lock means wlock there", () => {
  const model = modelOf({
    locks: { a: {}, b: { fair: true } },
    requests: {
      page: {
        steps: [
          { lock: "a", steps: [{ cpu: "1ms" }, { atomic: "hits" }] },
          { lock: "b", steps: [{ atomic: "misses", ops: 3 }] },
          { parallel: 2, steps: [{ rlock: "a", steps: [] }] },
        ],
      },
    },
  });
  expect(model.locks).toEqual([
    { name: "a", fair: false, hasReaders: true },
    { name: "b", fair: true, hasReaders: false },
  ]);
  expect(model.lines).toBe(2);
  expect(model.classes[0]!.steps[1]).toMatchObject({
    lock: 1,
    steps: [{ kind: "atomic", line: 1, ops: 3 }],
  });
});

test("thread, loop and executor counts follow the profile and the cores", () => {
  expect(runtimeOf({ model: "threads" })).toMatchObject({ threads: 200, gil: undefined });
  expect(runtimeOf({ model: "threads", profile: "cpython-3.11" }, 8)).toMatchObject({
    threads: 12,
    gil: { switchIntervalNs: 5e6 },
  });
  expect(runtimeOf({ model: "event-loop", profile: "asyncio" }, 64)).toMatchObject({
    loops: 1,
    executorKind: "threads",
    executors: 32,
    gil: { switchIntervalNs: 5e6 },
  });
  expect(runtimeOf({ model: "event-loop", profile: "netty" }, 2)).toMatchObject({
    loops: 4,
    executors: 20,
    gil: undefined,
  });
  expect(runtimeOf({ model: "goroutines" }, 3)).toMatchObject({ profile: "go", gomaxprocs: 3 });
  expect(runtimeOf({ model: "virtual-threads" }, 3)).toMatchObject({
    profile: "jvm-virtual",
    parallelism: 3,
    pinned: 0,
  });
  expect(runtimeOf({ model: "threads", profile: "cpython-3.13t" }, 2)).toMatchObject({
    threads: 6,
    gil: undefined,
  });
  expect(runtimeOf({ model: "event-loop", profile: "uvloop" }, 2)).toMatchObject({
    executors: 6,
    gil: { switchIntervalNs: 5e6 },
  });
});

test("an executor is made of threads, of workers or of processes", () => {
  const loop = { model: "event-loop", profile: "asyncio" };
  expect(runtimeOf({ ...loop, executor: { processes: 8 } })).toMatchObject({
    executorKind: "processes",
    executors: 8,
  });
  expect(runtimeOf({ ...loop, executor: { threads: 3 } })).toMatchObject({ executors: 3 });
  expect(() => runtimeOf({ ...loop, executor: { threads: 3, processes: 8 } })).toThrow(
    /expected one of/,
  );
});

test("the GIL can be switched off and its interval changed", () => {
  const python = { model: "threads", profile: "cpython-3.11" };
  expect(runtimeOf({ ...python, gil: false })).toMatchObject({ gil: undefined });
  expect(runtimeOf({ ...python, gil: { switchInterval: "500us" } })).toMatchObject({
    gil: { switchIntervalNs: 500_000 },
  });
});

test("an override goes deep, and replaces lists", () => {
  const lanes = [
    { name: "a", runtime: { model: "threads" } },
    {
      name: "b",
      runtime: { model: "threads" },
      overrides: {
        machine: { cores: 8 },
        load: { users: { timeout: "1s" } },
        requests: { page: { steps: [{ io: "1ms" }] } },
      },
    },
  ];
  const model = modelOf({ machine: { cores: 2, memory: "1GB" }, lanes }, 1);
  expect(model.machine).toMatchObject({ cores: 8, memoryBytes: 1e9 });
  expect(model.loads[0]).toMatchObject({ timeoutNs: 1e9, executor: { vus: 10 } });
  expect(model.classes[0]!.steps).toEqual([{ kind: "io", wait: { kind: "constant", ns: 1e6 } }]);
  expect(modelOf({ machine: { cores: 2 }, lanes }, 0).machine.cores).toBe(2);
});

test("a log-normal by mean and p99 has that p99", () => {
  const [step] = stepsOf({ io: { dist: "lognormal", mean: "20ms", p99: "180ms" } });
  if (step?.kind !== "io" || step.wait.kind !== "lognormal") throw new Error("not a log-normal");
  const { meanNs, sigma } = step.wait;
  const p99 = meanNs * Math.exp(2.3263478740408408 * sigma - (sigma * sigma) / 2);
  expect(p99).toBeCloseTo(180e6, 0);
  expect(sigma).toBeLessThan(2.33);
});

test("a fan-out by number repeats its branch, and waits for all unless told otherwise", () => {
  const inner = [{ sleep: "1ms" }];
  const [all, first] = stepsOf({ parallel: 3, steps: inner }, { parallel: [inner], wait: "first" });
  expect(all).toMatchObject({ kind: "parallel", wait: 3 });
  expect(all?.kind === "parallel" && all.branches).toHaveLength(3);
  expect(first).toMatchObject({ wait: 1 });
});

test("steps refer to pools by index, loads to classes", () => {
  const model = modelOf({
    pools: { cache: { size: 1 }, db: { size: 2, acquireTimeout: "30s" } },
    requests: {
      page: { steps: [{ cpu: "1ms" }] },
      query: { steps: [{ acquire: "db", timeout: "1s", steps: [{ io: "2ms" }] }] },
    },
    load: { a: { executor: "trace", times: [0, 1.5], demand: [1, 2], request: "query" } },
  });
  expect(model.classes[1]!.steps[0]).toMatchObject({ kind: "acquire", pool: 1, timeoutNs: 1e9 });
  expect(model.pools[1]).toMatchObject({
    name: "db",
    size: 2,
    order: "fifo",
    acquireTimeoutNs: 30e9,
  });
  expect(model.loads[0]).toMatchObject({
    class: 1,
    executor: { kind: "trace", timesNs: [0, 1_500_000], demand: [1, 2] },
    connections: { count: 0 },
  });
});

test("a lane gets its own claims, those of all lanes, and the goals spelled out", () => {
  const runtime = { model: "threads" };
  const parts = {
    lanes: [
      { name: "a", runtime },
      { name: "b", runtime },
    ],
    claims: [
      { lane: "a", metric: "throughput", is: 420, within: 0.05 },
      { metric: "errorRate", below: 0.1 },
    ],
    slo: { p99: "800ms", errorRate: 0.01 },
  };
  const goals = [
    { metric: "errorRate", below: 0.1 },
    { metric: "latencyMs.p99", below: 800 },
    { metric: "errorRate", below: 0.01 },
  ];
  const own = { metric: "throughput", is: 420, within: 0.05 };
  expect(modelOf(parts, 0).claims).toEqual([own, ...goals]);
  expect(modelOf(parts, 1).claims).toEqual(goals);
});
