/**
 * What is said of a lane that has room: how much, and where the time of its requests goes when
 * nothing is full. A fixed number of users may be what limits it.
 */
import type { Bounds, LaneResult, ResourceUse } from "../../engine/api.ts";
import { THIN, duration, exactDuration, grouped, number, percent, rate } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import type { Insight } from "./insight.ts";
import {
  FAILING,
  FEWEST,
  ceilingText,
  failureText,
  joined,
  lineText,
  nameOf,
} from "./insight-words.ts";

/** A closed load this near to what its users can ask for is limited by them. */
const NEAR = 0.95;
/** Half an interval wider than this share of its middle is too wide to rely on. */
const WIDE = 0.2;
/** A slowest percent that is so many times the median deserves a sentence. */
const LONG_TAIL = 4;
/** So many requests make a percentile that can be relied on. */
const TAIL_FEWEST = 500;
/** A place that takes this share of the time of a request is where it goes. */
const MOST = 0.5;

export function headroom(lane: LaneRun, use: ResourceUse, result: LaneResult): Insight {
  const { letter } = lane;
  const { bounds, throughput } = result;
  if (bounds !== undefined && asksForNoMore(bounds, result)) {
    return limitedByUsers(letter, bounds, use, result);
  }
  const loses = result.errorRate >= FAILING;
  const sentences = [
    `${ceilingText(use, `${nameOf(use)} would be full`)}; ${letter} is at ${rate(throughput)}.`,
    failureText(result) || tailText(result) || lineText(use, result),
    weakness(result) || whereText(lane, result),
  ];
  return {
    title: loses
      ? `${letter} loses ${percent(result.errorRate)} of its requests and is not full.`
      : `${letter} has room: busiest is ${nameOf(use)}, at ${percent(use.used)}.`,
    text: joined(sentences),
    laws: [use.units === 1 ? "utilisation" : "bottleneck"],
    place: use.place,
  };
}

/** What users ask for is all that is done, so that more of anything else would change nothing. */
export function asksForNoMore({ byUsers }: Bounds, { throughput }: LaneResult): boolean {
  return throughput >= byUsers * NEAR;
}

function limitedByUsers(
  letter: string,
  bounds: Bounds,
  use: ResourceUse,
  result: LaneResult,
): Insight {
  const { users, knee } = bounds;
  return {
    title: `${letter} is limited by its users: nothing is full.`,
    text: joined([
      usersText(bounds),
      knee > users ? `Only from about ${number(knee)} users on would ${nameOf(use)} be full.` : "",
      failureText(result),
    ]),
    laws: ["bounds"],
    place: use.place,
  };
}

/** "A request takes 25 ms alone, so 10 users ask for 10 ÷ 25 ms ≈ 400/s at most." */
export function usersText({ users, demandMs, thinkMs, byUsers }: Bounds): string {
  const alone = exactDuration(demandMs);
  const cycle = thinkMs > 0 ? `(${alone} + ${exactDuration(thinkMs)})` : alone;
  const who = users === 1 ? "1 user asks" : `${grouped(users)} users ask`;
  return `A request takes ${alone} alone, so ${who} for ${grouped(users)} ÷ ${cycle} ≈ ${rate(byUsers)} at most.`;
}

/** What most requests do not meet; empty where the slowest are much like the others. */
function tailText({ latencyMs: { p50, p99 }, requests }: LaneResult): string {
  if (requests.completed < TAIL_FEWEST || !(p99 >= LONG_TAIL * p50)) return "";
  return `One request in a hundred takes ${duration(p99)} or longer, ${number(p99 / p50)} times the median.`;
}

/** "99 % of the mean 21 ms goes by waiting for I/O." Empty where no place takes most of it. */
function whereText(
  { topology }: LaneRun,
  { breakdownMs, latencyMs: { mean } }: LaneResult,
): string {
  const [place, ms] = Object.entries(breakdownMs).toSorted(([, a], [, b]) => b - a)[0] ?? ["", 0];
  const label = topology?.places.find(({ name }) => name === place)?.label;
  if (label === undefined || !(ms >= MOST * mean)) return "";
  return `Of the mean ${duration(mean)}, ${percent(Math.min(1, ms / mean))} is “${label}”.`;
}

/** What is missing where the evidence is weak. */
function weakness({ confidence, throughput, requests: { completed } }: LaneResult): string {
  if (completed < FEWEST) {
    const all = completed === 1 ? "One request was" : `${grouped(completed)} requests were`;
    return `${all} completed: too few to rely on.`;
  }
  const [low, high] = confidence.throughput;
  const half = (high - low) / 2;
  if (!Number.isFinite(half) || half <= WIDE * throughput) return "";
  return `The rate is known to ±${THIN}${percent(half / throughput)} only: a longer run would tell more.`;
}
