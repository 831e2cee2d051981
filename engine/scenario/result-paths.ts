/**
 * The numbers of a lane's result that a claim may speak about. Names of places and memory kinds
 * depend on the runtime, so below `places`, `breakdownMs` and `memoryBytes.kinds` any name goes.
 */
import { didYouMean, show } from "./fields.ts";

const LATENCY = ["mean", "stddev", "min", "p50", "p90", "p95", "p99", "p999", "max"];

const PATHS: readonly string[] = [
  "throughput",
  "errorRate",
  ...LATENCY.map((name) => `latencyMs.${name}`),
  ...["started", "completed", "inFlight"].map((name) => `requests.${name}`),
  ...["timeout", "rejected", "error", "crash"].map((name) => `requests.failed.${name}`),
  ...["utilization", "userSeconds", "systemSeconds", "gcSeconds", "idleSeconds"].map(
    (name) => `cpu.${name}`,
  ),
  ...["utilization", "throttledPeriods", "throttledSeconds"].map((name) => `cpu.limit.${name}`),
  "gil.held",
  "gil.switches",
  ...["voluntary", "involuntary", "task"].map((name) => `contextSwitches.${name}`),
  "memoryBytes.mean",
  "memoryBytes.peak",
  "measuredSeconds",
  "virtualSeconds",
];

/** Undefined when the metric exists in the result of a document with these request classes. */
export function metricProblem(metric: string, classes: readonly string[]): string | undefined {
  if (PATHS.includes(metric)) return undefined;
  if (/^(?:breakdownMs|memoryBytes\.kinds)\.[^.]+$/.test(metric)) return undefined;
  if (/^objectPools\.[^.]+\.(?:hits|misses)$/.test(metric)) return undefined;
  if (/^places\.[^.]+\.(?:mean|max)$/.test(metric)) return undefined;
  const ofClass = /^classes\.([^.]+)\.(?:completed|throughput|latencyMs\.(\w+))$/.exec(metric);
  if (ofClass !== null && classes.includes(ofClass[1]!)) {
    if (ofClass[2] === undefined || LATENCY.includes(ofClass[2])) return undefined;
  }
  const found = `${show(metric)}${didYouMean(metric, PATHS)}`;
  return `expected a number of the result such as "throughput" or "latencyMs.p99", got ${found}`;
}
