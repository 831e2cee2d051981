/**
 * One lane, put together and run: the event loop, the samples, the laws that must hold. Pure: it
 * knows no wall clock and no platform; whoever calls `runUntil` sets the pace.
 */
import type { LaneResult, ScheduleRow, SeriesLayout, Topology } from "./api.ts";
import { BudgetError, DeadlockError } from "./kernel/assert.ts";
import { DUE, EventQueue, NOW } from "./kernel/queue.ts";
import { Stream } from "./kernel/random.ts";
import { laneResult, throttlingOf, type MeasuredFrom } from "./lane-result.ts";
import { assertLaws } from "./laws.ts";
import { NEUTRAL, REFERENCE, type Calibration } from "./machine/calibration.ts";
import { Listener } from "./machine/listener.ts";
import { LimitedMachine } from "./machine/limited-machine.ts";
import { Machine, MACHINE_EVENTS, type MachineParts } from "./machine/machine.ts";
import { Memory } from "./machine/memory.ts";
import { measuredCalibration } from "./machine/measured.ts";
import { TRUTH } from "./machine/truth.ts";
import { Ledger } from "./measure/ledger.ts";
import { Recorder } from "./measure/recorder.ts";
import { SampleBuffer, sampleInterval } from "./measure/series.ts";
import { Trace, type Slices } from "./measure/trace.ts";
import { runtimeDefinition } from "./runtimes/index.ts";
import { PROFILES } from "./runtimes/profiles/index.ts";
import { measuredCosts } from "./runtimes/profiles/measured.ts";
import { costValues } from "./runtimes/profiles/profile.ts";
import { truthCosts } from "./runtimes/profiles/truth.ts";
import { PLACE, RUNTIME_EVENTS, type RuntimeModel, type RuntimeParts } from "./runtimes/runtime.ts";
import { Sampler, sampleColumns } from "./sampler.ts";
import type { CalibrationModel, LaneModel } from "./scenario/model.ts";
import { backlogOf, topologyAfter, topologyOf, type PlaceIndices } from "./topology.ts";
import { Clients } from "./workload/clients.ts";
import { FIRST_CLIENT_EVENT, Requests } from "./workload/requests.ts";

const SAMPLE = 80;
const WARMUP_OVER = 81;
const FIRST_MEASURE_EVENT = 80;

/** Events one lane may take; about a quarter of an hour of computing. */
const EVENT_BUDGET = 2_000_000_000;

/** Events between two looks at a real clock: well under a millisecond of work. */
export const EVENTS_PER_LOOK = 2_000;

export type RunStatus = "running" | "finished" | "stopped";

export class Simulation {
  /** The lane as it began, with the changes that it will go through. */
  readonly initial: LaneModel;
  /** The lane as it is at present. */
  model: LaneModel;
  /** Its places and edges are all that the lane will ever have; capacities are those at present. */
  topology: Topology;
  readonly series: SeriesLayout;
  readonly queue = new EventQueue();
  readonly ledger: Ledger;
  readonly machine: Machine;
  readonly memory: Memory;
  readonly recorder: Recorder;
  readonly runtime: RuntimeModel;
  readonly requests: Requests;
  readonly trace: Trace;
  readonly listener: Listener;
  /** Why the run was stopped, for people. */
  reason: string | undefined = undefined;
  /** True when it was stopped because nothing more could come of it. */
  isDeadlocked = false;
  private state: RunStatus = "running";
  private measuredFrom: MeasuredFrom | undefined = undefined;
  private readonly clients: Clients;
  private readonly samples: SampleBuffer;
  private readonly sampler: Sampler;
  /** Schedule row of the first thread. */
  readonly rowsBeforeThreads: number;
  /** Changes made so far. */
  private changesMade = 0;

  constructor(model: LaneModel) {
    this.initial = model;
    this.model = model;
    // Constant data: snapshots leave it alone.
    Object.freeze(model.changes);
    const { queue } = this;
    const { clock } = queue;
    const profile = PROFILES[model.runtime.profile];
    const calibration = profile.neutral ? NEUTRAL : calibrationOf(model.machine.calibration);
    const definition = runtimeDefinition(model.runtime);
    const { topology, indices } = topologyOf(model, definition);
    this.topology = topology;
    this.ledger = new Ledger(clock, topology.places.length);
    this.trace = new Trace(clock, model.classes.length);
    this.memory = new Memory(clock, model.machine.memoryBytes, model.runtime.processes);
    this.rowsBeforeThreads = model.machine.cores + runtimeRows(model);
    this.machine = machineOf(model, {
      queue,
      ledger: this.ledger,
      trace: this.trace,
      places: PLACE,
      cores: model.machine.cores,
      calibration,
      random: new Stream(model.seed, `machine:${model.draws}`),
      scheduler: new Stream(model.seed, `scheduler:${model.draws}`),
      firstThreadRow: this.rowsBeforeThreads,
    });
    this.listener = listenerOf(model, calibration, this.ledger);
    this.recorder = new Recorder(clock, this.ledger, {
      warmupNs: model.warmupNs,
      durationNs: model.durationNs,
      classes: model.classes.length,
    });
    const connections = Clients.connectionsOf(model);
    this.requests = new Requests({
      queue,
      ledger: this.ledger,
      recorder: this.recorder,
      model,
      calibration,
      poolPlace: indices.poolPlace,
      channelPlaces: indices,
      connections,
    });
    this.trace.follow(this.requests);
    this.runtime = definition.create(this.runtimeParts(indices), model.runtime, connections);
    this.machine.ownedBy(this.runtime);
    this.clients = new Clients({
      queue,
      ledger: this.ledger,
      listener: this.listener,
      requests: this.requests,
      model,
    });
    this.requests.connect(this.runtime, this.clients);
    this.series = {
      sampleNs: sampleInterval(model.durationNs),
      columns: sampleColumns(topology),
    };
    this.samples = new SampleBuffer(this.series.columns.length);
    this.sampler = new Sampler(this, this.series);
    this.begin();
  }

  /** What the runtime model is built from. */
  private runtimeParts(indices: PlaceIndices): RuntimeParts {
    const { model, queue, ledger, trace, machine, memory, listener } = this;
    const { runtime } = model;
    const profile = PROFILES[runtime.profile];
    const costs = costsMeasured(model);
    return {
      queue,
      ledger,
      trace,
      machine,
      memory,
      listener,
      work: this.requests,
      costs: costValues(profile, { ...costs, ...runtime.costs }),
      profile,
      random: new Stream(model.seed, `runtime:${model.draws}`),
      processes: runtime.processes,
      maxConnections: runtime.maxConnections ?? profile.maxConnections.value,
      ...indices,
      firstRow: model.machine.cores,
      objectPools: model.objectPools,
      heap: {
        zgc: runtime.collector === "zgc",
        limitBytes: runtime.heapLimitBytes,
        machineBytes: model.machine.memoryBytes,
      },
    };
  }

  get nowNs(): number {
    return this.queue.clock[NOW]!;
  }

  get events(): number {
    return this.queue.taken[0]!;
  }

  get status(): RunStatus {
    return this.state;
  }

  /** The state of things at the end of the warm-up; undefined while it lasts. */
  get measured(): MeasuredFrom | undefined {
    return this.measuredFrom;
  }

  /**
   * Computes events due up to `timeNs`, at most `maxEvents` of them. "running" when the limit was
   * reached or there is more to come.
   */
  runUntil(timeNs: number, maxEvents: number): RunStatus {
    if (this.state !== "running") return this.state;
    const limit = Math.min(timeNs, this.model.durationNs);
    const lastEvent = this.events + maxEvents;
    try {
      for (let atNs = this.nextChangeNs; atNs <= limit; atNs = this.nextChangeNs) {
        if (!this.take(atNs, lastEvent - this.events)) return this.state;
        this.change();
      }
      if (this.take(limit, lastEvent - this.events)) this.arriveAt(limit);
    } catch (error) {
      if (!(error instanceof BudgetError || error instanceof DeadlockError)) throw error;
      this.isDeadlocked = error instanceof DeadlockError;
      this.stop(error.message);
    }
    return this.state;
  }

  private get nextChangeNs(): number {
    return this.initial.changes[this.changesMade]?.atNs ?? Infinity;
  }

  /** True when the lane was another one in a part of what has been measured. */
  get hasMixedResults(): boolean {
    return this.changesMade > 0 && this.changesSince(this.measuredFrom?.nowNs ?? 0) > 0;
  }

  private changesSince(ns: number): number {
    return this.initial.changes.filter(({ atNs }, i) => i < this.changesMade && atNs > ns).length;
  }

  /** A figure of the lane's settings over the measured part: its mean where it has changed. */
  setting(of: (model: LaneModel) => number): number {
    if (!this.hasMixedResults) return of(this.model);
    const fromNs = this.measuredFrom?.nowNs ?? 0;
    let model = this.initial;
    let beganNs = 0;
    let area = 0;
    for (const { atNs, model: next } of this.initial.changes.slice(0, this.changesMade)) {
      area += of(model) * Math.max(0, atNs - Math.max(beganNs, fromNs));
      beganNs = atNs;
      model = next;
    }
    if (this.nowNs <= fromNs) return of(this.model);
    return (area + of(model) * (this.nowNs - Math.max(beganNs, fromNs))) / (this.nowNs - fromNs);
  }

  /** The next change takes place, after everything that was due by its moment. */
  private change(): void {
    const { atNs, model } = this.initial.changes[this.changesMade]!;
    this.changesMade++;
    this.queue.clock[NOW] = Math.max(atNs, this.nowNs);
    this.model = model;
    this.topology = topologyAfter(this.topology, this.initial, model);
    this.listener.retune(backlogOf(model));
    this.memory.retune(model.machine.memoryBytes);
    this.machine.retune(model.machine.cpus ?? Infinity);
    this.clients.retune(model);
    this.requests.retune(model);
    this.runtime.retune(model.runtime);
    if (this.memory.victim >= 0) this.killVictim();
  }

  /** Samples fetched so far. */
  get samplesFetched(): number {
    return this.samples.fetched;
  }

  /** Samples taken since the last call, row-major. */
  takeSamples(): Float64Array {
    return this.samples.take();
  }

  /** The schedule between two times, as far as the trace ring remembers. */
  schedule(fromNs: number, toNs: number): Slices {
    return this.trace.slices(fromNs, toNs);
  }

  /** The row of the schedule that shows a thread. */
  rowOfThread(thread: number): number {
    return this.machine.rowOf(thread);
  }

  /** What the threads are called that work for `task` at this moment: one, or none. */
  threadsOf(task: number): string[] {
    const { task: taskOn, threads } = this.machine;
    const found: string[] = [];
    for (let thread = 0; thread < threads.high; thread++) {
      if (taskOn[thread] === task) {
        found.push(this.scheduleRow(this.rowOfThread(thread)).label);
      }
    }
    return found;
  }

  /** What the rows of the schedule are. */
  scheduleRow(row: number): ScheduleRow {
    const { cores } = this.model.machine;
    if (row < cores) return { id: row, kind: "core", label: `cpu${row}` };
    const own = this.runtime.rows[row - cores];
    if (own !== undefined) return { id: row, ...own };
    const thread = row - this.rowsBeforeThreads;
    const collector = this.runtime.collectorThread(thread);
    if (collector !== undefined) return { id: row, kind: "thread", label: collector };
    const special = this.runtime.threadRow(thread);
    if (special !== undefined) return { id: row, ...special };
    return { id: row, kind: "thread", label: `T${String(thread + 1).padStart(2, "0")}` };
  }

  /** The result as of now; `wallSeconds` is reported, never computed with. */
  result(wallSeconds: number): LaneResult {
    this.machine.settle();
    return laneResult(this, wallSeconds);
  }

  // ---- The event loop ----------------------------------------------------------------------------

  /** True when no event up to `limit` is left. */
  private take(limit: number, maxEvents: number): boolean {
    const { queue } = this;
    const { clock } = queue;
    for (let i = 0; i < maxEvents; i++) {
      clock[DUE] = limit;
      if (!queue.pop()) return true;
      this.dispatch(queue.kind, queue.a, queue.b);
      if (this.memory.victim >= 0) this.killVictim();
    }
    if (queue.taken[0]! > EVENT_BUDGET) {
      throw new BudgetError(`the run needs more than ${EVENT_BUDGET / 1e6} million events`);
    }
    return false;
  }

  private dispatch(kind: number, a: number, b: number): void {
    if (kind < MACHINE_EVENTS) this.machine.handle(kind, a);
    else if (kind < FIRST_CLIENT_EVENT) this.requests.handle(kind, a, b);
    else if (kind < RUNTIME_EVENTS) this.clients.handle(kind, a, b);
    else if (kind < FIRST_MEASURE_EVENT) this.runtime.handle(kind, a, b);
    else if (kind === SAMPLE) this.sample();
    else this.endWarmup();
  }

  private begin(): void {
    const { clock } = this.queue;
    clock[DUE] = this.model.warmupNs;
    this.queue.push(WARMUP_OVER, 0, 0);
    clock[DUE] = this.series.sampleNs;
    this.queue.push(SAMPLE, 0, 0);
    this.runtime.start();
    this.clients.start(this.runtime);
  }

  private endWarmup(): void {
    this.machine.settle();
    this.ledger.beginMeasurement();
    this.memory.beginMeasurement();
    this.recorder.beginMeasurement();
    this.runtime.objects.beginMeasurement();
    for (const pool of this.requests.pools) pool.beginMeasurement();
    this.requests.lockUse.beginMeasurement();
    const gil = this.runtime.gilUse();
    this.measuredFrom = {
      nowNs: this.nowNs,
      cpuNs: this.machine.cpuNs.slice(),
      voluntary: this.machine.voluntarySwitches,
      involuntary: this.machine.involuntarySwitches,
      throttling: throttlingOf(this.machine),
      taskSwitches: this.runtime.taskSwitches,
      gilHeldNs: gil.heldNs,
      gilSwitches: gil.switches,
      loops: this.runtime.loopUse(),
    };
  }

  private sample(): void {
    this.machine.settle();
    this.sampler.fill(this.samples.append());
    const others = this.measuredFrom === undefined ? 1 : 0;
    if (this.queue.pending === others) this.requests.assertNobodyWaits();
    this.queue.clock[DUE] = this.nowNs + this.series.sampleNs;
    this.queue.push(SAMPLE, 0, 0);
  }

  /** Nothing is left to do before `limit`: the clock goes there. */
  private arriveAt(limit: number): void {
    this.queue.clock[NOW] = Math.max(limit, this.nowNs);
    if (limit < this.model.durationNs) return;
    this.state = "finished";
    this.machine.settle();
    assertLaws(this);
  }

  private killVictim(): void {
    this.runtime.killProcess(this.memory.victim);
    // What the dying process did to the account condemns nobody else.
    this.memory.victim = -1;
  }

  private stop(reason: string): void {
    this.state = "stopped";
    this.reason = reason;
    this.machine.settle();
  }
}

/** Builds a lane, ready to run from virtual time 0. */
export function createSimulation(model: LaneModel): Simulation {
  return new Simulation(model);
}

function calibrationOf(calibration: CalibrationModel): Calibration {
  if (calibration === "reference") return REFERENCE;
  return calibration === "truth"
    ? TRUTH
    : measuredCalibration(calibration.os ?? {}, calibration.go_2cores);
}

/** What was measured of the lane's runtime; a neutral profile costs nothing on any machine. */
function costsMeasured({ machine, runtime }: LaneModel): ReturnType<typeof measuredCosts> {
  const { calibration, cores } = machine;
  if (calibration === "reference") return {};
  return calibration === "truth"
    ? truthCosts(runtime.profile, cores)
    : measuredCosts(calibration, runtime.profile, cores);
}

function listenerOf(model: LaneModel, calibration: Calibration, ledger: Ledger): Listener {
  const { runtime } = model;
  const hash = new Stream(model.seed, `sockets:${model.draws}`);
  return new Listener(
    backlogOf(model),
    PROFILES[runtime.profile].neutral ? Infinity : calibration.somaxconn,
    runtime.reusePort ? { sockets: runtime.processes, hash, tasks: ledger.tasks } : undefined,
  );
}

function machineOf({ machine }: LaneModel, parts: MachineParts): Machine {
  return machine.cpus === undefined ? new Machine(parts) : new LimitedMachine(parts, machine.cpus);
}

/** How many schedule rows the runtime itself declares. */
function runtimeRows(model: LaneModel): number {
  const { runtime } = model;
  if (runtime.model === "goroutines") return runtime.processes * runtime.gomaxprocs;
  return "gil" in runtime && runtime.gil !== undefined ? runtime.processes : 0;
}
