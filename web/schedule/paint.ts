/** Draws the schedule: time ticks, rows, who waits for the GIL, wake-ups, playhead. Knows no stores. */
import { crisp, haloText, strokeLine } from "../charts/canvas.ts";
import { instant, nanoseconds, number } from "../format.ts";
import { type Wakeup } from "./arrows.ts";
import { paintCrosshair } from "./paint-crosshair.ts";
import { paintSlices, placedRows } from "./paint-slices.ts";
import { paintWakeups } from "./paint-wakeups.ts";
import { type Inks, inksFor } from "./patterns.ts";
import { type PlacedRow, timeTicks, toX } from "./rows.ts";
import {
  insidePlot,
  LABEL_WIDTH,
  type ScheduleScene,
  secondDigits,
  TICKS_HEIGHT,
} from "./scene.ts";

export function paintSchedule(scene: ScheduleScene, wakeups: readonly Wakeup[]): void {
  const { ctx, ratio } = scene.surface;
  const inks = inksFor(ctx, scene.colors, ratio);
  paintGrid(scene);
  paintRows(scene);
  insidePlot(scene, () => {
    paintWaiters(scene);
    paintUnrecorded(scene, inks);
    paintSlices(scene, inks);
    paintWakeups(scene, wakeups);
    paintMarked(scene);
    paintMeasured(scene);
  });
  paintTicks(scene);
  paintPlayhead(scene);
  const { slices, clockNs } = scene;
  // Before the clock has moved, the page says in another sentence what will be here.
  if (clockNs > 0 && slices.row.length === 0 && slices.gaps.length === 0) paintNothing(scene);
}

function paintNothing({ surface: { ctx, width, height }, colors }: ScheduleScene): void {
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText("Nothing ran in this stretch.", width / 2, height / 2);
}

function paintGrid({ surface: { ctx, height }, colors, span, plot }: ScheduleScene): void {
  ctx.lineWidth = 1;
  ctx.strokeStyle = colors.token("--line-1");
  for (const { ns } of timeTicks(span, Math.max(2, (plot.right - plot.left) / 84))) {
    const x = crisp(toX(ns, span, plot));
    strokeLine(ctx, [x, TICKS_HEIGHT], [x, height]);
  }
}

function paintTicks({ surface, colors, span, plot, clockNs }: ScheduleScene): void {
  const { ctx, width } = surface;
  ctx.fillStyle = colors.token("--bg-surface");
  ctx.fillRect(0, 0, width, TICKS_HEIGHT);
  const ticks = timeTicks(span, Math.max(2, (plot.right - plot.left) / 84));
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "center";
  ctx.lineWidth = 1;
  ctx.strokeStyle = colors.token("--line-1");
  strokeLine(ctx, [0, TICKS_HEIGHT + 0.5], [width, TICKS_HEIGHT + 0.5]);
  for (const tick of ticks) {
    const x = crisp(toX(tick.ns, span, plot));
    ctx.globalAlpha = 0.6;
    ctx.strokeStyle = colors.token("--line-3");
    strokeLine(ctx, [x, TICKS_HEIGHT - 6], [x, TICKS_HEIGHT]);
    ctx.globalAlpha = 1;
    ctx.fillStyle = colors.token("--text-3");
    const text = tick.label === "" ? `${instant(tick.ns, secondDigits(span))} s` : tick.label;
    const half = ctx.measureText(text).width / 2;
    // The playhead's own figure stands there.
    if (Math.abs(x - toX(clockNs, span, plot)) < half + colors.tickPx * 4) continue;
    ctx.fillText(text, Math.max(half + 4, Math.min(x, width - half - 4)), colors.tickPx + 1);
  }
}

function paintRows({ surface, colors, layout, plot }: ScheduleScene): void {
  const { ctx } = surface;
  ctx.textAlign = "right";
  ctx.textBaseline = "alphabetic";
  for (const { row, y, height } of layout.rows) {
    const strong = row.kind === "gil" || row.kind === "processor";
    ctx.font = `${strong ? 500 : 400} ${colors.tickPx}px ${colors.fontUi}`;
    ctx.fillStyle = colors.token(strong ? "--text-1" : "--text-2");
    ctx.fillText(row.label, LABEL_WIDTH - 8, y + height - 1.5, LABEL_WIDTH - 10);
    ctx.strokeStyle = colors.token("--st-idle");
    ctx.lineWidth = 1;
    ctx.setLineDash([1, 3]);
    const base = crisp(y + height - 1);
    strokeLine(ctx, [plot.left, base], [plot.right, base]);
    ctx.setLineDash([]);
  }
  ctx.strokeStyle = colors.token("--line-1");
  for (const y of layout.dividers) strokeLine(ctx, [0, crisp(y)], [surface.width, crisp(y)]);
  if (layout.waiters === undefined) return;
  ctx.font = `400 ${colors.tickPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-2");
  ctx.fillText("GIL waiters", LABEL_WIDTH - 8, layout.waiters.y + layout.waiters.height / 2 + 3);
}

function fillPath(ctx: CanvasRenderingContext2D, area: Path2D): void {
  // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- a canvas is no array
  ctx.fill(area);
}

/** How many threads wait for the GIL, from pixel to pixel, and on average. */
function paintWaiters({ surface, colors, slices, layout, span, plot }: ScheduleScene): void {
  const { gilWaiters } = slices;
  if (layout.waiters === undefined || gilWaiters === undefined) return;
  const { ctx } = surface;
  const { y, height } = layout.waiters;
  const { mean, fromNs, pixelNs, threads } = gilWaiters;
  const most = Math.max(1, threads);
  const base = y + height;
  const line = new Path2D();
  let [sum, n] = [0, 0];
  for (let i = 0; i < mean.length; i += 1) {
    const [from, to] = [fromNs + i * pixelNs, fromNs + (i + 1) * pixelNs];
    const at = base - (mean[i]! / most) * (height - 2);
    line.lineTo(toX(from, span, plot), at);
    line.lineTo(toX(to, span, plot), at);
    if (from < span.fromNs || to > span.toNs) continue;
    sum += mean[i]!;
    n += 1;
  }
  const area = new Path2D(line);
  area.lineTo(toX(fromNs + mean.length * pixelNs, span, plot), base);
  area.lineTo(toX(fromNs, span, plot), base);
  ctx.globalAlpha = 0.25;
  ctx.fillStyle = colors.token("--st-gil");
  fillPath(ctx, area);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colors.token("--st-gil-2");
  ctx.lineWidth = 1.2;
  ctx.stroke(line);
  if (n === 0 || threads === 0) return;
  ctx.font = `500 ${colors.tickPx}px ${colors.fontUi}`;
  ctx.textAlign = "left";
  ctx.textBaseline = "alphabetic";
  ctx.fillStyle = colors.token("--text-1");
  const text = `${number(sum / n)} of ${threads} threads on average`;
  haloText(ctx, text, [plot.left + 6, base - 4], colors.token("--bg-surface"));
}

function paintUnrecorded(scene: ScheduleScene, inks: Inks): void {
  const { span, plot } = scene;
  for (const gap of scene.slices.gaps) {
    const x0 = Math.max(toX(gap.fromNs, span, plot), plot.left);
    const x1 = Math.min(toX(gap.toNs, span, plot), plot.right);
    if (x1 - x0 >= 1) paintGap(scene, inks, x0, x1);
  }
}

function paintGap({ surface, colors, slices }: ScheduleScene, inks: Inks, x0: number, x1: number) {
  const { ctx, height } = surface;
  ctx.fillStyle = inks.notRecorded;
  ctx.fillRect(x0, TICKS_HEIGHT + 1, x1 - x0, height - TICKS_HEIGHT - 1);
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  const text = slices.unfinished ? "computing once more …" : "not recorded";
  const width = ctx.measureText(text).width + 12;
  if (x1 - x0 < width) return;
  const middle = (x0 + x1) / 2;
  ctx.fillStyle = colors.token("--bg-surface");
  ctx.fillRect(middle - width / 2, TICKS_HEIGHT + 8, width, colors.tickPx + 8);
  ctx.fillStyle = colors.token("--text-2");
  ctx.fillText(text, middle, TICKS_HEIGHT + 12 + colors.tickPx / 2);
}

function paintMarked(scene: ScheduleScene): void {
  const { slices, hovered, picked, colors } = scene;
  const rows = placedRows(scene);
  if (hovered >= 0) {
    const placed = rows[slices.row[hovered]!];
    outline(
      scene,
      placed,
      [slices.start[hovered]!, slices.end[hovered]!],
      colors.token("--text-2"),
    );
  }
  if (picked === undefined) return;
  const placed = rows.find((row) => row?.row.id === picked.row.id);
  outline(scene, placed, [picked.start, picked.end], colors.token("--focus"));
}

function outline(
  { surface: { ctx }, span, plot }: ScheduleScene,
  placed: PlacedRow | undefined,
  [start, end]: readonly [number, number],
  color: string,
): void {
  if (placed === undefined) return;
  const x0 = Math.max(toX(start, span, plot), plot.left + 1);
  const x1 = Math.min(toX(end, span, plot), plot.right - 1);
  if (x1 < plot.left || x0 > plot.right) return;
  ctx.strokeStyle = color;
  ctx.lineWidth = 2;
  ctx.beginPath();
  ctx.roundRect(x0 - 1.5, placed.y - 1, Math.max(0, x1 - x0) + 3, placed.height + 2, 2);
  ctx.stroke();
}

function paintMeasured({ surface, colors, measured, span, plot }: ScheduleScene): void {
  if (measured === undefined) return;
  const { ctx, height } = surface;
  const [x0, x1] = [toX(measured.fromNs, span, plot), toX(measured.toNs, span, plot)];
  ctx.globalAlpha = 0.12;
  ctx.fillStyle = colors.token("--focus");
  ctx.fillRect(x0, TICKS_HEIGHT, x1 - x0, height - TICKS_HEIGHT);
  ctx.globalAlpha = 1;
  ctx.strokeStyle = colors.token("--focus");
  ctx.lineWidth = 1;
  strokeLine(ctx, [crisp(x0), TICKS_HEIGHT], [crisp(x0), height]);
  strokeLine(ctx, [crisp(x1), TICKS_HEIGHT], [crisp(x1), height]);
  ctx.font = `600 ${colors.tickPx}px ${colors.fontUi}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  ctx.fillStyle = colors.token("--text-1");
  const text = nanoseconds(measured.toNs - measured.fromNs);
  const x = Math.max(plot.left + 20, Math.min(plot.right - 20, (x0 + x1) / 2));
  haloText(ctx, text, [x, TICKS_HEIGHT + 4], colors.token("--bg-surface"));
}

function paintPlayhead(scene: ScheduleScene): void {
  const { surface, colors, span, plot, clockNs, crosshairNs } = scene;
  const { ctx, height } = surface;
  if (crosshairNs !== undefined) paintCrosshair(scene, crosshairNs);
  const x = crisp(toX(clockNs, span, plot));
  if (x < plot.left || x > plot.right + 1) return;
  ctx.strokeStyle = colors.token("--ink");
  ctx.lineWidth = 1;
  strokeLine(ctx, [x, 0], [x, height]);
  const text = instant(clockNs, secondDigits(span));
  ctx.font = `500 ${colors.tickPx}px ${colors.fontUi}`;
  const width = ctx.measureText(text).width + 12;
  const left = Math.min(x - width / 2, surface.width - width - 2);
  ctx.fillStyle = colors.token("--ink");
  ctx.beginPath();
  ctx.roundRect(left, 2, width, colors.tickPx + 5, 3);
  ctx.fill();
  ctx.fillStyle = colors.token("--on-ink");
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(text, left + width / 2, 2 + (colors.tickPx + 5) / 2 + 0.5);
}
