/** What collectors with generations share: the age of what each task holds. */
import { resized } from "../../kernel/rows.ts";
import { HEAP } from "../../machine/memory.ts";
import type { TaskId } from "../../measure/ledger.ts";
import { Collector, OUT_OF_MEMORY, type CollectorParts } from "./collector.ts";
import { Generations } from "./generations.ts";

export abstract class GenerationalCollector extends Collector {
  protected readonly heaps: Generations[];
  /** The heap of a process holds so many bytes at most. */
  protected readonly limit: number;
  // Task columns.
  /** Bytes that the task holds, and the epoch in which it took the first of them. */
  private holds!: Float64Array;
  private birth!: Int32Array;

  constructor(parts: CollectorParts, limit: number) {
    super(parts);
    this.limit = limit;
    this.heaps = Array.from({ length: parts.processes }, () => new Generations());
    parts.ledger.tasks.onGrow((capacity) => {
      this.holds = resized(this.holds, capacity, Float64Array);
      this.birth = resized(this.birth, capacity, Int32Array);
    });
  }

  override allocated(process: number, bytes: number, task: TaskId): number {
    if (!this.fits(process, bytes)) return this.refused(process);
    this.heaps[process]!.eden += bytes;
    return super.allocated(process, bytes, task);
  }

  override held(process: number, bytes: number, task: TaskId): number {
    if (!this.fits(process, bytes)) return this.refused(process);
    const heap = this.heaps[process]!;
    if (this.holds[task] === 0) this.birth[task] = heap.epoch;
    this.holds[task] = this.holds[task]! + bytes;
    heap.take(this.birth[task]!, bytes);
    return super.held(process, bytes, task);
  }

  /** Objects of pools live for ever: they count as old from the beginning. */
  override pooled(process: number, bytes: number, task: TaskId): number {
    if (!this.fits(process, bytes)) return this.refused(process);
    this.heaps[process]!.take(0, bytes);
    return super.pooled(process, bytes, task);
  }

  override released(process: number, bytes: number, task: TaskId): void {
    super.released(process, bytes, task);
    this.holds[task] = 0;
    this.heaps[process]!.giveBack(this.birth[task]!, bytes);
  }

  died(process: number): void {
    this.heaps[process] = new Generations();
  }

  /** There is no room for it, and collecting makes none. */
  protected refused(_process: number): number {
    return OUT_OF_MEMORY;
  }

  private fits(process: number, bytes: number): boolean {
    return this.parts.memory.of(process, HEAP) + bytes <= this.limit;
  }
}
