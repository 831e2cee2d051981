/**
 * Checks what a scenario claims about a lane against the lane's result. A number is judged as it
 * stands, unless its confidence interval is so wide that another seed might well turn the verdict.
 */
import type { ClaimResult, LaneResult, Verdict } from "../api.ts";
import type { Claim } from "../scenario/model.ts";

export function checkClaims(claims: readonly Claim[], result: LaneResult): ClaimResult[] {
  return claims.map((claim) => {
    const value = numberAt(result, claim.metric.split("."));
    if (value === undefined) return { ...claim, value: null, verdict: "undecided" };
    return { ...claim, value, verdict: verdictOn(claim, value, result.confidence) };
  });
}

/**
 * The finite number at a path of names. A name may itself contain dots, so the longest is tried
 * first; only own properties count, so that no path leads into a prototype.
 */
function numberAt(value: unknown, path: readonly string[]): number | undefined {
  if (path.length === 0) {
    return typeof value === "number" && Number.isFinite(value) ? value : undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  for (let length = path.length; length > 0; length--) {
    const property = Object.getOwnPropertyDescriptor(value, path.slice(0, length).join("."));
    const found = property && numberAt(property.value, path.slice(length));
    if (found !== undefined) return found;
  }
  return undefined;
}

function verdictOn(claim: Claim, value: number, confidence: LaneResult["confidence"]): Verdict {
  const bounds = boundsOf(claim);
  const interval = intervalOf(claim.metric, confidence);
  if (interval !== undefined && isWide(interval, value)) {
    const [low, high] = interval;
    const isOpen = bounds.some(({ at }) => low <= at && at <= high);
    if (isOpen) return "undecided";
  }
  return bounds.every((bound) => isKept(bound, value)) ? "holds" : "fails";
}

interface Bound {
  readonly at: number;
  /** The side on which the value must lie; "at least" and "at most" include the bound. */
  readonly side: "above" | "below" | "at least" | "at most";
}

function boundsOf(claim: Claim): readonly Bound[] {
  const bounds: Bound[] = [];
  if (claim.below !== undefined) bounds.push({ at: claim.below, side: "below" });
  if (claim.above !== undefined) bounds.push({ at: claim.above, side: "above" });
  if (claim.is !== undefined) {
    const half = toleranceOf(claim, claim.is);
    bounds.push(
      { at: claim.is - half, side: "at least" },
      { at: claim.is + half, side: "at most" },
    );
  }
  return bounds;
}

const DEFAULT_WITHIN = 0.05;

/** A share such as the error rate is compared in percentage points: it may well be 0. */
function toleranceOf(claim: Claim, is: number): number {
  const within = claim.within ?? DEFAULT_WITHIN;
  return claim.metric === "errorRate" ? within : within * Math.abs(is);
}

function isKept(bound: Bound, value: number): boolean {
  switch (bound.side) {
    case "above":
      return value > bound.at;
    case "below":
      return value < bound.at;
    case "at least":
      return value >= bound.at;
    case "at most":
      return value <= bound.at;
  }
}

function intervalOf(
  metric: string,
  confidence: LaneResult["confidence"],
): readonly [number, number] | undefined {
  switch (metric) {
    case "throughput":
      return confidence.throughput;
    case "latencyMs.mean":
      return confidence.meanMs;
    case "latencyMs.p99":
      return confidence.p99Ms;
    default:
      return undefined;
  }
}

/** Half-widths above this share of the value leave a verdict open. */
const WIDE = 0.1;

/** False for [NaN, NaN], where there is no interval. */
function isWide([low, high]: readonly [number, number], value: number): boolean {
  return (high - low) / 2 > WIDE * Math.abs(value);
}
