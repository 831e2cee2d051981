/**
 * The scheduler of virtual threads: a ForkJoinPool in FIFO mode (`ForkJoinPool.java`, JDK 25).
 *
 * Each carrier has a queue; what comes from outside goes to a submission queue. A carrier takes
 * from its own queue first; one without work scans all queues from a random start, takes one, and
 * sleeps when there is none. A call that announces that it blocks is compensated for.
 *
 * Left out: submission queues by submitter (there is one), carriers made on demand, carriers that
 * spin before they sleep, and spare ones that end after 30 s without work.
 */
import type { CarrierNow } from "../api.ts";
import { Fifo, NONE, resized } from "../kernel/rows.ts";
import type { ThreadId } from "../machine/machine.ts";
import { STACKS } from "../machine/memory.ts";
import { SLICE } from "../measure/trace.ts";
import { RuntimeBase } from "./base.ts";
import type { RuntimeParts } from "./runtime.ts";

/** The most carriers, compensation included, unless parallelism is more. [S] */
const CARRIERS_MAX = 256;

export abstract class ForkJoinPool extends RuntimeBase {
  protected parallelism: number;
  /** What came from outside, by process. */
  protected readonly submitted: readonly Fifo[];
  /** What each carrier has to run, by thread. */
  protected readonly queues: Fifo[] = [];

  // Process columns.
  /** All carriers in the order of their creation. */
  private readonly carriers: readonly Fifo[];
  /** Carriers without work, the one that fell idle last at the end. */
  private readonly idle: readonly Fifo[];
  /** Carriers that are not idle, less those whose blocking is compensated. */
  private readonly working: Int32Array;
  /** Carriers that are to fall idle as soon as they look for work. */
  private readonly tooMany: Int32Array;
  // Thread columns.
  /** 1: another carrier may run for this one while it blocks. */
  private isCompensated!: Uint8Array;

  constructor(parts: RuntimeParts, parallelism: number) {
    super(parts);
    this.parallelism = parallelism;
    this.submitted = fifos(parts.processes);
    this.carriers = fifos(parts.processes);
    this.idle = fifos(parts.processes);
    this.working = new Int32Array(parts.processes);
    this.tooMany = new Int32Array(parts.processes);
    parts.machine.threads.onGrow((capacity) => {
      this.isCompensated = resized(this.isCompensated, capacity, Uint8Array);
      while (this.queues.length < capacity) this.queues.push(new Fifo());
    });
  }

  /** A new thread of the process that is to be a carrier, parked. */
  protected abstract newCarrier(process: number): ThreadId;

  protected startPool(process: number): void {
    const carriers = Array.from({ length: this.parallelism }, () => this.addCarrier(process));
    // The first of them is woken first.
    for (const carrier of carriers.toReversed()) this.idle[process]!.push(carrier);
  }

  protected stopPool(process: number): void {
    this.submitted[process]!.clear();
    this.carriers[process]!.clear();
    this.idle[process]!.clear();
    this.working[process] = 0;
    this.tooMany[process] = 0;
  }

  /** `setParallelism`, which `VirtualThreadSchedulerMXBean` offers: carriers come, or fall idle. */
  protected resize(parallelism: number): void {
    if (parallelism === this.parallelism) return;
    this.parallelism = parallelism;
    for (let process = 0; process < this.parts.processes; process++) {
      if (this.down[process] !== 0) continue;
      while (this.carriers[process]!.size < parallelism) {
        this.idle[process]!.push(this.addCarrier(process));
      }
      this.tooMany[process] = Math.max(0, this.working[process]! - parallelism);
      // Whatever waits, in a carrier's queue or before it: who is woken for it wakes the next.
      this.signal(process);
    }
  }

  private addCarrier(process: number): ThreadId {
    const carrier = this.newCarrier(process);
    this.carriers[process]!.push(carrier);
    this.queues[carrier]!.clear();
    this.isCompensated[carrier] = 0;
    this.parts.memory.add(process, STACKS, this.parts.costs.threadBytes);
    return carrier;
  }

  // ---- Finding work ------------------------------------------------------------------------------

  /** The head of the carrier's own queue, else of the first other one that is not empty; NONE. */
  protected findWork(carrier: ThreadId): number {
    const { machine, random, costs } = this.parts;
    const process = machine.process[carrier]!;
    if (this.tooMany[process]! > 0) {
      this.tooMany[process]!--;
      return NONE;
    }
    const own = this.queues[carrier]!.shift();
    if (own !== NONE) return own;
    const carriers = this.carriers[process]!;
    const n = carriers.size + 1;
    const start = random.int(n);
    for (let i = 0; i < n; i++) {
      const other = carriers.at((start + i) % n);
      const queue = other === NONE ? this.submitted[process]! : this.queues[other]!;
      machine.charge(carrier, costs.steal);
      const found = queue.shift();
      if (found === NONE) continue;
      // Where there is more, another carrier is woken for it.
      if (queue.size > 0) this.signal(process);
      return found;
    }
    return NONE;
  }

  /** The carrier being advanced has found nothing. */
  protected goIdle(carrier: ThreadId): void {
    const process = this.parts.machine.process[carrier]!;
    this.working[process] = this.working[process]! - 1;
    this.idle[process]!.push(carrier);
    this.parts.machine.park(carrier, SLICE.idle);
  }

  /** `signalWork`: the carrier that fell idle last is woken, if fewer work than should. */
  protected signal(process: number): void {
    if (this.working[process]! >= this.parallelism) return;
    const carrier = this.idle[process]!.pop();
    if (carrier === NONE) return;
    this.working[process] = this.working[process]! + 1;
    this.parts.machine.wake(carrier, this.active);
  }

  /** The carriers of the process in the order of their creation, without what they carry. */
  protected carriersNow(process: number): Pick<CarrierNow, "thread" | "queued">[] {
    const carriers = this.carriers[process]!;
    return Array.from({ length: carriers.size }, (_, i) => {
      const thread = carriers.at(i);
      return { thread, queued: this.queues[thread]!.size };
    });
  }

  /** Virtual threads in the submission queue, without those that are the runtime's own. */
  protected submittedIn(process: number): number {
    const queue = this.submitted[process]!;
    let threads = 0;
    for (let i = 0; i < queue.size; i++) if (queue.at(i) >= 0) threads++;
    return threads;
  }

  // ---- Compensation ------------------------------------------------------------------------------

  /**
   * `tryCompensate`: a blocking call is announced. An idle carrier takes over; else parallelism
   * shrinks while more than half of it works; else a spare carrier is made, if there may be one.
   */
  protected compensate(carrier: ThreadId): void {
    const { machine } = this.parts;
    const process = machine.process[carrier]!;
    const idle = this.idle[process]!;
    this.isCompensated[carrier] = 1;
    if (idle.size > 0 && this.working[process]! <= this.parallelism) {
      machine.wake(idle.pop(), carrier);
    } else if (this.working[process]! > Math.max(1, Math.floor(this.parallelism / 2))) {
      this.working[process] = this.working[process]! - 1;
    } else if (this.carriers[process]!.size < Math.max(this.parallelism, CARRIERS_MAX)) {
      machine.charge(carrier, machine.calibration.threadCreateNs);
      machine.wake(this.addCarrier(process), carrier);
    } else this.isCompensated[carrier] = 0;
  }

  /** The carrier's call is over: it works again, beside whoever took over. */
  protected endCompensation(carrier: ThreadId): void {
    if (this.isCompensated[carrier] === 0) return;
    const process = this.parts.machine.process[carrier]!;
    this.isCompensated[carrier] = 0;
    this.working[process] = this.working[process]! + 1;
  }
}

export function fifos(n: number): Fifo[] {
  return Array.from({ length: n }, () => new Fifo());
}
