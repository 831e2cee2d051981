/** All that a picture of the schedule is made from, and its measures. */
import type { ScheduleSlices } from "../../engine/api.ts";
import type { Surface } from "../charts/canvas.ts";
import type { Palette } from "../charts/palette.ts";
import type { Plot, RowLayout } from "./rows.ts";
import type { PickedSlice } from "./schedule-store.ts";
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
  readonly hovered: number;
  readonly picked: PickedSlice | undefined;
  readonly measured: Span | undefined;
}

/** Left column for the row labels, and the band for the time ticks. */
export const LABEL_WIDTH = 70;
export const TICKS_HEIGHT = 20;
const RIGHT_MARGIN = 10;

export function plotOf(width: number): Plot {
  return { left: LABEL_WIDTH, right: Math.max(LABEL_WIDTH + 1, width - RIGHT_MARGIN) };
}

/** Digits after the second that tell two neighbouring instants of the window apart. */
export function secondDigits({ fromNs, toNs }: Span): number {
  const width = toNs - fromNs;
  return width >= 1e7 ? 3 : width >= 1e4 ? 6 : 9;
}

/** Runs `paint` with nothing drawn outside the plot. */
export function insidePlot({ surface: { ctx, height }, plot }: ScheduleScene, paint: () => void) {
  ctx.save();
  ctx.beginPath();
  ctx.rect(plot.left, TICKS_HEIGHT + 1, plot.right - plot.left, height);
  ctx.clip();
  paint();
  ctx.restore();
}
