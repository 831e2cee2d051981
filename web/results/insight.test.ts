import { expect, it } from "vitest";
import type { LaneResult, ResourceUse } from "../../engine/api.ts";
import { emptyTopology, laneOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { experimentFor } from "./experiment.ts";
import { insightOf } from "./insight.ts";
import { MM1, resultOf } from "./testing.ts";

const gil: ResourceUse = {
  kind: "gil",
  place: "waiting-gil",
  name: "GIL",
  units: 1,
  used: 0.99,
  waiting: 16,
  waitMs: 50,
  demandMs: 3.1,
  ceiling: 320,
};
const threads: ResourceUse = {
  ...gil,
  kind: "threads",
  place: "worker-queue",
  name: "thread pool",
  units: 32,
};
const cpu: ResourceUse = { ...gil, kind: "cpu", place: "running", name: "CPU", units: 4 };
const loop: ResourceUse = { ...gil, kind: "loop", place: "runnable", name: "event loop" };
const pool: ResourceUse = {
  ...gil,
  kind: "pool",
  place: "waiting-pool:db",
  name: "pool db",
  units: 10,
};
const carriers: ResourceUse = { ...gil, kind: "carriers", place: "submission-queue" };

/** A lane whose engine names `use` as the bottleneck. */
function bound(use: ResourceUse, fields: Partial<LaneResult> = {}) {
  const bottleneck = { place: use.place, text: "", law: "" };
  return laneOf({
    topology: emptyTopology(4),
    result: resultOf({ resources: [use], bottleneck, ...fields }),
  });
}

const title = (lane: ReturnType<typeof bound>) => insightOf(lane)!.title;
const busy = resultOf({}).cpu;

it("names what is used up, and what is not, with the arithmetic of this run", () => {
  expect(insightOf(bound(gil))).toEqual({
    title: "A has run out of GIL, not out of CPU.",
    text: `Each request holds the GIL for 3.1${THIN}ms, so A stops at 1 ÷ 3.1${THIN}ms ≈ 320/s while CPU sits at 26${THIN}%. On average 16 wait for it, 50${THIN}ms per request. More threads only lengthen the line.`,
    laws: ["utilisation", "little"],
    place: "waiting-gil",
  });
  expect(title(bound(threads))).toBe("A has run out of threads, not out of CPU.");
});

it("says when a process was killed for its memory, whatever else is busy", () => {
  const killed = bound(cpu, {
    cpu: { ...busy, utilization: 0.08 },
    errorRate: 0.6,
    requests: {
      ...resultOf({}).requests,
      failed: { timeout: 0, rejected: 0, error: 0, crash: 600 },
    },
    memoryBytes: { mean: 2 ** 29, peak: 1.2 * 2 ** 30, limit: 2 ** 30, kinds: {} },
  });
  const { title: said, text } = insightOf(killed)!;
  expect(said).toBe("A has run out of memory, not out of CPU.");
  expect(text).toContain(`more than the 1${THIN}GiB there are`);
  expect(text).toContain(`60${THIN}% of requests fail, most of them lost in crashes.`);
});

it("says when a lane is out of CPU, and when it uses all of it without a line", () => {
  expect(title(bound(cpu, { cpu: { ...busy, utilization: 0.97 } }))).toBe("A has run out of CPU.");
  expect(title(bound({ ...cpu, waiting: 0 }))).toBe("A keeps the CPU busy, and nobody waits.");
});

it("appeals to Amdahl where only a part of the computing is serial", () => {
  const insight = insightOf(bound({ ...gil, serialShare: 0.8 }))!;
  expect(insight.text).toContain(`covers 80${THIN}% of the computing, so more cores bring at most`);
  expect(insight.laws).toEqual(["utilisation", "amdahl"]);
});

it("tells a CPU limit from the machine's CPU, and would raise the limit", () => {
  const limited = bound({ ...cpu, kind: "cpu-limit" });
  expect(title(limited)).toBe("A has run out of its CPU quota.");
  const path = "lanes[0].overrides.machine.cpus";
  const own = { lanes: [{ overrides: { machine: { cpus: 1 } } }] };
  expect(experimentFor(limited, own)).toEqual({ label: "Try 2 CPUs", path, value: 2 });
  expect(experimentFor(limited, { machine: { cpus: 0.5 } })?.path).toBe("machine.cpus");
});

it("reports headroom as an insight too", () => {
  const insight = insightOf(bound({ ...cpu, used: 0.56, waiting: 0, ceiling: 1290 }))!;
  expect(insight.title).toBe(`A has room: busiest is the CPU, at 56${THIN}%.`);
  expect(insight.text).toContain(`≈ 1${THIN}290/s; A is at 318/s.`);
});

it("says that a closed load asks for no more than its users can", () => {
  const bounds = { users: 10, thinkMs: 6, demandMs: 25, byUsers: 322, byResources: 1290 };
  const lane = bound(
    { ...cpu, used: 0.25 },
    { bounds: { ...bounds, leastLatencyMs: 25, knee: 40 } },
  );
  const insight = insightOf(lane)!;
  expect(insight.title).toBe("A is limited by its users: nothing is full.");
  expect(insight.text).toContain(`10 ÷ (25${THIN}ms + 6${THIN}ms) ≈ 322/s at most`);
  expect(insight.laws).toEqual(["bounds"]);
});

it("says what fails, and how", () => {
  const requests = {
    ...resultOf({}).requests,
    failed: { timeout: 3, rejected: 402, error: 0, crash: 0 },
  };
  const { text } = insightOf(bound(gil, { errorRate: 0.558, requests }))!;
  expect(text).toContain(`56${THIN}% of requests fail, most of them refused`);
});

it("finds what runs out at the peak of a load that rises and falls", () => {
  const peak = { ...gil, used: 0.75 };
  expect(title(bound(peak, { errorRate: 0.3 }))).toBe("A runs out of GIL at its peak.");
  expect(experimentFor(bound(peak, { errorRate: 0.3 }), {})?.label).toBe("Try 4 processes");
  expect(title(bound(peak))).toContain("has room");
  expect(title(bound({ ...gil, used: 0.2 }, { errorRate: 0.3 }))).toBe(
    `A loses 30${THIN}% of its requests and is not full.`,
  );
});

it("says what is missing where the evidence is weak", () => {
  const few = { ...resultOf({}).requests, completed: 7 };
  expect(insightOf(bound(gil, { requests: few }))!.text).toContain("7 of at least 30 requests");
  const wide = { throughput: [218, 418], meanMs: [1, 2], p99Ms: [1, 2] } as const;
  expect(insightOf(bound({ ...cpu, used: 0.2 }, { confidence: wide }))!.text).toContain(
    "a longer run would tell more",
  );
});

it("says of a lane in a deadlock who waits for whom, and offers nothing", () => {
  const reason = 'deadlock: tasks 0 and 1 wait for each other: task 0 holds lock "a"';
  const lane = { ...bound(gil), status: "stopped" as const, reason };
  expect(insightOf(lane)).toMatchObject({
    title: "A is in a deadlock.",
    text: 'Tasks 0 and 1 wait for each other: task 0 holds lock "a".',
  });
  expect(experimentFor(lane, {})).toBe(undefined);
});

it("says when a lane needs more than the model computes", () => {
  const reason = "the run needs more than 2000 million events";
  const insight = insightOf({ ...bound(gil), status: "stopped" as const, reason })!;
  expect(insight).toMatchObject({
    title: "A needs more than the model can compute.",
    laws: ["model-limits"],
  });
});

it("waits for a measured part before it says anything", () => {
  expect(insightOf(laneOf({ result: resultOf({ measuredSeconds: 0 }) }))).toBe(undefined);
});

it("keeps every headline within sixty characters", () => {
  const long = { ...pool, name: "pool of the order database of the shop" };
  const lanes = [gil, threads, cpu, loop, pool, carriers, long].flatMap((use) => [
    bound(use),
    bound({ ...use, used: 0.4 }),
    bound({ ...use, waiting: 0 }),
  ]);
  expect(lanes.map(title).filter((text) => text.length > 60)).toEqual([]);
});

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

it("suggests nothing while there is room", () => {
  expect(experimentFor(bound({ ...cpu, used: 0.5 }), {})).toBe(undefined);
});

it("lets theory speak of a textbook queue, and says how far the run is from it", () => {
  const insight = insightOf({ ...bound(cpu), textbook: MM1 })!;
  expect(insight.title).toBe("A is an M/M/1 queue.");
  expect(insight.text).toContain(`mean 25${THIN}ms (this run ±0.0${THIN}%)`);
  expect(insight.text).toContain(`throughput 320/s (this run −0.6${THIN}%)`);
  expect(insight.text).toContain("lies within");
  expect(insight.laws).toEqual(["erlang-c"]);
});
