/**
 * What the steps send, receive, close and select do to a task: it goes on, it waits in a place of
 * its channel until somebody else's step lets it go on, or it panics.
 */
import { NONE } from "../kernel/rows.ts";
import { Stream } from "../kernel/random.ts";
import type { Ledger, TaskId } from "../measure/ledger.ts";
import { ACTION, type RuntimeModel } from "../runtimes/runtime.ts";
import type { LaneModel } from "../scenario/model.ts";
import { BLOCKED, Channels, FORBIDDEN, queueOf, SELECT_CASES_MAX } from "../sync/channel.ts";
import { OP, type Instruction } from "./program.ts";

/** Not an action: the task panics. */
export const PANICS = -2;

/** Where the places of channels begin, and where a select waits; NONE where nothing selects. */
export interface ChannelPlaces {
  readonly channelPlace: number;
  readonly selectPlace: number;
}

/** The tasks whose steps these are. */
export interface ChannelUsers {
  pc: Int32Array;
  readonly process: Int32Array;
  readonly waitNs: Float64Array;
  /** The instruction that the task has come to. */
  stepOf(task: TaskId): Instruction;
  /** The task waits for no event any more. */
  forgetWait(task: TaskId): void;
}

export class ChannelSteps {
  private readonly model: LaneModel;
  private readonly users: ChannelUsers;
  private readonly ledger: Ledger;
  private readonly places: ChannelPlaces;
  /** Channels of each process. */
  private readonly perProcess: number;
  private readonly channels: Channels;
  /** Cases of a select in the order in which they are looked at. */
  private readonly order: Int32Array;
  private readonly random: Stream;
  private runtime!: RuntimeModel;

  constructor(
    users: ChannelUsers,
    parts: {
      readonly ledger: Ledger;
      readonly model: LaneModel;
      readonly places: ChannelPlaces;
      readonly handsOff: boolean;
    },
  ) {
    const { model, ledger } = parts;
    this.model = model;
    this.users = users;
    this.ledger = ledger;
    this.places = parts.places;
    this.perProcess = model.channels.length;
    const capacities = Array.from({ length: model.runtime.processes }, () =>
      model.channels.map(({ capacity }) => capacity),
    ).flat();
    this.channels = new Channels(capacities, parts.handsOff, ledger.tasks);
    this.order = new Int32Array(SELECT_CASES_MAX);
    this.random = new Stream(model.seed, `selects:${model.draws}`);
  }

  connect(runtime: RuntimeModel): void {
    this.runtime = runtime;
  }

  /** What the lane's channel `channel` holds, over all processes, and who waits for it. */
  look(channel: number): { held: number; sending: number; receiving: number; closed: boolean } {
    const now = { held: 0, sending: 0, receiving: 0, closed: false };
    const { processes } = this.model.runtime;
    for (let one = channel; one < processes * this.perProcess; one += this.perProcess) {
      now.held += this.channels.held(one);
      now.sending += this.channels.waitingIn(queueOf(one, 1));
      now.receiving += this.channels.waitingIn(queueOf(one, 0));
      now.closed ||= this.channels.isClosed(one);
    }
    return now;
  }

  /** −1 to go on, `PANICS`, or the action that follows. */
  run(task: TaskId, step: Instruction): number {
    const { channels } = this;
    channels.heard(task);
    if (step.op === OP.select) return this.select(task, step);
    const channel = this.channelOf(task, step.index);
    if (step.op === OP.close) return this.close(channel);
    const sends = step.op === OP.send ? 1 : 0;
    const outcome = sends === 1 ? channels.send(channel) : channels.receive(channel);
    if (outcome === FORBIDDEN) return PANICS;
    if (outcome === BLOCKED) {
      channels.wait(task, queueOf(channel, sends), NONE);
      this.ledger.move(task, this.places.channelPlace + step.index);
      return ACTION.suspend;
    }
    this.letGoOn();
    return this.spend(1);
  }

  private channelOf(task: TaskId, index: number): number {
    return this.users.process[task]! * this.perProcess + index;
  }

  private close(channel: number): number {
    const { channels } = this;
    if (channels.close(channel) === FORBIDDEN) return PANICS;
    for (channels.nextOfClosed(channel); channels.woken !== NONE; channels.nextOfClosed(channel)) {
      this.letGoOn();
    }
    return this.spend(1);
  }

  // ---- Select ------------------------------------------------------------------------------------

  /**
   * Go's `selectgo`: the first case that is ready, looked at in a random order; else the default;
   * else the task waits for all cases at once, and the first that somebody else makes ready wins.
   */
  private select(task: TaskId, step: Instruction): number {
    const { channels, users } = this;
    const { operations, targets } = step;
    const n = operations.length;
    this.shuffle(n);
    for (let i = 0; i < n; i++) {
      const which = this.order[i]!;
      const queue = this.queueFor(task, operations[which]!);
      const outcome = (queue & 1) === 1 ? channels.send(queue >> 1) : channels.receive(queue >> 1);
      if (outcome === FORBIDDEN) return PANICS;
      if (outcome === BLOCKED) continue;
      users.pc[task] = targets[which]!;
      this.letGoOn();
      return this.spend(n + 1);
    }
    const otherwise = targets[n + 1]!;
    if (otherwise !== NONE) {
      users.pc[task] = otherwise;
      return this.spend(n);
    }
    for (let i = 0; i < n; i++) {
      channels.wait(task, this.queueFor(task, operations[i]!), targets[i]!);
    }
    this.ledger.move(task, this.places.selectPlace);
    if (step.value === Infinity) return ACTION.suspend;
    users.waitNs[0] = step.value;
    return ACTION.sleep;
  }

  private queueFor(task: TaskId, operation: number): number {
    return queueOf(this.channelOf(task, operation >> 1), (operation & 1) as 0 | 1);
  }

  private shuffle(n: number): void {
    const { order } = this;
    order[0] = 0;
    for (let i = 1; i < n; i++) {
      const j = this.random.int(i + 1);
      order[i] = order[j]!;
      order[j] = i;
    }
  }

  /** The time-out of the task's select is over. */
  timedOut(task: TaskId): void {
    this.channels.leave(task);
    const { operations, targets } = this.users.stepOf(task);
    this.users.pc[task] = targets[operations.length]!;
  }

  // ---- Going on ----------------------------------------------------------------------------------

  /** Whom the last operation has woken goes on. */
  private letGoOn(): void {
    const { woken, retries, target } = this.channels;
    if (woken === NONE) return;
    const { pc } = this.users;
    if (retries) pc[woken] = pc[woken]! - 1;
    else if (target !== NONE) pc[woken] = target;
    this.users.forgetWait(woken);
    this.runtime.resume(woken);
  }

  /** What `n` operations cost the task, as a short computation: time passes between messages. */
  private spend(n: number): number {
    const ns = Math.round(n * this.runtime.channelNs);
    if (ns === 0) return -1;
    this.users.waitNs[0] = ns;
    return ACTION.compute;
  }

  // ---- Ends --------------------------------------------------------------------------------------

  /** `waits to receive from channel "jobs"`; undefined when it waits for no channel. */
  describeWaiting(task: TaskId): string | undefined {
    const queue = this.channels.queueOfTask(task);
    if (queue === NONE) return undefined;
    if (this.channels.selects(task)) return "waits in a select";
    const { name } = this.model.channels[(queue >> 1) % this.perProcess]!;
    return `waits to ${(queue & 1) === 1 ? "send to" : "receive from"} channel "${name}"`;
  }

  /** True while the task waits for somebody who sends, or in a select. */
  waitsForWork(task: TaskId): boolean {
    const queue = this.channels.queueOfTask(task);
    return queue !== NONE && ((queue & 1) === 0 || this.channels.selects(task));
  }

  /** The task is to stop waiting; false when it does not wait for a channel. */
  leave(task: TaskId): boolean {
    return this.channels.leave(task);
  }

  /** The task fails instead of going on where it has been told to. */
  giveUp(task: TaskId): void {
    this.channels.passOn(task);
    this.letGoOn();
  }

  /** The task ends where it stands. */
  forget(task: TaskId): void {
    this.channels.heard(task);
  }

  /** The process has died, and its channels with it. */
  reset(process: number): void {
    for (let i = 0; i < this.perProcess; i++) this.channels.reset(process * this.perProcess + i);
  }
}
