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
  readonly value: number | string;
}

export interface Trial {
  /** What is tried; undefined: nothing. */
  readonly change: Change | undefined;
  /** Share of the run that has been computed, 0 to 1. */
  readonly progress: number;
  /** The outcome; undefined until the trial is over, and where it failed. */
  readonly result: LaneResult | undefined;
  /** Why there is no outcome, as a sentence. */
  readonly failure: string | undefined;
}

const NOTHING: Trial = { change: undefined, progress: 0, result: undefined, failure: undefined };

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
  const { change, result, failure } = trialStore.getState();
  return change !== undefined && (result ?? failure) === undefined && worker?.dead === false;
}

/** Tries a change, unless that is what is being tried or was tried last. */
export function tryOut(change: Change): void {
  if (isSameChange(trialStore.getState().change, change)) return;
  endTrial();
  trialStore.setState({ ...NOTHING, change });
  const link = spawnWorkerLink();
  worker = link;
  void compute(link, change)
    .catch(() => fail(link, "The trial broke off."))
    .finally(() => link.terminate());
}

/** Gives up what is being tried; an outcome that is there already stays. */
export function endTrial(): void {
  const { result, failure } = trialStore.getState();
  if ((result ?? failure) !== undefined) return;
  worker?.terminate();
  worker = undefined;
  trialStore.setState(NOTHING);
}

async function compute(link: WorkerLink, change: Change): Promise<void> {
  const { document, lane, path, value } = change;
  const changed = writePath(document as unknown as Json, path, value);
  const reply = await link.call((engine) => engine.load(changed, lane));
  if (reply.kind === "rejected") {
    fail(link, `Not possible: ${reply.problems[0]?.message ?? ""}.`);
    return;
  }
  const startMs = performance.now();
  for (;;) {
    const { kind, nowNs, reason } = await link.call((engine) =>
      engine.advance(Infinity, BUDGET_MS),
    );
    if (worker !== link) return;
    trialStore.setState({ progress: nowNs / reply.durationNs });
    if (kind === "finished") break;
    if (kind === "stopped") return fail(link, `It stops: ${reason ?? "no reason is known"}.`);
    if (performance.now() - startMs > PATIENCE_MS) return fail(link, "It takes too long to try.");
  }
  const result = await link.call((engine) => engine.result());
  if (worker === link) trialStore.setState({ result });
}

/** A trial that was given up for another one has nothing to say any more. */
function fail(link: WorkerLink, failure: string): void {
  if (worker === link) trialStore.setState({ failure });
}
