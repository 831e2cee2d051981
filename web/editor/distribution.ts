/**
 * What a duration of the scenario format looks like before it has run: its mean, and the shape of
 * its density for a sparkline. Times are milliseconds. The engine has its own samplers; this is
 * for drawing only.
 */
import { isList, isObject, type Json, type JsonObject } from "../state/document-path.ts";

const MS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["d", 86_400e3],
  ["h", 3_600e3],
  ["m", 60e3],
  ["s", 1e3],
  ["ms", 1],
  ["us", 1e-3],
  ["µs", 1e-3],
  ["ns", 1e-6],
]);

/** The 0.99 quantile of the standard normal distribution. */
const NORMAL_P99 = 2.3263478740408408;

export const DISTRIBUTIONS = [
  ["constant", "constant"],
  ["exponential", "exponential"],
  ["uniform", "uniform"],
  ["normal", "normal"],
  ["lognormal", "log-normal"],
  ["gamma", "gamma"],
  ["weibull", "Weibull"],
  ["pareto", "Pareto"],
  ["hyperexponential", "hyper-exponential"],
  ["empirical", "empirical"],
] as const;

/** Milliseconds of a duration such as `"1m30s"`; undefined when it is none. */
export function durationMs(text: Json | undefined): number | undefined {
  if (typeof text !== "string" || !/^(?:[\d.]+(?:ns|us|µs|ms|s|m|h|d))+$/.test(text)) {
    return undefined;
  }
  let ms = 0;
  for (const [, digits, unit] of text.matchAll(/([\d.]+)([^\d.]+)/g)) {
    ms += Number(digits) * (MS_PER_UNIT.get(unit ?? "") ?? Number.NaN);
  }
  return Number.isFinite(ms) ? ms : undefined;
}

/** Milliseconds as the format writes durations, with at most three significant digits. */
export function durationText(ms: number): string {
  if (ms >= 1000) return `${Number((ms / 1000).toPrecision(3))}s`;
  if (ms >= 1 || ms === 0) return `${Number(ms.toPrecision(3))}ms`;
  if (ms >= 1e-3) return `${Number((ms * 1e3).toPrecision(3))}us`;
  return `${Math.max(1, Math.round(ms * 1e6))}ns`;
}

/** Mean of a duration or distribution in ms; undefined where the document is not valid. */
export function meanMs(value: Json | undefined): number | undefined {
  if (!isObject(value)) return durationMs(value);
  const mean = durationMs(value["mean"]);
  const shape = Number(value["shape"]);
  switch (value["dist"]) {
    case "exponential":
    case "normal":
    case "lognormal":
    case "gamma":
      return mean;
    case "uniform":
      return middle(durationMs(value["min"]), durationMs(value["max"]));
    case "weibull":
      return scaled(durationMs(value["scale"]), gamma(1 + 1 / shape));
    case "pareto":
      return paretoMean(durationMs(value["min"]), durationMs(value["max"]), shape);
    case "hyperexponential":
      return branchMean(value["branches"]);
    case "empirical":
      return quantileMean(value["quantiles"]);
    default:
      return undefined;
  }
}

/**
 * `count` heights from 0 to 1 of the density over (0, `untilMs`]; undefined where the value has no
 * smooth density (a constant) or is not valid.
 */
export function densityShape(
  value: Json | undefined,
  untilMs: number,
  count: number,
): number[] | undefined {
  if (!isObject(value)) return undefined;
  const density = densityOf(value);
  if (density === undefined) return undefined;
  const heights: number[] = [];
  for (let i = 0; i < count; i++) heights.push(density(((i + 0.5) / count) * untilMs));
  const top = Math.max(...heights);
  return top > 0 && Number.isFinite(top) ? heights.map((height) => height / top) : undefined;
}

type Density = (ms: number) => number;

/** Densities up to a constant factor: the sparkline is scaled to its highest point. */
function densityOf(value: JsonObject): Density | undefined {
  const mean = durationMs(value["mean"]) ?? Number.NaN;
  const shape = Number(value["shape"]);
  switch (value["dist"]) {
    case "exponential":
      return (x) => Math.exp(-x / mean);
    case "uniform":
      return boxDensity(durationMs(value["min"]), durationMs(value["max"]));
    case "normal":
      return bell(mean, durationMs(value["stddev"]) ?? Number.NaN);
    case "lognormal":
      return lognormalDensity(mean, sigmaOf(value));
    case "gamma":
      return (x) => Math.exp((shape - 1) * Math.log((x * shape) / mean) - (x * shape) / mean);
    case "weibull":
      return weibullDensity(durationMs(value["scale"]) ?? Number.NaN, shape);
    case "pareto":
      return paretoDensity(durationMs(value["min"]), shape);
    case "hyperexponential":
      return mixtureDensity(value["branches"]);
    default:
      return undefined;
  }
}

function boxDensity(min: number | undefined, max: number | undefined): Density | undefined {
  if (min === undefined || max === undefined) return undefined;
  return (x) => (x >= min && x <= max ? 1 : 0);
}

function bell(mean: number, stddev: number): Density {
  return (x) => Math.exp(-(((x - mean) / stddev) ** 2) / 2);
}

/** Sigma as given, or from the p99: ln(p99 ÷ mean) = z·σ − σ² ÷ 2, the smaller root. */
function sigmaOf(value: JsonObject): number {
  const p99 = durationMs(value["p99"]);
  const mean = durationMs(value["mean"]);
  if (p99 === undefined || mean === undefined) return Number(value["sigma"]);
  return NORMAL_P99 - Math.sqrt(NORMAL_P99 ** 2 - 2 * Math.log(p99 / mean));
}

function lognormalDensity(mean: number, sigma: number): Density {
  const mu = Math.log(mean) - sigma ** 2 / 2;
  return (x) => Math.exp(-(((Math.log(x) - mu) / sigma) ** 2) / 2) / x;
}

function weibullDensity(scale: number, shape: number): Density {
  return (x) => (x / scale) ** (shape - 1) * Math.exp(-((x / scale) ** shape));
}

function paretoDensity(min: number | undefined, shape: number): Density | undefined {
  if (min === undefined) return undefined;
  return (x) => (x < min ? 0 : (min / x) ** (shape + 1));
}

function mixtureDensity(branches: Json | undefined): Density | undefined {
  if (!isList(branches)) return undefined;
  const parts = branches.filter(isObject).map((branch) => ({
    p: Number(branch["p"]),
    mean: durationMs(branch["mean"]) ?? Number.NaN,
  }));
  return (x) => parts.reduce((sum, { p, mean }) => sum + (p / mean) * Math.exp(-x / mean), 0);
}

function middle(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : (a + b) / 2;
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined || !Number.isFinite(factor) ? undefined : value * factor;
}

function paretoMean(
  min: number | undefined,
  max: number | undefined,
  shape: number,
): number | undefined {
  if (min === undefined) return undefined;
  if (max === undefined) return shape > 1 ? (shape * min) / (shape - 1) : undefined;
  const ratio = min / max;
  if (shape === 1) return (min * Math.log(1 / ratio)) / (1 - ratio);
  const whole = (shape * min) / (shape - 1);
  return (whole * (1 - ratio ** (shape - 1))) / (1 - ratio ** shape);
}

function branchMean(branches: Json | undefined): number | undefined {
  if (!isList(branches)) return undefined;
  let sum = 0;
  for (const branch of branches) {
    const mean = isObject(branch) ? durationMs(branch["mean"]) : undefined;
    if (!isObject(branch) || mean === undefined) return undefined;
    sum += Number(branch["p"]) * mean;
  }
  return sum;
}

function quantileMean(quantiles: Json | undefined): number | undefined {
  if (!isList(quantiles)) return undefined;
  let sum = 0;
  let before: readonly [number, number] | undefined;
  for (const pair of quantiles) {
    const ms = isList(pair) ? durationMs(pair[1]) : undefined;
    if (!isList(pair) || ms === undefined) return undefined;
    const p = Number(pair[0]);
    if (before !== undefined) sum += ((before[1] + ms) / 2) * (p - before[0]);
    before = [p, ms];
  }
  return sum;
}

/** Γ(x) for x > 0.5, by Lanczos' approximation (g = 7, n = 9). */
function gamma(x: number): number {
  const coefficients = [
    676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
    12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
  ];
  const z = x - 1;
  let sum = 0.99999999999980993;
  for (const [i, coefficient] of coefficients.entries()) sum += coefficient / (z + i + 1);
  const t = z + 7.5;
  return Math.sqrt(2 * Math.PI) * t ** (z + 0.5) * Math.exp(-t) * sum;
}
