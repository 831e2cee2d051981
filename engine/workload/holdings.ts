/**
 * What tasks hold and wait for: locks and pools. A task that finds one taken waits in the place of
 * that lock or pool. The rule of the lock says how its wait ends: it is handed over, or the task
 * is woken, and when it really runs tries again, against whoever has come meanwhile.
 *
 * Locks and pools are one for all processes of a lane, as those of Python's `multiprocessing` are.
 * A process that dies gives back what its tasks held.
 */
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import { Stream } from "../kernel/random.ts";
import { NONE } from "../kernel/rows.ts";
import type { Calibration } from "../machine/calibration.ts";
import type { Ledger, TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import { PROFILES } from "../runtimes/profiles/index.ts";
import { ACTION, PLACE, type RuntimeModel } from "../runtimes/runtime.ts";
import type { LaneModel } from "../scenario/model.ts";
import { CacheLine } from "../sync/cache-line.ts";
import { MutexWaiters } from "../sync/go-mutex.ts";
import { makeLock } from "../sync/locks.ts";
import { LockUse } from "../sync/lock-use.ts";
import { ResourcePool } from "../sync/pool.ts";
import type { WakingRule } from "../sync/semaphore.ts";
import { GOT, SPINS, type Holdable, type Waker } from "../sync/waiting.ts";
import { Atomics } from "./atomics.ts";
import { FIRST_LOCK, FIRST_POOL, FIRST_SHARED, Held } from "./held.ts";
import type { Instruction } from "./program.ts";
import { CANCELLED, FAILING, TRIES_AGAIN } from "./task-table.ts";

/** A task has waited for a pool for as long as it would; the event's `a` and `b`: task and pool. */
export const POOL_TIMEOUT = 17;

/** A pool's next resource; the event's `a` is the pool. */
export const POOL_GROWS = 19;
/** From one resource that has been added to the next, ns. [S] HikariCP, `PoolEntryCreator` */
const GROWTH_PAUSE_NS = 30_000_000;

/** PAUSE instructions in one round of spinning. [S] Go's `active_spin_cnt` */
const PAUSES = 30;

const ORDERS = {
  fifo: "hand-off",
  lifo: "hand-off-newest",
  random: "hand-off-random",
} as const satisfies Record<string, WakingRule>;

/** What holdings are built from. */
export interface HoldingsParts {
  readonly queue: EventQueue;
  readonly ledger: Ledger;
  readonly model: LaneModel;
  readonly calibration: Calibration;
  /** Place of pool 0's waiters; the other pools' follow, then the locks'. */
  readonly poolPlace: number;
  /** Connections that keep their home. */
  readonly connections: number;
}

export abstract class Holdings extends Held implements Waker {
  readonly waitNs = new Float64Array(1);
  readonly pools: readonly ResourcePool[];
  protected readonly queue: EventQueue;
  protected runtime!: RuntimeModel;
  private readonly locks: readonly Holdable[];
  readonly lockUse: LockUse;
  /** Where the word of each lock lies. */
  private readonly lines: readonly CacheLine[];
  private readonly mutexWaiters: MutexWaiters | undefined;
  private wokeSomebody = 0;
  /** The process that dies at present, or NONE. */
  protected dying: number = NONE;
  private readonly atomics: Atomics;
  private readonly poolPlace: number;
  private readonly lockPlace: number;
  private readonly poolTimeout: Float64Array;
  /** 1: the adder of a pool adds a resource, or pauses after one; by pool. */
  private readonly adds: Uint8Array;
  private readonly spinNs: number;
  /** True: who has a lock may take it again. */
  private readonly isReentrant: boolean;

  constructor(parts: HoldingsParts) {
    const { model } = parts;
    super(parts.ledger, parts.connections, model);
    this.queue = parts.queue;
    this.poolPlace = parts.poolPlace;
    this.lockPlace = parts.poolPlace + model.pools.length;
    this.poolTimeout = Float64Array.from(model.pools, (pool) => pool.acquireTimeoutNs);
    this.adds = new Uint8Array(model.pools.length);
    this.spinNs = PAUSES * parts.calibration.pauseNs;
    this.isReentrant = PROFILES[model.runtime.profile].waking.isReentrant;
    this.atomics = new Atomics(model.lines, parts.calibration, parts.ledger.tasks);
    this.pools = this.makePools(model);
    if (model.locks.length > 0) this.mutexWaiters = new MutexWaiters(parts.ledger.tasks);
    this.locks = this.makeLocks(model);
    this.lockUse = new LockUse(parts.queue.clock, model.locks.length);
    this.lines = model.locks.map(() => new CacheLine(parts.calibration));
  }

  /** From now on pools are as `model` has them. */
  retune(model: LaneModel): void {
    model.pools.forEach(({ size, minIdle, acquireTimeoutNs }, i) => {
      const pool = this.pools[i]!;
      this.poolTimeout[i] = acquireTimeoutNs;
      if (pool.size === size) return;
      pool.resize(size, minIdle);
      if (this.adds[i] === 0 && pool.wantsMore) this.growAfter(i, 0);
    });
  }

  // ---- Taking ------------------------------------------------------------------------------------

  /** `acquire`: −1 when the task has a resource of the pool, else the action. */
  protected acquirePool(task: TaskId, step: Instruction): number {
    const pool = step.index;
    this.waits[task] = FIRST_POOL + pool;
    const action = this.outcomeOf(task, this.pools[pool]!.acquire(task));
    if (action < 0) return action;
    if (this.adds[pool] === 0 && this.pools[pool]!.wantsMore) this.growAfter(pool, 0);
    const timeout = Math.min(step.value, this.poolTimeout[pool]!);
    if (timeout < Infinity) {
      const { clock } = this.queue;
      clock[DUE] = clock[NOW]! + timeout;
      this.waitEvent[task] = this.queue.push(POOL_TIMEOUT, task, pool);
    }
    this.fallAsleep(task);
    return action;
  }

  private growAfter(pool: number, ns: number): void {
    const { clock } = this.queue;
    this.adds[pool] = 1;
    clock[DUE] = clock[NOW]! + ns;
    this.queue.push(POOL_GROWS, pool, 0);
  }

  /** One adder for all: it adds one while tasks wait, and pauses. */
  protected growPool(pool: number): void {
    this.adds[pool] = 0;
    if (!this.pools[pool]!.wantsMore) return;
    this.pools[pool]!.grow();
    this.growAfter(pool, GROWTH_PAUSE_NS);
  }

  /** `lock`, `rlock`, `wlock`: −1 when the task has it, else the action. */
  protected acquireLock(task: TaskId, step: Instruction): number {
    const shared = step.value === 1;
    const wanted = (shared ? FIRST_SHARED : FIRST_LOCK) + step.index;
    this.runtime.payForLock(this.lines[step.index]!, true);
    this.waits[task] = wanted;
    if (this.hasAnyway(task, wanted)) return this.got(task);
    this.lockUse.enter(step.index);
    const action = this.outcomeOf(task, this.locks[step.index]!.acquire(task, shared));
    if (action === ACTION.suspend) this.fallAsleep(task);
    return action;
  }

  /** Where a lock may be taken twice, the task has it already, alone or as it is wanted now. */
  private hasAnyway(task: TaskId, what: number): boolean {
    if (!this.isReentrant || what < FIRST_LOCK) return false;
    return this.holds(task, what) || this.holds(task, FIRST_LOCK + lockOf(what));
  }

  /** The task, which has been woken or has spun, runs and tries again. */
  protected tryAgain(task: TaskId): number {
    this.flags[task] = this.flags[task]! & ~TRIES_AGAIN;
    const action = this.outcomeOf(task, this.wantedBy(task).retry(task));
    if (action === ACTION.suspend) this.fallAsleep(task);
    return action;
  }

  contend(task: TaskId): boolean {
    const flags = this.flags[task]! & (TRIES_AGAIN | CANCELLED | FAILING);
    // A semaphore of Python's own is Python code, which needs the GIL to look.
    if (flags !== TRIES_AGAIN || this.waits[task]! < FIRST_LOCK) return true;
    this.ledger.move(task, PLACE.running);
    return this.tryAgain(task) !== ACTION.suspend;
  }

  waitSlice(task: TaskId): number {
    return this.waits[task]! >= FIRST_LOCK ? SLICE.lock : SLICE.pool;
  }

  private outcomeOf(task: TaskId, answer: number): number {
    if (answer === GOT) return this.got(task);
    if (answer === SPINS) {
      this.flags[task] = this.flags[task]! | TRIES_AGAIN;
      this.waitNs[0] = this.spinNs;
      return ACTION.compute;
    }
    this.ledger.move(task, this.placeOfWait(task));
    return ACTION.suspend;
  }

  private got(task: TaskId): number {
    this.wakeUp(task);
    this.pushHeld(task, this.waits[task]!);
    this.waits[task] = 0;
    if (this.waitEvent[task] !== NO_EVENT) this.forgetWait(task);
    return -1;
  }

  // ---- Atomic operations -------------------------------------------------------------------------

  /** `atomic`: the action for the next operations of the step, or −1. */
  protected atomic(task: TaskId, step: Instruction): number {
    const core = this.runtime.coreNow();
    const ns = this.atomics.next(task, step, { core, nowNs: this.queue.clock[NOW]! });
    if (!this.atomics.isDone(task)) this.pc[task] = this.pc[task]! - 1;
    this.waitNs[0] = ns;
    return ns > 0 ? ACTION.compute : -1;
  }

  // ---- Being woken -------------------------------------------------------------------------------

  granted(task: TaskId): void {
    this.got(task);
    this.goOn(task);
  }

  woken(task: TaskId): void {
    this.wokeSomebody = 1;
    this.wakeUp(task);
    this.flags[task] = this.flags[task]! | TRIES_AGAIN;
    this.goOn(task);
  }

  /** What a process leaves behind may fall to a task that is about to die with it. */
  private goOn(task: TaskId): void {
    if (this.process[task] !== this.dying) this.runtime.resume(task);
  }

  // ---- Letting go --------------------------------------------------------------------------------

  /**
   * The end of the steps inside a lock or pool: −1 or the action. A thread that has woken one that
   * must be quicker than others pays for the call before it goes on, and may lose its core by it.
   */
  protected release(task: TaskId): number {
    this.wokeSomebody = 0;
    if (this.letGo(task)) return ACTION.giveWay;
    if (this.wokeSomebody === 0) return -1;
    this.waitNs[0] = 0;
    return ACTION.compute;
  }

  /** Gives back what was taken last; true when the task gives way to the one that has it now. */
  protected letGo(task: TaskId): boolean {
    const what = this.popHeld(task);
    if (what < FIRST_LOCK) return this.pools[what - FIRST_POOL]!.release();
    if (this.hasAnyway(task, what)) return false;
    const lock = lockOf(what);
    this.runtime.payForLock(this.lines[lock]!, false);
    this.lockUse.leave(lock);
    return this.locks[lock]!.release(what >= FIRST_SHARED);
  }

  protected letGoOfAll(task: TaskId): void {
    this.wakeUp(task);
    this.stopWaiting(task);
    this.atomics.forget(task);
    while (this.heldDepth[task]! > 0) this.letGo(task);
  }

  /** The task wants what it waits for no longer. */
  protected stopWaiting(task: TaskId): void {
    if (this.waits[task] === 0) return;
    const wanted = this.wantedBy(task);
    if (this.waits[task]! >= FIRST_LOCK) this.lockUse.leave(lockOf(this.waits[task]!));
    this.wakeUp(task);
    this.waits[task] = 0;
    this.forgetWait(task);
    wanted.giveUp(task);
  }

  /** Cancels what the task waits for, if it waits for an event. */
  forgetWait(task: TaskId): void {
    this.queue.cancel(this.waitEvent[task]!);
    this.waitEvent[task] = NO_EVENT;
  }

  /** The task's wait for a lock or pool, if it is in one, ends here and now; false: it was not. */
  protected cutWait(task: TaskId): boolean {
    if (this.waits[task] === 0) return false;
    // One that has been woken, or spins, finds out when it runs.
    if (this.ledger.place[task] !== this.placeOfWait(task)) return true;
    this.stopWaiting(task);
    this.runtime.resume(task);
    return true;
  }

  /** What a task waits for, by its code in `waits`. */
  private wantedBy(task: TaskId): Holdable {
    const wanted = this.waits[task]!;
    if (wanted < FIRST_LOCK) return this.pools[wanted - FIRST_POOL]!;
    return this.locks[lockOf(wanted)]!;
  }

  private placeOfWait(task: TaskId): number {
    const wanted = this.waits[task]!;
    if (wanted < FIRST_LOCK) return this.poolPlace + wanted - FIRST_POOL;
    return this.lockPlace + lockOf(wanted);
  }

  // ---- Making ------------------------------------------------------------------------------------

  private makePools(model: LaneModel): ResourcePool[] {
    const { clock } = this.queue;
    const { semaphore } = PROFILES[model.runtime.profile].waking;
    return model.pools.map(({ name, size, minIdle: open, order }) => {
      const rule = order === "native" ? semaphore : ORDERS[order];
      const random = new Stream(model.seed, `pool:${name}:${model.draws}`);
      return new ResourcePool({ size, open, rule, clock, waker: this, random });
    });
  }

  private makeLocks(model: LaneModel): Holdable[] {
    if (model.locks.length === 0) return [];
    const { lock: rule } = PROFILES[model.runtime.profile].waking;
    const parts = {
      clock: this.queue.clock,
      waker: this,
      waiters: this.mutexWaiters!,
      maySpin: () => this.runtime.maySpin(),
      random: new Stream(model.seed, `locks:${model.draws}`),
    };
    return model.locks.map((lock) =>
      makeLock(lock.fair ? "hand-off" : rule, lock.hasReaders, parts),
    );
  }
}

/** Which lock a code above those of pools stands for. */
function lockOf(what: number): number {
  return what - (what < FIRST_SHARED ? FIRST_LOCK : FIRST_SHARED);
}
