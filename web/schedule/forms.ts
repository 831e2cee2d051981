/**
 * How a slice of the schedule looks, by state: colour, height and pattern together, because some
 * colours alone cannot be told apart by everybody. The order is that of the engine's states.
 */
export type SliceForm =
  | "solid"
  | "hatch"
  | "back-hatch"
  | "dots"
  | "bars"
  | "cross"
  | "line"
  | "none";

export interface SliceLook {
  readonly state: string;
  /** In the legend and in tooltips. */
  readonly name: string;
  /** The same as what the row does: "T07 waiting for the GIL". */
  readonly doing: string;
  /** Design tokens: fill, and what is drawn on it. */
  readonly fill: string;
  readonly accent: string;
  /** Share of the row's bar that the slice fills, from the baseline. */
  readonly height: number;
  readonly form: SliceForm;
}

/** Indexed by `ScheduleSlices.state`. */
export const LOOKS: readonly SliceLook[] = [
  look("idle", ["idle", "idle"], 0, "none"),
  look("run", ["running", "running"], 1, "solid"),
  look("ready", ["runnable", "runnable, no core free"], 0.5, "solid"),
  look("gil", ["wants GIL", "waiting for the GIL"], 0.75, "hatch"),
  look("io", ["I/O", "waiting for I/O"], 0, "line"),
  look("lock", ["lock", "waiting for a lock"], 0.75, "back-hatch"),
  look("pool", ["waiting", "waiting for a pool or another task"], 0.75, "dots"),
  look("gc", ["GC", "collecting garbage"], 1, "bars"),
  look("throttled", ["throttled", "throttled by the CPU limit"], 0.5, "cross"),
];

/** Shown in the legend even before they occur. */
export const USUAL_STATES: readonly string[] = ["run", "ready", "io"];

function look(
  state: string,
  [name, doing]: readonly [string, string],
  height: number,
  form: SliceForm,
): SliceLook {
  return { state, name, doing, fill: `--st-${state}`, accent: `--st-${state}-2`, height, form };
}
