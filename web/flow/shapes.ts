/** Sizes of the flow view's shapes, in the units of its drawing (CSS pixels at scale 1). */
import type { Place } from "../../engine/api.ts";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export const INNER_HEIGHT = 44;
export const OUTER_HEIGHT = 44;
export const OUTER_WIDTH = 112;
export const PILL = { width: 78, height: 48 } as const;
export const FAILED_PILL = { width: 118, height: 24 } as const;
export const QUEUE = { width: 106, height: 112 } as const;
/** Queues up to this long are drawn dot by dot. */
const DOTS_MAX = 130;

/** Width of an 11 px letter of the interface's widest face, on average. */
const LETTER_PX = 6.2;

/** Wide enough for the place's name, and for a figure with a share beside it. */
export function innerWidth(place: Place): number {
  const least = place.kind === "gil" || place.kind === "run" ? 122 : 84;
  return Math.max(least, labelWidth(place));
}

export function labelWidth(place: Place): number {
  return Math.min(166, Math.round(place.label.length * LETTER_PX + 18));
}

/** Wide enough for a failure's name and its rate. */
export function failureWidth(place: Place): number {
  return Math.max(FAILED_PILL.width, Math.round(place.label.length * LETTER_PX + 60));
}

export function hasDots(place: Place): boolean {
  return place.kind === "queue" && (place.capacity ?? Infinity) <= DOTS_MAX;
}

export function centre(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}
