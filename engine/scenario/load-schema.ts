/**
 * Who sends requests, when and over what: executors and their fields mean what they mean in k6.
 * `trace` is ours: arrivals at given times, or at a recorded rate.
 */
import * as z from "zod";
import { drawnDuration, durationOrDrawn } from "./distribution-schema.ts";
import {
  choice,
  duration,
  flag,
  isRecord,
  list,
  numberFrom,
  object,
  oneOf,
  positive,
  tagged,
  text,
  whole,
} from "./fields.ts";

const VUS_MAX = 2_000_000;
const RATE_MAX = 5_000_000;
const TRACE_MAX = 100_000;
const DAY_MS = 86_400_000;

const common = {
  request: text(1, 60).optional(),
  start: duration("0s", "10d").optional(),
  duration: duration("1us", "10d").optional(),
  timeout: duration("1us", "10d").optional(),
  cancel: flag().optional(),
  connections: object({
    count: whole(0, VUS_MAX).optional(),
    keepAlive: flag().optional(),
  }).optional(),
  origin: oneOf(["client", "inside"]).optional(),
};

const LATER = ["retries"];

const arrivalWord = oneOf(["poisson", "uniform"]);
const arrivals = choice<"poisson" | "uniform" | z.output<typeof drawnDuration>>(
  "arrivals",
  () => [arrivalWord, drawnDuration],
  (value) => (isRecord(value) ? drawnDuration : arrivalWord),
).optional();

const stageLength = duration("0s", "10d");
const rateStages = list(
  object({ duration: stageLength, target: numberFrom(0, RATE_MAX) }),
  1,
  100,
  "stages",
);
const userStages = list(
  object({ duration: stageLength, target: whole(0, VUS_MAX) }),
  1,
  100,
  "stages",
);

const constantArrivalRate = object(
  {
    executor: z.literal("constant-arrival-rate"),
    rate: positive(RATE_MAX).optional(),
    arrivals,
    ...common,
  },
  LATER,
)
  .refine((it) => it.rate !== undefined || isRecord(it.arrivals), {
    path: ["rate"],
    error: `expected a number above 0, at most ${RATE_MAX}, got nothing`,
  })
  .refine((it) => it.rate === undefined || !isRecord(it.arrivals), {
    path: ["rate"],
    error: 'expected no rate: the distribution in "arrivals" says how long the gaps are',
  });

const rampingArrivalRate = object(
  {
    executor: z.literal("ramping-arrival-rate"),
    startRate: numberFrom(0, RATE_MAX).optional(),
    stages: rateStages,
    arrivals,
    ...common,
  },
  LATER,
);

const constantVus = object(
  {
    executor: z.literal("constant-vus"),
    vus: whole(1, VUS_MAX),
    thinkTime: durationOrDrawn.optional(),
    ...common,
  },
  LATER,
);

const rampingVus = object(
  {
    executor: z.literal("ramping-vus"),
    startVUs: whole(0, VUS_MAX).optional(),
    stages: userStages,
    thinkTime: durationOrDrawn.optional(),
    ...common,
  },
  LATER,
);

const timeMs = numberFrom(0, 10 * DAY_MS);
const rateCorner = z.tuple([timeMs, numberFrom(0, RATE_MAX)], {
  error: "expected a pair of a time in ms and a rate per second such as [1000, 50]",
});

const trace = object(
  {
    executor: z.literal("trace"),
    /** Milliseconds after the load's start, ascending. */
    times: list(timeMs, 1, TRACE_MAX, "times in ms")
      .refine((times) => times.every((time, i) => i === 0 || times[i - 1]! <= time), {
        error: "expected times in ascending order",
      })
      .optional(),
    demand: list(numberFrom(0, 10_000), 1, TRACE_MAX, "factors").optional(),
    /** [milliseconds after the load's start, requests per second], joined by straight lines. */
    rates: list(rateCorner, 2, TRACE_MAX, "pairs of a time in ms and a rate")
      .refine((rates) => rates.every((pair, i) => i === 0 || rates[i - 1]![0] < pair[0]), {
        error: "expected times in ascending order",
      })
      .optional(),
    ...common,
  },
  LATER,
)
  .refine((it) => (it.times === undefined) !== (it.rates === undefined), {
    error: 'expected either "times" or "rates"',
  })
  .refine((it) => it.demand === undefined || it.demand.length === it.times?.length, {
    path: ["demand"],
    error: 'expected one factor for each of "times"',
  });

export const load = tagged("load", "executor", {
  "constant-arrival-rate": constantArrivalRate,
  "ramping-arrival-rate": rampingArrivalRate,
  "constant-vus": constantVus,
  "ramping-vus": rampingVus,
  trace,
});

export type LoadDocument = z.output<typeof load>;
