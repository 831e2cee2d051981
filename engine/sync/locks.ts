/** The locks of a lane, by the waking rule of its runtime. */
import { GoMutex, type GoMutexParts } from "./go-mutex.ts";
import type { Stream } from "../kernel/random.ts";
import { GoRwMutex, RwLock } from "./rw-lock.ts";
import { Semaphore } from "./semaphore.ts";
import type { Holdable } from "./waiting.ts";

/** What becomes of a lock when it is released; `semaphore.ts` and `go-mutex.ts` tell each. */
export type LockRule = "hand-off" | "compete" | "compete-first" | "go";

/** `hasReaders`: some steps of the lane share the lock. */
export function makeLock(
  rule: LockRule,
  hasReaders: boolean,
  parts: GoMutexParts & { readonly random: Stream },
): Holdable {
  if (rule === "go") return hasReaders ? new GoRwMutex(parts) : new GoMutex(parts);
  if (!hasReaders) return new Semaphore(1, rule, parts.waker, parts.random);
  // The standard library of no runtime here has a lock for readers whose waiters compete at the
  // tail: where there is none at all, the plain queue stands for what people write.
  return new RwLock(rule === "compete-first" ? rule : "hand-off", parts.waker);
}
