/**
 * The cyclic collector of CPython 3.13 without the GIL (`Python/gc_free_threading.c`): it has no
 * generations, and the world stops twice in each collection (PEP 703).
 *
 * 1. When 2000 more objects have been made than freed, and a quarter of those alive, the thread
 *    that made the last of them begins.
 * 2. The world stops while all objects are traversed; once more, shortly, before cycles are
 *    cleared.
 *
 * The collection is done by a thread of its own here, in which the program's thread would do it.
 */
import { NO_EVENT } from "../../kernel/queue.ts";
import type { CollectorParts } from "./collector.ts";
import { ReferenceCounting } from "./cpython.ts";
import { CollectorThreads } from "./workers.ts";
import { GO_ON } from "../runtime.ts";

/** [M] `gc.get_threshold()`, 3.13 */
const THRESHOLD = 2000;
/** [S] `gc_should_collect` */
const NEW_SHARE = 1 / 4;
/** [M] see `cpython.ts` */
const OBJECT_BYTES = 108;
const OWN_OBJECTS = 11_241;

class Heap {
  objects = OWN_OBJECTS;
  /** Made less freed since the last collection. */
  made = 0;
  seen = OWN_OBJECTS;
  /** Stops of the present collection so far; 0: there is none. */
  stops = 0;
  event = NO_EVENT;
}

export class FreeThreadedCollector extends ReferenceCounting {
  private readonly heaps: Heap[];
  private readonly nsPerObject: number;
  private readonly worker: CollectorThreads;

  constructor(parts: CollectorParts) {
    super(parts);
    this.nsPerObject = (OBJECT_BYTES / parts.costs.collectScan) * 1e9;
    this.heaps = Array.from({ length: parts.processes }, () => new Heap());
    this.worker = new CollectorThreads(parts, { label: "GC", stopsWithWorld: false }, (process) =>
      this.resumed(process),
    );
  }

  protected grown(process: number, bytes: number): number {
    const heap = this.heaps[process]!;
    heap.objects += bytes / OBJECT_BYTES;
    heap.made += bytes / OBJECT_BYTES;
    if (heap.stops === 0 && heap.made > THRESHOLD && heap.made > NEW_SHARE * heap.seen) {
      heap.stops = 1;
      heap.event = this.schedule(process, 0, 0);
    }
    return GO_ON;
  }

  protected freed(process: number, objects: number): void {
    const heap = this.heaps[process]!;
    heap.objects -= objects;
    heap.made = Math.max(0, heap.made - objects);
  }

  override handle(process: number): void {
    const heap = this.heaps[process]!;
    heap.event = NO_EVENT;
    this.parts.machine.stopProcess(process);
    const traversed = heap.stops === 1 ? heap.objects * this.nsPerObject : 0;
    this.worker.run(process, 1, 0, traversed + this.parts.costs.collectPause);
  }

  private resumed(process: number): void {
    const heap = this.heaps[process]!;
    this.parts.machine.resumeProcess(process);
    if (heap.stops === 1) {
      heap.stops = 2;
      heap.event = this.schedule(process, 0, 0);
      return;
    }
    this.collections++;
    this.parts.traversed(process);
    heap.stops = 0;
    heap.seen = heap.objects;
    heap.made = 0;
  }

  died(process: number): void {
    this.parts.queue.cancel(this.heaps[process]!.event);
    this.heaps[process] = new Heap();
    this.worker.died(process);
    this.parts.machine.resumeProcess(process);
  }

  override threadLabel(thread: number): string | undefined {
    return this.worker.labelOf(thread);
  }
}
