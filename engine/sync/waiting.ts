/**
 * What tasks wait for each other with: the answers of a lock or pool, and whom it tells when the
 * wait of a task is over. Time, threads and places are the caller's.
 */
import type { TaskId } from "../measure/ledger.ts";

/** The task has what it wanted. */
export const GOT = 0;
/** The task is in the queue: it sleeps until the `Waker` has news for it. */
export const WAITS = 1;
/** The task spins for a moment and asks again. */
export const SPINS = 2;

/** Whom a lock or pool tells about the tasks in its queue. */
export interface Waker {
  /** The task, which has left the queue, has what it waited for. */
  granted(task: TaskId): void;
  /** The task wakes and, when it really runs, tries again (`retry`). */
  woken(task: TaskId): void;
}

/** Something that a task can have to itself, or have a share of. */
export interface Holdable {
  /** A task that comes along wants it: `GOT`, `WAITS` or `SPINS`. `shared`: as a reader. */
  acquire(task: TaskId, shared: boolean): number;
  /** A task that was woken, or has spun, runs and tries again. */
  retry(task: TaskId): number;
  /** True when the task that let go gives way to the one that goes on. */
  release(shared: boolean): boolean;
  /** The task wants it no longer: it waits, has been woken, or spins. */
  giveUp(task: TaskId): void;
}
