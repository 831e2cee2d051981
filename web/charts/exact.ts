/** What theory says of the selected lane, as rules across the charts. */
import { number } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import type { Rule } from "./model.ts";

/** The exact rate; empty where the lane is no textbook queue. */
export function exactThroughput(lane: LaneRun | undefined): readonly Rule[] {
  const exact = lane?.textbook?.exact;
  if (lane === undefined || exact === undefined) return [];
  return [ruleOf(lane, exact.throughput, "")];
}

/** The exact percentiles where they are known, else the exact mean. */
export function exactLatency(lane: LaneRun | undefined): readonly Rule[] {
  const exact = lane?.textbook?.exact;
  if (lane === undefined || exact === undefined) return [];
  const { p50Ms, p99Ms, meanMs } = exact;
  if (p50Ms === undefined || p99Ms === undefined) return [ruleOf(lane, meanMs, "mean ")];
  return [ruleOf(lane, p50Ms, "p50 "), ruleOf(lane, p99Ms, "p99 ")];
}

function ruleOf({ letter, textbook }: LaneRun, at: number, what: string): Rule {
  const limit = textbook?.isLimit === true ? "limit" : "exact";
  return { at, label: `${textbook?.queue ?? ""} ${limit} ${what}${number(at)}`, lane: letter };
}
