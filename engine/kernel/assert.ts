/** A bug in the engine, not in a scenario: the run cannot go on. */
export class BugError extends Error {}

/** Throws when an invariant does not hold; stays on in production. */
export function assert(condition: boolean, message: string): asserts condition {
  if (!condition) throw new BugError(message);
}

/** A scenario outgrew what the engine can hold or would never end: the run stops, with a reason. */
export class BudgetError extends Error {}

/** Tasks wait for each other for ever: the run stops, with a reason that names them. */
export class DeadlockError extends Error {}
