/**
 * One lane as its worker serves it: builds a run, advances it in slices of real time and packs
 * what is new into batches. Free of any platform: the clock comes in as an argument.
 */
import type {
  LaneResult,
  LoadReply,
  Problem,
  Progress,
  RequestPage,
  RequestQuery,
  ScheduleSlices,
  Waterfall,
} from "./api.ts";
import { History, type Moment } from "./history.ts";
import { listRequests, watchRequest } from "./inspect.ts";
import { BudgetError } from "./kernel/assert.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { textbookOf } from "./scenario/textbook.ts";
import { parseScenario } from "./scenario/validate.ts";
import { restoreSnapshot, takeSnapshot } from "./snapshot.ts";
import { createSimulation, type RunStatus, type Simulation } from "./simulation.ts";
import { plannedLoad } from "./workload/arrivals.ts";

/** Events between two looks at the real clock: well under a millisecond of work. */
const EVENTS_PER_LOOK = 2_000;

/** A run of more events that keeps no snapshots is not computed once more for a single request. */
const FARTHEST_REPLAY = 20_000_000;

export class LaneSession {
  /** The lane's run and its way back. */
  private history: History | undefined = undefined;
  private wallMs = 0;
  private busyAt = new Float64Array(0);
  private sentAtNs = 0;
  /** Real time in ms; only differences count. */
  private readonly clockMs: () => number;

  constructor(clockMs: () => number) {
    this.clockMs = clockMs;
  }

  load(document: unknown, lane: number): LoadReply {
    this.history = undefined;
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

  step(): Progress {
    const { simulation } = this.loaded();
    simulation.runUntil(simulation.model.durationNs, 1);
    return this.progress(simulation);
  }

  /**
   * Back to virtual time `toNs`, for about `budgetMs` of real time: where that is too short,
   * `advance` goes on from the moment that was reached.
   */
  rewind(toNs: number, budgetMs: number): Progress {
    const simulation = this.goBack(({ nowNs }) => nowNs <= toNs);
    this.compute(toNs, budgetMs);
    return this.progress(simulation);
  }

  /** Takes the last event back. */
  stepBack(): Progress {
    const events = Math.max(0, this.loaded().simulation.events - 1);
    const simulation = this.goBack((moment) => moment.events <= events);
    simulation.runUntil(simulation.model.durationNs, events - simulation.events);
    return this.progress(simulation);
  }

  /** The run as it was at the last moment that `isEarly` enough: a snapshot, or the beginning. */
  private goBack(isEarly: (moment: Moment) => boolean): Simulation {
    const history = this.loaded();
    if (history.restoreWithSchedule(isEarly)) this.forgetBusy(history.simulation);
    else this.follow(createSimulation(history.simulation.model));
    return this.loaded().simulation;
  }

  private follow(simulation: Simulation): void {
    simulation.trace.enabled = true;
    simulation.recorder.log.enabled = true;
    this.history = new History(simulation);
    this.forgetBusy(simulation);
  }

  private forgetBusy({ machine, nowNs }: Simulation): void {
    this.busyAt = machine.coreBusyNs.slice();
    this.sentAtNs = nowNs;
  }

  requests(query: RequestQuery): RequestPage {
    return listRequests(this.loaded().simulation, query);
  }

  inspect(request: string, number: number): Waterfall | undefined {
    const history = this.loaded();
    const present = history.simulation;
    const { nowNs } = present;
    const cls = present.model.classes.findIndex(({ name }) => name === request);
    if (cls < 0 || !(number >= 0 && number < present.requests.begun[cls]!)) return undefined;
    const isBefore = ({ begun }: Moment): boolean => begun[cls]! <= number;
    if (history.reaches(isBefore)) {
      const here = takeSnapshot(present);
      history.restore(isBefore);
      const waterfall = watchRequest(present, cls, number, nowNs);
      restoreSnapshot(here);
      return waterfall;
    }
    if (present.events > FARTHEST_REPLAY) return undefined;
    const again = createSimulation(present.model);
    again.recorder.log.enabled = true;
    return watchRequest(again, cls, number, nowNs);
  }

  result(): LaneResult {
    return this.loaded().simulation.result(this.wallMs / 1000);
  }

  schedule(fromNs: number, toNs: number, maxRows: number): ScheduleSlices {
    const { simulation } = this.loaded();
    const slices = simulation.schedule(fromNs, toNs);
    const present = [...new Set(slices.row)].sort((a, b) => a - b).slice(0, maxRows);
    const index = new Map(present.map((row, i) => [row, i]));
    const kept = [...slices.row.keys()].filter((i) => index.has(slices.row[i]!));
    return {
      rows: present.map((row) => simulation.scheduleRow(row)),
      row: Int32Array.from(kept, (i) => index.get(slices.row[i]!)!),
      state: Uint8Array.from(kept, (i) => slices.state[i]!),
      task: Int32Array.from(kept, (i) => slices.task[i]!),
      start: Float64Array.from(kept, (i) => slices.start[i]!),
      end: Float64Array.from(kept, (i) => slices.end[i]!),
      recordedFromNs: slices.recordedFromNs,
    };
  }

  private loaded(): History {
    if (this.history === undefined) throw new Error("no lane is loaded");
    return this.history;
  }

  private progress(simulation: Simulation): Progress {
    const { ledger, topology, machine, nowNs } = simulation;
    machine.settle();
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
    };
    return simulation.reason === undefined ? base : { ...base, reason: simulation.reason };
  }
}

function rejected(path: string, message: string): { kind: "rejected"; problems: Problem[] } {
  return { kind: "rejected", problems: [{ path, message }] };
}
