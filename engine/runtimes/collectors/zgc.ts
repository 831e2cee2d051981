/**
 * ZGC, the JVM's concurrent collector (`src/hotspot/share/gc/z`), in the order in which a cycle
 * goes.
 *
 * 1. The director compares how long the free memory will last, at twice the rate of allocation so
 *    far, with how long a cycle takes, and begins one in time; the first three cycles begin when
 *    10, 20 and 30 % of the heap are used.
 * 2. Three stops of microseconds; between them marking and copying run beside the program, with a
 *    quarter of the cores.
 * 3. What was garbage when the cycle began is free at its end.
 * 4. Who needs memory while there is none stalls until then. What does not fit even afterwards is
 *    an OutOfMemoryError.
 *
 * Left out: generations (all of what is alive is marked in each cycle, as up to JDK 20), the load
 * barriers' share of every program's time, more workers under pressure, periodic cycles.
 */
import { NO_EVENT } from "../../kernel/queue.ts";
import { fifos, NONE, type Fifo } from "../../kernel/rows.ts";
import { GARBAGE, HEAP } from "../../machine/memory.ts";
import type { TaskId } from "../../measure/ledger.ts";
import { ACTION, GO_ON } from "../runtime.ts";
import type { CollectorParts } from "./collector.ts";
import { GenerationalCollector } from "./generational.ts";
import { CollectorThreads } from "./workers.ts";

/** Share of the cores that work beside the program. [S] `ZHeuristics::nconcurrent_workers` */
const CONCURRENT_SHARE = 0.25;
/** [S] ZAllocationSpikeTolerance */
const SPIKE_TOLERANCE = 2;
/** Used shares of the heap at which the first cycles begin. [S] `rule_warmup` */
const WARM_UP = [0.1, 0.2, 0.3];
/** Each of the three stops. [M] 8 to 18 µs, JDK 17 with two processors */
const STOP_NS = 15_000;
/** The rate of allocation is that of the last so many ns. [S] ZStatAllocRate: ten times 100 ms */
const RATE_WINDOW_NS = 1e9;

const STOP = 0;
const GO = 1;

/** Phases of a cycle. */
const OFF = 0;
const MARKING = 1;
const MARKED = 2;
const RELOCATING = 3;

class Heap {
  phase = OFF;
  event = NO_EVENT;
  condemned = 0;
  cycles = 0;
  /** ns that the last cycle took. */
  lasted = 0;
  beganAt = 0;
  allocated = 0;
  windowBegan = 0;
  /** Bytes per ns over the last full window. */
  rate = 0;
}

export class Zgc extends GenerationalCollector {
  private readonly states: Heap[];
  private readonly workers: CollectorThreads;
  private readonly concurrent: number;
  /** Tasks that wait for memory. */
  private readonly stalled: readonly Fifo[];

  constructor(parts: CollectorParts, limit: number) {
    super(parts, limit);
    this.states = Array.from({ length: parts.processes }, () => new Heap());
    this.stalled = fifos(parts.processes);
    this.concurrent = Math.max(1, Math.ceil(CONCURRENT_SHARE * parts.machine.allowedCores));
    this.workers = new CollectorThreads(parts, { label: "GC", stopsWithWorld: true }, (process) =>
      this.workDone(process),
    );
  }

  // ---- 1. Beginning in time ----------------------------------------------------------------------

  protected grown(process: number, bytes: number, task: TaskId): number {
    const state = this.states[process]!;
    this.countRate(state, bytes);
    const used = this.heapOf(process);
    if (state.phase === OFF && this.isTime(state, used)) this.begin(process, state);
    if (used <= this.limit || task === NONE || state.phase === OFF) return GO_ON;
    this.parts.ledger.move(task, this.parts.place);
    this.stalled[process]!.push(task);
    return ACTION.suspend;
  }

  private countRate(state: Heap, bytes: number): void {
    state.allocated += bytes;
    const elapsed = this.nowNs - state.windowBegan;
    if (elapsed < RATE_WINDOW_NS) {
      state.rate = Math.max(state.rate, state.allocated / RATE_WINDOW_NS);
      return;
    }
    state.rate = state.allocated / elapsed;
    state.allocated = 0;
    state.windowBegan = this.nowNs;
  }

  private isTime(state: Heap, used: number): boolean {
    if (used > this.limit) return true;
    const warmUp = WARM_UP[state.cycles];
    if (warmUp !== undefined) return used >= warmUp * this.limit;
    return this.limit - used <= SPIKE_TOLERANCE * state.rate * state.lasted;
  }

  // ---- 2. A cycle --------------------------------------------------------------------------------

  private begin(process: number, state: Heap): void {
    const { memory } = this.parts;
    state.phase = MARKING;
    state.beganAt = this.nowNs;
    state.condemned = memory.of(process, GARBAGE);
    state.event = this.schedule(process, STOP, 0);
  }

  override handle(process: number, what: number): void {
    const { machine, memory, costs } = this.parts;
    const state = this.states[process]!;
    if (what === STOP) {
      machine.stopProcess(process);
      state.event = this.schedule(process, GO, STOP_NS);
      return;
    }
    state.event = NO_EVENT;
    machine.resumeProcess(process);
    if (state.phase === MARKING) {
      this.work(process, memory.of(process, HEAP) / costs.collectScan);
    } else if (state.phase === MARKED) {
      // The end of marking; the start of relocation follows it without work between them.
      state.phase = RELOCATING;
      state.event = this.schedule(process, STOP, 0);
    } else this.work(process, this.heaps[process]!.survivors() / costs.collectCopy);
  }

  private work(process: number, seconds: number): void {
    this.workers.run(process, this.concurrent, seconds * 1e9, 0);
  }

  private workDone(process: number): void {
    const state = this.states[process]!;
    if (state.phase === MARKING) {
      state.phase = MARKED;
      state.event = this.schedule(process, STOP, 0);
    } else this.endCycle(process, state);
  }

  // ---- 3. and 4. Memory is free ------------------------------------------------------------------

  private endCycle(process: number, state: Heap): void {
    const { memory, runtime } = this.parts;
    memory.add(process, GARBAGE, -Math.min(state.condemned, memory.of(process, GARBAGE)));
    // What it has copied is not copied again: it lies among what lives.
    this.heaps[process]!.collectAll();
    state.phase = OFF;
    state.cycles++;
    state.lasted = this.nowNs - state.beganAt;
    this.collections++;
    const stalled = this.stalled[process]!;
    for (let n = stalled.size; n > 0; n--) runtime.resume(stalled.shift());
  }

  override died(process: number): void {
    super.died(process);
    this.parts.queue.cancel(this.states[process]!.event);
    this.states[process] = new Heap();
    this.stalled[process]!.clear();
    this.workers.died(process);
    this.parts.machine.resumeProcess(process);
  }

  override threadLabel(thread: number): string | undefined {
    return this.workers.labelOf(thread);
  }
}
