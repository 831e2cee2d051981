/**
 * What a lane runs on: the scheduling model and the profile whose costs and defaults it has.
 */
import * as z from "zod";
import { neutral } from "../runtimes/profiles/neutral.ts";
import type { Cost } from "../runtimes/profiles/profile.ts";
import {
  choice,
  duration,
  expected,
  flag,
  isRecord,
  numberFrom,
  object,
  oneOf,
  size,
  tagged,
  whole,
} from "./fields.ts";

const THREADS_MAX = 100_000;
const PROCESSES_MAX = 512;

/** What a cost may be set to, by its unit. Nothing can be scanned at no speed at all. */
const COST_RANGES: Readonly<Record<Cost["unit"], ReturnType<typeof numberFrom>>> = {
  ns: numberFrom(0, 1e12),
  bytes: numberFrom(0, 2 ** 40),
  factor: numberFrom(0, 1000),
  "bytes/s": numberFrom(1e3, 1e15),
  count: numberFrom(0, 1e6),
};

/** Every profile states the same costs; the neutral one serves as the list of their names. */
const costs = object(
  Object.fromEntries(
    Object.entries<Cost>({ ...neutral.costs }).map(([name, { unit }]) => [
      name,
      COST_RANGES[unit].optional(),
    ]),
  ),
);

const common = {
  processes: whole(1, PROCESSES_MAX).optional(),
  backlog: whole(0, 1_000_000).optional(),
  maxConnections: whole(1, 10_000_000).optional(),
  reusePort: z.boolean(expected("true or false")).optional(),
  recover: flag().optional(),
  costs: costs.optional(),
};

/** What runtimes other than Go let one say about their heaps; see `rules.ts`. */
const heap = {
  collector: oneOf(["g1", "zgc"]).optional(),
  heapLimit: size("1MiB", "64TiB").optional(),
};

const gilDetails = object({ switchInterval: duration("1us", "10s") });
const gilFlag = z.boolean(expected('true, false or {"switchInterval": "5ms"}'));
const gil = choice<boolean | { switchInterval: string }>(
  "gil",
  () => [gilFlag, gilDetails],
  (value) => (isRecord(value) ? gilDetails : gilFlag),
).optional();

const threadCount = z
  .number(expected(`a whole number from 1 to ${THREADS_MAX}`))
  .int(expected(`a whole number from 1 to ${THREADS_MAX}`))
  .min(1, expected(`a whole number from 1 to ${THREADS_MAX}`))
  .max(THREADS_MAX, expected(`a whole number from 1 to ${THREADS_MAX}`));
const threadPolicy = z.enum(["per-request", "per-connection"], {
  ...expected(`a whole number from 1 to ${THREADS_MAX}, "per-request" or "per-connection"`),
});
const threads = choice<number | "per-request" | "per-connection">(
  "threads",
  () => [threadCount, threadPolicy],
  (value) => (typeof value === "number" ? threadCount : threadPolicy),
).optional();

const queueLength = whole(0, 10_000_000);
const queueWord = z.literal("unbounded", expected('a whole number or "unbounded"'));
const queue = choice<number | "unbounded">(
  "queue",
  () => [queueLength, queueWord],
  (value) => (typeof value === "number" ? queueLength : queueWord),
).optional();

const gogcPercent = whole(1, 100_000);
const gogcOff = z.literal("off", expected('a whole number of per cent, or "off"'));
const gogc = choice<number | "off">(
  "gogc",
  () => [gogcPercent, gogcOff],
  (value) => (typeof value === "number" ? gogcPercent : gogcOff),
).optional();

/** Threads of the process, threads with a heap of their own (Node's worker_threads), or processes. */
const executor = object({
  threads: whole(1, THREADS_MAX).optional(),
  workers: whole(1, PROCESSES_MAX).optional(),
  processes: whole(1, PROCESSES_MAX).optional(),
}).refine((it) => Object.values(it).filter((n) => n !== undefined).length === 1, {
  error: 'expected one of "threads", "workers" and "processes"',
});

function profile<const T extends readonly [string, ...string[]]>(names: T) {
  return oneOf(names).optional();
}

export const runtime = tagged("runtime", "model", {
  threads: object({
    model: z.literal("threads"),
    profile: profile(["neutral", "cpython-3.11", "cpython-3.13t", "jvm-platform"]),
    threads,
    queue,
    gil,
    ...heap,
    ...common,
  }),
  "event-loop": object({
    model: z.literal("event-loop"),
    profile: profile(["neutral", "asyncio", "uvloop", "node-20", "netty"]),
    loops: whole(1, 1024).optional(),
    gil,
    executor: executor.optional(),
    ...heap,
    ...common,
  }),
  goroutines: object({
    model: z.literal("goroutines"),
    profile: profile(["neutral", "go", "go-fasthttp"]),
    gomaxprocs: whole(1, 1024).optional(),
    gogc,
    memoryLimit: size("4MiB", "64TiB").optional(),
    ...common,
  }),
  "virtual-threads": object({
    model: z.literal("virtual-threads"),
    profile: profile(["neutral", "jvm-virtual"]),
    parallelism: whole(1, 1024).optional(),
    pinned: numberFrom(0, 1).optional(),
    ...heap,
    ...common,
  }),
});

export type RuntimeDocument = z.output<typeof runtime>;
