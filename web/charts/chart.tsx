/** One chart: title, canvas, and the same numbers as a table behind its "Data" button. */
import { type ReactNode, useRef, useState } from "react";
import { replicatedLanes, replicationStore } from "../state/replications.ts";
import { type RunState, runStore } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { openInspector, type ViewState, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { beginPaint } from "./canvas.ts";
import { ChartKeys } from "./chart-keys.tsx";
import { DataDialog } from "./data-dialog.tsx";
import { withForks } from "./forks.ts";
import { memoryLimitOf, sloOf } from "./limits.ts";
import type { BuildChart, ChartInput, ChartKind, ChartModel } from "./model.ts";
import { layOut, leftMargin, paintChart, plotWidth } from "./paint.ts";
import { palette } from "./palette.ts";
import { timeAxis } from "./scale.ts";
import { type PaintedText, rememberTexts } from "./texts.ts";
import { useCrosshair } from "./use-crosshair.ts";
import { usePainter } from "./use-painter.ts";
import { type FigureTable, describe, figures } from "./words.ts";

export interface ChartProps {
  readonly kind: ChartKind;
  readonly title: string;
  readonly note: ReactNode;
  readonly build: BuildChart;
  /** Only the last chart of a column writes the shared times. */
  readonly showTimes: boolean;
}

/** Labels hold still for this long, so that they can be read. */
const READING_MS = 250;
/** Right of the playhead, in label heights: each lane may add its letter to a shared label. */
const LABEL_ROOM = { least: 6.4, perLane: 1 } as const;
const DATA_ROWS_MAX = 240;
/** Figures of one label that differ by less than this share are given as one. */
const SAME = 0.05;

export function Chart({ kind, title, note, build, showTimes }: ChartProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const memo = useRef<Memo>({ owner: undefined, model: undefined, texts: new Map(), readAtMs: 0 });
  const [table, setTable] = useState<FigureTable>();
  usePainter(canvas, (nowMs) => {
    if (canvas.current !== null) {
      paint(canvas.current, { title, build, showTimes }, memo.current, nowMs);
    }
  });
  const crosshair = useCrosshair(canvas, () => ({
    left: leftMargin(palette()),
    ...axisNow(canvas),
  }));
  return (
    <section className="chart" data-kind={kind}>
      <h3 className="chart-title">
        {title} <small>{note}</small>
        {kind === "latency" && (
          <button
            type="button"
            className="chart-data"
            onClick={openInspector}
            data-testid={TEST_IDS.openInspector}
          >
            Requests
          </button>
        )}
        <button
          type="button"
          className="chart-data"
          onClick={() => setTable(figures(modelNow(build).model, DATA_ROWS_MAX))}
        >
          Data<span className="visually-hidden"> of {title}</span>
        </button>
      </h3>
      <ChartKeys kind={kind} title={title} read={() => sentenceNow(title, build)}>
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is no img element */}
        <canvas
          ref={canvas}
          className="chart-canvas"
          role="img"
          aria-label={title}
          {...crosshair}
        />
      </ChartKeys>
      {table && <DataDialog title={title} table={table} onClose={() => setTable(undefined)} />}
    </section>
  );
}

/** What a chart shows at this moment, for those who ask between two frames. */
function modelNow(build: BuildChart): { model: ChartModel; readNs: number } {
  const input = inputOf(runStore.getState(), viewStore.getState());
  return { model: withForks(build(input, undefined), input.lanes), readNs: input.readNs };
}

function sentenceNow(title: string, build: BuildChart): string {
  const { model, readNs } = modelNow(build);
  return describe(title, model, readNs);
}

/** What one chart remembers from frame to frame. */
interface Memo {
  /** The run that `model` belongs to: a new run starts with fresh axes. */
  owner: unknown;
  model: ChartModel | undefined;
  readonly texts: Map<string, string>;
  readAtMs: number;
}

function paint(
  canvas: HTMLCanvasElement,
  props: Pick<ChartProps, "title" | "build" | "showTimes">,
  memo: Memo,
  nowMs: number,
): void {
  const surface = beginPaint(canvas);
  if (surface === undefined) return;
  const run = runStore.getState();
  const view = viewStore.getState();
  const input = inputOf(run, view);
  const owner = run.lanes[0]?.samples;
  const before = owner === memo.owner ? memo.model : undefined;
  const model = withForks(props.build(input, before), input.lanes);
  const reading = view.crosshairNs !== undefined || run.status !== "running";
  if (owner !== memo.owner || reading || nowMs - memo.readAtMs >= READING_MS) {
    memo.texts.clear();
    memo.readAtMs = nowMs;
    canvas.setAttribute("aria-label", describe(props.title, model, input.readNs));
  }
  memo.owner = owner;
  memo.model = model;
  const colors = palette();
  const moment = {
    timeAxis: axisOf(run, surface.width),
    clockNs: run.clockNs,
    warmupNs: run.warmupNs,
    readNs: input.readNs,
    crosshairNs: view.crosshairNs,
    showTimes: props.showTimes,
    textOf: (label: string, low: number, high: number) =>
      remembered(memo.texts, label, () => rangeText(model, low, high)),
  };
  const plot = layOut(surface, model, moment, colors);
  const texts: PaintedText[] = [];
  paintChart({ surface, plot, model, moment, colors, texts });
  rememberTexts(canvas, texts);
}

function inputOf(run: RunState, view: ViewState): ChartInput {
  const { document } = scenarioStore.getState();
  const selected = run.lanes[view.selectedLane];
  const shown = run.lanes.filter((lane) => !view.hiddenLanes.includes(lane.index));
  return {
    lanes: [...shown.filter((lane) => lane !== selected), ...shown.filter((l) => l === selected)],
    selected,
    clockNs: run.clockNs,
    durationNs: run.durationNs,
    warmupNs: run.warmupNs,
    readNs: Math.min(view.crosshairNs ?? Infinity, run.clockNs),
    slo: sloOf(document),
    memoryLimitBytes: memoryLimitOf(document, view.selectedLane),
    replicated: replicatedLanes(replicationStore.getState(), document),
  };
}

function axisOf(run: RunState, width: number) {
  const colors = palette();
  return timeAxis({
    clockNs: run.clockNs,
    durationNs: run.durationNs,
    plotPx: plotWidth(width, colors),
    roomPx: colors.labelPx * (LABEL_ROOM.least + LABEL_ROOM.perLane * run.lanes.length),
  });
}

/** The time axis as it is now, for the pointer. */
function axisNow(canvas: { readonly current: HTMLCanvasElement | null }) {
  const width = canvas.current?.clientWidth ?? 0;
  const run = runStore.getState();
  const { domain } = axisOf(run, width);
  return { plotPx: plotWidth(width, palette()), domain, endNs: run.durationNs };
}

/** One figure, or the range of the lines that share a label. */
function rangeText(model: ChartModel, low: number, high: number): string {
  const text = model.formatValue(low);
  const other = model.formatValue(high);
  // "<0.1" is no end of a range.
  if (text === other || other.startsWith("<")) return other;
  return high - low <= high * SAME ? model.formatValue((low + high) / 2) : `${text}–${other}`;
}

function remembered(texts: Map<string, string>, key: string, make: () => string): string {
  const known = texts.get(key);
  if (known !== undefined) return known;
  const text = make();
  texts.set(key, text);
  return text;
}
