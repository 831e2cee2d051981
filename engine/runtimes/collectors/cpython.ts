/**
 * CPython's memory: reference counts free what nobody refers to at once, and a collector looks for
 * cycles among the objects that are left, in the thread that has just made one too many
 * (`Modules/gcmodule.c`, 3.11).
 *
 * 1. Garbage is freed where it arises, what a request holds at its end: part of its `cpu` demands.
 * 2. When 700 more objects have been made than freed, the youngest generation is traversed; every
 *    11th time the middle one with it, and every 11th time of that all objects, if those not yet
 *    seen by a full collection are more than a quarter of those that have been.
 * 3. The thread holds the GIL meanwhile, so all threads of the process wait.
 *
 * Objects are as many as the bytes that requests hold make at `OBJECT_BYTES` each, and as the
 * interpreter itself has. Left out: cycles (what is collected here is always alive), and which
 * generation freed objects were in: the youngest go first.
 */
import { GARBAGE } from "../../machine/memory.ts";
import type { TaskId } from "../../measure/ledger.ts";
import { ACTION, GO_ON } from "../runtime.ts";
import { Collector, type CollectorParts } from "./collector.ts";

/** [M] `[n]` takes 64 bytes, 16 more for the collector's header, its number 28. CPython 3.11 */
const OBJECT_BYTES = 108;
/** [M] objects that the collector knows in an interpreter that has just started, 3.11 */
const OWN_OBJECTS = 11_241;
/** [M] `gc.get_threshold()`, 3.11 */
const THRESHOLDS = [700, 10, 10] as const;
/** [S] A full collection only when so many of the objects are new to it. */
const NEW_SHARE = 1 / 4;
/** A large step is taken in at most so many batches. */
const BATCHES = 1000;

class Generations {
  /** Objects of each generation. */
  readonly objects = new Float64Array([0, 0, OWN_OBJECTS]);
  /** Objects made less freed since the last collection; collections of the younger one. */
  readonly counts = new Float64Array(3);
  /** Objects that the last full collection left, and those that came since. */
  seen = OWN_OBJECTS;
  unseen = 0;
}

/** Freed by reference counts, at no cost of its own. */
export abstract class ReferenceCounting extends Collector {
  override allocated(process: number, bytes: number): number {
    // It exists for a moment, so it counts for the peak.
    this.parts.memory.add(process, GARBAGE, bytes);
    this.parts.memory.add(process, GARBAGE, -bytes);
    return GO_ON;
  }

  override released(process: number, bytes: number, task: TaskId): void {
    super.released(process, bytes, task);
    this.parts.memory.add(process, GARBAGE, -bytes);
    this.freed(process, bytes / OBJECT_BYTES);
  }

  /** `objects` that were held are gone. */
  protected abstract freed(process: number, objects: number): void;
}

export class CyclicCollector extends ReferenceCounting {
  private readonly heaps: Generations[];
  private readonly nsPerObject: number;

  constructor(parts: CollectorParts) {
    super(parts);
    this.nsPerObject = (OBJECT_BYTES / parts.costs.collectScan) * 1e9;
    this.heaps = Array.from({ length: parts.processes }, () => new Generations());
  }

  protected grown(process: number, bytes: number): number {
    const heap = this.heaps[process]!;
    let left = bytes / OBJECT_BYTES;
    const batch = Math.max(THRESHOLDS[0] + 1, left / BATCHES);
    let traversed = 0;
    while (left > 0) {
      const made = Math.min(left, batch);
      left -= made;
      heap.objects[0]! += made;
      heap.counts[0]! += made;
      if (heap.counts[0]! > THRESHOLDS[0]) traversed += this.collect(process, heap);
    }
    if (traversed === 0) return GO_ON;
    this.parts.waitNs[0] = Math.max(1, Math.round(traversed * this.nsPerObject));
    return ACTION.collect;
  }

  /** Collects the oldest generation that is due; objects traversed. */
  private collect(process: number, heap: Generations): number {
    const { objects, counts } = heap;
    this.collections++;
    let oldest = counts[1]! > THRESHOLDS[1] ? 1 : 0;
    if (counts[2]! > THRESHOLDS[2] && heap.unseen > NEW_SHARE * heap.seen) oldest = 2;
    let traversed = objects[0]!;
    for (let generation = 1; generation <= oldest; generation++) traversed += objects[generation]!;
    if (oldest === 1) heap.unseen += traversed;
    objects.fill(0, 0, oldest + 1);
    counts.fill(0, 0, oldest + 1);
    if (oldest < 2) counts[oldest + 1]! += 1;
    objects[Math.min(2, oldest + 1)]! += traversed;
    if (oldest === 2) {
      heap.seen = traversed;
      heap.unseen = 0;
      this.parts.traversed(process);
    }
    return traversed;
  }

  protected freed(process: number, freed: number): void {
    const { objects, counts } = this.heaps[process]!;
    counts[0] = Math.max(0, counts[0]! - freed);
    let left = freed;
    for (let generation = 0; generation < 3; generation++) {
      const taken = Math.min(left, objects[generation]!);
      objects[generation]! -= taken;
      left -= taken;
    }
  }

  died(process: number): void {
    this.heaps[process] = new Generations();
  }
}
