/**
 * Random scenarios for property tests: swarms that switch whole features on and off. What comes out
 * is a document that `parseScenario` accepts.
 */
import fc from "fast-check";
import type { Scenario } from "./schema.ts";
import { parseScenario } from "./validate.ts";

const duration = fc.constantFrom("100us", "2.15ms", "1m30s", "250ms");
const share = fc.constantFrom(0, 0.1, 0.5);

const drawn = fc.oneof(
  duration,
  fc.record({ dist: fc.constant("exponential"), mean: duration }),
  fc.record({ dist: fc.constant("gamma"), mean: duration, shape: fc.integer({ min: 1, max: 9 }) }),
  fc.record({ dist: fc.constant("lognormal"), mean: duration, sigma: fc.constantFrom(0.5, 1) }),
  fc.constant({ dist: "lognormal", mean: "20ms", p99: "180ms" }),
  fc.constant({
    dist: "empirical",
    quantiles: [
      [0, "1ms"],
      [0.5, "4ms"],
      [1, "80ms"],
    ],
  }),
);

const { step } = fc.letrec((tie) => {
  const steps = fc.array(tie("step"), { maxLength: 2 });
  return {
    step: fc.oneof(
      { maxDepth: 2, depthIdentifier: "step" },
      fc.record(
        { cpu: drawn, gil: fc.constantFrom("held", "released") },
        { requiredKeys: ["cpu"] },
      ),
      fc.record({ io: drawn }),
      fc.record({ block: drawn }),
      fc.record({ sleep: drawn }),
      fc.record({ hold: fc.constantFrom("2KiB", "1MB") }),
      fc.record({ alloc: fc.constantFrom("2KiB", "1MB") }),
      fc.record({ hold: fc.constant("4KiB"), pool: fc.constant("buffers") }),
      fc.record({ fail: share }),
      fc.record({ offload: steps, slow: fc.boolean() }, { requiredKeys: ["offload"] }),
      fc.record({
        choose: fc.array(fc.record({ p: share, steps }), { minLength: 1, maxLength: 2 }),
      }),
      fc.record(
        { acquire: fc.constant("db"), timeout: duration, steps },
        { requiredKeys: ["acquire", "steps"] },
      ),
      fc.record({ lock: fc.constant("orders"), steps }),
      fc.record({ rlock: fc.constant("cache"), steps }),
      fc.record({ wlock: fc.constant("cache"), steps }),
      fc.record(
        { atomic: fc.constantFrom("hits", "misses"), ops: fc.constantFrom(1, 500) },
        { requiredKeys: ["atomic"] },
      ),
      fc.record(
        {
          parallel: fc.integer({ min: 1, max: 9 }),
          steps,
          wait: fc.constantFrom("all", "first", 1),
        },
        { requiredKeys: ["parallel", "steps"] },
      ),
      fc.record({ send: fc.constant("jobs") }),
      fc.record({ receive: fc.constant("jobs") }),
      fc.record({ close: fc.constant("jobs") }),
      fc.record({ spawn: steps }),
      fc.record({ panic: share }),
      fc.record(
        {
          select: fc.constantFrom(
            [{ receive: "jobs" }, { timeout: "50ms", steps: [] }],
            [{ send: "jobs", steps: [{ cpu: "1ms" }] }],
          ),
          default: steps,
        },
        { requiredKeys: ["select"] },
      ),
    ),
  };
});

const common = {
  start: fc.constantFrom("0s", "1s"),
  timeout: duration,
  cancel: fc.boolean(),
  connections: fc.record(
    { count: fc.integer({ min: 0, max: 9 }), keepAlive: fc.boolean() },
    { requiredKeys: [] },
  ),
  origin: fc.constantFrom("client", "inside"),
};
const users = fc.record(
  {
    executor: fc.constant("constant-vus"),
    vus: fc.integer({ min: 1, max: 50 }),
    thinkTime: fc.constantFrom("1s", "200ms"),
    ...common,
  },
  { requiredKeys: ["executor", "vus", "thinkTime"] },
);
const rate = fc.record(
  {
    executor: fc.constant("constant-arrival-rate"),
    rate: fc.integer({ min: 1, max: 500 }),
    arrivals: fc.constantFrom("poisson", "uniform"),
    ...common,
  },
  { requiredKeys: ["executor", "rate"] },
);
const trace = fc.record({ executor: fc.constant("trace"), times: fc.constant([0, 0, 1.5]) });

const python = fc.record(
  {
    model: fc.constant("threads"),
    profile: fc.constantFrom("cpython-3.11", "cpython-3.13t"),
    threads: fc.oneof(fc.integer({ min: 1, max: 64 }), fc.constant("per-request")),
    gil: fc.oneof(fc.boolean(), fc.constant({ switchInterval: "1ms" })),
    processes: fc.integer({ min: 1, max: 4 }),
    queue: fc.constantFrom("unbounded", 0, 100),
  },
  { requiredKeys: ["model"] },
);
const loop = fc.record(
  {
    model: fc.constant("event-loop"),
    profile: fc.constantFrom("asyncio", "uvloop", "node-20", "netty", "neutral"),
    loops: fc.integer({ min: 1, max: 4 }),
    executor: fc.record({ threads: fc.integer({ min: 1, max: 9 }) }),
  },
  { requiredKeys: ["model"] },
);
const go = fc.record(
  {
    model: fc.constant("goroutines"),
    gomaxprocs: fc.integer({ min: 1, max: 4 }),
    gogc: fc.constantFrom(50, "off"),
    memoryLimit: fc.constant("100MiB"),
  },
  { requiredKeys: ["model"] },
);

const virtual = fc.record(
  {
    model: fc.constant("virtual-threads"),
    parallelism: fc.integer({ min: 1, max: 4 }),
    pinned: fc.constantFrom(0, 0.2, 1),
  },
  { requiredKeys: ["model"] },
);

const lane = fc.record({ runtime: fc.oneof(python, loop, go, virtual) });

export const anyScenario: fc.Arbitrary<Scenario> = fc
  .record(
    {
      version: fc.constant(1),
      name: fc.string({ minLength: 1, maxLength: 30, unit: "grapheme" }),
      description: fc.string({ maxLength: 100, unit: "grapheme" }),
      seed: fc.integer({ min: 0, max: 9 }),
      duration: fc.constantFrom("2s", "10s"),
      warmup: fc.constantFrom("0s", "500ms"),
      machine: fc.record(
        { cores: fc.integer({ min: 1, max: 8 }), cpus: fc.constantFrom(0.05, 0.5, 1.5, 8) },
        { requiredKeys: [] },
      ),
      requests: fc.record({
        page: fc.record({ steps: fc.array(step, { minLength: 1, maxLength: 4 }) }),
      }),
      load: fc.record({ users, rate, trace, more: users }, { requiredKeys: ["users"] }),
      pools: fc.constant({ db: { size: 3 } }),
      channels: fc.constantFrom({ jobs: {} }, { jobs: { capacity: 0 } }, { jobs: { capacity: 9 } }),
      locks: fc.constantFrom({ orders: {}, cache: {} }, { orders: { fair: true }, cache: {} }),
      lanes: fc
        .array(lane, { minLength: 1, maxLength: 3 })
        .map((lanes) => lanes.map((one, index) => ({ name: `lane ${index}`, ...one }))),
    },
    {
      requiredKeys: [
        "version",
        "name",
        "duration",
        "requests",
        "load",
        "pools",
        "locks",
        "channels",
        "lanes",
      ],
    },
  )
  .map((document) => {
    const reply = parseScenario(document);
    if (reply.kind === "rejected") throw new Error(JSON.stringify([document, reply.problems]));
    return reply.scenario;
  });
