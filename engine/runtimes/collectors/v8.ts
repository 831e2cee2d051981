/**
 * V8's heap in Node, in the order in which things happen (`src/heap`, V8 11).
 *
 * 1. What is new fills a semi-space. When that is full a scavenge copies what is alive, on the
 *    thread that allocates: the loop stands still. What survives a second scavenge is promoted. The
 *    semi-space doubles, up to 16 MiB, while more survives than fits into it. Its pages, and those
 *    of the other one, into which the living move, stay resident from their first use on: they
 *    count as garbage where nothing alive lies on them.
 * 2. When the old generation has grown by a factor that depends on how fast it fills (1.1 to 4),
 *    helper threads mark it beside the program.
 * 3. Marking is done: the next that allocates pauses for what is left to do on the main thread.
 * 4. More alive than the heap may hold is fatal: the process aborts.
 *
 * Left out: large objects (everything is copied), compaction by how fragmented pages are, parallel
 * scavenges, semi-spaces that shrink again, memory outside of the heap (buffers), several heaps in
 * one process (worker threads).
 */
import { resized } from "../../kernel/rows.ts";
import { GARBAGE, HEAP } from "../../machine/memory.ts";
import type { TaskId } from "../../measure/ledger.ts";
import { ACTION, GO_ON } from "../runtime.ts";
import type { CollectorParts } from "./collector.ts";
import { GenerationalCollector } from "./generational.ts";
import type { Generations } from "./generations.ts";
import { CollectorThreads } from "./workers.ts";

const MIB = 2 ** 20;
/** [M] --trace-gc of Node 20: the first semi-space that survivors did not outgrow */
const FIRST_SEMI_SPACE = MIB;
/** What awaiting a timer allocates. [M] a pending promise with its timer, 330 bytes of heap */
const TIMER_BYTES = 330;
/** Scavenges that something survives in the young generation. [S] */
const TENURING = 1;
/** Threads that mark beside the program. [S] Node's --v8-pool-size */
const HELPERS = 4;
/** Share of marking that stays on the main thread. [D] "reduced by 60 to 70 %", v8.dev 2018 */
const ON_MAIN_THREAD = 0.35;
/** Bounds of the factor by which the old generation grows. [S] `heap-controller.cc` */
const GROWS_LEAST = 1.1;
const GROWS_MOST = 4;
/** Share of the time that the program is to have of it and the collector. [S] */
const UTILIZATION = 0.97;
/** The least that the old generation may grow by. [S] `MinimumAllocationLimitGrowingStep` */
const LEAST_STEP = 8 * MIB;

const IDLE = 0;
const MARKING = 1;
const MARKED = 2;

class Heap {
  semiSpace = FIRST_SEMI_SPACE;
  /** Bytes in the semi-space that is allocated from, and how far it and the other were ever filled. */
  filled = 0;
  resident = 0;
  otherResident = 0;
  phase = IDLE;
  /** The old generation's size at which marking begins. */
  limit: number;
  /** Survivors since the semi-space grew last. */
  survived = 0;
  garbageAtMark = 0;
  /** Size of the old generation after the last collection of it, and when that was. */
  oldBefore = 0;
  collectedAt = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** `bytes` are allocated; how many of them lie on pages that were not resident before. */
  fill(bytes: number): number {
    this.filled = Math.min(this.semiSpace, this.filled + bytes);
    const fresh = Math.max(0, this.filled - this.resident);
    this.resident += fresh;
    return fresh;
  }

  /** What is alive has moved to the other semi-space, and is `bytes` there. */
  flip(bytes: number): void {
    [this.resident, this.otherResident] = [this.otherResident, this.resident];
    this.filled = 0;
    this.fill(bytes);
  }
}

/** By how much the old generation may grow when it is collected at `speed` times its growth. */
export function growingFactor(speed: number): number {
  const a = speed * (1 - UTILIZATION);
  const b = a - UTILIZATION;
  const factor = a < b * GROWS_MOST ? a / b : GROWS_MOST;
  return Math.max(GROWS_LEAST, factor);
}

export class V8 extends GenerationalCollector {
  private readonly states: Heap[];
  private readonly helpers: CollectorThreads;
  private readonly parallel: number;
  /** Task column: the epoch in which the timer was made that the task waits for. */
  private timerBirth!: Int32Array;

  constructor(parts: CollectorParts, limit: number) {
    super(parts, limit);
    this.states = Array.from({ length: parts.processes }, () => this.freshHeap());
    this.parallel = Math.min(HELPERS, parts.machine.cores);
    this.helpers = new CollectorThreads(
      parts,
      { label: "V8 helper", stopsWithWorld: false },
      (process) => this.marked(process),
    );
    parts.ledger.tasks.onGrow((capacity) => {
      this.timerBirth = resized(this.timerBirth, capacity, Int32Array);
    });
  }

  /** Nothing is known about the program yet: it may double its largest young generation. */
  private freshHeap(): Heap {
    return new Heap(2 * this.parts.costs.collectFloor);
  }

  override timerMade(process: number, task: TaskId): number {
    const heap = this.heaps[process]!;
    this.timerBirth[task] = heap.epoch;
    heap.take(heap.epoch, TIMER_BYTES);
    this.parts.memory.add(process, HEAP, TIMER_BYTES);
    return this.grown(process, TIMER_BYTES);
  }

  override timerFired(process: number, task: TaskId): void {
    this.heaps[process]!.giveBack(this.timerBirth[task]!, TIMER_BYTES);
    this.parts.memory.add(process, HEAP, -TIMER_BYTES);
    this.parts.memory.add(process, GARBAGE, TIMER_BYTES);
  }

  /** The account has grown by `bytes` already, wherever they lie. */
  protected grown(process: number, bytes: number): number {
    const state = this.states[process]!;
    const heap = this.heaps[process]!;
    this.parts.memory.add(process, GARBAGE, state.fill(bytes) - bytes);
    let ns = 0;
    if (state.phase === MARKED) ns += this.finish(process, state, heap);
    if (heap.eden >= state.semiSpace) ns += this.scavenge(process, state, heap);
    if (state.phase === IDLE && heap.old + heap.oldGarbage > state.limit) {
      this.beginMarking(process, state, heap);
    }
    if (ns === 0) return GO_ON;
    this.parts.waitNs[0] = Math.max(1, Math.round(ns));
    return ACTION.collect;
  }

  // ---- 1. The young generation -------------------------------------------------------------------

  /** ns that it takes. A step may fill the semi-space several times. */
  private scavenge(process: number, state: Heap, heap: Generations): number {
    const { costs, memory } = this.parts;
    const times = Math.floor(heap.eden / state.semiSpace);
    const survivors = heap.survivors();
    const ns = times * costs.collectPause + (survivors / costs.collectCopy) * 1e9;
    heap.collectYoung(TENURING, state.semiSpace);
    const alive = heap.survivors();
    state.flip(alive);
    const unused = state.resident + state.otherResident - alive;
    memory.add(process, GARBAGE, unused + heap.oldGarbage - memory.of(process, GARBAGE));
    state.survived += survivors;
    if (state.survived > state.semiSpace && state.semiSpace < costs.collectFloor) {
      state.semiSpace = Math.min(costs.collectFloor, 2 * state.semiSpace);
      state.survived = 0;
    }
    this.collections++;
    return ns;
  }

  // ---- 2. and 3. The old generation --------------------------------------------------------------

  private beginMarking(process: number, state: Heap, heap: Generations): void {
    state.phase = MARKING;
    state.garbageAtMark = heap.oldGarbage;
    const ns = (heap.old / this.parts.costs.collectScan) * 1e9;
    this.helpers.run(process, this.parallel, (1 - ON_MAIN_THREAD) * ns, 0);
  }

  private marked(process: number): void {
    this.states[process]!.phase = MARKED;
  }

  /** ns of the pause in which the old generation is collected. */
  private finish(process: number, state: Heap, heap: Generations): number {
    const { costs, memory } = this.parts;
    const size = heap.old + heap.oldGarbage;
    const ns = ON_MAIN_THREAD * (heap.old / costs.collectScan) * 1e9 + costs.collectPause;
    heap.oldGarbage -= state.garbageAtMark;
    memory.add(process, GARBAGE, -state.garbageAtMark);
    const grownBy = Math.max(1, size - state.oldBefore);
    const growth = grownBy / Math.max(1, this.nowNs - state.collectedAt);
    const factor = growingFactor(costs.collectScan / 1e9 / growth);
    state.oldBefore = heap.old + heap.oldGarbage;
    state.collectedAt = this.nowNs;
    state.limit = Math.max(state.oldBefore * factor, state.oldBefore + LEAST_STEP);
    state.phase = IDLE;
    this.collections++;
    return ns;
  }

  // ---- 4. Ends -----------------------------------------------------------------------------------

  /**
   * "Reached heap limit": the process aborts when the present event is over. Until then the task
   * goes on; its account dies with the process.
   */
  protected override refused(process: number): number {
    this.parts.memory.condemn(process);
    return GO_ON;
  }

  override died(process: number): void {
    super.died(process);
    this.states[process] = this.freshHeap();
    this.helpers.died(process);
  }

  override threadLabel(thread: number): string | undefined {
    return this.helpers.labelOf(thread);
  }
}
