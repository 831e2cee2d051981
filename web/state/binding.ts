/**
 * Which of a lane's resources binds it. Resources lie within each other: a request keeps a thread
 * while it waits for a connection, and both while it computes. Of those that are used up the
 * innermost one that is waited for is the cause; the fullness of those around it is the effect.
 */
import type { LaneResult, ResourceKind, ResourceUse } from "../../engine/api.ts";

/** From here on a resource counts as used up. */
export const USED_UP = 0.895;
/** Fewer tasks than this on average wait by chance, not in a line. */
export const NOBODY = 0.01;

/** From the innermost outwards. */
const DEPTH: readonly ResourceKind[] = [
  "lock",
  "gil",
  "cpu-limit",
  "cpu",
  "pool",
  "carriers",
  "executor",
  "loop",
  "threads",
];

/** undefined while there is nothing to go by. Where nobody waits, what computes is busy. */
export function bindingOf({ resources }: LaneResult): ResourceUse | undefined {
  const full = resources.filter(isFull).toSorted((a, b) => depth(a) - depth(b));
  const waitedFor = full.find(({ waiting }) => waiting >= NOBODY);
  return waitedFor ?? full.find(isProcessor) ?? full[0] ?? resources[0];
}

/** What is used up inside `use` although nobody waits for it there: more of `use` meets that next. */
export function fullWithin(use: ResourceUse, { resources }: LaneResult): ResourceUse | undefined {
  return resources.find((other) => isFull(other) && depth(other) < depth(use));
}

function isProcessor({ kind }: ResourceUse): boolean {
  return kind === "cpu" || kind === "cpu-limit";
}

function isFull({ used }: ResourceUse): boolean {
  return used >= USED_UP;
}

function depth({ kind }: ResourceUse): number {
  return DEPTH.indexOf(kind);
}
