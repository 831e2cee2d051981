/** A fork's past is its parent's: it is drawn once, and the fork's lines begin where it forked. */
import type { LaneRun } from "../state/lane-run.ts";
import { haloText } from "./canvas.ts";
import type { ChartModel, Line } from "./model.ts";
import type { ChartScene } from "./paint.ts";
import { indexAt } from "./series.ts";

const DOT_RADIUS = 3.2;
const GAP_PX = 6;

/** `lanes` are those that are shown: who forked from a hidden one keeps its whole line. */
export function withForks(model: ChartModel, lanes: readonly LaneRun[]): ChartModel {
  const forks = lanes.filter(({ fork }) => lanes.some(({ letter }) => letter === fork?.of));
  if (forks.length === 0) return model;
  const lines = model.lines.map((line) => {
    const fork = forks.find(({ letter }) => letter === line.lane)?.fork;
    return fork === undefined ? line : fromFork(line, fork);
  });
  return { ...model, lines };
}

function fromFork(line: Line, fork: NonNullable<LaneRun["fork"]>): Line {
  const first = indexAt(line.x, fork.atNs);
  const y = line.y.slice();
  y.fill(NaN, 0, Math.max(0, first));
  return { ...line, y, fork };
}

/** A ring where a lane forked, and whose fork it is. */
export function paintForks({ surface: { ctx }, plot, model, moment, colors }: ChartScene): void {
  for (const { lane, fork, metric, x, y } of model.lines) {
    if (fork === undefined || fork.atNs > moment.clockNs || metric === "p50") continue;
    const value = y[indexAt(x, fork.atNs)] ?? NaN;
    if (!Number.isFinite(value)) continue;
    const at: [number, number] = [plot.toX(fork.atNs), plot.toY(value)];
    ctx.beginPath();
    ctx.arc(...at, DOT_RADIUS * colors.lineFactor, 0, 2 * Math.PI);
    ctx.fillStyle = colors.token("--bg-surface");
    ctx.fill();
    ctx.strokeStyle = colors.lanes[lane].line;
    ctx.lineWidth = 1.5;
    ctx.stroke();
    if (model.namesForks !== true) continue;
    ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
    const text = `${lane} forks from ${fork.of}`;
    const room = ctx.measureText(text).width + GAP_PX;
    const isLeft = at[0] - plot.left > room;
    // Right of the playhead stand the lanes' own labels.
    if (!isLeft && plot.toX(moment.clockNs) - at[0] < room) continue;
    ctx.textAlign = isLeft ? "right" : "left";
    ctx.textBaseline = "alphabetic";
    ctx.fillStyle = colors.lanes[lane].text;
    const beside: [number, number] = [at[0] + (isLeft ? -GAP_PX : GAP_PX), at[1] + colors.tickPx];
    haloText(ctx, text, beside, colors.token("--bg-surface"));
  }
}
