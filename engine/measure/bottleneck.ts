/**
 * What limits a lane, with the law that says so. Evidence first: the most utilised resource that
 * requests also wait for; where nothing is used up, the headroom of the busiest one.
 */

import type { ResourceKind } from "../api.ts";

/** A resource with a capacity, as a run has used it. */
export interface Resource {
  readonly kind: ResourceKind;
  /** The place whose tasks use (or wait for) it. */
  readonly place: string;
  /** "GIL", "CPU", "thread pool", "pool db", "event loop" */
  readonly name: string;
  /** Share of the capacity in use on average, 0 to 1. */
  readonly used: number;
  /** Units of it: cores, threads, connections. */
  readonly units: number;
  /** Mean number of tasks that wait for it. */
  readonly waiting: number;
}

export interface Bottleneck {
  readonly place: string;
  readonly text: string;
  readonly law: string;
}

/** What one unit of a resource is called; those of a named pool are its connections. */
const UNITS: Readonly<Record<string, string>> = {
  CPU: "core",
  "CPU limit": "core",
  GIL: "GIL",
  "thread pool": "thread",
  "carrier pool": "carrier",
  "event loop": "loop",
  "event loops": "loop",
};

/** Above this a resource counts as used up. */
const SATURATED = 0.9;

export function bottleneck(
  resources: readonly Resource[],
  /** `served`: requests per second that were worked on to their end, in vain or not. */
  run: { readonly served: number; readonly cpu: number },
): Bottleneck {
  const byUse = [...resources].sort((a, b) => b.used - a.used);
  const worst = byUse.find((r) => r.used >= SATURATED && r.waiting > 0) ?? byUse[0];
  if (worst === undefined || !(run.served > 0)) {
    return { place: "", text: "Nothing has been completed yet.", law: "" };
  }
  const perRequest = (worst.used * worst.units) / run.served;
  const ceiling = worst.units / perRequest;
  const law = worst.units === 1 ? "utilisation law X ≤ 1 ÷ S" : "bottleneck law X ≤ c ÷ S";
  const share = `${Math.round(worst.used * 100)} %`;
  const arithmetic = `${count(worst)} ÷ ${duration(perRequest)} per request`;
  if (worst.used >= SATURATED) {
    const beside = worst.name.startsWith("CPU")
      ? ""
      : ` while CPU sits at ${Math.round(run.cpu * 100)} %`;
    const text =
      `The ${worst.name} is used up: ${share} in use. ${arithmetic} gives at most ` +
      `${figure(ceiling)} requests/s${beside}.`;
    return { place: worst.place, text, law };
  }
  const text =
    `There is room: the busiest part is the ${worst.name}, at ${share}. ${arithmetic} gives a ` +
    `ceiling near ${figure(ceiling)} requests/s.`;
  return { place: worst.place, text, law };
}

function count({ name, units }: Resource): string {
  const unit = UNITS[name] ?? (name.startsWith("lock ") ? "lock" : "connection");
  return units === 1 ? `1 ${unit}` : `${Math.round(units * 10) / 10} ${unit}s`;
}

function duration(seconds: number): string {
  if (seconds < 1e-3) return `${figure(seconds * 1e6)} µs`;
  return seconds < 1 ? `${figure(seconds * 1e3)} ms` : `${figure(seconds)} s`;
}

/** Three significant digits without an exponent. */
function figure(x: number): string {
  if (x >= 100) return String(Math.round(x));
  return String(Number(x.toFixed(x >= 10 ? 1 : 2)));
}
