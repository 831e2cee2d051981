/** The four charts: from samples to lines, bands, rules and labels. */
import type { LaneRun, SampleTable } from "../state/lane-run.ts";
import { bytes, count, number, percentDigits, shortMs } from "../format.ts";
import { fullQueues, sloPassed, stageChanges } from "./events.ts";
import { exactLatency, exactThroughput } from "./exact.ts";
import { highestOfBands, intervals } from "./intervals.ts";
import { type Band, type BuildChart, type Key, type Line, WIDTH } from "./model.ts";
import { growLatencyDomain, latencyAxis, linearAxis } from "./scale.ts";
import { column, columnsUnder, indexAt, perSecond, smoothed, times, total } from "./series.ts";

const MIB = 2 ** 20;
/** Shares of the lane's colour: four kinds of memory, from the base up. */
const STACK_STRENGTHS = [0.62, 0.44, 0.28, 0.15] as const;
const BAND_STRENGTH = 0.13;

export const throughput: BuildChart = (input, before) => {
  const { lanes, selected } = input;
  const lines = lanes.map((lane): Line => ({
    lane: lane.letter,
    metric: "",
    x: times(lane.samples),
    y: perSecond(lane.samples, "completed"),
    width: lane === selected ? WIDTH.selected : WIDTH.other,
    label: { showLane: true, rank: lane === selected ? 0 : 1 },
  }));
  const plan = selected?.planned ?? lanes[0]?.planned;
  const planned = plan?.unit === "rate" ? plan.points : [];
  const rules = exactThroughput(selected);
  const known = [...planned.map(([, value]) => value), ...rules.map(({ at }) => at)];
  const bands = intervals(input, "throughput");
  const highest = Math.max(highestOf(lines), highestOfBands(bands), ...known);
  return {
    axis: growLinear(before, highest, tickText),
    bands,
    lines,
    rules,
    events: [...stageChanges(plan), ...fullQueues(input)],
    planned,
    ...(plan?.isPart ? { plannedLabel: "offered, without users" } : {}),
    namesForks: true,
    keys: [],
    formatValue: rateText,
    unit: "requests per second",
  };
};

export const latency: BuildChart = (input, before) => {
  const { lanes, selected, slo } = input;
  const thin = lanes.map((lane) => percentile(lane, "p50", lane === selected));
  const thick = lanes.map((lane) => percentile(lane, "p99", lane === selected));
  const middle = selected && lanes.includes(selected) ? [percentile(selected, "p95", true)] : [];
  const lines = [...thin, ...middle, ...thick];
  const exact = exactLatency(selected);
  const limit = slo.p99Ms;
  const rules = [
    ...exact,
    ...(limit === undefined ? [] : [{ at: limit, label: `SLO p99 ≤ ${number(limit)} ms` }]),
  ];
  const [low, high] = extent(lines);
  const isShown = selected !== undefined && lanes.includes(selected);
  const percentiles = isShown ? [percentileBand(selected.samples, selected)] : [];
  const bands = intervals(input, "p99");
  // Before there was data the axis was a guess, which nothing has to grow from.
  const known = before !== undefined && Number.isFinite(extent(before.lines)[0]);
  const domain = growLatencyDomain(
    known ? before.axis.domain : undefined,
    Math.min(low, ...rules.map(({ at }) => at)),
    Math.max(high, highestOfBands(bands), ...rules.map(({ at }) => at)),
  );
  return {
    axis: latencyAxis(domain),
    bands: [...percentiles, ...bands],
    lines,
    rules,
    events: sloPassed(input, input.warmupNs),
    planned: [],
    keys: [],
    formatValue: latencyText,
    unit: "ms",
  };
};

export const memory: BuildChart = (input, before) => {
  const { lanes, selected, memoryLimitBytes, readNs } = input;
  const lines = lanes.map((lane): Line => ({
    lane: lane.letter,
    metric: "",
    x: times(lane.samples),
    y: inMebibytes(memoryTotal(lane.samples)),
    width: lane === selected ? WIDTH.selected : WIDTH.other,
    label: { showLane: true, rank: lane === selected ? 0 : 1 },
  }));
  const bands = intervals(input, "memory", (value) => value / MIB);
  const highest = Math.max(highestOf(lines), highestOfBands(bands));
  const limit = memoryLimitBytes === undefined ? Infinity : memoryLimitBytes / MIB;
  // A limit far above every line would flatten them; then only the title names it.
  const rules = limit <= highest * 4 ? [{ at: limit, label: `limit ${mebibytes(limit)}` }] : [];
  const stack = selected && lanes.includes(selected) ? memoryStack(selected, readNs) : undefined;
  return {
    axis: growLinear(before, Math.max(highest, ...rules.map((rule) => rule.at)), tickText),
    bands: [...(stack?.bands ?? []), ...bands],
    lines,
    rules,
    planned: [],
    keys: stack?.keys ?? [],
    formatValue: number,
    unit: "MiB",
  };
};

export const cpu: BuildChart = (input) => {
  const { lanes, selected } = input;
  const bands = intervals(input, "cpu", (value, index) => {
    const own = lanes.find((lane) => lane.index === index)?.topology?.cores ?? 1;
    return (value / own) * 100;
  });
  const lines = lanes.map((lane): Line => ({
    lane: lane.letter,
    metric: "",
    x: times(lane.samples),
    y: total(cpuShares(lane)),
    width: lane === selected ? WIDTH.selected : WIDTH.other,
    label: { showLane: true, rank: lane === selected ? 0 : 1 },
  }));
  const cores = selected?.topology?.cores ?? 1;
  const single = selected !== undefined && cores > 1 && runsOneAtATime(selected);
  return {
    axis: linearAxis(95, number),
    bands: [
      ...(selected && lanes.includes(selected) ? stacked(selected, cpuShares(selected)) : []),
      ...bands,
    ],
    lines,
    rules: single ? [{ at: 100 / cores, label: "1 core" }] : [],
    planned: [],
    keys: [],
    formatValue: (value) => percentDigits(value / 100),
    unit: "% of all cores",
  };
};

function percentile(lane: LaneRun, metric: "p50" | "p95" | "p99", isSelected: boolean): Line {
  const line = {
    lane: lane.letter,
    metric,
    x: times(lane.samples),
    y: column(lane.samples, metric),
    width: metric !== "p99" ? WIDTH.thin : isSelected ? WIDTH.selected : WIDTH.other,
  };
  if (metric === "p95") return { ...line, dash: [3, 2], label: { showLane: false, rank: 3 } };
  const rank = { p99: isSelected ? 0 : 1, p50: isSelected ? 2 : 4 }[metric];
  return { ...line, label: { showLane: metric === "p99" || !isSelected, rank } };
}

function percentileBand(samples: SampleTable, lane: LaneRun): Band {
  return {
    lane: lane.letter,
    x: times(samples),
    low: column(samples, "p50"),
    high: column(samples, "p99"),
    strength: BAND_STRENGTH,
  };
}

/** All bytes of a lane, sample by sample. */
function memoryTotal(samples: SampleTable): Float64Array {
  return total(columnsUnder(samples, "mem.").map((kind) => column(samples, `mem.${kind}`)));
}

function memoryStack(lane: LaneRun, readNs: number): { bands: Band[]; keys: Key[] } {
  const kinds = columnsUnder(lane.samples, "mem.");
  const single = kinds.length <= STACK_STRENGTHS.length ? kinds : kinds.slice(0, 3);
  const layers = single.map((kind) => column(lane.samples, `mem.${kind}`));
  if (single.length < kinds.length) {
    layers.push(total(kinds.slice(3).map((kind) => column(lane.samples, `mem.${kind}`))));
  }
  const inUnits = layers.map(inMebibytes);
  const at = indexAt(times(lane.samples), readNs);
  const keys = inUnits.map((layer, i): Key => ({
    lane: lane.letter,
    strength: STACK_STRENGTHS[i]!,
    label: single[i] ?? "other",
    value: number(layer[at] ?? NaN),
  }));
  return { bands: stacked(lane, inUnits), keys };
}

/** Layers as bands on top of each other. */
function stacked(lane: LaneRun, layers: readonly Float64Array[]): Band[] {
  let low = new Float64Array(layers[0]?.length ?? 0);
  return layers.map((layer, i) => {
    const high = total([low, layer]);
    const strength = STACK_STRENGTHS[Math.min(i, STACK_STRENGTHS.length - 1)]!;
    const band = { lane: lane.letter, x: times(lane.samples), low, high, strength };
    low = high as Float64Array<ArrayBuffer>;
    return band;
  });
}

/** User, system and garbage collection in percent of the lane's cores. */
function cpuShares(lane: LaneRun): Float64Array[] {
  const cores = lane.topology?.cores ?? 1;
  return ["user", "system", "gc"].map((kind) =>
    smoothed(lane.samples, `cpu.${kind}`).map((value) => (value / cores) * 100),
  );
}

/** Whether one core is all that the lane's runtime can compute on: one process with a GIL. */
function runsOneAtATime({ topology }: LaneRun): boolean {
  const hasGil = topology?.places.some((place) => place.kind === "gil") ?? false;
  return hasGil && topology?.processes === 1;
}

function growLinear(
  before: Parameters<BuildChart>[1],
  highest: number,
  format: (value: number) => string,
) {
  const axis = linearAxis(highest, format);
  return before !== undefined && before.axis.domain[1] > axis.domain[1] ? before.axis : axis;
}

function highestOf(lines: readonly Line[]): number {
  return Math.max(0, extent(lines)[1]);
}

function extent(lines: readonly Line[]): [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const { y } of lines) {
    for (const value of y) {
      if (value < low && value > 0) low = value;
      if (value > high) high = value;
    }
  }
  return [low, high];
}

/** Ticks have room for four digits. */
function tickText(value: number): string {
  return value >= 1e4 ? count(value) : number(value);
}

function inMebibytes(values: Float64Array): Float64Array {
  return values.map((value) => value / MIB);
}

function mebibytes(value: number): string {
  return value >= 1024 ? bytes(value * MIB) : number(value);
}

function latencyText(ms: number): string {
  return ms >= 999.5 ? `${number(ms / 1000)} s` : shortMs(ms);
}

/** All digits of a million are more than a label has room for. */
function rateText(value: number): string {
  return value >= 999_500 ? count(value) : number(value);
}
