/** The collectors by name. Go's is made by its scheduler, which takes part in it. */
import type { CollectorName } from "../profiles/profile.ts";
import { FreedAtOnce, type Collector, type CollectorParts } from "./collector.ts";
import { FreeThreadedCollector } from "./cpython-free-threaded.ts";
import { CyclicCollector } from "./cpython.ts";
import { G1 } from "./g1.ts";
import { V8 } from "./v8.ts";
import { Zgc } from "./zgc.ts";

/** What a lane says about its heaps. */
export interface HeapSettings {
  /** The JVM's other collector instead of its default. */
  readonly zgc: boolean;
  /** Bytes that the heap of one process may have; undefined: the runtime's default. */
  readonly limitBytes: number | undefined;
  /** Memory of the machine, from which runtimes derive their defaults. */
  readonly machineBytes: number;
}

/** [D] -XX:MaxRAMPercentage=25 and -XX:InitialRAMPercentage=1.5625 of the JVM. */
const JVM_LIMIT_SHARE = 1 / 4;
const JVM_INITIAL_SHARE = 1 / 64;

/** [S] `Heap::HeapSizeFromPhysicalMemory`: half of the memory up to 2 GiB; 4 GiB from 15 GiB on. */
function v8Limit(machineBytes: number): number {
  const most = machineBytes >= 15 * 2 ** 30 ? 4 * 2 ** 30 : 2 * 2 ** 30;
  return Math.min(machineBytes / 2, most);
}

export function makeCollector(
  name: CollectorName,
  parts: CollectorParts,
  heap: HeapSettings,
): Collector {
  switch (name) {
    case "g1": {
      const limit = heap.limitBytes ?? heap.machineBytes * JVM_LIMIT_SHARE;
      if (heap.zgc) return new Zgc(parts, limit);
      return new G1(parts, limit, heap.machineBytes * JVM_INITIAL_SHARE);
    }
    case "v8":
      return new V8(parts, heap.limitBytes ?? v8Limit(heap.machineBytes));
    case "cpython":
      return new CyclicCollector(parts);
    case "cpython-free-threaded":
      return new FreeThreadedCollector(parts);
    case "go":
    case "none":
      return new FreedAtOnce(parts);
  }
}
