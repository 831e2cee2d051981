/** Runs lanes one after another, in slices short enough for Ctrl-C and a progress bar. */
import { setImmediate } from "node:timers/promises";
import type { LaneResult, Scenario } from "../api.ts";
import { laneModel } from "../scenario/lane-model.ts";
import { createSimulation } from "../simulation.ts";
import type { Terminal } from "./terminal.ts";

const EVENTS_PER_SLICE = 100_000;

export interface LanesReply {
  readonly lanes: readonly LaneResult[];
  /** Lines for people on why a lane has not run to its end. */
  readonly remarks: readonly string[];
  /** A lane was cut short; one that ends in a deadlock has been computed to its end. */
  readonly isCut: boolean;
}

/** `indices` of the lanes to run; those after an interruption are left out of the answer. */
export async function runLanes(
  scenario: Scenario,
  indices: readonly number[],
  terminal: Terminal,
): Promise<LanesReply> {
  const lanes: LaneResult[] = [];
  const remarks: string[] = [];
  let isCut = false;
  for (const index of indices) {
    if (terminal.isInterrupted()) break;
    const { result, remark, isComplete } = await runLane(scenario, index, terminal);
    lanes.push(result);
    isCut ||= !isComplete;
    if (remark !== undefined) remarks.push(`${result.name}: ${remark}`);
  }
  return { lanes, remarks, isCut };
}

async function runLane(scenario: Scenario, index: number, terminal: Terminal) {
  const model = laneModel(scenario, index);
  const simulation = createSimulation(model);
  const bar = progressBar(model.name, terminal);
  const start = terminal.seconds();
  let state: "running" | "finished" | "stopped" = "running";
  while (state === "running" && !terminal.isInterrupted()) {
    state = simulation.runUntil(model.durationNs, EVENTS_PER_SLICE);
    bar.show(simulation.nowNs / model.durationNs);
    // Signals are delivered between two turns of the event loop.
    await setImmediate();
  }
  bar.clear();
  const reached = `${(simulation.nowNs / 1e9).toPrecision(4)} s`;
  return {
    result: simulation.result(terminal.seconds() - start),
    remark: remarkOn(state, reached, simulation.reason),
    isComplete: state === "finished" || simulation.isDeadlocked,
  };
}

function remarkOn(
  state: "running" | "finished" | "stopped",
  reached: string,
  reason: string | undefined,
): string | undefined {
  if (state === "finished") return undefined;
  if (state === "running") return `interrupted at ${reached}`;
  return `stopped at ${reached}: ${reason ?? "no reason given"}`;
}

const BAR_WIDTH = 30;
/** Redrawing more often than this only flickers. */
const REDRAW_SECONDS = 0.1;

function progressBar(name: string, terminal: Terminal) {
  let drawnAt = -Infinity;
  return {
    show(share: number): void {
      if (!terminal.isErrTty || terminal.seconds() - drawnAt < REDRAW_SECONDS) return;
      drawnAt = terminal.seconds();
      const full = Math.round(Math.min(1, share) * BAR_WIDTH);
      const bar = "#".repeat(full).padEnd(BAR_WIDTH, "-");
      terminal.err(`\r${name} [${bar}] ${(share * 100).toFixed(0)} %`);
    },
    clear(): void {
      // Carriage return, then "erase to the end of the line".
      if (drawnAt > -Infinity) terminal.err("\r\u001b[K");
    },
  };
}
