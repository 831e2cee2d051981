/** The states of a row of the schedule. */
import type { SliceState } from "../api.ts";

/** Their codes, in the order in which the interface knows them. */
export const SLICE = {
  idle: 0,
  run: 1,
  ready: 2,
  gil: 3,
  io: 4,
  lock: 5,
  pool: 6,
  gc: 7,
  throttled: 8,
} as const satisfies Record<SliceState, number>;
