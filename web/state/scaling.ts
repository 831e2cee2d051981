/** How a lane scales, computed by a spare worker while somebody asks for it. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { ScalabilityProgress, Scenario } from "../../engine/api.ts";
import { runStore } from "./run-store.ts";
import { spawnWorkerLink, type WorkerLink } from "./worker-link.ts";

export interface Scaling {
  /** What is known so far; undefined at the beginning. */
  readonly progress: ScalabilityProgress | undefined;
  /** True once nothing more comes. */
  readonly isOver: boolean;
}

/** Real time one message may keep the worker busy. */
const BUDGET_MS = 100;
/** Nobody waits longer. */
const PATIENCE_MS = 45_000;
/** A run that goes on has the processor to itself; the study looks again after this. */
const WAIT_MS = 300;

const scalingStore = createStore<Scaling>(() => ({ progress: undefined, isOver: false }));

export function useScaling(): Scaling {
  return useStore(scalingStore);
}

/** Begins with a lane; the function that is returned ends it. */
export function startScaling(document: Scenario, lane: number): () => void {
  const link = spawnWorkerLink();
  scalingStore.setState({ progress: undefined, isOver: false });
  let wanted = true;
  void study(link, { document, lane, isWanted: () => wanted })
    .catch(() => undefined)
    .finally(() => {
      link.terminate();
      if (wanted) scalingStore.setState({ isOver: true });
    });
  return () => {
    wanted = false;
    link.terminate();
  };
}

interface Wish {
  readonly document: Scenario;
  readonly lane: number;
  readonly isWanted: () => boolean;
}

async function study(link: WorkerLink, { document, lane, isWanted }: Wish): Promise<void> {
  await link.call((engine) => engine.startScaling(document, lane));
  const startMs = performance.now();
  while (isWanted() && performance.now() - startMs < PATIENCE_MS) {
    if (runStore.getState().status === "running") {
      await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
      continue;
    }
    const progress = await link.call((engine) => engine.scale(BUDGET_MS));
    if (!isWanted()) return;
    scalingStore.setState({ progress });
    if (progress.isOver) return;
  }
}
