/**
 * The latency of every request of the selected lane: time across, latency up, count as colour.
 * Cells are chosen with the pointer, several by dragging, or with the arrow keys.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { beginPaint } from "../charts/canvas.ts";
import { sloOf } from "../charts/limits.ts";
import { palette } from "../charts/palette.ts";
import { usePainter } from "../charts/use-painter.ts";
import { duration, grouped, nanoseconds } from "../format.ts";
import { runStore } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { chosenCell, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import {
  binStart,
  countIn,
  heatOf,
  heatOfTimes,
  neighbour,
  rangeBetween,
  rangeOf,
  spanOf,
  widened,
  type Cell,
  type CellRange,
  type HeatModel,
} from "./heat-model.ts";
import {
  instantAt,
  paintAxes,
  paintCells,
  paintCrosshair,
  paintEmpty,
  paintLimit,
  paintQuantiles,
  paintSelection,
  plotOf,
  type Plot,
} from "./heat-paint.ts";
import { inspectorStore, isWidening, selectCell } from "./inspector-store.ts";
import { moment } from "./moment.ts";
import { momentsOf } from "./moments.ts";
import { paintNotes } from "./notes-paint.ts";
import { PlotBody, setLabel, type Tip } from "./plot-body.tsx";
import { usePlotPointer } from "./use-plot-pointer.ts";

interface HeatmapProps {
  /** Says what is drawn: how many requests, and the most in one cell. */
  readonly onPaint: (heat: HeatModel | undefined) => void;
}

export function Heatmap({ onPaint }: HeatmapProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<Plot>(undefined);
  const drag = useRef<CellRange>(undefined);
  const [tip, setTip] = useState<Tip>();
  const [said, setSaid] = useState("");
  const painter = usePainter(canvas, () => {
    if (canvas.current !== null) plot.current = paint(canvas.current, drag.current);
    onPaint(plot.current?.heat);
  });
  // Which requests are counted is no part of the run or the view.
  useEffect(() => inspectorStore.subscribe(() => painter.current?.soon()), [painter]);
  const pointer = usePlotPointer<Cell>({
    find: (x, y) => plot.current && findCell(plot.current, x, y),
    anchor: () => plot.current && chosen(plot.current.heat)?.from,
    isWidening,
    onHover: (x, y, cell) => {
      setTip(plot.current && cell && tipAt(plot.current, x, y, drag.current ?? around(cell)));
      viewStore.setState({ crosshairNs: plot.current && crosshairAt(plot.current, x) });
    },
    onDrag: (from, to) => {
      drag.current = rangeBetween(from, to);
      painter.current?.soon();
    },
    onDrop: () => {
      const range = drag.current;
      drag.current = undefined;
      if (plot.current === undefined || range === undefined) return;
      const { heat } = plot.current;
      selectCell(countIn(heat, range) > 0 ? spanOf(heat, range) : undefined);
    },
    onLeave: () => {
      setTip(undefined);
      viewStore.setState({ crosshairNs: undefined });
    },
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const range = plot.current && keyRange(plot.current.heat, event);
    if (plot.current === undefined || range === undefined) return;
    event.preventDefault();
    selectCell(spanOf(plot.current.heat, range));
    setSaid(sentence(plot.current.heat, range));
  };
  return (
    <PlotBody
      canvas={canvas}
      label="Latency heatmap"
      keys="Cells of the heatmap: the arrow keys choose one, with Shift more"
      testId={TEST_IDS.heatmap}
      tip={tip}
      said={said}
      pointer={pointer}
      onKeyDown={onKeyDown}
    />
  );
}

function around(cell: Cell): CellRange {
  return { from: cell, to: cell };
}

function tipAt(plot: Plot, x: number, y: number, range: CellRange): Tip | undefined {
  const count = countIn(plot.heat, range);
  if (count === 0) return undefined;
  const room = 100;
  return {
    x: Math.max(plot.box.left + room, Math.min(plot.box.right - room, x)),
    y,
    count: requestsWord(count),
    range: rangeWords(plot.heat, range),
  };
}

function requestsWord(count: number): string {
  return `${grouped(count)} request${count === 1 ? "" : "s"}`;
}

function rangeWords(heat: HeatModel, range: CellRange): string {
  const { fromNs, toNs, fastestNs, slowestNs } = spanOf(heat, range);
  const at = moment(fromNs, toNs - fromNs);
  const end = range.from.column === range.to.column ? "" : ` to ${moment(toNs, toNs - fromNs)}`;
  return `${at}${end} s · ${nanoseconds(fastestNs)} to ${nanoseconds(slowestNs)}`;
}

function sentence(heat: HeatModel, range: CellRange): string {
  return `${requestsWord(countIn(heat, range))}, ${rangeWords(heat, range)}`;
}

function crosshairAt(plot: Plot, x: number): number | undefined {
  const ns = instantAt(plot, x);
  return ns >= 0 && ns <= plot.durationNs ? ns : undefined;
}

function findCell({ heat, x, y }: Plot, atX: number, atY: number): Cell | undefined {
  const columnAt = heat.times.findLastIndex((ns) => x(ns) <= atX);
  if (columnAt < 0 || columnAt >= heat.times.length - 1) return undefined;
  for (let bin = heat.low; bin <= heat.high; bin++) {
    if (atY <= y(binStart(bin)) && atY > y(binStart(bin + 1))) return { column: columnAt, bin };
  }
  return undefined;
}

const ARROWS: Readonly<Record<string, { readonly across: number; readonly up: number }>> = {
  ArrowLeft: { across: -1, up: 0 },
  ArrowRight: { across: 1, up: 0 },
  ArrowUp: { across: 0, up: 1 },
  ArrowDown: { across: 0, up: -1 },
};

function chosen(heat: HeatModel): CellRange | undefined {
  const cell = chosenCell(viewStore.getState());
  return cell && rangeOf(heat, cell);
}

/** The cells that an arrow key leads to from those chosen now. */
function keyRange(heat: HeatModel, event: KeyboardEvent): CellRange | undefined {
  const arrow = ARROWS[event.key];
  if (arrow === undefined || event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const range = chosen(heat);
  if (event.shiftKey && range !== undefined) return widened(heat, range, arrow);
  const corner = arrow.across > 0 || arrow.up > 0 ? range?.to : range?.from;
  const next = neighbour(heat, corner, arrow);
  return next && around(next);
}

// ---- Painting -----------------------------------------------------------------------------------

function paint(canvas: HTMLCanvasElement, drag: CellRange | undefined): Plot | undefined {
  const surface = beginPaint(canvas);
  const run = runStore.getState();
  const { selectedLane, crosshairNs } = viewStore.getState();
  const lane = run.lanes[selectedLane];
  if (surface === undefined || lane === undefined) return undefined;
  const { times, choice } = inspectorStore.getState();
  const ofLane = times?.[lane.index];
  const heat =
    times === undefined ? heatOf(lane.samples) : ofLane && heatOfTimes(lane.samples, ofLane);
  const colors = palette();
  if (heat === undefined) {
    const what =
      choice === "failed" ? "No request has failed yet." : "No request has been answered yet.";
    paintEmpty(surface, colors, what);
    setLabel(canvas, what);
    return undefined;
  }
  const plot = plotOf(surface, heat, run.durationNs);
  const sloMs = sloOf(scenarioStore.getState().document).p99Ms;
  paintCells(surface, plot, colors);
  paintAxes(surface, plot, colors);
  if (choice !== "failed") {
    paintLimit(surface, plot, colors, sloMs);
    // Percentiles are those of all classes together.
    if (times === undefined) paintQuantiles(surface, plot, colors, lane.samples);
  }
  const moments = momentsOf(lane, sloMs);
  paintNotes(surface, plot, { moments, samples: lane.samples, colors });
  paintCrosshair(surface, plot, colors, crosshairNs);
  const range = drag ?? chosen(heat);
  if (range !== undefined) paintSelection(surface, plot, colors, range);
  const notes = moments.map(({ title }) => title);
  setLabel(canvas, [describe(heat), ...notes].join(" "));
  return plot;
}

function describe(heat: HeatModel): string {
  const range = `${nanoseconds(binStart(heat.low))} and ${nanoseconds(binStart(heat.high + 1))}`;
  return `${requestsWord(heat.total)} that took between ${range}; at most ${grouped(heat.most)} in one cell of ${columnWord(heat)}.`;
}

/** The time that a column spans. */
export function columnWord({ times }: HeatModel): string {
  return duration(((times[1] ?? 0) - (times[0] ?? 0)) / 1e6);
}
