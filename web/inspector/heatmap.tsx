/** The latency of every request of the selected lane: time across, latency up, count as colour. */
import { type MouseEvent, type PointerEvent, useEffect, useRef, useState } from "react";
import { beginPaint, crisp, haloText, strokeLine, type Surface } from "../charts/canvas.ts";
import { sloOf } from "../charts/limits.ts";
import { palette, type Palette } from "../charts/palette.ts";
import { latencyAxis, timeAxis } from "../charts/scale.ts";
import { column, times } from "../charts/series.ts";
import { usePainter } from "../charts/use-painter.ts";
import { duration, grouped, instant, nanoseconds } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { useView, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import {
  binStart,
  cellSpan,
  countAt,
  heatOf,
  heatStep,
  type Cell,
  type HeatModel,
} from "./heat-model.ts";
import { inspectorStore, selectCell } from "./inspector-store.ts";
import "./picture.css";

const MARGIN = { left: 46, right: 12, top: 8, bottom: 20 };
const HEAT_STEPS = 8;

interface Plot {
  readonly heat: HeatModel;
  readonly x: (ns: number) => number;
  /** Of a latency in ns. */
  readonly y: (ns: number) => number;
}

export function Heatmap() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<Plot>(undefined);
  const [tip, setTip] = useState<{ x: number; y: number; text: string }>();
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  const painter = usePainter(canvas, () => {
    if (canvas.current !== null) plot.current = paint(canvas.current);
  });
  // The chosen cell is drawn too, and is no part of the run or the view.
  useEffect(() => inspectorStore.subscribe(() => painter.current?.soon()), [painter]);
  const cellAt = (event: MouseEvent<HTMLCanvasElement>): Cell | undefined => {
    const { offsetX, offsetY } = event.nativeEvent;
    return plot.current && findCell(plot.current, offsetX, offsetY);
  };
  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    const cell = cellAt(event);
    const count = plot.current && cell ? countAt(plot.current.heat, cell) : 0;
    if (plot.current === undefined || cell === undefined || count === 0) setTip(undefined);
    else {
      const { offsetX, offsetY } = event.nativeEvent;
      setTip({ x: offsetX, y: offsetY, text: cellText(plot.current.heat, cell, count) });
    }
  };
  const onClick = (event: MouseEvent<HTMLCanvasElement>): void => {
    const cell = cellAt(event);
    if (plot.current === undefined || cell === undefined) return;
    selectCell(
      countAt(plot.current.heat, cell) > 0 ? cellSpan(plot.current.heat, cell) : undefined,
    );
  };
  return (
    <section className="heat" aria-label="Latency of every request" data-lane={letter}>
      <header className="inspector-head">
        <h2>Latency of every request</h2>
        <Scale />
      </header>
      <div className="heat-body">
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is no img element */}
        <canvas
          ref={canvas}
          role="img"
          aria-label="Latency heatmap"
          data-testid={TEST_IDS.heatmap}
          onPointerMove={onPointerMove}
          onPointerLeave={() => setTip(undefined)}
          onClick={onClick}
        />
        {tip && (
          <div className="heat-tip" style={{ left: tip.x, top: tip.y }}>
            {tip.text}
          </div>
        )}
      </div>
    </section>
  );
}

function Scale() {
  return (
    <span className="heat-scale" aria-hidden="true">
      few
      {Array.from({ length: HEAT_STEPS }, (_, i) => (
        <i key={i} style={{ background: `var(--heat-${i + 1})` }} />
      ))}
      many
    </span>
  );
}

function cellText(heat: HeatModel, cell: Cell, count: number): string {
  const { fromNs, fastestNs, slowestNs } = cellSpan(heat, cell);
  const requests = `${grouped(count)} request${count === 1 ? "" : "s"}`;
  return `${requests} · ${instant(fromNs, 1)} s · ${nanoseconds(fastestNs)} to ${nanoseconds(slowestNs)}`;
}

function findCell({ heat, x, y }: Plot, atX: number, atY: number): Cell | undefined {
  const columnAt = heat.times.findLastIndex((ns) => x(ns) <= atX);
  if (columnAt < 0 || columnAt >= heat.times.length - 1) return undefined;
  for (let bin = heat.low; bin <= heat.high; bin++) {
    if (atY <= y(binStart(bin)) && atY > y(binStart(bin + 1))) return { column: columnAt, bin };
  }
  return undefined;
}

// ---- Painting -----------------------------------------------------------------------------------

function paint(canvas: HTMLCanvasElement): Plot | undefined {
  const surface = beginPaint(canvas);
  const run = runStore.getState();
  const lane = run.lanes[viewStore.getState().selectedLane];
  const heat = lane && heatOf(lane.samples);
  if (surface === undefined || lane === undefined) return undefined;
  const colors = palette();
  if (heat === undefined) {
    paintEmpty(surface, colors);
    return undefined;
  }
  const plot = plotOf(surface, heat, run.durationNs);
  paintCells(surface, plot, colors);
  paintAxes(surface, plot, { durationNs: run.durationNs, colors });
  paintQuantiles(surface, plot, { lane, colors });
  paintSelection(surface, plot, colors);
  const label = `${grouped(heat.total)} requests answered between ${nanoseconds(binStart(heat.low))} and ${nanoseconds(binStart(heat.high + 1))}; at most ${grouped(heat.most)} in one cell.`;
  if (canvas.getAttribute("aria-label") !== label) canvas.setAttribute("aria-label", label);
  return plot;
}

function plotOf({ width, height }: Surface, heat: HeatModel, durationNs: number): Plot {
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  const [low, high] = [Math.log(binStart(heat.low)), Math.log(binStart(heat.high + 1))];
  const end = Math.max(1, durationNs);
  return {
    heat,
    x: (ns) => MARGIN.left + (Math.min(ns, end) / end) * (right - MARGIN.left),
    y: (ns) => bottom - ((Math.log(ns) - low) / (high - low)) * (bottom - MARGIN.top),
  };
}

function paintEmpty({ ctx, width, height }: Surface, colors: Palette): void {
  ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.textAlign = "center";
  ctx.fillText("No request has been answered yet.", width / 2, height / 2);
}

function paintCells({ ctx, width, height }: Surface, plot: Plot, colors: Palette): void {
  const { heat, x, y } = plot;
  const [right, bottom] = [width - MARGIN.right, height - MARGIN.bottom];
  ctx.fillStyle = colors.token("--heat-0");
  ctx.fillRect(MARGIN.left, MARGIN.top, right - MARGIN.left, bottom - MARGIN.top);
  for (let at = 0; at + 1 < heat.times.length; at++) {
    const [from, to] = [Math.round(x(heat.times[at]!)), Math.round(x(heat.times[at + 1]!))];
    for (let bin = heat.low; bin <= heat.high; bin++) {
      const step = heatStep(countAt(heat, { column: at, bin }), heat.most);
      if (step === 0) continue;
      const [top, base] = [Math.round(y(binStart(bin + 1))), Math.round(y(binStart(bin)))];
      ctx.fillStyle = colors.token(`--heat-${step}`);
      ctx.fillRect(from, top, Math.max(1, to - from), Math.max(1, base - top));
    }
  }
}

interface AxesInput {
  readonly durationNs: number;
  readonly colors: Palette;
}

function paintAxes(surface: Surface, plot: Plot, { durationNs, colors }: AxesInput): void {
  const { ctx, width, height } = surface;
  const { heat, x, y } = plot;
  const bottom = height - MARGIN.bottom;
  ctx.font = `${colors.tickPx}px ${colors.fontUi}`;
  ctx.fillStyle = colors.token("--text-3");
  ctx.textBaseline = "middle";
  ctx.textAlign = "right";
  const [low, high] = [binStart(heat.low) / 1e6, binStart(heat.high + 1) / 1e6];
  for (const { at } of latencyAxis([low, high]).ticks) {
    ctx.fillText(duration(at), MARGIN.left - 6, y(at * 1e6));
  }
  ctx.textAlign = "center";
  ctx.textBaseline = "top";
  const axis = timeAxis({ clockNs: 0, durationNs, plotPx: width, roomPx: 0 });
  for (const { at, label } of axis.ticks) {
    ctx.fillText(label, Math.min(x(at), width - 14), bottom + 5);
  }
  const slo = sloOf(scenarioStore.getState().document).p99Ms;
  if (slo === undefined || slo < low || slo > high) return;
  ctx.strokeStyle = colors.token("--text-2");
  ctx.lineWidth = 1;
  ctx.setLineDash([3, 3]);
  strokeLine(ctx, [MARGIN.left, crisp(y(slo * 1e6))], [width - MARGIN.right, crisp(y(slo * 1e6))]);
  ctx.setLineDash([]);
  ctx.textAlign = "left";
  ctx.textBaseline = "bottom";
  ctx.fillStyle = colors.token("--text-2");
  haloText(
    ctx,
    `SLO p99 ≤ ${duration(slo)}`,
    [MARGIN.left + 6, y(slo * 1e6) - 3],
    colors.token("--heat-0"),
  );
}

interface LinesInput {
  readonly lane: LaneRun;
  readonly colors: Palette;
}

/** Dark on light cells and light on dark ones: each line has a halo. */
function paintQuantiles({ ctx }: Surface, { x, y }: Plot, { lane, colors }: LinesInput): void {
  const t = times(lane.samples);
  for (const name of ["p50", "p99"]) {
    const values = column(lane.samples, name);
    ctx.beginPath();
    let isDown = false;
    values.forEach((ms, i) => {
      if (!(ms > 0)) {
        isDown = false;
        return;
      }
      const point = [x(t[i]!), y(ms * 1e6)] as const;
      if (isDown) ctx.lineTo(...point);
      else ctx.moveTo(...point);
      isDown = true;
    });
    ctx.lineJoin = "round";
    ctx.lineWidth = 3;
    ctx.strokeStyle = colors.token("--bg-surface");
    ctx.stroke();
    ctx.lineWidth = 1.2;
    ctx.strokeStyle = colors.token("--text-1");
    ctx.stroke();
    const last = values.findLastIndex((ms) => ms > 0);
    if (last < 0) continue;
    ctx.font = `${colors.labelPx}px ${colors.fontUi}`;
    ctx.fillStyle = colors.token("--text-1");
    ctx.textAlign = "right";
    ctx.textBaseline = "bottom";
    haloText(
      ctx,
      name,
      [x(t[last]!) - 4, y(values[last]! * 1e6) - 3],
      colors.token("--bg-surface"),
    );
  }
}

function paintSelection({ ctx }: Surface, { heat, x, y }: Plot, colors: Palette): void {
  const { cell } = inspectorStore.getState();
  if (cell === undefined) return;
  const top = Math.max(cell.fastestNs, binStart(heat.low));
  const [left, right] = [x(cell.fromNs), x(cell.toNs)];
  ctx.strokeStyle = colors.token("--focus");
  ctx.lineWidth = 2;
  ctx.strokeRect(left, y(cell.slowestNs), Math.max(3, right - left), y(top) - y(cell.slowestNs));
}
