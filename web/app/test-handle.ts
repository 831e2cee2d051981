/** What end-to-end tests may know about the page, under `?testing` only. */
import { isChecking } from "../state/scenario-actions.ts";
import { runStore, type RunState } from "../state/run-store.ts";

interface TestHandle {
  /** Resolves once nothing is being checked and the run is finished, stopped or paused. */
  whenIdle(): Promise<void>;
  run(): RunState;
}

declare global {
  interface Window {
    interleave?: TestHandle;
  }
}

const LOOK_EVERY_MS = 20;

export function exposeForTests(): void {
  if (!new URLSearchParams(location.search).has("testing")) return;
  window.interleave = { whenIdle, run: () => runStore.getState() };
}

async function whenIdle(): Promise<void> {
  while (isBusy()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

function isBusy(): boolean {
  const { status } = runStore.getState();
  return isChecking() || status === "running" || status === "idle";
}
