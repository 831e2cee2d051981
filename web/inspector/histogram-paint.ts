/** Histograms of several lanes on one canvas: counts upwards on a log scale, latency across. */
import { crisp, haloText, strokeLine, type Surface } from "../charts/canvas.ts";
import { mix, type Palette } from "../charts/palette.ts";
import { latencyAxis } from "../charts/scale.ts";
import { duration, grouped } from "../format.ts";
import { binOf, binStart } from "./heat-model.ts";
import type { Box } from "./heat-paint.ts";
import type { HistogramModel, LaneHistogram } from "./histogram-model.ts";

const MARGIN = { left: 46, right: 12, top: 8, bottom: 20 };
/** Of a row's height: what the labels of its marks take. */
const HEAD_PX = 22;
/** Rows lower than this have no room for names. */
const NAMES_PX = 64;
/** Strength of a lane's colour in its bars, and in the bars of a lane that is not selected. */
const STRONG = 0.55;
const WEAK = 0.28;

export interface BarsPlot {
  readonly model: HistogramModel;
  readonly box: Box;
  readonly rowHeight: number;
  /** Of a latency in ns. */
  readonly x: (ns: number) => number;
  readonly binAt: (x: number) => number;
}

export function barsPlotOf({ width, height }: Surface, model: HistogramModel): BarsPlot {
  const box = {
    left: MARGIN.left,
    right: width - MARGIN.right,
    top: MARGIN.top,
    bottom: height - MARGIN.bottom,
  };
  const [low, high] = [Math.log(binStart(model.low)), Math.log(binStart(model.high + 1))];
  const plotPx = Math.max(1, box.right - box.left);
  return {
    model,
    box,
    rowHeight: (box.bottom - box.top) / model.lanes.length,
    x: (ns) => box.left + ((Math.log(ns) - low) / (high - low)) * plotPx,
    binAt: (x) => {
      const ns = Math.exp(low + ((x - box.left) / plotPx) * (high - low));
      return Math.max(model.low, Math.min(model.high, binOf(ns, Infinity)));
    },
  };
}

interface HistogramPaint {
  readonly colors: Palette;
  readonly selectedLane: number;
  readonly sloMs: number | undefined;
  /** Bins of the selected lane that are chosen. */
  readonly chosen: readonly [number, number] | undefined;
  /** What a naive tester makes of the selected lane, by bin. */
  readonly naive: Float64Array | undefined;
}

export function paintHistogram(surface: Surface, plot: BarsPlot, input: HistogramPaint): void {
  const { ctx } = surface;
  const { colors } = input;
  paintAxis(surface, plot, colors);
  plot.model.lanes.forEach((lane, row) => {
    const base = Math.round(plot.box.top + (row + 1) * plot.rowHeight);
    const isSelected = lane.lane.index === input.selectedLane;
    if (isSelected && input.chosen !== undefined) paintChosen(surface, plot, base, input);
    paintBars(surface, plot, { lane, base, isSelected, colors });
    if (isSelected && input.naive !== undefined) {
      paintNaive(surface, plot, { counts: input.naive, most: mostOf(lane), base, colors });
    }
    ctx.strokeStyle = colors.token("--line-3");
    ctx.lineWidth = 1;
    strokeLine(ctx, [plot.box.left, base - 0.5], [plot.box.right, base - 0.5]);
    paintMarks(surface, plot, { lane, base, colors });
    paintName(surface, plot, { lane, base, colors });
  });
  paintLimit(surface, plot, input);
}

function paintAxis({ ctx }: Surface, { model, box, x }: BarsPlot, colors: Palette): void {
  const range = [binStart(model.low) / 1e6, binStart(model.high + 1) / 1e6] as const;
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.textBaseline = "top";
  ctx.textAlign = "center";
  ctx.lineWidth = 1;
  for (const { at } of latencyAxis(range).ticks) {
    const tickX = crisp(x(at * 1e6));
    ctx.strokeStyle = colors.token("--line-1");
    strokeLine(ctx, [tickX, box.top], [tickX, box.bottom]);
    ctx.fillStyle = colors.token("--text-3");
    ctx.fillText(duration(at), tickX, box.bottom + 6);
  }
}

interface RowInput {
  readonly lane: LaneHistogram;
  /** Where the row stands, CSS pixels. */
  readonly base: number;
  readonly colors: Palette;
}

function mostOf({ counts }: LaneHistogram): number {
  return counts.reduce((a, b) => Math.max(a, b), 0);
}

/** Height of a count as a share of what the row has room for; one request can be seen. */
function heightOf(count: number, most: number): number {
  return count <= 0 ? 0 : (1 + Math.log(count)) / (1 + Math.log(Math.max(1, most)));
}

function paintBars(
  { ctx }: Surface,
  plot: BarsPlot,
  { lane, base, isSelected, colors }: RowInput & { readonly isSelected: boolean },
): void {
  const { line } = colors.lanes[lane.lane.letter];
  const most = mostOf(lane);
  const room = plot.rowHeight - HEAD_PX;
  ctx.fillStyle = mix(line, colors.token("--bg-surface"), isSelected ? STRONG : WEAK);
  ctx.strokeStyle = line;
  ctx.lineWidth = isSelected ? 1.5 : 1;
  for (let bin = plot.model.low; bin <= plot.model.high; bin++) {
    const height = heightOf(lane.counts[bin]!, most) * room;
    if (height === 0) continue;
    const [from, to] = [plot.x(binStart(bin)), plot.x(binStart(bin + 1))];
    ctx.fillRect(from, base - height, to - from - 0.5, height);
    strokeLine(ctx, [from, base - height], [to - 0.5, base - height]);
  }
}

/** Dashed, over the bars of the honest latencies. */
function paintNaive(
  { ctx }: Surface,
  plot: BarsPlot,
  input: {
    readonly counts: Float64Array;
    readonly most: number;
    readonly base: number;
    readonly colors: Palette;
  },
): void {
  const { counts, most, base, colors } = input;
  const room = plot.rowHeight - HEAD_PX;
  ctx.beginPath();
  ctx.moveTo(plot.x(binStart(plot.model.low)), base);
  for (let bin = plot.model.low; bin <= plot.model.high; bin++) {
    const y = base - Math.min(1, heightOf(counts[bin]!, most)) * room;
    ctx.lineTo(plot.x(binStart(bin)), y);
    ctx.lineTo(plot.x(binStart(bin + 1)), y);
  }
  ctx.setLineDash([4, 3]);
  ctx.strokeStyle = colors.token("--text-1");
  ctx.lineWidth = 1.5;
  ctx.stroke();
  ctx.setLineDash([]);
}

function paintMarks({ ctx }: Surface, plot: BarsPlot, { lane, base, colors }: RowInput): void {
  const top = base - plot.rowHeight + HEAD_PX - 6;
  ctx.font = `500 ${colors.labelPx}px ${colors.fontUi}`;
  ctx.textBaseline = "bottom";
  ctx.textAlign = "left";
  ctx.fillStyle = colors.token("--text-1");
  ctx.strokeStyle = colors.token("--text-1");
  ctx.lineWidth = 1;
  for (const { ns } of lane.marks) {
    strokeLine(ctx, [crisp(plot.x(ns)), top], [crisp(plot.x(ns)), base]);
  }
  let end = plot.box.right;
  // From the right, so that labels of marks close to each other stand beside each other.
  for (const { name, ns } of lane.marks.toReversed()) {
    const text = `${name} ${duration(ns / 1e6)}`;
    const { width } = ctx.measureText(text);
    const at = Math.min(end - width, Math.max(plot.box.left, plot.x(ns) - width / 2));
    end = at - 8;
    haloText(ctx, text, [at, top], colors.token("--bg-surface"));
  }
}

/** Letter beside the row; name and count at the end of it that has more room. */
function paintName({ ctx }: Surface, plot: BarsPlot, { lane, base, colors }: RowInput): void {
  const { letter, name } = lane.lane;
  const middle = (plot.box.left + plot.box.right) / 2;
  const [first] = lane.marks;
  const isLeft = first === undefined || plot.x(first.ns) > middle;
  ctx.textAlign = isLeft ? "left" : "right";
  ctx.textBaseline = "top";
  ctx.font = `600 ${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.lanes[letter].text;
  const isLow = plot.rowHeight < NAMES_PX;
  ctx.fillText(letter, isLeft ? plot.box.left - 14 : plot.box.left - 6, base - 14);
  if (isLow) return;
  const x = isLeft ? plot.box.left + 4 : plot.box.right - 4;
  const y = base - plot.rowHeight + HEAD_PX;
  haloText(ctx, name, [x, y], colors.token("--bg-surface"));
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-2");
  haloText(ctx, `${grouped(lane.total)} requests`, [x, y + 14], colors.token("--bg-surface"));
}

function paintChosen(
  { ctx }: Surface,
  plot: BarsPlot,
  base: number,
  { chosen, colors }: HistogramPaint,
): void {
  const [a, b] = chosen!;
  const from = plot.x(binStart(Math.max(plot.model.low, Math.min(a, b))));
  const to = plot.x(binStart(Math.min(plot.model.high, Math.max(a, b)) + 1));
  const top = base - plot.rowHeight + HEAD_PX - 4;
  ctx.fillStyle = colors.token("--bg-active");
  ctx.fillRect(from, top, to - from, base - top);
  ctx.strokeStyle = colors.token("--focus");
  ctx.lineWidth = 2;
  ctx.strokeRect(from, top, to - from, base - top);
}

function paintLimit({ ctx }: Surface, plot: BarsPlot, { sloMs, colors }: HistogramPaint): void {
  if (sloMs === undefined) return;
  const x = plot.x(sloMs * 1e6);
  if (x < plot.box.left || x > plot.box.right) return;
  ctx.strokeStyle = colors.token("--text-2");
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  strokeLine(ctx, [crisp(x), plot.box.top], [crisp(x), plot.box.bottom]);
  ctx.setLineDash([]);
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.textBaseline = "top";
  ctx.textAlign = x > (plot.box.left + plot.box.right) / 2 ? "right" : "left";
  ctx.fillStyle = colors.token("--text-2");
  const side = ctx.textAlign === "right" ? -4 : 4;
  const text = `SLO p99 ≤ ${duration(sloMs)}`;
  haloText(ctx, text, [x + side, plot.box.top - 6], colors.token("--bg-surface"));
}
