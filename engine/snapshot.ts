/**
 * Snapshots of a simulation. All state lives in typed arrays and plain fields of objects, so a
 * snapshot is a walk over those objects that copies both, and a restore writes them back.
 * Functions and constant data are left alone; maps and sets are not state here and are refused.
 */
import { assert } from "./kernel/assert.ts";

interface Saved {
  readonly object: Record<string, unknown>;
  /** Numbers, strings and references to other objects. */
  readonly fields: [string, unknown][];
  readonly columns: [string, ArrayBufferView][];
}

export interface Snapshot {
  readonly saved: readonly Saved[];
  /** Bytes that the copied columns take. */
  readonly bytes: number;
}

/** Copies the state of everything reachable from `root`. */
export function takeSnapshot(root: object): Snapshot {
  const snapshot = takeSmallSnapshot(root, Infinity);
  assert(snapshot !== undefined, "no snapshot is too large for this");
  return snapshot;
}

/** The same, given up as soon as the copied columns take more than `mostBytes`. */
export function takeSmallSnapshot(root: object, mostBytes: number): Snapshot | undefined {
  const saved: Saved[] = [];
  const seen = new Set<object>();
  const stack: object[] = [root];
  let bytes = 0;
  while (stack.length > 0) {
    const object = stack.pop() as Record<string, unknown>;
    if (seen.has(object) || Object.isFrozen(object)) continue;
    seen.add(object);
    assert(!(object instanceof Map || object instanceof Set), "a snapshot knows no maps and sets");
    const entry: Saved = { object, fields: [], columns: [] };
    for (const key of Object.keys(object)) {
      const value = object[key];
      if (ArrayBuffer.isView(value)) {
        bytes += value.byteLength;
        if (bytes > mostBytes) return undefined;
        const copy = copyOf(value as Float64Array);
        entry.columns.push([key, copy]);
      } else if (typeof value !== "function") {
        entry.fields.push([key, value]);
        if (typeof value === "object" && value !== null) stack.push(value);
      }
    }
    if (Array.isArray(object)) entry.fields.push(["length", object.length]);
    saved.push(entry);
  }
  return { saved, bytes };
}

/** Puts everything back to what it was; the snapshot can be used again. */
export function restoreSnapshot(snapshot: Snapshot): void {
  for (const { object, fields, columns } of snapshot.saved) {
    for (const [key, value] of fields) if (object[key] !== value) object[key] = value;
    for (const [key, copy] of columns) restoreColumn(object, key, copy as Float64Array);
  }
}

/** Into the same array where it still has its size, since others may hold it; else a new one. */
function restoreColumn(object: Record<string, unknown>, key: string, copy: Float64Array): void {
  const present = object[key] as Float64Array;
  if (present.length === copy.length) present.set(copy);
  else object[key] = copyOf(copy);
}

function copyOf(column: Float64Array): Float64Array {
  return column.slice();
}
