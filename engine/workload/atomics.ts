/**
 * `atomic` steps: operations on cache lines that the cores of a lane contend for. A step is
 * computed in chunks, since who contends changes while it lasts.
 */
import type { Calibration } from "../machine/calibration.ts";
import { resized, type Rows } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";
import { CacheLine } from "../sync/cache-line.ts";

/** The least operations in a chunk, and the most chunks of a step. */
const CHUNK_MIN = 16;
const CHUNKS_MAX = 64;

/** Operations of a step that are computed at once. */
function chunkOf(ops: number): number {
  return Math.max(CHUNK_MIN, Math.ceil(ops / CHUNKS_MAX));
}

/** The most chunks that a step of `ops` operations is computed in. */
export function chunksOf(ops: number): number {
  return Math.ceil(ops / chunkOf(ops));
}

export class Atomics {
  private readonly lines: readonly CacheLine[];
  /** Operations that a task's present step has still to do. */
  private left!: Int32Array;

  constructor(lines: number, calibration: Calibration, tasks: Rows) {
    this.lines = Array.from({ length: lines }, () => new CacheLine(calibration));
    tasks.onGrow((capacity) => {
      this.left = resized(this.left, capacity, Int32Array);
    });
  }

  /** ns that the next operations of the step take on `core`. */
  next(task: TaskId, step: { readonly index: number; readonly value: number }, at: At): number {
    const left = this.left[task]! > 0 ? this.left[task]! : step.value;
    const ops = Math.min(left, chunkOf(step.value));
    this.left[task] = left - ops;
    return this.lines[step.index]!.use(at.core, ops, at.nowNs);
  }

  isDone(task: TaskId): boolean {
    return this.left[task] === 0;
  }

  /** The task fails in the middle of a step. */
  forget(task: TaskId): void {
    this.left[task] = 0;
  }
}

export interface At {
  readonly core: number;
  readonly nowNs: number;
}
