/**
 * Goroutines: G on P on M, after Go 1.23's `runtime/proc.go`.
 *
 * A processor (P) is the right to run Go code; a thread (M) needs one. Each P has a slot
 * `runnext`, a ring of 256 and its timers; there is a global queue. An M that runs out of work
 * looks in the order of `findRunnable`: own timers, every 61st time the global queue, runnext,
 * ring, global queue, the network, other Ps' rings (steal half), and then gives up its P; one M
 * blocks in the network poller, the others park. Sysmon preempts and takes Ps from system calls.
 * Marking comes before all other work, and where there is none (`go-marking.ts`).
 *
 * Left out: trace and finaliser goroutines, and the limit of 10 000 threads.
 */
import { DUE, NOW } from "../kernel/queue.ts";
import { NONE, resized } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { GoroutinesRuntime } from "../scenario/model.ts";
import { GoMarking, MARKING } from "./go-marking.ts";
import { ACTIVE, CALLING, GO_EVENTS, PAUSING, POLLING } from "./go-threads.ts";
import { Monitor } from "./monitor.ts";
import { BUSY, IN_SYSTEM_CALL, Processors, TIMER_GOROUTINE } from "./processors.ts";
import { ACTION, PLACE, type RuntimeModel, type RuntimeParts } from "./runtime.ts";
import { wakeForTimer } from "./timer-wait.ts";

const SYSMON = GO_EVENTS;
const POLLER_TIMER = GO_EVENTS + 1;

export class Goroutines extends GoMarking implements RuntimeModel {
  readonly homes: number;
  readonly rows: RuntimeModel["rows"];
  private readonly socketBuffer: number;
  private readonly globalQueue: number;

  protected readonly monitor: Monitor;

  // Process columns.
  private readonly pollerSince: Float64Array;
  private readonly polledAt: Float64Array;

  // G columns.
  private threadOf!: Int32Array;
  private timerP!: Int32Array;

  constructor(parts: RuntimeParts, config: GoroutinesRuntime) {
    const { processes } = parts;
    const places = { runnable: PLACE.runnable, globalQueue: parts.firstPlace + 1 };
    super(parts, new Processors(parts.ledger, places, processes, config.gomaxprocs), config);
    this.homes = processes;
    this.socketBuffer = parts.firstPlace;
    this.globalQueue = parts.firstPlace + 1;
    this.monitor = this.makeMonitor();
    this.pollerSince = new Float64Array(processes);
    this.polledAt = new Float64Array(processes);
    this.rows = Array.from({ length: this.homes * config.gomaxprocs }, (_, p) => ({
      kind: "processor",
      label: `P${p}`,
    }));
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
    if (this.comesBack(thread, doing)) {
      if (this.goroutine[thread] === NONE || !this.runGoroutine(thread)) this.schedule(thread);
    }
    this.active = NONE;
  }

  /** Back from where it parked; false when there is no P for it and it went to sleep again. */
  private comesBack(thread: ThreadId, doing: number): boolean {
    if (doing === CALLING) return this.exitSystemCall(thread);
    if (doing >= MARKING) return this.hasCollected(thread, doing);
    return doing !== POLLING || this.leavePoller(thread);
  }

  /** Sysmon's signal: the goroutine goes to the tail of the global queue. */
  private preempted(thread: ThreadId, left: number): void {
    const task = this.goroutine[thread]!;
    this.leftover[task] = left;
    this.goroutine[thread] = NONE;
    this.parts.machine.task[thread] = NONE;
    this.ps.putGlobal(this.parts.machine.process[thread]!, task);
  }

  /** Runs goroutines until one computes or blocks the thread, or there are none. */
  private schedule(thread: ThreadId): void {
    for (;;) {
      const task = this.findRunnable(thread);
      if (task === NONE) return;
      this.execute(thread, task);
      if (this.goroutine[thread] !== NONE && this.runGoroutine(thread)) return;
    }
  }

  private execute(thread: ThreadId, task: TaskId): void {
    const { machine, ledger, costs, trace } = this.parts;
    const p = this.pOf[thread]!;
    if (this.spins[thread] === 1) {
      this.stopSpinning(thread);
      this.wakeProcessor(machine.process[thread]!);
    }
    if (task === TIMER_GOROUTINE) {
      this.startDue(thread);
      return;
    }
    ledger.move(task, PLACE.runnable);
    this.goroutine[thread] = task;
    this.threadOf[task] = thread;
    machine.task[thread] = task;
    machine.charge(thread, costs.taskSwitch);
    this.taskSwitches++;
    this.noteStart(thread, task);
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
    this.stacks.run(task, machine.process[thread]!, thread);
    for (;;) {
      const action = work.next(task);
      switch (action) {
        case ACTION.compute:
        case ACTION.computeReleased:
          return this.compute(thread, this.demandNs());
        case ACTION.offload:
        case ACTION.offloadEnd:
        case ACTION.yield:
          // Goroutines need no executor, and a loop without a wait does not give way.
          break;
        case ACTION.giveWay:
          return this.goYield(thread, task);
        case ACTION.block:
          this.enterSystemCall(thread, task);
          return true;
        case ACTION.io:
          this.beginWait(task, PLACE.waitingIo, 0);
          machine.charge(thread, costs.ioCall);
          this.monitor.wake(machine.process[thread]!);
          return this.letGo(thread);
        case ACTION.sleep:
          this.timerP[task] = this.pOf[thread]!;
          this.beginTimer(task, 0);
          machine.charge(thread, costs.timer);
          return this.letGo(thread);
        case ACTION.collect:
          return this.assist(thread, task);
        case ACTION.finished:
          this.stacks.finish(task, machine.process[thread]!);
          return this.letGo(thread);
        default:
          return this.letGo(thread);
      }
    }
  }

  /**
   * A timer is due. A P that runs finds it when it schedules next; the M in the network poller,
   * when nobody else does, comes back after whole milliseconds.
   */
  protected timerDue(process: number): void {
    this.monitor.timerDue(process);
    if (this.poller[process] === NONE) return;
    const { queue, machine, costs, profile } = this.parts;
    const { timerSlackNs, wakeIdleNs, halts } = machine.calibration;
    const lateNs = timerSlackNs + (halts.at(-1)?.medianNs ?? wakeIdleNs);
    const now = queue.clock[NOW]!;
    const rule = costs.timerFloor > 0 ? profile.timerWait : "exact";
    const since = this.pollerSince[process]!;
    const at = wakeForTimer(rule, since, now, lateNs) + timerSlackNs;
    if (at <= now) {
      this.notify(process);
      return;
    }
    queue.clock[DUE] = at;
    queue.push(POLLER_TIMER, process, 0);
  }

  // ---- Finding work ------------------------------------------------------------------------------

  /** The next goroutine for the thread's P, in the runtime's order; NONE when the thread parked. */
  private findRunnable(thread: ThreadId): TaskId {
    const process = this.parts.machine.process[thread]!;
    const p = this.pOf[thread]!;
    this.ps.runTimers(p, p);
    if (this.mustMark(thread, process, p)) return NONE;
    let task = this.ps.takeByTick(p);
    if (task === NONE) task = this.ps.takeLocal(p);
    if (task === NONE) task = this.ps.takeGlobal(p);
    if (task === NONE) task = this.pollNow(process, p, thread);
    if (task === NONE) task = this.stealIfAllowed(process, p, thread);
    if (task !== NONE || this.doing[thread] !== ACTIVE) return task;
    if (!this.mayMark(thread, process, p)) this.stop(thread, process, p);
    return NONE;
  }

  /** `netpoll(0)`, when no M is blocked in the poller. */
  private pollNow(process: number, p: number, thread: ThreadId): TaskId {
    if (this.poller[process] !== NONE || !this.hasNetwork(process)) return NONE;
    this.parts.machine.charge(thread, this.parts.costs.poll);
    return this.takeNetwork(process, p);
  }

  private hasNetwork(process: number): boolean {
    if (this.netReady[process]!.size > 0) return true;
    return this.awaits(process);
  }

  /**
   * Takes what the network has ready: the last that became ready is returned, one for each idle P
   * goes to the global queue, the rest to the ring of `p`.
   */
  private takeNetwork(process: number, p: number): TaskId {
    this.polledAt[process] = this.parts.queue.clock[NOW]!;
    const ready = this.netReady[process]!;
    let first = ready.pop();
    let idle = this.ps.idleIn(process);
    for (let task = ready.pop(); task !== NONE; task = ready.pop()) {
      if (idle > 0) {
        idle--;
        this.ps.putGlobal(process, task);
        this.startProcessor(process);
      } else this.ps.putRing(p, task);
    }
    this.acceptAll(process, p);
    if (first === NONE) first = this.ps.takeLocal(p);
    return first;
  }

  /** The accept goroutine: `go serve(connection)` for each; new ones go to runnext. */
  private acceptAll(process: number, p: number): void {
    for (let task = this.acceptOne(process); task !== NONE; task = this.acceptOne(process)) {
      this.ps.putNext(p, task);
      this.wakeProcessor(process);
    }
  }

  private acceptOne(process: number): TaskId {
    const { work, machine, costs } = this.parts;
    const task = this.nextConnection(process);
    if (task === NONE) return NONE;
    this.monitor.wake(process);
    work.accepted(task, process);
    this.adopt(task, process, false);
    this.opened(process);
    this.noteWoken(task);
    if (this.active !== NONE) machine.charge(this.active, costs.accept + costs.taskCreate);
    return task;
  }

  /** Nothing to do: the P goes idle, the M into the network poller or to sleep. */
  private stop(thread: ThreadId, process: number, p: number): void {
    const { machine } = this.parts;
    if (this.spins[thread] === 1) this.stopSpinning(thread);
    this.giveUp(p);
    this.pOf[thread] = NONE;
    if (this.poller[process] !== NONE) {
      this.sleep(thread, process);
      return;
    }
    this.poller[process] = thread;
    // The call that blocks comes after everything that has been done at this instant.
    this.pollerSince[process] = this.parts.queue.clock[NOW]! + this.parts.costs.poll;
    this.doing[thread] = POLLING;
    machine.park(thread, SLICE.idle);
  }

  // ---- Waking ------------------------------------------------------------------------------------

  /** The network (or a timer) has something: the M blocked in the poller wakes, if there is one. */
  protected notify(process: number): void {
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
    if (this.ps.idleIn(process) === 0) {
      this.injectAll(process);
      this.sleep(thread, process);
      return false;
    }
    const p = this.ps.acquire(process);
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
      this.ps.putGlobal(process, task);
      this.startProcessor(process);
    }
    for (let task = this.acceptOne(process); task !== NONE; task = this.acceptOne(process)) {
      this.ps.putGlobal(process, task);
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
    this.noteWoken(task);
    // What it waited for is over; that nobody has looked yet is no longer the network's fault.
    ledger.move(task, PLACE.runnable);
    if (this.isTimer(place)) {
      this.ps.putDue(this.timerP[task]!, task);
      this.timerDue(process);
      return;
    }
    this.netReady[process]!.push(task);
    this.monitor.wake(process);
    this.notify(process);
  }

  resume(task: TaskId): void {
    const process = this.parts.work.process[task]!;
    const p = this.active === NONE ? NONE : this.pOf[this.active]!;
    this.noteWoken(task);
    if (p === NONE || this.ps.processOf(p) !== process) this.ps.putGlobal(process, task);
    else this.ps.putNext(p, task);
    this.wakeProcessor(process);
  }

  spawn(task: TaskId, parent: TaskId): void {
    const { machine, costs, work } = this.parts;
    this.adopt(task, work.process[parent]!, true);
    if (this.active !== NONE) machine.charge(this.active, costs.taskCreate);
    this.resume(task);
  }

  protected beginAt(process: number, task: TaskId): void {
    this.adopt(task, process, true);
    this.noteWoken(task);
    this.parts.ledger.move(task, this.globalQueue);
    this.netReady[process]!.push(task);
    this.monitor.timerDue(process);
    this.notify(process);
  }

  request(task: TaskId, home: number): void {
    this.adopt(task, home, false);
    this.noteWoken(task);
    this.parts.ledger.move(task, this.socketBuffer);
    this.netReady[home]!.push(task);
    this.monitor.wake(home);
    this.notify(home);
  }

  connectionReady(): void {
    const { processes, random, listener } = this.parts;
    if (listener.size === 0) return;
    const first = processes === 1 ? 0 : random.int(processes);
    for (let i = 0; i < processes; i++) {
      const process = (first + i) % processes;
      if (this.poller[process] === NONE || !this.awaits(process)) continue;
      this.notify(process);
      return;
    }
  }

  // ---- System calls ------------------------------------------------------------------------------

  private enterSystemCall(thread: ThreadId, task: TaskId): void {
    const { machine, trace } = this.parts;
    const process = machine.process[thread]!;
    const p = this.pOf[thread]!;
    this.monitor.enterSystemCall(process);
    this.ps.status[p] = IN_SYSTEM_CALL;
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
    this.monitor.wake(process);
    if (p !== NONE && this.ps.status[p] === IN_SYSTEM_CALL && this.ps.machineOf[p] === thread) {
      this.ps.status[p] = BUSY;
      this.monitor.exitSystemCall(p);
    } else if (this.ps.idleIn(process) > 0) this.bindP(thread, this.ps.acquire(process));
    else {
      this.letGo(thread);
      this.pOf[thread] = NONE;
      this.ps.putGlobal(process, task);
      this.sleep(thread, process);
      return false;
    }
    this.parts.ledger.move(task, PLACE.runnable);
    machine.task[thread] = task;
    this.parts.trace.enter(this.parts.firstRow + this.pOf[thread]!, SLICE.run, task);
    return true;
  }

  // ---- Sysmon ------------------------------------------------------------------------------------

  protected override handleModel(kind: number, a: number, b: number): void {
    if (kind === SYSMON) this.monitor.round(a);
    else if (kind !== POLLER_TIMER) super.handleModel(kind, a, b);
    else if (this.ps.hasDueTimers(a)) this.notify(a);
  }

  private makeMonitor(): Monitor {
    const { queue, machine, processes } = this.parts;
    return new Monitor({
      queue,
      processors: this.ps,
      processes,
      slackNs: machine.calibration.timerSlackNs,
      eventKind: SYSMON,
      scheduler: {
        isDown: (process) => this.down[process] === 1,
        spinningIn: (process) => this.spinning[process]!,
        preempt: (p) => this.preempt(p),
        handOff: (p) => this.handOff(p, this.netReady[this.ps.processOf(p)]!.size > 0),
        polledAt: (process) => (this.poller[process] === NONE ? this.polledAt[process]! : -1),
        poll: (process) => this.injectAll(process),
      },
    });
  }

  // ---- Processes ---------------------------------------------------------------------------------

  protected processOfHome(home: number): number {
    return home;
  }

  protected startProcess(process: number): void {
    this.ps.reset(process);
    this.resetArrivals(process);
    this.monitor.wake(process);
    const thread = this.makeM(process);
    this.poller[process] = thread;
    this.pollerSince[process] = this.parts.queue.clock[NOW]!;
    this.doing[thread] = POLLING;
  }

  protected stopProcess(process: number): void {
    this.killThreads(process);
    this.idleMs[process]!.clear();
    this.netReady[process]!.clear();
    this.spinning[process] = 0;
    this.poller[process] = NONE;
  }

  private growColumns(): void {
    this.parts.ledger.tasks.onGrow((capacity) => {
      this.threadOf = resized(this.threadOf, capacity, Int32Array);
      this.timerP = resized(this.timerP, capacity, Int32Array);
    });
  }
}
