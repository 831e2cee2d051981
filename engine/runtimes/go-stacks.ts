/**
 * Stacks of goroutines. They begin with 2 KiB and double by copying when a call needs more; a
 * collection halves those of which less than a quarter is in use (`runtime/stack.go`).
 *
 * A goroutine that runs a request has a handler's stack. Its connection's goroutine has a smaller
 * one before and after: here it shrinks with the request, not with the next collection. Left out:
 * freed stacks that wait in the runtime's pools, and a first size that follows the average
 * (`adaptivestackstart`).
 */
import { resized } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import { STACKS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import type { RuntimeParts } from "./runtime.ts";

/** [S] What a new goroutine has; a profile's `taskBytes` is this and the descriptor. */
const NEW_BYTES = 2 * 1024;
/** [M] Go 1.19, stack in use by an idle connection of net/http: 4.2 KiB. */
const CONNECTION_BYTES = 4 * 1024;
/** [M] With a handler at work on it that decodes and encodes JSON: 8.2 KiB, 2 KiB for a reader. */
const HANDLER_BYTES = 8 * 1024;
/** [M] From 2 to 8 KiB: 1.1 µs more than a goroutine that needs no more than 2. */
const GROWTH_NS = 1_100;

/** Whose goroutine the task is ... */
const OF_CONNECTION = 0;
const NEW = 1;
/** ... and, added to that, its stack has grown for the request. */
const GROWN = 2;

export class GoStacks {
  private readonly parts: RuntimeParts;
  /** Without costs there is no memory either. */
  private readonly scale: 0 | 1;
  private state!: Uint8Array;

  constructor(parts: RuntimeParts) {
    this.parts = parts;
    this.scale = parts.profile.neutral ? 0 : 1;
    parts.ledger.tasks.onGrow((capacity) => {
      this.state = resized(this.state, capacity, Uint8Array);
    });
  }

  /** `count` connections (or fewer, when negative) have a goroutine that waits for them to read. */
  connections(process: number, count: number): void {
    const { memory, costs } = this.parts;
    const grown = this.scale * (CONNECTION_BYTES - NEW_BYTES);
    memory.add(process, STACKS, count * (costs.taskBytes + grown));
  }

  /** The task is served by the goroutine of its connection. */
  useConnection(task: TaskId): void {
    this.state[task] = OF_CONNECTION;
  }

  /** The task is a new goroutine. */
  create(task: TaskId, process: number): void {
    this.state[task] = NEW;
    this.parts.memory.add(process, STACKS, this.parts.costs.taskBytes);
  }

  /** The goroutine runs on a thread of `process`. */
  run(task: TaskId, process: number, thread: ThreadId): void {
    const state = this.state[task]!;
    if (state >= GROWN) return;
    this.state[task] = state + GROWN;
    this.parts.memory.add(process, STACKS, this.grownBy(state));
    if (state === NEW) this.parts.machine.charge(thread, this.scale * GROWTH_NS);
  }

  /** The request is over: the stack ends with its goroutine, or is small again. */
  finish(task: TaskId, process: number): void {
    const state = this.state[task]! - GROWN;
    this.state[task] = OF_CONNECTION;
    const { memory, costs } = this.parts;
    memory.add(process, STACKS, -this.grownBy(state) - (state === NEW ? costs.taskBytes : 0));
  }

  private grownBy(state: number): number {
    return this.scale * (HANDLER_BYTES - (state === NEW ? NEW_BYTES : CONNECTION_BYTES));
  }
}
