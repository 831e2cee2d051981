/**
 * What one request did, stay by stay. It is watched, not recorded: its part of the run is computed
 * once more, event by event, and after every event one looks where it is, and who has what it waits
 * for.
 */
import type { Holder, Stay, Waterfall } from "./api.ts";
import { seen, seenSoFar } from "./inspect.ts";
import { NONE } from "./kernel/rows.ts";
import type { PlaceId, TaskId } from "./measure/ledger.ts";
import type { LoggedRequest } from "./measure/request-log.ts";
import { PLACE } from "./runtimes/runtime.ts";
import type { Simulation } from "./simulation.ts";

/** Names of places in which a task waits for a thread, or its thread for a core. */
const FOR_A_THREAD: readonly string[] = [
  "runnable",
  "global-queue",
  "submission-queue",
  "worker-queue",
  "executor-queue",
  "socket-buffer",
];
/** Holders of one wait that are told. */
const MOST_HOLDERS = 12;
/** Stays of one request that are kept apart: what follows is told as one. */
const MOST_STAYS = 20_000;

/**
 * Runs on until the `number`-th request of class `cls` has ended, at most up to `untilNs`, and tells
 * what it did; undefined when it has not begun by then. The simulation is before its beginning.
 */
export function watchRequest(
  simulation: Simulation,
  cls: number,
  number: number,
  untilNs: number,
): Waterfall | undefined {
  const { requests, recorder } = simulation;
  const { log } = recorder;
  let { written } = log;
  const endOf = (): LoggedRequest | undefined => {
    if (log.written === written) return undefined;
    const ended = log.since(written);
    ({ written } = log);
    const { classes, loads } = simulation.model;
    const isIt = (one: LoggedRequest): boolean =>
      classes[loads[one.load]!.class] === classes[cls] && one.number === number;
    return ended.find(isIt);
  };
  while (requests.begun[cls]! <= number) {
    ({ written } = log);
    if (!takesOne(simulation, untilNs)) return undefined;
  }
  const task = requests.taskOf(cls, number);
  let end = endOf();
  if (task === NONE) return end && { request: seen(simulation, end), stays: [], threads: [] };
  const watch = new Watch(simulation, task);
  while (end === undefined) {
    watch.look();
    if (!takesOne(simulation, untilNs)) {
      return { ...watch.sinceBegin(true), request: seenSoFar(simulation, task) };
    }
    end = endOf();
  }
  return { ...watch.sinceBegin(false), request: seen(simulation, end) };
}

/** Takes the next event; false when there is none up to `untilNs`. */
function takesOne(simulation: Simulation, untilNs: number): boolean {
  const { events } = simulation;
  simulation.runUntil(untilNs, 1);
  return simulation.events > events;
}

/** Collects the stays of one task. */
class Watch {
  private readonly simulation: Simulation;
  private readonly task: TaskId;
  private readonly stays: Stay[] = [];
  private readonly threads: string[] = [];
  private place = -1;
  private step = -1;
  private fromNs: number;
  private others = 0;
  private holders: HolderTimes;

  constructor(simulation: Simulation, task: TaskId) {
    this.simulation = simulation;
    this.task = task;
    this.fromNs = simulation.nowNs;
    this.holders = new HolderTimes(simulation, task);
  }

  /** After an event that the request has outlived. */
  look(): void {
    const { simulation, task } = this;
    const place = simulation.ledger.place[task]!;
    const step = simulation.requests.stepNumberOf(task);
    if (place !== this.place || (step !== this.step && this.stays.length < MOST_STAYS)) {
      this.endStay();
      this.place = place;
      this.step = step;
      this.others = Math.max(0, simulation.ledger.countOf(place) - 1);
      if (place === PLACE.running) this.noteThreads();
    }
    this.holders.look(place);
  }

  /** `isOpen`: the present stay goes on, and is told even if it has just begun. */
  sinceBegin(isOpen: boolean): Pick<Waterfall, "stays" | "threads"> {
    this.endStay(isOpen);
    return { stays: this.stays, threads: this.threads };
  }

  private endStay(isOpen = false): void {
    const { place, step, fromNs, others, simulation } = this;
    const toNs = simulation.nowNs;
    if (toNs > fromNs || (isOpen && place >= 0)) {
      this.stays.push({ place, step, fromNs, toNs, others, ...this.holders.longest(isOpen) });
    }
    this.fromNs = toNs;
    this.holders = new HolderTimes(simulation, this.task);
  }

  private noteThreads(): void {
    for (const label of this.simulation.threadsOf(this.task)) {
      if (!this.threads.includes(label)) this.threads.push(label);
    }
  }
}

/** Who had what a task waits for, and for how long, during one of its stays. */
class HolderTimes {
  private readonly simulation: Simulation;
  private readonly task: TaskId;
  private readonly ns = new Map<string, { of: Holder["of"]; ns: number }>();
  /** Who has it since `sinceNs`: rows, and what they were called then. */
  private rows: readonly TaskId[] = [];
  private names: readonly Holder["of"][] = [];
  private sinceNs = 0;
  /** How many tasks had left the queue at the last look. */
  private leftQueue = -1;

  constructor(simulation: Simulation, task: TaskId) {
    this.simulation = simulation;
    this.task = task;
  }

  /** After an event of the stay. */
  look(place: PlaceId): void {
    const rows = this.rowsNow(place);
    if (rows.length === 0 && this.rows.length === 0) return;
    this.count();
    this.rows = rows;
    this.names = rows.map((row) => this.nameOf(row));
    // So that one who has just taken it is known.
    this.count();
  }

  /** `isOpen`: also who has had it for no time yet. */
  longest(isOpen: boolean): Pick<Stay, "holders" | "heldBy"> {
    this.count();
    const all = [...this.ns.values()]
      .filter(({ ns }) => ns > 0 || isOpen)
      .sort((a, b) => b.ns - a.ns);
    return { holders: all.slice(0, MOST_HOLDERS), heldBy: all.length };
  }

  private rowsNow(place: PlaceId): readonly TaskId[] {
    const { requests, runtime, topology } = this.simulation;
    const { kind, name } = topology.places[place]!;
    if (kind === "gil") {
      const holder = runtime.gilHolder(requests.process[this.task]!);
      return holder === undefined ? [] : [holder];
    }
    if (!FOR_A_THREAD.includes(name)) return requests.holdersFor(this.task, this.rows);
    return kind === "ready" || this.haveMoved(place) ? runtime.inTheWayOf(this.task) : this.rows;
  }

  /** Whether anybody has left a queue since the last look: else the same ones have the threads. */
  private haveMoved(place: PlaceId): boolean {
    const { edges, places } = this.simulation.ledger;
    const left = edges.subarray(place * places, (place + 1) * places).reduce((a, b) => a + b, 0);
    const haveMoved = left !== this.leftQueue;
    this.leftQueue = left;
    return haveMoved;
  }

  private nameOf(row: TaskId): Holder["of"] {
    if (row === NONE) return undefined;
    const { requests, model } = this.simulation;
    const { load, number } = requests.requestOf(row);
    return { request: model.classes[model.loads[load]!.class]!.name, number };
  }

  /** The time up to now is theirs; of two parts of one request only once. */
  private count(): void {
    const { nowNs } = this.simulation;
    const spentNs = nowNs - this.sinceNs;
    this.sinceNs = nowNs;
    const counted = new Set<string>();
    for (const of of this.names) {
      const key = of === undefined ? "" : `${of.number} ${of.request}`;
      if (counted.has(key)) continue;
      counted.add(key);
      const entry = this.ns.get(key) ?? { of, ns: 0 };
      entry.ns += spentNs;
      this.ns.set(key, entry);
    }
  }
}
