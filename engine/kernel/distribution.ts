/**
 * Durations drawn by inversion: one uniform number gives one duration, and a larger number never
 * gives a shorter duration, so that lanes that share their random numbers stay comparable. The
 * hyperexponential alone rises only within each branch: a request keeps its branch instead.
 *
 * A compiled `Sampler` has one shape for all distributions, which keeps `draw` monomorphic.
 */
import type { Distribution } from "../scenario/model.ts";
import { exp, inverseNormal, log, pow } from "./math.ts";
import { gammaQuantile, gammaTable, logGamma, normalBelow } from "./gamma.ts";

/** What a, b, c and table mean depends on `kind`; see `compile`. */
export interface Sampler {
  readonly kind: number;
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly table: Float64Array;
}

/** Kinds that `KeyedDraws` treats by itself. */
export const CONSTANT = 0;
export const EXPONENTIAL = 1;
const UNIFORM = 2;
const NORMAL = 3;
const LOGNORMAL = 4;
const GAMMA = 5;
const WEIBULL = 6;
const PARETO = 7;
const HYPEREXPONENTIAL = 8;
const EMPIRICAL = 9;

const NO_TABLE: Float64Array = new Float64Array(0);

/** No draw is longer, so that sums of durations stay whole numbers: 2^52 ns are 52 days. */
export const LONGEST_NS = 4503599627370496;

/** Does once what would otherwise be repeated on every draw. */
export function compile(d: Distribution): Sampler {
  switch (d.kind) {
    case "constant":
      return sampler(CONSTANT, toWholeNs(d.ns), 0, 0);
    case "exponential":
      return sampler(EXPONENTIAL, d.meanNs, 0, 0);
    case "uniform":
      return sampler(UNIFORM, d.minNs, d.maxNs - d.minNs, 0);
    case "normal":
      if (d.stddevNs === 0) return sampler(CONSTANT, toWholeNs(d.meanNs), 0, 0);
      return sampler(NORMAL, d.meanNs, d.stddevNs, normalAboveZero(d.meanNs, d.stddevNs));
    case "lognormal":
      return sampler(LOGNORMAL, d.meanNs * exp(-0.5 * d.sigma * d.sigma), d.sigma, 0);
    case "gamma":
      return tableSampler(GAMMA, gammaTable(d.shape, d.meanNs / d.shape));
    case "weibull":
      return sampler(WEIBULL, d.scaleNs, 1 / d.shape, 0);
    case "pareto":
      return sampler(PARETO, d.minNs, -1 / d.shape, 1 - paretoBeyond(d));
    case "hyperexponential":
      return tableSampler(HYPEREXPONENTIAL, hyperexponentialTable(d.branches));
    case "empirical":
      return tableSampler(EMPIRICAL, Float64Array.from(d.quantiles.flat()));
  }
}

function sampler(kind: number, a: number, b: number, c: number): Sampler {
  return { kind, a, b, c, table: NO_TABLE };
}

function tableSampler(kind: number, table: Float64Array): Sampler {
  return { kind, a: 0, b: 0, c: 0, table };
}

/** The duration, in whole nanoseconds from 0 to LONGEST_NS, that belongs to u in (0, 1). */
export function draw(s: Sampler, u: number): number {
  if (s.kind === CONSTANT) return s.a;
  if (s.kind === EXPONENTIAL) return drawExponential(s.a, u);
  return toWholeNs(drawOther(s, u));
}

/** An exponential duration (whole ns) with the given mean. */
function drawExponential(meanNs: number, u: number): number {
  return toWholeNs(-meanNs * log(1 - u));
}

function drawOther(s: Sampler, u: number): number {
  switch (s.kind) {
    case UNIFORM:
      return s.a + s.b * u;
    case NORMAL:
      // Measured from the upper end: the part below 0 is cut away at the lower one.
      return s.a - s.b * inverseNormal((1 - u) * s.c);
    case LOGNORMAL:
      return s.a * exp(s.b * inverseNormal(u));
    case GAMMA:
      return gammaQuantile(s.table, u);
    case WEIBULL:
      return s.a * pow(-log(1 - u), s.b);
    case PARETO:
      return s.a * pow(1 - u * s.c, s.b);
    case HYPEREXPONENTIAL:
      return hyperexponentialQuantile(s.table, u);
    default:
      return empiricalQuantile(s.table, u);
  }
}

/** A duration as the engine keeps it: whole, not negative, not longer than `LONGEST_NS`. */
function toWholeNs(ns: number): number {
  return ns > 0 ? Math.min(Math.floor(ns + 0.5), LONGEST_NS) : 0;
}

/** The same to register[0], for callers that must not allocate. */
export function toWholeNsInPlace(register: Float64Array): void {
  register[0] = toWholeNs(register[0]!);
}

/** The distribution's exact mean in nanoseconds; Infinity where it has none. */
export function meanOf(d: Distribution): number {
  switch (d.kind) {
    case "constant":
      return d.ns;
    case "uniform":
      return (d.minNs + d.maxNs) / 2;
    case "normal":
      return truncatedNormalMean(d.meanNs, d.stddevNs);
    case "exponential":
    case "lognormal":
    case "gamma":
      return d.meanNs;
    case "weibull":
      return d.scaleNs * exp(logGamma(1 + 1 / d.shape));
    case "pareto":
      return paretoMean(d);
    case "hyperexponential":
      return d.branches.reduce((sum, branch) => sum + branch.p * branch.meanNs, 0);
    case "empirical":
      return empiricalMean(d.quantiles);
  }
}

/** The exact mean of the square, ns²; Infinity where there is none. */
export function secondMomentOf(d: Distribution): number {
  const mean = meanOf(d);
  switch (d.kind) {
    case "constant":
      return mean * mean;
    case "uniform":
      return (d.minNs * d.minNs + d.minNs * d.maxNs + d.maxNs * d.maxNs) / 3;
    case "normal":
      // The truncated mean m + s·h gives m² + s² + m·s·h.
      return d.stddevNs * d.stddevNs + d.meanNs * mean;
    case "exponential":
      return 2 * mean * mean;
    case "lognormal":
      return mean * mean * exp(d.sigma * d.sigma);
    case "gamma":
      return mean * mean * (1 + 1 / d.shape);
    case "weibull":
      return d.scaleNs * d.scaleNs * exp(logGamma(1 + 2 / d.shape));
    case "pareto":
      return paretoSquare(d);
    case "hyperexponential":
      return d.branches.reduce((sum, { p, meanNs }) => sum + 2 * p * meanNs * meanNs, 0);
    case "empirical":
      return empiricalSquare(d.quantiles);
  }
}

// ---- Normal, truncated at 0 ---------------------------------------------------------------------

/** The probability that the untruncated variable is above 0, for a mean >= 0. */
function normalAboveZero(meanNs: number, stddevNs: number): number {
  return normalBelow(meanNs / stddevNs);
}

function truncatedNormalMean(meanNs: number, stddevNs: number): number {
  if (stddevNs === 0) return meanNs;
  const z = meanNs / stddevNs;
  const density = exp(-0.5 * z * z) * INVERSE_SQRT_TWO_PI;
  return meanNs + (stddevNs * density) / normalAboveZero(meanNs, stddevNs);
}

const INVERSE_SQRT_TWO_PI = 0.3989422804014327;

// ---- Pareto -------------------------------------------------------------------------------------

type Pareto = Extract<Distribution, { kind: "pareto" }>;

/** The probability that the untruncated variable is above `maxNs`. */
function paretoBeyond(d: Pareto): number {
  return d.maxNs === Infinity ? 0 : pow(d.minNs / d.maxNs, d.shape);
}

function paretoMean(d: Pareto): number {
  const { shape, minNs, maxNs } = d;
  if (maxNs === Infinity) return shape > 1 ? (shape * minNs) / (shape - 1) : Infinity;
  const inside = 1 - paretoBeyond(d);
  if (shape === 1) return (minNs * log(maxNs / minNs)) / inside;
  return (shape * minNs * (1 - pow(minNs / maxNs, shape - 1))) / ((shape - 1) * inside);
}

function paretoSquare(d: Pareto): number {
  const { shape, minNs, maxNs } = d;
  const square = minNs * minNs;
  if (maxNs === Infinity) return shape > 2 ? (shape * square) / (shape - 2) : Infinity;
  const inside = 1 - paretoBeyond(d);
  if (shape === 2) return (2 * square * log(maxNs / minNs)) / inside;
  return (shape * square * (1 - pow(minNs / maxNs, shape - 2))) / ((shape - 2) * inside);
}

// ---- Hyperexponential ---------------------------------------------------------------------------

type Branches = Extract<Distribution, { kind: "hyperexponential" }>["branches"];

/** [end of the branch's share of (0, 1), its share, its mean] for each branch. */
function hyperexponentialTable(branches: Branches): Float64Array {
  const total = branches.reduce((sum, branch) => sum + branch.p, 0);
  let end = 0;
  const rows = branches
    .filter((branch) => branch.p > 0)
    .map((branch) => {
      end += branch.p / total;
      return [end, branch.p / total, branch.meanNs];
    });
  // Rounding must not leave a gap below 1.
  rows.at(-1)![0] = 1;
  return Float64Array.from(rows.flat());
}

/** u chooses the branch; how far it lies into the branch's share is a fresh uniform number. */
function hyperexponentialQuantile(table: Float64Array, u: number): number {
  let i = 0;
  while (i < table.length - 3 && u >= table[i]!) i += 3;
  const rest = (table[i]! - u) / table[i + 1]!;
  return -table[i + 2]! * log(rest);
}

// ---- Empirical ----------------------------------------------------------------------------------

/** Interpolates linearly in a table of [probability, ns] pairs. */
function empiricalQuantile(table: Float64Array, u: number): number {
  let low = 0;
  let high = (table.length >> 1) - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (table[2 * middle]! <= u) low = middle;
    else high = middle;
  }
  const p = table[2 * low]!;
  const ns = table[2 * low + 1]!;
  return ns + ((u - p) / (table[2 * high]! - p)) * (table[2 * high + 1]! - ns);
}

function empiricalMean(quantiles: readonly (readonly [number, number])[]): number {
  let mean = 0;
  for (let i = 1; i < quantiles.length; i++) {
    const [p0, ns0] = quantiles[i - 1]!;
    const [p1, ns1] = quantiles[i]!;
    mean += ((p1 - p0) * (ns0 + ns1)) / 2;
  }
  return mean;
}

function empiricalSquare(quantiles: readonly (readonly [number, number])[]): number {
  let square = 0;
  for (let i = 1; i < quantiles.length; i++) {
    const [p0, a] = quantiles[i - 1]!;
    const [p1, b] = quantiles[i]!;
    square += ((p1 - p0) * (a * a + a * b + b * b)) / 3;
  }
  return square;
}
