/** The run on the screen. The conductor is the only writer. */
import { useStore } from "zustand";
import { createStore, type StoreApi } from "zustand/vanilla";
import type { LaneRun } from "./lane-run.ts";

/** Virtual seconds per real second; Infinity is "as fast as the workers can". */
export type Speed = number;

export type RunStatus = "idle" | "running" | "paused" | "finished" | "stopped";

export interface RunState {
  readonly status: RunStatus;
  /** Virtual time that every lane has reached, ns. */
  readonly clockNs: number;
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly lanes: readonly LaneRun[];
  /** Bumps with every batch that arrives. */
  readonly revision: number;
  /** Events of all lanes per real second, over about the last second. */
  readonly eventsPerSecond: number;
  /** What the user asked for. */
  readonly speed: Speed;
  /** What the workers reach: virtual seconds per real second, over about the last second. */
  readonly achievedSpeed: number;
  /** Digest over all lanes, once all have finished. */
  readonly digest?: string;
}

export const runStore = createRunStore();

export function useRun<T>(selector: (state: RunState) => T): T {
  return useStore(runStore, selector);
}

export function createRunStore(): StoreApi<RunState> {
  return createStore<RunState>(() => ({
    status: "idle",
    clockNs: 0,
    durationNs: 0,
    warmupNs: 0,
    lanes: [],
    revision: 0,
    eventsPerSecond: 0,
    speed: 1,
    achievedSpeed: 0,
  }));
}
