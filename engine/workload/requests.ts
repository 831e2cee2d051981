/**
 * Requests in flight: one row of the task table each, walking through its class's program.
 * Decides what a task does next, and what became of it. Who sends requests is `clients.ts`.
 */
import { assert, BudgetError } from "../kernel/assert.ts";
import { KeyedDraws } from "../kernel/draws.ts";
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import { NONE, resized, Rows } from "../kernel/rows.ts";
import { GARBAGE, HEAP, type Memory } from "../machine/memory.ts";
import { NOWHERE, type Ledger, type TaskId } from "../measure/ledger.ts";
import { CRASH, ERROR, REJECTED, TIMEOUT, type Recorder } from "../measure/recorder.ts";
import { ACTION, PLACE, type RuntimeModel, type Work } from "../runtimes/runtime.ts";
import type { LaneModel } from "../scenario/model.ts";
import { ResourcePool } from "../sync/pool.ts";
import { compileProgram, OP, type Instruction } from "./program.ts";

/** Event kinds of the workload. */
export const WORKLOAD_EVENTS = 16;
const CLIENT_TIMEOUT = 16;
const POOL_TIMEOUT = 17;
export const FIRST_CLIENT_EVENT = 20;

const ABANDONED = 1;
const CANCELLED = 2;
/** How a request begins, and a flag of its task: it belongs to the runtime itself. */
export const IS_INSIDE = 4;
/** How a request begins: its connection stays open after it. */
export const KEEPS = 1;
/** The failure the task ends with, once it has given back what it holds. */
const FAILING = 8;
/** A user inside the runtime thinks; its next request begins when it wakes. */
const THINKING = 16;

/** Pools a task can hold at once: the nesting of steps is limited to this. */
const POOL_DEPTH = 8;
/** Requests that may begin at one instant before time is said to stand still. */
const INSTANT_LIMIT = 5_000_000;

/** What the clients want to hear. */
export interface RequestEnd {
  /**
   * The request of `user` (or NONE) has its answer or has failed.
   */
  answered(load: number, user: number, failed: boolean): void;
  /** The server has finished with a request whose connection ends with it. */
  disconnected(home: number): void;
  /** ns a user inside the runtime thinks before its next request; −1 when it sends no more. */
  thinkInside(load: number, user: number): number;
}

export class Requests implements Work {
  readonly waitNs = new Float64Array(1);
  /** Factor on the cpu steps of the request that `begin` begins next. */
  readonly factor = new Float64Array([1]);
  readonly pools: readonly ResourcePool[];

  // Task columns; rows are the ledger's.
  private cls!: Uint8Array;
  private number!: Int32Array;
  private load!: Uint8Array;
  private user!: Int32Array;
  private connection!: Int32Array;
  private keepsConnection!: Uint8Array;
  private pc!: Int32Array;
  private salt!: Int32Array;
  private join!: Int32Array;
  private demandFactor!: Float64Array;
  private heldBytes!: Float64Array;
  private flags!: Uint8Array;
  private outcome!: Uint8Array;
  private timeoutEvent!: Int32Array;
  private waitEvent!: Int32Array;
  private poolDepth!: Uint8Array;
  private poolStack!: Uint8Array;
  /** Where the runtime serves the task: a process or a loop; set by the runtime. */
  home!: Int32Array;
  /** The process whose memory the task uses; set by the runtime. */
  process!: Int32Array;

  // Joins of parallel parts.
  private readonly joins = new Rows(64, "parallel joins");
  private joinParent!: Int32Array;
  private joinLeft!: Int32Array;
  private joinAlive!: Int32Array;
  private joinFailed!: Uint8Array;
  /** The parts that are still alive, as a list linked both ways through the task columns. */
  private joinFirst!: Int32Array;
  private nextPart!: Int32Array;
  private previousPart!: Int32Array;
  /** The join that the task waits for while its place is `joining`. */
  private waitsFor!: Int32Array;

  private readonly programs: readonly (readonly Instruction[])[];
  private readonly draws: readonly KeyedDraws[];
  private readonly classOfLoad: Int32Array;
  /** Requests begun so far, by class: the number of the next one. */
  private readonly begun: Int32Array;
  private readonly timeouts: Float64Array;
  private readonly cancels: Uint8Array;
  private readonly poolPlace: number;
  private readonly poolTimeout: Float64Array;
  /** [instant, requests begun at it] */
  private readonly instant = new Float64Array(2);
  private readonly homes: Int32Array;

  private readonly queue: EventQueue;
  private readonly ledger: Ledger;
  private readonly recorder: Recorder;
  private readonly memory: Memory;
  private runtime!: RuntimeModel;
  private clients!: RequestEnd;

  constructor(parts: {
    queue: EventQueue;
    ledger: Ledger;
    recorder: Recorder;
    memory: Memory;
    model: LaneModel;
    /** Place of pool 0's waiters; the other pools follow. */
    poolPlace: number;
    /** Connections that keep their home. */
    connections: number;
  }) {
    const { model } = parts;
    this.queue = parts.queue;
    this.ledger = parts.ledger;
    this.recorder = parts.recorder;
    this.memory = parts.memory;
    this.poolPlace = parts.poolPlace;
    this.programs = model.classes.map((cls) => compileProgram(cls.steps));
    this.draws = model.classes.map(
      (cls) => new KeyedDraws(model.seed, `demands of ${cls.name}`, this.waitNs),
    );
    this.classOfLoad = Int32Array.from(model.loads, (load) => load.class);
    this.begun = new Int32Array(model.classes.length);
    this.timeouts = Float64Array.from(model.loads, (load) => load.timeoutNs);
    this.cancels = Uint8Array.from(model.loads, (load) => (load.cancel ? 1 : 0));
    this.pools = model.pools.map((pool) => new ResourcePool(pool.size, parts.queue.clock));
    this.poolTimeout = Float64Array.from(model.pools, (pool) => pool.acquireTimeoutNs);
    this.homes = new Int32Array(parts.connections).fill(NONE);
    this.ledger.tasks.onGrow((capacity) => this.growTasks(capacity));
    this.joins.onGrow((capacity) => this.growJoins(capacity));
  }

  connect(runtime: RuntimeModel, clients: RequestEnd): void {
    this.runtime = runtime;
    this.clients = clients;
  }

  // ---- Beginning ---------------------------------------------------------------------------------

  /**
   * A request of load `load` begins: its row, number and time-out; `how` is a sum of `KEEPS` and
   * `IS_INSIDE`. `user` and `connection` may be NONE; cpu steps are multiplied by `factor[0]`.
   * The row is in place `client`.
   */
  begin(load: number, user: number, connection: number, how: number): TaskId {
    const task = this.ledger.enter(PLACE.client);
    this.cls[task] = this.classOfLoad[load]!;
    this.load[task] = load;
    this.user[task] = user;
    this.connection[task] = connection;
    this.keepsConnection[task] = how & KEEPS;
    this.salt[task] = 0;
    this.join[task] = NONE;
    this.demandFactor[task] = this.factor[0]!;
    this.flags[task] = how & IS_INSIDE;
    this.home[task] = NONE;
    this.process[task] = 0;
    this.waitEvent[task] = NO_EVENT;
    this.poolDepth[task] = 0;
    this.heldBytes[task] = 0;
    this.beginRequest(task);
    return task;
  }

  private beginRequest(task: TaskId): void {
    const { clock } = this.queue;
    const now = clock[NOW]!;
    const cls = this.cls[task]!;
    const load = this.load[task]!;
    this.countInstant();
    this.number[task] = this.begun[cls]!;
    this.begun[cls] = this.begun[cls]! + 1;
    this.pc[task] = 0;
    this.ledger.beginRequest(task);
    this.recorder.started++;
    const timeout = this.timeouts[load]!;
    if (timeout === Infinity) this.timeoutEvent[task] = NO_EVENT;
    else {
      clock[DUE] = now + timeout;
      this.timeoutEvent[task] = this.queue.push(CLIENT_TIMEOUT, task, 0);
    }
  }

  private countInstant(): void {
    const { instant } = this;
    const now = this.queue.clock[NOW]!;
    if (instant[0] !== now) {
      instant[0] = now;
      instant[1] = 0;
    }
    instant[1] = instant[1]! + 1;
    if (instant[1]! > INSTANT_LIMIT) {
      throw new BudgetError(
        "requests take no time, so time stands still: give a step a duration or the users a think time",
      );
    }
  }

  // ---- What runtimes ask -------------------------------------------------------------------------

  connectionOf(task: TaskId): number {
    return this.connection[task]!;
  }

  homeOf(connection: number): number {
    return connection === NONE ? NONE : this.homes[connection]!;
  }

  setHome(connection: number, home: number): void {
    this.homes[connection] = home;
  }

  accepted(task: TaskId, home: number): void {
    const connection = this.connection[task]!;
    if (connection === NONE) return;
    if (this.homes[connection] === NONE) this.homes[connection] = home;
    else {
      // Another request over it has opened it meanwhile: this connection is one too many.
      this.connection[task] = NONE;
      this.keepsConnection[task] = 0;
    }
  }

  waitingFor(task: TaskId, event: number): void {
    this.waitEvent[task] = event;
  }

  /** True when nobody waits for the task's answer any more. */
  isAbandoned(task: TaskId): boolean {
    return (this.flags[task]! & ABANDONED) !== 0;
  }

  next(task: TaskId): number {
    const flags = this.flags[task]!;
    if ((flags & (CANCELLED | FAILING)) !== 0) return this.failNow(task);
    if ((flags & THINKING) !== 0) this.endThinking(task);
    const program = this.programs[this.cls[task]!]!;
    for (;;) {
      const step = program[this.pc[task]!]!;
      this.pc[task] = this.pc[task]! + 1;
      switch (step.op) {
        case OP.cpu:
          if (this.drawDemand(task, step)) return ACTION.compute;
          break;
        case OP.cpuReleased:
          if (this.drawDemand(task, step)) return ACTION.computeReleased;
          break;
        case OP.io:
          this.drawWait(task, step);
          return ACTION.io;
        case OP.block:
          this.drawWait(task, step);
          return ACTION.block;
        case OP.sleep:
          this.drawWait(task, step);
          return ACTION.sleep;
        case OP.offload:
          return ACTION.offload;
        case OP.offloadEnd:
          return ACTION.offloadEnd;
        case OP.end:
          return this.end(task);
        default: {
          const action = this.control(task, step);
          if (action >= 0) return action;
        }
      }
    }
  }

  reject(task: TaskId): void {
    this.finishFailed(task, REJECTED);
  }

  /** Every request that `process` was serving fails, and its connections are gone. */
  crashProcess(process: number, isHome: (home: number) => boolean): void {
    for (let i = 0; i < this.homes.length; i++) {
      if (this.homes[i] !== NONE && isHome(this.homes[i]!)) this.homes[i] = NONE;
    }
    // Who waits for a pool first: nothing may be handed to a task that is about to fail.
    for (let task = 0; task < this.ledger.tasks.high; task++) {
      if (this.isServedBy(task, process)) this.leavePoolQueue(task);
    }
    // Parts next: their ends must not wake a request that fails too.
    for (const parts of [true, false]) {
      for (let task = 0; task < this.ledger.tasks.high; task++) {
        const isPart = this.join[task] !== NONE;
        if (isPart === parts && this.isServedBy(task, process)) this.crash(task);
      }
    }
  }

  private isServedBy(task: TaskId, process: number): boolean {
    const place = this.ledger.place[task]!;
    if (place === NOWHERE || place === PLACE.client) return false;
    if (place === PLACE.connecting || place === PLACE.acceptQueue) return false;
    return this.process[task] === process;
  }

  /** The client gave up before the server ever saw the request. */
  endUnserved(task: TaskId): void {
    this.endInVain(task);
  }

  private crash(task: TaskId): void {
    while (this.poolDepth[task]! > 0) this.releasePool(task);
    if (this.join[task] !== NONE) this.joinParent[this.join[task]!] = NONE;
    if ((this.flags[task]! & THINKING) === 0) this.finishFailed(task, CRASH);
    else {
      // Between two requests nothing fails; the user begins again where it can.
      this.queue.cancel(this.waitEvent[task]!);
      this.leave(task, true);
    }
  }

  /** The task waits for a pool no longer, if it does; false when it did not. */
  private leavePoolQueue(task: TaskId): boolean {
    const pool = this.ledger.place[task]! - this.poolPlace;
    if (pool < 0 || pool >= this.pools.length) return false;
    this.pools[pool]!.giveUp(task);
    this.queue.cancel(this.waitEvent[task]!);
    this.waitEvent[task] = NO_EVENT;
    return true;
  }

  // ---- Steps -------------------------------------------------------------------------------------

  private drawDemand(task: TaskId, step: Instruction): boolean {
    this.drawWait(task, step);
    const factor = this.demandFactor[task]!;
    if (factor !== 1) this.waitNs[0] = Math.round(this.waitNs[0]! * factor);
    return this.waitNs[0]! > 0;
  }

  private drawWait(task: TaskId, step: Instruction): void {
    const draws = this.draws[this.cls[task]!]!;
    draws.draw(step.sampler, this.number[task]!, step.path ^ this.salt[task]!);
  }

  private uniform(task: TaskId, step: Instruction): number {
    const draws = this.draws[this.cls[task]!]!;
    draws.uniform(this.number[task]!, step.path ^ this.salt[task]!);
    return this.waitNs[0]!;
  }

  /** Steps that take no time of their own; −1 to go on, else the action. */
  private control(task: TaskId, step: Instruction): number {
    switch (step.op) {
      case OP.choose:
        this.pc[task] = chosen(step, this.uniform(task, step));
        return -1;
      case OP.jump:
        this.pc[task] = step.index;
        return -1;
      case OP.hold:
        this.heldBytes[task] = this.heldBytes[task]! + step.value;
        this.memory.add(this.process[task]!, HEAP, step.value);
        return -1;
      case OP.alloc:
        this.memory.add(this.process[task]!, GARBAGE, step.value);
        this.runtime.allocated(this.process[task]!);
        return -1;
      case OP.fail:
        return this.uniform(task, step) < step.value ? this.fail(task, ERROR) : -1;
      case OP.acquire:
        return this.acquire(task, step);
      case OP.release:
        this.releasePool(task);
        return -1;
      case OP.fork:
        return this.fork(task, step);
      default:
        assert(false, "an instruction that does not exist");
    }
  }

  private acquire(task: TaskId, step: Instruction): number {
    const pool = step.index;
    const depth = this.poolDepth[task]!;
    assert(depth < POOL_DEPTH, "more pools held than steps can be nested");
    this.poolStack[task * POOL_DEPTH + depth] = pool;
    if (this.pools[pool]!.acquire(task)) {
      this.poolDepth[task] = depth + 1;
      return -1;
    }
    this.ledger.move(task, this.poolPlace + pool);
    const timeout = Math.min(step.value, this.poolTimeout[pool]!);
    if (timeout < Infinity) {
      const { clock } = this.queue;
      clock[DUE] = clock[NOW]! + timeout;
      this.waitEvent[task] = this.queue.push(POOL_TIMEOUT, task, pool);
    }
    return ACTION.suspend;
  }

  private releasePool(task: TaskId): void {
    const depth = this.poolDepth[task]! - 1;
    this.poolDepth[task] = depth;
    const next = this.pools[this.poolStack[task * POOL_DEPTH + depth]!]!.release();
    if (next === NONE) return;
    this.poolDepth[next] = this.poolDepth[next]! + 1;
    this.queue.cancel(this.waitEvent[next]!);
    this.waitEvent[next] = NO_EVENT;
    this.runtime.resume(next);
  }

  private fork(task: TaskId, step: Instruction): number {
    const parts = step.targets.length;
    if (parts === 0) return -1;
    const join = this.joins.take();
    this.joinParent[join] = task;
    this.joinLeft[join] = step.index;
    this.joinAlive[join] = parts;
    this.joinFailed[join] = 0;
    this.joinFirst[join] = NONE;
    this.waitsFor[task] = join;
    this.ledger.move(task, PLACE.joining);
    for (let part = 0; part < parts; part++) this.beginPart(task, join, step, part);
    return ACTION.suspend;
  }

  private beginPart(parent: TaskId, join: number, step: Instruction, part: number): void {
    const task = this.ledger.enter(PLACE.runnable);
    this.cls[task] = this.cls[parent]!;
    this.number[task] = this.number[parent]!;
    this.load[task] = this.load[parent]!;
    this.user[task] = NONE;
    this.connection[task] = NONE;
    this.keepsConnection[task] = 0;
    this.pc[task] = step.targets[part]!;
    this.salt[task] = Math.imul(this.salt[parent]! + part + 1, 0x9e3779b1);
    this.link(task, join);
    this.demandFactor[task] = this.demandFactor[parent]!;
    this.flags[task] = this.flags[parent]! & IS_INSIDE;
    this.home[task] = this.home[parent]!;
    this.process[task] = this.process[parent]!;
    this.timeoutEvent[task] = NO_EVENT;
    this.waitEvent[task] = NO_EVENT;
    this.poolDepth[task] = 0;
    this.heldBytes[task] = 0;
    this.runtime.spawn(task, parent);
  }

  private link(part: TaskId, join: number): void {
    const first = this.joinFirst[join]!;
    this.join[part] = join;
    this.nextPart[part] = first;
    this.previousPart[part] = NONE;
    if (first !== NONE) this.previousPart[first] = part;
    this.joinFirst[join] = part;
  }

  private unlink(part: TaskId): void {
    const next = this.nextPart[part]!;
    const previous = this.previousPart[part]!;
    if (next !== NONE) this.previousPart[next] = previous;
    if (previous !== NONE) this.nextPart[previous] = next;
    else this.joinFirst[this.join[part]!] = next;
  }

  // ---- Ends --------------------------------------------------------------------------------------

  /** The program is at its end. */
  private end(task: TaskId): number {
    if (this.join[task] !== NONE) return this.endPart(task, PLACE.done);
    this.releaseHeld(task);
    const flags = this.flags[task]!;
    if ((flags & IS_INSIDE) !== 0 && this.user[task] !== NONE) return this.endInside(task);
    if ((flags & ABANDONED) !== 0) return this.endInVain(task);
    this.queue.cancel(this.timeoutEvent[task]!);
    this.ledger.move(task, PLACE.done);
    this.recorder.complete(task, this.cls[task]!);
    this.leave(task, false);
    return ACTION.finished;
  }

  /** A user inside the runtime goes on in the same task: at once, or after thinking. */
  private endInside(task: TaskId): number {
    const from = this.ledger.place[task]!;
    if (this.isAbandoned(task)) {
      this.flags[task] = this.flags[task]! & ~ABANDONED;
      this.ledger.move(task, PLACE.abandoned);
    } else {
      this.queue.cancel(this.timeoutEvent[task]!);
      this.ledger.move(task, PLACE.done);
      this.recorder.complete(task, this.cls[task]!);
    }
    const think = this.clients.thinkInside(this.load[task]!, this.user[task]!);
    if (think < 0) {
      this.ledger.leave(task);
      return ACTION.finished;
    }
    this.ledger.move(task, PLACE.client);
    if (think > 0) {
      this.flags[task] = this.flags[task]! | THINKING;
      this.waitNs[0] = think;
      return ACTION.sleep;
    }
    this.ledger.move(task, from);
    this.forgetSpent(task);
    this.beginRequest(task);
    return ACTION.yield;
  }

  private endThinking(task: TaskId): void {
    this.flags[task] = this.flags[task]! & ~THINKING;
    this.forgetSpent(task);
    this.beginRequest(task);
  }

  private forgetSpent(task: TaskId): void {
    this.ledger.forgetSpent(task);
  }

  /** A part ends in `place`: done, or the place of its failure. */
  private endPart(task: TaskId, place: number): number {
    this.releaseHeld(task);
    const join = this.join[task]!;
    const failed = place !== PLACE.done;
    this.unlink(task);
    this.ledger.move(task, place);
    this.ledger.leave(task);
    this.joinAlive[join] = this.joinAlive[join]! - 1;
    const parent = this.joinParent[join]!;
    if (parent !== NONE) {
      this.joinLeft[join] = this.joinLeft[join]! - 1;
      if (failed) this.joinFailed[join] = 1;
      if (failed || this.joinLeft[join] === 0) {
        this.joinParent[join] = NONE;
        if (failed) {
          this.flags[parent] = this.flags[parent]! | FAILING;
          this.outcome[parent] = ERROR;
        }
        this.runtime.resume(parent);
      }
    }
    if (this.joinAlive[join] === 0) this.joins.release(join);
    return ACTION.finished;
  }

  private endInVain(task: TaskId): number {
    const load = this.load[task]!;
    const user = this.user[task]!;
    const inside = (this.flags[task]! & IS_INSIDE) !== 0;
    this.ledger.move(task, PLACE.abandoned);
    this.leaveRow(task);
    // A client went on when its patience ended; a user inside only now.
    if (inside) this.clients.answered(load, user, true);
    return ACTION.finished;
  }

  /** An error in the program: what it holds is given back, then the request fails. */
  private fail(task: TaskId, outcome: number): number {
    this.flags[task] = this.flags[task]! | FAILING;
    this.outcome[task] = outcome;
    return this.failNow(task);
  }

  private failNow(task: TaskId): number {
    while (this.poolDepth[task]! > 0) this.releasePool(task);
    const isCancelled = (this.flags[task]! & CANCELLED) !== 0;
    if (this.join[task] !== NONE) {
      return this.endPart(task, isCancelled ? PLACE.abandoned : PLACE.error);
    }
    const outcome = isCancelled ? TIMEOUT : this.outcome[task]!;
    this.finishFailed(task, outcome);
    return ACTION.finished;
  }

  private finishFailed(task: TaskId, outcome: number): void {
    this.queue.cancel(this.waitEvent[task]!);
    this.releaseHeld(task);
    if (this.join[task] !== NONE) {
      this.endPart(task, PLACE.timeout + outcome);
      return;
    }
    if (this.isAbandoned(task)) {
      this.endInVain(task);
      return;
    }
    this.queue.cancel(this.timeoutEvent[task]!);
    this.ledger.move(task, PLACE.timeout + outcome);
    this.recorder.fail(outcome);
    this.leave(task, true);
  }

  private leave(task: TaskId, failed: boolean): void {
    const load = this.load[task]!;
    const user = this.user[task]!;
    this.leaveRow(task);
    this.clients.answered(load, user, failed);
  }

  private leaveRow(task: TaskId): void {
    const home = this.home[task]!;
    const inside = (this.flags[task]! & IS_INSIDE) !== 0;
    const closes = home !== NONE && !inside && this.keepsConnection[task] === 0;
    if (closes && this.connection[task] !== NONE) this.homes[this.connection[task]!] = NONE;
    this.ledger.leave(task);
    if (closes) this.clients.disconnected(home);
  }

  private releaseHeld(task: TaskId): void {
    const bytes = this.heldBytes[task]!;
    if (bytes === 0) return;
    this.heldBytes[task] = 0;
    // What it held is garbage now; the collector gives it back.
    this.memory.add(this.process[task]!, HEAP, -bytes);
    this.memory.add(this.process[task]!, GARBAGE, bytes);
    this.runtime.allocated(this.process[task]!);
  }

  // ---- Events ------------------------------------------------------------------------------------

  handle(kind: number, a: number, b: number): void {
    if (kind === CLIENT_TIMEOUT) this.clientTimeout(a);
    else if (kind === POOL_TIMEOUT) this.poolTimedOut(a, b);
    else assert(false, "not an event of the requests");
  }

  /** The client gives up. The server finds out only when it is told. */
  private clientTimeout(task: TaskId): void {
    this.recorder.fail(TIMEOUT);
    this.ledger.noteEdge(this.ledger.place[task]!, PLACE.timeout);
    this.flags[task] = this.flags[task]! | ABANDONED;
    const load = this.load[task]!;
    const user = this.user[task]!;
    const inside = (this.flags[task]! & IS_INSIDE) !== 0;
    this.timeoutEvent[task] = NO_EVENT;
    this.closeConnection(task);
    if (this.cancels[load] === 1) this.cancel(task);
    if (!inside) this.clients.answered(load, user, true);
  }

  /**
   * The client drops the connection of a request it has given up: it ends when the server has
   * done with the request. Of several requests over one connection only the first closes it.
   */
  private closeConnection(task: TaskId): void {
    const connection = this.connection[task]!;
    if (connection === NONE) return;
    const isOpen = this.homes[connection] !== NONE;
    if (isOpen || this.home[task] === NONE) this.keepsConnection[task] = 0;
    if (isOpen) this.homes[connection] = NONE;
    this.connection[task] = NONE;
  }

  private cancel(task: TaskId): void {
    this.flags[task] = this.flags[task]! | CANCELLED;
    if (this.ledger.place[task] === PLACE.joining) {
      // It goes on, to its end, when the first of its parts has been told.
      const join = this.waitsFor[task]!;
      for (let p = this.joinFirst[join]!; p !== NONE; p = this.nextPart[p]!) this.cancel(p);
    } else if (this.leavePoolQueue(task)) this.runtime.resume(task);
    else this.runtime.cutShort(task, this.waitEvent[task]!);
  }

  private poolTimedOut(task: TaskId, pool: number): void {
    this.pools[pool]!.giveUp(task);
    this.waitEvent[task] = NO_EVENT;
    this.flags[task] = this.flags[task]! | FAILING;
    this.outcome[task] = ERROR;
    this.runtime.resume(task);
  }

  // ---- Tables ------------------------------------------------------------------------------------

  private growTasks(capacity: number): void {
    this.cls = resized(this.cls, capacity, Uint8Array);
    this.number = resized(this.number, capacity, Int32Array);
    this.load = resized(this.load, capacity, Uint8Array);
    this.user = resized(this.user, capacity, Int32Array);
    this.connection = resized(this.connection, capacity, Int32Array);
    this.keepsConnection = resized(this.keepsConnection, capacity, Uint8Array);
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
    this.timeoutEvent = resized(this.timeoutEvent, capacity, Int32Array);
    this.waitEvent = resized(this.waitEvent, capacity, Int32Array);
    this.poolDepth = resized(this.poolDepth, capacity, Uint8Array);
    this.poolStack = resized(this.poolStack, capacity * POOL_DEPTH, Uint8Array);
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

/** Where the branch begins that u falls into; past the last one when it falls into none. */
function chosen(step: Instruction, u: number): number {
  const { shares, targets } = step;
  let branch = 0;
  while (branch < shares.length && u >= shares[branch]!) branch++;
  return targets[branch]!;
}
