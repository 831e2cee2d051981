/** Text at the playhead of a chart: direct labels with leaders, the key line, the time pill. */
import { THIN, instant } from "../format.ts";
import { haloText, strokeLine } from "./canvas.ts";
import { type EndLabel, type PlacedLabel, placeLabels } from "./labels.ts";
import type { ChartScene } from "./paint.ts";
import { mix } from "./palette.ts";
import { indexAt } from "./series.ts";
import { type Box, boxOf, textWidth, write } from "./texts.ts";
import { timeDigits } from "./words.ts";

/** Space between the playhead and its labels. */
const OFFSET_PX = 8;
const PART_GAP_PX = 4;
/** Letters move together where a label is too long for its chart. */
const TIGHT_GAP_PX = 1;
const DOT_RADIUS = 2.2;

/** A label where it goes, as it will be written. */
export interface LaidLabel {
  readonly label: PlacedLabel;
  readonly parts: readonly TextPart[];
  readonly box: Box;
}

/** Labels at the playhead or the crosshair: words about the chart have to keep out of their way. */
export function layLabels(scene: ChartScene): LaidLabel[] {
  const { plot, moment, colors } = scene;
  const gap = Math.max(11.5, colors.labelPx + 0.5);
  const rows = { top: plot.top + 3, bottom: plot.bottom - 3, gap };
  const px = colors.labelPx;
  const left = plot.toX(moment.readNs) + OFFSET_PX;
  return placeLabels(endsOfLines(scene), rows).map((label) => {
    const room = scene.surface.width - left;
    const wide = partsOf(label, scene, PART_GAP_PX);
    const parts = widthOf(wide) > room ? partsOf(label, scene, TIGHT_GAP_PX) : wide;
    const width = widthOf(parts);
    const x = left - Math.max(0, width - room);
    return { label, parts, box: boxOf({ x, y: label.y + 0.5, align: "left" }, width, px) };
  });
}

export function paintLabels(scene: ChartScene, labels: readonly LaidLabel[]): void {
  const { surface, plot, moment, colors } = scene;
  const x = plot.toX(moment.readNs);
  for (const end of endsOfLines(scene)) {
    if (!Number.isFinite(end.y)) continue;
    surface.ctx.fillStyle = colors.lanes[end.lane].line;
    surface.ctx.beginPath();
    surface.ctx.arc(x, end.y, DOT_RADIUS * colors.lineFactor, 0, 2 * Math.PI);
    surface.ctx.fill();
  }
  for (const label of labels) paintLabel(scene, label, x);
  if (moment.showTimes && moment.crosshairNs !== undefined) paintTimePill(scene);
}

function endsOfLines({ plot, model, moment }: ChartScene): EndLabel[] {
  const ends: EndLabel[] = [];
  for (const line of model.lines) {
    if (line.label === undefined) continue;
    const value = line.y[indexAt(line.x, moment.readNs)] ?? NaN;
    ends.push({
      lane: line.lane,
      metric: line.metric,
      showLane: line.label.showLane,
      rank: line.label.rank,
      value,
      y: plot.toY(value),
    });
  }
  return ends;
}

function paintLabel(scene: ChartScene, { label, parts, box }: LaidLabel, x: number): void {
  const { colors, texts } = scene;
  const { ctx } = scene.surface;
  if (Math.abs(label.y - label.anchorY) > 1) {
    ctx.strokeStyle = colors.lanes[label.lanes[0]!].line;
    ctx.lineWidth = 0.75;
    ctx.globalAlpha = 0.7;
    strokeLine(ctx, [x + 1.5, label.anchorY], [x + OFFSET_PX - 1.5, label.y]);
    ctx.globalAlpha = 1;
  }
  // Rules and planned load pass behind the label, not through it.
  ctx.fillStyle = colors.token("--bg-surface");
  ctx.fillRect(box.left - 1, box.top + 0.5, box.right - box.left + 2, colors.labelPx - 2);
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  let at = box.left;
  for (const part of parts) {
    ctx.font = part.font;
    ctx.fillStyle = part.color;
    haloText(ctx, part.text, [at, label.y + 0.5], colors.token("--bg-surface"));
    at += part.width;
  }
  texts.push({ kind: "label", text: parts.map(({ text }) => text).join(" "), ...box });
}

interface TextPart {
  readonly text: string;
  readonly color: string;
  readonly font: string;
  /** With the gap to the next part. */
  readonly width: number;
}

function widthOf(parts: readonly TextPart[]): number {
  return parts.reduce((sum, part) => sum + part.width, -PART_GAP_PX);
}

function partsOf(label: PlacedLabel, scene: ChartScene, letterGap: number): TextPart[] {
  const { surface, moment, colors } = scene;
  const { ctx } = surface;
  const part = (text: string, color: string, weight = 600, gap = PART_GAP_PX): TextPart => {
    const font = `${weight} ${colors.labelPx}px ${colors.fontUi}`;
    return { text, color, font, width: textWidth(ctx, font, text) + gap };
  };
  const letters = label.showLanes ? label.lanes : [];
  const parts = letters.map((lane, i) =>
    part(lane, colors.lanes[lane].text, 600, i < letters.length - 1 ? letterGap : PART_GAP_PX),
  );
  if (label.metric !== "") parts.push(part(label.metric, colors.lanes[label.lanes[0]!].text));
  const key = `${label.lanes.join("")} ${label.metric}`;
  const text = moment.textOf(key, label.low, label.high);
  return [...parts, part(text, colors.token("--text-2"), 500)];
}

/** The instant under the crosshair, on the shared time axis. */
function paintTimePill(scene: ChartScene): void {
  const { surface, plot, model, moment, colors } = scene;
  const { ctx } = surface;
  const text = `${instant(moment.crosshairNs!, timeDigits(model))}${THIN}s`;
  const width = textWidth(ctx, `500 ${colors.tickPx}px ${colors.fontUi}`, text) + 10;
  const height = colors.tickPx + 4;
  const middle = plot.toX(moment.crosshairNs!);
  const left = Math.max(0, Math.min(middle - width / 2, plot.right + 8 - width));
  ctx.fillStyle = colors.token("--ink");
  ctx.beginPath();
  ctx.roundRect(left, plot.bottom + 2, width, height, 3);
  ctx.fill();
  write(scene, {
    kind: "crosshair",
    text,
    x: left + 5,
    y: plot.bottom + 2.5 + height / 2,
    align: "left",
    color: colors.token("--on-ink"),
    px: colors.tickPx,
    weight: 500,
  });
}

const WIDEST = `0${THIN}000`;
const KEY_GAP = 9;
const SWATCH_PX = 8;

/** What the layers of a stack are, with their values, under the plot and its times. */
export function paintKeys(scene: ChartScene): void {
  const { surface, model, colors } = scene;
  const { ctx } = surface;
  const middle = surface.height - colors.tickPx * 0.7;
  const px = colors.tickPx + 0.5;
  let x = 4;
  for (const key of model.keys) {
    const line = colors.lanes[key.lane].line;
    ctx.fillStyle = mix(line, colors.token("--bg-surface"), key.strength);
    ctx.strokeStyle = line;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.roundRect(x + 0.5, middle - SWATCH_PX / 2 + 0.5, SWATCH_PX - 1, SWATCH_PX - 1, 2);
    ctx.fill();
    ctx.stroke();
    const common = { kind: "key", y: middle + 0.5, align: "left", px } as const;
    const at = x + SWATCH_PX + 4;
    write(scene, { ...common, text: key.label, x: at, color: colors.token("--text-2") });
    const after = at + 4 + textWidth(ctx, `400 ${px}px ${colors.fontUi}`, key.label);
    const color = colors.token("--text-1");
    write(scene, { ...common, text: key.value, x: after, color, weight: 600 });
    // Room for four digits whatever the figure: one that grows does not push its neighbours.
    x = after + textWidth(ctx, `600 ${px}px ${colors.fontUi}`, WIDEST) + KEY_GAP;
  }
}
