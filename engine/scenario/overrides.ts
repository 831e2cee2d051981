/**
 * A lane's own version of a document: `overrides` merged in deeply. Objects are merged key by key,
 * everything else, lists and calibrations included, is replaced. The documents have passed `plain-data.ts`.
 */
import { isRecord } from "./fields.ts";
import type { Scenario } from "./schema.ts";

export function laneDocument(scenario: Scenario, laneIndex: number): Scenario {
  const overrides = scenario.lanes[laneIndex]?.overrides;
  return overrides === undefined ? scenario : (merged(scenario, overrides, "") as Scenario);
}

/** The measurements of two machines do not mix. */
const REPLACED = ".machine.calibration";

function merged(base: unknown, over: unknown, path: string): unknown {
  if (over === undefined) return base;
  if (!isRecord(base) || !isRecord(over) || path === REPLACED) return over;
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over)) {
    result[key] = Object.hasOwn(base, key) ? merged(base[key], value, `${path}.${key}`) : value;
  }
  return result;
}
