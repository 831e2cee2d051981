/**
 * The first look at an untrusted document: is it a tree of plain JSON values of bearable size? What
 * passes can be walked, merged and quoted in messages without further care.
 */
import type { Problem } from "../api.ts";
import { isRecord } from "./fields.ts";
import { DEPTH_MAX } from "./json-text.ts";

const VALUES_MAX = 400_000;
const TEXT_LENGTH_MAX = 20_000;
/** Keys that reach an object's prototype when a document is merged or looked up. */
export const REFUSED_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

interface Walk {
  values: number;
  readonly problems: Problem[];
}

export function plainDataProblems(value: unknown): readonly Problem[] {
  const walk: Walk = { values: 0, problems: [] };
  visit(walk, value, []);
  return walk.problems;
}

function visit(walk: Walk, value: unknown, path: readonly (string | number)[]): void {
  if (walk.problems.length > 0) return;
  walk.values++;
  const message = misfit(walk, value, path.length);
  if (message !== undefined) {
    walk.problems.push({ path: pathText(path), message });
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => visit(walk, item, [...path, index]));
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) {
      if (REFUSED_KEYS.has(key)) {
        walk.problems.push({ path: pathText(path), message: `"${key}" is no key: rename it` });
      }
      visit(walk, item, [...path, key]);
    }
  }
}

function misfit(walk: Walk, value: unknown, depth: number): string | undefined {
  // A list can be far longer than what it holds: its length alone would keep a walk busy.
  const length = Array.isArray(value) ? value.length : 0;
  if (walk.values + length > VALUES_MAX) return `expected at most ${VALUES_MAX} values in all`;
  if (depth > DEPTH_MAX) return `expected at most ${DEPTH_MAX} levels of nesting`;
  switch (typeof value) {
    case "string":
      return value.length <= TEXT_LENGTH_MAX
        ? undefined
        : `expected at most ${TEXT_LENGTH_MAX} characters, got ${value.length}`;
    case "number":
      return Number.isFinite(value) ? undefined : `expected a finite number, got ${value}`;
    case "object":
      return isPlain(value) ? undefined : "expected plain data as in JSON";
    case "boolean":
    case "undefined":
      return undefined;
    default:
      return `expected plain data as in JSON, got a ${typeof value}`;
  }
}

function isPlain(value: object | null): boolean {
  if (value === null || Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  // The second test is for plain objects of another realm, such as a worker's or a frame's.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** `lanes[1].runtime.threads`; names that are not plain words are quoted: `load["a b"].vus`. */
export function pathText(path: readonly PropertyKey[]): string {
  let text = "";
  for (const part of path) {
    if (typeof part === "number") text += `[${part}]`;
    else if (/^[\p{L}\p{N}_$-]+$/u.test(String(part)))
      text += `${text === "" ? "" : "."}${String(part)}`;
    else text += `[${JSON.stringify(String(part))}]`;
  }
  return text;
}
