/** The notes of a heatmap: words where little is drawn, with a leader to the moment they are about. */
import { haloText, strokeLine, type Surface } from "../charts/canvas.ts";
import type { Palette } from "../charts/palette.ts";
import { column, indexAt, times } from "../charts/series.ts";
import type { SampleTable } from "../state/lane-run.ts";
import { binStart, countAt } from "./heat-model.ts";
import type { Box, Plot } from "./heat-paint.ts";
import type { Moment } from "./moments.ts";

/** More would hide the picture. */
const MOST_NOTES = 3;
const LINE_PX = 14;
/** Where the words may stand, from the moment to their nearest corner, CSS pixels. */
const OFFSETS: readonly (readonly [number, number])[] = [
  [-30, -36],
  [-30, 36],
  [30, -36],
  [30, 36],
  [-50, -70],
  [-50, 70],
  [50, -70],
  [50, 70],
  [50, 120],
  [-50, 120],
  [50, 170],
];

interface NotesInput {
  readonly moments: readonly Moment[];
  readonly samples: SampleTable;
  readonly colors: Palette;
}

export function paintNotes({ ctx }: Surface, plot: Plot, input: NotesInput): void {
  const { colors } = input;
  const taken: Box[] = [];
  for (const one of input.moments.slice(0, MOST_NOTES)) {
    const at = pointOf(plot, one, input.samples);
    ctx.font = `600 ${colors.labelPx}px ${colors.fontUi}`;
    const width = Math.max(ctx.measureText(one.title).width, ctx.measureText(one.detail).width) + 4;
    const lines = one.detail === "" ? 1 : 2;
    const box = bestBox(plot, at, { width, height: LINE_PX * lines }, taken);
    if (box === undefined) continue;
    taken.push(box);
    ctx.strokeStyle = colors.token("--text-1");
    ctx.lineWidth = 1;
    strokeLine(ctx, at, nearestOn(box, at));
    ctx.beginPath();
    ctx.arc(at[0], at[1], 3, 0, 2 * Math.PI);
    ctx.fillStyle = colors.token("--bg-surface");
    ctx.fill();
    ctx.lineWidth = 1.5;
    ctx.stroke();
    const isLeft = box.right <= at[0];
    ctx.textAlign = isLeft ? "right" : "left";
    ctx.textBaseline = "top";
    ctx.fillStyle = colors.token("--text-1");
    const x = isLeft ? box.right - 2 : box.left + 2;
    haloText(ctx, one.title, [x, box.top + 1], colors.token("--heat-0"));
    ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
    haloText(ctx, one.detail, [x, box.top + 1 + LINE_PX], colors.token("--heat-0"));
  }
}

/** On the line of p99, as far as there is one. */
function pointOf({ x, y, box }: Plot, { atNs }: Moment, samples: SampleTable): [number, number] {
  const ms = column(samples, "p99")[indexAt(times(samples), atNs)] ?? NaN;
  const height = ms > 0 ? y(ms * 1e6) : box.bottom;
  return [x(atNs), Math.max(box.top + 4, Math.min(box.bottom - 4, height))];
}

/** Of the places for words inside the plot the one that hides least; undefined: none is free. */
function bestBox(
  plot: Plot,
  [atX, atY]: readonly [number, number],
  { width, height }: { readonly width: number; readonly height: number },
  taken: readonly Box[],
): Box | undefined {
  let best: Box | undefined;
  let least = Infinity;
  for (const [dx, dy] of OFFSETS) {
    const left = dx < 0 ? atX + dx - width : atX + dx;
    const top = dy < 0 ? atY + dy - height : atY + dy;
    const box = { left, top, right: left + width, bottom: top + height };
    if (!isInside(box, plot.box) || taken.some((other) => overlap(box, other))) continue;
    const hidden = hiddenBy(plot, box);
    if (hidden >= least) continue;
    least = hidden;
    best = box;
  }
  return best;
}

function isInside(box: Box, of: Box): boolean {
  return (
    box.left >= of.left + 2 && box.right <= of.right && box.top >= of.top && box.bottom <= of.bottom
  );
}

function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

/** How many cells with requests lie under a box. */
function hiddenBy({ heat, x, y }: Plot, box: Box): number {
  let hidden = 0;
  for (let at = 0; at + 1 < heat.times.length; at++) {
    const from = x(heat.times[at]!);
    if (from > box.right || x(heat.times[at + 1]!) < box.left) continue;
    for (let bin = heat.low; bin <= heat.high; bin++) {
      if (y(binStart(bin + 1)) > box.bottom || y(binStart(bin)) < box.top) continue;
      hidden += Math.min(1, countAt(heat, { column: at, bin }));
    }
  }
  return hidden;
}

function nearestOn(box: Box, [x, y]: readonly [number, number]): readonly [number, number] {
  return [Math.max(box.left, Math.min(box.right, x)), Math.max(box.top, Math.min(box.bottom, y))];
}
