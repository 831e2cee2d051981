/**
 * What a run costs the garbage collector: its collections, and the bytes that were allocated while
 * a number of events were taken. What the engine must not do is allocate per event; what remains
 * are samples, which are few, and the first runs of code that is not compiled yet.
 */
import { PerformanceObserver } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { getHeapStatistics } from "node:v8";

/** What is measured: a simulation, or something that allocates a known amount. */
export interface Taker {
  readonly events: number;
  runUntil(timeNs: number, maxEvents: number): string;
}

export interface Allocation {
  readonly events: number;
  readonly collections: number;
  /** Growth of the heap between collections; what typed arrays hold outside of it is left out. */
  readonly bytesPerEvent: number;
}

/** Events between two looks at the heap: 32 bytes each would not fill the young generation. */
const SLICE = 10_000;
/** Time (ms) until the observer has heard of every collection; it does so in later turns. */
const OBSERVER_LAG_MS = 50;

/** Takes `warmup` events, then measures over `events` more. */
export async function allocationOver(
  taker: Taker,
  warmup: number,
  events: number,
): Promise<Allocation> {
  taker.runUntil(Infinity, warmup);
  let collections = 0;
  const observer = new PerformanceObserver((list) => {
    collections += list.getEntries().length;
  });
  observer.observe({ entryTypes: ["gc"] });
  const first = taker.events;
  let bytes = 0;
  while (taker.events - first < events) {
    const before = heapUsed();
    const after = heapUsed();
    if (taker.runUntil(Infinity, SLICE) !== "running") throw new Error("the run is too short");
    // The look itself allocates as much as the one before it. A slice with a collection in it
    // tells nothing; it is counted as a collection.
    bytes += Math.max(0, heapUsed() - after - (after - before));
  }
  await setTimeout(OBSERVER_LAG_MS);
  observer.disconnect();
  const taken = taker.events - first;
  return { events: taken, collections, bytesPerEvent: Number((bytes / taken).toFixed(3)) };
}

function heapUsed(): number {
  return getHeapStatistics().used_heap_size;
}
