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

/** A place index; places are declared by the runtime. At most `MAX_PLACES`. */
export type PlaceId = number;
/** A row of the task table. */
export type TaskId = number;

export const MAX_PLACES = 64;
/** The place of a row that is no task at present. */
export const NOWHERE = 255;

export class Ledger {
  readonly tasks: Rows;
  /** Place of each task. */
  place!: Uint8Array;
  /** Time (ns) at which the task entered its place. */
  since!: Float64Array;
  /** Time (ns) at which the task's present request began; kept by the workload. */
  began!: Float64Array;
  /** Time (ns) the task has spent in each place so far: `spent[task * places + place]`. */
  spent!: Float64Array;

  readonly places: number;
  /** Tasks in each place now. */
  readonly count: Float64Array;
  /** The most tasks each place has held since the measurement began. */
  readonly max: Float64Array;
  /** Moves from place to place since the start: `edges[from * places + to]`. */
  readonly edges: Float64Array;

  private readonly clock: Clock;
  /** Integral of the occupancy (task-ns) up to `changed`. */
  private readonly area: Float64Array;
  private readonly changed: Float64Array;

  constructor(clock: Clock, places: number) {
    assert(places <= MAX_PLACES, "more places than the ledger can hold");
    this.clock = clock;
    this.places = places;
    this.count = new Float64Array(places);
    this.max = new Float64Array(places);
    this.area = new Float64Array(places);
    this.changed = new Float64Array(places);
    this.edges = new Float64Array(places * places);
    this.tasks = new Rows(256, "tasks");
    this.tasks.onGrow((capacity) => {
      this.place = resized(this.place, capacity, Uint8Array);
      this.since = resized(this.since, capacity, Float64Array);
      this.began = resized(this.began, capacity, Float64Array);
      this.spent = resized(this.spent, capacity * places, Float64Array);
    });
  }

  /** A new task appears in `place`. */
  enter(place: PlaceId): TaskId {
    const task = this.tasks.take();
    this.forgetSpent(task);
    this.place[task] = place;
    this.arrive(place);
    return task;
  }

  /** The time the task has spent so far is not its present request's. */
  forgetSpent(task: TaskId): void {
    const { spent, places } = this;
    for (let at = task * places, end = at + places; at < end; at++) spent[at] = 0;
    this.since[task] = this.clock[NOW]!;
  }

  /** Moves a task along an edge. Staying where it is is no move. */
  move(task: TaskId, to: PlaceId): void {
    const from = this.place[task]!;
    if (from === to) return;
    const now = this.clock[NOW]!;
    const at = task * this.places + from;
    this.spent[at] = this.spent[at]! + (now - this.since[task]!);
    this.since[task] = now;
    this.place[task] = to;
    this.depart(from);
    this.arrive(to);
    const edge = from * this.places + to;
    this.edges[edge] = this.edges[edge]! + 1;
  }

  /** The task leaves the system; its row may be used again. */
  leave(task: TaskId): void {
    this.depart(this.place[task]!);
    this.place[task] = NOWHERE;
    this.tasks.release(task);
  }

  /** Counts an outcome that was decided while the task itself stays where it is. */
  noteEdge(from: PlaceId, to: PlaceId): void {
    const edge = from * this.places + to;
    this.edges[edge] = this.edges[edge]! + 1;
  }

  /** Integral of a place's occupancy (task-ns) since the start of the run or the last reset. */
  areaOf(place: PlaceId): number {
    const now = this.clock[NOW]!;
    return this.area[place]! + this.count[place]! * (now - this.changed[place]!);
  }

  /** Starts the measured part: integrals and maxima begin anew, tasks stay where they are. */
  beginMeasurement(): void {
    this.area.fill(0);
    this.changed.fill(this.clock[NOW]!);
    this.max.set(this.count);
  }

  private arrive(place: PlaceId): void {
    const now = this.clock[NOW]!;
    const count = this.count[place]!;
    this.area[place] = this.area[place]! + count * (now - this.changed[place]!);
    this.changed[place] = now;
    this.count[place] = count + 1;
    if (count + 1 > this.max[place]!) this.max[place] = count + 1;
  }

  private depart(place: PlaceId): void {
    const now = this.clock[NOW]!;
    const count = this.count[place]!;
    assert(count > 0, "a task left a place it was not in");
    this.area[place] = this.area[place]! + count * (now - this.changed[place]!);
    this.changed[place] = now;
    this.count[place] = count - 1;
  }
}
