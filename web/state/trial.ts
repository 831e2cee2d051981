/**
 * Trials: what would come out if one thing were different. The changed lane runs in a worker of its
 * own while the lanes on the screen stand still, so that an experiment is offered with its outcome.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { LaneResult, Scenario } from "../../engine/api.ts";
import { writePath, type Json } from "./document-path.ts";
import { spawnWorkerLink, type WorkerLink } from "./worker-link.ts";

/** One change of one lane. */
export interface Change {
  readonly document: Scenario;
  readonly lane: number;
  readonly path: string;
  readonly value: number;
}

export interface Trial {
  /** What is tried; undefined: nothing. */
  readonly change: Change | undefined;
  /** Share of the run that has been computed, 0 to 1. */
  readonly progress: number;
  /** The outcome; undefined until the trial is over, and where it failed. */
  readonly result: LaneResult | undefined;
}

const NOTHING: Trial = { change: undefined, progress: 0, result: undefined };

/** Real time one message may keep the worker busy. */
const BUDGET_MS = 100;
/** A trial that takes longer is given up: nobody waits for it. */
const PATIENCE_MS = 30_000;

const trialStore = createStore<Trial>(() => NOTHING);

export function useTrial<T>(selector: (trial: Trial) => T): T {
  return useStore(trialStore, selector);
}

export function isSameChange(a: Change | undefined, b: Change | undefined): boolean {
  return (
    a !== undefined &&
    a.document === b?.document &&
    a.lane === b.lane &&
    a.path === b.path &&
    a.value === b.value
  );
}

let worker: WorkerLink | undefined;

/** True while a trial is under way. */
export function isTrying(): boolean {
  const { change, result } = trialStore.getState();
  return change !== undefined && result === undefined && worker?.dead === false;
}

/** Tries a change, unless that is what is being tried or was tried last. */
export function tryOut(change: Change): void {
  if (isSameChange(trialStore.getState().change, change)) return;
  endTrial();
  trialStore.setState({ ...NOTHING, change });
  const link = spawnWorkerLink();
  worker = link;
  void compute(link, change)
    .catch(() => undefined)
    .finally(() => link.terminate());
}

/** Gives up what is being tried; an outcome that is there already stays. */
export function endTrial(): void {
  if (trialStore.getState().result !== undefined) return;
  worker?.terminate();
  worker = undefined;
  trialStore.setState(NOTHING);
}

async function compute(link: WorkerLink, change: Change): Promise<void> {
  const { document, lane, path, value } = change;
  const changed = writePath(document as unknown as Json, path, value);
  const reply = await link.call((engine) => engine.load(changed, lane));
  if (reply.kind === "rejected") return;
  const startMs = performance.now();
  for (;;) {
    const { kind, nowNs } = await link.call((engine) => engine.advance(Infinity, BUDGET_MS));
    if (worker !== link) return;
    trialStore.setState({ progress: nowNs / reply.durationNs });
    if (kind === "finished") break;
    if (kind === "stopped" || performance.now() - startMs > PATIENCE_MS) return;
  }
  const result = await link.call((engine) => engine.result());
  if (worker === link) trialStore.setState({ result });
}
