/** The column of charts on one shared time axis, and its shorter form for phones. */
import { useState } from "react";
import { bytes, grouped } from "../format.ts";
import { type RunState, useRun } from "../state/run-store.ts";
import { useScenario } from "../state/scenario-store.ts";
import { useView } from "../state/view-store.ts";
import { cpu, latency, memory, throughput } from "./build.ts";
import { ChartStops } from "./chart-keys.tsx";
import { Chart } from "./chart.tsx";
import "./charts.css";
import { memoryLimitOf } from "./limits.ts";
import type { ChartKind } from "./model.ts";

export { chartTexts } from "./texts.ts";

/** `twoUp`: side by side, where the lower two end a column each. */
export function ChartColumn({ twoUp = false }: { readonly twoUp?: boolean }) {
  return (
    <div className="charts">
      <ChartStops first="throughput">
        <Throughput showTimes={false} />
        <Latency showTimes={false} />
        <Memory showTimes={twoUp} />
        <Cpu />
      </ChartStops>
    </div>
  );
}

export function PhoneCharts() {
  return (
    <div className="charts charts-phone">
      <ChartStops first="latency">
        <Latency showTimes={false} />
        <Throughput showTimes />
      </ChartStops>
    </div>
  );
}

const KINDS = ["latency", "throughput", "memory", "cpu"] as const;
const NAMES = { latency: "Latency", throughput: "Throughput", memory: "Memory", cpu: "CPU" };

/** One chart at a time, and which one. */
export function StageChart() {
  const [kind, setKind] = useState<ChartKind>("latency");
  return (
    <div className="stage-chart">
      <div className="stage-charts" role="group" aria-label="Chart">
        {KINDS.map((one) => (
          <button key={one} type="button" aria-pressed={one === kind} onClick={() => setKind(one)}>
            {NAMES[one]}
          </button>
        ))}
      </div>
      <OneChart kind={kind} />
    </div>
  );
}

function OneChart({ kind }: { readonly kind: ChartKind }) {
  switch (kind) {
    case "latency":
      return <Latency showTimes />;
    case "throughput":
      return <Throughput showTimes />;
    case "memory":
      return <Memory showTimes />;
    case "cpu":
      return <Cpu />;
  }
}

/** Scrolls a chart of the column into view, where it is on the page. */
export function revealChart(kind: ChartKind): void {
  document.querySelector(`.chart[data-kind="${kind}"]`)?.scrollIntoView({ block: "nearest" });
}

interface Position {
  readonly showTimes: boolean;
}

function Throughput({ showTimes }: Position) {
  const note = `requests per second${useRun(plannedUsers)}`;
  return (
    <Chart
      kind="throughput"
      title="Throughput"
      note={note}
      build={throughput}
      showTimes={showTimes}
    />
  );
}

function Latency({ showTimes }: Position) {
  return (
    <Chart
      kind="latency"
      title="Latency"
      note="ms, log scale: p50 thin, p99 thick"
      build={latency}
      showTimes={showTimes}
    />
  );
}

function Memory({ showTimes }: Position) {
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  const limit = useScenario((scenario) => memoryLimitOf(scenario.document, selected));
  const of = limit === undefined ? "" : `, limit ${bytes(limit)}`;
  const note = `MiB, lane ${letter} stacked by kind${of}`;
  return <Chart kind="memory" title="Memory" note={note} build={memory} showTimes={showTimes} />;
}

function Cpu() {
  const selected = useView((view) => view.selectedLane);
  const cores = useRun((run) => run.lanes[selected]?.topology?.cores);
  const all = cores === undefined ? "all cores" : `${cores} core${cores === 1 ? "" : "s"}`;
  return <Chart kind="cpu" title="CPU" note={`% of ${all}`} build={cpu} showTimes />;
}

/** Most users that the plan asks for, ready to follow a unit; empty where it is a rate. */
function plannedUsers(run: RunState): string {
  const most = run.lanes.map(({ planned }) =>
    planned?.unit === "users" ? Math.max(0, ...planned.points.map(([, users]) => users)) : 0,
  );
  const [low, high] = [Math.min(...most), Math.max(0, ...most)];
  if (high === 0) return "";
  // Lanes may override the load.
  const range = low === high ? grouped(high) : `${grouped(low)} to ${grouped(high)}`;
  return `, ${range} user${high === 1 ? "" : "s"}`;
}
