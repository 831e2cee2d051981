/** What the flow view says about a place right now: figures and nouns, no pixels. */
import type { CoreNow, Place, PlaceKind } from "../../engine/api.ts";
import { THIN, count, grouped, instant, percent, rate } from "../format.ts";

export interface PlaceNow {
  /** Tasks in the place at this instant. */
  readonly tasks: number;
  /** Mean over the last second of samples; NaN before the first. */
  readonly mean: number;
  /** Share of what the place can hold that is in use, 0 to 1; NaN where there is no limit. */
  readonly fill: number;
  /** Moves into and out of the place per virtual second. */
  readonly inPerSecond: number;
  readonly outPerSecond: number;
}

/** What tasks in a place of this kind are doing, after their number. */
const NOUNS: Readonly<Record<PlaceKind, string>> = {
  client: "waiting",
  queue: "waiting",
  ready: "ready",
  run: "running",
  gil: "waiting",
  lock: "waiting",
  pool: "waiting",
  channel: "waiting",
  io: "in flight",
  blocked: "blocked",
  timer: "asleep",
  join: "waiting",
  executor: "waiting",
  gc: "collecting",
  done: "done",
  failed: "failed",
};

/** The figure under a place's name. */
export function figureOf(place: Place, now: PlaceNow): string {
  if (place.kind === "failed") return rate(now.inPerSecond);
  if (place.kind === "done") return rate(now.inPerSecond);
  if (place.group === "client") return rate(now.outPerSecond);
  if (place.capacity !== undefined) {
    return `${grouped(now.tasks)} of ${grouped(place.capacity)}`;
  }
  return `${now.tasks < 1e5 ? grouped(now.tasks) : count(now.tasks)} ${NOUNS[place.kind]}`;
}

/** The share at the right of a place with a gauge; empty for others. */
export function shareOf(place: Place, now: Pick<PlaceNow, "fill">): string {
  return Number.isNaN(now.fill) || place.kind === "queue" ? "" : percent(now.fill);
}

interface PastOfQueue {
  /** The most that it has held. */
  readonly most: number;
  /** Since when it has been full; undefined when it has not, or for less than a sample. */
  readonly fullSinceNs: number | undefined;
}

/** What a queue with a limit says under its figure. */
export function queueNote(place: Place, now: PlaceNow, past: PastOfQueue): string {
  const { most, fullSinceNs } = past;
  if (place.capacity !== undefined && now.tasks >= place.capacity) {
    return fullSinceNs === undefined ? "full" : `full since ${instant(fullSinceNs, 1)}${THIN}s`;
  }
  return most > 0 ? `most so far ${grouped(most)}` : "";
}

/** The name of an end, without the result's technical prefix. */
export function failureName(place: Place): string {
  return place.label.replace(/^failed:?\s*/i, "");
}

export function coreText(busy: number): string {
  return percent(busy).replace("<0.1", "0");
}

/** What is on a core, as in its row of the schedule, but for the long names of carriers. */
export function coreWho({ state, label }: CoreNow): string {
  if (state === "run" || state === "gc") return label.replace(/^carrier /, "C");
  return state === "throttled" ? "limit" : "idle";
}
