/**
 * What all runtime models share: waits that end by an event, connections and their memory,
 * garbage, and processes that die and come back.
 */
import type { GilNow, ThreadRole } from "../api.ts";
import { assert } from "../kernel/assert.ts";
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { Fifo, NONE } from "../kernel/rows.ts";
import { BUFFERS, PROCESS } from "../machine/memory.ts";
import type { ThreadId } from "../machine/machine.ts";
import type { CacheLine } from "../sync/cache-line.ts";
import type { TaskId } from "../measure/ledger.ts";
import type { Runtime } from "../scenario/model.ts";
import type { Collector, CollectorParts } from "./collectors/collector.ts";
import { makeCollector } from "./collectors/index.ts";
import { ForkedMemory } from "./forked.ts";
import { ObjectPools } from "./object-pools.ts";
import {
  ACTION,
  GO_ON,
  PLACE,
  RUNTIME_EVENTS,
  type GilUse,
  type LoopUse,
  type RuntimeModel,
  type RuntimeParts,
} from "./runtime.ts";

/** A task's wait for I/O or a timer is over. */
const WAIT_OVER = RUNTIME_EVENTS;
const RESTART = RUNTIME_EVENTS + 1;
const COLLECT = RUNTIME_EVENTS + 2;
/** Event kinds of the particular model begin here. */
export const MODEL_EVENTS = RUNTIME_EVENTS + 3;

export abstract class RuntimeBase {
  abstract readonly homes: number;
  readonly channelNs: number;
  taskSwitches = 0;
  protected readonly parts: RuntimeParts;
  protected collector: Collector;
  objects: ObjectPools;
  /** Undefined where processes share no pages. */
  private readonly forked: ForkedMemory | undefined;
  /** The thread being advanced, which pays for what happens now; NONE outside of threads. */
  protected active: ThreadId = NONE;
  /** Memory (bytes) that an open connection takes. */
  private readonly connectionBytes: number;
  /** Connections open in each process. */
  protected readonly connections: Float64Array;
  /** True when a step takes just its demand: no factor, no slower cores. */
  private readonly isPlain: boolean;
  /** 1 while a process is dead. */
  protected readonly down: Uint8Array;
  /** Tasks of the runtime's own that began while every process was dead. */
  private readonly waitingForStart = new Fifo();
  private nextHome = 0;

  constructor(parts: RuntimeParts) {
    this.parts = parts;
    const { costs, machine } = parts;
    this.isPlain = costs.cpuFactor === 1 && machine.calibration.shared.mean === 0;
    this.channelNs = costs.channel;
    this.connectionBytes = parts.machine.calibration.socketBytes + parts.costs.connectionBytes;
    this.connections = new Float64Array(parts.processes);
    this.down = new Uint8Array(parts.processes);
    this.forked =
      parts.profile.forks === true && parts.processes > 1
        ? new ForkedMemory(parts.memory, costs, parts.processes)
        : undefined;
    this.objects = new ObjectPools(parts.objectPools, parts.processes, 1);
    this.collector = makeCollector(parts.profile.collector, this.collectorParts(), parts.heap);
  }

  protected collectorParts(): CollectorParts {
    const { queue, ledger, machine, memory, costs, processes, collectorPlace, work } = this.parts;
    return {
      queue,
      ledger,
      machine,
      memory,
      costs,
      processes,
      waitNs: work.waitNs,
      place: collectorPlace,
      eventKind: COLLECT,
      runtime: this,
      traversed: (process) => this.forked?.collected(process),
    };
  }

  start(): void {
    for (let process = 0; process < this.parts.processes; process++) this.bringUp(process);
  }

  /** From now on the runtime is set as `runtime` says; what it reads only when it starts is equal. */
  retune(_runtime: Runtime): void {
    // Most of a runtime is set for good.
  }

  /** The process of a home (a process, or a loop of one). */
  protected abstract processOfHome(home: number): number;
  /** Creates the threads of a process that has just started. */
  protected abstract startProcess(process: number): void;
  /** Ends the threads of a process that has been killed. */
  protected abstract stopProcess(process: number): void;
  /** The wait that `beginWait` began is over. */
  protected abstract waitOver(task: TaskId): void;
  /** A task of the runtime's own begins at a home that is alive. */
  protected abstract beginAt(home: number, task: TaskId): void;
  /** The runtime's timer task is to start an arrival that is due. */
  protected startArrival(task: TaskId): void {
    this.beginInside(task);
  }

  abstract connectionReady(): void;
  abstract resume(task: TaskId): void;
  abstract advance(thread: ThreadId): void;
  protected abstract handleModel(kind: number, a: number, b: number): void;

  handle(kind: number, a: number, b: number): void {
    if (kind === WAIT_OVER) {
      const { work, ledger, selectPlace } = this.parts;
      work.waitingFor(a, NO_EVENT);
      if (ledger.place[a] === selectPlace) work.selectTimedOut(a);
      this.waitOver(a);
    } else if (kind === RESTART) {
      this.down[a] = 0;
      this.parts.listener.opened(a);
      this.bringUp(a);
      for (let n = this.waitingForStart.size; n > 0; n--) {
        this.beginInside(this.waitingForStart.shift());
      }
      this.connectionReady();
    } else if (kind === COLLECT) this.collector.handle(a, b);
    else this.handleModel(kind, a, b);
  }

  /** Tasks of the runtime's own go to the homes in turn. */
  beginInside(task: TaskId): void {
    const home = this.nextHomeUp();
    if (home === NONE) this.waitingForStart.push(task);
    else this.beginAt(home, task);
  }

  /** Where nothing costs anything nobody has to start an arrival either. */
  beginArrival(task: TaskId): void {
    const { duePlace, ledger } = this.parts;
    if (duePlace !== NONE) ledger.move(task, duePlace);
    if (duePlace === NONE || this.down.indexOf(0) < 0) this.beginInside(task);
    else this.startArrival(task);
  }

  /** The home whose turn it is among those that are alive, or NONE. */
  protected nextHomeUp(): number {
    for (let tried = 0; tried < this.homes; tried++) {
      const home = this.nextHome;
      this.nextHome = (home + 1) % this.homes;
      const process = this.processOfHome(home);
      if (this.down[process] !== 0) continue;
      this.forked?.use(process);
      return home;
    }
    return NONE;
  }

  threadRow(_thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    return undefined;
  }

  collectorThread(thread: ThreadId): string | undefined {
    return this.collector.threadLabel(thread);
  }

  gilUse(): GilUse {
    return { heldNs: 0, switches: 0 };
  }

  loopUse(): LoopUse {
    return { executorNs: 0, idleNs: 0 };
  }

  // ---- Looking -----------------------------------------------------------------------------------

  gilNow(_process: number): GilNow | undefined {
    return undefined;
  }

  connectionsOf(process: number): number {
    return this.connections[process]!;
  }

  isDown(process: number): boolean {
    return this.down[process] === 1;
  }

  /** Whoever has a name of its own in the schedule is no plain worker. */
  roleOf(thread: ThreadId): ThreadRole {
    return this.threadRow(thread) === undefined ? "worker" : "helper";
  }

  /** The threads one of which serves the task, or is to serve it. */
  protected abstract threadsFor(task: TaskId): readonly ThreadId[];

  inTheWayOf(task: TaskId): readonly TaskId[] {
    const { machine } = this.parts;
    const served = this.threadsFor(task).map((thread) => [thread, this.servedBy(thread)] as const);
    const own = served.find(([, its]) => its === task);
    if (own === undefined) return served.map(([, its]) => its).filter((its) => its >= 0);
    const runner = machine.inFrontOf(own[0]);
    return runner === NONE ? [] : [machine.task[runner]!];
  }

  gilHolder(_process: number): TaskId | undefined {
    return undefined;
  }

  // ---- Who woke whom -----------------------------------------------------------------------------

  abstract servedBy(thread: ThreadId): TaskId;

  /** The row of the schedule on which tasks are drawn that the thread runs. */
  protected taskRow(thread: ThreadId): number {
    return this.parts.machine.rowOf(thread);
  }

  /** The task gets ready: by the thread that is being advanced, or by an interrupt. */
  protected noteWoken(task: TaskId): void {
    const { trace } = this.parts;
    if (!trace.enabled) return;
    if (this.active === NONE) trace.taskWoken(task, NONE, NONE);
    else trace.taskWoken(task, this.taskRow(this.active), this.servedBy(this.active));
  }

  /** The task begins to run on the thread. */
  protected noteStart(thread: ThreadId, task: TaskId): void {
    const { trace } = this.parts;
    if (trace.enabled) trace.taskStarts(this.taskRow(thread), task);
  }

  // ---- Locks -------------------------------------------------------------------------------------

  /** What a lock costs is stated for both, and with its line in the core's own cache. */
  payForLock(line: CacheLine, takes: boolean): void {
    if (this.active === NONE) return;
    const { machine, queue, costs } = this.parts;
    const ns = line.use(machine.coreOf(this.active), 1, queue.clock[NOW]!);
    machine.charge(this.active, ns - Math.round(machine.calibration.atomicNs));
    if (takes) machine.charge(this.active, costs.lock);
  }

  coreNow(): number {
    assert(this.active !== NONE, "a step without a thread");
    return this.parts.machine.coreOf(this.active);
  }

  /** Only Go's mutex asks. */
  maySpin(): boolean {
    return false;
  }

  // ---- Waits -------------------------------------------------------------------------------------

  /** The task leaves its thread for `waitNs` (plus `lateNs`) in `place`. */
  protected beginWait(task: TaskId, place: number, lateNs: number): void {
    const { queue, ledger, work } = this.parts;
    ledger.move(task, place);
    queue.clock[DUE] = queue.clock[NOW]! + work.waitNs[0]! + lateNs;
    work.waitingFor(task, queue.push(WAIT_OVER, task, 0));
  }

  /** The same for a timer; a select that times out has its place already. */
  protected beginTimer(task: TaskId, lateNs: number): void {
    const { ledger, selectPlace } = this.parts;
    const selects = ledger.place[task] === selectPlace;
    this.beginWait(task, selects ? selectPlace : PLACE.sleeping, lateNs);
  }

  /** Whether tasks in the place wait for a timer, if they wait for an event at all. */
  protected isTimer(place: number): boolean {
    return place === PLACE.sleeping || place === this.parts.selectPlace;
  }

  /** What the cpu step that `Work.next` has just returned takes, ns. */
  protected demandNs(): number {
    const { work, costs, machine } = this.parts;
    if (this.isPlain) return work.waitNs[0]!;
    machine.burst[0] = Math.round(work.waitNs[0]! * costs.cpuFactor);
    machine.slowBurst();
    return machine.burst[0];
  }

  cutShort(task: TaskId, event: number): void {
    const { queue, work } = this.parts;
    if (!queue.cancel(event)) return;
    queue.clock[DUE] = queue.clock[NOW]!;
    work.waitingFor(task, queue.push(WAIT_OVER, task, 0));
  }

  /** The task waits on its thread as the action says; a timer ends `slackNs` late. */
  protected beginWaitFor(action: number, task: TaskId, slackNs: number): void {
    if (action === ACTION.sleep) this.beginTimer(task, slackNs);
    else this.beginWait(task, action === ACTION.io ? PLACE.waitingIo : PLACE.blocked, 0);
  }

  // ---- Connections -------------------------------------------------------------------------------

  protected opened(process: number): void {
    this.forked?.use(process);
    this.connections[process] = this.connections[process]! + 1;
    this.parts.memory.add(process, BUFFERS, this.connectionBytes);
  }

  /** Who refuses over its limit takes every connection, if only to close it. */
  protected mayAccept(process: number): boolean {
    const refuses = this.parts.profile.refusesOverLimit === true;
    return this.down[process] === 0 && (refuses || this.hasRoom(process));
  }

  private hasRoom(process: number): boolean {
    return this.connections[process]! < this.parts.maxConnections;
  }

  /** Somebody waits whom `process` may accept. */
  protected awaits(process: number): boolean {
    return this.parts.listener.sizeFor(process) > 0 && this.mayAccept(process);
  }

  /** The connection that `process` accepts next, or NONE; those over its limit are refused. */
  protected nextConnection(process: number): TaskId {
    const { listener, work, machine, costs } = this.parts;
    while (this.awaits(process)) {
      const task = listener.accept(process);
      if (this.hasRoom(process)) return task;
      if (this.active !== NONE) machine.charge(this.active, costs.accept);
      work.reject(task);
    }
    return NONE;
  }

  connectionClosed(home: number): void {
    const process = this.processOfHome(home);
    if (this.connections[process] === 0) return;
    this.connections[process] = this.connections[process]! - 1;
    this.parts.memory.add(process, BUFFERS, -this.connectionBytes);
    if (this.parts.listener.size > 0) this.connectionReady();
  }

  openIdle(count: number): void {
    const { processes } = this.parts;
    for (let process = 0; process < processes; process++) {
      const share = Math.floor(count / processes) + (process < count % processes ? 1 : 0);
      this.connections[process] = this.connections[process]! + share;
      this.addIdle(process, share);
    }
  }

  /** Memory of `count` connections of `process` that are open from the start. */
  protected addIdle(process: number, count: number): void {
    this.parts.memory.add(process, BUFFERS, count * this.connectionBytes);
  }

  // ---- Memory and processes ----------------------------------------------------------------------

  allocated(process: number, bytes: number, task: TaskId): number {
    return this.collector.allocated(process, bytes, task);
  }

  held(process: number, bytes: number, task: TaskId): number {
    return this.collector.held(process, bytes, task);
  }

  takeObject(process: number, pool: number, task: TaskId): number {
    if (this.objects.take(pool, process, this.processorIn(process))) return GO_ON;
    return this.collector.pooled(process, this.objects.bytesOf(pool), task);
  }

  giveObject(process: number, pool: number): void {
    this.objects.put(pool, process, this.processorIn(process));
  }

  /** Which of the process's shares of a pool of objects is used now. */
  protected processorIn(_process: number): number {
    return 0;
  }

  released(process: number, bytes: number, task: TaskId): void {
    this.collector.released(process, bytes, task);
  }

  condemn(process: number): void {
    this.parts.memory.condemn(process);
  }

  killProcess(process: number): void {
    const { work, memory, queue, costs, listener } = this.parts;
    assert(this.active === NONE, "a process is killed between two events");
    if (this.down[process] !== 0) return;
    this.down[process] = 1;
    this.stopProcess(process);
    work.crashProcess(process, (home) => this.processOfHome(home) === process);
    memory.release(process);
    this.objects.died(process);
    this.collector.died(process);
    this.connections[process] = 0;
    // A socket of its own is closed with it, and who waited there is turned away.
    for (let task = listener.closed(process); task !== NONE; task = listener.closed(process)) {
      work.reject(task);
    }
    queue.clock[DUE] = queue.clock[NOW]! + Math.max(costs.restart, SHORTEST_RESTART_NS);
    queue.push(RESTART, process, 0);
  }

  protected killThreads(process: number): void {
    const { machine } = this.parts;
    for (const thread of machine.livingIn(process)) machine.kill(thread);
  }

  private bringUp(process: number): void {
    if (this.forked !== undefined) this.forked.start(process);
    else this.parts.memory.add(process, PROCESS, this.parts.costs.processBytes);
    this.startProcess(process);
  }
}

/** A restart that took no time could repeat without end at one instant. */
const SHORTEST_RESTART_NS = 1_000_000;
