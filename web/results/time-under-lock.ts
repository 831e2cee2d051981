/** What a scenario's requests do while they hold a lock, and how long that takes. */
import { durationMs } from "../editor/distribution.ts";
import { stepRows, type StepKind, type StepRow } from "../editor/program.ts";
import { type Json, isObject, joinPath, pathOnLane, readPath } from "../state/document-path.ts";

/** A duration in the document: as it is written, or the mean of what is drawn. */
interface TimeSpot {
  readonly path: string;
  readonly ms: number;
}

const LOCKING: readonly (StepKind | undefined)[] = ["lock", "rlock", "wlock"];
const TAKES_TIME: readonly (StepKind | undefined)[] = ["cpu", "io", "block", "sleep"];

/** The longest single step under `lock` on a lane; undefined where none has a mean to change. */
export function longestUnder(lock: string, document: Json, lane: number): TimeSpot | undefined {
  const spots = classesOn(document, lane).flatMap((request) => {
    const path = pathOnLane(document, lane, `${joinPath("requests", request)}.steps`);
    return spotsUnder(lock, stepRows(readPath(document, path), path));
  });
  return spots.toSorted((a, b) => b.ms - a.ms)[0];
}

/** Classes of requests: those of all lanes, and those that the lane adds. */
function classesOn(document: Json, lane: number): string[] {
  const names = ["requests", `lanes[${lane}].overrides.requests`].flatMap((path) => {
    const requests = readPath(document, path);
    return isObject(requests) ? Object.keys(requests) : [];
  });
  return [...new Set(names)];
}

function spotsUnder(lock: string, rows: readonly StepRow[]): TimeSpot[] {
  // Steps that are deeper, until one is not, are inside.
  let heldDepth = Infinity;
  return rows.flatMap(({ kind, depth, step, path }) => {
    const value = kind !== undefined && isObject(step) ? step[kind] : undefined;
    if (depth <= heldDepth) heldDepth = LOCKING.includes(kind) && value === lock ? depth : Infinity;
    const isTime = depth > heldDepth && TAKES_TIME.includes(kind);
    return isTime ? spotsOf(value, `${path}.${kind}`) : [];
  });
}

/** Half of it is a duration too. */
const LEAST_MS = 2e-6;

/** What is drawn around a mean keeps its shape; a p99 beside the mean would change it. */
function spotsOf(value: Json | undefined, path: string): TimeSpot[] {
  const isDrawn = isObject(value) && value["p99"] === undefined;
  const ms = durationMs(isDrawn ? value["mean"] : value);
  if (ms === undefined || ms < LEAST_MS) return [];
  return [{ path: isDrawn ? joinPath(path, "mean") : path, ms }];
}
