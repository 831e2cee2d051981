/**
 * The floor: M/M/1 written by hand with a heap, a random number generator and a histogram and
 * nothing else. What the engine costs is measured against it, in the same run.
 */
import { log } from "../kernel/math.ts";
import { Histogram } from "../measure/histogram.ts";

const ARRIVAL = 0;
const DEPARTURE = 1;

/** Simulates `requests` requests at utilisation `rho`; returns the mean sojourn time (ns). */
export function floorMm1(requests: number, rho: number, seed: number): number {
  const meanNs = 1e6;
  const times = new Float64Array(64);
  const kinds = new Int32Array(64);
  let size = 0;
  const push = (time: number, kind: number): void => {
    let at = size++;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (times[parent]! <= time) break;
      times[at] = times[parent]!;
      kinds[at] = kinds[parent]!;
      at = parent;
    }
    times[at] = time;
    kinds[at] = kind;
  };
  const pop = (): void => {
    const time = times[--size]!;
    const kind = kinds[size]!;
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
    kinds[at] = kind;
  };
  let state = seed | 0;
  const uniform = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return (((t ^ (t >>> 14)) >>> 0) + 0.5) / 4294967296;
  };
  const histogram = new Histogram();
  const waiting = new Float64Array(1 << 16);
  let head = 0;
  let queued = 0;
  let done = 0;
  push(0, ARRIVAL);
  while (done < requests) {
    const now = times[0]!;
    const kind = kinds[0]!;
    pop();
    if (kind === ARRIVAL) {
      waiting[(head + queued++) & 0xffff] = now;
      push(now - log(uniform()) * (meanNs / rho), ARRIVAL);
      if (queued === 1) push(now - log(uniform()) * meanNs, DEPARTURE);
    } else {
      histogram.record(now - waiting[head & 0xffff]!);
      head++;
      queued--;
      done++;
      if (queued > 0) push(now - log(uniform()) * meanNs, DEPARTURE);
    }
  }
  return histogram.mean();
}
