/**
 * The locks and pools that tasks hold, those they wait for without end, and what follows from both
 * together: whether some tasks wait for each other for ever.
 */
import { assert, DeadlockError } from "../kernel/assert.ts";
import { NO_EVENT } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import type { TaskId } from "../measure/ledger.ts";
import type { LaneModel } from "../scenario/model.ts";
import { deadlockOf, type Blockers, type WaitGraph } from "../sync/deadlock.ts";
import { HELD_DEPTH, IS_PART, TaskTable } from "./task-table.ts";
import type { Ledger } from "../measure/ledger.ts";

// What is held or waited for, as one number: a pool, a lock alone, or a lock shared. 0: nothing.
export const FIRST_POOL = 1;
export const FIRST_LOCK = 64;
export const FIRST_SHARED = 128;
const RESOURCES = FIRST_SHARED;

/** The same number for a lock, shared or not. */
function resourceOf(what: number): number {
  return what < FIRST_SHARED ? what : what - FIRST_SHARED + FIRST_LOCK;
}

export abstract class Held extends TaskTable {
  protected readonly model: LaneModel;
  /** Of those who hold a resource, how many wait without end for another. */
  private readonly holdersAsleep = new Int32Array(RESOURCES);

  constructor(ledger: Ledger, connections: number, model: LaneModel) {
    super(ledger, connections);
    this.model = model;
  }

  /** True when the wait of a task ends by itself: its client gives up and the server hears of it. */
  protected abstract mayBeCancelled(task: TaskId): boolean;

  // ---- Holding -----------------------------------------------------------------------------------

  protected pushHeld(task: TaskId, what: number): void {
    const depth = this.heldDepth[task]!;
    assert(depth < HELD_DEPTH, "more held than steps can be nested");
    this.held[task * HELD_DEPTH + depth] = what;
    this.heldDepth[task] = depth + 1;
  }

  protected popHeld(task: TaskId): number {
    const depth = this.heldDepth[task]! - 1;
    this.heldDepth[task] = depth;
    return this.held[task * HELD_DEPTH + depth]!;
  }

  protected holds(task: TaskId, what: number): boolean {
    const first = task * HELD_DEPTH;
    for (let i = 0; i < this.heldDepth[task]!; i++) if (this.held[first + i] === what) return true;
    return false;
  }

  /**
   * Who has the lock or pool that the task waits for, or a share of it; nobody where it waits for
   * neither. `known` is the last answer for the same wait: who looks after every event need not
   * look at every task.
   */
  holdersFor(task: TaskId, known: readonly TaskId[]): readonly TaskId[] {
    const wanted = this.waits[task]!;
    if (wanted === 0) return [];
    if (this.areAll(known, wanted)) return known;
    const found: TaskId[] = [];
    for (let one = 0; one < this.ledger.tasks.high; one++) {
      if (this.hasShareOf(one, wanted)) found.push(one);
    }
    return found;
  }

  /** True when nobody else can have the resource as long as all of `known` have it. */
  private areAll(known: readonly TaskId[], wanted: number): boolean {
    const isPool = wanted < FIRST_LOCK;
    const most = isPool ? this.model.pools[wanted - FIRST_POOL]!.size : 1;
    // The code of a lock's resource is that of having it alone.
    return known.length === most && known.every((one) => this.holds(one, resourceOf(wanted)));
  }

  private hasShareOf(task: TaskId, wanted: number): boolean {
    const first = task * HELD_DEPTH;
    for (let i = 0; i < this.heldDepth[task]!; i++) {
      if (resourceOf(this.held[first + i]!) === resourceOf(wanted)) return true;
    }
    return false;
  }

  private heldBy(task: TaskId): Uint8Array {
    const first = task * HELD_DEPTH;
    return this.held.subarray(first, first + this.heldDepth[task]!);
  }

  /** Who holds each pool and lock, wholly or a share of it. */
  holdersNow(): {
    ofPool(pool: number): readonly TaskId[];
    ofLock(lock: number): readonly TaskId[];
  } {
    const holders = this.holdersByResource();
    return {
      ofPool: (pool) => holders.get(FIRST_POOL + pool)?.all ?? [],
      ofLock: (lock) => holders.get(FIRST_LOCK + lock)?.all ?? [],
    };
  }

  // ---- Waiting -----------------------------------------------------------------------------------

  /** The task waits: for what is in `waits`, or for its parts. */
  protected fallAsleep(task: TaskId): void {
    if (this.waitEvent[task] !== NO_EVENT || this.mayBeCancelled(task)) return;
    this.isAsleep[task] = 1;
    this.countAsleep(task, 1);
    if (this.mayCloseCycle(task)) this.assertNoDeadlock(task);
  }

  /** The task's wait is over, however. */
  protected wakeUp(task: TaskId): void {
    if (this.isAsleep[task] === 0) return;
    this.isAsleep[task] = 0;
    this.countAsleep(task, -1);
  }

  private countAsleep(task: TaskId, by: 1 | -1): void {
    for (let i = 0; i < this.heldDepth[task]!; i++) {
      const resource = resourceOf(this.held[task * HELD_DEPTH + i]!);
      this.holdersAsleep[resource] = this.holdersAsleep[resource]! + by;
    }
  }

  /** Only who holds something (or whose parent may) can close a cycle, with enough asleep ahead. */
  private mayCloseCycle(task: TaskId): boolean {
    const wanted = this.waits[task]!;
    if (wanted === 0) return false;
    if (this.heldDepth[task] === 0 && (this.flags[task]! & IS_PART) === 0) return false;
    const enough = wanted < FIRST_LOCK ? this.model.pools[wanted - FIRST_POOL]!.size : 1;
    return this.holdersAsleep[resourceOf(wanted)]! >= enough;
  }

  private assertNoDeadlock(task: TaskId): void {
    const holders = this.holdersByResource();
    const graph: WaitGraph = {
      blockersOf: (one) => (this.isAsleep[one] === 1 ? this.blockersOf(one, holders) : undefined),
      describeWaiting: (one) => this.describeWaiting(one),
    };
    const reason = deadlockOf(graph, task);
    if (reason !== undefined) throw new DeadlockError(reason);
  }

  private blockersOf(task: TaskId, holders: Holders): Blockers {
    const wanted = this.waits[task]!;
    if (wanted === 0) {
      const join = this.waitsFor[task]!;
      const parts: TaskId[] = [];
      for (let p = this.joinFirst[join]!; p !== NONE; p = this.nextPart[p]!) parts.push(p);
      return { tasks: parts, enough: this.joinAlive[join]! - this.joinLeft[join]! + 1 };
    }
    const { all, alone, writers } = holders.get(resourceOf(wanted)) ?? NOBODY;
    if (wanted < FIRST_LOCK) {
      // What nobody has is free or on its way: the pool may still be opening connections.
      const { size } = this.model.pools[wanted - FIRST_POOL]!;
      return { tasks: all, enough: Math.max(size, all.length) };
    }
    // Readers don't keep each other out, but a writer that waits does.
    return { tasks: wanted < FIRST_SHARED ? all : [...alone, ...writers], enough: 1 };
  }

  private holdersByResource(): Holders {
    const holders = new Map<number, Holding>();
    const of = (what: number): Holding => {
      const found = holders.get(resourceOf(what)) ?? { all: [], alone: [], writers: [] };
      holders.set(resourceOf(what), found);
      return found;
    };
    for (let task = 0; task < this.ledger.tasks.high; task++) {
      for (const what of this.heldBy(task)) {
        of(what).all.push(task);
        if (what < FIRST_SHARED) of(what).alone.push(task);
      }
      const wanted = this.waits[task]!;
      if (wanted >= FIRST_LOCK && wanted < FIRST_SHARED) of(wanted).writers.push(task);
    }
    return holders;
  }

  /** `holds lock "a" and waits for lock "b"` */
  describeWaiting(task: TaskId): string {
    const held = [...new Set(this.heldBy(task))].map((what) => this.nameOf(what));
    const wanted = this.waits[task]!;
    const waits = wanted === 0 ? this.otherWait(task) : `waits for ${this.nameOf(wanted)}`;
    return held.length === 0 ? waits : `holds ${held.join(" and ")} and ${waits}`;
  }

  /** What a task does that waits for neither lock nor pool. */
  protected otherWait(_task: TaskId): string {
    return "waits for its parts";
  }

  private nameOf(what: number): string {
    const { pools, locks } = this.model;
    if (what < FIRST_LOCK) return `pool "${pools[what - FIRST_POOL]!.name}"`;
    return `lock "${locks[resourceOf(what) - FIRST_LOCK]!.name}"`;
  }
}

interface Holding {
  /** Who has it or a share of it. */
  readonly all: TaskId[];
  /** Who has it alone. */
  readonly alone: TaskId[];
  /** Who waits to have it alone. */
  readonly writers: TaskId[];
}
type Holders = ReadonlyMap<number, Holding>;

const NOBODY: Holding = { all: [], alone: [], writers: [] };
