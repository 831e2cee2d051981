/** Takes all views to the evidence of an insight: the moment and the place where most waited. */
import { revealChart } from "../charts/index.tsx";
import { column, times } from "../charts/series.ts";
import { bindingOf } from "../state/binding.ts";
import type { SampleTable } from "../state/lane-run.ts";
import { runStore } from "../state/run-store.ts";
import { selectPlace, showInSchedule, viewStore } from "../state/view-store.ts";

/** How much of the schedule to show, in times that a request keeps what is scarce. */
const DEMANDS_SHOWN = 12;
const LEAST_SHOWN_NS = 20_000;
/** Moments whose occupancy comes this near to the highest are as good; the latest is taken. */
const AS_GOOD = 0.9;

export function showEvidence(index: number, place: string): void {
  const lane = runStore.getState().lanes[index];
  if (lane === undefined) return;
  const atNs = busiestMoment(lane.samples, place) ?? lane.nowNs;
  const use = lane.result && bindingOf(lane.result);
  const wide = Math.max(LEAST_SHOWN_NS, DEMANDS_SHOWN * (use?.demandMs ?? 1) * 1e6);
  // The sample tells of the time before it.
  const toNs = Math.min(lane.nowNs, atNs + wide / 2);
  const fromNs = Math.max(0, toNs - wide);
  const chart = use?.kind === "cpu" || use?.kind === "cpu-limit" ? "cpu" : "latency";
  selectPlace(place);
  showInSchedule({ fromNs, toNs });
  viewStore.setState({ crosshairNs: atNs });
  revealChart(chart);
}

/** The latest of the instants at which about the most tasks were in a place. */
export function busiestMoment(samples: SampleTable, place: string): number | undefined {
  const t = times(samples);
  const tasks = column(samples, `place.${place}`);
  let most = 0;
  t.forEach((_, i) => {
    most = Math.max(most, tasks[i] ?? 0);
  });
  if (most === 0) return undefined;
  return t.findLast((_, i) => (tasks[i] ?? 0) >= most * AS_GOOD);
}
