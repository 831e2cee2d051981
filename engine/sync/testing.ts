/** Helpers of the tests of locks: a story of what tasks do, and what they are told. */
import type { TaskId } from "../measure/ledger.ts";
import { GOT, SPINS, type Holdable, type Waker } from "./waiting.ts";

/** Writes down whom it is told about: `+3` has it, `!3` is woken to try again. */
export function wakerOf(told: string[]): Waker {
  return {
    granted: (task) => told.push(`+${task}`),
    woken: (task) => told.push(`!${task}`),
  };
}

/**
 * Plays a story and answers it: `a3` task 3 wants it, `r3` as a reader, `t3` tries again, `x`
 * somebody lets go, `xr` a reader does, `g3` gives up. An answer is `+3` has it, `.3` sleeps, `~3`
 * spins, `!3` is woken; `>` after a release: who let go gives way.
 */
export function play(lock: Holdable, told: string[], story: string): string {
  for (const word of story.split(" ")) {
    const task = Number(word.slice(1));
    switch (word[0]) {
      case "a":
        told.push(answer(lock.acquire(task, false), task));
        break;
      case "r":
        told.push(answer(lock.acquire(task, true), task));
        break;
      case "t":
        told.push(answer(lock.retry(task), task));
        break;
      case "x":
        if (lock.release(word === "xr")) told.push(">");
        break;
      default:
        lock.giveUp(task);
    }
  }
  return told.splice(0).join(" ");
}

function answer(code: number, task: TaskId): string {
  if (code === GOT) return `+${task}`;
  return code === SPINS ? `~${task}` : `.${task}`;
}
