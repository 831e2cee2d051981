import { expect, it } from "vitest";
import { laneOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { experimentFor } from "./experiment.ts";
import { insightOf } from "./insight.ts";
import { MM1, USES, bound, resultOf } from "./testing.ts";

const { gil, threads, cpu, loop, executor, pool, carriers } = USES;

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
  const none = { ...killed, result: { ...killed.result!, resources: [], errorRate: 1 } };
  expect(title(none)).toBe(said);
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

it("names the innermost of what is used up and waited for", () => {
  const nested = [{ ...threads, used: 1, waiting: 128 }, gil, { ...cpu, used: 0.26 }];
  expect(title(bound(threads, { resources: nested }))).toBe(
    "A has run out of GIL, not out of CPU.",
  );
});

it("speaks of the CPU where all that is full is free for the next", () => {
  const free = { waiting: 0 };
  const resources = [
    { ...gil, ...free },
    { ...threads, ...free },
    { ...cpu, ...free },
  ];
  expect(title(bound(cpu, { resources }))).toBe("A keeps the CPU busy, and nobody waits.");
});

it("says where the time of a request goes when nothing is full", () => {
  const lane = bound({ ...cpu, used: 0.1 }, { breakdownMs: { "waiting-io": 24, running: 1 } });
  const io = {
    name: "waiting-io",
    label: "waiting for I/O",
    kind: "io",
    group: "outside",
  } as const;
  const topology = { ...lane.topology!, places: [io] };
  expect(insightOf({ ...lane, topology })!.text).toContain(
    `Of the mean 25${THIN}ms, 96${THIN}% is “waiting for I/O”.`,
  );
});

it("says when the next limit is as full, though nobody waits for it yet", () => {
  const resources = [{ ...cpu, used: 1, waiting: 0 }, executor];
  const { title: said, text } = insightOf(
    bound(executor, { resources, cpu: { ...busy, utilization: 1 } }),
  )!;
  expect(said).toBe("A has run out of executors.");
  expect(text).toContain("The CPU is full as well: only both together raise that.");
});

it("says when users ask for no more than the cores that they keep busy can do", () => {
  const bounds = { users: 4, thinkMs: 0, demandMs: 12.5, byUsers: 320, byResources: 320 };
  const balanced = { bounds: { ...bounds, leastLatencyMs: 12.5, knee: 4 } };
  const { text, laws } = insightOf(bound({ ...cpu, waiting: 0 }, balanced))!;
  expect(text).toContain(`4 users ask for 4 ÷ 12.5${THIN}ms ≈ 320/s at most.`);
  expect(text).not.toContain("Only more cores");
  expect(laws).toEqual(["bottleneck", "bounds"]);
});

it("mentions a slowest percent that is far from the median", () => {
  const latencyMs = { ...resultOf({}).latencyMs, p50: 21, p99: 318, max: 400 };
  const { text } = insightOf(bound({ ...loop, used: 0.17 }, { latencyMs }))!;
  expect(text).toContain(
    `One request in a hundred takes 318${THIN}ms or longer, 15 times the median.`,
  );
});

it("gives no wait per request to those who wait for ever", () => {
  const { text } = insightOf(bound({ ...threads, waitMs: 71 }))!;
  expect(text).toMatch(/On average 16 wait for it\.$/);
});

it("says how few requests a finished run is judged by", () => {
  const few = { ...resultOf({}).requests, completed: 1 };
  const lane = { ...bound({ ...cpu, used: 0.2 }, { requests: few }), status: "finished" as const };
  expect(insightOf(lane)!.text).toContain("One request was completed: too few to rely on.");
});

it("keeps every headline within sixty characters", () => {
  const long = { ...pool, name: "pool of the order database of the shop" };
  const lanes = [gil, threads, cpu, loop, executor, pool, carriers, long].flatMap((use) => [
    bound(use),
    bound({ ...use, used: 0.4 }),
    bound({ ...use, waiting: 0 }),
  ]);
  expect(lanes.map(title).filter((text) => text.length > 60)).toEqual([]);
});

it("lets theory speak of a textbook queue, and says how far the run is from it", () => {
  const insight = insightOf({ ...bound(cpu), textbook: MM1 })!;
  expect(insight.title).toBe("A is an M/M/1 queue.");
  expect(insight.text).toContain(`mean 25${THIN}ms (this run ±0.0${THIN}%)`);
  expect(insight.text).toContain(`throughput 320/s (this run −0.6${THIN}%)`);
  expect(insight.text).toContain("lies within");
  expect(insight.laws).toEqual(["erlang-c"]);
});
