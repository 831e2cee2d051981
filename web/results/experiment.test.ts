import { expect, it } from "vitest";
import { experimentFor } from "./experiment.ts";
import { insightOf } from "./insight.ts";
import { USES, bound, resultOf } from "./testing.ts";

const { gil, threads, cpu, loop, executor, pool, carriers, lock } = USES;
const title = (lane: ReturnType<typeof bound>) => insightOf(lane)!.title;

it("suggests one process per core where one GIL or one loop is the limit", () => {
  const expected = { label: "Try 4 processes", path: "lanes[0].runtime.processes", value: 4 };
  expect(experimentFor(bound(gil), {})).toEqual(expected);
  expect(experimentFor(bound(loop), {})).toEqual(expected);
});

it("suggests twice as much of what the document has", () => {
  const document = { pools: { db: { size: 10 } }, lanes: [{ runtime: { threads: 32 } }] };
  expect(experimentFor(bound(pool), document)).toEqual({
    label: "Try 20 connections",
    path: "pools.db.size",
    value: 20,
  });
  expect(experimentFor(bound(threads), document)?.value).toBe(64);
});

it("suggests that nothing be pinned where the carriers have run out", () => {
  const document = { lanes: [{ runtime: { pinned: 0.2 } }] };
  expect(title(bound(carriers))).toMatch(/run out of carriers, not out of CPU\.$/);
  expect(experimentFor(bound(carriers), document)).toEqual({
    label: "Try nothing pinned",
    path: "lanes[0].runtime.pinned",
    value: 0,
  });
  expect(experimentFor(bound(carriers), {})).toBe(undefined);
});

it("suggests twice the load while there is room, and none to a lane that loses requests", () => {
  const document = { load: { visitors: { rate: 400 } } };
  const roomy = { ...cpu, used: 0.5 };
  expect(experimentFor(bound(roomy), document)).toEqual({
    label: "Try 800/s",
    path: "load.visitors.rate",
    value: 800,
  });
  expect(experimentFor(bound(roomy, { errorRate: 0.3 }), document)).toBe(undefined);
  expect(experimentFor(bound(roomy), { load: { a: { rate: 1 }, b: { rate: 1 } } })).toBe(undefined);
});

it("suggests half of what takes longest while the lock is held", () => {
  const held = [{ cpu: "1ms" }, { choose: [{ p: 1, steps: [{ io: { mean: "6ms" } }] }] }];
  const steps = [{ sleep: "1s" }, { lock: "stock", steps: held }, { lock: "other", steps: [] }];
  const document = { requests: { "an order": { steps } } };
  expect(experimentFor(bound(lock), document)).toEqual({
    label: "Try 3\u202fms under stock",
    path: 'requests["an order"].steps[1].steps[1].choose[0].steps[0].io.mean',
    value: "3ms",
  });
  const shorter = { steps: [{ wlock: "stock", steps: [{ cpu: "50ns" }] }] };
  const lanes = [{ overrides: { requests: { "an order": shorter } } }];
  expect(experimentFor(bound(lock), { ...document, lanes })).toMatchObject({
    path: 'lanes[0].overrides.requests["an order"].steps[0].steps[0].cpu',
    value: "25ns",
  });
});

it("finds what is held also on a lane that changes another class of requests", () => {
  const steps = [{ lock: "stock", steps: [{ cpu: "4ms" }] }, { io: "9ms" }];
  const lanes = [{ overrides: { requests: { ping: { steps: [{ cpu: "1ms" }] } } } }];
  const document = { requests: { order: { steps }, ping: { steps: [] } }, lanes };
  expect(experimentFor(bound(lock), document)).toMatchObject({
    path: "requests.order.steps[0].steps[0].cpu",
    value: "2ms",
  });
});

it("knows nothing to shorten where a lock is held for no time, or for one of its own shape", () => {
  const held = [{ io: { dist: "lognormal", mean: "4ms", p99: "40ms" } }, { cpu: "0ms" }];
  const document = { requests: { r: { steps: [{ lock: "stock", steps: held }] } } };
  expect(experimentFor(bound(lock), document)).toBe(undefined);
});

it("suggests twice the executors, also where their number is the profile's", () => {
  const runtime = { executor: { processes: 4 } };
  expect(experimentFor(bound(executor), { lanes: [{ runtime }] })).toEqual({
    label: "Try 8 executors",
    path: "lanes[0].runtime.executor.processes",
    value: 8,
  });
  expect(experimentFor(bound(executor), {})?.path).toBe("lanes[0].runtime.executor.threads");
});

it("suggests processes where threads are as full as the GIL that they share", () => {
  const both = { resources: [threads, { ...gil, waiting: 0 }] };
  expect(experimentFor(bound(threads, both), {})?.label).toBe("Try 4 processes");
});

it("suggests more users where cores and users are in balance", () => {
  const bounds = { users: 4, thinkMs: 0, demandMs: 12.5, byUsers: 320, byResources: 320 };
  const balanced = { bounds: { ...bounds, leastLatencyMs: 12.5, knee: 4 } };
  const lane = bound({ ...cpu, waiting: 0 }, balanced);
  expect(experimentFor(lane, { load: { jobs: { vus: 4 } } })?.label).toBe("Try 8 users");
});

it("suggests twice the memory where a process was killed for it", () => {
  const { requests } = resultOf({});
  const killed = bound(cpu, {
    errorRate: 0.6,
    requests: { ...requests, failed: { ...requests.failed, crash: 600 } },
    memoryBytes: { mean: 1, peak: 1.2 * 2 ** 30, limit: 2 ** 30, kinds: {} },
  });
  expect(experimentFor(killed, { machine: { memory: "1GiB" } })?.value).toBe("2GiB");
  expect(experimentFor(killed, {})).toBe(undefined);
});
