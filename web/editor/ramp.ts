/** Ramps as corners that can be moved: where each stage ends, and back into stages. */
import { isList, isObject, readPath, type Json } from "../state/document-path.ts";
import { durationMs } from "./distribution.ts";

export interface Corner {
  readonly ms: number;
  readonly value: number;
}

export interface Ramp {
  /** Path of the stages in the document. */
  readonly path: string;
  readonly start: Corner;
  /** True for users, who come in whole numbers. */
  readonly whole: boolean;
  /** The end of each stage. */
  readonly corners: readonly Corner[];
}

/** The ramp of the load at `path`; undefined where that load has none, or none that is valid. */
export function rampOf(draft: Json, path: string): Ramp | undefined {
  const load = readPath(draft, path);
  if (!isObject(load) || !isList(load["stages"])) return undefined;
  const startMs = load["start"] === undefined ? 0 : durationMs(load["start"]);
  const from = Number(load["startRate"] ?? load["startVUs"] ?? 0);
  if (startMs === undefined) return undefined;
  const whole = load["executor"] === "ramping-vus";
  const corners: Corner[] = [];
  let ms = startMs;
  for (const stage of load["stages"]) {
    const length = isObject(stage) ? durationMs(stage["duration"]) : undefined;
    const value = isObject(stage) ? stage["target"] : undefined;
    if (length === undefined || typeof value !== "number") return undefined;
    ms += length;
    corners.push({ ms, value });
  }
  return { path: `${path}.stages`, start: { ms: startMs, value: from }, whole, corners };
}

/**
 * The ramp with one corner elsewhere. It cannot pass its neighbours; the corners after it stay
 * where they are, so that only the stages on both sides change.
 */
export function moveCorner(ramp: Ramp, index: number, to: Corner): Ramp {
  const before = ramp.corners[index - 1] ?? ramp.start;
  const after = ramp.corners[index + 1]?.ms ?? Infinity;
  const ms = Math.min(after, Math.max(before.ms, to.ms));
  const moved = { ms, value: Math.max(0, to.value) };
  return { ...ramp, corners: ramp.corners.toSpliced(index, 1, moved) };
}

export function stagesOf({ start, whole, corners }: Ramp): Json {
  return corners.map(({ ms, value }, index) => ({
    duration: exactText(ms - (corners[index - 1] ?? start).ms),
    target: whole ? Math.round(value) : value,
  }));
}

/** To the nanosecond: stages that nobody moved keep their length. */
function exactText(ms: number): string {
  return ms >= 1000 ? `${Number((ms / 1000).toFixed(9))}s` : `${Number(ms.toFixed(6))}ms`;
}

/** `value` to a step that suits the scale: a hundredth of `top`, as 1, 2 or 5 times a power. */
export function snap(value: number, top: number): number {
  const rough = top / 100;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5].find((factor) => factor * power >= rough * 0.99) ?? 10);
  const snapped = Math.round(value / step) * step;
  return step >= 1 ? Math.round(snapped) : Number(snapped.toPrecision(6));
}
