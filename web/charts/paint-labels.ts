/** Text at the playhead of a chart: direct labels with leaders, the key line, the time pill. */
import { THIN, instant } from "../format.ts";
import { haloText, strokeLine } from "./canvas.ts";
import { type EndLabel, type PlacedLabel, placeLabels } from "./labels.ts";
import type { ChartScene } from "./paint.ts";
import { type Palette, mix } from "./palette.ts";
import { indexAt } from "./series.ts";
import { timeDigits } from "./words.ts";

/** Space between the playhead and its labels. */
const OFFSET_PX = 8;
const DOT_RADIUS = 2.2;

export function paintLabels(scene: ChartScene): void {
  const { surface, plot, moment, colors } = scene;
  const x = plot.toX(moment.readNs);
  const ends = endsOfLines(scene);
  const gap = Math.max(11.5, colors.labelPx + 0.5);
  const placed = placeLabels(ends, { top: plot.top + 3, bottom: plot.bottom - 3, gap });
  for (const end of ends) {
    if (!Number.isFinite(end.y)) continue;
    surface.ctx.fillStyle = colors.lanes[end.lane].line;
    surface.ctx.beginPath();
    surface.ctx.arc(x, end.y, DOT_RADIUS * colors.lineFactor, 0, 2 * Math.PI);
    surface.ctx.fill();
  }
  for (const label of placed) paintLabel(scene, label, x);
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

function paintLabel({ surface, moment, colors }: ChartScene, label: PlacedLabel, x: number): void {
  const { ctx } = surface;
  const first = colors.lanes[label.lanes[0]!];
  if (Math.abs(label.y - label.anchorY) > 1) {
    ctx.strokeStyle = first.line;
    ctx.lineWidth = 0.75;
    ctx.globalAlpha = 0.7;
    strokeLine(ctx, [x + 1.5, label.anchorY], [x + OFFSET_PX - 1.5, label.y]);
    ctx.globalAlpha = 1;
  }
  ctx.textBaseline = "middle";
  ctx.textAlign = "left";
  const parts = partsOf(label, moment.textOf, colors);
  const widths = parts.map((part) => {
    ctx.font = fontOf(part, colors);
    return ctx.measureText(part.text).width + 4;
  });
  let at = x + OFFSET_PX;
  const width = widths.reduce((sum, next) => sum + next, 0);
  // Rules and planned load pass behind the label, not through it.
  ctx.fillStyle = colors.token("--bg-surface");
  ctx.fillRect(at - 1, label.y - colors.labelPx / 2 + 1, width - 2, colors.labelPx - 2);
  for (const [i, part] of parts.entries()) {
    ctx.font = fontOf(part, colors);
    ctx.fillStyle = part.color;
    haloText(ctx, part.text, [at, label.y + 0.5], colors.token("--bg-surface"));
    at += widths[i]!;
  }
}

function fontOf(part: TextPart, colors: Palette): string {
  return `${part.weight} ${colors.labelPx}px ${colors.fontUi}`;
}

interface TextPart {
  readonly text: string;
  readonly color: string;
  readonly weight: number;
}

function partsOf(
  label: PlacedLabel,
  textOf: (label: string, low: number, high: number) => string,
  colors: Palette,
): TextPart[] {
  const weight = 600;
  // The thin lines of several lanes share one short label; their colours name them.
  const crowd = label.metric === "p50" && label.lanes.length > 1;
  const letters = label.showLanes && !crowd ? label.lanes : [];
  const parts: TextPart[] = letters.map((lane) => ({
    text: lane,
    color: colors.lanes[lane].text,
    weight,
  }));
  if (label.metric !== "") {
    parts.push({ text: label.metric, color: colors.lanes[label.lanes[0]!].text, weight });
  }
  const key = `${label.lanes.join("")} ${label.metric}`;
  const text = textOf(key, label.low, label.high);
  return [...parts, { text, color: colors.token("--text-2"), weight: 500 }];
}

/** The instant under the crosshair, on the shared time axis. */
function paintTimePill({ surface: { ctx }, plot, model, moment, colors }: ChartScene): void {
  const text = `${instant(moment.crosshairNs!, timeDigits(model))}${THIN}s`;
  ctx.font = `500 ${colors.tickPx}px ${colors.fontUi}`;
  const width = ctx.measureText(text).width + 10;
  const height = colors.tickPx + 4;
  const middle = plot.toX(moment.crosshairNs!);
  const left = Math.max(0, Math.min(middle - width / 2, plot.right + 8 - width));
  ctx.fillStyle = colors.token("--ink");
  ctx.beginPath();
  ctx.roundRect(left, plot.bottom + 2, width, height, 3);
  ctx.fill();
  ctx.fillStyle = colors.token("--on-ink");
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  ctx.fillText(text, left + 5, plot.bottom + 2 + height / 2 + 0.5);
}

const WIDEST = `0${THIN}000`;
const KEY_GAP = 9;

/** What the layers of a stack are, with their values, under the plot and its times. */
export function paintKeys({ surface, model, colors }: ChartScene): void {
  const { ctx } = surface;
  const size = 8;
  const middle = surface.height - colors.tickPx * 0.7;
  ctx.textAlign = "left";
  ctx.textBaseline = "middle";
  let x = 4;
  for (const key of model.keys) {
    const line = colors.lanes[key.lane].line;
    ctx.fillStyle = mix(line, colors.token("--bg-surface"), key.strength);
    ctx.strokeStyle = line;
    ctx.lineWidth = 1;
    ctx.beginPath();
    ctx.roundRect(x + 0.5, middle - size / 2 + 0.5, size - 1, size - 1, 2);
    ctx.fill();
    ctx.stroke();
    const value = key.value;
    ctx.fillStyle = colors.token("--text-2");
    ctx.font = `${colors.tickPx + 0.5}px ${colors.fontUi}`;
    ctx.fillText(key.label, x + size + 4, middle + 0.5);
    const after = x + size + 8 + ctx.measureText(key.label).width;
    ctx.fillStyle = colors.token("--text-1");
    ctx.font = `600 ${colors.tickPx + 0.5}px ${colors.fontUi}`;
    ctx.fillText(value, after, middle + 0.5);
    // Room for four digits whatever the figure: one that grows does not push its neighbours.
    x = after + ctx.measureText(WIDEST).width + KEY_GAP;
  }
}
