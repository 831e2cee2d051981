/** What a scenario's requests do while they hold a lock, and how long that takes. */
import { durationMs } from "../editor/distribution.ts";
import { type Json, isList, isObject, joinPath, readPath } from "../state/document-path.ts";

/** A duration in the document: as it is written, or the mean of what is drawn. */
interface TimeSpot {
  readonly path: string;
  readonly ms: number;
}

const LOCKING = ["lock", "rlock", "wlock"];
const TAKES_TIME = ["cpu", "io", "block", "sleep"];

/** The longest single step under `lock` on a lane; undefined where none has a mean to change. */
export function longestUnder(lock: string, document: Json, lane: number): TimeSpot | undefined {
  const own = `lanes[${lane}].overrides.requests`;
  const path = readPath(document, own) === undefined ? "requests" : own;
  const spots = spotsIn(readPath(document, path), path, { lock, held: false });
  return spots.toSorted((a, b) => b.ms - a.ms)[0];
}

interface Held {
  readonly lock: string;
  readonly held: boolean;
}

function spotsIn(node: Json | undefined, path: string, { lock, held }: Held): TimeSpot[] {
  if (isList(node)) {
    return node.flatMap((child, i) => spotsIn(child, joinPath(path, i), { lock, held }));
  }
  if (!isObject(node)) return [];
  const inside = { lock, held: held || LOCKING.some((key) => node[key] === lock) };
  return Object.entries(node).flatMap(([key, value]) => {
    const at = joinPath(path, key);
    return inside.held && TAKES_TIME.includes(key)
      ? spotsOf(value, at)
      : spotsIn(value, at, inside);
  });
}

/** Half of it is a duration too. */
const LEAST_MS = 2e-6;

/** What is drawn around a mean keeps its shape; a p99 beside the mean would change it. */
function spotsOf(value: Json, path: string): TimeSpot[] {
  const isDrawn = isObject(value) && value["p99"] === undefined;
  const ms = durationMs(isDrawn ? value["mean"] : value);
  if (ms === undefined || ms < LEAST_MS) return [];
  return [{ path: isDrawn ? joinPath(path, "mean") : path, ms }];
}
