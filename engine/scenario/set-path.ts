/**
 * Changes one value of a document by its path, written as in problems:
 * `lanes[0].runtime.threads`, `load["heavy users"].vus`. The document itself stays as it is.
 * Whether the new one is right is for `parseScenario` to say.
 */
import type { Problem } from "../api.ts";
import { isRecord, show } from "./fields.ts";
import { REFUSED_KEYS, pathText } from "./plain-data.ts";

export type SetReply =
  | { readonly kind: "ok"; readonly document: unknown }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

export function setPath(document: unknown, path: string, value: unknown): SetReply {
  const parts = parsePath(path);
  if (parts === undefined) {
    return rejected(path, 'expected a path such as lanes[0].runtime.threads or load["a b"].vus');
  }
  const copy = structuredCopy(document);
  const last = parts.at(-1)!;
  let here: unknown = copy;
  for (const [index, part] of parts.entries()) {
    const problem = stepProblem(here, part, index === parts.length - 1);
    if (problem !== undefined) return rejected(pathText(parts.slice(0, index)), problem);
    if (index < parts.length - 1) here = below(here as Container, part);
  }
  (here as Container)[last] = value;
  return { kind: "ok", document: copy };
}

type Container = Record<PropertyKey, unknown>;

function rejected(path: string, message: string): SetReply {
  return { kind: "rejected", problems: [{ path, message }] };
}

/** Keys and indices of a path; undefined when it is none. */
export function parsePath(path: string): readonly (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  const part = /\.?([\p{L}\p{N}_$-]+)|\[(\d{1,6})\]|\[("(?:[^"\\]|\\.)*")\]/uy;
  while (part.lastIndex < path.length) {
    const at = part.lastIndex;
    const match = part.exec(path);
    if (match === null) return undefined;
    const [whole, key, index, quoted] = match;
    // Keys are joined by dots, the first one excepted.
    if (key !== undefined && whole.startsWith(".") === (at === 0)) return undefined;
    const name = key ?? (quoted === undefined ? undefined : unquoted(quoted));
    if (index === undefined && name === undefined) return undefined;
    parts.push(index === undefined ? name! : Number(index));
  }
  return parts.length === 0 ? undefined : parts;
}

function unquoted(text: string): string | undefined {
  try {
    return String(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** Undefined when `part` of `here` can be entered, or set if it is the last. */
function stepProblem(here: unknown, part: string | number, isLast: boolean): string | undefined {
  if (typeof part === "number") {
    if (!Array.isArray(here)) return `expected a list, for [${part}], got ${show(here)}`;
    if (part < here.length) return undefined;
    return `there is no [${part}]: the list has ${here.length}, counted from 0`;
  }
  if (REFUSED_KEYS.has(part)) return `"${part}" is no key`;
  if (!isRecord(here)) return `expected an object, for ${show(part)}, got ${show(here)}`;
  const next = Object.hasOwn(here, part) ? here[part] : undefined;
  if (isLast || next === undefined || typeof next === "object") return undefined;
  return `expected an object or a list at ${show(part)}, got ${show(next)}`;
}

/** What stands at `part`; a missing object is added, the schema tells if it has no place. */
function below(here: Container, part: string | number): unknown {
  if (!Object.hasOwn(here, part) || here[part] === undefined) here[part] = {};
  return here[part];
}

function structuredCopy(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(structuredCopy);
  if (!isRecord(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, structuredCopy(item)]),
  );
}
