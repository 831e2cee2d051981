import { expect, test } from "vitest";
import { parseScenario } from "./validate.ts";

const users = { executor: "constant-vus", vus: 100 };
const cpu = { page: { steps: [{ cpu: "10ms" }] } };
const io = { page: { steps: [{ io: "1ms" }] } };

/** The problems of a document with these parts, one line each. */
function problems(parts: object, runtime: object = { model: "goroutines" }): readonly string[] {
  const reply = parseScenario({
    version: 1,
    name: "cost",
    duration: "1h",
    requests: io,
    load: { users },
    lanes: [{ name: "a", runtime }],
    ...parts,
  });
  return reply.kind === "ok"
    ? []
    : reply.problems.map(({ path, message }) => `${path}: ${message}`);
}

const remedy = "; the limit is 200000000: lower the rate, the users or the duration";

test("users are limited by how long a request takes", () => {
  expect(problems({})).toEqual([`load: would cost about 360000000 requests${remedy}`]);
  expect(problems({ load: { users: { ...users, thinkTime: "1ms" } } })).toEqual([]);
});

test("and by the cores, unless they give up", () => {
  const load = { users: { ...users, vus: 10_000 } };
  expect(problems({ requests: cpu, load })).toEqual([]);
  const impatient = { users: { ...users, vus: 10_000, timeout: "10ms" } };
  expect(problems({ requests: cpu, load: impatient })).toHaveLength(1);
});

test("a ramp counts by its area, and its last target holds to the end", () => {
  const ramp = { executor: "ramping-arrival-rate", stages: [{ duration: "1m", target: 1e5 }] };
  expect(problems({ load: { ramp } })).toEqual([
    `load: would cost about 360000000 requests${remedy}`,
  ]);
  expect(problems({ load: { ramp: { ...ramp, duration: "1m" } } })).toEqual([]);
});

test("gaps without length would never let time pass", () => {
  const arrivals = { dist: "uniform", min: "0s", max: "0s" };
  expect(problems({ load: { burst: { executor: "constant-arrival-rate", arrivals } } })).toEqual([
    `load: would cost endless requests${remedy}`,
  ]);
});

test("tasks at once count every branch of every user", () => {
  const requests = { page: { steps: [{ parallel: 1000, steps: [{ io: "1s" }] }] } };
  const load = { users: { ...users, vus: 50_000, connections: { count: 0 } } };
  expect(problems({ requests, load, duration: "2s" })).toEqual([
    "load: would need about 50000000 tasks at once; the limit is 20000000: " +
      "lower the rate, the users or the duration",
  ]);
});

test("threads count over all processes", () => {
  const runtime = { model: "threads", threads: 100_000, processes: 512 };
  expect(problems({ duration: "1s" }, runtime)).toEqual([
    "lanes[0].runtime: would need about 51000000 threads over all processes; " +
      "the limit is 1000000: lower the processes or their threads",
  ]);
});

test("costs are known by name and bounded by their unit", () => {
  const costs = { taskSwich: 1, collectScan: 0 };
  expect(problems({ duration: "1s" }, { model: "goroutines", costs })).toEqual([
    "lanes[0].runtime.costs.collectScan: expected a number from 1000 to 1000000000000000, got 0",
    'lanes[0].runtime.costs: unknown key "taskSwich"; did you mean "taskSwitch"?',
  ]);
});

test("a rate beside a distribution of the gaps says the same thing twice", () => {
  const arrivals = { dist: "exponential", mean: "1s" };
  const load = { a: { executor: "constant-arrival-rate", rate: 1, arrivals } };
  expect(problems({ load })[0]).toMatch(/^load\.a\.rate: expected no rate/);
  const neither = { a: { executor: "constant-arrival-rate" } };
  expect(problems({ load: neither })[0]).toMatch(/^load\.a\.rate: expected a number above 0/);
});

test("who only receives goes round as often as others send", () => {
  const requests = {
    worker: { steps: [{ receive: "jobs" }] },
    page: { steps: [{ send: "jobs" }] },
  };
  const workers = { ...users, origin: "inside", request: "worker" };
  const pages = { executor: "constant-arrival-rate", rate: 100, request: "page" };
  const channels = { jobs: { capacity: 10 } };
  expect(problems({ requests, channels, load: { workers, pages } })).toEqual([]);
  // Two loops that wait for nothing but each other are limited by what an operation costs.
  const loop = { ...users, origin: "inside", request: "page" };
  const [problem] = problems({ requests, channels, load: { workers, loop } });
  expect(problem).toMatch(/^load: would cost about \d+ requests/);
});

test("what a request spawns counts among the tasks at once, its time not as the request's", () => {
  const spawn = Array.from({ length: 19 }, () => ({ spawn: [{ cpu: "1s" }] }));
  const spawned = { page: { steps: [...spawn, { io: "1ms" }] } };
  const load = { users: { ...users, vus: 2_000_000 } };
  expect(problems({ requests: spawned, load, duration: "1ms" })).toEqual([
    "load: would need about 40000000 tasks at once; the limit is 20000000: " +
      "lower the rate, the users or the duration",
  ]);
  expect(problems({ requests: spawned })).toHaveLength(1);
});
