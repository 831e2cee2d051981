/**
 * The garbage-first collector of the JVM (HotSpot's default), in the order in which things happen
 * (`src/hotspot/share/gc/g1`, JDK 17 to 25).
 *
 * 1. Allocations fill the young generation. It is as large as the pause goal of 200 ms allows,
 *    from 5 to 60 % of the heap.
 * 2. It is full: all threads of the program stop, and as many workers as there are cores copy what
 *    is alive. What has survived long enough, or finds no room among the survivors, is promoted.
 * 3. Where the old generation fills 45 % of the heap, marking begins beside the program, with a
 *    quarter of the workers. After a short stop at its end the next eight young collections take
 *    their share of the old garbage with them (mixed collections), and copy what lives beside it.
 * 4. The heap grows when collecting takes too large a share of the time, or too little is free. At
 *    its limit there is a full collection; what does not fit even then is an OutOfMemoryError.
 *
 * Left out: humongous objects (everything is copied), remembered sets and barriers, the pause
 * goal's predictions other than for copying, giving memory back, the adaptive start of marking,
 * and waiting for a thread that is slow to stop.
 */
import { NO_EVENT } from "../../kernel/queue.ts";
import { GARBAGE, HEAP } from "../../machine/memory.ts";
import type { CollectorParts } from "./collector.ts";
import { GenerationalCollector } from "./generational.ts";
import type { Generations } from "./generations.ts";
import { CollectorThreads } from "./workers.ts";
import { GO_ON } from "../runtime.ts";

/** Least and most of the heap that is young. [S] G1NewSizePercent, G1MaxNewSizePercent */
const YOUNG_LEAST = 0.05;
const YOUNG_MOST = 0.6;
/** [S] MaxGCPauseMillis */
const PAUSE_GOAL_NS = 200e6;
/** [S] MaxTenuringThreshold */
const TENURING = 15;
/** Share of the young generation for survivors, half of which may be filled. [S] SurvivorRatio 8 */
const SURVIVOR_ROOM = 0.5 / 8;
/** [S] InitiatingHeapOccupancyPercent */
const MARK_FROM = 0.45;
/** [S] G1MixedGCCountTarget; G1HeapWastePercent */
const MIXED_COLLECTIONS = 8;
const WASTE = 0.05;
/** The heap grows while pauses take more than 1 / (1 + 12) of the time. [S] GCTimeRatio */
const TIME_IN_PAUSES = 1 / 13;
/** ... by this share of what it may still grow. [S] G1ExpandByPercentOfAvailable */
const EXPAND_BY = 0.2;
/** Share of the heap that is free after a collection. [S] MinHeapFreeRatio */
const FREE_LEAST = 0.4;

const STOP = 0;

/** What the world is stopped for. */
const NOTHING = 0;
const YOUNG = 1;
const REMARK = 2;
const FULL = 3;

class Heap {
  stoppedFor = NOTHING;
  event = NO_EVENT;
  /** Bytes that the heap has now, and of those for the young generation. */
  capacity: number;
  young: number;
  stoppedAt = 0;
  /** When the last stop ended. */
  resumedAt = 0;
  /** Old garbage that marking found, and how many mixed collections are to take it. */
  condemned = 0;
  mixedLeft = 0;
  /** Old garbage when marking began. */
  garbageAtMark = 0;
  wantsRemark = false;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.young = capacity * YOUNG_LEAST;
  }
}

/** [S] ParallelGCThreads: all of up to 8 cores, 5/8 of the others. */
export function parallelThreads(cores: number): number {
  return cores <= 8 ? cores : 8 + Math.floor(((cores - 8) * 5) / 8);
}

export class G1 extends GenerationalCollector {
  private readonly states: Heap[];
  private readonly initial: number;
  private readonly parallel: number;
  private readonly concurrent: number;
  private readonly workers: CollectorThreads;
  private readonly markers: CollectorThreads;

  constructor(parts: CollectorParts, limit: number, initial: number) {
    super(parts, limit);
    this.initial = Math.min(limit, initial);
    this.states = Array.from({ length: parts.processes }, () => new Heap(this.initial));
    this.parallel = parallelThreads(parts.machine.allowedCores);
    // [S] ConcGCThreads
    this.concurrent = Math.max(1, Math.floor((this.parallel + 2) / 4));
    this.workers = new CollectorThreads(parts, { label: "GC", stopsWithWorld: false }, (process) =>
      this.stopDone(process),
    );
    this.markers = new CollectorThreads(
      parts,
      { label: "GC marking", stopsWithWorld: true },
      (process) => this.requestStop(process, REMARK),
    );
  }

  // ---- 1. Filling the young generation -----------------------------------------------------------

  protected grown(process: number): number {
    const state = this.states[process]!;
    if (this.heaps[process]!.eden >= state.young) this.requestStop(process, YOUNG);
    return GO_ON;
  }

  protected override refused(process: number): number {
    this.requestStop(process, FULL);
    return super.refused(process);
  }

  private requestStop(process: number, why: number): void {
    const state = this.states[process]!;
    if (state.stoppedFor !== NOTHING) {
      if (why === REMARK) state.wantsRemark = true;
      return;
    }
    state.stoppedFor = why;
    state.event = this.schedule(process, STOP, 0);
  }

  // ---- 2. Stopping the world ---------------------------------------------------------------------

  override handle(process: number): void {
    const state = this.states[process]!;
    const heap = this.heaps[process]!;
    const { machine, costs } = this.parts;
    state.event = NO_EVENT;
    state.stoppedAt = this.nowNs;
    machine.stopProcess(process);
    if (state.stoppedFor === YOUNG && this.isExhausted(process)) state.stoppedFor = FULL;
    this.workers.run(process, this.parallel, this.workOf(process, heap), costs.collectPause);
  }

  /** What the stop takes, ns of one worker, beside its fixed part. */
  private workOf(process: number, heap: Generations): number {
    const { costs, memory } = this.parts;
    const state = this.states[process]!;
    if (state.stoppedFor === REMARK) return 0;
    if (state.stoppedFor === YOUNG) {
      return ((heap.survivors() + this.livesBeside(state, heap)) / costs.collectCopy) * 1e9;
    }
    // Mark and compact everything.
    const live = memory.of(process, HEAP);
    return (live / costs.collectScan + live / costs.collectCopy) * 1e9;
  }

  private stopDone(process: number): void {
    const state = this.states[process]!;
    const heap = this.heaps[process]!;
    this.collections++;
    if (state.stoppedFor === YOUNG) this.collectYoung(process, state, heap);
    else if (state.stoppedFor === FULL) this.collectAll(process, state, heap);
    else this.endMarking(state, heap);
    state.stoppedFor = NOTHING;
    this.resize(state, heap);
    state.resumedAt = this.nowNs;
    this.parts.machine.resumeProcess(process);
    if (state.wantsRemark) {
      state.wantsRemark = false;
      this.requestStop(process, REMARK);
    } else this.considerMarking(process, state, heap);
  }

  private collectYoung(process: number, state: Heap, heap: Generations): void {
    if (state.mixedLeft > 0) {
      const taken = Math.min(heap.oldGarbage, state.condemned / state.mixedLeft);
      heap.oldGarbage -= taken;
      state.condemned -= taken;
      state.mixedLeft--;
    }
    heap.collectYoung(TENURING, state.young * SURVIVOR_ROOM);
    this.keepGarbage(process, heap.oldGarbage);
  }

  private collectAll(process: number, state: Heap, heap: Generations): void {
    heap.collectAll();
    state.mixedLeft = 0;
    state.condemned = 0;
    this.keepGarbage(process, 0);
  }

  /** All garbage but `bytes` of it is gone. */
  private keepGarbage(process: number, bytes: number): void {
    const { memory } = this.parts;
    memory.add(process, GARBAGE, Math.min(0, bytes - memory.of(process, GARBAGE)));
  }

  // ---- 3. The old generation ---------------------------------------------------------------------

  private considerMarking(process: number, state: Heap, heap: Generations): void {
    const occupied = heap.old + heap.oldGarbage;
    if (occupied < MARK_FROM * state.capacity || state.mixedLeft > 0) return;
    if (this.markers.isBusy(process) || heap.oldGarbage < WASTE * state.capacity) return;
    state.garbageAtMark = heap.oldGarbage;
    this.markers.run(process, this.concurrent, (heap.old / this.parts.costs.collectScan) * 1e9, 0);
  }

  private endMarking(state: Heap, heap: Generations): void {
    state.condemned = Math.min(heap.oldGarbage, state.garbageAtMark);
    state.mixedLeft = state.condemned > WASTE * state.capacity ? MIXED_COLLECTIONS : 0;
  }

  /** Live bytes of the regions whose garbage the next mixed collection takes. */
  private livesBeside(state: Heap, heap: Generations): number {
    if (state.mixedLeft === 0) return 0;
    const garbage = state.condemned / state.mixedLeft;
    return (garbage * heap.old) / Math.max(1, heap.oldGarbage);
  }

  // ---- 4. The size of the heap -------------------------------------------------------------------

  /** Not even the smallest young generation has room left. */
  private isExhausted(process: number): boolean {
    const heap = this.heaps[process]!;
    const used = heap.old + heap.oldGarbage + heap.survivors();
    return heap.oldGarbage > 0 && used > (1 - YOUNG_LEAST) * this.limit;
  }

  private resize(state: Heap, heap: Generations): void {
    const used = heap.old + heap.oldGarbage + heap.survivors();
    const since = Math.max(1, this.nowNs - state.resumedAt);
    let wanted = Math.max(state.capacity, used / (1 - FREE_LEAST));
    if ((this.nowNs - state.stoppedAt) / since > TIME_IN_PAUSES) {
      wanted = Math.max(wanted, state.capacity + EXPAND_BY * (this.limit - state.capacity));
    }
    state.capacity = Math.min(this.limit, wanted);
    const most = Math.min(YOUNG_MOST * state.capacity, state.capacity - used);
    const goal = this.withinPauseGoal(state, heap);
    state.young = Math.max(YOUNG_LEAST * state.capacity, Math.min(most, goal));
  }

  /** The young generation whose survivors, at the present rate, can be copied within the goal. */
  private withinPauseGoal(state: Heap, heap: Generations): number {
    const { costs } = this.parts;
    const survivors = heap.survivors();
    if (survivors === 0) return Infinity;
    const copied = ((PAUSE_GOAL_NS - costs.collectPause) / 1e9) * costs.collectCopy * this.parallel;
    return (copied / survivors) * state.young;
  }

  // ---- Ends --------------------------------------------------------------------------------------

  override died(process: number): void {
    super.died(process);
    this.parts.queue.cancel(this.states[process]!.event);
    this.states[process] = new Heap(this.initial);
    this.workers.died(process);
    this.markers.died(process);
    this.parts.machine.resumeProcess(process);
  }

  override threadLabel(thread: number): string | undefined {
    return this.workers.labelOf(thread) ?? this.markers.labelOf(thread);
  }
}
