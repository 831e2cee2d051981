/**
 * Single requests of a run: lists of those that ended, and what one of them did, stay by stay. The
 * latter is watched, not recorded: its part of the run is computed once more, event by event, and
 * then the run is put back to where it was.
 */
import type { EndedRequest, RequestPage, RequestQuery, Stay, Waterfall } from "./api.ts";
import { NONE } from "./kernel/rows.ts";
import { OUTCOMES } from "./measure/recorder.ts";
import { COMPLETED, type LoggedRequest } from "./measure/request-log.ts";
import type { Simulation } from "./simulation.ts";

/** Requests about the median, and slowest ones: this share of all on each side. */
const ABOUT = 0.02;
const SLOWEST = 0.01;

export function listRequests(simulation: Simulation, query: RequestQuery): RequestPage {
  const { log } = simulation.recorder;
  const same = log.since(0).filter(({ outcome }) => (outcome !== COMPLETED) === query.failed);
  const matching = same.filter((request) => matches(request, query));
  const ordered =
    query.order === "latest" ? matching.toReversed() : matching.sort((a, b) => took(b) - took(a));
  return {
    requests: ordered.slice(0, query.limit).map((request) => ended(simulation, request)),
    matching: matching.length,
    recordedFromNs: log.recordedFromNs,
    typical: typicalOf(same, simulation.ledger.places),
  };
}

function matches(request: LoggedRequest, query: RequestQuery): boolean {
  const { endedNs } = request;
  const latency = took(request);
  const inTime = endedNs >= query.fromNs && endedNs <= query.toNs;
  return inTime && latency >= query.fastestNs && latency < query.slowestNs;
}

function typicalOf(requests: readonly LoggedRequest[], places: number): RequestPage["typical"] {
  const sorted = [...requests].sort((a, b) => took(a) - took(b));
  const n = sorted.length;
  const about = Math.max(1, Math.round(n * ABOUT));
  const middle = Math.floor(n / 2);
  const median = sorted.slice(Math.max(0, middle - about), middle + about);
  const slowest = sorted.slice(n - Math.max(1, Math.round(n * SLOWEST)));
  return { p50: meanSpent(median, places), p99: meanSpent(slowest, places) };
}

function meanSpent(requests: readonly LoggedRequest[], places: number): Float64Array {
  const mean = new Float64Array(places);
  for (const { spentNs } of requests) {
    for (let place = 0; place < places; place++) mean[place]! += spentNs[place]! / requests.length;
  }
  return mean;
}

function took({ beganNs, endedNs }: LoggedRequest): number {
  return endedNs - beganNs;
}

function ended({ model }: Simulation, request: LoggedRequest): EndedRequest {
  const { cls, number, beganNs, endedNs, outcome, spentNs } = request;
  return {
    request: model.classes[cls]!.name,
    number,
    beganNs,
    endedNs,
    outcome: outcome === COMPLETED ? "completed" : OUTCOMES[outcome]!,
    spentNs: spentNs.slice(),
  };
}

// ---- One request --------------------------------------------------------------------------------

/**
 * Runs on until the `number`-th request of class `cls` has ended and tells what it did, stay by
 * stay; undefined when it has not ended by `untilNs`. The simulation is before its beginning.
 */
export function watchRequest(
  simulation: Simulation,
  cls: number,
  number: number,
  untilNs: number,
): Waterfall | undefined {
  const { requests, ledger, recorder } = simulation;
  const { log } = recorder;
  let { written } = log;
  const endOf = (): LoggedRequest | undefined =>
    log.since(written).find((one) => one.cls === cls && one.number === number);
  while (requests.begun[cls]! <= number) {
    written = log.written;
    if (!takesOne(simulation, untilNs)) return undefined;
  }
  const task = requests.taskOf(cls, number);
  if (task === NONE) return endedAtOnce(simulation, endOf());
  const stays: Stay[] = [];
  let stay = { place: -1, step: -1, fromNs: simulation.nowNs };
  do {
    const place = ledger.place[task]!;
    const step = requests.stepNumberOf(task);
    const request = log.written > written ? endOf() : undefined;
    if (request !== undefined || place !== stay.place || step !== stay.step) {
      const toNs = simulation.nowNs;
      if (toNs > stay.fromNs) stays.push({ ...stay, toNs });
      stay = { place, step, fromNs: toNs };
    }
    if (request !== undefined) return { request: ended(simulation, request), stays };
    written = log.written;
  } while (takesOne(simulation, untilNs));
  return undefined;
}

/** Takes the next event; false when there is none up to `untilNs`. */
function takesOne(simulation: Simulation, untilNs: number): boolean {
  const { events } = simulation;
  simulation.runUntil(untilNs, 1);
  return simulation.events > events;
}

/** A request that ended in the very event in which it began did nothing that takes time. */
function endedAtOnce(simulation: Simulation, end?: LoggedRequest): Waterfall | undefined {
  return end && { request: ended(simulation, end), stays: [] };
}
