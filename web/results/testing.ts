/** Builders for tests of the results. */
import type { LaneResult, ReplicatedLane, ResourceUse, Textbook } from "../../engine/api.ts";
import { emptyTopology, laneOf } from "../charts/testing.ts";
import type { Reading } from "./readings.ts";

/** A result of a run that measured ten seconds, with what the test names put in. */
export function resultOf(fields: Partial<LaneResult>): LaneResult {
  const latency = { mean: 25, stddev: 5, min: 10, p50: 24, p90: 30, p95: 40, p99: 46, p999: 60 };
  return {
    name: "CPython threads",
    virtualSeconds: 10,
    measuredSeconds: 10,
    events: 1,
    wallSeconds: 1,
    requests: {
      started: 3180,
      completed: 3180,
      failed: { timeout: 0, rejected: 0, error: 0, crash: 0 },
      inFlight: 0,
    },
    throughput: 318,
    errorRate: 0,
    latencyMs: { ...latency, max: 70 },
    confidence: { throughput: [310, 326], meanMs: [24, 26], p99Ms: [45, 47] },
    breakdownMs: {},
    classes: {},
    cpu: { utilization: 0.26, userSeconds: 9, systemSeconds: 1, gcSeconds: 0, idleSeconds: 30 },
    gil: { held: 0, switches: 0 },
    contextSwitches: { voluntary: 30_000, involuntary: 4_000, task: 0 },
    memoryBytes: { mean: 100 * 2 ** 20, peak: 118 * 2 ** 20, limit: 512 * 2 ** 20, kinds: {} },
    places: {},
    bottleneck: { place: "", text: "", law: "" },
    resources: [],
    claims: [],
    digest: "",
    ...fields,
  };
}

export function readingOf(fields: Partial<Reading>): Reading {
  return {
    index: 0,
    letter: "A",
    name: "CPython threads",
    status: "running",
    reason: undefined,
    rate: 318,
    p99Ms: 46,
    slo: undefined,
    claims: undefined,
    result: resultOf({}),
    textbook: undefined,
    ...fields,
  };
}

/** An M/M/1 queue whose exact rate is 320/s and whose exact mean is 25 ms. */
export const MM1: Textbook = {
  queue: "M/M/1",
  law: "erlang-c",
  isLimit: false,
  exact: { throughput: 320, meanMs: 25, errorRate: 0, busyCores: 0.9, p50Ms: 24, p99Ms: 46 },
  load: 320,
  curve: {
    unit: "rate",
    points: [
      [100, 5, 100],
      [320, 25, 320],
    ],
  },
};

/** A replicated lane without any difference but those that the test names. */
export function replicatedOf(differences: Partial<ReplicatedLane["differences"]>): ReplicatedLane {
  const none = { mean: 0, low: 0, high: 0 };
  const band = { low: Float64Array.of(1), high: Float64Array.of(2) };
  const all = {
    throughput: none,
    meanMs: none,
    p50Ms: none,
    p99Ms: none,
    errorRate: none,
    memoryBytes: none,
    cpu: none,
    switches: none,
  };
  return {
    t: Float64Array.of(1e9),
    bands: { throughput: band, p99: band, memory: band, cpu: band },
    means: all,
    differences: { ...all, ...differences },
  };
}

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
const lock: ResourceUse = {
  ...gil,
  kind: "lock",
  place: "waiting-lock:stock",
  name: "lock stock",
};
const carriers: ResourceUse = { ...gil, kind: "carriers", place: "submission-queue" };
const executor: ResourceUse = {
  ...gil,
  kind: "executor",
  place: "executor-queue",
  name: "executor",
  units: 4,
};

/** Resources that are used up, and waited for. */
export const USES = { gil, threads, cpu, loop, executor, pool, carriers, lock } as const;

/** A lane in which `use` is the only resource. */
export function bound(use: ResourceUse, fields: Partial<LaneResult> = {}) {
  return laneOf({
    topology: emptyTopology(4),
    result: resultOf({ resources: [use], ...fields }),
  });
}
