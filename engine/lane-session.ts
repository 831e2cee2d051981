/**
 * One lane as its worker serves it: builds a run, advances it in slices of real time and packs
 * what is new into batches. Free of any platform: the clock comes in as an argument.
 */
import type {
  FoundSlice,
  Internals,
  LaneResult,
  LoadReply,
  MoveQuery,
  PlaceTasks,
  Problem,
  PlaceKind,
  Progress,
  RequestKind,
  RequestPage,
  RequestQuery,
  RequestTimes,
  ScheduleQuery,
  ScheduleSlices,
  SliceDetail,
  SliceSearch,
  TesterComparison,
  Topology,
  Waterfall,
} from "./api.ts";
import { History, type Moment } from "./history.ts";
import { type Known, listRequests, rememberedRequests, requestTimes } from "./inspect.ts";
import { internalsOf, tasksIn } from "./internals.ts";
import { BudgetError } from "./kernel/assert.ts";
import { RECORDED_MOST } from "./measure/trace.ts";
import { MoveWatch } from "./move-watch.ts";
import { computePast } from "./past-requests.ts";
import { Rebuild } from "./rebuild.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { textbookOf } from "./scenario/textbook.ts";
import { parseScenario } from "./scenario/validate.ts";
import { describeSchedule, type Source } from "./schedule.ts";
import { findSlice, sliceDetail } from "./slices.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";
import {
  createSimulation,
  EVENTS_PER_LOOK,
  type RunStatus,
  type Simulation,
} from "./simulation.ts";
import { compareTesters } from "./testers.ts";
import { watchRequest } from "./watch.ts";
import { plannedLoad } from "./workload/arrivals.ts";

/** A run of more events that keeps no snapshots is not computed once more for a single request. */
const FARTHEST_REPLAY = 20_000_000;

/** Places in which a request gets on: everywhere else it waits for others. */
const GETS_ON: readonly PlaceKind[] = ["run", "io", "blocked", "timer"];

export class LaneSession {
  /** The lane's run and its way back. */
  private history: History | undefined = undefined;
  private rebuild: Rebuild | undefined = undefined;
  /** The last stretch of the past that was looked at. */
  private past: (Known & { readonly fromNs: number; readonly toNs: number }) | undefined =
    undefined;
  /** Entries of the schedule that are kept. */
  private remembered = RECORDED_MOST;
  private wallMs = 0;
  private busyAt = new Float64Array(0);
  private sentAtNs = 0;
  private readonly moves = new MoveWatch();
  private sentTopology: Topology | undefined = undefined;
  /** Real time in ms; only differences count. */
  private readonly clockMs: () => number;

  constructor(clockMs: () => number) {
    this.clockMs = clockMs;
  }

  load(document: unknown, lane: number, remembered?: number): LoadReply {
    this.history = undefined;
    this.remembered = remembered ?? this.remembered;
    const parsed = parseScenario(document);
    if (parsed.kind === "rejected") return parsed;
    if (lane < 0 || lane >= parsed.scenario.lanes.length) {
      return rejected("lanes", `there is no lane ${lane}`);
    }
    const model = laneModel(parsed.scenario, lane);
    let simulation: Simulation;
    try {
      simulation = createSimulation(model);
    } catch (error) {
      if (error instanceof BudgetError) return rejected(`lanes[${lane}]`, error.message);
      throw error;
    }
    this.wallMs = 0;
    this.follow(simulation);
    this.sentTopology = simulation.topology;
    const textbook = textbookOf(model);
    return {
      kind: "ready",
      topology: simulation.topology,
      series: simulation.series,
      durationNs: model.durationNs,
      warmupNs: model.warmupNs,
      planned: plannedLoad(model),
      ...(textbook === undefined ? {} : { textbook }),
    };
  }

  /** Up to virtual time `untilNs`, for about `budgetMs` of real time. */
  advance(untilNs: number, budgetMs: number): Progress {
    const { simulation } = this.loaded();
    this.moves.begin(simulation);
    this.compute(untilNs, budgetMs);
    return this.progress(simulation);
  }

  private compute(untilNs: number, budgetMs: number): void {
    const history = this.loaded();
    const { simulation } = history;
    const start = this.clockMs();
    let status: RunStatus = simulation.status;
    while (status === "running" && simulation.nowNs < untilNs) {
      status = simulation.runUntil(untilNs, EVENTS_PER_LOOK);
      history.note();
      if (this.clockMs() - start >= budgetMs) break;
    }
    this.wallMs += this.clockMs() - start;
  }

  watch(query: MoveQuery | undefined): void {
    this.moves.query = query;
  }

  step(): Progress {
    const { simulation } = this.loaded();
    this.moves.begin(simulation);
    simulation.runUntil(simulation.model.durationNs, 1);
    return this.progress(simulation);
  }

  /** Up to the end of a request, for about `budgetMs` of real time. */
  stepRequest(budgetMs: number): { readonly progress: Progress; readonly ended: boolean } {
    const { simulation } = this.loaded();
    const { log } = simulation.recorder;
    const before = log.written;
    const start = this.clockMs();
    this.moves.begin(simulation);
    while (simulation.status === "running" && log.written === before) {
      simulation.runUntil(simulation.model.durationNs, 1);
      if (this.clockMs() - start >= budgetMs) break;
    }
    return { progress: this.progress(simulation), ended: log.written > before };
  }

  /** Virtual time (ns) of the last end of a request before `ns`. */
  endBefore(ns: number): number | undefined {
    return this.loaded().simulation.recorder.log.endBefore(ns);
  }

  /**
   * Back to virtual time `toNs`, for about `budgetMs` of real time: where that is too short,
   * `advance` goes on from the moment that was reached.
   */
  rewind(toNs: number, budgetMs: number): Progress {
    const earlyNs = toNs - this.moves.lookbackNs;
    const simulation = this.goBack(({ nowNs }) => nowNs <= earlyNs);
    this.compute(toNs, budgetMs);
    return this.progress(simulation);
  }

  /** Takes the last event back. */
  stepBack(): Progress {
    const events = Math.max(0, this.loaded().simulation.events - 1);
    const earlyNs = this.loaded().simulation.nowNs - this.moves.lookbackNs;
    const simulation = this.goBack((at) => at.events <= events && at.nowNs <= earlyNs);
    simulation.runUntil(simulation.model.durationNs, events - simulation.events);
    return this.progress(simulation);
  }

  /** The run as it was at the last moment that `isEarly` enough: a snapshot, or the beginning. */
  private goBack(isEarly: (moment: Moment) => boolean): Simulation {
    const history = this.loaded();
    if (history.restore(isEarly)) this.forgetBusy(history.simulation);
    else this.follow(createSimulation(history.simulation.initial));
    const { simulation } = this.loaded();
    this.moves.begin(simulation);
    return simulation;
  }

  private follow(simulation: Simulation): void {
    simulation.trace.enabled = true;
    simulation.recorder.log.enable(placesOf(simulation, GETS_ON));
    this.past = undefined;
    this.history = new History(simulation);
    simulation.trace.recording.capacity = this.remembered;
    this.rebuild = new Rebuild(this.history, this.remembered);
    this.forgetBusy(simulation);
  }

  private forgetBusy({ machine, nowNs }: Simulation): void {
    this.busyAt = machine.coreBusyNs.slice();
    this.sentAtNs = nowNs;
  }

  requests(query: RequestQuery): RequestPage {
    const { simulation } = this.loaded();
    const { recorder, nowNs } = simulation;
    const isForgotten = query.fromNs < recorder.log.recordedFromNs && query.toNs <= nowNs;
    const known = isForgotten ? this.pastRequests(query) : undefined;
    return listRequests(simulation, query, known ?? rememberedRequests(simulation));
  }

  requestTimes(kind: RequestKind): RequestTimes {
    return requestTimes(this.loaded().simulation, kind);
  }

  compareTesters(connections: number): TesterComparison | undefined {
    return compareTesters(this.loaded().simulation, connections);
  }

  /** Those that ended in a stretch of the past; undefined where that is too far to go back. */
  private pastRequests({ fromNs, toNs }: RequestQuery): Known | undefined {
    const known = this.past;
    if (known?.fromNs === fromNs && known.toNs === toNs) return known;
    const isBefore = ({ nowNs }: Moment): boolean => nowNs < fromNs;
    const past = this.lookBack(isBefore, (before) => computePast(before, fromNs, toNs));
    this.past = past && { ...past, fromNs, toNs };
    return past;
  }

  /**
   * What `look` finds out about the past, from the last moment on at which `isBefore` holds; the run
   * and all that is remembered of it are then as they were. undefined where that is too far back.
   */
  private lookBack<T>(isBefore: (moment: Moment) => boolean, look: (past: Simulation) => T) {
    const history = this.loaded();
    const present = history.simulation;
    if (history.reaches(isBefore)) {
      const here = takeSnapshot(present);
      return present.recorder.log.aside(() => {
        history.restore(isBefore);
        present.trace.enabled = false;
        try {
          return look(present);
        } finally {
          restoreSnapshot(here);
        }
      });
    }
    if (present.events > FARTHEST_REPLAY) return undefined;
    const again = createSimulation(present.initial);
    again.recorder.log.enable([]);
    return look(again);
  }

  inspect(request: string, number: number): Waterfall | undefined {
    const present = this.loaded().simulation;
    const { nowNs } = present;
    const cls = present.model.classes.findIndex(({ name }) => name === request);
    if (cls < 0 || !(number >= 0 && number < present.requests.begun[cls]!)) return undefined;
    const isBefore = ({ begun }: Moment): boolean => begun[cls]! <= number;
    return this.lookBack(isBefore, (past) => watchRequest(past, cls, number, nowNs));
  }

  result(): LaneResult {
    return this.loaded().simulation.result(this.wallMs / 1000);
  }

  internals(): Internals {
    return internalsOf(this.loaded().simulation);
  }

  tasksIn(place: number, limit: number): PlaceTasks {
    return tasksIn(this.loaded().simulation, place, limit);
  }

  /** For about `budgetMs` of real time where something of it has to be computed anew. */
  schedule(query: ScheduleQuery, budgetMs: number): ScheduleSlices {
    const { simulation } = this.loaded();
    const { recording } = simulation.trace;
    const fromNs = Math.max(0, query.fromNs);
    const toNs = Math.max(fromNs, Math.min(query.toNs, simulation.nowNs));
    const knownNs = Math.min(toNs, Math.max(fromNs, recording.knownFromNs));
    const sources: Source[] = [];
    const gaps: { fromNs: number; toNs: number }[] = [];
    let unfinished = false;
    if (fromNs < knownNs) {
      const budget = { clockMs: this.clockMs, ms: budgetMs };
      const covered = this.rebuild!.cover(fromNs, knownNs, budget);
      ({ unfinished } = covered);
      const from = Math.min(knownNs, Math.max(fromNs, covered.rebuilt?.fromNs ?? knownNs));
      const to = Math.min(knownNs, covered.rebuilt?.toNs ?? knownNs);
      if (from > fromNs) gaps.push({ fromNs, toNs: from });
      if (to < knownNs) gaps.push({ fromNs: to, toNs: knownNs });
      if (covered.rebuilt !== undefined && to > from) {
        sources.push({ recording: covered.rebuilt.recording, fromNs: from, toNs: to });
      }
    }
    if (knownNs < toNs) sources.push({ recording, fromNs: knownNs, toNs });
    const described = describeSchedule(simulation, { ...query, fromNs, toNs }, sources);
    return { ...described, gaps, unfinished };
  }

  slice(row: number, atNs: number): SliceDetail | undefined {
    return sliceDetail(this.loaded().simulation, row, atNs);
  }

  findSlice(search: SliceSearch, fromNs: number, forward: boolean): FoundSlice | undefined {
    return findSlice(this.loaded().simulation, search, fromNs, forward);
  }

  private loaded(): History {
    if (this.history === undefined) throw new Error("no lane is loaded");
    return this.history;
  }

  private progress(simulation: Simulation): Progress {
    const { ledger, topology, machine, nowNs } = simulation;
    machine.settle();
    const moves = this.moves.take(simulation);
    const span = nowNs - this.sentAtNs;
    const coreBusy = machine.coreBusyNs.map((busy, core) =>
      span > 0 ? Math.min(1, (busy - this.busyAt[core]!) / span) : 0,
    );
    if (span > 0) {
      this.busyAt.set(machine.coreBusyNs);
      this.sentAtNs = nowNs;
    }
    const base = {
      kind: simulation.status,
      nowNs,
      events: simulation.events,
      firstSample: simulation.samplesFetched,
      samples: simulation.takeSamples(),
      occupancy: ledger.counts(),
      edgeCounts: Float64Array.from(
        topology.edges,
        ({ from, to }) => ledger.edges[from * ledger.places + to]!,
      ),
      coreBusy,
      ...(moves === undefined ? {} : { moves }),
    };
    const changed = topology === this.sentTopology ? {} : { topology };
    this.sentTopology = topology;
    const { reason } = simulation;
    return { ...base, ...changed, ...(reason === undefined ? {} : { reason }) };
  }
}

function placesOf({ topology }: Simulation, kinds: readonly PlaceKind[]): number[] {
  return [...topology.places.keys()].filter((i) => kinds.includes(topology.places[i]!.kind));
}

function rejected(path: string, message: string): { kind: "rejected"; problems: Problem[] } {
  return { kind: "rejected", problems: [{ path, message }] };
}
