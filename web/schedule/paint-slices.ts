/** Draws the slices: long ones by state and form, short ones summed up, one request before others. */
import type { SliceTable } from "../../engine/api.ts";
import { strokeLine } from "../charts/canvas.ts";
import { LOOKS } from "./forms.ts";
import { type Inks } from "./patterns.ts";
import { type PlacedRow, toX } from "./rows.ts";
import type { ScheduleScene } from "./scene.ts";

/** Narrower slices are drawn without their hatch. */
const FORM_MIN_PX = 3;
/** What is not the followed request's stands back. */
const DIMMED = 0.28;

export function paintSlices(scene: ScheduleScene, inks: Inks): void {
  const { ctx } = scene.surface;
  const { slices } = scene;
  const placed = placedRows(scene);
  if (slices.followed === undefined) {
    paintTable(scene, inks, slices, placed);
    return;
  }
  ctx.globalAlpha = DIMMED;
  paintTable(scene, inks, slices, placed);
  ctx.globalAlpha = 1;
  paintWay(scene, slices.followed, placed);
  paintTable(scene, inks, slices.followed, placed);
}

/** By index into `slices.rows`; undefined where a row is not on screen. */
export function placedRows({ slices, layout }: ScheduleScene): (PlacedRow | undefined)[] {
  const placed: (PlacedRow | undefined)[] = slices.rows.map(() => undefined);
  for (const row of layout.rows) placed[row.index] = row;
  return placed;
}

function paintTable(
  scene: ScheduleScene,
  inks: Inks,
  table: SliceTable,
  rows: readonly (PlacedRow | undefined)[],
): void {
  const { span, plot } = scene;
  const pxPerNs = (plot.right - plot.left) / (span.toNs - span.fromNs);
  const { row, start, end, slices } = table;
  for (let i = 0; i < row.length; i += 1) {
    const placed = rows[row[i]!];
    if (placed === undefined) continue;
    const x0 = plot.left + (start[i]! - span.fromNs) * pxPerNs;
    const x1 = plot.left + (end[i]! - span.fromNs) * pxPerNs;
    if (x1 < plot.left || x0 > plot.right) continue;
    const at = { x0: Math.max(x0, plot.left - 4), x1: Math.min(x1, plot.right + 4) };
    if (slices[i]! > 1) paintSum(scene, inks, table, { i, placed, ...at });
    else paintOne(scene, inks, table, { i, placed, ...at });
  }
}

interface Where {
  readonly i: number;
  readonly placed: PlacedRow;
  readonly x0: number;
  readonly x1: number;
}

function paintOne(
  scene: ScheduleScene,
  inks: Inks,
  table: SliceTable,
  { i, placed, x0, x1 }: Where,
): void {
  const { ctx } = scene.surface;
  const state = table.state[i]!;
  const look = LOOKS[state];
  if (look === undefined || look.form === "none") return;
  const width = Math.max(0.7, x1 - x0);
  ctx.fillStyle = width < FORM_MIN_PX ? inks.thin[state]! : inks.fills[state]!;
  if (look.form === "line") {
    paintWait(ctx, placed, x0, x1);
    return;
  }
  const height = placed.height * look.height;
  // A hairline of space keeps neighbouring slices of one state apart.
  const drawn = width > FORM_MIN_PX ? width - 0.6 : width;
  ctx.fillRect(x0, placed.y + placed.height - height, drawn, height);
  if (look.state === "run" && x1 - x0 >= 16) paintWhose(scene, table, { i, placed, x0, x1 });
}

/**
 * What a pixel holds: the state that took most of it, as high as the row was busy with anything,
 * and in ink as high as it ran.
 */
function paintSum(
  { surface: { ctx } }: ScheduleScene,
  inks: Inks,
  table: SliceTable,
  { i, placed, x0, x1 }: Where,
): void {
  const state = table.state[i]!;
  const look = LOOKS[state]!;
  const lasts = table.end[i]! - table.start[i]!;
  const busy = table.busyNs[i]! / lasts;
  const active = table.activeNs[i]! / lasts;
  const width = Math.max(0.7, x1 - x0);
  const base = placed.y + placed.height;
  const isBusy = look.state === "run" || look.state === "gc";
  if (!isBusy) {
    const full = look.form === "line" ? 3 / placed.height : look.height;
    const height = Math.max(1, placed.height * full * active);
    ctx.fillStyle = inks.thin[state]!;
    ctx.fillRect(x0, base - height, width, height);
  }
  if (busy === 0) return;
  const height = Math.max(1, placed.height * busy);
  ctx.fillStyle = inks.thin[look.state === "gc" ? state : RUN]!;
  ctx.fillRect(x0, base - height, width, height);
}

const RUN = LOOKS.findIndex(({ state }) => state === "run");

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
  table: SliceTable,
  { i, placed, x0, x1 }: Where,
): void {
  const number = table.number[i]!;
  const text = slices.threads[table.thread[i]!] ?? (number < 0 ? undefined : `#${number}`);
  if (text === undefined) return;
  ctx.font = `600 ${colors.tickPx - 1.5}px ${colors.fontUi}`;
  if (ctx.measureText(text).width + 5 > x1 - x0) return;
  ctx.fillStyle = colors.token("--st-run-2");
  ctx.textAlign = "center";
  ctx.textBaseline = "alphabetic";
  ctx.fillText(text, (x0 + x1) / 2, placed.y + placed.height - 2.4);
}

/** The way of the followed request from slice to slice, from thread to thread. */
function paintWay(
  { surface: { ctx }, colors, slices, span, plot }: ScheduleScene,
  table: SliceTable,
  rows: readonly (PlacedRow | undefined)[],
): void {
  const kinds = slices.rows.map(({ kind }) => kind);
  const stops = Array.from(table.row.keys())
    .filter((i) => kinds[table.row[i]!] !== "core" && kinds[table.row[i]!] !== "gil")
    .sort((a, b) => table.start[a]! - table.start[b]!);
  ctx.strokeStyle = colors.token("--focus");
  ctx.lineWidth = 1.5;
  let before: readonly [number, number] | undefined;
  for (const i of stops) {
    const placed = rows[table.row[i]!];
    if (placed === undefined) continue;
    const y = placed.y + placed.height / 2;
    if (before !== undefined) strokeLine(ctx, before, [toX(table.start[i]!, span, plot), y]);
    before = [toX(table.end[i]!, span, plot), y];
  }
}
