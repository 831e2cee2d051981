/** Draws one chart model onto a canvas. Knows colours and pixels, no stores. */
import { scaleLinear, scaleLog } from "d3-scale";
import { type Surface, crisp, strokeLine } from "./canvas.ts";
import { decimate } from "./decimate.ts";
import { paintEvents } from "./events.ts";
import { paintForks } from "./forks.ts";
import type { Band, ChartModel, Line } from "./model.ts";
import { type Palette, mix } from "./palette.ts";
import { layLabels, paintKeys, paintLabels } from "./paint-labels.ts";
import { paintNotes, ruleColor } from "./paint-notes.ts";
import { type TimeAxis, spacedTicks } from "./scale.ts";
import { type PaintedText, textWidth, write } from "./texts.ts";

export interface Moment {
  readonly timeAxis: TimeAxis;
  readonly clockNs: number;
  readonly warmupNs: number;
  /** Where labels are read: the crosshair where there is one, else the playhead. */
  readonly readNs: number;
  readonly crosshairNs: number | undefined;
  /** The last chart of a column writes the times that all share. */
  readonly showTimes: boolean;
  /** Text of a value, held still between two readings. */
  readonly textOf: (label: string, low: number, high: number) => string;
}

/** Geometry of one chart, CSS pixels. */
export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  readonly toX: (ns: number) => number;
  readonly toY: (value: number) => number;
}

export interface ChartScene {
  readonly surface: Surface;
  readonly plot: Plot;
  readonly model: ChartModel;
  readonly moment: Moment;
  readonly colors: Palette;
  /** All that has been written so far. */
  readonly texts: PaintedText[];
}

const MARGIN_RIGHT = 8;
const PLAIN_BOTTOM = 6;

/** Space for the value ticks at the left. */
export function leftMargin(colors: Palette): number {
  return Math.round(colors.tickPx * 3.5);
}

/** Space above the plot: half of the uppermost tick's figure. */
function topMargin(colors: Palette): number {
  return Math.max(6, Math.ceil(colors.tickPx / 2) + 1);
}

/** Height of the line of text under a plot. */
function keyHeight(colors: Palette): number {
  return Math.round(colors.tickPx * 1.5);
}

/** Width left for the plot in a chart of `width`. */
export function plotWidth(width: number, colors: Palette): number {
  return width - leftMargin(colors) - MARGIN_RIGHT;
}

export function layOut(surface: Surface, model: ChartModel, moment: Moment, colors: Palette): Plot {
  const left = leftMargin(colors);
  const top = topMargin(colors);
  const right = surface.width - MARGIN_RIGHT;
  const times = moment.showTimes ? colors.tickPx + 6 : PLAIN_BOTTOM;
  const keys = model.keys.length > 0 ? keyHeight(colors) : 0;
  const bottom = surface.height - times - keys;
  const [low, high] = model.axis.domain;
  const toX = scaleLinear(moment.timeAxis.domain, [left, right]);
  const isLog = model.axis.kind === "log";
  const toY = (isLog ? scaleLog : scaleLinear)([low, high], [bottom, top]);
  return {
    left,
    right,
    top,
    bottom,
    toX,
    toY: (value) => toY(isLog ? Math.max(value, low) : value),
  };
}

export function paintChart(scene: ChartScene): void {
  paintWarmup(scene);
  paintGrid(scene);
  upToTheClock(scene, () => {
    for (const band of scene.model.bands) paintBand(scene, band);
  });
  paintRules(scene);
  paintPlanned(scene);
  upToTheClock(scene, () => {
    for (const line of scene.model.lines) paintLine(scene, line);
  });
  paintForks(scene);
  paintEvents(scene);
  const labels = layLabels(scene);
  paintPlayhead(scene);
  paintNotes(
    scene,
    labels.map(({ box }) => box),
  );
  paintLabels(scene, labels);
  if (scene.model.keys.length > 0) paintKeys(scene);
}

/** A lane may have computed further than the clock, which waits for the slowest. */
function upToTheClock(
  { surface: { ctx, height }, plot, moment }: ChartScene,
  draw: () => void,
): void {
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.left - 1, 0, plot.toX(moment.clockNs) - plot.left + 2, height);
  ctx.clip();
  draw();
  ctx.restore();
}

function paintWarmup({ surface: { ctx }, plot, moment, colors }: ChartScene): void {
  const end = Math.min(plot.toX(moment.warmupNs), plot.right);
  if (end - plot.left < 1) return;
  ctx.fillStyle = colors.token("--bg-hover");
  ctx.globalAlpha = 0.6;
  ctx.fillRect(plot.left, plot.top, end - plot.left, plot.bottom - plot.top);
  ctx.globalAlpha = 1;
}

function paintGrid(scene: ChartScene): void {
  const { surface, plot, model, moment, colors } = scene;
  const { ctx } = surface;
  const common = { color: colors.token("--text-3"), px: colors.tickPx } as const;
  ctx.strokeStyle = colors.token("--line-1");
  ctx.lineWidth = 1;
  for (const tick of model.axis.ticks) {
    const y = crisp(plot.toY(tick.at));
    strokeLine(ctx, [plot.left, y], [plot.right, y]);
  }
  for (const { label: text, at } of spacedTicks(model.axis.ticks, plot.toY, colors.tickPx)) {
    const y = crisp(plot.toY(at));
    write(scene, { ...common, kind: "tick", text, x: plot.left - 5, y, align: "right" });
  }
  ctx.strokeStyle = colors.token("--line-3");
  ctx.globalAlpha = 0.6;
  for (const at of model.axis.minorTicks) {
    const y = crisp(plot.toY(at));
    strokeLine(ctx, [plot.left - 3, y], [plot.left, y]);
  }
  const base = crisp(plot.bottom);
  strokeLine(ctx, [plot.left, base], [plot.right, base]);
  for (const tick of moment.timeAxis.ticks) {
    const x = crisp(plot.toX(tick.at));
    strokeLine(ctx, [x, base], [x, base + 3]);
  }
  ctx.globalAlpha = 1;
  if (!moment.showTimes) return;
  const y = plot.bottom + colors.tickPx * 0.65 + 4;
  for (const { label: text, at } of moment.timeAxis.ticks) {
    const half = textWidth(ctx, `400 ${colors.tickPx}px ${colors.fontUi}`, text) / 2;
    const x = Math.min(plot.toX(at), plot.right + MARGIN_RIGHT - half);
    write(scene, { ...common, kind: "time", text, x, y, align: "center" });
  }
}

function paintBand({ surface: { ctx }, plot, colors }: ChartScene, band: Band): void {
  ctx.fillStyle = mix(colors.lanes[band.lane].line, colors.token("--bg-surface"), band.strength);
  // The band between percentiles lies over the grid, the stack hides it.
  ctx.globalAlpha = band.strength < 0.14 ? 0.85 : 1;
  if (band.isInterval) {
    ctx.fillStyle = colors.lanes[band.lane].line;
    ctx.globalAlpha = band.strength;
  }
  let start = 0;
  while (start < band.x.length) {
    while (start < band.x.length && Number.isNaN(band.high[start]! + band.low[start]!)) start += 1;
    let end = start;
    while (end < band.x.length && !Number.isNaN(band.high[end]! + band.low[end]!)) end += 1;
    if (end > start) fillBetween(ctx, plot, band, [start, end]);
    start = end;
  }
  ctx.globalAlpha = 1;
}

function fillBetween(
  ctx: CanvasRenderingContext2D,
  plot: Plot,
  band: Band,
  [start, end]: readonly [number, number],
): void {
  const x = band.x.subarray(start, end).map(plot.toX);
  const point = (values: Float64Array, i: number): void =>
    ctx.lineTo(x[i]!, plot.toY(values[start + i]!));
  ctx.beginPath();
  for (const i of decimate(x, band.high.subarray(start, end))) point(band.high, i);
  for (const i of decimate(x, band.low.subarray(start, end)).toReversed()) point(band.low, i);
  ctx.closePath();
  ctx.fill();
}

function paintRules({ surface: { ctx }, plot, model, colors }: ChartScene): void {
  for (const rule of model.rules) {
    const y = crisp(plot.toY(rule.at));
    ctx.strokeStyle = ruleColor(rule, colors);
    ctx.lineWidth = 1;
    // Theory is told from limits by its longer strokes, and by its words.
    ctx.setLineDash(rule.lane === undefined ? [3, 3] : [8, 3]);
    strokeLine(ctx, [plot.left, y], [plot.right, y]);
    ctx.setLineDash([]);
  }
}

function paintPlanned({ surface: { ctx }, plot, model, colors }: ChartScene): void {
  const { planned } = model;
  if (planned.length < 2) return;
  ctx.strokeStyle = colors.token("--text-2");
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  ctx.beginPath();
  for (const [ns, value] of planned) ctx.lineTo(plot.toX(ns), plot.toY(value));
  ctx.stroke();
  ctx.setLineDash([]);
}

function paintLine({ surface, plot, colors }: ChartScene, line: Line): void {
  const { ctx, ratio } = surface;
  ctx.strokeStyle = colors.lanes[line.lane].line;
  ctx.lineWidth = line.width * colors.lineFactor;
  ctx.lineJoin = "round";
  ctx.setLineDash([...(line.dash ?? [])]);
  ctx.beginPath();
  const devicePixels = line.x.map((ns) => plot.toX(ns) * ratio);
  let broken = true;
  for (const i of decimate(devicePixels, line.y)) {
    const value = line.y[i]!;
    if (Number.isNaN(value)) broken = true;
    else {
      const x = devicePixels[i]! / ratio;
      if (broken) ctx.moveTo(x, plot.toY(value));
      else ctx.lineTo(x, plot.toY(value));
      broken = false;
    }
  }
  ctx.stroke();
  ctx.setLineDash([]);
}

function paintPlayhead({ surface: { ctx }, plot, moment, colors }: ChartScene): void {
  ctx.strokeStyle = colors.token("--ink");
  ctx.lineWidth = 1;
  ctx.globalAlpha = moment.crosshairNs === undefined ? 0.85 : 0.3;
  const clock = crisp(plot.toX(moment.clockNs));
  strokeLine(ctx, [clock, plot.top - 3], [clock, plot.bottom]);
  ctx.globalAlpha = 1;
  if (moment.crosshairNs === undefined) return;
  const cross = crisp(plot.toX(moment.crosshairNs));
  if (cross < plot.left || cross > plot.right) return;
  ctx.strokeStyle = colors.token("--text-2");
  strokeLine(ctx, [cross, plot.top - 3], [cross, plot.bottom]);
}
