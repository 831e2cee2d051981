/**
 * How many requests a dot stands for, and on which edges there are dots at all. Up to 1 : 10 a dot
 * is a request; where that would be too many, the busiest edges show their rate by width instead.
 * Faster, a dot stands for as many as it takes.
 */
import { grouped, unbroken } from "../format.ts";
import { MOST_DOTS } from "./dots.ts";

export interface DotPlan {
  readonly every: number;
  /** Drawn edges that tell their rate by width alone. */
  readonly wide: ReadonlySet<number>;
  /** No dots at all: at full speed, and where less motion is asked for. */
  readonly still: boolean;
}

export interface Traffic {
  /** Virtual seconds per real second that were asked for. */
  readonly speed: number;
  readonly reducedMotion: boolean;
  /** Moves per real second along each drawn edge. */
  readonly perSecond: readonly number[];
  /** Real seconds that a dot takes along it. */
  readonly travelSeconds: readonly number[];
}

/** Up to this speed a dot is a request. */
const ONE_BY_ONE = 0.1;
/** Room for traffic that is not quite even. */
const WANTED = 0.85 * MOST_DOTS;
/** Dots that set out on one edge, per second of real time: more would blur ... */
const MOST_PER_SECOND = 12;
/** ... and where each request is to be seen, more than these would hide one another. */
const MOST_REQUESTS_PER_SECOND = 25;
/** Figures have to change by this much before the picture does. */
const RELUCTANCE = 1.4;

export const NO_PLAN: DotPlan = { every: 1, wide: new Set(), still: true };

export function planDots(traffic: Traffic, before: DotPlan): DotPlan {
  const { speed, reducedMotion, perSecond, travelSeconds } = traffic;
  if (isStill(speed, reducedMotion)) return NO_PLAN;
  const dots = perSecond.map((rate, track) => rate * travelSeconds[track]!);
  if (speed <= ONE_BY_ONE) {
    return { every: 1, wide: tooBusy(dots, perSecond, before), still: false };
  }
  const sum = dots.reduce((total, n) => total + n, 0);
  const share = Math.max(sum / WANTED, ...perSecond.map((rate) => rate / MOST_PER_SECOND));
  const every = roundUp(share);
  const keep = every < before.every && roundUp(share * RELUCTANCE) >= before.every;
  return { every: keep ? before.every : every, wide: new Set(), still: false };
}

export function isStill(speed: number, reducedMotion: boolean): boolean {
  return speed === Infinity || reducedMotion;
}

/** The busiest edges, as many as it takes for the rest to fit, and those on which dots would blur. */
function tooBusy(
  dots: readonly number[],
  perSecond: readonly number[],
  { wide }: DotPlan,
): Set<number> {
  const weightOf = (track: number): number => (wide.has(track) ? RELUCTANCE : 1);
  const tracks = [...dots.keys()].sort((a, b) => dots[a]! * weightOf(a) - dots[b]! * weightOf(b));
  let room = WANTED;
  const busy = new Set<number>();
  for (const track of tracks) {
    const weight = weightOf(track);
    const isBlurred = perSecond[track]! * weight > MOST_REQUESTS_PER_SECOND;
    if (isBlurred || dots[track]! * weight > room) busy.add(track);
    else room -= dots[track]! * weight;
  }
  return busy;
}

/** The next of 1, 2, 5, 10 ... that is not below `share`. */
function roundUp(share: number): number {
  for (let power = 1; ; power *= 10) {
    for (const step of [1, 2, 5]) if (step * power >= share || power > 1e12) return step * power;
  }
}

/** What the flow says of its dots; a line may end before the "or" alone. */
export function planText({ every, wide, still }: DotPlan): string {
  if (still) return "width = rate";
  const dot = `1 dot = ${grouped(every)} ${every === 1 ? "request" : "requests"}`;
  return wide.size === 0 ? unbroken(dot) : `${unbroken(`${dot},`)} ${unbroken("or width = rate")}`;
}
