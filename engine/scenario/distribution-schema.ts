/**
 * Durations that are drawn anew each time. A distribution must have a mean that a reader can work
 * out from its fields; the bounds keep a single draw within what virtual time can hold.
 */
import * as z from "zod";
import {
  choice,
  duration,
  isRecord,
  list,
  numberFrom,
  object,
  positive,
  tagged,
} from "./fields.ts";
import { durationNs } from "./units.ts";

/** The 0.99 quantile of the standard normal distribution. */
export const NORMAL_P99 = 2.3263478740408408;

/** A log-normal's p99 is at most exp(NORMAL_P99² / 2) times its mean, whatever its sigma. */
const LOGNORMAL_TAIL_MAX = 14.97;

const aTime = duration("0s", "10d");
const aMean = duration("1ns", "10d");

const lognormal = object({
  dist: z.literal("lognormal"),
  mean: aMean,
  p99: aMean.optional(),
  sigma: positive(5).optional(),
})
  .refine((it) => (it.p99 === undefined) !== (it.sigma === undefined), {
    error: 'expected either "p99" or "sigma"',
  })
  .refine((it) => it.p99 === undefined || isLognormalTail(it.mean, it.p99), {
    path: ["p99"],
    error: `expected a duration above the mean, at most ${LOGNORMAL_TAIL_MAX} times as long`,
  });

function isLognormalTail(mean: string, p99: string): boolean {
  const ratio = durationNs(p99) / durationNs(mean);
  return ratio > 1 && ratio <= LOGNORMAL_TAIL_MAX;
}

const uniform = object({ dist: z.literal("uniform"), min: aTime, max: aTime }).refine(
  (it) => durationNs(it.min) <= durationNs(it.max),
  { path: ["max"], error: 'expected a duration that is not below "min"' },
);

const pareto = object({
  dist: z.literal("pareto"),
  min: aMean,
  shape: numberFrom(0.1, 100),
  max: aMean.optional(),
})
  .refine((it) => it.max === undefined || durationNs(it.max) > durationNs(it.min), {
    path: ["max"],
    error: 'expected a duration above "min"',
  })
  .refine((it) => it.max !== undefined || it.shape > 1, {
    path: ["shape"],
    error: 'expected a number above 1, or a "max": without either the mean is infinite',
  });

const hyperexponential = object({
  dist: z.literal("hyperexponential"),
  branches: list(object({ p: numberFrom(0, 1), mean: aMean }), 1, 20, "branches").refine(
    (branches) => isOne(branches.reduce((sum, { p }) => sum + p, 0)),
    { error: "expected probabilities that add up to 1" },
  ),
});

const quantile = z.tuple([numberFrom(0, 1), aTime], {
  error: 'expected a pair of a probability and a duration such as [0.5, "4ms"]',
});

const empirical = object({
  dist: z.literal("empirical"),
  quantiles: list(quantile, 2, 1000, "quantiles")
    .refine((pairs) => pairs[0]?.[0] === 0 && pairs.at(-1)?.[0] === 1, {
      error: "expected probabilities from 0 to 1, both included",
    })
    .refine((pairs) => pairs.every((pair, i) => i === 0 || isAfter(pairs[i - 1]!, pair)), {
      error: "expected ascending probabilities with durations that do not fall",
    }),
});

function isAfter(a: readonly [number, string], b: readonly [number, string]): boolean {
  return a[0] < b[0] && durationNs(a[1]) <= durationNs(b[1]);
}

/** Probabilities are written in decimals, whose sum may miss 1 by the last bits. */
function isOne(sum: number): boolean {
  return Math.abs(sum - 1) < 1e-9;
}

const drawn = tagged("drawnDuration", "dist", {
  exponential: object({ dist: z.literal("exponential"), mean: aMean }),
  uniform,
  normal: object({ dist: z.literal("normal"), mean: aTime, stddev: aTime }),
  lognormal,
  gamma: object({ dist: z.literal("gamma"), mean: aMean, shape: numberFrom(0.05, 10_000) }),
  weibull: object({ dist: z.literal("weibull"), scale: aMean, shape: numberFrom(0.1, 100) }),
  pareto,
  hyperexponential,
  empirical,
});

type DrawnDuration = z.output<typeof drawn>;

/** `"2ms"`, or an object with `dist`. */
export type DurationDocument = string | DrawnDuration;

export const drawnDuration: z.ZodType<DrawnDuration, DrawnDuration> = drawn;

export const durationOrDrawn = choice<DurationDocument>(
  "duration",
  () => [aTime, drawn],
  (value) => (isRecord(value) ? drawn : aTime),
);
