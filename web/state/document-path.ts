/**
 * Reading and changing a JSON document by path, without mutating it. Paths are written as in the
 * problems that the parser reports: `lanes[1].runtime.threads`.
 */

export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json };

export type JsonObject = { readonly [key: string]: Json };

/** The value at `path`, or undefined where the document has none. */
export function readPath(document: Json, path: string): Json | undefined {
  let value: Json | undefined = document;
  for (const key of parsePath(path)) value = child(value, key);
  return value;
}

/** What holds at `path` on a lane: what the lane overrides, else what the document says for all. */
export function readOnLane(document: unknown, lane: number, path: string): Json | undefined {
  const json = (document ?? null) as Json;
  return readPath(json, pathOnLane(json, lane, path));
}

/** Where that stands: among the lane's overrides, or at `path` itself. */
export function pathOnLane(document: Json, lane: number, path: string): string {
  const own = `lanes[${lane}].overrides.${path}`;
  return readPath(document, own) === undefined ? path : own;
}

/**
 * The document with `value` at `path`; undefined removes the key, or the element from its array,
 * and with the last key of an object the object. Missing objects on the way are created.
 */
export function writePath(document: Json, path: string, value: Json | undefined): Json {
  return write(document, parsePath(path), value) ?? {};
}

/** `lanes[1]["a b"].x` as its keys. A name with dots is written in brackets and quotes. */
export function parsePath(path: string): (string | number)[] {
  const keys: (string | number)[] = [];
  for (const match of path.matchAll(/\[(\d+)\]|\["((?:[^"\\]|\\.)*)"\]|([^.[\]]+)/g)) {
    if (match[1] !== undefined) keys.push(Number(match[1]));
    else if (match[2] !== undefined) keys.push(JSON.parse(`"${match[2]}"`) as string);
    else if (match[3] !== undefined) keys.push(match[3]);
  }
  return keys;
}

/** `path` with one more key, quoted where the key is not a plain word, as the parser does. */
export function joinPath(path: string, key: string | number): string {
  if (typeof key === "number") return `${path}[${key}]`;
  if (!/^[\p{L}\p{N}_$-]+$/u.test(key)) return `${path}[${JSON.stringify(key)}]`;
  return path === "" ? key : `${path}.${key}`;
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/** Equal but for the order of keys, which means nothing. */
export function isSameJson(a: Json | undefined, b: Json | undefined): boolean {
  if (isList(a) && isList(b)) {
    return a.length === b.length && a.every((value, i) => isSameJson(value, b[i]));
  }
  if (!isObject(a) || !isObject(b)) return a === b;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isSameJson(a[key], b[key]))
  );
}

/** A value as it stands in a text field: nothing for nothing, JSON for what is no plain value. */
export function textOf(value: Json | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function child(value: Json | undefined, key: string | number): Json | undefined {
  if (isList(value)) return typeof key === "number" ? value[key] : undefined;
  return isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

function write(
  node: Json,
  keys: readonly (string | number)[],
  value: Json | undefined,
): Json | undefined {
  const [key, ...rest] = keys;
  if (key === undefined) return value;
  const next = write(child(node, key) ?? {}, rest, value);
  if (isList(node) && typeof key === "number") {
    // What is left of an element stays in its place: removing the element was not asked for.
    if (next === undefined && rest.length > 0) return node.toSpliced(key, 1, {});
    return next === undefined ? node.toSpliced(key, 1) : node.toSpliced(key, 1, next);
  }
  const object = isObject(node) ? node : {};
  if (next !== undefined) return { ...object, [key]: next };
  const { [key]: _removed, ...others } = object;
  return Object.keys(others).length === 0 ? undefined : others;
}
