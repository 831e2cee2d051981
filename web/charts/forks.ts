/** A fork's past is its parent's: it is drawn once, and the fork's lines begin where it forked. */
import type { LaneLetter, LaneRun } from "../state/lane-run.ts";
import type { ChartModel, Line } from "./model.ts";
import type { Note, NoteSpot } from "./notes.ts";
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

/** A ring where a lane forked. */
export function paintForks(scene: ChartScene): void {
  const { ctx } = scene.surface;
  for (const { lane, at } of forkPoints(scene)) {
    ctx.beginPath();
    ctx.arc(...at, DOT_RADIUS * scene.colors.lineFactor, 0, 2 * Math.PI);
    ctx.fillStyle = scene.colors.token("--bg-surface");
    ctx.fill();
    ctx.strokeStyle = scene.colors.lanes[lane].line;
    ctx.lineWidth = 1.5;
    ctx.stroke();
  }
}

/** Whose fork it is, beside the ring. */
export function forkNotes(scene: ChartScene): Note[] {
  if (scene.model.namesForks !== true) return [];
  const { colors } = scene;
  const down = colors.tickPx * 0.65;
  return forkPoints(scene).map(({ lane, of, at: [x, y] }) => ({
    text: `${lane} forks from ${of}`,
    color: colors.lanes[lane].text,
    spots: [down, -down].flatMap((off): NoteSpot[] => [
      { x: x - GAP_PX, y: y + off, align: "right" },
      { x: x + GAP_PX, y: y + off, align: "left" },
    ]),
  }));
}

interface ForkPoint {
  readonly lane: LaneLetter;
  readonly of: LaneLetter;
  readonly at: [number, number];
}

/** Where lines fork, as far as the clock has come; a lane's p50 is too close to its p99. */
function forkPoints({ plot, model, moment }: ChartScene): ForkPoint[] {
  return model.lines.flatMap(({ lane, fork, metric, x, y }): ForkPoint[] => {
    if (fork === undefined || fork.atNs > moment.clockNs || metric === "p50") return [];
    const value = y[indexAt(x, fork.atNs)] ?? NaN;
    if (!Number.isFinite(value)) return [];
    return [{ lane, of: fork.of, at: [plot.toX(fork.atNs), plot.toY(value)] }];
  });
}
