/**
 * The floor: M/M/1 written by hand with a heap, a random number generator and a histogram and
 * nothing else. What the engine costs is measured against it, in the same run.
 *
 * Numbers are drawn and durations counted by the engine's own code, so that the ratio tells what
 * the engine adds and not how good its generator is. The rest is as fast as we can make it: one
 * function, local typed arrays, no allocation per event.
 */
import { compile } from "../kernel/distribution.ts";
import { KeyedDraws } from "../kernel/draws.ts";
import { Histogram } from "../measure/histogram.ts";

const ARRIVAL = 0;
const DEPARTURE = 1;
/** Requests that may wait at once: far more than ever do at the loads this is used with. */
const ROOM = 1 << 16;

/** Simulates `requests` requests at utilisation `rho`; returns the mean sojourn time (ns). */
export function floorMm1(requests: number, rho: number, seed: number): number {
  const meanNs = 1e6;
  const drawn = new Float64Array(1);
  const demands = new KeyedDraws(seed, "demands of r", drawn);
  const demand = compile({ kind: "exponential", meanNs });
  const gaps = new KeyedDraws(seed, "arrivals of main", drawn);
  const gap = compile({ kind: "exponential", meanNs: meanNs / rho });
  const heap = new Heap();
  const histogram = new Histogram();
  const arrived = new Float64Array(ROOM);
  const { now, due } = heap;
  let begun = 0;
  let done = 0;
  heap.push(ARRIVAL);
  while (done < requests) {
    if (heap.pop() === ARRIVAL) {
      arrived[begun & (ROOM - 1)] = now[0]!;
      gaps.draw(gap, begun, 0);
      due[0] = now[0]! + drawn[0]!;
      heap.push(ARRIVAL);
      begun++;
      if (begun - done > 1) continue;
    } else {
      histogram.record(now[0]! - arrived[done & (ROOM - 1)]!);
      done++;
      if (begun === done) continue;
    }
    demands.draw(demand, done, 0);
    due[0] = now[0]! + drawn[0]!;
    heap.push(DEPARTURE);
  }
  return histogram.mean();
}

/** A binary heap of times; `due` and `now` are registers, as float64 arguments would allocate. */
class Heap {
  /** Time of the event that `pop` took last. */
  readonly now = new Float64Array(1);
  /** Time of the event that `push` puts in. */
  readonly due = new Float64Array(1);
  private readonly times = new Float64Array(64);
  private readonly kinds = new Int32Array(64);
  private size = 0;

  push(kind: number): void {
    const { times, kinds } = this;
    const time = this.due[0]!;
    let at = this.size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      kinds[at] = kinds[parent]!;
      at = parent;
    }
    times[at] = time;
    kinds[at] = kind;
  }

  pop(): number {
    const { times, kinds } = this;
    const kind = kinds[0]!;
    this.now[0] = times[0]!;
    const size = --this.size;
    const time = times[size]!;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= size) break;
      if (child + 1 < size && times[child + 1]! < times[child]!) child++;
      if (times[child]! >= time) break;
      times[at] = times[child]!;
      kinds[at] = kinds[child]!;
      at = child;
    }
    times[at] = time;
    kinds[at] = kinds[size]!;
    return kind;
  }
}
