/**
 * Coordinated omission: what a load tester reports that measures from when it really sent a
 * request, and sends the next one over a connection only when the last answer is there. A server
 * that stalls then keeps the tester from sending, and the requests that should have met the stall
 * are missing from its percentiles, or look quick.
 *
 * The run's own requests are replayed through such a tester. Each is due when it began; it is sent
 * when the first of the tester's connections is free, and answered when it was answered in the run,
 * but not before the time has passed that it worked and waited for I/O. The honest latency counts
 * from when it was due, the naive one from when it was sent. Left out: a real tester that holds
 * back its requests also relieves the server, and so reports even less.
 *
 * Sources: G. Tene, "How NOT to Measure Latency" (2013); the README of wrk2, "Acknowledgements" and
 * "Basic Usage", on measuring from when a request should have been sent.
 */
import type { Percentiles, TesterComparison } from "./api.ts";
import { Histogram } from "./measure/histogram.ts";
import { COMPLETED } from "./measure/request-log.ts";
import { HEAT_BINS } from "./sampler.ts";
import type { Simulation } from "./simulation.ts";

/** A request as a tester sees it; times in ns. */
export interface Exchange {
  readonly dueNs: number;
  readonly answeredNs: number;
  /** Worked and waited for I/O for so long. */
  readonly workedNs: number;
  /** Is part of the percentiles: answered, in the measured part. */
  readonly counts: boolean;
}

export interface Stopwatches {
  readonly honest: Histogram;
  readonly naive: Histogram;
  readonly late: number;
  readonly latestNs: number;
}

/** The same exchanges, in the order in which they are due, under two stopwatches. */
export function stopwatches(exchanges: readonly Exchange[], connections: number): Stopwatches {
  const honest = new Histogram();
  const naive = new Histogram();
  const free = new Earliest(Math.min(connections, exchanges.length));
  let late = 0;
  let latestNs = 0;
  for (const { dueNs, answeredNs, workedNs, counts } of exchanges) {
    const sentNs = Math.max(dueNs, free.first);
    const backNs = Math.max(answeredNs, sentNs + workedNs);
    free.replaceFirst(backNs);
    if (!counts) continue;
    honest.record(answeredNs - dueNs);
    naive.record(backNs - sentNs);
    if (sentNs > dueNs) late++;
    latestNs = Math.max(latestNs, sentNs - dueNs);
  }
  return { honest, naive, late, latestNs };
}

/** The requests of a run that did not wait for answers, as far as the log remembers their times. */
export function compareTesters(
  simulation: Simulation,
  connections: number,
): TesterComparison | undefined {
  const { model, recorder, nowNs } = simulation;
  const isOpen = model.loads.map(({ executor }) => !("thinkTime" in executor));
  const exchanges: Exchange[] = [];
  recorder.log.eachTime(({ load, beganNs, endedNs, outcome }, workedNs) => {
    if (!isOpen[load]!) return;
    const counts = outcome === COMPLETED && endedNs >= model.warmupNs;
    exchanges.push({ dueNs: beganNs, answeredNs: endedNs, workedNs, counts });
  });
  exchanges.sort((a, b) => a.dueNs - b.dueNs);
  const { honest, naive, late, latestNs } = stopwatches(exchanges, connections);
  if (honest.count === 0) return undefined;
  const naiveBins = new Float64Array(HEAT_BINS);
  naive.countInto(naiveBins);
  return {
    connections,
    requests: honest.count,
    coveredNs: [Math.max(model.warmupNs, recorder.log.timesFromNs), nowNs],
    honest: percentilesOf(honest),
    naive: percentilesOf(naive),
    late,
    latestNs,
    naiveBins,
  };
}

function percentilesOf(latencies: Histogram): Percentiles {
  return {
    p50: latencies.quantile(0.5),
    p90: latencies.quantile(0.9),
    p99: latencies.quantile(0.99),
    p999: latencies.quantile(0.999),
    max: latencies.max,
  };
}

/** Times of which the earliest is at hand: a binary heap of fixed size. */
class Earliest {
  private readonly heap: Float64Array;

  /** `size` zeros, at least one. */
  constructor(size: number) {
    this.heap = new Float64Array(Math.max(1, size));
  }

  get first(): number {
    return this.heap[0]!;
  }

  replaceFirst(time: number): void {
    const { heap } = this;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]! < heap[child]!) child++;
      if (heap[child]! >= time) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = time;
  }
}
