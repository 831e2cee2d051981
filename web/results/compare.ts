/** The comparison table as data: rows of figures, their deltas against lane A, the best of each. */
import type { LaneResult, ReplicatedLane, ReplicatedMetric, Textbook } from "../../engine/api.ts";
import type { Slo } from "../charts/model.ts";
import { NONE, count, delta, number, percentDigits, shortMs, shortRate } from "../format.ts";
import type { Reading } from "./readings.ts";
import { type Significance, significanceOf } from "./significance.ts";
import { errorText } from "./theory.ts";

export interface Cell {
  readonly text: string;
  /** Against the first lane; empty in its own column. */
  readonly delta: string;
  readonly best: boolean;
  /** The value breaks the SLO. */
  readonly breach: boolean;
  /** What replications say of the difference; undefined before there are enough. */
  readonly significance: Significance | undefined;
}

export interface Row {
  readonly name: string;
  readonly unit: string;
  /** What exactly is counted, for the tooltip. */
  readonly meaning: string;
  /** Theory, not a measurement. */
  readonly isExact?: true;
  readonly cells: readonly Cell[];
}

interface Metric {
  readonly name: string;
  readonly unit: string;
  readonly meaning: string;
  readonly read: (result: LaneResult) => number;
  readonly write: (value: number) => string;
  /** Absent where neither more nor less is better. */
  readonly better?: "more" | "less";
  readonly limit?: (slo: Slo) => number | undefined;
  /** Deltas of shares mislead: 0.1 % against 0.2 % is no doubling that matters. */
  readonly noDelta?: true;
  /** Shown only where at least one lane has such a value. */
  readonly rare?: true;
  /** What replications call it. */
  readonly replicated?: ReplicatedMetric;
  /** What theory says, where it does; a row of its own below the metric's. */
  readonly exact?: (textbook: Textbook) => number | undefined;
}

const MIB = 2 ** 20;

const METRICS: readonly Metric[] = [
  {
    name: "Throughput",
    unit: "/s",
    meaning: "completed requests per virtual second after the warm-up",
    read: (result) => result.throughput,
    replicated: "throughput",
    write: shortRate,
    better: "more",
    exact: ({ exact }) => exact.throughput,
  },
  {
    name: "Mean",
    unit: "ms",
    meaning: "mean latency, which theory gives more often than percentiles",
    read: (result) => result.latencyMs.mean,
    replicated: "meanMs",
    write: shortMs,
    better: "less",
    exact: ({ exact }) => exact.meanMs,
  },
  {
    name: "p50",
    unit: "ms",
    meaning: "half of the requests took no longer than this",
    read: (result) => result.latencyMs.p50,
    replicated: "p50Ms",
    write: shortMs,
    better: "less",
    exact: ({ exact }) => exact.p50Ms,
  },
  {
    name: "p99",
    unit: "ms",
    meaning: "99 of 100 requests took no longer than this",
    read: (result) => result.latencyMs.p99,
    replicated: "p99Ms",
    write: shortMs,
    better: "less",
    limit: (slo) => slo.p99Ms,
    exact: ({ exact }) => exact.p99Ms,
  },
  {
    name: "Errors",
    unit: "%",
    meaning: "share of requests that failed, timed out or were refused",
    read: (result) => result.errorRate,
    replicated: "errorRate",
    write: percentDigits,
    limit: (slo) => slo.errorRate,
    noDelta: true,
    exact: ({ exact }) => (exact.errorRate > 0 ? exact.errorRate : undefined),
  },
  {
    name: "Memory",
    unit: "MiB",
    meaning: "most memory in use at any instant",
    read: (result) => result.memoryBytes.peak / MIB,
    replicated: "memoryBytes",
    write: number,
    better: "less",
  },
  {
    name: "CPU",
    unit: "%",
    meaning: "share of the time of all cores that was spent computing",
    read: (result) => result.cpu.utilization,
    replicated: "cpu",
    write: percentDigits,
  },
  {
    name: "Throttled",
    unit: "%",
    meaning: "share of the 100 ms periods in which the CPU limit stopped a core",
    read: (result) => result.cpu.limit?.throttledPeriods ?? NaN,
    write: percentDigits,
    better: "less",
    noDelta: true,
    rare: true,
  },
  {
    name: "Switches",
    unit: "/s",
    meaning: "times per virtual second that a core changed to another thread",
    read: (result) =>
      (result.contextSwitches.voluntary + result.contextSwitches.involuntary) /
      result.measuredSeconds,
    replicated: "switches",
    write: count,
    better: "less",
  },
];

export function compare(
  lanes: readonly Reading[],
  slo: Slo,
  replicated: readonly ReplicatedLane[] = [],
): Row[] {
  const isTextbook = lanes.some(({ textbook }) => textbook !== undefined);
  const shown = METRICS.filter(
    (metric) =>
      (metric.name !== "Mean" || isTextbook) &&
      (metric.rare === undefined ||
        lanes.some(({ result }) => !Number.isNaN(read(metric, result)))),
  );
  return shown.flatMap((metric) =>
    [simulatedRow(metric, lanes, { slo, replicated })].concat(exactRow(metric, lanes)),
  );
}

interface Context {
  readonly slo: Slo;
  readonly replicated: readonly ReplicatedLane[];
}

function simulatedRow(
  metric: Metric,
  lanes: readonly Reading[],
  { slo, replicated }: Context,
): Row {
  const values = lanes.map(({ result }) => read(metric, result));
  const limit = metric.limit?.(slo) ?? Infinity;
  const best = bestText(metric, values);
  return {
    name: metric.name,
    unit: metric.unit,
    meaning: metric.meaning,
    cells: values.map((value, i) => {
      const lane = replicated[lanes[i]?.index ?? i];
      const significance = significanceOf(lane, i, metric.replicated, writeReplicated(metric));
      return {
        text: metric.write(value),
        delta: i === 0 ? "" : metric.noDelta ? NONE : delta(value, values[0] ?? NaN),
        best: metric.write(value) === best,
        breach: value > limit,
        significance,
      };
    }),
  };
}

/** Replications count bytes where the table counts MiB; ends of intervals may be small shares. */
function writeReplicated({ replicated, write }: Metric): (value: number) => string {
  if (replicated === "memoryBytes") return (value) => write(value / MIB);
  return write === percentDigits ? (value) => number(value * 100) : write;
}

/** What theory says, and how far the run is from it. */
function exactRow(metric: Metric, lanes: readonly Reading[]): Row[] {
  const exact = lanes.map(({ textbook }) => textbook && metric.exact?.(textbook));
  if (exact.every((value) => value === undefined)) return [];
  return [
    {
      name: `${metric.name} exact`,
      unit: "",
      isExact: true,
      meaning: "what queueing theory says; beside it, how far this run is from that",
      cells: exact.map((value, i) => ({
        text: value === undefined ? NONE : metric.write(value),
        delta: value === undefined ? "" : errorText(read(metric, lanes[i]?.result), value),
        best: false,
        breach: false,
        significance: undefined,
      })),
    },
  ];
}

function read(metric: Metric, result: LaneResult | undefined): number {
  if (result === undefined) return NaN;
  const none = metric.name.startsWith("p") && result.requests.completed === 0;
  return none ? NaN : metric.read(result);
}

/** The best value as it is written; undefined where there is no contest. */
function bestText({ better, write }: Metric, values: readonly number[]): string | undefined {
  const known = values.filter((value) => !Number.isNaN(value));
  if (better === undefined || new Set(known.map(write)).size < 2) return undefined;
  return write(better === "more" ? Math.max(...known) : Math.min(...known));
}

/** What changed about the SLO between two readings, as sentences; empty when nothing did. */
export function verdictNews(before: readonly Reading[], after: readonly Reading[]): string {
  return after
    .filter(({ slo }, i) => slo !== undefined && slo !== "undecided" && slo !== before[i]?.slo)
    .map(({ letter, slo }) => `${letter} ${slo === "holds" ? "meets" : "misses"} the SLO.`)
    .join(" ");
}
