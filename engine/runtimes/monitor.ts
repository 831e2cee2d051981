/**
 * Sysmon at work on a lane's processors (`runtime/proc.go`, `retake`, Go 1.23): when its rounds
 * are, which goroutines it preempts and which Ps it takes away from system calls. How long it
 * sleeps between rounds is `sysmon.ts`.
 */
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import { BUSY, IDLE, type Processors } from "./processors.ts";
import { POLL_NS, SLICE_NS, Sysmon, type Monitored } from "./sysmon.ts";

/** What the monitor asks of the scheduler. */
export interface Scheduler {
  /** True while the process is dead. */
  isDown(process: number): boolean;
  /** Ms that look for work in a process. */
  spinningIn(process: number): number;
  /** The goroutine on the P has run for long enough. */
  preempt(p: number): void;
  /** The P is in a system call: another M takes it, or it goes idle. */
  handOff(p: number): void;
  /** When the network was polled last (ns); −1 while an M is blocked in the poller. */
  polledAt(process: number): number;
  /** Takes what the network has ready, without a P. */
  poll(process: number): void;
}

export class Monitor {
  private readonly sysmons: readonly Sysmon[];
  private readonly views: readonly Monitored[];
  private readonly event: Int32Array;
  private readonly roundAt: Float64Array;
  // P columns.
  private readonly seenTick: Int32Array;
  private readonly seenAt: Float64Array;
  /** System calls that have ended, and how many of them have been seen. */
  private readonly calls: Int32Array;
  private readonly seenCalls: Int32Array;
  private readonly seenCallAt: Float64Array;

  private readonly queue: EventQueue;
  private readonly processors: Processors;
  private readonly scheduler: Scheduler;
  private readonly slackNs: number;
  private readonly eventKind: number;

  constructor(parts: {
    queue: EventQueue;
    processors: Processors;
    scheduler: Scheduler;
    processes: number;
    slackNs: number;
    /** Event kind of a round; its `a` is the process. */
    eventKind: number;
  }) {
    const { processors, processes } = parts;
    this.queue = parts.queue;
    this.processors = processors;
    this.scheduler = parts.scheduler;
    this.slackNs = parts.slackNs;
    this.eventKind = parts.eventKind;
    const ps = processes * processors.perProcess;
    this.seenTick = new Int32Array(ps).fill(-1);
    this.seenAt = new Float64Array(ps);
    this.calls = new Int32Array(ps);
    this.seenCalls = new Int32Array(ps);
    this.seenCallAt = new Float64Array(ps);
    this.event = new Int32Array(processes).fill(NO_EVENT);
    this.roundAt = new Float64Array(processes);
    this.sysmons = Array.from({ length: processes }, () => new Sysmon());
    this.views = Array.from({ length: processes }, (_, process) => this.viewOf(process));
  }

  /** A system call begins or ends: sysmon leaves its deep sleep (`entersyscall_sysmon`). */
  wake(process: number): void {
    const sysmon = this.sysmons[process]!;
    if (!sysmon.isAwake) this.nextRound(process, sysmon.awake(this.slackNs));
  }

  /** A timer of the process is due, which sysmon sleeps for when every P is idle. */
  timerDue(process: number): void {
    const sysmon = this.sysmons[process]!;
    if (!sysmon.isAwake) this.nextRound(process, sysmon.timerDue(this.slackNs));
  }

  /** A goroutine enters a system call; rounds that could find nothing so far now could. */
  enterSystemCall(process: number): void {
    const { queue } = this;
    this.wake(process);
    if (this.processors.isInSystemCall(process) || !queue.cancel(this.event[process]!)) return;
    const roundAt = this.roundAt[process]!;
    const since = queue.clock[NOW]! - roundAt;
    queue.clock[DUE] = roundAt + this.sysmons[process]!.disturbed(since, this.slackNs);
    this.event[process] = queue.push(this.eventKind, process, 0);
  }

  /** A system call on the P has ended (`syscalltick`). */
  exitSystemCall(p: number): void {
    this.calls[p] = this.calls[p]! + 1;
  }

  /** The event of a round. */
  round(process: number): void {
    this.event[process] = NO_EVENT;
    const sleep = this.sysmons[process]!.round(this.views[process]!, this.slackNs);
    if (sleep >= 0) this.nextRound(process, sleep);
  }

  private nextRound(process: number, ns: number): void {
    const { queue } = this;
    const now = queue.clock[NOW]!;
    this.roundAt[process] = now;
    queue.clock[DUE] = now + ns;
    this.event[process] = queue.push(this.eventKind, process, 0);
  }

  private viewOf(process: number): Monitored {
    const { processors, scheduler } = this;
    return {
      isAllIdle: () => scheduler.isDown(process) || processors.isAllIdle(process),
      isInSystemCall: () => processors.isInSystemCall(process),
      retake: () => this.retake(process),
      pollIfForgotten: () => {
        const polledAt = scheduler.polledAt(process);
        if (polledAt >= 0 && this.queue.clock[NOW]! - polledAt >= POLL_NS) scheduler.poll(process);
      },
    };
  }

  private retake(process: number): number {
    const now = this.queue.clock[NOW]!;
    const { processors } = this;
    const first = process * processors.perProcess;
    let taken = 0;
    for (let p = first; p < first + processors.perProcess; p++) {
      if (processors.status[p] === IDLE) continue;
      let isLong = false;
      if (this.seenTick[p] !== processors.tick[p]) {
        this.seenTick[p] = processors.tick[p]!;
        this.seenAt[p] = now;
      } else isLong = now - this.seenAt[p]! >= SLICE_NS;
      if (processors.status[p] === BUSY) {
        if (isLong) this.scheduler.preempt(p);
      } else if (this.mayRetake(process, p, isLong)) {
        this.calls[p] = this.calls[p]! + 1;
        this.scheduler.handOff(p);
        taken++;
      }
    }
    return taken;
  }

  /**
   * A P in a system call is left alone at the first look after a call has returned (`syscalltick`),
   * and for 10 ms while it has no work of its own and others look for some.
   */
  private mayRetake(process: number, p: number, isLong: boolean): boolean {
    const now = this.queue.clock[NOW]!;
    if (!isLong && this.seenCalls[p] !== this.calls[p]) {
      this.seenCalls[p] = this.calls[p]!;
      this.seenCallAt[p] = now;
      return false;
    }
    if (this.processors.hasOwnWork(p)) return true;
    const others = this.processors.idleIn(process) + this.scheduler.spinningIn(process);
    return others === 0 || now - this.seenCallAt[p]! >= SLICE_NS;
  }
}
