/**
 * The one text of a scenario: keys in the order of the format, defaults left out, units as they
 * were written. Links carry it, so equal scenarios give equal links. Names, overrides and changes
 * keep the order in which they were written; in the latter two a default is a statement and stays.
 */
import { DEFAULTS } from "./defaults.ts";
import { isRecord } from "./fields.ts";
import { type Scenario, scenarioSchema } from "./schema.ts";

/** What may be left out, by the pattern of its path; `*` stands for any one name or index. */
const OMISSIBLE: readonly (readonly [string, unknown])[] = [
  ["seed", DEFAULTS.seed],
  ["warmup", DEFAULTS.warmup],
  ["description", ""],
  ["source", ""],
  ["claims", []],
  ["machine.cores", DEFAULTS.cores],
  ["machine.memory", DEFAULTS.memory],
  ["machine.calibration", DEFAULTS.calibration],
  ["machine", {}],
  ["load.*.start", DEFAULTS.start],
  ["load.*.startRate", 0],
  ["load.*.startVUs", 0],
  ["load.*.arrivals", DEFAULTS.arrivals],
  ["load.*.thinkTime", DEFAULTS.thinkTime],
  ["load.*.cancel", DEFAULTS.cancel],
  ["load.*.connections.keepAlive", DEFAULTS.keepAlive],
  ["load.*.connections", {}],
  ["load.*.origin", DEFAULTS.origin],
  ["pools.*.order", DEFAULTS.order],
  ["pools", {}],
  ["locks.*.fair", DEFAULTS.fair],
  ["locks", {}],
  ["channels.*.capacity", DEFAULTS.capacity],
  ["channels", {}],
  ["lanes.*.runtime.processes", DEFAULTS.processes],
  ["lanes.*.runtime.queue", DEFAULTS.queue],
  ["lanes.*.runtime.reusePort", DEFAULTS.reusePort],
  ["lanes.*.runtime.recover", DEFAULTS.recover],
  ["lanes.*.runtime.costs", {}],
  ["lanes.*.overrides", {}],
  ["lanes.*.changes", []],
  ["slo", {}],
];

/** Steps nest, so theirs go by key: no name of the user's stands among the keys of a step. */
const OMISSIBLE_IN_STEPS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ["gil", "held"],
  ["wait", "all"],
  ["slow", false],
  ["ops", DEFAULTS.ops],
]);

export function canonicalText(scenario: Scenario): string {
  return JSON.stringify(canonical(scenario));
}

/** The same for people: as few lines as fit into 100 columns. */
export function prettyText(scenario: Scenario): string {
  return prettyJson(canonical(scenario));
}

export function prettyJson(value: unknown): string {
  return `${pretty(value, "", 0)}\n`;
}

function canonical(scenario: Scenario): unknown {
  const ordered: unknown = scenarioSchema.parse(scenario);
  return pruned(ordered, []);
}

function pruned(value: unknown, path: readonly string[]): unknown {
  if (path[0] === "lanes" && (path[2] === "overrides" || path[2] === "changes")) return value;
  if (Array.isArray(value)) return value.map((item, i) => pruned(item, [...path, String(i)]));
  if (!isRecord(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const below = [...path, key];
    const rest = pruned(item, below);
    if (rest !== undefined && !isOmissible(below, rest)) kept[key] = rest;
  }
  return kept;
}

function isOmissible(path: readonly string[], value: unknown): boolean {
  if (path[0] === "requests") {
    const key = path.at(-1)!;
    // requests.<name>.steps.<i>.<key>: shorter paths end in the user's names.
    return path.length > 4 && OMISSIBLE_IN_STEPS.get(key) === value;
  }
  return OMISSIBLE.some(([pattern, omitted]) => matches(path, pattern) && isSame(value, omitted));
}

function matches(path: readonly string[], pattern: string): boolean {
  const parts = pattern.split(".");
  return parts.length === path.length && parts.every((part, i) => part === "*" || part === path[i]);
}

function isSame(value: unknown, omitted: unknown): boolean {
  return JSON.stringify(value) === JSON.stringify(omitted);
}

// ---- Layout -------------------------------------------------------------------------------------

const COLUMNS = 100;

/** `before` is how many columns of the first line are taken already, by the indent and the key. */
function pretty(value: unknown, indent: string, before: number): string {
  const line = oneLine(value);
  if (typeof value !== "object" || value === null) return line;
  // One column is for the comma that may follow.
  if (before + line.length < COLUMNS && indent !== "") return line;
  const inner = `${indent}  `;
  const items = Array.isArray(value)
    ? value.map((item) => inner + pretty(item, inner, inner.length))
    : Object.entries(value).map(([key, item]) => {
        const start = `${inner}${JSON.stringify(key)}: `;
        return start + pretty(item, inner, start.length);
      });
  const [open, close] = Array.isArray(value) ? "[]" : "{}";
  return items.length === 0 ? line : `${open}\n${items.join(",\n")}\n${indent}${close}`;
}

function oneLine(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(oneLine).join(", ")}]`;
  if (!isRecord(value)) return JSON.stringify(value);
  const entries = Object.entries(value).map(
    ([key, item]) => `${JSON.stringify(key)}: ${oneLine(item)}`,
  );
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}
