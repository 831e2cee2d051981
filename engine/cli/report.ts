/** A run as people read it on a terminal: one row per lane, then what was claimed. */
import type { ClaimResult, LaneResult, RunResult } from "../api.ts";

export function reportText(result: RunResult): string {
  const parts = [`${result.scenario} (seed ${result.seed}, engine ${result.engine})`, ""];
  parts.push(...table([HEADINGS, ...result.lanes.map(laneCells)]), "");
  for (const lane of result.lanes) parts.push(`${lane.name}: ${lane.bottleneck.text}`);
  const claims = result.lanes.flatMap((lane) => lane.claims.map((claim) => [lane, claim] as const));
  if (claims.length > 0) parts.push("", ...claims.map(([lane, claim]) => claimText(lane, claim)));
  return `${[...parts, "", `digest ${result.digest}`].join("\n")}\n`;
}

const HEADINGS = ["lane", "req/s", "mean", "p50", "p95", "p99", "errors", "CPU", "memory"];

function laneCells(lane: LaneResult): readonly string[] {
  const { latencyMs } = lane;
  return [
    lane.name,
    number(lane.throughput),
    ...[latencyMs.mean, latencyMs.p50, latencyMs.p95, latencyMs.p99].map(milliseconds),
    percent(lane.errorRate),
    percent(lane.cpu.utilization) + limitText(lane.cpu.limit),
    bytes(lane.memoryBytes.peak),
  ];
}

/** A lane at its limit looks idle by the cores' time: " (98 % of 1.5)". */
function limitText(limit: LaneResult["cpu"]["limit"]): string {
  return limit === undefined ? "" : ` (${percent(limit.utilization)} of ${limit.cpus})`;
}

/** Columns as wide as their widest cell: the first to the left, numbers to the right. */
function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!)))
      .join("  "),
  );
}

function claimText(lane: LaneResult, claim: ClaimResult): string {
  const goals: string[] = [];
  if (claim.is !== undefined) goals.push(`is ${claim.is} within ${claim.within ?? 0}`);
  if (claim.below !== undefined) goals.push(`below ${claim.below}`);
  if (claim.above !== undefined) goals.push(`above ${claim.above}`);
  const value = claim.value === null ? "no value" : number(claim.value);
  const what = `${lane.name}: ${claim.metric} ${goals.join(", ")}`;
  return `${claim.verdict.padEnd("undecided".length)}  ${what}: got ${value}`;
}

/** Four significant digits, and whole numbers in full. */
function number(value: number): string {
  if (!Number.isFinite(value)) return "-";
  return Math.abs(value) >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

function milliseconds(ms: number): string {
  if (!Number.isFinite(ms)) return "-";
  return ms < 1 ? `${number(ms * 1000)} us` : `${number(ms)} ms`;
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${number(Math.round(share * 1000) / 10)} %` : "-";
}

function bytes(count: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let [value, unit] = [count, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${Number(value.toPrecision(3))} ${units[unit]!}`;
}
