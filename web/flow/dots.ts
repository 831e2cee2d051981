/**
 * Dots on the edges of the flow: a dot is a request on its way from one place to the next. It goes
 * at the same pace on every edge, so where it is tells order and number, not how long a step takes.
 * Lengths are in units of the drawing.
 */
import type { Moves } from "../../engine/api.ts";
import type { MoveBatch } from "../state/move-feed.ts";

/** Going in, a reply coming back, refused or timed out. */
export type DotKind = "in" | "reply" | "bad";

/** A way along a drawn edge. */
export interface Leg {
  /** Index of the drawn edge. */
  readonly track: number;
  readonly reversed: boolean;
  readonly kind: DotKind;
}

export interface Dot {
  /** Tells one request from another where a dot is one request; else undefined. */
  readonly who: string | undefined;
  /** The edge it is on, then those it has still to go along. */
  readonly legs: Leg[];
  /** How far it is on the first of them. */
  at: number;
  /** Moves although the run stands still, since this request was stepped. */
  stepped: boolean;
}

export interface Pace {
  /** Drawing units per second of real time. */
  readonly unitsPerSecond: number;
  /** Virtual seconds per real second that were asked for. */
  readonly speed: number;
  /** False while the run stands still: then dots only go where a batch takes them. */
  readonly running: boolean;
}

export const MOST_DOTS = 120;
/** Who set out longer ago than it takes along so many of the longest edge has arrived. */
export const LONGEST_WAYS = 3;
/** A request whose dot is further behind than this jumps to where it is, in units. */
const MOST_BEHIND = 60;

export class Dots {
  readonly dots: Dot[] = [];
  /** By index of the topology's edges; undefined where an edge is not drawn. */
  private readonly legs: readonly (Leg | undefined)[];
  private readonly lengths: readonly number[];
  private readonly oldest: number;

  constructor(legs: readonly (Leg | undefined)[], lengths: readonly number[]) {
    this.legs = legs;
    this.lengths = lengths;
    this.oldest = LONGEST_WAYS * Math.max(0, ...lengths);
  }

  clear(): void {
    this.dots.length = 0;
  }

  /**
   * Sets out what moved in a batch. At its end a dot is as far as it would be had it travelled
   * since its move, so a moment shows the same dots however one gets there.
   */
  add(batch: MoveBatch, pace: Pace, isShown: (track: number) => boolean): void {
    const { moves, back, fromNs, toNs, stepped } = batch;
    const unitsPerNs = pace.unitsPerSecond / (pace.speed * 1e9);
    if (back) this.clear();
    else if (!pace.running && !stepped) this.advance((toNs - fromNs) * unitsPerNs);
    const ages = new Map<Dot, number>();
    moves.edge.forEach((edge, i) => {
      const leg = this.legs[edge];
      if (leg === undefined || !isShown(leg.track)) return;
      const timeNs = moves.timeNs[i]!;
      if ((toNs - timeNs) * unitsPerNs > this.oldest) return;
      const dot = this.dotFor(moves, i, leg);
      const agedNs = ages.get(dot);
      if (agedNs !== undefined) this.along(dot, (timeNs - agedNs) * unitsPerNs);
      this.append(dot, leg);
      if (stepped) dot.stepped = true;
      else if (agedNs !== undefined || dot.legs.length === 1) ages.set(dot, timeNs);
    });
    for (const [dot, ns] of ages) this.along(dot, (toNs - ns) * unitsPerNs);
    this.sweep();
  }

  /** Every dot goes on by `units`; with `onlyStepped` only those of stepped requests. */
  advance(units: number, onlyStepped = false): void {
    for (const dot of this.dots) if (!onlyStepped || dot.stepped) this.along(dot, units);
    this.sweep();
  }

  /** The run goes on: no dot is apart from the others any more. */
  release(): void {
    for (const dot of this.dots) dot.stepped = false;
  }

  get hasStepped(): boolean {
    return this.dots.some(({ stepped }) => stepped);
  }

  /** The dot of the request that makes the `i`-th move, on its way already or new. */
  private dotFor({ every, task, cls, number }: Moves, i: number, leg: Leg): Dot {
    const who = every === 1 ? `${task[i]} ${cls[i]} ${number[i]}` : undefined;
    const known = who === undefined ? undefined : this.dots.find((dot) => dot.who === who);
    if (known !== undefined) return known;
    const dot = { who, legs: [], at: 0, stepped: false };
    const isFull = this.dots.length >= MOST_DOTS;
    // Nobody should miss a failure: the oldest dot makes room for it.
    if (isFull && leg.kind === "bad") this.dots.shift();
    if (!isFull || leg.kind === "bad") this.dots.push(dot);
    return dot;
  }

  private append(dot: Dot, leg: Leg): void {
    const left = dot.legs.reduce((sum, { track }) => sum + this.lengths[track]!, -dot.at);
    if (left > MOST_BEHIND || dot.legs.length === 0) {
      dot.legs.length = 0;
      dot.at = 0;
    }
    dot.legs.push(leg);
  }

  private along(dot: Dot, units: number): void {
    dot.at += units;
    for (let [leg] = dot.legs; leg !== undefined; [leg] = dot.legs) {
      const length = this.lengths[leg.track]!;
      if (dot.at < length) return;
      dot.at -= length;
      dot.legs.shift();
    }
  }

  /** Who has arrived is counted by the place now. */
  private sweep(): void {
    let kept = 0;
    for (const dot of this.dots) if (dot.legs.length > 0) this.dots[kept++] = dot;
    this.dots.length = kept;
  }
}
