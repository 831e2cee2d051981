/**
 * What happened when: changes of the load, a queue that filled up, latency that passed the SLO. As
 * dots on their line, each with a leader to its words.
 */
import { instant } from "../format.ts";
import type { LaneRun, PlannedLoad } from "../state/lane-run.ts";
import { haloText, strokeLine } from "./canvas.ts";
import type { ChartEvent, ChartInput } from "./model.ts";
import type { ChartScene } from "./paint.ts";
import { column, perSecond, times } from "./series.ts";

/** A queue that is this full on average over a sample counts as full. */
const FULL = 0.95;
/** Corners of a recorded profile are no stages. */
const MOST_STAGES = 8;

/** Where the planned load changes its slope. */
export function stageChanges(planned: PlannedLoad | undefined): readonly ChartEvent[] {
  if (planned?.unit !== "rate") return [];
  const points = planned.points.filter((point, i) => !isRepeated(point, planned.points[i - 1]));
  const events = points.flatMap(([ns, value], i): ChartEvent[] => {
    const before = points[i - 1];
    const after = points[i + 1];
    if (before === undefined || after === undefined) return [];
    const rising = (value - before[1]) / Math.max(1, ns - before[0]);
    const next = (after[1] - value) / Math.max(1, after[0] - ns);
    const turns = Math.abs(next - rising) > 1e-3 * Math.max(Math.abs(next), Math.abs(rising));
    return turns ? [{ atNs: ns, value, label: stageLabel(rising, next) }] : [];
  });
  return events.length > MOST_STAGES ? [] : events;
}

/** Ramps meet in corners that are a nanosecond apart and the same on a screen. */
function isRepeated(
  [ns, value]: readonly [number, number],
  before: readonly [number, number] | undefined,
): boolean {
  if (before === undefined) return false;
  return ns - before[0] <= 1000 && Math.abs(value - before[1]) <= 1e-3 * Math.max(value, 1);
}

function stageLabel(before: number, after: number): string {
  if (Math.abs(after) < 1e-3 * Math.abs(before)) return "holds";
  return after > 0 && after > before ? "rises" : "falls";
}

/** When a queue with a limit was full for the first time. */
export function fullQueues({ selected, lanes }: ChartInput): readonly ChartEvent[] {
  if (selected === undefined || !lanes.includes(selected)) return [];
  const t = times(selected.samples);
  const rates = perSecond(selected.samples, "completed");
  return (selected.topology?.places ?? []).flatMap((place): ChartEvent[] => {
    const capacity = place.capacity ?? 0;
    if (place.kind !== "queue" || capacity <= 0) return [];
    const tasks = column(selected.samples, `place.${place.name}`);
    const first = tasks.findIndex((n) => n >= capacity * FULL);
    if (first < 0) return [];
    const value = rates[first] ?? NaN;
    return [{ atNs: t[first] ?? 0, value, label: `${place.label} full`, lane: selected.letter }];
  });
}

/** When the p99 of the selected lane first passed the SLO after the warm-up. */
export function sloPassed({ selected, lanes, slo }: ChartInput, warmupNs: number): ChartEvent[] {
  const limit = slo.p99Ms;
  if (limit === undefined || selected === undefined || !lanes.includes(selected)) return [];
  return firstAbove(selected, limit, warmupNs);
}

function firstAbove({ samples, letter }: LaneRun, limit: number, warmupNs: number): ChartEvent[] {
  const t = times(samples);
  const p99 = column(samples, "p99");
  const first = p99.findIndex((ms, i) => ms > limit && (t[i] ?? 0) >= warmupNs);
  if (first < 0) return [];
  return [{ atNs: t[first] ?? 0, value: p99[first] ?? NaN, label: "above the SLO", lane: letter }];
}

/** " A: accept queue full from 24.8 s." for each that has happened. */
export function eventText(events: readonly ChartEvent[], ns: number): string {
  return events
    .filter(({ atNs, lane }) => lane !== undefined && atNs <= ns)
    .map(({ atNs, label, lane }) => ` ${lane ?? ""}: ${label} from ${instant(atNs, 1)} s.`)
    .join("");
}

const DOT_RADIUS = 2.6;
const LEADER_PX = { x: 7, y: 11 } as const;

/** Later events give way to earlier ones where their words would overlap; their dots stay. */
export function paintEvents({ surface: { ctx }, plot, model, moment, colors }: ChartScene): void {
  let freeFrom = -Infinity;
  const due = (model.events ?? [])
    .filter(({ atNs, lane, value }) => Number.isFinite(value) && isDue(atNs, lane, moment.clockNs))
    .toSorted((a, b) => a.atNs - b.atNs);
  for (const { atNs, value, label, lane } of due) {
    const x = plot.toX(atNs);
    const y = plot.toY(value);
    const color = lane === undefined ? colors.token("--text-2") : colors.lanes[lane].text;
    ctx.beginPath();
    ctx.arc(x, y, DOT_RADIUS * colors.lineFactor, 0, 2 * Math.PI);
    ctx.fillStyle = color;
    ctx.fill();
    ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
    const width = ctx.measureText(label).width;
    const left = Math.max(plot.left + 2, Math.min(x + LEADER_PX.x, plot.right - width));
    if (left < freeFrom) continue;
    freeFrom = left + width + LEADER_PX.x;
    const below = y + LEADER_PX.y + colors.tickPx < plot.bottom;
    const end = y + (below ? LEADER_PX.y : -LEADER_PX.y);
    ctx.strokeStyle = color;
    ctx.lineWidth = 0.75;
    strokeLine(ctx, [x, y], [Math.max(x, left - 2), end]);
    ctx.textAlign = "left";
    ctx.textBaseline = "middle";
    haloText(ctx, label, [left, end + (below ? 3 : -3)], colors.token("--bg-surface"));
  }
}

/** The load is planned, also ahead of the clock; what happens to a lane has to happen first. */
function isDue(atNs: number, lane: ChartEvent["lane"], clockNs: number): boolean {
  return lane === undefined || atNs <= clockNs;
}
