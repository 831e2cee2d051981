/** Domains and ticks of the charts: the shared time axis, linear axes from 0, the log axis. */
import { ticks } from "d3-array";
import { NONE, THIN, duration, number } from "../format.ts";

interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface TimeAxis {
  /** Virtual ns at the left and right end of the plot. */
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
}

export interface ValueAxis {
  readonly kind: "linear" | "log";
  readonly domain: readonly [number, number];
  readonly ticks: readonly Tick[];
  readonly minorTicks: readonly number[];
}

/**
 * The whole run, widened where fewer than `roomPx` are left right of the clock: the labels at the
 * playhead need them.
 */
export function timeAxis(run: {
  readonly clockNs: number;
  readonly durationNs: number;
  readonly plotPx: number;
  readonly roomPx: number;
}): TimeAxis {
  const wanted = Math.max(run.durationNs, 1);
  const share = Math.min(0.6, run.roomPx / Math.max(run.plotPx, 1));
  const end = Math.max(wanted, run.clockNs / (1 - share));
  const shown = ticks(0, Math.min(end, wanted) / 1e9, 6);
  const last = shown.at(-1);
  return {
    domain: [0, end],
    ticks: shown.map((seconds) => ({
      at: seconds * 1e9,
      label: timeLabel(seconds, seconds === last),
    })),
  };
}

/** From 0 to a round number above `highest`, ticks at both ends and half-way. */
export function linearAxis(highest: number, format: (value: number) => string = number): ValueAxis {
  const top = niceCeiling(highest > 0 ? highest : 1);
  return {
    kind: "linear",
    domain: [0, top],
    ticks: [0, top / 2, top].map((at) => ({ at, label: format(at) })),
    minorTicks: [],
  };
}

/** Milliseconds on a log scale whose ends are 1-2-5 numbers, ticks at every 1-2-5 between. */
export function latencyAxis(domain: readonly [number, number]): ValueAxis {
  const [low, high] = domain;
  const decades = Math.log10(high / low);
  const labelled: Tick[] = [];
  const minorTicks: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high) + 1e-9; power += 1) {
    for (let digit = 1; digit <= 9; digit += 1) {
      const at = digit * 10 ** power;
      if (at < low * 0.999 || at > high * 1.001) continue;
      const major = digit === 1 || (decades < 3.2 && (digit === 2 || digit === 5));
      if (major) labelled.push({ at, label: at >= 1000 || at < 0.01 ? duration(at) : number(at) });
      else if (decades < 3.2) minorTicks.push(at);
    }
  }
  return { kind: "log", domain, ticks: labelled, minorTicks };
}

/** The ticks whose labels are `leastPx` apart: powers of ten stay, others give way to them. */
export function spacedTicks(
  all: readonly Tick[],
  toPx: (value: number) => number,
  leastPx: number,
): readonly Tick[] {
  const kept = new Set<Tick>();
  const isPower = ({ at }: Tick): boolean => at > 0 && Number.isInteger(roundedLog(at));
  for (const tick of [...all.filter(isPower), ...all]) {
    const y = toPx(tick.at);
    const isFree = [...kept].every((other) => Math.abs(toPx(other.at) - y) >= leastPx);
    if (isFree) kept.add(tick);
  }
  return all.filter((tick) => kept.has(tick));
}

/** The decimal logarithm, without the last digits that it gets wrong. */
function roundedLog(value: number): number {
  return Number(Math.log10(value).toFixed(9));
}

/**
 * The smallest 1-2-5 domain around the values, never smaller than `before`: an axis that shrinks
 * while people read it lies about the line.
 */
export function growLatencyDomain(
  before: readonly [number, number] | undefined,
  lowest: number,
  highest: number,
): readonly [number, number] {
  const isKnown = lowest > 0 && lowest < Infinity && highest > 0 && highest < Infinity;
  if (!isKnown) return before ?? [1, 1000];
  const low = Math.min(snapDown(lowest * 0.9), before?.[0] ?? Infinity);
  const high = Math.max(snapUp(highest * 1.1), before?.[1] ?? 0);
  return high / low >= 9.99 ? [low, high] : [low, snapUp(low * 9.99)];
}

/** A round number that is at least `value` (above 0) and `headroom` times as much. */
export function niceCeiling(value: number, headroom = 1.05): number {
  const wanted = value * headroom;
  const power = 10 ** Math.floor(Math.log10(wanted));
  const steps = [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10];
  const factor = steps.find((step) => step * power >= wanted) ?? 10;
  return factor * power;
}

const ONE_TWO_FIVE = [1, 2, 5, 10];

function snapDown(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ONE_TWO_FIVE.findLast((step) => step * power <= value * 1.0001)! * power;
}

function snapUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ONE_TWO_FIVE.find((step) => step * power >= value * 0.9999)! * power;
}

function timeLabel(seconds: number, last: boolean): string {
  if (!Number.isFinite(seconds)) return NONE;
  return last ? `${trimZeros(seconds)}${THIN}s` : trimZeros(seconds);
}

function trimZeros(value: number): string {
  return String(Number(value.toPrecision(6)));
}
