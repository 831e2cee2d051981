/**
 * Lanes that share their past: which lane another one was forked from, how a document says so, and
 * the change with which a fork goes on.
 */
import type { Scenario } from "../../engine/api.ts";
import {
  isObject,
  joinPath,
  readOnLane,
  readPath,
  textOf,
  writePath,
  type Json,
} from "./document-path.ts";

/** Lanes that a document may have. */
export const LANES_MOST = 6;

/** What is to be different from a moment on. */
export interface ForkWish {
  /** Index of the lane that is forked. */
  readonly lane: number;
  readonly atNs: number;
  /** As a change sets it: `runtime.threads`, `load.users.vus`. */
  readonly path: string;
  readonly value: Json;
  /** Name of the new lane. */
  readonly name: string;
  /** True: results count from the fork on, on every lane. */
  readonly countsFromHere: boolean;
}

/** A lane whose past is that of another one. */
export interface Fork {
  /** Index of the other lane. */
  readonly parent: number;
  /** Up to here both are the same, ns. */
  readonly atNs: number;
}

const NS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
  d: 86_400e9,
};

/** Nanoseconds of a duration in a valid document. */
export function nsOfText(text: string): number {
  let ns = 0;
  for (const [, value, unit = ""] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) {
    ns += Number(value) * (NS_PER_UNIT[unit] ?? NaN);
  }
  return Math.round(ns);
}

/** Exactly these nanoseconds, in the largest unit that needs no more than three decimals. */
export function textOfNs(ns: number): string {
  if (ns % 1e6 === 0) return `${ns / 1e9}s`;
  if (ns % 1e3 === 0) return `${ns / 1e6}ms`;
  return `${ns}ns`;
}

/**
 * The lane before `lane` with which it shares most of its past; undefined where it shares none.
 * Both must begin as the same lane and draw the same random numbers.
 */
export function forkOf(document: Scenario, lane: number): Fork | undefined {
  const own = document.lanes[lane];
  let found: Fork | undefined;
  for (const [parent, other] of document.lanes.slice(0, lane).entries()) {
    const atNs = own === undefined ? 0 : sharedUntil(other, own);
    if (atNs > (found?.atNs ?? 0) && atNs < Infinity) found = { parent, atNs };
  }
  return found;
}

type Lane = Scenario["lanes"][number];

/** −Infinity for lanes that are different from the start, Infinity for two of the same. */
function sharedUntil(a: Lane, b: Lane): number {
  const beginning = ({ name, runtime, overrides, draws = name }: Lane): string =>
    JSON.stringify([runtime, overrides, draws]);
  if (beginning(a) !== beginning(b)) return -Infinity;
  const own = a.changes ?? [];
  const others = b.changes ?? [];
  const most = Math.max(own.length, others.length);
  for (let i = 0; i < most; i++) {
    const [x, y] = [own[i], others[i]];
    if (JSON.stringify(x) === JSON.stringify(y)) continue;
    const times = [x, y].map((change) => (change === undefined ? Infinity : nsOfText(change.at)));
    return Math.min(...times);
  }
  return Infinity;
}

/** The document with the fork as one lane more. */
export function forked(document: Json, wish: ForkWish): Json {
  const lanes = lanesOf(document);
  const parent = lanes[wish.lane];
  if (!isObject(parent) || !isObject(document)) return document;
  const lane = {
    ...parent,
    name: wish.name,
    draws: parent["draws"] ?? parent["name"] ?? "",
    changes: [...changesUpTo(parent, wish.atNs), changeOf(wish)],
  };
  const next = { ...document, lanes: [...lanes, lane] };
  return wish.countsFromHere ? { ...next, warmup: warmupFrom(document, wish.atNs) } : next;
}

/** The document in which `lanes` go on from a moment with other values. */
export function changedFrom(
  document: Json,
  atNs: number,
  sets: ReadonlyMap<number, Readonly<Record<string, Json>>>,
): Json {
  let changed: Json = document;
  for (const [index, set] of sets) {
    const path = joinPath("lanes", index);
    const lane = readPath(document, path);
    if (!isObject(lane)) continue;
    const changes = [...changesUpTo(lane, atNs), { at: textOfNs(atNs), set }];
    changed = writePath(changed, `${path}.changes`, changes);
  }
  return changed;
}

/** What holds at `path` of a lane at a moment: set by its last change, or from the start. */
export function valueAt(
  document: Json,
  lane: number,
  path: string,
  atNs: number,
): Json | undefined {
  const one = readPath(document, joinPath("lanes", lane));
  const changes = isObject(one) ? changesUpTo(one, atNs) : [];
  const last = changes.findLast((change) => Object.hasOwn(setOf(change), path));
  if (last !== undefined) return setOf(last)[path];
  if (path.startsWith("runtime.")) return readPath(document, `lanes[${lane}].${path}`);
  return readOnLane(document, lane, path);
}

export function lanesOf(document: Json): readonly Json[] {
  const lanes = readPath(document, "lanes");
  return Array.isArray(lanes) ? (lanes as readonly Json[]) : [];
}

export function setOf(change: Json): Readonly<Record<string, Json>> {
  const set = isObject(change) ? change["set"] : undefined;
  return isObject(set) ? set : {};
}

function changeOf({ atNs, path, value }: ForkWish): Json {
  return { at: textOfNs(atNs), set: { [path]: value } };
}

/** A fork shares what has been changed by its moment; what would change later is not its own. */
function changesUpTo(lane: Readonly<Record<string, Json>>, atNs: number): readonly Json[] {
  const changes = lane["changes"];
  if (!Array.isArray(changes)) return [];
  return (changes as readonly Json[]).filter(
    (change) => isObject(change) && nsOfText(textOf(change["at"])) <= atNs,
  );
}

function warmupFrom(document: Readonly<Record<string, Json>>, atNs: number): Json {
  const { warmup } = document;
  return typeof warmup === "string" && nsOfText(warmup) > atNs ? warmup : textOfNs(atNs);
}
