/**
 * What a chart shows, as data: the builders make it from the stores, the painter draws it, the
 * data table and the sentence for screen readers read it. No colours and no pixels in here except
 * stroke widths.
 */
import type { ReplicatedLane } from "../../engine/api.ts";
import type { LaneLetter, LaneRun } from "../state/lane-run.ts";
import type { ValueAxis } from "./scale.ts";

export type ChartKind = "throughput" | "latency" | "memory" | "cpu";

/** Everything a builder may look at. */
export interface ChartInput {
  /** Lanes to draw, the selected one last so that it lies on top. */
  readonly lanes: readonly LaneRun[];
  readonly selected: LaneRun | undefined;
  readonly clockNs: number;
  readonly durationNs: number;
  readonly warmupNs: number;
  /** Where labels are read: the crosshair, or the playhead. */
  readonly readNs: number;
  readonly slo: Slo;
  readonly memoryLimitBytes: number | undefined;
  /** Intervals over replications, by lane index; empty before there are any. */
  readonly replicated: readonly ReplicatedLane[];
}

/** The service-level objective of the document; undefined where it sets none. */
export interface Slo {
  readonly p99Ms: number | undefined;
  readonly errorRate: number | undefined;
}

export interface Line {
  readonly lane: LaneLetter;
  /** "p99", or empty where a lane has one line. */
  readonly metric: string;
  /** Sample times, ns; NaN in `y` is a gap. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly width: number;
  readonly dash?: readonly number[];
  /** The line begins here, where its lane ceases to be another one. */
  readonly fork?: NonNullable<LaneRun["fork"]>;
  /** Absent: the line has no label at the playhead. */
  readonly label?: { readonly showLane: boolean; readonly rank: number };
}

export interface Band {
  readonly lane: LaneLetter;
  readonly x: Float64Array;
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** Share of the lane's colour in the fill. */
  readonly strength: number;
  /** A 95 % interval over replications: lies over other fills and lets them shine through. */
  readonly isInterval?: true;
}

/** A horizontal line: a limit, or what theory says of a lane. */
export interface Rule {
  readonly at: number;
  readonly label: string;
  /** Whose exact value it is; absent: a limit for all. */
  readonly lane?: LaneLetter;
}

/** Something that happened, as a dot with words. */
export interface ChartEvent {
  readonly atNs: number;
  readonly value: number;
  readonly label: string;
  /** Whom it happened to; absent: the load, which all share. */
  readonly lane?: LaneLetter;
}

export interface Key {
  readonly lane: LaneLetter;
  readonly strength: number;
  readonly label: string;
  readonly value: string;
}

export interface ChartModel {
  readonly axis: ValueAxis;
  readonly bands: readonly Band[];
  readonly lines: readonly Line[];
  readonly rules: readonly Rule[];
  readonly events?: readonly ChartEvent[];
  /** Planned load, corner by corner: [ns, value]. */
  readonly planned: readonly (readonly [number, number])[];
  /** What it is called; absent: "offered". */
  readonly plannedLabel?: string;
  /** The line of text under the plot; empty for charts without one. */
  readonly keys: readonly Key[];
  /** The chart says beside the dot whose fork it is; one of those on screen does. */
  readonly namesForks?: true;
  readonly formatValue: (value: number) => string;
  /** Unit of the values, for the table and the sentence: "requests per second". */
  readonly unit: string;
}

/** A chart's builder; `before` is its model of the frame before, so that axes only grow. */
export type BuildChart = (input: ChartInput, before: ChartModel | undefined) => ChartModel;

/** Stroke widths: the selected lane is a little thicker. */
export const WIDTH = { selected: 2, other: 1.4, thin: 1 } as const;
