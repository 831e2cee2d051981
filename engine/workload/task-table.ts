/**
 * The columns of the tasks of a lane: which request a task stands for, how far it is in its
 * program, what it holds and waits for. Rows are the ledger's.
 */
import { NO_EVENT } from "../kernel/queue.ts";
import { NONE, resized, Rows } from "../kernel/rows.ts";
import type { Ledger, TaskId } from "../measure/ledger.ts";

export const ABANDONED = 1;
export const CANCELLED = 2;
/** How a request begins, and a flag of its task: it belongs to the runtime itself. */
export const IS_INSIDE = 4;
/** How a request begins: over a new connection, for which the accept queue has room. */
export const CONNECTS = 2;
/** The failure the task ends with, once it has given back what it holds. */
export const FAILING = 8;
/** A user inside the runtime thinks; its next request begins when it wakes. */
export const THINKING = 16;
/** How a request begins, and a flag of its task: its connection stays open after it. */
export const KEEPS = 32;
/** A part of a parallel step, or a spawned task: then `join` is NONE. Else `join` says nothing. */
export const IS_PART = 64;
/** The task has been woken, or has spun, to try again for the lock or pool it waits for. */
export const TRIES_AGAIN = 128;

/** Locks and pools a task can hold at once: the nesting of steps is limited to this. */
export const HELD_DEPTH = 8;

export abstract class TaskTable {
  // Task columns; rows are the ledger's.
  cls!: Uint8Array;
  number!: Int32Array;
  protected load!: Uint8Array;
  protected user!: Int32Array;
  protected connection!: Int32Array;
  pc!: Int32Array;
  /** Tells the draws of parallel parts apart; 0 in every row that is not a part. */
  protected salt!: Int32Array;
  protected join!: Int32Array;
  protected demandFactor!: Float64Array;
  protected heldBytes!: Float64Array;
  protected flags!: Uint8Array;
  protected outcome!: Uint8Array;
  // Pending events; NO_EVENT in every row that waits for none, free ones included.
  protected timeoutEvent!: Int32Array;
  protected waitEvent!: Int32Array;
  /** The locks and pools it holds, in the order in which it took them; none in a free row. */
  protected heldDepth!: Uint8Array;
  protected held!: Uint8Array;
  /** The lock or pool it waits for, whether it sleeps, has been woken, or spins; 0: none. */
  protected waits!: Uint8Array;
  /** 1: its wait, for a lock, a pool or its parts, has no end of its own. */
  protected isAsleep!: Uint8Array;
  /** Where the runtime serves the task: a process or a loop; set by the runtime. */
  home!: Int32Array;
  /** The process whose memory the task uses; set by the runtime. */
  process!: Int32Array;

  // Joins of parallel parts.
  protected readonly joins = new Rows(64, "parallel joins");
  protected joinParent!: Int32Array;
  protected joinLeft!: Int32Array;
  protected joinAlive!: Int32Array;
  protected joinFailed!: Uint8Array;
  /** The parts that are still alive, as a list linked both ways through the task columns. */
  protected joinFirst!: Int32Array;
  protected nextPart!: Int32Array;
  protected previousPart!: Int32Array;
  /** The join that the task waits for while its place is `joining`. */
  protected waitsFor!: Int32Array;

  protected readonly ledger: Ledger;
  /** Home of each connection that keeps one, or NONE. */
  protected readonly homes: Int32Array;

  /** `connections`: how many connections keep their home. */
  constructor(ledger: Ledger, connections: number) {
    this.ledger = ledger;
    this.homes = new Int32Array(connections).fill(NONE);
    ledger.tasks.onGrow((capacity) => this.growTasks(capacity));
    this.joins.onGrow((capacity) => this.growJoins(capacity));
  }

  /** Which request the task stands for, or is a part of. */
  classOf(task: TaskId): number {
    return this.cls[task]!;
  }

  numberOf(task: TaskId): number {
    return this.number[task]!;
  }

  private growTasks(capacity: number): void {
    this.cls = resized(this.cls, capacity, Uint8Array);
    this.number = resized(this.number, capacity, Int32Array);
    this.load = resized(this.load, capacity, Uint8Array);
    this.user = resized(this.user, capacity, Int32Array);
    this.connection = resized(this.connection, capacity, Int32Array);
    this.pc = resized(this.pc, capacity, Int32Array);
    this.salt = resized(this.salt, capacity, Int32Array);
    this.join = resized(this.join, capacity, Int32Array);
    this.nextPart = resized(this.nextPart, capacity, Int32Array);
    this.previousPart = resized(this.previousPart, capacity, Int32Array);
    this.waitsFor = resized(this.waitsFor, capacity, Int32Array);
    this.demandFactor = resized(this.demandFactor, capacity, Float64Array);
    this.heldBytes = resized(this.heldBytes, capacity, Float64Array);
    this.flags = resized(this.flags, capacity, Uint8Array);
    this.outcome = resized(this.outcome, capacity, Uint8Array);
    this.timeoutEvent = withoutEvents(this.timeoutEvent, capacity);
    this.waitEvent = withoutEvents(this.waitEvent, capacity);
    this.heldDepth = resized(this.heldDepth, capacity, Uint8Array);
    this.held = resized(this.held, capacity * HELD_DEPTH, Uint8Array);
    this.waits = resized(this.waits, capacity, Uint8Array);
    this.isAsleep = resized(this.isAsleep, capacity, Uint8Array);
    this.home = resized(this.home, capacity, Int32Array);
    this.process = resized(this.process, capacity, Int32Array);
  }

  private growJoins(capacity: number): void {
    this.joinParent = resized(this.joinParent, capacity, Int32Array);
    this.joinLeft = resized(this.joinLeft, capacity, Int32Array);
    this.joinAlive = resized(this.joinAlive, capacity, Int32Array);
    this.joinFirst = resized(this.joinFirst, capacity, Int32Array);
    this.joinFailed = resized(this.joinFailed, capacity, Uint8Array);
  }
}

/** A column of handles with room for `capacity`; the new rows wait for nothing. */
function withoutEvents(column: Int32Array | undefined, capacity: number): Int32Array {
  return resized(column, capacity, Int32Array).fill(NO_EVENT, column?.length ?? 0);
}
