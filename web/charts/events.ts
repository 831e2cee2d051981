/**
 * What happened when: changes of the load, a queue that filled up, latency that passed the SLO. As
 * dots on their line, each with a leader to its words.
 */
import { instant } from "../format.ts";
import type { LaneRun, PlannedLoad } from "../state/lane-run.ts";
import type { ChartEvent, ChartInput, ChartModel } from "./model.ts";
import type { Note, NoteSpot } from "./notes.ts";
import type { ChartScene } from "./paint.ts";
import type { Palette } from "./palette.ts";
import { column, perSecond, times } from "./series.ts";

/** A queue that is this full on average over a sample counts as full. */
const FULL = 0.95;
/** More than that are no stages that anybody has in mind. */
const MOST_STAGES = 8;

/** Where the planned load changes its slope; a recording has no stages. */
export function stageChanges(planned: PlannedLoad | undefined): readonly ChartEvent[] {
  if (planned?.unit !== "rate" || planned.isRecorded) return [];
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

/** " A: accept queue full from 24.8 s." for each that has happened; `digits` after the point. */
export function eventText(events: readonly ChartEvent[], ns: number, digits: number): string {
  return events
    .filter(({ atNs, lane }) => lane !== undefined && atNs <= ns)
    .map(({ atNs, label, lane }) => ` ${lane ?? ""}: ${label} from ${instant(atNs, digits)} s.`)
    .join("");
}

const DOT_RADIUS = 2.6;
/** From a dot to the words about it, CSS pixels. */
const LEADER = { x: 7, y: 11 } as const;

/** The words stand beside their dot, or not at all: see `eventNotes`. */
export function paintEvents({ surface: { ctx }, plot, model, moment, colors }: ChartScene): void {
  for (const event of due(model, moment.clockNs)) {
    ctx.beginPath();
    const at: [number, number] = [plot.toX(event.atNs), plot.toY(event.value)];
    ctx.arc(...at, DOT_RADIUS * colors.lineFactor, 0, 2 * Math.PI);
    ctx.fillStyle = eventColor(event, colors);
    ctx.fill();
  }
}

export function eventNotes({ plot, model, moment, colors }: ChartScene): Note[] {
  return due(model, moment.clockNs).map((event) => {
    const [x, y] = [plot.toX(event.atNs), plot.toY(event.value)];
    const spots = [1, -1].flatMap((across) =>
      [1, -1].map((down): NoteSpot => {
        const end = [x + across * (LEADER.x - 2), y + down * LEADER.y] as const;
        return {
          x: x + across * LEADER.x,
          y: end[1] + down * 3,
          align: across > 0 ? "left" : "right",
          leader: [[x, y], end],
        };
      }),
    );
    return { text: event.label, color: eventColor(event, colors), spots };
  });
}

/** In the order in which they happen: the first has the first choice of a place. */
function due({ events = [] }: ChartModel, clockNs: number): readonly ChartEvent[] {
  return events
    .filter(({ atNs, lane, value }) => Number.isFinite(value) && isDue(atNs, lane, clockNs))
    .toSorted((a, b) => a.atNs - b.atNs);
}

function eventColor({ lane }: ChartEvent, colors: Palette): string {
  return lane === undefined ? colors.token("--text-2") : colors.lanes[lane].text;
}

/** The load is planned, also ahead of the clock; what happens to a lane has to happen first. */
function isDue(atNs: number, lane: ChartEvent["lane"], clockNs: number): boolean {
  return lane === undefined || atNs <= clockNs;
}
