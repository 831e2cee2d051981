/** Draws the schedule: time ticks, rows, slices by state, playhead. Knows no stores. */
import type { ScheduleSlices } from "../../engine/api.ts";
import { type Surface, crisp, strokeLine } from "../charts/canvas.ts";
import type { Palette } from "../charts/palette.ts";
import { instant } from "../format.ts";
import { LOOKS } from "./forms.ts";
import { type Inks, inksFor } from "./patterns.ts";
import { type PlacedRow, type Plot, type RowLayout, timeTicks, toX } from "./rows.ts";
import type { Span } from "./window.ts";

export interface ScheduleScene {
  readonly surface: Surface;
  readonly colors: Palette;
  readonly slices: ScheduleSlices;
  readonly layout: RowLayout;
  readonly span: Span;
  readonly plot: Plot;
  readonly clockNs: number;
  readonly crosshairNs: number | undefined;
  /** Index of the slice under the pointer; -1: none. */
  readonly picked: number;
}

/** Left column for the row labels, and the band for the time ticks. */
const LABEL_WIDTH = 66;
export const TICKS_HEIGHT = 20;
const RIGHT_MARGIN = 10;
/** Narrower slices are drawn without their hatch. */
const FORM_MIN_PX = 3;

export function plotOf(width: number): Plot {
  return { left: LABEL_WIDTH, right: Math.max(LABEL_WIDTH + 1, width - RIGHT_MARGIN) };
}

export function paintSchedule(scene: ScheduleScene): void {
  const { ctx, ratio } = scene.surface;
  const inks = inksFor(ctx, scene.colors, ratio);
  paintTicks(scene);
  paintRows(scene);
  paintUnrecorded(scene, inks);
  ctx.save();
  ctx.beginPath();
  ctx.rect(scene.plot.left, 0, scene.plot.right - scene.plot.left, scene.surface.height);
  ctx.clip();
  paintSlices(scene, inks);
  paintPicked(scene);
  ctx.restore();
  paintPlayhead(scene);
  if (scene.slices.row.length === 0) paintNothing(scene);
}

function paintNothing({ surface: { ctx, width, height }, colors }: ScheduleScene): void {
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText("Nothing ran in this stretch.", width / 2, height / 2);
}

function paintTicks({ surface, colors, span, plot, clockNs }: ScheduleScene): void {
  const { ctx, width, height } = surface;
  const ticks = timeTicks(span, Math.max(2, (plot.right - plot.left) / 84));
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.textBaseline = "alphabetic";
  ctx.textAlign = "center";
  ctx.fillStyle = colors.token("--text-3");
  ctx.lineWidth = 1;
  ctx.strokeStyle = colors.token("--line-1");
  strokeLine(ctx, [0, TICKS_HEIGHT + 0.5], [width, TICKS_HEIGHT + 0.5]);
  for (const tick of ticks) {
    const x = crisp(toX(tick.ns, span, plot));
    ctx.strokeStyle = colors.token("--line-1");
    strokeLine(ctx, [x, TICKS_HEIGHT], [x, height]);
    ctx.strokeStyle = colors.token("--line-3");
    ctx.globalAlpha = 0.6;
    strokeLine(ctx, [x, TICKS_HEIGHT - 6], [x, TICKS_HEIGHT]);
    ctx.globalAlpha = 1;
    const text = tick.label === "" ? `${instant(tick.ns, secondDigits(span))} s` : tick.label;
    const half = ctx.measureText(text).width / 2;
    // The playhead's own figure stands there.
    if (Math.abs(x - toX(clockNs, span, plot)) < half + colors.tickPx * 4) continue;
    ctx.fillText(text, Math.max(half + 4, Math.min(x, width - half - 4)), colors.tickPx + 1);
  }
}

/** Digits after the second that tell two neighbouring instants of the window apart. */
export function secondDigits({ fromNs, toNs }: Span): number {
  const width = toNs - fromNs;
  return width >= 1e7 ? 3 : width >= 1e4 ? 6 : 9;
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
  if (layout.hidden === 0) return;
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.fillText(`+${layout.hidden} more`, LABEL_WIDTH - 8, layout.bottom + colors.tickPx);
}

function paintSlices(scene: ScheduleScene, inks: Inks): void {
  const { slices, layout, span, plot } = scene;
  const { ctx } = scene.surface;
  const byIndex = new Map(layout.rows.map((placed) => [placed.index, placed]));
  for (let i = 0; i < slices.row.length; i += 1) {
    const placed = byIndex.get(slices.row[i]!);
    const state = slices.state[i]!;
    const look = LOOKS[state];
    if (placed === undefined || look === undefined || look.form === "none") continue;
    const x0 = Math.max(toX(slices.start[i]!, span, plot), plot.left - 4);
    const x1 = Math.min(toX(slices.end[i]!, span, plot), plot.right + 4);
    if (x1 < plot.left || x0 > plot.right) continue;
    const width = Math.max(0.7, x1 - x0);
    ctx.fillStyle = width < FORM_MIN_PX ? inks.thin[state]! : inks.fills[state]!;
    if (look.form === "line") paintWait(ctx, placed, x0, x1);
    else {
      const height = placed.height * look.height;
      // A hairline of space keeps neighbouring slices of one state apart.
      const drawn = width > FORM_MIN_PX ? width - 0.6 : width;
      ctx.fillRect(x0, placed.y + placed.height - height, drawn, height);
      if (look.state === "run") paintWhose(scene, placed, { x0, x1, slice: i });
    }
  }
}

/** A wait outside: a thin line on the baseline, with caps where it begins and ends. */
function paintWait(
  ctx: CanvasRenderingContext2D,
  { y, height }: PlacedRow,
  x0: number,
  x1: number,
): void {
  const base = y + height;
  ctx.fillRect(x0, base - 3, Math.max(0.7, x1 - x0), 2.2);
  if (x1 - x0 <= 4) return;
  ctx.fillRect(x0, base - 5.2, 1, 4.4);
  ctx.fillRect(x1 - 1, base - 5.2, 1, 4.4);
}

/** Who has the core, or the request's number, inside a slice that has room for it. */
function paintWhose(
  { surface: { ctx }, colors, slices }: ScheduleScene,
  placed: PlacedRow,
  { x0, x1, slice }: { readonly x0: number; readonly x1: number; readonly slice: number },
): void {
  if (x1 - x0 < 16 || slices.slices[slice]! > 1) return;
  const number = slices.number[slice]!;
  const text = slices.threads[slices.thread[slice]!] ?? (number < 0 ? undefined : `#${number}`);
  if (text === undefined) return;
  ctx.font = `600 ${colors.tickPx - 1.5}px ${colors.fontUi}`;
  if (ctx.measureText(text).width + 5 > x1 - x0) return;
  ctx.fillStyle = colors.token("--st-run-2");
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, (x0 + x1) / 2, placed.y + placed.height - 2.4);
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

function paintPicked({ surface, slices, layout, span, plot, colors, picked }: ScheduleScene): void {
  const placed = layout.rows.find(({ index }) => index === slices.row[picked]);
  if (picked < 0 || placed === undefined) return;
  const x0 = Math.max(toX(slices.start[picked]!, span, plot), plot.left + 1);
  const x1 = Math.min(toX(slices.end[picked]!, span, plot), plot.right - 1);
  surface.ctx.strokeStyle = colors.token("--focus");
  surface.ctx.lineWidth = 2;
  surface.ctx.beginPath();
  surface.ctx.roundRect(x0 - 1.5, placed.y - 1, x1 - x0 + 3, placed.height + 2, 2);
  surface.ctx.stroke();
}

function paintPlayhead(scene: ScheduleScene): void {
  const { surface, colors, span, plot, clockNs, crosshairNs } = scene;
  const { ctx, height } = surface;
  if (crosshairNs !== undefined) {
    const x = crisp(toX(crosshairNs, span, plot));
    if (x >= plot.left && x <= plot.right) {
      ctx.strokeStyle = colors.token("--text-3");
      ctx.lineWidth = 1;
      strokeLine(ctx, [x, TICKS_HEIGHT], [x, height]);
    }
  }
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
