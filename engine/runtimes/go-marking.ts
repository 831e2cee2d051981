/**
 * Go's threads as the collector uses them: background workers that take a processor while marking
 * lasts, goroutines that assist, and the end of everybody's slice when the world stops. What is
 * marked when is `collectors/go-collector.ts`.
 */
import { NONE } from "../kernel/rows.ts";
import { COLLECTOR, type ThreadId } from "../machine/machine.ts";
import type { TaskId } from "../measure/ledger.ts";
import { SLICE } from "../measure/trace.ts";
import type { GoroutinesRuntime, Runtime } from "../scenario/model.ts";
import { GoCollector, type GoHeap } from "./collectors/go-collector.ts";
import { ACTIVE, GoThreads } from "./go-threads.ts";
import { ObjectPools } from "./object-pools.ts";
import { BUSY, type Processors } from "./processors.ts";
import { ACTION, GO_ON, PLACE, type RuntimeParts } from "./runtime.ts";

/** What an M is doing beside what `go-threads.ts` lists. */
export const MARKING = 5;
const ASSISTING = 6;

export abstract class GoMarking extends GoThreads {
  /** Undefined where garbage disappears at once. */
  protected readonly marking: GoCollector | undefined;
  private readonly assistPlace: number;

  constructor(parts: RuntimeParts, ps: Processors, config: GoroutinesRuntime) {
    super(parts, ps);
    this.assistPlace = parts.collectorPlace;
    if (parts.profile.collector !== "go") return;
    this.objects = new ObjectPools(parts.objectPools, parts.processes, config.gomaxprocs);
    const scheduler = {
      preemptAll: (process: number) => this.preemptAll(process),
      wakeProcessor: (process: number) => this.wakeProcessor(process),
      clearPools: (process: number) => this.objects.collected(process),
      idleProcessors: (process: number) => this.ps.idleIn(process),
    };
    this.marking = new GoCollector(this.collectorParts(), scheduler, {
      procs: config.gomaxprocs,
      ...this.heapOf(config),
    });
    this.collector = this.marking;
  }

  private heapOf({ gogc, memoryLimitBytes }: GoroutinesRuntime): GoHeap {
    const growth = gogc === undefined ? this.parts.costs.collectGrowth : gogc / 100;
    return { growth, memoryLimit: memoryLimitBytes };
  }

  override retune(runtime: Runtime): void {
    if (runtime.model === "goroutines") this.marking?.retune(this.heapOf(runtime));
  }

  /** `sync.Pool` has a share for each processor. Outside of threads it is the first one's. */
  protected override processorIn(process: number): number {
    if (this.marking === undefined || this.active === NONE) return 0;
    const p = this.pOf[this.active]! - process * this.ps.perProcess;
    return p >= 0 && p < this.ps.perProcess ? p : 0;
  }

  /** When the world stops, whoever runs goes to the global queue. */
  private preemptAll(process: number): void {
    const first = process * this.ps.perProcess;
    for (let p = first; p < first + this.ps.perProcess; p++) {
      if (this.ps.status[p] === BUSY) this.preempt(p);
    }
  }

  /** The goroutine on the P gives way; one that assists does so only when it is done. */
  protected preempt(p: number): void {
    const thread = this.ps.machineOf[p]!;
    const doing = this.doing[thread];
    if (this.goroutine[thread] !== NONE && doing === ACTIVE) this.parts.machine.interrupt(thread);
    // What waits behind a dedicated worker runs elsewhere.
    else if (doing === MARKING && this.marking!.isDedicated(p)) this.ps.shed(p);
  }

  // ---- Background workers ------------------------------------------------------------------------

  /** True when the thread's P has to mark now: it computes. */
  protected mustMark(thread: ThreadId, process: number, p: number): boolean {
    const { marking } = this;
    if (marking === undefined || !marking.hasWork(process)) return false;
    return this.markFor(thread, p, marking.workFor(process, p));
  }

  /** The thread has found nothing else to do: true when it marks instead. */
  protected mayMark(thread: ThreadId, process: number, p: number): boolean {
    const { marking } = this;
    if (marking === undefined || !marking.hasWork(process)) return false;
    return this.markFor(thread, p, marking.idleWorkFor(process, p));
  }

  /** The thread has worked for the collector; false when it goes on with that. */
  protected hasCollected(thread: ThreadId, doing: number): boolean {
    return doing === MARKING ? this.hasMarked(thread) : this.hasAssisted(thread);
  }

  private markFor(thread: ThreadId, p: number, ns: number): boolean {
    if (ns === 0) return false;
    const { machine, trace, firstRow } = this.parts;
    if (this.spins[thread] === 1) this.stopSpinning(thread);
    // Whoever starts something that is no goroutine of the program's wakes the next.
    this.wakeProcessor(machine.process[thread]!);
    trace.enter(firstRow + p, SLICE.gc, NONE);
    this.computeMarking(thread, ns, MARKING);
    return true;
  }

  private computeMarking(thread: ThreadId, ns: number, doing: number): void {
    const { machine } = this.parts;
    this.doing[thread] = doing;
    machine.burst[0] = ns;
    machine.compute(thread, COLLECTOR);
  }

  /** The worker has marked what it had in hand; false when it goes on marking. */
  private hasMarked(thread: ThreadId): boolean {
    const process = this.parts.machine.process[thread]!;
    const ns = this.marking!.chunkDone(process, this.pOf[thread]!);
    if (ns === 0) return true;
    this.computeMarking(thread, ns, MARKING);
    return false;
  }

  // ---- Assists -----------------------------------------------------------------------------------

  /** The goroutine marks for `waitNs`, as long as it owes for what it has allocated. */
  protected assist(thread: ThreadId, task: TaskId): true {
    const { machine, ledger, work, trace, firstRow } = this.parts;
    ledger.move(task, this.assistPlace);
    machine.task[thread] = NONE;
    trace.enter(firstRow + this.pOf[thread]!, SLICE.gc, task);
    this.computeMarking(thread, work.waitNs[0]!, ASSISTING);
    return true;
  }

  /** The goroutine has marked; false when it goes on marking. */
  private hasAssisted(thread: ThreadId): boolean {
    const { machine, ledger, trace, firstRow } = this.parts;
    const task = this.goroutine[thread]!;
    const answer = this.marking!.assisted(machine.process[thread]!, task);
    if (answer === ACTION.collect) return !this.assist(thread, task);
    if (answer === GO_ON) {
      ledger.move(task, PLACE.running);
      machine.task[thread] = task;
      trace.enter(firstRow + this.pOf[thread]!, SLICE.run, task);
    } else this.goroutine[thread] = NONE;
    return true;
  }
}
