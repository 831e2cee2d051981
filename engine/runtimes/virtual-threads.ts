/**
 * Virtual threads, after JDK 25's `VirtualThread.java` and `Poller.java`.
 *
 * A request is a virtual thread. It runs mounted on a carrier (an OS thread, `fork-join-pool.ts`)
 * and keeps it until it waits or ends: there are no time slices. Who is started, or woken by an OS
 * thread, goes to the submission queue; who is woken by a virtual thread goes to the tail of that
 * carrier's queue. That data has arrived is noticed by read pollers, which are virtual threads
 * themselves and need a carrier for it; two OS threads, the master poller and the delay scheduler,
 * put pollers and sleepers into the submission queue. A blocking call is compensated for by
 * another carrier, a pinned wait is not. Connections are accepted as Tomcat does it: as far as its
 * limit allows, with a virtual thread for each request.
 *
 * Left out: the threads of Tomcat's acceptor and poller (each request is charged for them), and
 * the dead end of pinned threads whose pollers find no carrier: here the kernel ends a pinned wait
 * itself, as it does for native code.
 */
import type { InsideNow, ThreadRole } from "../api.ts";
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { Fifo, NONE, resized } from "../kernel/rows.ts";
import { USER, type ThreadId } from "../machine/machine.ts";
import { HEAP, STACKS } from "../machine/memory.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { Runtime, VirtualThreadsRuntime } from "../scenario/model.ts";
import { MODEL_EVENTS } from "./base.ts";
import { fifos, ForkJoinPool } from "./fork-join-pool.ts";
import { ACTION, PLACE, type RuntimeModel, type RuntimeParts } from "./runtime.ts";

/** The most read pollers of a process. [S] */
const POLLERS_MAX = 32;
/** In a queue of virtual threads, poller p is `FIRST_POLLER - p`; tasks are not negative. */
const FIRST_POLLER = -2;

/** What an OS thread of a process is for. */
const CARRIER = 0;
const MASTER_POLLER = 1;
const DELAY_SCHEDULER = 2;
const TIMER_THREAD = 3;

/** The sleep of the thread that starts arrivals is over. */
const ARRIVALS_DUE = MODEL_EVENTS;

export class VirtualThreads extends ForkJoinPool implements RuntimeModel {
  readonly homes: number;
  readonly rows: RuntimeModel["rows"] = [];
  private pinnedShare: number;
  private readonly perProcess: number;
  private readonly submissionQueue: number;
  private readonly socketBuffer: number;
  private readonly pinned: number;

  // Process columns.
  private readonly masterPoller: Int32Array;
  private readonly delayScheduler: Int32Array;
  /** Pollers that the master poller is to wake, sleepers that are due. */
  private readonly awaited: readonly Fifo[];
  private readonly due: readonly Fifo[];
  /** The OS thread that starts arrivals, and what it is to start; of the lane. */
  private timerThread: ThreadId = NONE;
  private readonly arrivals = new Fifo();
  /** Since when that thread sleeps (ns). */
  private readonly asleepSince = new Float64Array(1);
  private sleepEnds = NO_EVENT;

  // Poller columns; a poller's number is process × pollers + index.
  private readonly readable: readonly Fifo[];
  /** 1: waits in the master poller; 0: is in a queue of virtual threads, or runs. */
  private readonly isParked: Uint8Array;

  // Thread columns.
  private role!: Uint8Array;
  private mounted!: Int32Array;
  private isAsleep!: Uint8Array;
  // Task columns.
  private carrierOf!: Int32Array;
  private hasStack!: Uint8Array;
  /** System time (ns) that the task costs the carrier it is mounted on next. */
  private owed!: Float64Array;

  constructor(parts: RuntimeParts, config: VirtualThreadsRuntime) {
    super(parts, config.parallelism);
    const { processes } = parts;
    this.homes = processes;
    this.pinnedShare = config.pinned;
    this.perProcess = pollersOf(parts.machine.allowedCores);
    this.submissionQueue = parts.firstPlace;
    this.socketBuffer = parts.firstPlace + 1;
    this.pinned = parts.firstPlace + 2;
    this.masterPoller = new Int32Array(processes).fill(NONE);
    this.delayScheduler = new Int32Array(processes).fill(NONE);
    this.awaited = fifos(processes);
    this.due = fifos(processes);
    this.readable = fifos(processes * this.perProcess);
    this.isParked = new Uint8Array(processes * this.perProcess).fill(1);
    this.growColumns();
  }

  override retune(runtime: Runtime): void {
    if (runtime.model !== "virtual-threads") return;
    this.pinnedShare = runtime.pinned;
    this.resize(runtime.parallelism);
  }

  // ---- Starting ----------------------------------------------------------------------------------

  connectionReady(): void {
    const { listener, work, costs } = this.parts;
    while (listener.size > 0) {
      const process = this.acceptor();
      if (process === NONE) return;
      const task = listener.accept(process);
      work.accepted(task, process);
      this.opened(process);
      this.begin(task, process, costs.accept + costs.ioCall);
    }
  }

  /** The process that takes the next connection, or NONE while none can. */
  private acceptor(): number {
    const { processes, random } = this.parts;
    const first = processes === 1 ? 0 : random.int(processes);
    for (let i = 0; i < processes; i++) {
      const process = (first + i) % processes;
      if (this.awaits(process)) return process;
    }
    return NONE;
  }

  request(task: TaskId, home: number): void {
    this.begin(task, home, this.parts.costs.ioCall);
  }

  protected beginAt(process: number, task: TaskId): void {
    this.begin(task, process, 0);
  }

  protected override startArrival(task: TaskId): void {
    const { queue, machine, work } = this.parts;
    // What waits for the parent's timer belongs to none of the processes.
    if (this.homes > 1) work.process[task] = NONE;
    this.arrivals.push(task);
    if (this.isAsleep[this.timerThread] === 0) return;
    this.isAsleep[this.timerThread] = 0;
    // Nobody sleeps for what is due already, as the first arrival may be.
    const now = queue.clock[NOW]!;
    queue.clock[DUE] = this.asleepSince[0] === now ? now : now + machine.calibration.timerSlackNs;
    this.sleepEnds = queue.push(ARRIVALS_DUE, this.timerThread, 0);
  }

  /** The timer thread starts what is due, late arrivals in a row. */
  private startDue(thread: ThreadId): void {
    const { machine, costs } = this.parts;
    for (let task = this.arrivals.shift(); task !== NONE; task = this.arrivals.shift()) {
      machine.charge(thread, costs.taskCreate);
      this.beginInside(task);
    }
    machine.charge(thread, costs.timer);
    this.asleepSince[0] = this.parts.queue.clock[NOW]!;
    this.isAsleep[thread] = 1;
    machine.park(thread, SLICE.idle);
  }

  spawn(task: TaskId, parent: TaskId): void {
    this.begin(task, this.parts.work.process[parent]!, 0);
  }

  /** `Thread.startVirtualThread`: whoever starts it, it goes to the submission queue. */
  private begin(task: TaskId, process: number, systemNs: number): void {
    const { work, costs } = this.parts;
    work.home[task] = process;
    work.process[task] = process;
    this.hasStack[task] = 0;
    const isStarted = this.active !== NONE && this.role[this.active] === TIMER_THREAD;
    this.owed[task] = systemNs + (isStarted ? 0 : costs.taskCreate);
    this.submit(process, task);
  }

  // ---- Carriers ----------------------------------------------------------------------------------

  advance(thread: ThreadId): void {
    this.active = thread;
    if (this.role[thread] === CARRIER) this.carry(thread);
    else if (this.role[thread] === TIMER_THREAD) this.startDue(thread);
    else this.relay(thread);
    this.active = NONE;
  }

  /** Runs virtual threads until one computes or blocks the carrier, or there are none. */
  private carry(carrier: ThreadId): void {
    for (;;) {
      const task = this.mounted[carrier]!;
      if (task !== NONE) {
        if (this.runMounted(carrier, task)) return;
        continue;
      }
      const next = this.findWork(carrier);
      if (next === NONE) {
        this.goIdle(carrier);
        return;
      }
      if (next <= FIRST_POLLER) this.poll(carrier, next);
      else this.mount(carrier, next);
    }
  }

  private mount(carrier: ThreadId, task: TaskId): void {
    const { machine, memory, costs } = this.parts;
    if (this.hasStack[task] === 1) {
      memory.add(machine.process[carrier]!, HEAP, -costs.taskBytes);
      this.hasStack[task] = 0;
    }
    this.noteStart(carrier, task);
    this.mounted[carrier] = task;
    this.carrierOf[task] = carrier;
    machine.task[carrier] = task;
    machine.charge(carrier, costs.taskSwitch + this.owed[task]!);
    this.owed[task] = 0;
    this.taskSwitches++;
  }

  /** Goes through the steps of the mounted one; true when its carrier now computes or sleeps. */
  private runMounted(carrier: ThreadId, task: TaskId): boolean {
    const { work, machine, costs, ledger } = this.parts;
    ledger.move(task, PLACE.running);
    for (;;) {
      const action = work.next(task);
      switch (action) {
        case ACTION.compute:
        case ACTION.computeReleased:
          machine.burst[0] = this.demandNs();
          machine.compute(carrier, USER);
          return true;
        case ACTION.offload:
        case ACTION.offloadEnd:
        case ACTION.yield:
        case ACTION.giveWay:
          // It needs no executor, and a loop without a wait does not give way.
          break;
        case ACTION.io:
          machine.charge(carrier, costs.ioCall);
          if (work.happens(task, this.pinnedShare)) return this.hold(carrier, task, this.pinned);
          this.beginWait(task, PLACE.waitingIo, 0);
          return this.unmount(carrier, task);
        case ACTION.block:
          this.compensate(carrier);
          return this.hold(carrier, task, PLACE.blocked);
        case ACTION.sleep:
          this.beginTimer(task, machine.calibration.timerSlackNs);
          machine.charge(carrier, costs.timer);
          // The scheduler wakes to put it into its heap (`DelayScheduler.pend`).
          this.alert(this.delayScheduler[machine.process[carrier]!]!);
          return this.unmount(carrier, task);
        case ACTION.suspend:
          return this.unmount(carrier, task);
        default:
          return this.letGo(carrier);
      }
    }
  }

  /** The task leaves its carrier; its stack is copied to the heap. */
  private unmount(carrier: ThreadId, task: TaskId): false {
    const { machine, memory, costs } = this.parts;
    memory.add(machine.process[carrier]!, HEAP, costs.taskBytes);
    this.hasStack[task] = 1;
    return this.letGo(carrier);
  }

  private letGo(carrier: ThreadId): false {
    this.mounted[carrier] = NONE;
    this.parts.machine.task[carrier] = NONE;
    return false;
  }

  /** The task waits on its carrier, which sleeps with it. */
  private hold(carrier: ThreadId, task: TaskId, place: number): true {
    const { machine } = this.parts;
    this.beginWait(task, place, 0);
    machine.charge(carrier, machine.calibration.systemCallNs);
    machine.task[carrier] = NONE;
    machine.park(carrier, SLICE.io);
    return true;
  }

  // ---- Queues ------------------------------------------------------------------------------------

  private submit(process: number, virtual: number): void {
    if (virtual >= 0) {
      this.noteWoken(virtual);
      this.parts.ledger.move(virtual, this.submissionQueue);
    }
    this.submitted[process]!.push(virtual);
    this.signal(process);
  }

  /** A virtual thread on `carrier` wakes the task. */
  private unpark(carrier: ThreadId, task: TaskId): void {
    this.noteWoken(task);
    this.parts.ledger.move(task, PLACE.runnable);
    this.queues[carrier]!.push(task);
    this.signal(this.parts.machine.process[carrier]!);
  }

  // ---- Waking ------------------------------------------------------------------------------------

  resume(task: TaskId): void {
    const process = this.parts.work.process[task]!;
    const by = this.active;
    const isCarried = by !== NONE && this.parts.machine.process[by] === process;
    if (isCarried) this.unpark(by, task);
    else this.submit(process, task);
  }

  protected waitOver(task: TaskId): void {
    const { ledger, work } = this.parts;
    const process = work.process[task]!;
    const place = ledger.place[task]!;
    if (this.isTimer(place)) {
      this.due[process]!.push(task);
      this.alert(this.delayScheduler[process]!);
    } else if (place === PLACE.waitingIo) this.becomeReadable(process, task);
    else this.goOn(task);
  }

  /** A task that waited on its carrier goes on there. */
  private goOn(task: TaskId): void {
    const { ledger, machine } = this.parts;
    const carrier = this.carrierOf[task]!;
    this.endCompensation(carrier);
    ledger.move(task, PLACE.runnable);
    machine.task[carrier] = task;
    machine.wake(carrier, NONE);
  }

  /** Its data has arrived; which poller watches the socket depends on the socket's number. */
  private becomeReadable(process: number, task: TaskId): void {
    const poller = process * this.perProcess + (task % this.perProcess);
    this.parts.ledger.move(task, this.socketBuffer);
    this.readable[poller]!.push(task);
    if (this.isParked[poller] === 0) return;
    this.isParked[poller] = 0;
    this.awaited[process]!.push(FIRST_POLLER - poller);
    this.alert(this.masterPoller[process]!);
  }

  private alert(thread: ThreadId): void {
    if (this.isAsleep[thread] === 0) return;
    this.isAsleep[thread] = 0;
    this.parts.machine.wake(thread, this.active);
  }

  /** Master poller and delay scheduler: what is due goes to the submission queue. */
  private relay(thread: ThreadId): void {
    const { machine, costs } = this.parts;
    const process = machine.process[thread]!;
    const polls = this.role[thread] === MASTER_POLLER;
    machine.charge(thread, polls ? costs.poll : machine.calibration.systemCallNs);
    const list = (polls ? this.awaited : this.due)[process]!;
    while (list.size > 0) this.submit(process, list.shift());
    this.isAsleep[thread] = 1;
    machine.park(thread, SLICE.idle);
  }

  /**
   * A read poller runs: it wakes whose data has arrived and yields, to look once more; when it
   * finds nothing it parks in the master poller (`Poller.subPollerLoop`).
   */
  private poll(carrier: ThreadId, virtual: number): void {
    const { machine, costs } = this.parts;
    const poller = FIRST_POLLER - virtual;
    const readable = this.readable[poller]!;
    machine.charge(carrier, costs.taskSwitch + costs.poll);
    this.taskSwitches++;
    if (readable.size === 0) {
      this.isParked[poller] = 1;
      return;
    }
    while (readable.size > 0) this.unpark(carrier, readable.shift());
    this.queues[carrier]!.push(virtual);
  }

  protected handleModel(_kind: number, a: number, _b: number): void {
    this.parts.machine.wake(a, NONE);
  }

  override threadRow(thread: ThreadId): ReturnType<RuntimeModel["threadRow"]> {
    const role = this.role[thread]!;
    if (role === MASTER_POLLER) return { kind: "thread", label: "poller" };
    if (role === DELAY_SCHEDULER) return { kind: "thread", label: "timer" };
    if (role === TIMER_THREAD) return { kind: "thread", label: "arrivals" };
    return { kind: "thread", label: `carrier ${thread}` };
  }

  // ---- Looking -----------------------------------------------------------------------------------

  insideNow(process: number): InsideNow {
    const carriers = this.carriersNow(process).map(({ thread, queued }) => {
      const task = this.mounted[thread]!;
      const place = task === NONE ? NONE : this.parts.ledger.place[task];
      const held = place === PLACE.blocked || place === this.pinned;
      return { thread, queued, mounted: task !== NONE, held };
    });
    const first = process * this.perProcess;
    const networkReady = this.readable
      .slice(first, first + this.perProcess)
      .reduce((sum, { size }) => sum + size, 0);
    return {
      kind: "virtual-threads",
      carriers,
      submitted: this.submittedIn(process),
      networkReady,
    };
  }

  override roleOf(thread: ThreadId): ThreadRole {
    return this.role[thread] === CARRIER ? "carrier" : "helper";
  }

  protected threadsFor(task: TaskId): readonly ThreadId[] {
    return this.carriersNow(this.parts.work.process[task]!).map(({ thread }) => thread);
  }

  servedBy(thread: ThreadId): TaskId {
    return this.mounted[thread]!;
  }

  // ---- Processes ---------------------------------------------------------------------------------

  protected processOfHome(home: number): number {
    return home;
  }

  protected startProcess(process: number): void {
    this.startPool(process);
    this.masterPoller[process] = this.makeHelper(process, MASTER_POLLER);
    this.delayScheduler[process] = this.makeHelper(process, DELAY_SCHEDULER);
    if (this.parts.duePlace === NONE) return;
    if (this.homes === 1) this.timerThread = this.makeHelper(process, TIMER_THREAD);
    else if (this.timerThread === NONE) this.timerThread = this.newThread(NONE, TIMER_THREAD);
  }

  protected stopProcess(process: number): void {
    this.killThreads(process);
    this.stopPool(process);
    if (this.homes === 1) {
      this.parts.queue.cancel(this.sleepEnds);
      this.arrivals.clear();
    }
    this.awaited[process]!.clear();
    this.due[process]!.clear();
    const first = process * this.perProcess;
    for (let poller = first; poller < first + this.perProcess; poller++) {
      this.readable[poller]!.clear();
      this.isParked[poller] = 1;
    }
  }

  protected newCarrier(process: number): ThreadId {
    return this.newThread(process, CARRIER);
  }

  private makeHelper(process: number, role: number): ThreadId {
    this.parts.memory.add(process, STACKS, this.parts.costs.threadBytes);
    return this.newThread(process, role);
  }

  private newThread(process: number, role: number): ThreadId {
    const thread = this.parts.machine.createThread(process);
    this.role[thread] = role;
    this.mounted[thread] = NONE;
    this.isAsleep[thread] = 1;
    return thread;
  }

  private growColumns(): void {
    this.parts.machine.threads.onGrow((capacity) => {
      this.role = resized(this.role, capacity, Uint8Array);
      this.mounted = resized(this.mounted, capacity, Int32Array);
      this.isAsleep = resized(this.isAsleep, capacity, Uint8Array);
    });
    this.parts.ledger.tasks.onGrow((capacity) => {
      this.carrierOf = resized(this.carrierOf, capacity, Int32Array);
      this.hasStack = resized(this.hasStack, capacity, Uint8Array);
      this.owed = resized(this.owed, capacity, Float64Array);
    });
  }
}

/** The highest power of two that is not above the number of cores, but 32 at most. [S] */
function pollersOf(cores: number): number {
  return 1 << (31 - Math.clz32(Math.min(cores, POLLERS_MAX)));
}
