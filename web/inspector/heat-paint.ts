/** The heatmap on its canvas: cells, axes, the lines of p50 and p99, the limit, and the selection. */
import { crisp, haloText, strokeLine, type Surface } from "../charts/canvas.ts";
import type { Palette } from "../charts/palette.ts";
import { latencyAxis, timeAxis } from "../charts/scale.ts";
import { column, times } from "../charts/series.ts";
import { duration } from "../format.ts";
import type { SampleTable } from "../state/lane-run.ts";
import {
  binStart,
  countAt,
  heatStep,
  spanOf,
  type CellRange,
  type HeatModel,
} from "./heat-model.ts";

const MARGIN = { left: 46, right: 12, top: 8, bottom: 20 };

/** Lines closer than this (CSS pixels) have no room for a name each. */
const LABEL_GAP = 16;

/** The slowest latency of the axis is at least so many times the fastest. */
const LEAST_RANGE = 20;

/** CSS pixels of a canvas. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Plot {
  readonly heat: HeatModel;
  readonly box: Box;
  readonly durationNs: number;
  /** Latencies (ns) at the lower and the upper end. */
  readonly range: readonly [number, number];
  readonly x: (ns: number) => number;
  /** Of a latency in ns. */
  readonly y: (ns: number) => number;
}

export function plotOf({ width, height }: Surface, heat: HeatModel, durationNs: number): Plot {
  const box = {
    left: MARGIN.left,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
  };
  const range = atLeast(binStart(heat.low), binStart(heat.high + 1));
  const [low, high] = range.map(Math.log) as [number, number];
  const end = Math.max(1, durationNs);
  return {
    heat,
    box,
    durationNs: end,
    range,
    x: (ns) => box.left + (Math.min(ns, end) / end) * (box.right - box.left),
    y: (ns) => box.bottom - ((Math.log(ns) - low) / (high - low)) * (box.bottom - box.top),
  };
}

/** A range of latencies around another one in which there are ticks. */
function atLeast(low: number, high: number): readonly [number, number] {
  const missing = Math.max(1, LEAST_RANGE / (high / low));
  return [low / Math.sqrt(missing), high * Math.sqrt(missing)];
}

/** The virtual instant (ns) at an x. */
export function instantAt({ box, durationNs }: Plot, atX: number): number {
  return ((atX - box.left) / Math.max(1, box.right - box.left)) * durationNs;
}

export function paintEmpty({ ctx, width, height }: Surface, colors: Palette, text: string): void {
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.textAlign = "center";
  ctx.fillText(text, width / 2, height / 2);
}

export function paintCells({ ctx }: Surface, { heat, box, x, y }: Plot, colors: Palette): void {
  ctx.fillStyle = colors.token("--heat-0");
  ctx.fillRect(box.left, box.top, box.right - box.left, box.bottom - box.top);
  for (let at = 0; at + 1 < heat.times.length; at++) {
    const [from, to] = [Math.round(x(heat.times[at]!)), Math.round(x(heat.times[at + 1]!))];
    for (let bin = heat.low; bin <= heat.high; bin++) {
      const step = heatStep(countAt(heat, { column: at, bin }), heat.most);
      if (step === 0) continue;
      const [top, base] = [Math.round(y(binStart(bin + 1))), Math.round(y(binStart(bin)))];
      ctx.fillStyle = colors.token(`--heat-${step}`);
      ctx.fillRect(from, top, Math.max(1, to - from), Math.max(1, base - top));
    }
  }
}

export function paintAxes(surface: Surface, plot: Plot, colors: Palette): void {
  const { ctx } = surface;
  const { box, x, y } = plot;
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.strokeStyle = colors.token("--line-3");
  ctx.lineWidth = 1;
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  for (const { at } of latencyAxis(inMs(plot)).ticks) {
    const tickY = y(at * 1e6);
    ctx.fillText(duration(at), box.left - 7, tickY);
    strokeLine(ctx, [box.left - 4, crisp(tickY)], [box.left, crisp(tickY)]);
  }
  ctx.textBaseline = "top";
  const plotPx = box.right - box.left;
  const axis = timeAxis({ clockNs: 0, durationNs: plot.durationNs, plotPx, roomPx: 0 });
  axis.ticks.forEach(({ at, label }, i) => {
    const isLast = i === axis.ticks.length - 1 && x(at) > box.right - 20;
    ctx.textAlign = isLast ? "right" : "center";
    ctx.fillText(label, isLast ? box.right + 8 : x(at), box.bottom + 6);
    strokeLine(ctx, [crisp(x(at)), box.bottom], [crisp(x(at)), box.bottom + 3]);
  });
}

function inMs({ range }: Plot): readonly [number, number] {
  return [range[0] / 1e6, range[1] / 1e6];
}

/** The limit of p99, where it is among what is drawn. */
export function paintLimit(
  { ctx }: Surface,
  plot: Plot,
  colors: Palette,
  sloMs: number | undefined,
): void {
  const { box, y } = plot;
  const [low, high] = inMs(plot);
  if (sloMs === undefined || sloMs < low || sloMs > high) return;
  const at = crisp(y(sloMs * 1e6));
  ctx.strokeStyle = colors.token("--text-2");
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  strokeLine(ctx, [box.left, at], [box.right, at]);
  ctx.setLineDash([]);
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.fillStyle = colors.token("--text-1");
  haloText(ctx, `SLO p99 ≤ ${duration(sloMs)}`, [box.left + 8, at - 3], colors.token("--heat-0"));
}

/** Dark on light cells and light on dark ones: each line has a halo. */
export function paintQuantiles(
  { ctx }: Surface,
  { box, x, y }: Plot,
  colors: Palette,
  samples: SampleTable,
): void {
  const t = times(samples);
  for (const name of ["p50", "p99"]) {
    const values = column(samples, name);
    ctx.beginPath();
    let isDown = false;
    values.forEach((ms, i) => {
      if (!(ms > 0)) {
        isDown = false;
        return;
      }
      const point = [x(t[i]!), y(ms * 1e6)] as const;
      if (isDown) ctx.lineTo(...point);
      else ctx.moveTo(...point);
      isDown = true;
    });
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    ctx.strokeStyle = colors.token("--bg-surface");
    ctx.stroke();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = colors.token("--text-1");
    ctx.stroke();
  }
  nameLines(
    { ctx, box, colors },
    ["p50", "p99"].flatMap((name) => endOf(name, samples, { x, y })),
  );
}

interface LineEnd {
  readonly name: string;
  readonly x: number;
  readonly y: number;
}

/** Where a line ends, if it has begun. */
function endOf(name: string, samples: SampleTable, { x, y }: Pick<Plot, "x" | "y">): LineEnd[] {
  const values = column(samples, name);
  const last = values.findLastIndex((ms) => ms > 0);
  return last < 0 ? [] : [{ name, x: x(times(samples)[last]!), y: y(values[last]! * 1e6) }];
}

interface NamesInput {
  readonly ctx: CanvasRenderingContext2D;
  readonly box: Box;
  readonly colors: Palette;
}

/** p50 under its line, p99 over it; one name for both where they run together. */
function nameLines({ ctx, box, colors }: NamesInput, ends: readonly LineEnd[]): void {
  const [p50, p99] = ends;
  const areOne = p50 !== undefined && p99 !== undefined && p50.y - p99.y < LABEL_GAP;
  const named = areOne ? [{ ...p50, name: "p50, p99" }] : ends;
  ctx.font = `500 ${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-1");
  ctx.textAlign = "right";
  for (const { name, x, y } of named) {
    const isUnder = name !== "p99" || y - box.top < LABEL_GAP;
    ctx.textBaseline = isUnder ? "top" : "bottom";
    const at = [Math.min(box.right - 6, x - 4), y + (isUnder ? 5 : -4)] as const;
    haloText(ctx, name, at, colors.token("--bg-surface"));
  }
}

/** The chosen cells, with lines to both axes. */
export function paintSelection(
  { ctx }: Surface,
  plot: Plot,
  colors: Palette,
  range: CellRange,
): void {
  const { heat, box, x, y } = plot;
  const { fromNs, toNs, fastestNs, slowestNs } = spanOf(heat, range);
  const [left, right] = [Math.round(x(fromNs)), Math.round(x(toNs))];
  const top = Math.round(y(slowestNs));
  const bottom = Math.round(y(Math.max(fastestNs, binStart(heat.low))));
  const width = Math.max(3, right - left);
  for (const [color, line] of [
    ["--bg-surface", 4],
    ["--focus", 2.5],
  ] as const) {
    ctx.strokeStyle = colors.token(color);
    ctx.lineWidth = line;
    ctx.strokeRect(left - 1, top - 1, width + 2, bottom - top + 2);
  }
  ctx.strokeStyle = colors.token("--focus");
  ctx.lineWidth = 1;
  ctx.setLineDash([2, 3]);
  const middle = crisp(left + width / 2);
  strokeLine(ctx, [middle, bottom + 2], [middle, box.bottom]);
  strokeLine(ctx, [box.left, crisp((top + bottom) / 2)], [left - 2, crisp((top + bottom) / 2)]);
  ctx.setLineDash([]);
}

/** The instant that all views share. */
export function paintCrosshair(
  { ctx }: Surface,
  { box, durationNs, x }: Plot,
  colors: Palette,
  ns: number | undefined,
): void {
  if (ns === undefined || ns > durationNs) return;
  ctx.strokeStyle = colors.token("--text-2");
  ctx.lineWidth = 1;
  strokeLine(ctx, [crisp(x(ns)), box.top], [crisp(x(ns)), box.bottom]);
}
