/**
 * The latencies of each lane as a histogram, in the engine's bins: eight to a doubling. Counts only;
 * the percentiles beside them are the engine's.
 */
import type { LatencySummary, RequestKind, RequestTimes } from "../../engine/api.ts";
import { times as sampleTimes } from "../charts/series.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { binOf, binStart, binsOf } from "./heat-model.ts";

export interface LaneHistogram {
  readonly lane: LaneRun;
  /** By bin, of all bins. */
  readonly counts: Float64Array;
  readonly total: number;
  /** The engine's percentiles (ns), where there are any for these requests. */
  readonly marks: readonly { readonly name: string; readonly ns: number }[];
}

export interface HistogramModel {
  /** Bins of the first and the last one drawn. */
  readonly low: number;
  readonly high: number;
  readonly lanes: readonly LaneHistogram[];
}

export interface HistogramInput {
  readonly kind: RequestKind;
  /** By lane; undefined: what the samples count. */
  readonly times: readonly (RequestTimes | undefined)[] | undefined;
  /** Counts by bin that are drawn over a lane's. */
  readonly over: Float64Array | undefined;
}

/** The measured part of every lane; undefined where nothing has been counted yet. */
export function histogramOf(
  lanes: readonly LaneRun[],
  input: HistogramInput,
): HistogramModel | undefined {
  const shown = lanes.map((lane): LaneHistogram => {
    const times = input.times?.[lane.index];
    const counts =
      input.times === undefined
        ? countSamples(lane)
        : countTimes(times, binsOf(lane.samples), measuredFromNs(lane));
    const total = counts.reduce((a, b) => a + b, 0);
    return { lane, counts, total, marks: marksOf(lane, input.kind) };
  });
  const drawn = [...shown.map(({ counts }) => counts), ...(input.over ? [input.over] : [])];
  const firsts = drawn.map((counts) => counts.findIndex((count) => count > 0));
  const lasts = drawn.map((counts) => counts.findLastIndex((count) => count > 0));
  const high = Math.max(...lasts);
  if (high < 0) return undefined;
  const low = Math.min(...firsts.filter((bin) => bin >= 0));
  return { low: Math.max(0, low - 1), high: high + 1, lanes: shown };
}

/** When the measured part of a lane began, or will. */
function measuredFromNs({ result, nowNs }: LaneRun): number {
  if (result === undefined) return nowNs;
  return Math.round((result.virtualSeconds - result.measuredSeconds) * 1e9);
}

function countSamples(lane: LaneRun): Float64Array {
  const { samples } = lane;
  const warmupNs = measuredFromNs(lane);
  const counts = new Float64Array(binsOf(samples));
  const first = samples.columns.get("heat.0") ?? 0;
  const t = sampleTimes(samples);
  for (let row = 0; row < samples.count; row++) {
    if ((t[row - 1] ?? 0) < warmupNs) continue;
    const at = row * samples.width + first;
    for (let bin = 0; bin < counts.length; bin++) counts[bin]! += samples.data[at + bin]!;
  }
  return counts;
}

const cache = new WeakMap<RequestTimes, { warmupNs: number; counts: Float64Array }>();

function countTimes(times: RequestTimes | undefined, bins: number, warmupNs: number): Float64Array {
  const known = times && cache.get(times);
  if (known?.warmupNs === warmupNs) return known.counts;
  const counts = new Float64Array(bins);
  times?.tookNs.forEach((ns, i) => {
    if (times.endedNs[i]! >= warmupNs) counts[binOf(ns, bins)]! += 1;
  });
  if (times !== undefined) cache.set(times, { warmupNs, counts });
  return counts;
}

/** Failures have no percentiles: they are never mixed with answers. */
function marksOf({ result }: LaneRun, { outcome, request }: RequestKind): LaneHistogram["marks"] {
  if (result === undefined || outcome !== "completed") return [];
  const latency: LatencySummary | undefined =
    request === undefined ? result.latencyMs : result.classes[request]?.latencyMs;
  const marks = [
    { name: "p50", ns: (latency?.p50 ?? NaN) * 1e6 },
    { name: "p99", ns: (latency?.p99 ?? NaN) * 1e6 },
  ];
  return marks.filter(({ ns }) => ns > 0);
}

/** The latencies (ns) of bins `from` to `to`, both included. */
export function binsSpan(from: number, to: number): { fastestNs: number; slowestNs: number } {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  return { fastestNs: low === 0 ? 0 : binStart(low), slowestNs: binStart(high + 1) };
}
