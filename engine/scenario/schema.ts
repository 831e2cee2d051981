/**
 * The scenario document, version 1: one strict schema from which the type, the error messages and
 * the published JSON Schema come. Units stay the strings that were written; `lane-model.ts`
 * resolves them. Rules that span several parts of a document are in `rules.ts`.
 */
import * as z from "zod";
import { calibration } from "./calibration-schema.ts";
import {
  duration,
  expected,
  flag,
  list,
  named,
  numberFrom,
  object,
  oneOf,
  size,
  text,
  whole,
} from "./fields.ts";
import { load } from "./load-schema.ts";
import { runtime } from "./runtime-schema.ts";
import { step, STEPS_MAX } from "./step-schema.ts";

const CORES_MAX = 1024;
const LANES_MAX = 6;
const CHANGES_MAX = 8;
/** Values that one change sets. */
const SETS_MAX = 8;

/** The kernel allows no quota below 1 ms per period [S] `min_cfs_quota_period`. */
const CPUS_MIN = 0.01;

const machine = object({
  cores: whole(1, CORES_MAX).optional(),
  memory: size("1MiB", "64TiB").optional(),
  cpus: numberFrom(CPUS_MIN, CORES_MAX).optional(),
  calibration: calibration.optional(),
});

const request = object({ steps: list(step, 1, STEPS_MAX, "steps") });

const pool = object({
  size: whole(1, 1_000_000),
  minIdle: whole(0, 1_000_000)
    .describe("how many are open from the start; the others are added as they are needed")
    .optional(),
  acquireTimeout: duration("1us", "10d").optional(),
  order: oneOf(["fifo", "lifo", "random", "native"]).optional(),
}).refine((it) => it.minIdle === undefined || it.minIdle <= it.size, {
  path: ["minIdle"],
  error: "expected at most the size of the pool",
});

const lock = object({
  fair: flag()
    .describe("first come, first served, as new ReentrantLock(true); else as the runtime has it")
    .optional(),
});

/** `capacity`: values that fit into its buffer; without one who sends waits for who receives. */
const channel = object({ capacity: whole(0, 10_000_000).optional() });

const claim = object({
  lane: text(1, 80).optional(),
  metric: text(1, 200),
  below: numberFrom(-1e18, 1e18).optional(),
  above: numberFrom(-1e18, 1e18).optional(),
  is: numberFrom(-1e18, 1e18).optional(),
  within: numberFrom(0, 1e18).optional(),
  source: text(0, 2000).optional(),
})
  .refine((it) => it.below !== undefined || it.above !== undefined || it.is !== undefined, {
    error: 'expected "below", "above", or "is" with "within"',
  })
  .refine((it) => (it.is === undefined) === (it.within === undefined), {
    error: 'expected "is" and "within" together',
  });

const slo = object({
  p99: duration("1us", "10d").optional(),
  errorRate: numberFrom(0, 1).optional(),
});

/** The parts of a document that a lane may set differently for itself. */
const overridable = {
  seed: whole(0, 2 ** 32 - 1).optional(),
  duration: duration("1us", "10d"),
  warmup: duration("0s", "10d").optional(),
  machine: machine.optional(),
  requests: named(request, 50, "request classes").refine((it) => Object.keys(it).length > 0, {
    error: 'expected at least one request class such as "page": {"steps": [{"cpu": "2ms"}]}',
  }),
  load: named(load, 20, "loads").refine((it) => Object.keys(it).length > 0, {
    error: "expected at least one load",
  }),
  pools: named(pool, 50, "pools").optional(),
  locks: named(lock, 50, "locks").optional(),
  channels: named(channel, 50, "channels").optional(),
};

/** What an override says is checked by merging it in; here only its top-level keys are. */
const overrides = object(
  Object.fromEntries(
    [...Object.keys(overridable), "slo"].map((key) => [key, z.unknown().optional()]),
  ),
  ["limits", "breakers", "services", "faults"],
);

/** What is set is checked by setting it; see `changes.ts`. */
const change = object({
  at: duration("0s", "10d").describe("virtual time from which the lane goes on with other values"),
  set: z
    .record(text(1, 200), z.unknown(), expected("an object of values by path"))
    .refine((it) => Object.keys(it).length > 0 && Object.keys(it).length <= SETS_MAX, {
      error: `expected 1 to ${SETS_MAX} values such as "runtime.threads": 64`,
    })
    .describe("new values by their paths in the lane's own document, such as load.users.vus"),
});

const lane = object({
  name: text(1, 80),
  runtime,
  overrides: overrides.optional(),
  draws: text(1, 80)
    .describe("whose random draws it shares: a fork keeps the name of the lane it came from")
    .optional(),
  changes: list(change, 0, CHANGES_MAX, "changes").optional(),
});

export const scenarioSchema = object(
  {
    version: z.literal(1, { error: "expected 1, the only version of the format so far" }),
    name: text(1, 120),
    description: text(0, 20_000).optional(),
    ...overridable,
    lanes: list(lane, 1, LANES_MAX, "lanes"),
    slo: slo.optional(),
    claims: list(claim, 0, 100, "claims").optional(),
    source: text(0, 5000).optional(),
  },
  ["limits", "breakers", "services", "faults"],
);

/** A scenario as it is written down, with its keys in the order of the format. */
export type Scenario = z.output<typeof scenarioSchema>;
export type { DurationDocument } from "./distribution-schema.ts";
export type { LoadDocument } from "./load-schema.ts";
export type { RuntimeDocument } from "./runtime-schema.ts";
export type { StepDocument } from "./step-schema.ts";
