/** A lane that changes while it runs shares its past with one that does not. */
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Scenario } from "./api.ts";
import { LaneSession } from "./lane-session.ts";
import { anyScenario } from "./scenario/arbitrary.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { parseScenario } from "./scenario/validate.ts";
import { createSimulation, type Simulation } from "./simulation.ts";

const POOL = {
  version: 1,
  name: "a pool",
  seed: 3,
  duration: "4s",
  machine: { cores: 2 },
  requests: {
    page: {
      steps: [
        { cpu: { dist: "exponential", mean: "2ms" } },
        { acquire: "db", steps: [{ io: { dist: "exponential", mean: "10ms" } }] },
      ],
    },
  },
  load: { web: { executor: "constant-arrival-rate", rate: 300, timeout: "1s" } },
  pools: { db: { size: 4 } },
  lanes: [
    { name: "a", runtime: { model: "threads", profile: "cpython-3.11", threads: 8 } },
    { name: "b", runtime: { model: "goroutines" } },
  ],
};

interface Sets {
  readonly at: string;
  readonly set: Readonly<Record<string, unknown>>;
}

function scenarioOf(document: object): Scenario {
  const reply = parseScenario(document);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  return reply.scenario;
}

/** The document with lane `lane` changed as told. */
function changing(changes: readonly Sets[], lane = 0, document = POOL): object {
  const lanes = document.lanes.map((one, i) => (i === lane ? { ...one, changes } : one));
  return { ...document, lanes };
}

function simulationOf(document: object, lane = 0): Simulation {
  return createSimulation(laneModel(scenarioOf(document), lane));
}

function digestAt(simulation: Simulation, ns: number): string {
  simulation.runUntil(ns, Infinity);
  return simulation.result(0).digest;
}

/** Busy enough for its carriers and its CPU limit to tell. */
const CARRIERS = {
  ...POOL,
  machine: { cores: 4, cpus: 1 },
  lanes: [{ name: "v", runtime: { model: "virtual-threads", parallelism: 2, pinned: 0.1 } }],
};

const ON_CARRIERS: Readonly<Record<string, Sets["set"]>> = {
  "more carriers": { "runtime.parallelism": 4 },
  "fewer carriers": { "runtime.parallelism": 1 },
  "more pinning": { "runtime.pinned": 1 },
  "a higher CPU limit": { "machine.cpus": 3 },
  "a lower CPU limit": { "machine.cpus": 0.2 },
};

for (const [name, set] of Object.entries(ON_CARRIERS)) {
  test(`virtual threads, ${name}: the past is the same, the future is not`, () => {
    const straight = simulationOf(CARRIERS);
    const forked = simulationOf(changing([{ at: "1.5s", set }], 0, CARRIERS));
    expect(digestAt(forked, 1.4e9)).toBe(digestAt(straight, 1.4e9));
    expect(digestAt(forked, 4e9)).not.toBe(digestAt(straight, 4e9));
  });
}

test("a CPU limit that is lowered holds from then on, and is lifted again", () => {
  const changes = [
    { at: "1s", set: { "machine.cpus": 0.2 } },
    { at: "2s", set: { "machine.cpus": 1 } },
  ];
  const computing = { page: { steps: [{ cpu: "2ms" }] } };
  const document = { ...CARRIERS, requests: computing };
  const run = simulationOf(changing(changes, 0, document as never));
  const spent = [1e9, 2e9, 3e9].map((ns) => {
    run.runUntil(ns, Infinity);
    run.machine.settle();
    return run.machine.cpuNs.reduce((sum, kind) => sum + kind, 0) / 1e9;
  });
  expect(spent[1]! - spent[0]!).toBeGreaterThan(0.15);
  expect(spent[1]! - spent[0]!).toBeLessThan(0.27);
  expect(spent[2]! - spent[1]!).toBeGreaterThan(0.8);
});

const CHANGES: Readonly<Record<string, Sets["set"]>> = {
  "more load": { "load.web.rate": 500 },
  "less load": { "load.web.rate": 20 },
  "slower steps": { "requests.page.steps[1].steps[0].io": "30ms" },
  impatience: { "load.web.timeout": "15ms" },
  "a larger pool": { "pools.db.size": 16 },
  "a smaller pool": { "pools.db.size": 1 },
  "more threads": { "runtime.threads": 64 },
  "fewer threads": { "runtime.threads": 2 },
  "a bounded queue": { "runtime.queue": 5 },
  "a short switch interval": { "runtime.gil.switchInterval": "100us" },
};

for (const [name, set] of Object.entries(CHANGES)) {
  test(`${name}: the past is the same, the future is not`, () => {
    const straight = simulationOf(POOL);
    const forked = simulationOf(changing([{ at: "1.5s", set }]));
    for (const ns of [0.3e9, 1.2e9, 1.5e9 - 1]) {
      expect(digestAt(forked, ns)).toBe(digestAt(straight, ns));
    }
    expect(digestAt(forked, 4e9)).not.toBe(digestAt(straight, 4e9));
  });
}

test("a change to what there is already changes nothing", () => {
  const set = { "load.web.rate": 300, "runtime.threads": 8, "pools.db.size": 4 };
  const forked = simulationOf(changing([{ at: "1.5s", set }]));
  expect(digestAt(forked, 4e9)).toBe(digestAt(simulationOf(POOL), 4e9));
});

test("what is read only while it runs makes at 0 the run that it makes from the start", () => {
  const faster = { web: { ...POOL.load.web, rate: 500, timeout: "20ms" } };
  const set = { "load.web.rate": 500, "load.web.timeout": "20ms" };
  const forked = simulationOf(changing([{ at: "0s", set }]));
  expect(digestAt(forked, 4e9)).toBe(digestAt(simulationOf({ ...POOL, load: faster }), 4e9));
});

test("whatever way a run is cut up and gone back over, it changes at the same moment", () => {
  const changes = [
    { at: "1.5s", set: { "runtime.threads": 64, "load.web.rate": 600 } },
    { at: "2.5s", set: { "runtime.threads": 3, "pools.db.size": 9 } },
  ];
  const whole = simulationOf(changing(changes));
  const session = new LaneSession(() => 0);
  session.load(changing(changes), 0);
  for (const ns of [2e9, 0.5e9, 1.5e9, 3e9, 1.6e9, 2.499e9, 2.5e9]) {
    session.rewind(ns, Infinity);
    session.advance(ns, Infinity);
    expect(session.result().digest).toBe(digestAt(simulationOf(changing(changes)), ns));
  }
  for (let i = 0; i < 200; i++) session.step();
  for (let i = 0; i < 100; i++) session.stepBack();
  session.advance(Infinity, Infinity);
  expect(session.result().digest).toBe(digestAt(whole, 4e9));
});

test("a fork of another name draws what its parent draws", () => {
  const [a] = POOL.lanes;
  const fork = { ...a, name: "a′", draws: "a" };
  const document = { ...POOL, lanes: [a, fork] };
  const parent = simulationOf(document, 0);
  const child = simulationOf(document, 1);
  for (const one of [parent, child]) one.runUntil(4e9, Infinity);
  expect(child.result(0)).toEqual({ ...parent.result(0), name: "a′", digest: expect.any(String) });
});

test("users come and go as the number of them is set", () => {
  const document = {
    ...POOL,
    requests: { page: { steps: [{ io: "10ms" }] } },
    load: { web: { executor: "constant-vus", vus: 10, thinkTime: "40ms" } },
    pools: {},
    lanes: [{ name: "a", runtime: { model: "threads", threads: 100 } }],
  };
  const changes = [
    { at: "1s", set: { "load.web.vus": 40 } },
    { at: "2s", set: { "load.web.vus": 3 } },
    { at: "3s", set: { "load.web.vus": 20 } },
  ];
  const run = simulationOf(changing(changes, 0, document as never));
  const servedBy = [1e9, 2e9, 3e9, 4e9].map((ns) => {
    run.runUntil(ns, Infinity);
    return run.recorder.completed;
  });
  // Each user comes back every 50 ms: 20 requests a second.
  const served = servedBy.map((n, i) => n - (servedBy[i - 1] ?? 0));
  [10, 40, 3, 20].forEach((users, i) => {
    expect(Math.abs(served[i]! - users * 20)).toBeLessThanOrEqual(40);
  });
});

test("a ramp that is drawn anew brings users back at its own pace", () => {
  const ramp = { executor: "ramping-vus", startVUs: 0, stages: [{ duration: "4s", target: 40 }] };
  const document = {
    ...POOL,
    requests: { page: { steps: [{ io: "10ms" }] } },
    load: { web: { ...ramp, thinkTime: "40ms" } },
    pools: {},
    lanes: [{ name: "a", runtime: { model: "threads", threads: 100 } }],
  };
  const steeper = [{ at: "2s", set: { "load.web.stages[0].target": 80 } }];
  const run = simulationOf(changing(steeper, 0, document as never));
  run.runUntil(3e9, Infinity);
  const before = run.recorder.completed;
  run.runUntil(3.5e9, Infinity);
  // 60 to 70 users for half a second.
  expect((run.recorder.completed - before) / 10).toBeGreaterThan(58);
  expect((run.recorder.completed - before) / 10).toBeLessThan(72);
});

const REFUSED: readonly (readonly [string, unknown, RegExp])[] = [
  ["runtime.model", "goroutines", /keeps the runtime/],
  ["runtime.processes", 4, /reads this when it starts/],
  ["runtime.threads", 1, /main thread/],
  ["machine.cores", 8, /keeps its cores/],
  ["machine.cpus", 1, /not come to be/],
  ["seed", 4, /whole run/],
  ["load.web.executor", "constant-vus", /do not become/],
  ["load.nobody.rate", 4, /there is no load.nobody/],
  ["requests.page.steps[0]", { io: "3ms" }, /not what they are/],
  ["requests.page.steps[0].cpu", "fast", /expected a duration/],
  ["__proto__.x", 1, /whole run/],
];

for (const [path, value, why] of REFUSED) {
  test(`${path} = ${JSON.stringify(value)} is refused with a reason`, () => {
    const reply = parseScenario(changing([{ at: "1s", set: { [path]: value } }]));
    expect(reply.kind === "rejected" && reply.problems[0]!.message).toMatch(why);
  });
}

test("changes lie within the run and follow each other", () => {
  const set = { "load.web.rate": 9 };
  for (const times of [["4s"], ["2s", "1s"]]) {
    const reply = parseScenario(changing(times.map((at) => ({ at, set }))));
    expect(reply.kind === "rejected" && reply.problems[0]!.message).toMatch(/moment within/);
  }
});

test("what a lane is made of is told anew when it changes", () => {
  const session = new LaneSession(() => 0);
  const set = { "runtime.threads": 64, "pools.db.size": 16, "runtime.backlog": 7 };
  const loaded = session.load(changing([{ at: "1s", set }]), 0);
  expect(session.advance(1e9 - 1, Infinity).topology).toBeUndefined();
  const { topology } = session.advance(1e9, Infinity);
  expect(topology?.resources).toMatchObject([{ name: "db", size: 16 }]);
  expect(topology?.inside).toMatchObject({ threads: 64 });
  const before = loaded.kind === "ready" ? loaded.topology : undefined;
  expect(topology?.edges).toEqual(before?.edges);
  expect(session.rewind(0.5e9, Infinity).topology).toEqual(before);
});

/** Changes that a lane of each kind can follow. */
const RANDOM_SETS: Readonly<Record<string, readonly Sets["set"][]>> = {
  threads: [{ "runtime.threads": 2 }, { "runtime.threads": 40, "runtime.queue": 3 }],
  "event-loop": [{ "load.users.cancel": true, "load.users.timeout": "20ms" }],
  goroutines: [{ "runtime.gogc": 400, "runtime.memoryLimit": "30MiB" }],
  "virtual-threads": [{ "runtime.parallelism": 1 }, { "runtime.parallelism": 6 }],
};
const ANY_SETS: readonly Sets["set"][] = [
  { "load.users.thinkTime": "3ms" },
  { "load.users.timeout": "20ms", "pools.db.size": 1 },
  { "pools.db.size": 9, "load.users.cancel": true },
  { "machine.memory": "64MiB" },
  { "runtime.backlog": 3 },
];

test("random lanes change at random moments and go back over them bit for bit", () => {
  const moment = fc.integer({ min: 0, max: 1500 });
  let followed = 0;
  fc.assert(
    fc.property(anyScenario, fc.nat(), moment, (scenario, choice, ms) => {
      const lane = scenario.lanes[0]!;
      const sets = [...RANDOM_SETS[lane.runtime.model]!, ...ANY_SETS];
      const changes = [{ at: `${ms}ms`, set: sets[choice % sets.length]! }];
      const document = { ...scenario, duration: "2s", lanes: [{ ...lane, changes }] };
      // A single worker, or a profile without a collector, is refused: that has its own test.
      if (parseScenario(document).kind === "rejected") return;
      followed++;
      const whole = endOf(document);
      const session = new LaneSession(() => 0);
      session.load(document, 0);
      session.advance(whole.nowNs, Infinity);
      session.rewind((ms * 1e6) / 2, Infinity);
      session.advance(Infinity, Infinity);
      expect(session.result().digest).toBe(whole.digest);
    }),
    { numRuns: 40 },
  );
  expect(followed).toBeGreaterThan(20);
}, 90_000);

/** Where a run comes to. */
function endOf(document: object): { digest: string; nowNs: number } {
  const run = simulationOf(document);
  run.runUntil(Infinity, Infinity);
  return { digest: run.result(0).digest, nowNs: run.nowNs };
}
