/**
 * The workloads that were measured on real runtimes, and how a prediction is scored: relative
 * error against the median of the undisturbed runs, zero within their spread.
 */
import { readFileSync } from "node:fs";
import { laneModel } from "../scenario/lane-model.ts";
import type { Scenario } from "../scenario/schema.ts";
import { parseScenario } from "../scenario/validate.ts";
import { createSimulation } from "../simulation.ts";

export const QUANTITIES = ["throughput", "p50Ms", "p99Ms", "cpuCores", "rssMiB"] as const;
export type Quantity = (typeof QUANTITIES)[number];

type Readings = Readonly<Partial<Record<Quantity, number>>>;

export interface Case {
  readonly id: string;
  readonly family: string;
  readonly runtime: string;
  readonly measured: Readings;
  readonly spread: Readonly<Partial<Record<Quantity, readonly [number, number]>>>;
  readonly scenario: Scenario;
}

export type Outcome =
  | { readonly kind: "not run"; readonly of: Case; readonly why: string }
  | {
      readonly kind: "scored";
      readonly of: Case;
      readonly predicted: Readings;
      /** Signed relative errors. */
      readonly errors: Readings;
    };

/** Processor use below this (cores) is not scored: the clock of the measurement is too coarse. */
const LEAST_CORES = 0.2;
/** Memory is scored where this many tasks wait at once; below, it is the interpreter's own. */
const MEMORY_FROM_USERS = 1000;

export function readCases(): readonly Case[] {
  return JSON.parse(
    readFileSync(new URL("./cases.json", import.meta.url), "utf8"),
  ) as readonly Case[];
}

/** Runs the case's scenario and compares. */
export function runCase(of: Case): Outcome {
  const parsed = parseScenario(prepared(of));
  if (parsed.kind === "rejected") {
    return { kind: "not run", of, why: parsed.problems[0]?.message ?? "rejected" };
  }
  const model = laneModel(parsed.scenario, 0);
  const simulation = createSimulation(model);
  if (simulation.runUntil(Infinity, Infinity) !== "finished") {
    return { kind: "not run", of, why: simulation.reason ?? "stopped" };
  }
  const result = simulation.result(0);
  const main = result.classes["main"]!;
  const predicted = {
    throughput: main.throughput,
    p50Ms: main.latencyMs.p50,
    p99Ms: main.latencyMs.p99,
    cpuCores: result.cpu.utilization * model.machine.cores,
    rssMiB: result.memoryBytes.peak / 2 ** 20,
  };
  return { kind: "scored", of, predicted, errors: errorsOf(of, predicted) };
}

/** The scenario as this engine runs it, with the same meaning. */
function prepared(of: Case): unknown {
  const scenario = structuredClone(of.scenario) as unknown as Document;
  const { main } = scenario.load;
  if (main?.times !== undefined) splitAtWarmup(scenario, main);
  return scenario;
}

interface Document {
  readonly warmup: string;
  readonly requests: Record<string, unknown>;
  readonly load: Record<string, Arrivals | undefined>;
}

interface Arrivals {
  times?: readonly number[];
  demand?: readonly number[];
  request: string;
}

/** Latencies are those of arrivals after the warm-up: earlier ones become a class of their own. */
function splitAtWarmup(scenario: Document, main: Arrivals): void {
  const { times = [], demand } = main;
  const warmupMs = Number.parseFloat(scenario.warmup);
  const n = times.findIndex((time) => time >= warmupMs);
  scenario.requests["warm-up"] = scenario.requests["main"];
  scenario.load["main"] = {
    ...main,
    times: times.slice(n),
    ...(demand === undefined ? {} : { demand: demand.slice(n) }),
  };
  scenario.load["warm-up"] = {
    ...main,
    request: "warm-up",
    times: times.slice(0, n),
    ...(demand === undefined ? {} : { demand: demand.slice(0, n) }),
  };
}

function errorsOf(of: Case, predicted: Readings): Readings {
  const errors: Partial<Record<Quantity, number>> = {};
  for (const quantity of QUANTITIES) {
    const measured = of.measured[quantity];
    const value = predicted[quantity];
    if (measured === undefined || value === undefined || !isScored(of, quantity)) continue;
    // Where nothing was completed there is no latency; a prediction of one is the miss of the rate.
    errors[quantity] = errorOf(value, measured, of.spread[quantity]);
  }
  return errors;
}

function isScored(of: Case, quantity: Quantity): boolean {
  if (quantity === "cpuCores") return (of.measured.cpuCores ?? 0) >= LEAST_CORES;
  if (quantity !== "rssMiB") return true;
  const { main } = of.scenario.load;
  const users = main?.executor === "constant-vus" ? main.vus : 0;
  return of.family === "W2" && users >= MEMORY_FROM_USERS;
}

/** Signed relative error; zero within the spread of the runs. */
export function errorOf(
  value: number,
  measured: number,
  spread: readonly [number, number] | undefined,
): number {
  if (spread !== undefined && value >= spread[0] && value <= spread[1]) return 0;
  if (measured === 0) return value === 0 ? 0 : 1;
  return Number.isFinite(value) ? (value - measured) / measured : 1;
}
