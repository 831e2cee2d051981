/**
 * The latencies of every lane as histograms on one axis, one above the other; a range of the
 * selected lane's is chosen by dragging or with the arrow keys.
 */
import { type KeyboardEvent, useEffect, useRef, useState } from "react";
import { beginPaint } from "../charts/canvas.ts";
import { sloOf } from "../charts/limits.ts";
import { palette } from "../charts/palette.ts";
import { usePainter } from "../charts/use-painter.ts";
import { duration, grouped, nanoseconds } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { type CellSpan, chosenCell, selectLane, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { binOf } from "./heat-model.ts";
import { binsSpan, histogramOf, type HistogramModel } from "./histogram-model.ts";
import { barsPlotOf, paintHistogram, type BarsPlot } from "./histogram-paint.ts";
import { inspectorStore, isWidening, picturedKind, selectCell } from "./inspector-store.ts";
import { paintEmpty } from "./heat-paint.ts";
import { PlotBody, setLabel, type Tip } from "./plot-body.tsx";
import { usePlotPointer } from "./use-plot-pointer.ts";

interface Spot {
  readonly row: number;
  readonly bin: number;
}

export function Histogram() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const plot = useRef<BarsPlot>(undefined);
  const drag = useRef<readonly [number, number]>(undefined);
  const [tip, setTip] = useState<Tip>();
  const [said, setSaid] = useState("");
  const painter = usePainter(canvas, () => {
    if (canvas.current !== null) plot.current = paint(canvas.current, drag.current);
  });
  useEffect(() => inspectorStore.subscribe(() => painter.current?.soon()), [painter]);
  const pointer = usePlotPointer<Spot>({
    find: (x, y) => plot.current && spotAt(plot.current, x, y),
    anchor: () => plot.current && chosenSpot(plot.current.model),
    isWidening,
    onHover: (x, y, spot) => setTip(plot.current && spot && tipAt(plot.current, spot, { x, y })),
    onDrag: (from, to) => {
      const lane = plot.current?.model.lanes[from.row]?.lane;
      if (lane !== undefined) selectLane(lane.index);
      drag.current = [from.bin, to.bin];
      painter.current?.soon();
    },
    onDrop: () => {
      const range = drag.current;
      drag.current = undefined;
      if (plot.current === undefined || range === undefined) return;
      selectCell(spanOfBins(...range));
    },
    onLeave: () => setTip(undefined),
  });
  const onKeyDown = (event: KeyboardEvent): void => {
    const range = plot.current && keyBins(plot.current.model, event);
    if (plot.current === undefined || range === undefined) return;
    event.preventDefault();
    selectCell(spanOfBins(...range));
    setSaid(sentence(plot.current.model, range));
  };
  return (
    <PlotBody
      canvas={canvas}
      label="Histograms of the latency"
      keys="Bins of the selected lane: the arrow keys choose one, with Shift more"
      testId={TEST_IDS.histogram}
      tip={tip}
      said={said}
      pointer={pointer}
      onKeyDown={onKeyDown}
    />
  );
}

/** The whole run: which moments is not the question here. */
function spanOfBins(from: number, to: number): CellSpan {
  return { fromNs: 0, toNs: Infinity, ...binsSpan(from, to) };
}

function spotAt(
  { model, box, rowHeight, binAt }: BarsPlot,
  x: number,
  y: number,
): Spot | undefined {
  const row = Math.floor((y - box.top) / rowHeight);
  const isInside = row >= 0 && row < model.lanes.length && x >= box.left && x <= box.right;
  return isInside ? { row, bin: binAt(x) } : undefined;
}

function tipAt(
  { model, box }: BarsPlot,
  { row, bin }: Spot,
  at: { readonly x: number; readonly y: number },
): Tip | undefined {
  const { lane, counts } = model.lanes[row]!;
  const count = counts[bin] ?? 0;
  if (count === 0) return undefined;
  const { fastestNs, slowestNs } = binsSpan(bin, bin);
  return {
    x: Math.max(box.left + 80, Math.min(box.right - 80, at.x)),
    y: at.y,
    count: `${lane.letter}: ${grouped(count)} request${count === 1 ? "" : "s"}`,
    range: `${nanoseconds(fastestNs)} to ${nanoseconds(slowestNs)}`,
  };
}

function selected(model: HistogramModel): HistogramModel["lanes"][number] | undefined {
  const { selectedLane } = viewStore.getState();
  return model.lanes.find(({ lane }) => lane.index === selectedLane);
}

/** The bins that an arrow key leads to from those chosen now; from nowhere to the fullest. */
function keyBins(
  model: HistogramModel,
  event: KeyboardEvent,
): readonly [number, number] | undefined {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const own = selected(model);
  if (by === undefined || own === undefined) return undefined;
  const cell = chosenCell(viewStore.getState());
  if (cell === undefined) {
    const fullest = own.counts.indexOf(own.counts.reduce((a, b) => Math.max(a, b), 0));
    return [fullest, fullest];
  }
  const [low, high] = chosenBins(cell);
  const bounded = (bin: number): number => Math.max(model.low, Math.min(model.high, bin));
  if (event.shiftKey) return by < 0 ? [bounded(low - 1), high] : [low, bounded(high + 1)];
  const next = bounded(by < 0 ? low - 1 : high + 1);
  return [next, next];
}

function chosenSpot(model: HistogramModel): Spot | undefined {
  const own = selected(model);
  const cell = chosenCell(viewStore.getState());
  if (own === undefined || cell === undefined) return undefined;
  return { row: model.lanes.indexOf(own), bin: chosenBins(cell)[0] };
}

function chosenBins({ fastestNs, slowestNs }: CellSpan): readonly [number, number] {
  return [binOf(fastestNs, Infinity), binOf(slowestNs, Infinity) - 1];
}

function sentence(model: HistogramModel, [from, to]: readonly [number, number]): string {
  const own = selected(model);
  const count = own?.counts.subarray(from, to + 1).reduce((a, b) => a + b, 0) ?? 0;
  const { fastestNs, slowestNs } = binsSpan(from, to);
  return `${grouped(count)} requests, ${nanoseconds(fastestNs)} to ${nanoseconds(slowestNs)}`;
}

// ---- Painting -----------------------------------------------------------------------------------

function paint(
  canvas: HTMLCanvasElement,
  drag: readonly [number, number] | undefined,
): BarsPlot | undefined {
  const surface = beginPaint(canvas);
  if (surface === undefined) return undefined;
  const { lanes } = runStore.getState();
  const { hiddenLanes, selectedLane } = viewStore.getState();
  const inspected = inspectorStore.getState();
  const shown = lanes.filter(
    (lane) => lane.index === selectedLane || !hiddenLanes.includes(lane.index),
  );
  const kind = picturedKind(inspected);
  const { comparison, times } = inspected;
  const cell = chosenCell(viewStore.getState());
  // The tester's latencies are those of all classes together.
  const naive = times === undefined ? comparison?.naiveBins : undefined;
  const model = histogramOf(shown, { kind, times, over: naive });
  const colors = palette();
  if (model === undefined) {
    const what =
      kind.outcome === "completed"
        ? "No request has been answered since the warm-up."
        : "No request has failed since the warm-up.";
    paintEmpty(surface, colors, what);
    setLabel(canvas, what);
    return undefined;
  }
  const plot = barsPlotOf(surface, model);
  paintHistogram(surface, plot, {
    colors,
    selectedLane,
    sloMs:
      kind.outcome === "completed" ? sloOf(scenarioStore.getState().document).p99Ms : undefined,
    chosen: drag ?? (cell && chosenBins(cell)),
    naive,
  });
  setLabel(canvas, model.lanes.map(describe).join(" "));
  return plot;
}

function describe({ lane, total, marks }: HistogramModel["lanes"][number]): string {
  const figures = marks.map(({ name, ns }) => `${name} ${duration(ns / 1e6)}`).join(", ");
  return `${nameOf(lane)}: ${grouped(total)} requests${figures === "" ? "" : `, ${figures}`}.`;
}

function nameOf({ letter, name }: LaneRun): string {
  return `Lane ${letter}, ${name}`;
}
