/**
 * The ledger: where every task is, and the only way in which it gets elsewhere.
 *
 * A task (a request, a part of one, or a background job) is in exactly one place at every instant.
 * Occupancy, latency breakdown, edge counts, and with them Little's law, are all read from the
 * moves recorded here and from nothing else.
 */
import { assert } from "../kernel/assert.ts";
import { NOW, type Clock } from "../kernel/queue.ts";
import { resized, Rows } from "../kernel/rows.ts";
import type { MoveLog } from "./moves.ts";

/** A place index; places are declared by the runtime. At most `MAX_PLACES`. */
export type PlaceId = number;
/** A row of the task table. */
export type TaskId = number;

const MAX_PLACES = 64;
/** The place of a row that is no task at present. */
export const NOWHERE = 255;
/** The place of a row whose task has ended and has still to leave. */
const ENDED = 254;

// Columns of a place's row: tasks in it now; the integral of that (task-ns) up to the last change;
// the time (ns) of the last change; the most tasks since the measurement began.
const COUNT = 0;
const AREA = 1;
const CHANGED = 2;
const MOST = 3;
const PLACE_ROW = 4;

// Columns of a task's row: the time (ns) at which it entered its place; the time (ns) at which its
// present request began; then the time (ns) it has spent in each place so far.
const SINCE = 0;
const BEGAN = 1;
const SPENT = 2;

/**
 * Rows rather than columns: a move reads and writes most of a place's row and two numbers of the
 * task's, so each costs one array and mostly one cache line.
 */
export class Ledger {
  readonly tasks: Rows;
  /** Place of each task. */
  place!: Uint8Array;
  /** Places that the task has spent time in: bit p % 32 of word p / 32 of the task's words. */
  private visited!: Int32Array;
  private readonly words: number;

  readonly places: number;
  /** Moves from place to place since the start: `edges[from * places + to]`. */
  readonly edges: Float64Array;

  private readonly clock: Clock;
  private readonly placeRows: Float64Array;
  private taskRows!: Float64Array;
  private readonly taskRow: number;
  /** Told of every move; private, so that snapshots leave it out. */
  #watcher: MoveLog | undefined = undefined;

  constructor(clock: Clock, places: number) {
    assert(places <= MAX_PLACES, "more places than the ledger can hold");
    this.clock = clock;
    this.places = places;
    this.placeRows = new Float64Array(places * PLACE_ROW);
    this.taskRow = SPENT + places;
    this.words = places > 32 ? 2 : 1;
    this.edges = new Float64Array(places * places);
    this.tasks = new Rows(256, "tasks");
    this.tasks.onGrow((capacity) => {
      this.place = resized(this.place, capacity, Uint8Array);
      this.visited = resized(this.visited, this.words * capacity, Int32Array);
      this.taskRows = resized(this.taskRows, capacity * this.taskRow, Float64Array);
    });
  }

  // ---- Moves -------------------------------------------------------------------------------------

  /** A new task appears in `place`. */
  enter(place: PlaceId): TaskId {
    const task = this.tasks.take();
    this.forgetSpent(task);
    this.place[task] = place;
    this.arrive(place);
    return task;
  }

  /** Moves a task along an edge. Staying where it is is no move. */
  move(task: TaskId, to: PlaceId): void {
    const from = this.place[task]!;
    if (from === to) return;
    this.bookSpent(task, from);
    this.place[task] = to;
    this.depart(from);
    this.arrive(to);
    this.noteEdge(task, from, to);
  }

  /** The task's way ends in `to`, where nobody stays; its row stays readable until it `leave`s. */
  end(task: TaskId, to: PlaceId): void {
    const from = this.place[task]!;
    this.bookSpent(task, from);
    this.place[task] = ENDED;
    this.depart(from);
    this.noteEdge(task, from, to);
  }

  /** The task leaves the system; its row may be used again. */
  leave(task: TaskId): void {
    const place = this.place[task]!;
    if (place !== ENDED) this.depart(place);
    this.place[task] = NOWHERE;
    this.tasks.release(task);
  }

  /** Counts a move; called from outside where the task itself is elsewhere: there, or gone on. */
  noteEdge(task: TaskId, from: PlaceId, to: PlaceId): void {
    const edge = from * this.places + to;
    const nth = this.edges[edge]! + 1;
    this.edges[edge] = nth;
    if (this.#watcher !== undefined) this.#watcher.note(task, from, to, nth);
  }

  /** From now on `log` is told of every move; undefined: nobody is. */
  watch(log: MoveLog | undefined): void {
    this.#watcher = log;
  }

  // ---- Requests ----------------------------------------------------------------------------------

  /** The task's present request begins now. */
  beginRequest(task: TaskId): void {
    this.taskRows[task * this.taskRow + BEGAN] = this.clock[NOW]!;
  }

  /** When the task's present request began, in ns. */
  beganAt(task: TaskId): number {
    return this.taskRows[task * this.taskRow + BEGAN]!;
  }

  /** When the task came into its place, in ns. */
  sinceOf(task: TaskId): number {
    return this.taskRows[task * this.taskRow + SINCE]!;
  }

  /** The time the task has spent so far is not its present request's. */
  forgetSpent(task: TaskId): void {
    this.taskRows[task * this.taskRow + SINCE] = this.clock[NOW]!;
    for (let word = 0; word < this.words; word++) {
      const first = task * this.taskRow + SPENT + 32 * word;
      for (let left = this.visited[this.words * task + word]!; left !== 0; left &= left - 1) {
        this.taskRows[first + lowestBit(left)] = 0;
      }
      this.visited[this.words * task + word] = 0;
    }
  }

  /** Moves the time (ns) the task has spent in each place so far to `sums`. */
  moveSpentTo(sums: Float64Array, task: TaskId): void {
    for (let word = 0; word < this.words; word++) {
      const first = task * this.taskRow + SPENT + 32 * word;
      for (let left = this.visited[this.words * task + word]!; left !== 0; left &= left - 1) {
        const bit = lowestBit(left);
        sums[32 * word + bit]! += this.taskRows[first + bit]!;
        this.taskRows[first + bit] = 0;
      }
      this.visited[this.words * task + word] = 0;
    }
  }

  /** Writes the time (ns) the task has spent in each place, its present stay included. */
  copySpent(target: Float64Array, task: TaskId): void {
    const row = task * this.taskRow;
    target.set(this.taskRows.subarray(row + SPENT, row + this.taskRow));
    const place = this.place[task]!;
    if (place < this.places) target[place]! += this.clock[NOW]! - this.taskRows[row + SINCE]!;
  }

  // ---- Places ------------------------------------------------------------------------------------

  /** Tasks in a place now. */
  countOf(place: PlaceId): number {
    return this.placeRows[place * PLACE_ROW + COUNT]!;
  }

  /** Tasks in each place now. */
  counts(): Float64Array {
    return Float64Array.from({ length: this.places }, (_, place) => this.countOf(place));
  }

  /** The most tasks a place has held since the measurement began. */
  maxOf(place: PlaceId): number {
    return this.placeRows[place * PLACE_ROW + MOST]!;
  }

  /** Integral of a place's occupancy (task-ns) since the start of the run or the last reset. */
  areaOf(place: PlaceId): number {
    const rows = this.placeRows;
    const row = place * PLACE_ROW;
    return rows[row + AREA]! + rows[row + COUNT]! * (this.clock[NOW]! - rows[row + CHANGED]!);
  }

  /** Starts the measured part: integrals and maxima begin anew, tasks stay where they are. */
  beginMeasurement(): void {
    const rows = this.placeRows;
    for (let row = 0; row < rows.length; row += PLACE_ROW) {
      rows[row + AREA] = 0;
      rows[row + CHANGED] = this.clock[NOW]!;
      rows[row + MOST] = rows[row + COUNT]!;
    }
  }

  /** The time since the task entered its place counts as spent there. */
  private bookSpent(task: TaskId, from: PlaceId): void {
    const { taskRows } = this;
    const now = this.clock[NOW]!;
    const row = task * this.taskRow;
    const spent = now - taskRows[row + SINCE]!;
    if (spent === 0) return;
    taskRows[row + SPENT + from]! += spent;
    taskRows[row + SINCE] = now;
    this.visited[this.words * task + (from >> 5)]! |= 1 << from;
  }

  private arrive(place: PlaceId): void {
    const rows = this.placeRows;
    const row = place * PLACE_ROW;
    const now = this.clock[NOW]!;
    const count = rows[row + COUNT]!;
    rows[row + AREA]! += count * (now - rows[row + CHANGED]!);
    rows[row + CHANGED] = now;
    rows[row + COUNT] = count + 1;
    if (count >= rows[row + MOST]!) rows[row + MOST] = count + 1;
  }

  private depart(place: PlaceId): void {
    const rows = this.placeRows;
    const row = place * PLACE_ROW;
    const now = this.clock[NOW]!;
    const count = rows[row + COUNT]!;
    assert(count > 0, "a task left a place it was not in");
    rows[row + AREA]! += count * (now - rows[row + CHANGED]!);
    rows[row + CHANGED] = now;
    rows[row + COUNT] = count - 1;
  }
}

/** The number of the lowest bit set in a word that is not 0. */
function lowestBit(word: number): number {
  return 31 - Math.clz32(word & -word);
}
