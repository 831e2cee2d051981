/**
 * Goroutines: G on P on M, after Go 1.23's `runtime/proc.go`.
 *
 * A processor (P) is the right to run Go code; a thread (M) needs one. Each P has a slot
 * `runnext`, a ring of 256 and its timers; there is a global queue. An M that runs out of work
 * looks in the order of `findRunnable`: own timers, every 61st time the global queue, runnext,
 * ring, global queue, the network, other Ps' rings (steal half), and then gives up its P; one M
 * blocks in the network poller, the others park. Sysmon preempts and takes Ps from system calls.
 *
 * Left out: the collector's workers and assists, stack growth, idle-priority marking, trace and
 * finaliser goroutines, and the limit of 10 000 threads.
 */
import type { Place } from "../api.ts";
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { Fifo, NONE, resized } from "../kernel/rows.ts";
import { USER, type ThreadId } from "../machine/machine.ts";
import { STACKS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { GoroutinesRuntime } from "../scenario/model.ts";
import { workEdges, type EdgeName, type Uses } from "./flow.ts";
import { MODEL_EVENTS, RuntimeBase } from "./base.ts";
import { ACTION, PLACE, type RuntimeModel, type RuntimeParts } from "./runtime.ts";
import { POLL_NS, SLICE_NS, Sysmon, type Monitored } from "./sysmon.ts";

const SYSMON = MODEL_EVENTS;
const RETRY_STEAL = MODEL_EVENTS + 1;

/** Size of a P's ring; a full one moves half to the global queue. [S] */
const RING = 256;
/** One G in so many is taken from the global queue first. [S] */
const GLOBAL_EVERY = 61;
/** The most Gs a P takes from the global queue at once. [S] */
const GLOBAL_BATCH = RING / 2;
/** Rounds over all Ps that a thief makes. [S] `stealWork` */
const STEAL_ROUNDS = 4;
/** A thief waits so long before it takes a running P's runnext. [S] `runqgrab` */
const RUNNEXT_PAUSE_NS = 3_000;

const IDLE = 0;
const BUSY = 1;
const IN_SYSTEM_CALL = 2;

/** What an M was doing when it parked. */
const PARKED = 0;
const POLLING = 1;
const CALLING = 2;
const PAUSING = 3;
const ACTIVE = 4;

/** The places this model adds to the common ones. */
export function goroutinesPlaces(): Place[] {
  return [
    { name: "socket-buffer", label: "unread requests", kind: "queue", group: "kernel" },
    { name: "global-queue", label: "global run queue", kind: "ready", group: "runtime" },
  ];
}

/** How tasks move between the places of this model. */
export function goroutinesEdges(uses: Uses): EdgeName[] {
  const entry: EdgeName[] = uses.clients
    ? ["accept-queue>runnable", "accept-queue>global-queue"]
    : [];
  const read: EdgeName[] = uses.keepsAlive
    ? ["client>socket-buffer", "socket-buffer>runnable", "socket-buffer>global-queue"]
    : [];
  return [
    ...entry,
    ...read,
    ...(uses.inside ? (["client>global-queue"] as EdgeName[]) : []),
    "running>global-queue",
    "global-queue>runnable",
    "runnable>global-queue",
    ...(uses.block ? (["blocked>global-queue"] as EdgeName[]) : []),
    ...uses.pools.map((pool): EdgeName => `waiting-pool:${pool}>global-queue`),
    ...workEdges(uses, "runnable"),
  ];
}

export class Goroutines extends RuntimeBase implements RuntimeModel {
  readonly homes: number;
  readonly rows: RuntimeModel["rows"];
  private readonly perProcess: number;
  private readonly socketBuffer: number;
  private readonly globalQueue: number;

  // P columns; a P's number is process × GOMAXPROCS + index.
  private readonly status: Uint8Array;
  private readonly runnext: Int32Array;
  private readonly ring: readonly Fifo[];
  private readonly dueTimers: readonly Fifo[];
  private readonly tick: Int32Array;
  private readonly machineOf: Int32Array;
  private readonly seenTick: Int32Array;
  private readonly seenAt: Float64Array;
  /** System calls that have ended, and how many sysmon has seen the end of. */
  private readonly calls: Int32Array;
  private readonly seenCalls: Int32Array;
  private readonly seenCallAt: Float64Array;

  // Process columns.
  private readonly global: readonly Fifo[];
  private readonly idlePs: readonly Fifo[];
  private readonly idleMs: readonly Fifo[];
  private readonly netReady: readonly Fifo[];
  private readonly spinning: Int32Array;
  /** The M blocked in the network poller, or NONE. */
  private readonly poller: Int32Array;
  private readonly polledAt: Float64Array;
  private readonly sysmons: readonly Sysmon[];
  private readonly sysmonEvent: Int32Array;
  private readonly sysmonRoundAt: Float64Array;
  private readonly monitored: readonly Monitored[];

  // M columns.
  private pOf!: Int32Array;
  private goroutine!: Int32Array;
  private spins!: Uint8Array;
  private doing!: Uint8Array;
  /** 1: has paused already, so it takes a running P's runnext too. */
  private eager!: Uint8Array;
  // G columns.
  private leftover!: Float64Array;
  private threadOf!: Int32Array;
  private timerP!: Int32Array;
  private ownsStack!: Uint8Array;

  constructor(parts: RuntimeParts, config: GoroutinesRuntime) {
    super(parts);
    const { processes } = parts;
    this.homes = processes;
    this.perProcess = config.gomaxprocs;
    this.socketBuffer = parts.firstPlace;
    this.globalQueue = parts.firstPlace + 1;
    const ps = processes * config.gomaxprocs;
    this.status = new Uint8Array(ps);
    this.runnext = new Int32Array(ps).fill(NONE);
    this.ring = fifos(ps);
    this.dueTimers = fifos(ps);
    this.tick = new Int32Array(ps);
    this.machineOf = new Int32Array(ps).fill(NONE);
    this.seenTick = new Int32Array(ps).fill(-1);
    this.seenAt = new Float64Array(ps);
    this.calls = new Int32Array(ps);
    this.seenCalls = new Int32Array(ps);
    this.seenCallAt = new Float64Array(ps);
    this.global = fifos(processes);
    this.idlePs = fifos(processes);
    this.idleMs = fifos(processes);
    this.netReady = fifos(processes);
    this.spinning = new Int32Array(processes);
    this.poller = new Int32Array(processes).fill(NONE);
    this.polledAt = new Float64Array(processes);
    this.sysmonEvent = new Int32Array(processes).fill(NO_EVENT);
    this.sysmonRoundAt = new Float64Array(processes);
    this.sysmons = Array.from({ length: processes }, () => new Sysmon());
    this.monitored = Array.from({ length: processes }, (_, process) => this.monitor(process));
    this.rows = Array.from({ length: ps }, (_, p) => ({ kind: "processor", label: `P${p}` }));
    this.growColumns();
  }

  // ---- Threads -----------------------------------------------------------------------------------

  advance(thread: ThreadId): void {
    this.active = thread;
    const left = this.parts.machine.remainingOf(thread);
    if (left > 0) this.preempted(thread, left);
    const doing = this.doing[thread]!;
    this.doing[thread] = ACTIVE;
    this.eager[thread] = doing === PAUSING ? 1 : 0;
    if (doing === CALLING && !this.exitSystemCall(thread)) {
      this.active = NONE;
      return;
    }
    if (doing === POLLING && !this.leavePoller(thread)) {
      this.active = NONE;
      return;
    }
    if (this.goroutine[thread] === NONE || !this.runGoroutine(thread)) this.schedule(thread);
    this.active = NONE;
  }

  /** Sysmon's signal: the goroutine goes to the tail of the global queue. */
  private preempted(thread: ThreadId, left: number): void {
    const task = this.goroutine[thread]!;
    this.leftover[task] = left;
    this.goroutine[thread] = NONE;
    this.parts.machine.task[thread] = NONE;
    this.putGlobal(this.parts.machine.process[thread]!, task);
  }

  /** Runs goroutines until one computes or blocks the thread, or there are none. */
  private schedule(thread: ThreadId): void {
    for (;;) {
      const task = this.findRunnable(thread);
      if (task === NONE) return;
      this.execute(thread, task);
      if (this.runGoroutine(thread)) return;
    }
  }

  private execute(thread: ThreadId, task: TaskId): void {
    const { machine, ledger, costs, trace } = this.parts;
    const p = this.pOf[thread]!;
    if (this.spins[thread] === 1) {
      this.stopSpinning(thread);
      this.wakeProcessor(machine.process[thread]!);
    }
    ledger.move(task, PLACE.runnable);
    this.goroutine[thread] = task;
    this.threadOf[task] = thread;
    machine.task[thread] = task;
    machine.charge(thread, costs.taskSwitch);
    this.taskSwitches++;
    trace.enter(this.parts.firstRow + p, SLICE.run, task);
  }

  /** Goes through the goroutine's steps; true when the thread now computes or blocks. */
  private runGoroutine(thread: ThreadId): boolean {
    const { work, costs, machine } = this.parts;
    const task = this.goroutine[thread]!;
    const rest = this.leftover[task]!;
    if (rest > 0) {
      this.leftover[task] = 0;
      return this.compute(thread, rest);
    }
    this.parts.ledger.move(task, PLACE.running);
    for (;;) {
      const owns = this.ownsStack[task]!;
      const action = work.next(task);
      switch (action) {
        case ACTION.compute:
        case ACTION.computeReleased:
          return this.compute(thread, Math.round(work.waitNs[0]! * costs.cpuFactor));
        case ACTION.offload:
        case ACTION.offloadEnd:
        case ACTION.yield:
          // Goroutines need no executor, and a loop without a wait does not give way.
          break;
        case ACTION.block:
          this.enterSystemCall(thread, task);
          return true;
        case ACTION.io:
          this.beginWait(task, PLACE.waitingIo, 0);
          machine.charge(thread, costs.ioCall);
          return this.letGo(thread);
        case ACTION.sleep:
          this.timerP[task] = this.pOf[thread]!;
          this.beginWait(task, PLACE.sleeping, this.timerLateness(thread));
          return this.letGo(thread);
        case ACTION.finished:
          if (owns === 1) {
            this.parts.memory.add(machine.process[thread]!, STACKS, -costs.taskBytes);
          }
          return this.letGo(thread);
        default:
          return this.letGo(thread);
      }
    }
  }

  private compute(thread: ThreadId, ns: number): boolean {
    const { machine } = this.parts;
    machine.burst[0] = ns;
    machine.compute(thread, USER);
    return true;
  }

  private letGo(thread: ThreadId): boolean {
    this.goroutine[thread] = NONE;
    this.parts.machine.task[thread] = NONE;
    return false;
  }

  /** `epoll_wait` counts in milliseconds when the process is otherwise idle; then the slack. */
  private timerLateness(thread: ThreadId): number {
    const { costs, work, machine } = this.parts;
    const wait = work.waitNs[0]!;
    const floor = costs.timerFloor;
    const isBusy = this.idlePs[machine.process[thread]!]!.size === 0;
    const late = floor > 0 && !isBusy ? Math.ceil(wait / floor) * floor - wait : 0;
    return late + machine.calibration.timerSlackNs;
  }

  // ---- Finding work ------------------------------------------------------------------------------

  /** The next goroutine for the thread's P, in the runtime's order; NONE when the thread parked. */
  private findRunnable(thread: ThreadId): TaskId {
    const process = this.parts.machine.process[thread]!;
    const p = this.pOf[thread]!;
    this.runTimers(p, p);
    this.tick[p] = this.tick[p]! + 1;
    if (this.tick[p] % GLOBAL_EVERY === 0) {
      const task = this.global[process]!.shift();
      if (task !== NONE) return task;
    }
    let task = this.takeLocal(p);
    if (task === NONE) task = this.takeGlobal(process, p);
    if (task === NONE) task = this.pollNow(process, p, thread);
    if (task === NONE) task = this.stealIfAllowed(process, p, thread);
    if (task === NONE && this.doing[thread] === ACTIVE) this.stop(thread, process, p);
    return task;
  }

  private takeLocal(p: number): TaskId {
    const next = this.runnext[p]!;
    if (next === NONE) return this.ring[p]!.shift();
    // A goroutine from runnext inherits the slice: the tick does not count.
    this.runnext[p] = NONE;
    this.tick[p] = this.tick[p]! - 1;
    return next;
  }

  private takeGlobal(process: number, p: number): TaskId {
    const global = this.global[process]!;
    if (global.size === 0) return NONE;
    const share = Math.floor(global.size / this.perProcess) + 1;
    const n = Math.min(share, global.size, GLOBAL_BATCH);
    const first = global.shift();
    for (let i = 1; i < n; i++) {
      const task = global.shift();
      this.parts.ledger.move(task, PLACE.runnable);
      this.ring[p]!.push(task);
    }
    return first;
  }

  /** `netpoll(0)`, when no M is blocked in the poller. */
  private pollNow(process: number, p: number, thread: ThreadId): TaskId {
    if (this.poller[process] !== NONE || !this.hasNetwork(process)) return NONE;
    this.parts.machine.charge(thread, this.parts.costs.poll);
    return this.takeNetwork(process, p);
  }

  private hasNetwork(process: number): boolean {
    if (this.netReady[process]!.size > 0) return true;
    return this.parts.listener.size > 0 && this.mayAccept(process);
  }

  /**
   * Takes what the network has ready: the last that became ready is returned, one for each idle P
   * goes to the global queue, the rest to the ring of `p`.
   */
  private takeNetwork(process: number, p: number): TaskId {
    this.polledAt[process] = this.parts.queue.clock[NOW]!;
    const ready = this.netReady[process]!;
    let first = ready.pop();
    let idle = this.idlePs[process]!.size;
    for (let task = ready.pop(); task !== NONE; task = ready.pop()) {
      if (idle > 0) {
        idle--;
        this.putGlobal(process, task);
        this.startProcessor(process);
      } else this.putRing(process, p, task);
    }
    this.acceptAll(process, p);
    if (first === NONE) first = this.takeLocal(p);
    return first;
  }

  /** The accept goroutine: `go serve(connection)` for each; new ones go to runnext. */
  private acceptAll(process: number, p: number): void {
    const { listener } = this.parts;
    while (listener.size > 0 && this.mayAccept(process)) {
      this.putNext(process, p, this.acceptOne(process));
      this.wakeProcessor(process);
    }
  }

  private acceptOne(process: number): TaskId {
    const { listener, work, machine, costs } = this.parts;
    const task = listener.accept();
    work.accepted(task, process);
    this.adopt(task, process, 0);
    this.opened(process);
    if (this.active !== NONE) machine.charge(this.active, costs.accept + costs.taskCreate);
    return task;
  }

  private stealIfAllowed(process: number, p: number, thread: ThreadId): TaskId {
    if (this.spins[thread] === 0) {
      const busy = this.perProcess - this.idlePs[process]!.size;
      if (2 * this.spinning[process]! >= busy) return NONE;
      this.spins[thread] = 1;
      this.spinning[process] = this.spinning[process]! + 1;
    }
    return this.steal(process, p, thread);
  }

  /** Four rounds over all Ps from a random start; timers and runnext only in the last. */
  private steal(process: number, p: number, thread: ThreadId): TaskId {
    const n = this.perProcess;
    if (n === 1) return NONE;
    const { random, machine, costs } = this.parts;
    const base = process * n;
    const start = random.int(n);
    let paused = false;
    for (let round = 0; round < STEAL_ROUNDS; round++) {
      const last = round === STEAL_ROUNDS - 1;
      for (let i = 0; i < n; i++) {
        const victim = base + ((start + i) % n);
        if (victim === p) continue;
        machine.charge(thread, round === 0 ? costs.steal : 0);
        if (last && this.runTimers(victim, p)) return this.takeLocal(p);
        const task = this.stealHalf(victim, p);
        if (task !== NONE) return task;
        if (!last || this.runnext[victim] === NONE) continue;
        if (this.mayTakeRunnext(victim, thread)) {
          const next = this.runnext[victim]!;
          this.runnext[victim] = NONE;
          return next;
        }
        paused = true;
      }
    }
    if (paused) this.pause(thread);
    return NONE;
  }

  /** A running victim gets a moment to start its runnext itself. */
  private mayTakeRunnext(victim: number, thread: ThreadId): boolean {
    if (this.status[victim] !== BUSY || this.parts.machine.calibration.timerSlackNs === 0)
      return true;
    return this.eager[thread] === 1;
  }

  private pause(thread: ThreadId): void {
    const { queue, machine } = this.parts;
    this.doing[thread] = PAUSING;
    queue.clock[DUE] = queue.clock[NOW]! + RUNNEXT_PAUSE_NS + machine.calibration.timerSlackNs;
    queue.push(RETRY_STEAL, thread, 0);
    machine.park(thread, SLICE.idle);
  }

  /** Moves the older half of the victim's ring to `p`; the newest of them is returned to run. */
  private stealHalf(victim: number, p: number): TaskId {
    const ring = this.ring[victim]!;
    const n = Math.ceil(ring.size / 2);
    if (n === 0) return NONE;
    for (let i = 1; i < n; i++) this.ring[p]!.push(ring.shift());
    return ring.shift();
  }

  /** Runs the due timers of `owner` on `p`; true when there were any. */
  private runTimers(owner: number, p: number): boolean {
    const due = this.dueTimers[owner]!;
    if (due.size === 0) return false;
    const process = Math.floor(p / this.perProcess);
    for (let task = due.shift(); task !== NONE; task = due.shift()) this.putNext(process, p, task);
    return true;
  }

  /** Nothing to do: the P goes idle, the M into the network poller or to sleep. */
  private stop(thread: ThreadId, process: number, p: number): void {
    const { machine } = this.parts;
    if (this.spins[thread] === 1) this.stopSpinning(thread);
    this.giveUp(process, p);
    this.pOf[thread] = NONE;
    if (this.poller[process] === NONE) {
      this.poller[process] = thread;
      this.doing[thread] = POLLING;
    } else {
      this.doing[thread] = PARKED;
      this.idleMs[process]!.push(thread);
    }
    machine.park(thread, SLICE.idle);
  }

  private giveUp(process: number, p: number): void {
    this.status[p] = IDLE;
    this.machineOf[p] = NONE;
    this.idlePs[process]!.push(p);
    this.parts.trace.enter(this.parts.firstRow + p, SLICE.idle, NONE);
  }

  private stopSpinning(thread: ThreadId): void {
    const process = this.parts.machine.process[thread]!;
    this.spins[thread] = 0;
    this.spinning[process] = this.spinning[process]! - 1;
  }

  // ---- Run queues --------------------------------------------------------------------------------

  /** Into runnext of `p`; who was there goes to the ring's tail. */
  private putNext(process: number, p: number, task: TaskId): void {
    this.parts.ledger.move(task, PLACE.runnable);
    const kicked = this.runnext[p]!;
    this.runnext[p] = task;
    if (kicked !== NONE) this.putRing(process, p, kicked);
  }

  private putRing(process: number, p: number, task: TaskId): void {
    const ring = this.ring[p]!;
    if (ring.size === RING) {
      for (let i = 0; i < RING / 2; i++) this.putGlobal(process, ring.shift());
      this.putGlobal(process, task);
      return;
    }
    this.parts.ledger.move(task, PLACE.runnable);
    ring.push(task);
  }

  private putGlobal(process: number, task: TaskId): void {
    this.parts.ledger.move(task, this.globalQueue);
    this.global[process]!.push(task);
  }

  // ---- Waking ------------------------------------------------------------------------------------

  /** `wakep`: a P is idle and nobody looks for work, so somebody starts to. */
  private wakeProcessor(process: number): void {
    if (this.idlePs[process]!.size === 0 || this.spinning[process]! > 0) return;
    this.spinning[process] = 1;
    this.startM(process, this.acquire(process), 1);
  }

  /** Starts an M for an idle P without spinning: there is work for it. */
  private startProcessor(process: number): void {
    if (this.idlePs[process]!.size > 0) this.startM(process, this.acquire(process), 0);
  }

  private acquire(process: number): number {
    const p = this.idlePs[process]!.pop();
    this.status[p] = BUSY;
    this.wakeSysmon(process);
    return p;
  }

  private startM(process: number, p: number, spins: 0 | 1): void {
    const { machine } = this.parts;
    let thread = this.idleMs[process]!.pop();
    if (thread === NONE) {
      thread = this.makeM(process);
      if (this.active !== NONE) machine.charge(this.active, machine.calibration.threadCreateNs);
    }
    this.bindP(thread, p);
    this.spins[thread] = spins;
    this.doing[thread] = ACTIVE;
    machine.wake(thread, this.active);
  }

  private bindP(thread: ThreadId, p: number): void {
    this.pOf[thread] = p;
    this.machineOf[p] = thread;
    this.status[p] = BUSY;
  }

  /** The network (or a timer) has something: the M blocked in the poller wakes, if there is one. */
  private notify(process: number): void {
    const thread = this.poller[process]!;
    if (thread === NONE) return;
    this.poller[process] = NONE;
    this.parts.machine.wake(thread, NONE);
  }

  /** Back from the poller; false when there was no P for it and the thread went to sleep. */
  private leavePoller(thread: ThreadId): boolean {
    const { machine, costs } = this.parts;
    const process = machine.process[thread]!;
    machine.charge(thread, costs.poll);
    if (this.idlePs[process]!.size === 0) {
      this.injectAll(process);
      this.doing[thread] = PARKED;
      this.idleMs[process]!.push(thread);
      machine.park(thread, SLICE.idle);
      return false;
    }
    const p = this.acquire(process);
    this.bindP(thread, p);
    const task = this.takeNetwork(process, p);
    if (task === NONE) {
      // A timer: it looks for work as a spinning M.
      this.spins[thread] = 1;
      this.spinning[process] = this.spinning[process]! + 1;
    } else this.execute(thread, task);
    return true;
  }

  /** Without a P all that is ready goes to the global queue, new connections included. */
  private injectAll(process: number): void {
    this.polledAt[process] = this.parts.queue.clock[NOW]!;
    const ready = this.netReady[process]!;
    for (let task = ready.pop(); task !== NONE; task = ready.pop()) {
      this.putGlobal(process, task);
      this.startProcessor(process);
    }
    const { listener } = this.parts;
    while (listener.size > 0 && this.mayAccept(process)) {
      this.putGlobal(process, this.acceptOne(process));
      this.startProcessor(process);
    }
  }

  protected waitOver(task: TaskId): void {
    const { work, ledger, machine } = this.parts;
    const process = work.process[task]!;
    const place = ledger.place[task]!;
    if (place === PLACE.blocked) {
      machine.wake(this.threadOf[task]!, NONE);
      return;
    }
    // What it waited for is over; that nobody has looked yet is no longer the network's fault.
    ledger.move(task, PLACE.runnable);
    if (place === PLACE.sleeping) this.dueTimers[this.timerP[task]!]!.push(task);
    else this.netReady[process]!.push(task);
    this.notify(process);
  }

  resume(task: TaskId): void {
    const process = this.parts.work.process[task]!;
    const p = this.active === NONE ? NONE : this.pOf[this.active]!;
    if (p === NONE || Math.floor(p / this.perProcess) !== process) this.putGlobal(process, task);
    else this.putNext(process, p, task);
    this.wakeProcessor(process);
  }

  spawn(task: TaskId, parent: TaskId): void {
    const { machine, costs, work } = this.parts;
    this.adopt(task, work.process[parent]!, 1);
    if (this.active !== NONE) machine.charge(this.active, costs.taskCreate);
    this.resume(task);
  }

  protected beginAt(process: number, task: TaskId): void {
    this.adopt(task, process, 1);
    this.parts.ledger.move(task, this.globalQueue);
    this.netReady[process]!.push(task);
    this.notify(process);
  }

  request(task: TaskId, home: number): void {
    this.adopt(task, home, 0);
    this.parts.ledger.move(task, this.socketBuffer);
    this.netReady[home]!.push(task);
    this.notify(home);
  }

  connectionReady(): void {
    const { processes, random, listener } = this.parts;
    if (listener.size === 0) return;
    const first = processes === 1 ? 0 : random.int(processes);
    for (let i = 0; i < processes; i++) {
      const process = (first + i) % processes;
      if (this.poller[process] === NONE || !this.mayAccept(process)) continue;
      this.notify(process);
      return;
    }
  }

  private adopt(task: TaskId, process: number, owns: 0 | 1): void {
    const { work, memory, costs } = this.parts;
    work.home[task] = process;
    work.process[task] = process;
    this.leftover[task] = 0;
    this.ownsStack[task] = owns;
    if (owns === 1) memory.add(process, STACKS, costs.taskBytes);
  }

  // ---- System calls ------------------------------------------------------------------------------

  private enterSystemCall(thread: ThreadId, task: TaskId): void {
    const { machine, trace } = this.parts;
    const process = machine.process[thread]!;
    const p = this.pOf[thread]!;
    if (!this.monitored[process]!.isInSystemCall()) this.disturbSysmon(process);
    this.status[p] = IN_SYSTEM_CALL;
    trace.enter(this.parts.firstRow + p, SLICE.io, task);
    this.doing[thread] = CALLING;
    this.beginWait(task, PLACE.blocked, 0);
    machine.task[thread] = NONE;
    machine.park(thread, SLICE.io);
  }

  /** Back from a system call: with its old P, an idle one, or none; then false. */
  private exitSystemCall(thread: ThreadId): boolean {
    const { machine } = this.parts;
    const process = machine.process[thread]!;
    const task = this.goroutine[thread]!;
    const p = this.pOf[thread]!;
    if (p !== NONE && this.status[p] === IN_SYSTEM_CALL && this.machineOf[p] === thread) {
      this.status[p] = BUSY;
      this.calls[p] = this.calls[p]! + 1;
    } else if (this.idlePs[process]!.size > 0) this.bindP(thread, this.acquire(process));
    else {
      this.letGo(thread);
      this.pOf[thread] = NONE;
      this.putGlobal(process, task);
      this.doing[thread] = PARKED;
      this.idleMs[process]!.push(thread);
      machine.park(thread, SLICE.idle);
      return false;
    }
    this.parts.ledger.move(task, PLACE.runnable);
    machine.task[thread] = task;
    this.parts.trace.enter(this.parts.firstRow + this.pOf[thread]!, SLICE.run, task);
    return true;
  }

  /** A P without its M: to another M when there is work, else idle. */
  private handOff(process: number, p: number): void {
    this.pOf[this.machineOf[p]!] = NONE;
    const hasWork =
      this.runnext[p] !== NONE ||
      this.ring[p]!.size > 0 ||
      this.global[process]!.size > 0 ||
      this.netReady[process]!.size > 0 ||
      this.dueTimers[p]!.size > 0;
    if (hasWork) this.startM(process, p, 0);
    else if (this.spinning[process] === 0 && this.idlePs[process]!.size === 0) {
      this.spinning[process] = 1;
      this.startM(process, p, 1);
    } else this.giveUp(process, p);
  }

  // ---- Sysmon ------------------------------------------------------------------------------------

  protected handleModel(kind: number, a: number, _b: number): void {
    if (kind === SYSMON) {
      this.sysmonRound(a);
      return;
    }
    // The thief's pause is over; it goes on spinning.
    if (this.parts.machine.isAlive(a) && this.doing[a] === PAUSING) {
      this.parts.machine.wake(a, NONE);
    }
  }

  private wakeSysmon(process: number): void {
    const sysmon = this.sysmons[process]!;
    if (sysmon.isAwake) return;
    this.nextRound(process, sysmon.awake(this.parts.machine.calibration.timerSlackNs));
  }

  /** Sysmon's next round is `ns` after the one it makes now. */
  private nextRound(process: number, ns: number): void {
    const { queue } = this.parts;
    const now = queue.clock[NOW]!;
    this.sysmonRoundAt[process] = now;
    queue.clock[DUE] = now + ns;
    this.sysmonEvent[process] = queue.push(SYSMON, process, 0);
  }

  /** Sysmon may have slept through rounds that could find nothing; now they could. */
  private disturbSysmon(process: number): void {
    const { queue, machine } = this.parts;
    if (!queue.cancel(this.sysmonEvent[process]!)) return;
    const roundAt = this.sysmonRoundAt[process]!;
    const since = queue.clock[NOW]! - roundAt;
    const { timerSlackNs } = machine.calibration;
    queue.clock[DUE] = roundAt + this.sysmons[process]!.disturbed(since, timerSlackNs);
    this.sysmonEvent[process] = queue.push(SYSMON, process, 0);
  }

  private sysmonRound(process: number): void {
    this.sysmonEvent[process] = NO_EVENT;
    const sleep = this.sysmons[process]!.round(
      this.monitored[process]!,
      this.parts.machine.calibration.timerSlackNs,
    );
    if (sleep >= 0) this.nextRound(process, sleep);
  }

  private monitor(process: number): Monitored {
    const first = process * this.perProcess;
    const end = first + this.perProcess;
    return {
      isAllIdle: () => this.down[process] === 1 || this.idlePs[process]!.size === this.perProcess,
      isInSystemCall: () => {
        const p = this.status.indexOf(IN_SYSTEM_CALL, first);
        return p >= 0 && p < end;
      },
      retake: () => this.retake(process, first, end),
      pollIfForgotten: () => {
        const since = this.parts.queue.clock[NOW]! - this.polledAt[process]!;
        if (this.poller[process] !== NONE || since < POLL_NS) return;
        this.injectAll(process);
      },
    };
  }

  private retake(process: number, first: number, end: number): number {
    const now = this.parts.queue.clock[NOW]!;
    let taken = 0;
    for (let p = first; p < end; p++) {
      if (this.status[p] === IDLE) continue;
      let long = false;
      if (this.seenTick[p] !== this.tick[p]) {
        this.seenTick[p] = this.tick[p]!;
        this.seenAt[p] = now;
      } else long = now - this.seenAt[p]! >= SLICE_NS;
      if (this.status[p] === BUSY) {
        const thread = this.machineOf[p]!;
        if (long && this.goroutine[thread] !== NONE) this.parts.machine.interrupt(thread);
      } else if (this.mayRetake(process, p, long)) {
        this.calls[p] = this.calls[p]! + 1;
        this.handOff(process, p);
        taken++;
      }
    }
    return taken;
  }

  /**
   * A P in a system call is left alone at the first look after a call has returned (`syscalltick`),
   * and for 10 ms while it has no work of its own and others look for some.
   */
  private mayRetake(process: number, p: number, long: boolean): boolean {
    const now = this.parts.queue.clock[NOW]!;
    if (!long && this.seenCalls[p] !== this.calls[p]) {
      this.seenCalls[p] = this.calls[p]!;
      this.seenCallAt[p] = now;
      return false;
    }
    if (this.runnext[p] !== NONE || this.ring[p]!.size > 0) return true;
    const others = this.idlePs[process]!.size + this.spinning[process]!;
    return others === 0 || now - this.seenCallAt[p]! >= SLICE_NS;
  }

  override threadRow(thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    return { kind: "thread", label: `M${thread}` };
  }

  // ---- Processes ---------------------------------------------------------------------------------

  protected processOfHome(home: number): number {
    return home;
  }

  override opened(process: number): void {
    super.opened(process);
    this.parts.memory.add(process, STACKS, this.parts.costs.taskBytes);
  }

  override connectionClosed(home: number): void {
    this.parts.memory.add(home, STACKS, -this.parts.costs.taskBytes);
    super.connectionClosed(home);
  }

  protected override addIdle(process: number, count: number): void {
    super.addIdle(process, count);
    this.parts.memory.add(process, STACKS, count * this.parts.costs.taskBytes);
  }

  protected startProcess(process: number): void {
    for (let i = this.perProcess - 1; i >= 0; i--) {
      this.idlePs[process]!.push(process * this.perProcess + i);
    }
    const thread = this.makeM(process);
    this.poller[process] = thread;
    this.doing[thread] = POLLING;
  }

  protected stopProcess(process: number): void {
    const { machine } = this.parts;
    for (let thread = 0; thread < machine.threads.high; thread++) {
      if (machine.isAlive(thread) && machine.process[thread] === process) machine.kill(thread);
    }
    for (let i = 0; i < this.perProcess; i++) {
      const p = process * this.perProcess + i;
      this.status[p] = IDLE;
      this.machineOf[p] = NONE;
      this.runnext[p] = NONE;
      this.ring[p]!.clear();
      this.dueTimers[p]!.clear();
    }
    this.global[process]!.clear();
    this.idlePs[process]!.clear();
    this.idleMs[process]!.clear();
    this.netReady[process]!.clear();
    this.spinning[process] = 0;
    this.poller[process] = NONE;
  }

  private makeM(process: number): ThreadId {
    const { machine, memory, costs } = this.parts;
    const thread = machine.createThread(process);
    this.pOf[thread] = NONE;
    this.goroutine[thread] = NONE;
    this.spins[thread] = 0;
    this.doing[thread] = PARKED;
    this.eager[thread] = 0;
    memory.add(process, STACKS, costs.threadBytes);
    return thread;
  }

  private growColumns(): void {
    this.parts.machine.threads.onGrow((capacity) => {
      this.pOf = resized(this.pOf, capacity, Int32Array);
      this.goroutine = resized(this.goroutine, capacity, Int32Array);
      this.spins = resized(this.spins, capacity, Uint8Array);
      this.doing = resized(this.doing, capacity, Uint8Array);
      this.eager = resized(this.eager, capacity, Uint8Array);
    });
    this.parts.ledger.tasks.onGrow((capacity) => {
      this.leftover = resized(this.leftover, capacity, Float64Array);
      this.threadOf = resized(this.threadOf, capacity, Int32Array);
      this.timerP = resized(this.timerP, capacity, Int32Array);
      this.ownsStack = resized(this.ownsStack, capacity, Uint8Array);
    });
  }
}

function fifos(n: number): Fifo[] {
  return Array.from({ length: n }, () => new Fifo());
}
