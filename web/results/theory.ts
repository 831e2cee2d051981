/** A textbook lane against theory: each figure that has an exact value, and the run's error. */
import type { LaneResult, TextbookFigures } from "../../engine/api.ts";
import { NONE, THIN, duration, number, percent, rate } from "../format.ts";

export interface Comparison {
  readonly name: string;
  readonly exact: string;
  readonly simulated: string;
  readonly error: string;
}

interface Figure {
  readonly name: string;
  readonly exact: (exact: TextbookFigures) => number | undefined;
  readonly simulated: (result: LaneResult) => number;
  readonly write: (value: number) => string;
}

const FIGURES: readonly Figure[] = [
  {
    name: "throughput",
    exact: ({ throughput }) => throughput,
    simulated: ({ throughput }) => throughput,
    write: rate,
  },
  {
    name: "mean",
    exact: ({ meanMs }) => meanMs,
    simulated: ({ latencyMs }) => latencyMs.mean,
    write: duration,
  },
  {
    name: "p50",
    exact: ({ p50Ms }) => p50Ms,
    simulated: ({ latencyMs }) => latencyMs.p50,
    write: duration,
  },
  {
    name: "p90",
    exact: ({ p90Ms }) => p90Ms,
    simulated: ({ latencyMs }) => latencyMs.p90,
    write: duration,
  },
  {
    name: "p95",
    exact: ({ p95Ms }) => p95Ms,
    simulated: ({ latencyMs }) => latencyMs.p95,
    write: duration,
  },
  {
    name: "p99",
    exact: ({ p99Ms }) => p99Ms,
    simulated: ({ latencyMs }) => latencyMs.p99,
    write: duration,
  },
  {
    name: "p99.9",
    exact: ({ p999Ms }) => p999Ms,
    simulated: ({ latencyMs }) => latencyMs.p999,
    write: duration,
  },
  {
    name: "refused",
    exact: ({ errorRate }) => errorRate,
    simulated: ({ errorRate }) => errorRate,
    write: percent,
  },
  {
    name: "cores in use",
    exact: ({ busyCores }) => busyCores,
    simulated: ({ cpu, measuredSeconds }) =>
      (cpu.userSeconds + cpu.systemSeconds + cpu.gcSeconds) / measuredSeconds,
    write: number,
  },
];

export function compareWithTheory(exact: TextbookFigures, result: LaneResult): Comparison[] {
  return FIGURES.flatMap((figure) => {
    const is = figure.exact(exact);
    if (is === undefined) return [];
    const was = figure.simulated(result);
    return [
      {
        name: figure.name,
        exact: figure.write(is),
        simulated: figure.write(was),
        error: errorText(was, is),
      },
    ];
  });
}

/** "+0.9 %": the run against theory, to a tenth of a percent. */
export function errorText(value: number, exact: number): string {
  const percents = (value / exact - 1) * 100;
  if (!Number.isFinite(percents)) return NONE;
  const sign = percents >= 0.05 ? "+" : percents <= -0.05 ? "−" : "±";
  return `${sign}${Math.abs(percents).toFixed(1)}${THIN}%`;
}
