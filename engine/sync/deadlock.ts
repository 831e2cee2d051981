/**
 * Deadlocks: tasks that wait without end for things that only others of them can give back.
 *
 * A task that waits is stuck when enough of those it waits for are stuck: one is enough where all
 * must let go (the readers of a lock, for a writer), all must be where any will do (the users of a
 * pool). Of all tasks that can be reached from the one whose wait has just begun those are left
 * that are stuck under the assumption that they are: the greatest such set is the deadlock.
 */
import type { TaskId } from "../measure/ledger.ts";

/** Who waits for whom. */
export interface WaitGraph {
  /** Whom `task` waits for without end; undefined when it doesn't. */
  blockersOf(task: TaskId): Blockers | undefined;
  /** `holds lock "a" and waits for lock "b"` */
  describeWaiting(task: TaskId): string;
}

export interface Blockers {
  readonly tasks: readonly TaskId[];
  /** So many of them have to be stuck for the task to be stuck. */
  readonly enough: number;
}

/** At most so many tasks are told about. */
const TOLD_MAX = 6;

/** Why `task` and others wait for ever, in words; undefined when they don't. */
export function deadlockOf(graph: WaitGraph, task: TaskId): string | undefined {
  const stuck = reachable(graph, task);
  for (let size = -1; size !== stuck.size;) {
    size = stuck.size;
    for (const [one, { tasks, enough }] of stuck) {
      if (tasks.filter((other) => stuck.has(other)).length < enough) stuck.delete(one);
    }
  }
  return stuck.has(task) ? inWords(graph, cycleFrom(stuck, task)) : undefined;
}

/** `deadlock: tasks 3, 7 and 9 wait for each other: task 3 holds ...` */
function inWords(graph: WaitGraph, tasks: readonly TaskId[]): string {
  const told = tasks.slice(0, TOLD_MAX);
  const each = told.map((task) => `task ${task} ${graph.describeWaiting(task)}`).join(", ");
  const [only] = tasks;
  if (tasks.length === 1) return `deadlock: task ${only} waits for itself: ${each}`;
  const rest = tasks.length > told.length ? `, and ${tasks.length - told.length} more` : "";
  return `deadlock: tasks ${listed(tasks)} wait for each other: ${each}${rest}`;
}

/** `deadlock: all tasks wait: task 4 waits to receive from channel "jobs"` */
export function allWaitInWords(
  describe: (task: TaskId) => string,
  tasks: readonly TaskId[],
): string {
  const told = tasks.slice(0, TOLD_MAX).map((task) => `task ${task} ${describe(task)}`);
  const rest = tasks.length > told.length ? `, and ${tasks.length - told.length} more` : "";
  return `deadlock: all tasks wait: ${told.join(", ")}${rest}`;
}

function listed(tasks: readonly TaskId[]): string {
  if (tasks.length > TOLD_MAX) {
    return `${tasks.slice(0, TOLD_MAX).join(", ")} and ${tasks.length - TOLD_MAX} more`;
  }
  return `${tasks.slice(0, -1).join(", ")} and ${tasks.at(-1)}`;
}

/** All that wait among those that `task` waits for, directly or not. */
function reachable(graph: WaitGraph, task: TaskId): Map<TaskId, Blockers> {
  const found = new Map<TaskId, Blockers>();
  const open = [task];
  while (open.length > 0) {
    const next = open.pop()!;
    if (found.has(next)) continue;
    const blockers = graph.blockersOf(next);
    if (blockers === undefined) continue;
    found.set(next, blockers);
    open.push(...blockers.tasks);
  }
  return found;
}

/**
 * The cycle that `task` runs into: along the first that is stuck where one is enough, along all of
 * them where it takes more.
 */
function cycleFrom(stuck: ReadonlyMap<TaskId, Blockers>, task: TaskId): TaskId[] {
  const way: TaskId[] = [];
  let next = task;
  while (!way.includes(next)) {
    way.push(next);
    next = stuck.get(next)!.tasks.find((other) => stuck.has(other))!;
  }
  const cycle = new Set([next]);
  for (const one of cycle) {
    const { tasks, enough } = stuck.get(one)!;
    const others = tasks.filter((other) => stuck.has(other));
    for (const other of others.slice(0, enough)) cycle.add(other);
  }
  return [...cycle].sort((a, b) => a - b);
}
