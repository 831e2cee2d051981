/**
 * Steps of a request program. What a step does is its first key: `{ "cpu": "2ms" }`. Steps of the
 * format that this version does not simulate are refused by name, never skipped.
 */
import * as z from "zod";
import { SELECT_CASES_MAX } from "../sync/channel.ts";
import { type DurationDocument, durationOrDrawn } from "./distribution-schema.ts";
import {
  choice,
  didYouMean,
  duration,
  expected,
  isRecord,
  list,
  notSupported,
  numberFrom,
  object,
  oneOf,
  show,
  size,
  text,
  whole,
} from "./fields.ts";

const PARALLEL_MAX = 1000;
export const STEPS_MAX = 200;
const ATOMIC_OPS_MAX = 1_000_000;

export type StepDocument =
  | { cpu: DurationDocument; gil?: "held" | "released" | undefined }
  | { io: DurationDocument }
  | { block: DurationDocument }
  | { sleep: DurationDocument }
  | { offload: StepDocument[]; slow?: boolean | undefined }
  | { acquire: string; timeout?: string | undefined; steps: StepDocument[] }
  | { lock: string; steps: StepDocument[] }
  | { rlock: string; steps: StepDocument[] }
  | { wlock: string; steps: StepDocument[] }
  | { atomic: string; ops?: number | undefined }
  | { parallel: number; steps: StepDocument[]; wait?: Wait | undefined }
  | { parallel: StepDocument[][]; wait?: Wait | undefined }
  | { send: string }
  | { receive: string }
  | { close: string }
  | { select: SelectCaseDocument[]; default?: StepDocument[] | undefined }
  | { spawn: StepDocument[] }
  | { alloc: string; pool?: string | undefined }
  | { hold: string; pool?: string | undefined }
  | { choose: { p: number; steps: StepDocument[] }[] }
  | { fail: number }
  | { panic: number };

/** What a `select` waits for, and what it then does. */
export type SelectCaseDocument = { steps?: StepDocument[] | undefined } & (
  | { receive: string }
  | { send: string }
  | { timeout: string }
);

type Wait = "all" | "first" | number;

const LATER_STEPS: ReadonlySet<string> = new Set(["limit", "call"]);

export const step: z.ZodType<StepDocument, StepDocument> = choice<StepDocument>(
  "step",
  () => [...Object.values(STEPS), parallelList],
  pickStep,
);

/** A list of steps; an empty one does nothing. */
const steps = list(step, 0, STEPS_MAX, "steps");

const wait = choice<Wait>(
  "wait",
  () => [waitWord, waitCount],
  (value) => (typeof value === "string" ? waitWord : waitCount),
);
const waitWord = oneOf(["all", "first"]);
const waitCount = z
  .number(expected(`"all", "first" or a whole number from 1 to ${PARALLEL_MAX}`))
  .int(expected("a whole number"))
  .min(1, expected("a whole number from 1"))
  .max(PARALLEL_MAX, expected(`a whole number up to ${PARALLEL_MAX}`));

const parallelList = object({
  parallel: list(steps, 1, PARALLEL_MAX, "branches, each a list of steps"),
  wait: wait.optional(),
}).refine((it) => canFinish(it.parallel.length, it.wait), {
  path: ["wait"],
  error: "expected at most as many branches as there are",
});

const parallelCount = object({
  parallel: whole(1, PARALLEL_MAX),
  steps,
  wait: wait.optional(),
}).refine((it) => canFinish(it.parallel, it.wait), {
  path: ["wait"],
  error: "expected at most as many branches as there are",
});

function canFinish(branches: number, waitFor: Wait | undefined): boolean {
  return typeof waitFor !== "number" || waitFor <= branches;
}

const name = text(1, 60);

const share = numberFrom(0, 1);

const branch = object({ p: share, steps });

const channelName = text(1, 60);

// A case of a select: the steps are what happens once it is chosen.
const receiveCase = object({ receive: channelName, steps: steps.optional() });
const sendCase = object({ send: channelName, steps: steps.optional() });
const timeoutCase = object({ timeout: duration("1us", "10d"), steps: steps.optional() });

const selectCase = choice<SelectCaseDocument>(
  "selectCase",
  () => [receiveCase, sendCase, timeoutCase],
  (value) => {
    if (isRecord(value)) {
      if (Object.hasOwn(value, "receive")) return receiveCase;
      if (Object.hasOwn(value, "send")) return sendCase;
      if (Object.hasOwn(value, "timeout")) return timeoutCase;
    }
    const message = `expected a case with "receive", "send" or "timeout", got ${show(value)}`;
    return { message };
  },
);

const select = object({
  select: list(selectCase, 1, SELECT_CASES_MAX, "cases").refine(
    (cases) => cases.filter((it) => "timeout" in it).length <= 1,
    { error: "expected at most one time-out: the shortest is the only one that can happen" },
  ),
  default: steps.optional(),
}).describe(
  "Waits for the first case that is ready, at random where several are, for its time-out if it has " +
    'one, or not at all with "default"; then goes on with the steps of what happened.',
);

/** In the order in which the format lists them, which is also that of the error messages. */
const STEPS = {
  cpu: object({ cpu: durationOrDrawn, gil: oneOf(["held", "released"]).optional() }),
  io: object({ io: durationOrDrawn }),
  block: object({ block: durationOrDrawn }),
  sleep: object({ sleep: durationOrDrawn }),
  offload: object({
    offload: steps,
    slow: z.boolean(expected("true or false")).optional(),
  }),
  acquire: object({
    acquire: name,
    timeout: duration("1us", "10d").optional(),
    steps,
  }),
  // On a lock that any step takes as a reader, "lock" means the same as "wlock".
  lock: object({ lock: name, steps }),
  rlock: object({ rlock: name, steps }),
  wlock: object({ wlock: name, steps }),
  // The name is that of a counter, which stands for a cache line; it needs no declaration.
  atomic: object({ atomic: name, ops: whole(1, ATOMIC_OPS_MAX).optional() }),
  parallel: parallelCount,
  send: object({ send: channelName }).describe(
    "Waits until the channel has room or somebody receives; a panic when it is closed.",
  ),
  receive: object({ receive: channelName }).describe(
    "Waits for something sent to the channel; from a closed one there is nothing, at once.",
  ),
  close: object({ close: channelName }).describe("Who waits for the channel goes on."),
  select,
  spawn: object({ spawn: steps }).describe(
    "A task that nobody waits for; it outlives its request.",
  ),
  alloc: object({ alloc: size("0B", "1TiB"), pool: text(1, 60).optional() }),
  hold: object({ hold: size("0B", "1TiB"), pool: text(1, 60).optional() }),
  choose: object({
    choose: list(branch, 1, 50, "branches").refine(
      // The rest of the probability is for doing nothing; the slack is for sums of decimals.
      (branches) => branches.reduce((sum, { p }) => sum + p, 0) <= 1 + 1e-9,
      { error: "expected probabilities that add up to at most 1" },
    ),
  }),
  fail: object({ fail: share }),
  panic: object({ panic: share }).describe(
    "With this probability the process dies, or where the lane recovers the request fails.",
  ),
} as const;

function pickStep(value: unknown) {
  const words = Object.keys(STEPS);
  const example = `a step such as {"cpu": "2ms"} (${words.join(", ")})`;
  if (!isRecord(value)) return { message: `expected ${example}, got ${show(value)}` };
  const keys = Object.keys(value);
  const later = keys.find((key) => LATER_STEPS.has(key));
  if (later !== undefined) return { message: notSupported(later) };
  const known = keys.filter((key) => Object.hasOwn(STEPS, key));
  if (known.length > 1) {
    return { message: `expected one thing per step, got ${known.join(" and ")}: write two steps` };
  }
  const [kind] = known as (keyof typeof STEPS)[];
  if (kind === undefined) {
    return { message: `expected ${example}, got ${show(value)}${didYouMean(keys[0], words)}` };
  }
  return kind === "parallel" && Array.isArray(value["parallel"]) ? parallelList : STEPS[kind];
}
