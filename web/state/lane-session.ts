/**
 * One lane of one run: its worker link, and the record that the interface sees. Each function here
 * makes one call to the worker and folds the answer into the record.
 */
import type { LaneResult, LoadReply, Progress, Scenario } from "../../engine/api.ts";
import { forkOf } from "./forks.ts";
import { letterOf, type LaneRun } from "./lane-run.ts";
import { GrowingFeed } from "./move-feed.ts";
import {
  appendSamples,
  createSampleTable,
  edgeRates,
  NO_SAMPLES,
  type GrowingTable,
} from "./sample-table.ts";
import type { WorkerLink } from "./worker-link.ts";

export interface LaneSession {
  readonly link: WorkerLink;
  readonly table: GrowingTable | undefined;
  readonly moves: GrowingFeed;
  readonly run: LaneRun;
  readonly durationNs: number;
  readonly warmupNs: number;
  /** True once the first batch has arrived, or never will. */
  readonly arrived: boolean;
  /** True once nothing more comes: the final result is here, or the lane ended without one. */
  readonly done: boolean;
  /** Real time (ms) at which the result was asked for last. */
  readonly resultAtMs: number;
}

/** The same, as its owner may change it. */
export type MutableLane = { -readonly [Key in keyof LaneSession]: LaneSession[Key] };

const NOTHING = new Float64Array(0);

export function createLane(document: Scenario, index: number, link: WorkerLink): MutableLane {
  const lane = document.lanes[index];
  const fork = forkOf(document, index);
  const moves = new GrowingFeed();
  const run: LaneRun = {
    index,
    letter: letterOf(index),
    ...(fork === undefined ? {} : { fork: { of: letterOf(fork.parent), atNs: fork.atNs } }),
    name: lane?.name ?? "",
    model: lane?.runtime.model ?? "",
    status: "loading",
    samples: NO_SAMPLES,
    nowNs: 0,
    events: 0,
    occupancy: NOTHING,
    edgeCounts: NOTHING,
    coreBusy: NOTHING,
    edgeRates: NOTHING,
    moves,
  };
  return {
    link,
    table: undefined,
    moves,
    run,
    durationNs: 0,
    warmupNs: 0,
    arrived: false,
    done: false,
    resultAtMs: -Infinity,
  };
}

export function isLive(lane: LaneSession): boolean {
  return lane.run.status === "loading" || lane.run.status === "running";
}

export function applyLoad(lane: MutableLane, reply: LoadReply): void {
  if (reply.kind === "rejected") {
    const reason = reply.problems.map((p) => `${p.path}: ${p.message}`).join("; ");
    endLane(lane, "rejected", reason);
    return;
  }
  lane.table = createSampleTable(reply.series.columns);
  lane.durationNs = reply.durationNs;
  lane.warmupNs = reply.warmupNs;
  lane.run = {
    ...lane.run,
    status: "running",
    topology: reply.topology,
    series: reply.series,
    planned: reply.planned,
    ...(reply.textbook === undefined ? {} : { textbook: reply.textbook }),
    samples: lane.table,
    occupancy: new Float64Array(reply.topology.places.length),
    edgeCounts: new Float64Array(reply.topology.edges.length),
    coreBusy: new Float64Array(reply.topology.cores),
    edgeRates: new Float64Array(reply.topology.edges.length),
  };
}

/** `stepped`: a single event that somebody asked for. */
export function applyProgress(lane: MutableLane, progress: Progress, stepped = false): void {
  const { table, run } = lane;
  if (table === undefined || run.series === undefined) return;
  const { reason: _old, ...rest } = run;
  const before = table.count;
  appendSamples(table, progress.samples, progress.firstSample);
  const fresh = progress.samples.length > 0 || table.count < before;
  lane.arrived = true;
  lane.moves.add(progress, run, stepped);
  lane.run = {
    ...rest,
    status: progress.kind,
    ...(progress.reason === undefined ? {} : { reason: progress.reason }),
    ...(progress.topology === undefined ? {} : { topology: progress.topology }),
    nowNs: progress.nowNs,
    events: progress.events,
    occupancy: progress.occupancy,
    edgeCounts: progress.edgeCounts,
    coreBusy: progress.coreBusy,
    edgeRates: fresh ? edgeRates(table, run.series, run.edgeRates.length) : run.edgeRates,
  };
}

export function applyResult(lane: MutableLane, result: LaneResult): void {
  lane.run = { ...lane.run, result };
}

/** True while the lane's figures are those of an earlier moment. */
export function isResultStale({ run }: LaneSession): boolean {
  const { result, events, nowNs } = run;
  return result?.events !== events || result.virtualSeconds !== nowNs / 1e9;
}

export function endLane(lane: MutableLane, status: "stopped" | "rejected", reason: string): void {
  lane.arrived = true;
  lane.done = true;
  lane.run = { ...lane.run, status, reason };
}
