import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { parseScenario } from "./validate.ts";

const small = {
  version: 1,
  name: "small",
  duration: "10s",
  requests: { page: { steps: [{ cpu: "2ms" }, { io: "20ms" }] } },
  load: { users: { executor: "constant-vus", vus: 10 } },
  lanes: [{ name: "threads", runtime: { model: "threads", threads: 4 } }],
};

/** The problems of the small document with parts replaced, one line each. */
function problems(parts: object): readonly string[] {
  const reply = parseScenario({ ...small, ...parts });
  return reply.kind === "ok"
    ? []
    : reply.problems.map(({ path, message }) => `${path}: ${message}`);
}

function withRuntime(runtime: object) {
  return { lanes: [{ name: "a", runtime }] };
}

function withSteps(...steps: readonly unknown[]) {
  return { requests: { page: { steps } } };
}

test("a right document comes back with its keys in the order of the format", () => {
  const { name, version, ...rest } = small;
  const reply = parseScenario({ ...rest, version, name });
  expect(reply).toMatchObject({ kind: "ok" });
  if (reply.kind !== "ok") return;
  expect(Object.keys(reply.scenario).slice(0, 3)).toEqual(["version", "name", "duration"]);
});

test("a problem says where, what would be right and what is there", () => {
  expect(problems(withRuntime({ model: "threads", threads: "many" }))).toEqual([
    'lanes[0].runtime.threads: expected a whole number from 1 to 100000, "per-request" or ' +
      '"per-connection", got "many"',
  ]);
  expect(problems({ duration: "10" })).toEqual([
    'duration: expected a duration from "1us" to "10d" such as "250us", "5ms" or "1m30s", got "10"',
  ]);
});

test("JSON text with a mistake names line and column", () => {
  expect(parseScenario('{\n  "version": 1,\n  "name" "x"\n}')).toEqual({
    kind: "rejected",
    problems: [{ path: "", message: 'line 3, column 10: expected ":", got "\\""' }],
  });
  expect(parseScenario('{"a": 1')).toMatchObject({
    problems: [{ message: 'line 1, column 8: expected "," or "}", got the end of the text' }],
  });
});

test("unknown keys are errors, with the likely key named", () => {
  expect(problems(withRuntime({ model: "threads", thread: 4 }))).toEqual([
    'lanes[0].runtime: unknown key "thread"; did you mean "threads"?',
  ]);
  expect(problems(withSteps({ cpuu: "1ms" }))[0]).toMatch(/did you mean "cpu"\?$/);
});

describe("what a later release brings is refused by name", () => {
  test.each([
    [withSteps({ limit: "a" }), 'requests.page.steps[0]: "limit" is not supported yet'],
    [{ faults: [] }, ': "faults" is not supported yet'],
    [
      { load: { users: { ...small.load.users, retries: { max: 3 } } } },
      'load.users: "retries" is not supported yet',
    ],
  ])("%j", (parts, problem) => {
    expect(problems(parts)).toEqual([problem]);
  });
});

describe("parts that do not fit together are refused", () => {
  test.each([
    [{ warmup: "10s" }, 'warmup: expected a duration below that of the run ("10s"), got "10s"'],
    [
      { load: { users: { ...small.load.users, request: "pgae" } } },
      'load.users.request: there is no request class "pgae"; there is "page"; did you mean "page"?',
    ],
    [
      withSteps({ acquire: "db", steps: [] }),
      'requests.page.steps[0].acquire: there is no pool "db": add it to "pools"',
    ],
    [
      withSteps({ send: "jobs" }),
      'requests.page.steps[0].send: there is no channel "jobs": add it to "channels"',
    ],
    [
      withSteps({ spawn: [{ select: [{ recieve: "jobs" }] }] }),
      'requests.page.steps[0].spawn[0].select[0]: expected a case with "receive", "send" or ' +
        '"timeout", got {"recieve":"jobs"}',
    ],
    [
      withSteps({ select: [{ timeout: "1ms" }, { timeout: "2ms" }] }),
      "requests.page.steps[0].select: expected at most one time-out: " +
        "the shortest is the only one that can happen",
    ],
    [
      { pools: { db: { size: 1, minIdle: 2 } } },
      "pools.db.minIdle: expected at most the size of the pool",
    ],
    [
      { ...withSteps({ rlock: "b", steps: [] }), locks: { a: {} } },
      'requests.page.steps[0].rlock: there is no lock "b"; there is "a"',
    ],
    [
      { locks: Object.fromEntries(Array.from({ length: 41 }, (_, i) => [`l${i}`, {}])) },
      ": expected at most 40 pools, locks and channels in all, got 41",
    ],
    [
      { lanes: [small.lanes[0], small.lanes[0]] },
      'lanes[1].name: expected a name of its own, got "threads" again',
    ],
    [
      { claims: [{ lane: "thread", metric: "throughput", above: 1 }] },
      'claims[0].lane: there is no lane "thread"; there is "threads"; did you mean "threads"?',
    ],
    [
      { claims: [{ metric: "throughput" }] },
      'claims[0]: expected "below", "above", or "is" with "within"',
    ],
    [
      { claims: [{ metric: "latencyMs.p98", above: 1 }] },
      'claims[0].metric: expected a number of the result such as "throughput" or "latencyMs.p99", ' +
        'got "latencyMs.p98"; did you mean "latencyMs.p90"?',
    ],
    [
      withSteps({
        choose: [
          { p: 0.7, steps: [] },
          { p: 0.4, steps: [] },
        ],
      }),
      "requests.page.steps[0].choose: expected probabilities that add up to at most 1",
    ],
    [
      withSteps({ io: { dist: "lognormal", mean: "20ms", p99: "10ms" } }),
      "requests.page.steps[0].io.p99: expected a duration above the mean, at most 14.97 times as long",
    ],
    [
      withSteps({ parallel: [[], []], wait: 3 }),
      "requests.page.steps[0].wait: expected at most as many branches as there are",
    ],
    [
      withSteps({ cpu: "1ms", io: "2ms" }),
      "requests.page.steps[0]: expected one thing per step, got cpu and io: write two steps",
    ],
  ])("%j", (parts, problem) => {
    expect(problems(parts)).toEqual([problem]);
  });
});

test("an override is checked in the document that it makes", () => {
  const lane = small.lanes[0]!;
  const overrides = { load: { users: { vus: "ten" } } };
  expect(problems({ lanes: [lane, { ...lane, name: "b", overrides }] })).toEqual([
    'lanes[1].overrides.load.users.vus: expected a whole number from 1 to 2000000, got "ten"',
  ]);
});

test("work that would take days is refused with the estimate", () => {
  const rate = { executor: "constant-arrival-rate", rate: 5_000_000 };
  expect(problems({ load: { users: rate }, duration: "10m" })).toEqual([
    "load: would cost about 3000000000 requests; the limit is 200000000: " +
      "lower the rate, the users or the duration",
  ]);
  expect(problems(withSteps({ fail: 1 }, { cpu: "1ms" }))).toEqual([
    "load: would cost endless requests; the limit is 200000000: " +
      "lower the rate, the users or the duration",
  ]);
  const deep = { parallel: 1000, steps: [{ parallel: 1000, steps: [{ io: "1ms" }] }] };
  expect(problems(withSteps(deep))[0]).toMatch(/would take about 1000000 steps/);
});

test("keys that reach the prototype are refused in every place", () => {
  const text = JSON.stringify(small).replace('"page":', '"__proto__":');
  expect(parseScenario(text)).toMatchObject({
    problems: [{ path: "requests", message: '"__proto__" is no key: rename it' }],
  });
  expect(problems({ load: { constructor: small.load.users } })).toHaveLength(1);
});

test("a hostile document is refused quickly, not parsed to the end", () => {
  let nested: unknown = [];
  for (let i = 0; i < 5000; i++) nested = { parallel: 2, steps: [nested] };
  expect(problems(withSteps(nested))[0]).toMatch(/at most 64 levels/);
  let steps: unknown[] = [{ cpu: "1ms" }];
  for (let i = 0; i < 9; i++) steps = [{ parallel: 1, steps }];
  expect(problems(withSteps(...steps))[0]).toMatch(/nested at most 8 deep/);
  // oxlint-disable-next-line unicorn/no-new-array
  expect(problems({ lanes: new Array(1e9) })).toEqual([
    "lanes: expected at most 400000 values in all",
  ]);
  expect(parseScenario("[".repeat(200_000))).toMatchObject({ kind: "rejected" });
  expect(parseScenario(" ".repeat(300_000))).toMatchObject({
    problems: [{ message: "expected at most 262144 characters, got 300000" }],
  });
});

test("anything at all is answered, never thrown at", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true }), (value) => {
      expect(parseScenario(value).kind).toBe("rejected");
      expect(parseScenario({ ...small, lanes: value }).kind).toBe("rejected");
    }),
  );
});

test("objects of one pool have one size", () => {
  const steps = [
    { cpu: "1ms" },
    { hold: "4KiB", pool: "buffers" },
    { alloc: "4096B", pool: "buffers" },
  ];
  expect(problems({ requests: { page: { steps } } })).toEqual([]);
  const other = [...steps, { hold: "8KiB", pool: "buffers" }];
  expect(problems({ requests: { page: { steps: other } } })).toEqual([
    'requests.page.steps[3].hold: expected objects of "4KiB" as elsewhere in pool "buffers", got "8KiB"',
  ]);
});

test("only the JVM has a choice of collectors; limits of heaps belong to it and to Node", () => {
  const python = { model: "threads", profile: "cpython-3.11", collector: "zgc", heapLimit: "1GiB" };
  expect(problems(withRuntime(python))).toEqual([
    'lanes[0].runtime.collector: expected a profile of the JVM beside a collector, got "cpython-3.11"',
    'lanes[0].runtime.heapLimit: expected a profile whose heap has a limit (the JVM\'s, node-20), got "cpython-3.11"',
  ]);
  const neutral = { model: "goroutines", profile: "neutral", gogc: 50 };
  expect(problems(withRuntime(neutral))).toEqual([
    'lanes[0].runtime.gogc: expected a profile with a collector ("go"), got "neutral"',
  ]);
  const node = { model: "event-loop", profile: "node-20", heapLimit: "1GiB" };
  expect(problems(withRuntime(node))).toEqual([]);
});
