/** Sizes of the flow view's shapes, in the units of its drawing (CSS pixels at scale 1). */
import type { Place, Resource } from "../../engine/api.ts";

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

export const INNER_HEIGHT = 34;
/** The GIL with its holder and how many wait. */
export const GIL_HEIGHT = 36;
/** A pool, lock or channel, with a square for each of so many slots. */
const SHARED_HEIGHT = { slots: 46, plain: 36 } as const;
const SLOTS_DRAWN = 28;
/** For what stands at the right of its name: "20/20", "held". */
const IN_USE_WIDTH = 40;
export const OUTER_HEIGHT = 44;
export const OUTER_WIDTH = 112;
export const PILL = { width: 78, height: 48 } as const;
export const FAILED_PILL = { width: 118, height: 24 } as const;
export const QUEUE = { width: 106, height: 112 } as const;
/** Queues up to this long are drawn dot by dot. */
const DOTS_MAX = 130;

/** Width of an 11 px letter of the interface's widest face, on average. */
const LETTER_PX = 6.9;

/** Wide enough for the place's name, and for a figure with a share beside it. */
export function innerWidth(place: Place): number {
  const least = place.kind === "run" ? 118 : 62;
  return Math.max(least, labelWidth(place));
}

export function labelWidth(place: Place): number {
  return Math.min(166, Math.round(shortName(place).length * LETTER_PX + 20));
}

/** Whether a square is drawn for each slot of what tasks share. */
export function hasSlots({ size }: Resource): boolean {
  return size > 1 && size <= SLOTS_DRAWN;
}

export function sharedHeight(resource: Resource): number {
  return hasSlots(resource) ? SHARED_HEIGHT.slots : SHARED_HEIGHT.plain;
}

export function sharedWidth(place: Place): number {
  return labelWidth(place) + IN_USE_WIDTH;
}

/** What people read in the drawing, where a name has to be short. */
export function shortName({ name, label }: Place): string {
  return SHORT_NAMES[name] ?? sharedName(name) ?? label;
}

const SHORT_NAMES: Readonly<Record<string, string>> = {
  "worker-queue": "thread queue",
  "executor-queue": "executor queue",
  "primary-queue": "primary's queue",
  joining: "joins its parts",
  connecting: "reconnecting",
  due: "due",
  "global-queue": "global queue",
  "submission-queue": "submissions",
  "gc-assist": "helps GC",
  "socket-buffer": "unread data",
};

/** `waiting-pool:db` is drawn as the pool itself: "db pool". */
function sharedName(name: string): string | undefined {
  const [, kind, own] = /^waiting-(pool|lock|channel):(.*)$/su.exec(name) ?? [];
  return kind === undefined ? undefined : `${own} ${kind}`;
}

/** Wide enough for a failure's name and its rate. */
export function failureWidth(place: Place): number {
  return Math.max(FAILED_PILL.width, Math.round(place.label.length * LETTER_PX + 60));
}

/** The text, cut where it would be wider than `width`. */
export function fitted(text: string, width: number): string {
  const most = Math.max(3, Math.floor(width / (LETTER_PX * 0.95)));
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

export function hasDots(place: Place): boolean {
  return place.kind === "queue" && (place.capacity ?? Infinity) <= DOTS_MAX;
}

export function centre(rect: Rect): Point {
  return { x: rect.x + rect.width / 2, y: rect.y + rect.height / 2 };
}
