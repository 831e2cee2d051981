/**
 * The trace: "row r is in state s for task k from now on". Rows are cores, GILs, processors, loops
 * and threads. It keeps the state that each row is in, which is part of the run, and hands every
 * change on to a recording, which is not. It never influences the run.
 */
import { resized } from "../kernel/rows.ts";
import { NOW, type Clock } from "../kernel/queue.ts";
import { extraIn, packed, Recording, STANDING, stateIn, type Standing } from "./recording.ts";
import { SLICE } from "./slice.ts";

export { SLICE } from "./slice.ts";

/** Entries that a run's own recording holds, unless it is told otherwise: 12 bytes each. */
export const RECORDED_MOST = 6 * 2 ** 20;

/** What the trace has to know of tasks; columns by task. */
export interface TaskNumbers {
  readonly cls: Uint8Array;
  readonly number: Int32Array;
}

/** Exact slices as columns. */
export interface Slices {
  row: Int32Array;
  state: Uint8Array;
  task: Int32Array;
  start: Float64Array;
  end: Float64Array;
}

/** Packed with `ready`: it was made to wait. 1 is an interrupt, and n + 2 that thread n woke it. */
const NOT_WOKEN = 0;

/** What is packed with `ready`: the thread that woke it, NONE for an interrupt; undefined: nobody. */
export function wakerIn(extra: number): number | undefined {
  return extra > NOT_WOKEN ? extra - 2 : undefined;
}

/** Columns of `wakers`; and what is added to a row there, so that 0 is a task that was not woken. */
const WAKER = 2;
const AWAKE = 2;

export class Trace {
  /** Nothing is recorded while this is false. */
  enabled = false;
  /** Entries ever made. */
  written = 0;
  /** Tasks that ever began to run after they had been woken. */
  private started = 0;
  // By task: when it was woken (ns), then the row of who did it and for which request, `WAKER`
  // numbers each: see `taskWoken`. They are part of the run, as far as it is recorded.
  private wokenNs = new Float64Array(0);
  private wakers = new Int32Array(0);
  /** Who wakes the thread that gets ready next: see `wokenBy`. */
  private waker = NOT_WOKEN;
  private readonly clock: Clock;
  /** What each row is in. What is recorded depends on it, so snapshots hold it. */
  private standing: Standing = new Float64Array(64 * STANDING);
  private readonly classes: number;
  // Private, so that snapshots leave it out.
  readonly #own = new Recording(RECORDED_MOST);
  #into = this.#own;
  #tasks: TaskNumbers | undefined = undefined;

  /** Requests of `classes` classes are told apart. */
  constructor(clock: Clock, classes = 1) {
    this.clock = clock;
    this.classes = classes;
  }

  /** Whose requests the tasks are. */
  follow(tasks: TaskNumbers): void {
    this.#tasks = tasks;
  }

  /** Row `row` enters `state` on behalf of `task` (or NONE) now. */
  enter(row: number, state: number, task: number): void {
    if (!this.enabled) return;
    const who = this.requestOf(task);
    if (state !== SLICE.ready) this.put(row, packed(state, task), who);
    else {
      this.put(row, packed(state, this.waker), who);
      this.waker = NOT_WOKEN;
    }
  }

  /** The same for a row of which threads take possession: a core, a lock. */
  enterThread(row: number, state: number, task: number, thread: number): void {
    if (this.enabled) this.put(row, packed(state, task), thread);
  }

  /** Who gets ready next is woken by thread `waker`, or by an interrupt (NONE). */
  wokenBy(waker: number): void {
    if (this.enabled) this.waker = waker + 2;
  }

  /** What a recording calls the request of `task`; −1: nobody's. */
  private requestOf(task: number): number {
    const tasks = this.#tasks;
    if (task < 0 || tasks === undefined) return -1;
    return tasks.number[task]! * this.classes + tasks.cls[task]!;
  }

  // ---- Tasks that share a thread -----------------------------------------------------------------

  /** `task` gets ready now: what runs on row `by`, for task `byTask`, made it so; or an interrupt. */
  taskWoken(task: number, by: number, byTask: number): void {
    if (!this.enabled || task < 0) return;
    if (task >= this.wokenNs.length) this.makeRoom(task);
    this.wokenNs[task] = this.clock[NOW]!;
    this.wakers[WAKER * task] = by + AWAKE;
    this.wakers[WAKER * task + 1] = this.requestOf(byTask);
  }

  private makeRoom(task: number): void {
    const capacity = Math.max(256, 2 * task);
    this.wokenNs = resized(this.wokenNs, capacity, Float64Array);
    this.wakers = resized(this.wakers, WAKER * capacity, Int32Array);
  }

  /** `task` begins to run on row `row`: if it was woken, that is over now. */
  taskStarts(row: number, task: number): void {
    if (!this.enabled || task >= this.wokenNs.length) return;
    const at = WAKER * task;
    const by = this.wakers[at]!;
    if (by === 0) return;
    this.wakers[at] = 0;
    this.#into.wakes.add(this.started++, {
      row,
      startNs: this.clock[NOW]!,
      wokenNs: this.wokenNs[task]!,
      by: by - AWAKE,
      who: this.requestOf(task),
      byWhom: this.wakers[at + 1]!,
    });
  }

  // ---- Recordings --------------------------------------------------------------------------------

  private put(row: number, word: number, who: number): void {
    const now = this.clock[NOW]!;
    const number = this.written++;
    const into = this.#into;
    if (number === into.next || !into.has(number, now, this.standing)) {
      into.add(row, now, word, who);
    }
    const at = STANDING * row;
    if (at >= this.standing.length) this.standing = resized(this.standing, 2 * at, Float64Array);
    const { standing } = this;
    standing[at] = now;
    standing[at + 1] = word;
    standing[at + 2] = who;
  }

  /** The state that the row is in, as far as it was recorded. */
  stateOf(row: number): number {
    return stateIn(this.standing[STANDING * row + 1] ?? 0);
  }

  /** What is remembered of the run. */
  get recording(): Recording {
    return this.#own;
  }

  /** From now on entries go into `recording`; undefined: into the run's own again. */
  divert(recording: Recording | undefined): void {
    this.#into = recording ?? this.#own;
  }

  /** Has `recording` begin anew, with what the rows are in now. */
  begin(recording: Recording): void {
    const now = this.clock[NOW]!;
    recording.begin(this.written, now, this.standing);
    recording.wakes.begin(this.started, now);
  }

  /** What is remembered of [fromNs, toNs] as slices in the order of their ends. */
  slices(fromNs: number, toNs: number): Slices {
    const found: { row: number; word: number; start: number; end: number }[] = [];
    const last = Math.min(toNs, this.clock[NOW]!);
    for (const [row, log] of this.#own.rows.entries()) {
      for (const chunk of log?.chunks ?? []) {
        for (let i = 0; i < chunk.count; i++) {
          const start = Math.max(fromNs, chunk.startOf(i));
          const end = Math.min(last, chunk.endOf(i));
          const word = chunk.wordOf(i);
          if (end > start && stateIn(word) !== SLICE.idle) found.push({ row, word, start, end });
        }
      }
    }
    found.sort((a, b) => a.end - b.end || a.start - b.start || a.row - b.row);
    return {
      row: Int32Array.from(found, ({ row }) => row),
      state: Uint8Array.from(found, ({ word }) => stateIn(word)),
      task: Int32Array.from(found, ({ word }) =>
        stateIn(word) === SLICE.ready ? -1 : extraIn(word),
      ),
      start: Float64Array.from(found, ({ start }) => start),
      end: Float64Array.from(found, ({ end }) => end),
    };
  }
}
