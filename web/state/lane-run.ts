/**
 * What the interface knows of one lane while it runs. One record per lane; each batch
 * from the lane's worker makes a new record, except for `samples`, which grows in place.
 */
import type { LaneResult, LoadReply, SeriesLayout, Textbook, Topology } from "../../engine/api.ts";
import type { MoveFeed } from "./move-feed.ts";

export const LANE_LETTERS = ["A", "B", "C", "D", "E", "F"] as const;
export type LaneLetter = (typeof LANE_LETTERS)[number];

export function letterOf(lane: number): LaneLetter {
  return LANE_LETTERS[lane] ?? "F";
}

/** Samples of a lane, one row per sample: `data[row * width + columns.get(name)]`. */
export interface SampleTable {
  readonly columns: ReadonlyMap<string, number>;
  readonly width: number;
  /** Rows filled so far; `data` may be longer. */
  readonly count: number;
  readonly data: Float64Array;
}

export type PlannedLoad = Extract<LoadReply, { kind: "ready" }>["planned"];

export type LaneStatus = "loading" | "running" | "finished" | "stopped" | "rejected";

export interface LaneRun {
  readonly index: number;
  readonly letter: LaneLetter;
  readonly name: string;
  /** The runtime's model as the document writes it: `threads`, `event-loop`, `goroutines`. */
  readonly model: string;
  readonly status: LaneStatus;
  /** The lane that this one was until a moment (ns), and no longer. */
  readonly fork?: { readonly of: LaneLetter; readonly atNs: number };
  /** Why the lane stopped or was rejected, as a sentence. */
  readonly reason?: string;
  readonly topology?: Topology;
  readonly series?: SeriesLayout;
  readonly planned?: PlannedLoad;
  /** Where the lane is a queue of the textbooks. */
  readonly textbook?: Textbook;
  /** Mutated in place; `RunState.revision` tells that it grew. */
  readonly samples: SampleTable;
  readonly nowNs: number;
  readonly events: number;
  readonly occupancy: Float64Array;
  readonly edgeCounts: Float64Array;
  readonly coreBusy: Float64Array;
  /** Moves along each edge per virtual second, over the last second of samples. */
  readonly edgeRates: Float64Array;
  /** What moved, where somebody watches; mutated in place. */
  readonly moves?: MoveFeed;
  /** Refreshed about four times a second while the lane runs; final once it has finished. */
  readonly result?: LaneResult;
}
