/**
 * Go's concurrent mark-sweep collector, in the order in which a cycle goes (`runtime/mgc.go`,
 * `mgcmark.go`, Go 1.23). When it begins and how hard it works is `go-pacer.ts`.
 *
 * 1. An allocation takes the heap past the trigger. The world stops for a moment; everybody who
 *    ran is preempted, so that processors look for work anew and find the collector's.
 * 2. Marking: a quarter of the processors marks in the background, whole ones (dedicated) and
 *    time slices of the others (fractional); processors without work mark too (idle). They earn
 *    scan credit.
 * 3. Whoever allocates owes scan work for it. It takes background credit first, then marks itself
 *    (an assist, in the place `gc-assist`), and waits there when there is nothing left to mark.
 * 4. All is marked: the world stops once more, what was garbage at the start of the cycle is freed.
 *    What was allocated during marking counts as alive until the next cycle.
 *
 * Left out: sweeping, which allocations pay in small change; memory without pointers; returning
 * pages to the kernel; the processor time of the two stops.
 */
import { NO_EVENT } from "../../kernel/queue.ts";
import { Fifo, NONE, resized } from "../../kernel/rows.ts";
import { GARBAGE, HEAP, STACKS } from "../../machine/memory.ts";
import type { TaskId } from "../../measure/ledger.ts";
import { ACTION, GO_ON } from "../runtime.ts";
import { Collector, type CollectorParts } from "./collector.ts";
import { BACKGROUND_SHARE, GoLimiter, GoPacer, LIMITER_PERIOD_NS } from "./go-pacer.ts";

/** The smallest assist, bytes of scan work. [S] `gcOverAssistWork` */
const LEAST_ASSIST = 64 * 1024;
/** A background worker looks up after so much scan work (bytes). [S] `drainCheckThreshold` */
const WORKER_CHUNK = 100_000;
/** A fractional worker stops when it is so far beyond its share. [S] `pollFractionalWorkerExit` */
const FRACTIONAL_OVERRUN = 1.2;
/** A cycle is forced after so long without one. [S] `forcegcperiod` */
const FORCED_AFTER_NS = 120e9;
/**
 * How long the world stops before marking and after it. [M] 0.04 to 0.09 ms and 0.004 to 0.02 ms
 * with two processors, Go 1.23.
 */
const STOP_BEFORE_NS = 65_000;
const STOP_AFTER_NS = 12_000;

/** Events. */
const STOP = 0;
const GO = 1;
const FORCE = 2;

/** Phases of a cycle. */
const OFF = 0;
const STARTING = 1;
const MARKING = 2;
const ENDING = 3;

/** Who marks on a processor. */
const NOBODY = 0;
const DEDICATED = 1;
const FRACTIONAL = 2;
const IDLE = 3;

/** What the collector asks of the scheduler. */
export interface GoScheduler {
  /** Every goroutine that runs goes back to a run queue. */
  preemptAll(process: number): void;
  /** Somebody looks for work, if a processor is idle. */
  wakeProcessor(process: number): void;
  idleProcessors(process: number): number;
  /** Pools of objects let go of what nobody has used since the last cycle: its bytes. */
  clearPools(process: number): number;
}

/** The cycle of one process. */
class Cycle {
  phase = OFF;
  /** Live bytes still to be marked, and in the hands of somebody who marks. */
  toMark = 0;
  inHand = 0;
  scanned = 0;
  /** Garbage that this cycle will free. */
  condemned = 0;
  /** Scan work (bytes) done in the background that nobody has used yet. */
  credit = 0;
  dedicatedLeft = 0;
  idleLeft = 0;
  beganAt = 0;
  assistNs = 0;
  idleNs = 0;
  /** Number of the cycle: what a task owes from an earlier one is forgotten. */
  number = 1;
  forced = NO_EVENT;
  /** The next stop of the world or its end. */
  next = NO_EVENT;
  readonly pacer: GoPacer;
  readonly limiter: GoLimiter;
  /** Tasks that owe scan work while there is none. */
  readonly waiting = new Fifo();

  constructor(pacer: GoPacer, limiter: GoLimiter) {
    this.pacer = pacer;
    this.limiter = limiter;
  }
}

/** GOGC / 100, and GOMEMLIMIT in bytes; each Infinity when it is off. */
export interface GoHeap {
  readonly growth: number;
  readonly memoryLimit: number;
}

export class GoCollector extends Collector {
  private readonly cycles: Cycle[];
  private heap: GoHeap;
  private readonly procs: number;
  private readonly scheduler: GoScheduler;
  private readonly nsPerByte: number;
  private readonly makeCycle: () => Cycle;

  // Processor columns.
  private readonly mode: Uint8Array;
  /** Scan work that the worker on the processor has in hand, and its time (ns) this cycle. */
  private readonly chunk: Float64Array;
  private readonly fractionalNs: Float64Array;
  // Task columns; they exist once something has been allocated.
  private debt = new Float64Array(0);
  private debtOf = new Int32Array(0);
  private assisting = new Float64Array(0);

  constructor(
    parts: CollectorParts,
    scheduler: GoScheduler,
    heap: GoHeap & { readonly procs: number },
  ) {
    super(parts);
    this.heap = heap;
    this.scheduler = scheduler;
    this.procs = heap.procs;
    this.nsPerByte = 1e9 / parts.costs.collectScan;
    this.makeCycle = () =>
      new Cycle(
        new GoPacer(this.heap.growth, this.heap.memoryLimit, parts.costs.collectFloor),
        new GoLimiter(heap.procs),
      );
    this.cycles = Array.from({ length: parts.processes }, this.makeCycle);
    const ps = parts.processes * heap.procs;
    this.mode = new Uint8Array(ps);
    this.chunk = new Float64Array(ps);
    this.fractionalNs = new Float64Array(ps);
  }

  retune(heap: GoHeap): void {
    if (heap.growth === this.heap.growth && heap.memoryLimit === this.heap.memoryLimit) return;
    this.heap = heap;
    this.cycles.forEach(({ pacer }, process) => {
      const others = this.parts.memory.ofProcess(process) - pacer.marked;
      pacer.retune(heap.growth, heap.memoryLimit, others);
    });
  }

  // ---- 1. Beginning ------------------------------------------------------------------------------

  protected grown(process: number, bytes: number, task: TaskId): number {
    const cycle = this.cycles[process]!;
    if (cycle.phase === MARKING) return task === NONE ? GO_ON : this.owe(process, bytes, task);
    if (cycle.phase === OFF && this.heapOf(process) >= cycle.pacer.trigger) {
      this.begin(process, cycle);
    } else if (cycle.number === 1 && cycle.forced === NO_EVENT) {
      cycle.forced = this.schedule(process, FORCE, FORCED_AFTER_NS);
    }
    return GO_ON;
  }

  private begin(process: number, cycle: Cycle): void {
    cycle.phase = STARTING;
    cycle.next = this.schedule(process, STOP, 0);
  }

  override handle(process: number, what: number): void {
    const cycle = this.cycles[process]!;
    if (what === FORCE) {
      cycle.forced = NO_EVENT;
      if (cycle.phase === OFF) this.begin(process, cycle);
    } else if (what === STOP) {
      this.parts.machine.stopProcess(process);
      this.scheduler.preemptAll(process);
      cycle.next = this.schedule(
        process,
        GO,
        cycle.phase === STARTING ? STOP_BEFORE_NS : STOP_AFTER_NS,
      );
    } else {
      this.parts.machine.resumeProcess(process);
      if (cycle.phase === STARTING) this.beginMarking(process, cycle);
      else this.endCycle(process, cycle);
      this.scheduler.wakeProcessor(process);
    }
  }

  private beginMarking(process: number, cycle: Cycle): void {
    const { memory } = this.parts;
    const dropped = this.scheduler.clearPools(process);
    memory.add(process, HEAP, -dropped);
    memory.add(process, GARBAGE, dropped);
    const stacks = memory.of(process, STACKS);
    const heap = this.heapOf(process);
    this.updateLimiter(process, cycle);
    cycle.phase = MARKING;
    cycle.number++;
    cycle.beganAt = this.nowNs;
    cycle.condemned = memory.of(process, GARBAGE);
    cycle.toMark = memory.of(process, HEAP) + stacks;
    cycle.inHand = 0;
    cycle.scanned = 0;
    cycle.credit = 0;
    cycle.assistNs = 0;
    cycle.idleNs = 0;
    cycle.pacer.begin(this.procs, heap, stacks);
    cycle.dedicatedLeft = cycle.pacer.dedicated;
    cycle.idleLeft = this.procs - cycle.pacer.dedicated;
    const first = process * this.procs;
    this.fractionalNs.fill(0, first, first + this.procs);
    if (cycle.toMark === 0) this.allMarked(process, cycle);
  }

  // ---- 2. Marking in the background --------------------------------------------------------------

  /** True while a worker that runs on a processor would find something to mark. */
  hasWork(process: number): boolean {
    const cycle = this.cycles[process]!;
    return cycle.phase === MARKING && cycle.toMark > 0;
  }

  /**
   * The processor looks for work: ns that a dedicated or fractional worker marks on it before it
   * looks up; 0 when there is no such worker for it.
   */
  workFor(process: number, p: number): number {
    if (!this.hasWork(process)) return 0;
    const cycle = this.cycles[process]!;
    if (cycle.dedicatedLeft > 0) {
      cycle.dedicatedLeft--;
      this.mode[p] = DEDICATED;
    } else {
      if (cycle.pacer.fractional === 0 || this.fractionOf(cycle, p) > cycle.pacer.fractional) {
        return 0;
      }
      this.mode[p] = FRACTIONAL;
    }
    return this.takeChunk(cycle, p);
  }

  /** The same for a processor that has found nothing else to do. */
  idleWorkFor(process: number, p: number): number {
    const cycle = this.cycles[process]!;
    if (!this.hasWork(process) || cycle.idleLeft <= 0) return 0;
    cycle.idleLeft--;
    this.mode[p] = IDLE;
    return this.takeChunk(cycle, p);
  }

  /** The worker on `p` has marked its chunk: ns of the next one, 0 when it leaves the processor. */
  chunkDone(process: number, p: number): number {
    const cycle = this.cycles[process]!;
    const mode = this.mode[p]!;
    const done = this.chunk[p]!;
    const ns = Math.round(done * this.nsPerByte);
    this.chunk[p] = 0;
    if (mode === FRACTIONAL) this.fractionalNs[p] = this.fractionalNs[p]! + ns;
    if (mode === IDLE) cycle.idleNs += ns;
    cycle.inHand -= done;
    cycle.scanned += done;
    this.earn(cycle, process, done);
    if (mode === DEDICATED && cycle.toMark > 0) return this.takeChunk(cycle, p);
    if (mode === FRACTIONAL && cycle.toMark > 0) {
      const most = FRACTIONAL_OVERRUN * cycle.pacer.fractional;
      if (this.fractionOf(cycle, p) <= most) return this.takeChunk(cycle, p);
    }
    this.mode[p] = NOBODY;
    if (mode === DEDICATED) cycle.dedicatedLeft++;
    if (mode === IDLE) cycle.idleLeft++;
    this.checkAllMarked(process, cycle);
    return 0;
  }

  isDedicated(p: number): boolean {
    return this.mode[p] === DEDICATED;
  }

  private fractionOf(cycle: Cycle, p: number): number {
    const since = this.nowNs - cycle.beganAt;
    return since > 0 ? this.fractionalNs[p]! / since : 0;
  }

  private takeChunk(cycle: Cycle, p: number): number {
    const bytes = this.take(cycle, WORKER_CHUNK);
    this.chunk[p] = bytes;
    return Math.max(1, Math.round(bytes * this.nsPerByte));
  }

  private take(cycle: Cycle, bytes: number): number {
    // Whole bytes, so that nothing is left over at the end.
    const taken = Math.min(Math.ceil(bytes), cycle.toMark);
    cycle.toMark -= taken;
    cycle.inHand += taken;
    return taken;
  }

  /** Credit for work done in the background: for those who wait for it, else for who comes. */
  private earn(cycle: Cycle, process: number, work: number): void {
    const { waiting } = cycle;
    if (waiting.size === 0) {
      cycle.credit += work;
      return;
    }
    this.revise(cycle, process);
    const ratio = cycle.pacer.assistRatio;
    let bytes = work / ratio;
    while (waiting.size > 0 && bytes > 0) {
      const task = waiting.at(0);
      const owed = this.debt[task]!;
      if (owed > bytes) {
        this.debt[task] = owed - bytes;
        waiting.push(waiting.shift());
        return;
      }
      bytes -= owed;
      this.debt[task] = 0;
      this.parts.runtime.resume(waiting.shift());
    }
    cycle.credit += bytes * ratio;
  }

  private revise(cycle: Cycle, process: number): void {
    cycle.pacer.revise(this.heapOf(process), cycle.scanned);
  }

  // ---- 3. Assists --------------------------------------------------------------------------------

  /** `task` has allocated during marking. */
  private owe(process: number, bytes: number, task: TaskId): number {
    const { number } = this.cycles[process]!;
    if (this.debt.length === 0) this.makeColumns();
    if (this.debtOf[task] !== number) {
      this.debtOf[task] = number;
      this.debt[task] = 0;
    }
    this.debt[task] = this.debt[task]! + bytes;
    return this.payDebt(process, task);
  }

  private payDebt(process: number, task: TaskId): number {
    const { ledger, waitNs, place } = this.parts;
    const cycle = this.cycles[process]!;
    const owed = this.debt[task]!;
    if (owed <= 0 || cycle.phase !== MARKING) return GO_ON;
    if (cycle.limiter.isOverdue(this.nowNs)) this.updateLimiter(process, cycle);
    if (cycle.limiter.isLimiting) return GO_ON;
    this.revise(cycle, process);
    const ratio = cycle.pacer.assistRatio;
    let work = Math.max(LEAST_ASSIST, ratio * owed);
    const stolen = Math.min(work, cycle.credit);
    cycle.credit -= stolen;
    work -= stolen;
    this.debt[task] = owed - stolen / ratio;
    if (work <= 0) return GO_ON;
    const bytes = this.take(cycle, Math.min(work, this.mostAtOnce(cycle, work)));
    if (bytes > 0) {
      this.assisting[task] = bytes;
      waitNs[0] = Math.max(1, Math.round(bytes * this.nsPerByte));
      return ACTION.collect;
    }
    if (this.debt[task] <= 0) return GO_ON;
    ledger.move(task, place);
    cycle.waiting.push(task);
    return ACTION.suspend;
  }

  /**
   * An assist ends where the limiter begins to limit. It looks once a period for each processor that
   * schedules, so when it may, an assist takes no more than that in one go.
   */
  private mostAtOnce({ limiter }: Cycle, work: number): number {
    if (!limiter.mayLimitWithin(work * this.nsPerByte)) return work;
    return LIMITER_PERIOD_NS / this.procs / this.nsPerByte;
  }

  /** The assist of `task` is done: GO_ON, or what it does next about its debt. */
  assisted(process: number, task: TaskId): number {
    const cycle = this.cycles[process]!;
    const bytes = this.assisting[task]!;
    const ns = Math.round(bytes * this.nsPerByte);
    this.assisting[task] = 0;
    cycle.inHand -= bytes;
    cycle.scanned += bytes;
    cycle.assistNs += ns;
    cycle.limiter.assisted(ns);
    this.updateLimiter(process, cycle);
    this.revise(cycle, process);
    this.debt[task] = this.debt[task]! - bytes / cycle.pacer.assistRatio;
    this.checkAllMarked(process, cycle);
    return this.payDebt(process, task);
  }

  private updateLimiter(process: number, cycle: Cycle): void {
    const idle = this.scheduler.idleProcessors(process);
    cycle.limiter.update(this.nowNs, cycle.phase === MARKING, idle);
  }

  // ---- 4. The end --------------------------------------------------------------------------------

  private checkAllMarked(process: number, cycle: Cycle): void {
    if (cycle.phase === MARKING && cycle.toMark === 0 && cycle.inHand === 0) {
      this.allMarked(process, cycle);
    }
  }

  private allMarked(process: number, cycle: Cycle): void {
    this.updateLimiter(process, cycle);
    cycle.phase = ENDING;
    cycle.next = this.schedule(process, STOP, 0);
  }

  private endCycle(process: number, cycle: Cycle): void {
    const { memory, queue, runtime } = this.parts;
    const { pacer } = cycle;
    const time = (this.nowNs - cycle.beganAt) * this.procs;
    const used = BACKGROUND_SHARE + cycle.assistNs / time;
    pacer.end(this.heapOf(process), cycle.scanned, used, cycle.idleNs / time);
    memory.add(process, GARBAGE, -Math.min(cycle.condemned, memory.of(process, GARBAGE)));
    const stacks = memory.of(process, STACKS);
    const marked = this.heapOf(process);
    pacer.settle(marked, stacks, memory.ofProcess(process) - marked);
    cycle.phase = OFF;
    this.collections++;
    for (let task = cycle.waiting.shift(); task !== NONE; task = cycle.waiting.shift()) {
      runtime.resume(task);
    }
    queue.cancel(cycle.forced);
    cycle.forced = this.schedule(process, FORCE, FORCED_AFTER_NS);
  }

  died(process: number): void {
    const cycle = this.cycles[process]!;
    const fresh = this.makeCycle();
    this.parts.queue.cancel(cycle.forced);
    this.parts.queue.cancel(cycle.next);
    fresh.number = cycle.number + 1;
    this.cycles[process] = fresh;
    const first = process * this.procs;
    this.mode.fill(NOBODY, first, first + this.procs);
    this.parts.machine.resumeProcess(process);
  }

  private makeColumns(): void {
    this.parts.ledger.tasks.onGrow((capacity) => {
      this.debt = resized(this.debt, capacity, Float64Array);
      this.debtOf = resized(this.debtOf, capacity, Int32Array);
      this.assisting = resized(this.assisting, capacity, Float64Array);
    });
  }
}
