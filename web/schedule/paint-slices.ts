/** Draws the slices: long ones by state and form, short ones summed up, one request before others. */
import type { SliceTable } from "../../engine/api.ts";
import { strokeLine } from "../charts/canvas.ts";
import { LOOKS } from "./forms.ts";
import { type Inks } from "./patterns.ts";
import { type PlacedRow, toX } from "./rows.ts";
import type { ScheduleScene } from "./scene.ts";

/** Narrower slices are drawn without their hatch. */
const FORM_MIN_PX = 3;
/** The least that is seen of a slice, however short. */
const LEAST_PX = 0.7;
const LEAST_HIGH_PX = 2;
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
  const columns = new Columns(scene.surface.ctx);
  each(scene, table, rows, (where) => {
    if (table.slices[where.i]! > 1) paintWaits(columns, inks, table, where);
    else paintOne(scene, inks, table, where);
  });
  columns.flush();
  // What ran stands in front of what waited.
  each(scene, table, rows, (where) => {
    if (table.slices[where.i]! > 1) paintInk(columns, inks, table, where);
  });
  columns.flush();
}

/** Every slice that is on screen. */
function each(
  { span, plot }: ScheduleScene,
  { row, start, end }: SliceTable,
  rows: readonly (PlacedRow | undefined)[],
  paint: (where: Where) => void,
): void {
  const pxPerNs = (plot.right - plot.left) / (span.toNs - span.fromNs);
  for (let i = 0; i < row.length; i += 1) {
    const placed = rows[row[i]!];
    if (placed === undefined) continue;
    const x0 = plot.left + (start[i]! - span.fromNs) * pxPerNs;
    const x1 = plot.left + (end[i]! - span.fromNs) * pxPerNs;
    if (x1 < plot.left || x0 > plot.right) continue;
    paint({ i, placed, x0: Math.max(x0, plot.left - 4), x1: Math.min(x1, plot.right + 4) });
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
  const width = Math.max(LEAST_PX, x1 - x0);
  ctx.fillStyle = width < FORM_MIN_PX ? inks.thin[state]! : inks.fills[state]!;
  if (look.form === "line") {
    paintWait(ctx, placed, x0, x1);
    return;
  }
  // Less than a pixel stands for its share of it, among others that are summed up.
  const share = x1 - x0 < LEAST_PX ? x1 - x0 : 1;
  const height = Math.max(LEAST_HIGH_PX, placed.height * look.height * share);
  // A hairline of space keeps neighbouring slices of one state apart.
  const drawn = width > FORM_MIN_PX ? width - 0.6 : width;
  ctx.fillRect(x0, placed.y + placed.height - height, drawn, height);
  if (look.state === "run" && x1 - x0 >= 16) paintWhose(scene, table, { i, placed, x0, x1 });
}

/** What took most of a pixel, as high as the row was busy with anything. */
function paintWaits(
  columns: Columns,
  inks: Inks,
  table: SliceTable,
  { i, placed, x0, x1 }: Where,
): void {
  const state = table.state[i]!;
  const look = LOOKS[state]!;
  if (look.state === "run" || look.state === "gc") return;
  const active = table.activeNs[i]! / (table.end[i]! - table.start[i]!);
  const full = look.form === "line" ? 3 / placed.height : look.height;
  const base = placed.y + placed.height;
  columns.add(inks.thin[state]!, { x0, x1, base, height: placed.height * full * active });
}

/** In ink, as high as the row ran during a pixel. */
function paintInk(
  columns: Columns,
  inks: Inks,
  table: SliceTable,
  { i, placed, x0, x1 }: Where,
): void {
  const busyNs = table.busyNs[i]!;
  if (busyNs === 0) return;
  const state = table.state[i]!;
  const ink = inks.thin[LOOKS[state]!.state === "gc" ? state : RUN]!;
  const height = (placed.height * busyNs) / (table.end[i]! - table.start[i]!);
  columns.add(ink, { x0, x1, base: placed.y + placed.height, height });
}

interface Column {
  readonly x0: number;
  readonly x1: number;
  readonly base: number;
  readonly height: number;
}

/** Columns side by side that look the same are one rectangle: filling costs by the piece. */
class Columns {
  private readonly ctx: CanvasRenderingContext2D;
  private style = "";
  private x0 = 0;
  private x1 = -1;
  private base = 0;
  private height = 0;

  constructor(ctx: CanvasRenderingContext2D) {
    this.ctx = ctx;
  }

  add(style: string, { x0, x1, base, height }: Column): void {
    const high = Math.max(1, Math.round(2 * height) / 2);
    const isSame = style === this.style && base === this.base && high === this.height;
    if (isSame && x0 <= this.x1 + TOUCHING_PX) {
      this.x1 = x1;
      return;
    }
    this.flush();
    this.style = style;
    this.x0 = x0;
    this.x1 = x1;
    this.base = base;
    this.height = high;
  }

  flush(): void {
    const { ctx, x0, x1, height } = this;
    if (x1 < x0) return;
    ctx.fillStyle = this.style;
    ctx.fillRect(x0, this.base - height, Math.max(LEAST_PX, x1 - x0), height);
    this.x1 = -1;
    this.x0 = 0;
  }
}

const TOUCHING_PX = 0.05;

const RUN = LOOKS.findIndex(({ state }) => state === "run");

/** A wait outside: a thin line on the baseline, with caps where it begins and ends. */
function paintWait(
  ctx: CanvasRenderingContext2D,
  { y, height }: PlacedRow,
  x0: number,
  x1: number,
): void {
  const base = y + height;
  ctx.fillRect(x0, base - 3, Math.max(LEAST_PX, x1 - x0), 2.2);
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
