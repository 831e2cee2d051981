/**
 * Single requests of a run: lists of those that ended or are under way, and their times. What is
 * not remembered of the past is computed once more (`past-requests.ts`), as is what one of them did
 * (`watch.ts`).
 */
import type {
  Outcome,
  RequestKind,
  RequestPage,
  RequestQuery,
  RequestTimes,
  SeenRequest,
} from "./api.ts";
import { OUTCOMES } from "./measure/recorder.ts";
import type { TaskId } from "./measure/ledger.ts";
import { COMPLETED, type LoggedRequest, type LoggedTimes } from "./measure/request-log.ts";
import type { Simulation } from "./simulation.ts";

/** Requests about the median, and slowest ones: this share of all on each side. */
const ABOUT = 0.02;
const SLOWEST = 0.01;

/** The outcome of a request that is under way, beside those of the log. */
const OPEN = -2;

/** Requests of which all is known, and the stretch of their ends that was looked at. */
export interface Known {
  readonly requests: readonly LoggedRequest[];
  readonly coveredNs: readonly [number, number];
}

/** Those that the log remembers. */
export function rememberedRequests({ recorder, nowNs }: Simulation): Known {
  const { log } = recorder;
  return { requests: log.since(0), coveredNs: [log.recordedFromNs, nowNs] };
}

/** Lists those of `known`, and those under way, that the query asks for. */
export function listRequests(
  simulation: Simulation,
  query: RequestQuery,
  known: Known,
): RequestPage {
  // Of those under way there may be a million: unless they are asked for, they are only counted.
  const open = openRequests(simulation, query.outcome === "open");
  const all = [...known.requests, ...open];
  const ofClass = all.filter((request) => isOfClass(simulation, request, query.request));
  const inCell = ofClass.filter((request) => isInCell(request, query));
  const same = ofClass.filter(({ outcome }) => isOfKind(outcome, query.outcome));
  const matching = inCell.filter(({ outcome }) => isOfKind(outcome, query.outcome));
  const latestFirst = matching.toReversed();
  const ordered =
    query.order === "latest" ? latestFirst : latestFirst.sort((a, b) => took(b) - took(a));
  const { places } = simulation.ledger;
  return {
    requests: ordered.slice(0, query.limit).map((request) => seen(simulation, request)),
    matching: matching.length,
    mostIn: mostIn(matching, places),
    outcomes: countsOf(inCell),
    coveredNs: [
      Math.max(known.coveredNs[0], query.fromNs),
      Math.min(known.coveredNs[1], query.toNs),
    ],
    typical: typicalOf(same, places),
  };
}

/** When the requests of a kind ended, and how long they took. */
export function requestTimes(simulation: Simulation, kind: RequestKind): RequestTimes {
  const { log } = simulation.recorder;
  const endedNs: number[] = [];
  const tookNs: number[] = [];
  log.eachTime((times) => {
    if (!isOfKind(times.outcome, kind.outcome)) return;
    if (!isOfClass(simulation, times, kind.request)) return;
    endedNs.push(times.endedNs);
    tookNs.push(took(times));
  });
  return {
    endedNs: Float64Array.from(endedNs),
    tookNs: Float64Array.from(tookNs),
    recordedFromNs: log.timesFromNs,
  };
}

const UNKNOWN = new Float64Array(0);

function openRequests(simulation: Simulation, withSpent: boolean): LoggedRequest[] {
  return simulation.requests
    .underWay()
    .map((task) => openRequest(simulation, task, withSpent ? spentBy(simulation, task) : UNKNOWN));
}

function openRequest(
  { requests, ledger, nowNs }: Simulation,
  task: TaskId,
  spentNs: Float64Array,
): LoggedRequest {
  const { load, number } = requests.requestOf(task);
  return { load, number, beganNs: ledger.beganAt(task), endedNs: nowNs, outcome: OPEN, spentNs };
}

function spentBy({ ledger }: Simulation, task: TaskId): Float64Array {
  const spentNs = new Float64Array(ledger.places);
  ledger.copySpent(spentNs, task);
  return spentNs;
}

function isOfClass(
  { model }: Simulation,
  { load }: LoggedTimes,
  name: string | undefined,
): boolean {
  return name === undefined || model.classes[model.loads[load]!.class]!.name === name;
}

function isOfKind(outcome: number, kind: RequestKind["outcome"]): boolean {
  if (kind === "failed") return outcome >= 0;
  return wordOf(outcome) === kind;
}

function wordOf(outcome: number): Outcome | "open" {
  if (outcome === OPEN) return "open";
  return outcome === COMPLETED ? "completed" : OUTCOMES[outcome]!;
}

function isInCell(request: LoggedRequest, query: RequestQuery): boolean {
  const { endedNs } = request;
  const latency = took(request);
  const inTime = endedNs >= query.fromNs && endedNs <= query.toNs;
  return inTime && latency >= query.fastestNs && latency < query.slowestNs;
}

function countsOf(requests: readonly LoggedRequest[]): RequestPage["outcomes"] {
  const counts = { completed: 0, timeout: 0, rejected: 0, error: 0, crash: 0, open: 0 };
  for (const { outcome } of requests) counts[wordOf(outcome)]++;
  return counts;
}

function mostIn(requests: readonly LoggedRequest[], places: number): Float64Array {
  const counts = new Float64Array(places);
  for (const { spentNs } of requests) {
    let most = -1;
    for (let place = 0; place < places; place++) {
      if (spentNs[place]! > (most < 0 ? 0 : spentNs[most]!)) most = place;
    }
    if (most >= 0) counts[most]! += 1;
  }
  return counts;
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

function took({ beganNs, endedNs }: LoggedTimes): number {
  return endedNs - beganNs;
}

export function seen({ model }: Simulation, request: LoggedRequest): SeenRequest {
  const { load, number, beganNs, endedNs, outcome, spentNs } = request;
  return {
    request: model.classes[model.loads[load]!.class]!.name,
    number,
    beganNs,
    endedNs,
    outcome: wordOf(outcome),
    spentNs: spentNs.slice(),
  };
}

/** The request of a task that is under way, as of now. */
export function seenSoFar(simulation: Simulation, task: TaskId): SeenRequest {
  return seen(simulation, openRequest(simulation, task, spentBy(simulation, task)));
}
