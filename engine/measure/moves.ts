/**
 * The last moves of tasks from place to place, for people who watch single requests. It is no state
 * of the run: it is attached for a stretch of computing and read at its end, so snapshots know
 * nothing of it, and a run that goes back simply tells its moves again.
 */
import { NOW, type Clock } from "../kernel/queue.ts";
import type { PlaceId, TaskId } from "./ledger.ts";

/** Which request a task stands for. */
export interface TaskNames {
  classOf(task: TaskId): number;
  numberOf(task: TaskId): number;
}

/** The moves as columns, in the order in which they happened. */
export interface MoveColumns {
  readonly timeNs: Float64Array;
  readonly from: Uint8Array;
  readonly to: Uint8Array;
  readonly task: Int32Array;
  readonly cls: Uint8Array;
  readonly number: Int32Array;
}

/** What the ring holds at most; enough to fill the screen many times over. */
const CAPACITY = 1024;

export class MoveLog {
  private readonly every: number;
  private readonly most: number;
  private readonly clock: Clock;
  private readonly names: TaskNames;
  private written = 0;
  private readonly rows: MoveColumns;

  /** Of the moves along each edge every `every`-th is kept, and of all those the last `most`. */
  constructor(clock: Clock, names: TaskNames, { every, most }: { every: number; most: number }) {
    this.clock = clock;
    this.names = names;
    this.every = Math.max(1, Math.floor(every));
    this.most = Math.max(1, Math.min(CAPACITY, Math.floor(most)));
    this.rows = columns(this.most);
  }

  /** `task` has just made the `nth` move along its edge since the start of the run. */
  note(task: TaskId, from: PlaceId, to: PlaceId, nth: number): void {
    if (nth % this.every !== 0) return;
    const { rows, names } = this;
    const at = this.written++ % this.most;
    rows.timeNs[at] = this.clock[NOW]!;
    rows.from[at] = from;
    rows.to[at] = to;
    rows.task[at] = task;
    rows.cls[at] = names.classOf(task);
    rows.number[at] = names.numberOf(task);
  }

  /** What was kept, oldest first. */
  read(): MoveColumns {
    const { written, most, rows } = this;
    const kept = Math.min(written, most);
    const first = written - kept;
    const read = columns(kept);
    for (let i = 0; i < kept; i++) {
      const at = (first + i) % most;
      read.timeNs[i] = rows.timeNs[at]!;
      read.from[i] = rows.from[at]!;
      read.to[i] = rows.to[at]!;
      read.task[i] = rows.task[at]!;
      read.cls[i] = rows.cls[at]!;
      read.number[i] = rows.number[at]!;
    }
    return read;
  }
}

function columns(rows: number): MoveColumns {
  return {
    timeNs: new Float64Array(rows),
    from: new Uint8Array(rows),
    to: new Uint8Array(rows),
    task: new Int32Array(rows),
    cls: new Uint8Array(rows),
    number: new Int32Array(rows),
  };
}
