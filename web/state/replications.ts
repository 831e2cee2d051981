/**
 * Replications: while the run on the screen stands still, a spare worker runs the same scenario with
 * other seeds, so that charts can draw confidence bands and the table can tell a difference from
 * chance. Nothing is computed while a run goes on, while the page is hidden, or when it is turned off.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { ReplicatedLane, Scenario } from "../../engine/api.ts";
import { runStore, type RunState } from "./run-store.ts";
import { scenarioStore } from "./scenario-store.ts";
import { isTrying } from "./trial.ts";
import { spawnWorkerLink, type WorkerLink } from "./worker-link.ts";

export interface Replicated {
  /** The document they are of; undefined before the first one has begun. */
  readonly document: Scenario | undefined;
  /** Replications that all lanes have finished, of `most`. */
  readonly count: number;
  readonly most: number;
  /** By lane; empty before the third. */
  readonly lanes: readonly ReplicatedLane[];
  readonly isOver: boolean;
  /** Why there are no more, as a clause; undefined: there are all. */
  readonly reason: string | undefined;
  /** The user's switch. */
  readonly enabled: boolean;
}

const NOTHING: Omit<Replicated, "enabled"> = {
  document: undefined,
  count: 0,
  most: 0,
  lanes: [],
  isOver: false,
  reason: undefined,
};

const MOST = 10;
const FEWEST = 3;
/** Real time that all replications of a scenario may take together, by the run's own pace. */
const PATIENCE_MS = 60_000;
/** Real time one message may keep the worker busy. */
const BUDGET_MS = 100;
/** The run must have stood still for so long before anything starts. */
const STILL_MS = 1200;
const LOOK_EVERY_MS = 300;

export const replicationStore = createStore<Replicated>(() => ({ ...NOTHING, enabled: true }));

export function useReplications<T>(selector: (state: Replicated) => T): T {
  return useStore(replicationStore, selector);
}

/** Turns bands and intervals on or off. */
export function setReplications(enabled: boolean): void {
  if (enabled) replicationStore.setState({ enabled });
  else {
    drop();
    replicationStore.setState({ ...NOTHING, enabled });
  }
}

/** What may be shown beside a run of `document`: nothing of another one. */
export function replicatedLanes(
  state: Replicated,
  document: Scenario | undefined,
): readonly ReplicatedLane[] {
  return state.enabled && document !== undefined && state.document === document ? state.lanes : [];
}

/** Starts to look for moments to compute in; once, when the page opens. */
export function watchRuns(): void {
  runStore.subscribe((run, before) => {
    if (run.revision !== before.revision || run.status !== before.status) {
      movedAtMs = performance.now();
    }
  });
  scenarioStore.subscribe(({ document }) => {
    const { document: present, enabled } = replicationStore.getState();
    if (document === present || present === undefined) return;
    drop();
    replicationStore.setState({ ...NOTHING, enabled });
  });
  setInterval(look, LOOK_EVERY_MS);
}

let movedAtMs = 0;
let worker: WorkerLink | undefined;
let spentMs = 0;

function drop(): void {
  worker?.terminate();
  worker = undefined;
}

/** Begins replications, or goes on with them, where nothing else wants the processor. */
function look(): void {
  const { document, isOver, enabled } = replicationStore.getState();
  const wanted = scenarioStore.getState().document;
  if (!enabled || wanted === undefined || !isIdle()) return;
  if (document !== wanted) begin(wanted);
  else if (!isOver && worker !== undefined && !worker.busy) void goOn(worker);
}

function isIdle(): boolean {
  const { status, lanes } = runStore.getState();
  const standsStill = status === "finished" || status === "paused";
  const isLevel = lanes.every((lane) => lane.result !== undefined);
  return (
    standsStill &&
    isLevel &&
    !isTrying() &&
    globalThis.document.visibilityState === "visible" &&
    performance.now() - movedAtMs >= STILL_MS
  );
}

function begin(document: Scenario): void {
  drop();
  const most = affordable(runStore.getState());
  const { enabled } = replicationStore.getState();
  replicationStore.setState({ ...NOTHING, document, enabled, most });
  if (most < FEWEST) {
    replicationStore.setState({ isOver: true, reason: "one run of this scenario takes too long" });
    return;
  }
  spentMs = 0;
  const link = spawnWorkerLink();
  worker = link;
  link
    .call((engine) => engine.startReplications(document, most))
    .catch(() => end(link, "the worker was lost"));
}

/** How many whole runs fit into the patience, judged by the one on the screen. */
function affordable({ lanes, clockNs, durationNs }: RunState): number {
  const wallMs = lanes.reduce((sum, { result }) => sum + (result?.wallSeconds ?? 0) * 1000, 0);
  const whole = clockNs > 0 ? (wallMs * durationNs) / clockNs : Infinity;
  return Math.min(MOST, Math.floor(PATIENCE_MS / Math.max(whole, 1)));
}

async function goOn(link: WorkerLink): Promise<void> {
  try {
    while (worker === link && isIdle()) {
      const startMs = performance.now();
      const progress = await link.call((engine) => engine.replicate(BUDGET_MS));
      spentMs += performance.now() - startMs;
      if (worker !== link) return;
      const { count, most, isOver, reason, lanes } = progress;
      const before = replicationStore.getState();
      if (count !== before.count || isOver) {
        replicationStore.setState({ count, most, isOver, reason, ...(lanes && { lanes }) });
      }
      if (isOver) end(link, reason);
      else if (spentMs > PATIENCE_MS) end(link, "more would take too long");
    }
  } catch {
    end(link, "the worker was lost");
  }
}

function end(link: WorkerLink, reason: string | undefined): void {
  link.terminate();
  if (worker !== link) return;
  worker = undefined;
  replicationStore.setState({ isOver: true, reason });
}
