/**
 * The limits that charts draw and verdicts name, read out of the document: its SLO and a lane's
 * memory. The document has been validated; a text in another form is treated as no limit.
 */
import { type Json, isObject, readOnLane, readPath } from "../state/document-path.ts";
import type { Slo } from "./model.ts";

const MS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 60e3,
  h: 3600e3,
  d: 86_400e3,
};

const BYTES_PER_UNIT: Readonly<Record<string, number>> = {
  B: 1,
  KB: 1e3,
  MB: 1e6,
  GB: 1e9,
  TB: 1e12,
  KiB: 2 ** 10,
  MiB: 2 ** 20,
  GiB: 2 ** 30,
  TiB: 2 ** 40,
};

export function sloOf(document: unknown): Slo {
  const slo = readPath((document ?? null) as Json, "slo");
  if (!isObject(slo)) return { p99Ms: undefined, errorRate: undefined };
  const errorRate = slo["errorRate"];
  return {
    p99Ms: milliseconds(slo["p99"]),
    errorRate: typeof errorRate === "number" ? errorRate : undefined,
  };
}

/** The lane's own limit where it overrides the machine, else the document's. */
export function memoryLimitOf(document: unknown, lane: number): number | undefined {
  const size = readOnLane(document, lane, "machine.memory");
  const match = typeof size === "string" ? /^([\d.]+)([KMGT]?i?B)$/.exec(size) : null;
  const factor = BYTES_PER_UNIT[match?.[2] ?? ""];
  return match === null || factor === undefined ? undefined : Number(match[1]) * factor;
}

function milliseconds(text: Json | undefined): number | undefined {
  if (typeof text !== "string") return undefined;
  let sum = 0;
  for (const [, value, unit] of text.matchAll(/([\d.]+)([a-zµ]+)/g)) {
    sum += Number(value) * (MS_PER_UNIT[unit!] ?? NaN);
  }
  return sum > 0 ? sum : undefined;
}
