/** What a chart says about its limits, its planned load, events and forks: which words, and where. */
import { crisp, haloText, strokeLine } from "./canvas.ts";
import { eventNotes } from "./events.ts";
import { forkNotes } from "./forks.ts";
import type { ChartModel, Rule } from "./model.ts";
import { type Note, type NoteSpot, type PlacedNote, placeNotes } from "./notes.ts";
import type { ChartScene, Plot } from "./paint.ts";
import type { Palette } from "./palette.ts";
import { type Box, overlap, textWidth } from "./texts.ts";

/** Between a line and the words above or below it. */
const OFF_LINE_PX = 3;
const INDENT_PX = 5;

/**
 * `labels` are the boxes of the labels at the playhead, or at the crosshair. Notes stand still
 * while a crosshair passes: those that are in its way go, and come back.
 */
export function paintNotes(scene: ChartScene, labels: readonly Box[]): void {
  const hasCrosshair = scene.moment.crosshairNs !== undefined;
  const placed = placeNotes(notesOf(scene), roomFor(scene, hasCrosshair ? [] : labels));
  for (const one of placed) {
    if (!hasCrosshair || !labels.some((box) => overlap(box, one.box))) paintNote(scene, one);
  }
}

function notesOf(scene: ChartScene): Note[] {
  const { plot, model, colors } = scene;
  const limits = model.rules.map((rule) => ({
    text: rule.label,
    color: ruleColor(rule, colors),
    spots: alongLine(crisp(plot.toY(rule.at)), plot, colors),
  }));
  return [...limits, ...offeredNote(scene), ...eventNotes(scene), ...forkNotes(scene)];
}

export function ruleColor({ lane }: Rule, colors: Palette): string {
  return lane === undefined ? colors.token("--text-2") : colors.lanes[lane].text;
}

/** Names the planned load where it first comes near its peak: beside the ramp, or along it. */
function offeredNote({ plot, model, colors }: ChartScene): Note[] {
  const { planned, plannedLabel: text = "offered" } = model;
  const peak = Math.max(0, ...planned.map(([, value]) => value));
  const near = planned.find(([, value]) => value >= peak * 0.9);
  if (near === undefined || peak === 0 || planned.length < 2) return [];
  const [x, y] = [plot.toX(near[0]), plot.toY(near[1])];
  const ramp: NoteSpot[] =
    x - plot.left > colors.tickPx
      ? [{ x: x - colors.tickPx, y: y + colors.tickPx * 0.65, align: "right" }]
      : [];
  const level = plateau(planned, near);
  const along = alongLine(y, plot, colors).filter((spot) => spot.x > x && spot.x < plot.toX(level));
  return [{ text, color: colors.token("--text-2"), spots: [...ramp, ...along] }];
}

/** Until when (ns) the plan stays about as high as at its corner `from`. */
function plateau(planned: ChartModel["planned"], from: readonly [number, number]): number {
  const rest = planned.slice(planned.indexOf(from));
  const end = rest.findIndex(([, value]) => value < from[1] * 0.9);
  return (end < 0 ? rest.at(-1) : rest[end - 1])?.[0] ?? from[0];
}

/** Over a level line or under it, from left to right. */
function alongLine(y: number, plot: Plot, colors: Palette): NoteSpot[] {
  const off = colors.tickPx / 2 + OFF_LINE_PX;
  const spots: NoteSpot[] = [];
  for (let x = plot.left + INDENT_PX; x < plot.right; x += colors.tickPx * 2) {
    spots.push({ x, y: y - off, align: "left" }, { x, y: y + off, align: "left" });
  }
  return spots;
}

function roomFor({ surface, plot, colors }: ChartScene, labels: readonly Box[]) {
  const { ctx, width } = surface;
  const font = `${colors.tickPx}px ${colors.fontUi}`;
  return {
    bounds: { left: plot.left + 2, right: width, top: 0, bottom: plot.bottom },
    taken: labels.length === 0 ? [] : [columnOf(labels, plot)],
    px: colors.tickPx,
    measure: (text: string) => textWidth(ctx, font, text),
  };
}

/** Labels go up and down with their lines; notes keep out of their whole column. */
function columnOf(labels: readonly Box[], { bottom }: Plot): Box {
  const left = Math.min(...labels.map((box) => box.left));
  const right = Math.max(...labels.map((box) => box.right));
  return { left: left - INDENT_PX, right: right + INDENT_PX, top: 0, bottom };
}

function paintNote({ surface: { ctx }, colors, texts }: ChartScene, placed: PlacedNote): void {
  const { note, spot, box } = placed;
  const [from, to] = spot.leader ?? [];
  if (from !== undefined && to !== undefined) {
    ctx.strokeStyle = note.color;
    ctx.lineWidth = 0.75;
    strokeLine(ctx, from, to);
  }
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.textAlign = spot.align;
  ctx.textBaseline = "middle";
  ctx.fillStyle = note.color;
  haloText(ctx, note.text, [spot.x, spot.y], colors.token("--bg-surface"));
  texts.push({ kind: "note", text: note.text, ...box });
}
