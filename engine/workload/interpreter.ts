/**
 * What a task does next: walks through the instructions of its program up to the next action that
 * its runtime must carry out. Every draw is keyed by class, request number and step.
 */
import { assert, DeadlockError } from "../kernel/assert.ts";
import { KeyedDraws } from "../kernel/draws.ts";
import { NONE, resized } from "../kernel/rows.ts";
import { NOWHERE, type TaskId } from "../measure/ledger.ts";
import { ERROR } from "../measure/recorder.ts";
import { OUT_OF_MEMORY } from "../runtimes/collectors/collector.ts";
import { PROFILES } from "../runtimes/profiles/index.ts";
import { ACTION, PLACE } from "../runtimes/runtime.ts";
import type { LaneModel } from "../scenario/model.ts";
import { allWaitInWords } from "../sync/deadlock.ts";
import { ChannelSteps, PANICS, type ChannelPlaces, type ChannelUsers } from "./channel-steps.ts";
import { Holdings, type HoldingsParts } from "./holdings.ts";
import { compileProgram, OP, type Instruction } from "./program.ts";
import {
  ABANDONED,
  CANCELLED,
  FAILING,
  IS_INSIDE,
  IS_PART,
  THINKING,
  TRIES_AGAIN,
} from "./task-table.ts";

/** What requests and their interpreter are built from. */
export interface RequestParts extends HoldingsParts {
  readonly channelPlaces: ChannelPlaces;
}

/** Flags of a task that does not simply go on with its next step. */
const UNUSUAL = CANCELLED | FAILING | TRIES_AGAIN | THINKING;

export abstract class Interpreter extends Holdings implements ChannelUsers {
  /** Undefined in a lane without channels and selects. */
  readonly channels: ChannelSteps | undefined;
  /** Tasks alive that nobody waits for. */
  background = 0;
  private readonly recovers: boolean;
  /** How many pools of objects there are; objects that each task has from each of them. */
  protected readonly objectPools: number;
  private objects!: Uint16Array;
  private programs: readonly (readonly Instruction[])[];
  private readonly draws: readonly KeyedDraws[];
  /** What happens to steps, drawn into `chance` apart from what they demand. */
  private readonly chances: readonly KeyedDraws[];
  private readonly chance = new Float64Array(1);

  constructor(parts: RequestParts) {
    super(parts);
    const { model } = parts;
    this.programs = programsOf(model);
    this.draws = model.classes.map(
      (cls) => new KeyedDraws(model.seed, `demands of ${cls.name}`, this.waitNs),
    );
    this.chances = model.classes.map(
      (cls) => new KeyedDraws(model.seed, `chances of ${cls.name}`, this.chance),
    );
    this.recovers = model.runtime.recover;
    this.objectPools = model.objectPools.length;
    parts.ledger.tasks.onGrow((capacity) => {
      this.objects = resized(this.objects, capacity * this.objectPools, Uint16Array);
    });
    this.channels = usesChannels(parts)
      ? new ChannelSteps(this, {
          ledger: parts.ledger,
          model,
          places: parts.channelPlaces,
          handsOff: PROFILES[model.runtime.profile].channelsHandOff,
        })
      : undefined;
  }

  /** Steps that begin from now on are as `model` has them; their number and kinds are the same. */
  override retune(model: LaneModel): void {
    super.retune(model);
    this.programs = programsOf(model);
  }

  /** What stands between a task and its next step: −1 when nothing does, else the action. */
  private resumed(task: TaskId, flags: number): number {
    if ((flags & (CANCELLED | FAILING)) !== 0) return this.failNow(task);
    const action = (flags & TRIES_AGAIN) === 0 ? -1 : this.tryAgain(task);
    if (action < 0 && (flags & THINKING) !== 0) this.endThinking(task);
    return action;
  }

  /** The program is at its end; the action that follows. */
  protected abstract end(task: TaskId): number;
  /** An error in the program. */
  protected abstract fail(task: TaskId, outcome: number): number;
  /** The task ends with the failure that its flags tell. */
  protected abstract failNow(task: TaskId): number;
  /** The user inside has thought; its next request begins. */
  protected abstract endThinking(task: TaskId): void;

  next(task: TaskId): number {
    const flags = this.flags[task]!;
    if ((flags & UNUSUAL) !== 0) {
      const action = this.resumed(task, flags);
      if (action >= 0) return action;
    }
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
          this.waitNs[0] = step.value;
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

  /** The step that the task is at: its number in reading order; −1 before the first. */
  stepNumberOf(task: TaskId): number {
    return this.pc[task] === 0 ? -1 : this.stepOf(task).path;
  }

  happens(task: TaskId, share: number): boolean {
    if (share <= 0 || share >= 1) return share > 0;
    const cls = this.cls[task]!;
    const { path } = this.stepOf(task);
    this.chances[cls]!.uniform(this.number[task]!, path ^ this.salt[task]!);
    return this.chance[0]! < share;
  }

  protected drawDemand(task: TaskId, step: Instruction): boolean {
    this.drawWait(task, step);
    const factor = this.demandFactor[task]!;
    if (factor !== 1) this.waitNs[0] = Math.round(this.waitNs[0]! * factor);
    return this.waitNs[0]! > 0;
  }

  protected drawWait(task: TaskId, step: Instruction): void {
    const draws = this.draws[this.cls[task]!]!;
    draws.draw(step.sampler, this.number[task]!, step.path ^ this.salt[task]!);
  }

  protected uniform(task: TaskId, step: Instruction): number {
    const draws = this.draws[this.cls[task]!]!;
    draws.uniform(this.number[task]!, step.path ^ this.salt[task]!);
    return this.waitNs[0]!;
  }

  /** Steps that take no time of their own; −1 to go on, else the action. */
  protected control(task: TaskId, step: Instruction): number {
    switch (step.op) {
      case OP.choose:
        this.pc[task] = chosen(step, this.uniform(task, step));
        return -1;
      case OP.jump:
        this.pc[task] = step.index;
        return -1;
      case OP.hold:
        return this.hold(task, step.value);
      case OP.alloc:
        return this.grown(task, this.runtime.allocated(this.process[task]!, step.value, task));
      case OP.holdPooled:
      case OP.allocPooled:
        return this.takeObject(task, step);
      case OP.fail:
        return this.uniform(task, step) < step.value ? this.fail(task, ERROR) : -1;
      case OP.acquire:
        return this.acquirePool(task, step);
      case OP.lock:
        return this.acquireLock(task, step);
      case OP.atomic:
        return this.atomic(task, step);
      case OP.release:
        return this.release(task);
      case OP.fork:
        return this.fork(task, step);
      case OP.send:
      case OP.receive:
      case OP.close:
      case OP.select: {
        const action = this.channels!.run(task, step);
        return action === PANICS ? this.panic(task) : action;
      }
      case OP.spawn:
        this.beginTask(task, step);
        return -1;
      case OP.panic:
        return this.uniform(task, step) < step.value ? this.panic(task) : -1;
      default:
        assert(false, "an instruction that does not exist");
    }
  }

  private hold(task: TaskId, bytes: number): number {
    const answer = this.runtime.held(this.process[task]!, bytes, task);
    if (answer !== OUT_OF_MEMORY) this.heldBytes[task] = this.heldBytes[task]! + bytes;
    return this.grown(task, answer);
  }

  /** An object that is used again: for the request, or for a moment only. */
  private takeObject(task: TaskId, step: Instruction): number {
    const pool = step.index;
    const process = this.process[task]!;
    const answer = this.runtime.takeObject(process, pool, task);
    if (answer === OUT_OF_MEMORY) return this.fail(task, ERROR);
    if (step.op === OP.allocPooled) this.runtime.giveObject(process, pool);
    else {
      const at = task * this.objectPools + pool;
      this.objects[at] = this.objects[at]! + 1;
    }
    return answer;
  }

  /** The task gives back what it has taken from pools of objects. */
  protected giveObjects(task: TaskId): void {
    for (let pool = 0; pool < this.objectPools; pool++) {
      const at = task * this.objectPools + pool;
      for (; this.objects[at]! > 0; this.objects[at] = this.objects[at]! - 1) {
        this.runtime.giveObject(this.process[task]!, pool);
      }
    }
  }

  /** The runtime's answer to a demand for memory: an action, or that there is none. */
  private grown(task: TaskId, answer: number): number {
    return answer === OUT_OF_MEMORY ? this.fail(task, ERROR) : answer;
  }

  stepOf(task: TaskId): Instruction {
    return this.programs[this.cls[task]!]![this.pc[task]! - 1]!;
  }

  /**
   * Recovered, the request fails. Else the process dies when the present event is over; until then
   * the task's thread is busy dying. Where another process was killed first, it panics anew.
   */
  protected panic(task: TaskId): number {
    if (this.recovers) return this.fail(task, ERROR);
    this.runtime.condemn(this.process[task]!);
    this.pc[task] = this.pc[task]! - 1;
    this.waitNs[0] = 1;
    return ACTION.compute;
  }

  // ---- Waiting for ever --------------------------------------------------------------------------

  protected override otherWait(task: TaskId): string {
    return this.channels?.describeWaiting(task) ?? super.otherWait(task);
  }

  /** Nothing will happen any more: an error, if somebody waits all the same. */
  assertNobodyWaits(): void {
    const waiting: TaskId[] = [];
    let isStuck = false;
    for (let task = 0; task < this.ledger.tasks.high; task++) {
      if (!this.isWaiting(task)) continue;
      waiting.push(task);
      isStuck ||= this.isMissed(task);
    }
    if (!isStuck) return;
    throw new DeadlockError(allWaitInWords((task) => this.describeWaiting(task), waiting));
  }

  private isWaiting(task: TaskId): boolean {
    const place = this.ledger.place[task]!;
    if (place === NOWHERE) return false;
    const forChannel = this.channels?.describeWaiting(task) !== undefined;
    return place === PLACE.joining || this.waits[task] !== 0 || forChannel;
  }

  /** Somebody waits for the task, and it is no worker that has nothing to do. */
  private isMissed(task: TaskId): boolean {
    const flags = this.flags[task]!;
    if ((flags & ABANDONED) !== 0 || (this.isPart(task) && this.join[task] === NONE)) return false;
    const isUserInside = (flags & IS_INSIDE) !== 0 && this.user[task] !== NONE;
    const isAtItsStart = isUserInside && this.pc[task] === 1;
    return !isAtItsStart || this.channels?.waitsForWork(task) !== true;
  }

  // ---- Parallel parts ----------------------------------------------------------------------------

  protected fork(task: TaskId, step: Instruction): number {
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
    this.fallAsleep(task);
    for (let part = 0; part < parts; part++) {
      const begun = this.enterPart(task, step, part);
      this.link(begun, join);
      this.runtime.spawn(begun, task);
    }
    return ACTION.suspend;
  }

  /** A task that nobody waits for: it outlives its request. */
  private beginTask(parent: TaskId, step: Instruction): void {
    const task = this.enterPart(parent, step, 0);
    this.join[task] = NONE;
    this.background++;
    this.runtime.spawn(task, parent);
  }

  /** A new task with the demands of its parent's request, at part `part` of its step. */
  private enterPart(parent: TaskId, step: Instruction, part: number): TaskId {
    const task = this.ledger.enter(PLACE.runnable);
    this.cls[task] = this.cls[parent]!;
    this.number[task] = this.number[parent]!;
    this.load[task] = this.load[parent]!;
    this.user[task] = NONE;
    this.connection[task] = NONE;
    this.pc[task] = step.targets[part]!;
    this.salt[task] = Math.imul(this.salt[parent]! + part + 1, 0x9e3779b1);
    this.demandFactor[task] = this.demandFactor[parent]!;
    this.flags[task] = (this.flags[parent]! & IS_INSIDE) | IS_PART;
    this.home[task] = this.home[parent]!;
    this.process[task] = this.process[parent]!;
    this.heldBytes[task] = 0;
    return task;
  }

  isPart(task: TaskId): boolean {
    return (this.flags[task]! & IS_PART) !== 0;
  }

  protected link(part: TaskId, join: number): void {
    const first = this.joinFirst[join]!;
    this.join[part] = join;
    this.nextPart[part] = first;
    this.previousPart[part] = NONE;
    if (first !== NONE) this.previousPart[first] = part;
    this.joinFirst[join] = part;
  }

  protected unlink(part: TaskId): void {
    const next = this.nextPart[part]!;
    const previous = this.previousPart[part]!;
    if (next !== NONE) this.previousPart[next] = previous;
    if (previous !== NONE) this.nextPart[previous] = next;
    else this.joinFirst[this.join[part]!] = next;
  }
}

function programsOf({ classes }: LaneModel): readonly (readonly Instruction[])[] {
  return classes.map(({ steps }) => compileProgram(steps));
}

function usesChannels({ model, channelPlaces }: RequestParts): boolean {
  return model.channels.length > 0 || channelPlaces.selectPlace !== NONE;
}

/** Where the branch begins that u falls into; past the last one when it falls into none. */
function chosen(step: Instruction, u: number): number {
  const { shares, targets } = step;
  let branch = 0;
  while (branch < shares.length && u >= shares[branch]!) branch++;
  return targets[branch]!;
}
