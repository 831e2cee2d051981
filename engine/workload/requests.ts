/**
 * Requests in flight: one row of the task table each, walking through its class's program.
 * Decides what a task does next, and what became of it. Who sends requests is `clients.ts`.
 */
import type { RequestName } from "../api.ts";
import { assert, BudgetError } from "../kernel/assert.ts";
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import { NOWHERE, type TaskId } from "../measure/ledger.ts";
import { CRASH, ERROR, REJECTED, TIMEOUT, type Recorder } from "../measure/recorder.ts";
import { COMPLETED } from "../measure/request-log.ts";
import { ACTION, PLACE, type RuntimeModel, type Work } from "../runtimes/runtime.ts";
import type { LaneModel } from "../scenario/model.ts";
import { POOL_GROWS, POOL_TIMEOUT } from "./holdings.ts";
import { Interpreter, type RequestParts } from "./interpreter.ts";
import {
  ABANDONED,
  CANCELLED,
  CONNECTS,
  FAILING,
  IS_INSIDE,
  IS_PART,
  KEEPS,
  THINKING,
} from "./task-table.ts";

/** Event kinds of the workload begin at 16. */
const CLIENT_TIMEOUT = 16;
export const FIRST_CLIENT_EVENT = 20;

/** Requests that may begin at one instant before time is said to stand still. */
const INSTANT_LIMIT = 5_000_000;

/** What the clients want to hear. */
export interface RequestEnd {
  /** The request of `user` (or NONE) has its answer or has failed. */
  answered(load: number, user: number, failed: boolean): void;
  /** The server has finished with a request whose connection ends with it. */
  disconnected(home: number): void;
  /** ns a user inside the runtime thinks before its next request; −1 when it sends no more. */
  thinkInside(load: number, user: number): number;
}

export class Requests extends Interpreter implements Work {
  /** Factor on the cpu steps of the request that `begin` begins next. */
  readonly factor = new Float64Array([1]);

  private readonly classOfLoad: Int32Array;
  /** Requests begun so far, by class: the number of the next one. */
  readonly begun: Int32Array;
  private readonly timeouts: Float64Array;
  private readonly cancels: Uint8Array;
  /** [instant, requests begun at it] */
  private readonly instant = new Float64Array(2);

  private readonly recorder: Recorder;
  private clients!: RequestEnd;

  constructor(parts: RequestParts & { readonly recorder: Recorder }) {
    super(parts);
    const { model } = parts;
    this.recorder = parts.recorder;
    this.classOfLoad = Int32Array.from(model.loads, (load) => load.class);
    this.begun = new Int32Array(model.classes.length);
    this.timeouts = Float64Array.from(model.loads, (load) => load.timeoutNs);
    this.cancels = Uint8Array.from(model.loads, (load) => (load.cancel ? 1 : 0));
  }

  connect(runtime: RuntimeModel, clients: RequestEnd): void {
    this.runtime = runtime;
    this.channels?.connect(runtime);
    this.clients = clients;
  }

  /** From now on requests are as `model` has them; those under way keep their patience. */
  override retune(model: LaneModel): void {
    super.retune(model);
    this.timeouts.set(model.loads.map((load) => load.timeoutNs));
    this.cancels.set(model.loads.map((load) => (load.cancel ? 1 : 0)));
  }

  // ---- Beginning ---------------------------------------------------------------------------------

  /**
   * A request of load `load` begins: its row, number and time-out; `how` is a sum of `KEEPS` and
   * `IS_INSIDE` and `CONNECTS`. `user` and `connection` may be NONE; cpu steps are multiplied by
   * `factor[0]`. The row is in place `client`, or with `CONNECTS` in the accept queue already.
   */
  begin(load: number, user: number, connection: number, how: number): TaskId {
    const connects = (how & CONNECTS) !== 0;
    const task = this.ledger.enter(connects ? PLACE.acceptQueue : PLACE.client);
    this.cls[task] = this.classOfLoad[load]!;
    this.load[task] = load;
    this.user[task] = user;
    this.connection[task] = connection;
    this.demandFactor[task] = this.factor[0]!;
    this.flags[task] = how & (IS_INSIDE | KEEPS);
    this.home[task] = NONE;
    this.beginRequest(task);
    if (connects) this.ledger.noteEdge(task, PLACE.client, PLACE.acceptQueue);
    return task;
  }

  private beginRequest(task: TaskId): void {
    const { clock } = this.queue;
    const now = clock[NOW]!;
    const cls = this.cls[task]!;
    const load = this.load[task]!;
    this.number[task] = this.begun[cls]!;
    this.begun[cls] = this.begun[cls]! + 1;
    this.pc[task] = 0;
    this.ledger.beginRequest(task);
    this.recorder.started++;
    const timeout = this.timeouts[load]!;
    if (timeout === Infinity) return;
    clock[DUE] = now + timeout;
    this.timeoutEvent[task] = this.queue.push(CLIENT_TIMEOUT, task, 0);
  }

  /**
   * Another request begins at the instant of the one before it. Throws a BudgetError where that goes
   * on without an end: only then would time stand still.
   */
  countInstant(): void {
    const { instant } = this;
    const now = this.queue.clock[NOW]!;
    if (instant[0] !== now) {
      instant[0] = now;
      instant[1] = 0;
    }
    instant[1] = instant[1]! + 1;
    if (instant[1] > INSTANT_LIMIT) {
      throw new BudgetError(
        "requests take no time, so time stands still: give a step a duration or the users a think time",
      );
    }
  }

  /** The row of the `number`-th request of class `cls`, or NONE when it is not under way. */
  taskOf(cls: number, number: number): TaskId {
    for (let task = 0; task < this.ledger.tasks.high; task++) {
      const isIt = this.cls[task] === cls && this.number[task] === number;
      if (isIt && this.ledger.place[task] !== NOWHERE && !this.isPart(task)) return task;
    }
    return NONE;
  }

  /** Which request the task stands for, or is a part of. */
  requestNameOf(task: TaskId): RequestName {
    return { request: this.model.classes[this.cls[task]!]!.name, number: this.number[task]! };
  }

  /** The request that the task stands for, or is a part of. */
  requestOf(task: TaskId): { readonly load: number; readonly number: number } {
    return { load: this.load[task]!, number: this.number[task]! };
  }

  /** Rows of the requests that clients or users wait for at present. */
  underWay(): TaskId[] {
    const found: TaskId[] = [];
    for (let task = 0; task < this.ledger.tasks.high; task++) {
      const isThere = this.ledger.place[task] !== NOWHERE && !this.isPart(task);
      if (isThere && (this.flags[task]! & (ABANDONED | THINKING)) === 0) found.push(task);
    }
    return found;
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
    // Another request over it has opened it meanwhile: this connection is one too many.
    else this.endsConnection(task);
  }

  private endsConnection(task: TaskId): void {
    this.connection[task] = NONE;
    this.flags[task] = this.flags[task]! & ~KEEPS;
  }

  closesAfter(task: TaskId): void {
    const connection = this.connection[task]!;
    if (connection !== NONE) this.homes[connection] = NONE;
    this.endsConnection(task);
  }

  waitingFor(task: TaskId, event: number): void {
    this.waitEvent[task] = event;
  }

  selectTimedOut(task: TaskId): void {
    this.channels!.timedOut(task);
  }

  /** True when nobody waits for the task's answer any more. */
  isAbandoned(task: TaskId): boolean {
    return (this.flags[task]! & ABANDONED) !== 0;
  }

  reject(task: TaskId): void {
    this.finishFailed(task, REJECTED);
  }

  /** Every request that `process` was serving fails, and its connections are gone. */
  crashProcess(process: number, isHome: (home: number) => boolean): void {
    for (let i = 0; i < this.homes.length; i++) {
      if (this.homes[i] !== NONE && isHome(this.homes[i]!)) this.homes[i] = NONE;
    }
    // Who waits for locks and pools first; what falls to others of them is given back below.
    this.dying = process;
    for (let task = 0; task < this.ledger.tasks.high; task++) {
      if (this.isServedBy(task, process)) this.stopWaiting(task);
    }
    this.channels?.reset(process);
    // Parts next: their ends must not wake a request that fails too.
    for (const parts of [true, false]) {
      for (let task = 0; task < this.ledger.tasks.high; task++) {
        if (this.isPart(task) === parts && this.isServedBy(task, process)) this.crash(task);
      }
    }
    this.dying = NONE;
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
    this.channels?.forget(task);
    this.letGoOfAll(task);
    if (this.isPart(task) && this.join[task] !== NONE) this.joinParent[this.join[task]!] = NONE;
    if ((this.flags[task]! & THINKING) === 0) this.finishFailed(task, CRASH);
    else {
      // Between two requests nothing fails; the user begins again where it can.
      this.forgetWait(task);
      this.leave(task, true);
    }
  }

  // ---- Ends --------------------------------------------------------------------------------------

  /** The program is at its end. */
  protected end(task: TaskId): number {
    const flags = this.flags[task]!;
    if ((flags & IS_PART) !== 0) return this.endPart(task, PLACE.done);
    this.releaseHeld(task);
    if ((flags & IS_INSIDE) !== 0 && this.user[task] !== NONE) return this.endInside(task);
    if ((flags & ABANDONED) !== 0) return this.endInVain(task);
    this.forgetTimeout(task);
    this.ledger.end(task, PLACE.done);
    this.tell(task, COMPLETED);
    this.recorder.complete(task, this.cls[task]!);
    this.leave(task, false);
    return ACTION.finished;
  }

  /** The request of `task` ends: who looks at single requests may want to know. */
  private tell(task: TaskId, outcome: number): void {
    const { log } = this.recorder;
    if (log.enabled) log.add(task, this.load[task]!, this.number[task]!, outcome);
  }

  /** A user inside the runtime goes on in the same task: at once, or after thinking. */
  private endInside(task: TaskId): number {
    const from = this.ledger.place[task]!;
    if (this.isAbandoned(task)) {
      this.flags[task] = this.flags[task]! & ~ABANDONED;
      this.ledger.move(task, PLACE.abandoned);
    } else {
      this.forgetTimeout(task);
      this.ledger.move(task, PLACE.done);
      this.tell(task, COMPLETED);
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
    this.ledger.forgetSpent(task);
    this.countInstant();
    this.beginRequest(task);
    return ACTION.yield;
  }

  protected endThinking(task: TaskId): void {
    this.flags[task] = this.flags[task]! & ~THINKING;
    this.ledger.forgetSpent(task);
    this.beginRequest(task);
  }

  /** A part, or a task nobody waits for, ends in `place`: done, or the place of its failure. */
  private endPart(task: TaskId, place: number): number {
    this.releaseHeld(task);
    const join = this.join[task]!;
    if (join !== NONE) this.unlink(task);
    this.salt[task] = 0;
    this.ledger.move(task, place);
    this.ledger.leave(task);
    if (join !== NONE) this.leaveJoin(join, place !== PLACE.done);
    else this.background--;
    return ACTION.finished;
  }

  private leaveJoin(join: number, failed: boolean): void {
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
        this.wakeUp(parent);
        this.runtime.resume(parent);
      }
    }
    if (this.joinAlive[join] === 0) this.joins.release(join);
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

  protected mayBeCancelled(task: TaskId): boolean {
    const load = this.load[task]!;
    return this.cancels[load] === 1 && this.timeouts[load]! < Infinity;
  }

  /** An error in the program: what it holds is given back, then the request fails. */
  protected fail(task: TaskId, outcome: number): number {
    this.flags[task] = this.flags[task]! | FAILING;
    this.outcome[task] = outcome;
    return this.failNow(task);
  }

  protected failNow(task: TaskId): number {
    this.channels?.giveUp(task);
    this.letGoOfAll(task);
    const isCancelled = (this.flags[task]! & CANCELLED) !== 0;
    if (this.isPart(task)) {
      return this.endPart(task, isCancelled ? PLACE.abandoned : PLACE.error);
    }
    const outcome = isCancelled ? TIMEOUT : this.outcome[task]!;
    this.finishFailed(task, outcome);
    return ACTION.finished;
  }

  private finishFailed(task: TaskId, outcome: number): void {
    this.forgetWait(task);
    this.releaseHeld(task);
    if (this.isPart(task)) {
      this.endPart(task, PLACE.timeout + outcome);
      return;
    }
    if (this.isAbandoned(task)) {
      this.endInVain(task);
      return;
    }
    this.forgetTimeout(task);
    this.ledger.move(task, PLACE.timeout + outcome);
    this.tell(task, outcome);
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
    const closes = home !== NONE && (this.flags[task]! & (IS_INSIDE | KEEPS)) === 0;
    if (closes && this.connection[task] !== NONE) this.homes[this.connection[task]!] = NONE;
    this.ledger.leave(task);
    if (closes) this.clients.disconnected(home);
  }

  private forgetTimeout(task: TaskId): void {
    const event = this.timeoutEvent[task]!;
    if (event === NO_EVENT) return;
    this.queue.cancel(event);
    this.timeoutEvent[task] = NO_EVENT;
  }

  private releaseHeld(task: TaskId): void {
    if (this.objectPools > 0) this.giveObjects(task);
    const bytes = this.heldBytes[task]!;
    if (bytes === 0) return;
    this.heldBytes[task] = 0;
    this.runtime.released(this.process[task]!, bytes, task);
  }

  // ---- Events ------------------------------------------------------------------------------------

  handle(kind: number, a: number, _b: number): void {
    if (kind === CLIENT_TIMEOUT) this.clientTimeout(a);
    else if (kind === POOL_TIMEOUT) this.poolTimedOut(a);
    else if (kind === POOL_GROWS) this.growPool(a);
    else assert(false, "not an event of the requests");
  }

  /** The client gives up. The server finds out only when it is told. */
  private clientTimeout(task: TaskId): void {
    this.tell(task, TIMEOUT);
    this.recorder.fail(TIMEOUT);
    this.ledger.noteEdge(task, this.ledger.place[task]!, PLACE.timeout);
    this.flags[task] = this.flags[task]! | ABANDONED;
    const load = this.load[task]!;
    const user = this.user[task]!;
    const inside = (this.flags[task] & IS_INSIDE) !== 0;
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
    if (isOpen || this.home[task] === NONE) this.flags[task] = this.flags[task]! & ~KEEPS;
    if (isOpen) this.homes[connection] = NONE;
    this.connection[task] = NONE;
  }

  private cancel(task: TaskId): void {
    this.flags[task] = this.flags[task]! | CANCELLED;
    if (this.ledger.place[task] === PLACE.joining) {
      // It goes on, to its end, when the first of its parts has been told.
      const join = this.waitsFor[task]!;
      for (let p = this.joinFirst[join]!; p !== NONE; p = this.nextPart[p]!) this.cancel(p);
    } else if (!this.cutWait(task) && !this.leaveChannels(task)) {
      this.runtime.cutShort(task, this.waitEvent[task]!);
    }
  }

  /** The task's wait for a channel, if it is in one, ends here and now; false: it was not. */
  private leaveChannels(task: TaskId): boolean {
    if (this.channels === undefined || !this.channels.leave(task)) return false;
    this.forgetWait(task);
    this.runtime.resume(task);
    return true;
  }

  private poolTimedOut(task: TaskId): void {
    this.waitEvent[task] = NO_EVENT;
    this.flags[task] = this.flags[task]! | FAILING;
    this.outcome[task] = ERROR;
    this.cutWait(task);
  }
}
