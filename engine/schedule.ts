/** The schedule as the interface asks for it: rows, slices at its level of detail, requests. */
import type { RequestName, ScheduleQuery, ScheduleSlices, SliceTable } from "./api.ts";
import { NONE } from "./kernel/rows.ts";
import {
  chunkAt,
  entryAt,
  extraIn,
  stateIn,
  type Recording,
  type RowLog,
} from "./measure/recording.ts";
import { SliceColumns, type Slice } from "./measure/slice-columns.ts";
import { addTimeIn, Summary, timeIn, timeUntil } from "./measure/summary.ts";
import { SLICE, wakerIn } from "./measure/trace.ts";
import type { Wake, WakeLog } from "./measure/wake-log.ts";
import type { Simulation } from "./simulation.ts";

/** Cores, locks and processors are all shown, up to this many. */
const MACHINE_ROWS = 256;
const FOLLOWED_MOST = 4_000;

/** One slice of some row. */
export type Entry = Omit<Slice, "row">;

/** A recording, and the part of the stretch that it tells; ns. */
export interface Source {
  readonly recording: Recording;
  readonly fromNs: number;
  readonly toNs: number;
}

export function describeSchedule(
  simulation: Simulation,
  query: ScheduleQuery,
  sources: readonly Source[],
): Omit<ScheduleSlices, "gaps" | "unfinished"> {
  const reader = new Reader(simulation, sources);
  const key = query.follow && keyOf(simulation, query.follow);
  const followed = key === undefined ? undefined : reader.slicesOf(key);
  const { ids, hiddenThreads } = reader.choose(query, followed);
  const columns = reader.summed(ids, query.pixelNs);
  const labels = new Labels(simulation);
  const index = new Map(ids.map((id, i) => [id, i]));
  const tables = new Tables(simulation, sources, { index, labels });
  const table = tables.of(columns);
  const gilWaiters = reader.gilWaiters(query);
  return {
    ...table,
    rows: ids.map((id) => simulation.scheduleRow(id)),
    classes: simulation.model.classes.map(({ name }) => name),
    ...(followed && { followed: tables.of(followed) }),
    ...(gilWaiters && { gilWaiters }),
    threads: labels.all,
    recorded: simulation.trace.recording.entries,
    hiddenThreads,
  };
}

/** How the recording calls a request; undefined: there is no such class. */
export function keyOf({ model }: Simulation, { request, number }: RequestName): number | undefined {
  const cls = model.classes.findIndex(({ name }) => name === request);
  return cls < 0 ? undefined : number * model.classes.length + cls;
}

export function requestOf({ model }: Simulation, key: number): RequestName | undefined {
  if (key < 0) return undefined;
  const { classes } = model;
  const { name } = classes[key % classes.length]!;
  return { request: name, number: Math.floor(key / classes.length) };
}

/** Whether threads take possession of the row: its slices tell which. */
export function isTaken({ model, runtime }: Simulation, id: number): boolean {
  const { cores } = model.machine;
  return id < cores || runtime.rows[id - cores]?.kind === "gil";
}

class Labels {
  readonly all: string[] = [];
  private readonly known = new Map<number, number>();
  private readonly simulation: Simulation;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
  }

  /** Index of a row's label. */
  of(row: number): number {
    const known = this.known.get(row);
    if (known !== undefined) return known;
    this.known.set(row, this.all.length);
    this.all.push(this.simulation.scheduleRow(row).label);
    return this.all.length - 1;
  }
}

type Cut = ReturnType<SliceColumns["cut"]>;

/** Slices as they cross to the interface: rows, threads and requests by their names there. */
class Tables {
  private readonly simulation: Simulation;
  private readonly logs: readonly WakeLog[];
  private readonly index: ReadonlyMap<number, number>;
  private readonly labels: Labels;
  /** Of rows that were asked about. */
  private readonly taken = new Map<number, boolean>();

  constructor(
    simulation: Simulation,
    sources: readonly Source[],
    names: { readonly index: ReadonlyMap<number, number>; readonly labels: Labels },
  ) {
    this.simulation = simulation;
    this.logs = sources.map(({ recording }) => recording.wakes);
    this.index = names.index;
    this.labels = names.labels;
  }

  of(columns: SliceColumns): SliceTable {
    const cut = columns.cut();
    const { row: ids, extra: _, who, ...same } = cut;
    const { simulation, labels } = this;
    const classes = simulation.model.classes.length;
    const cls = new Int32Array(ids.length).fill(-1);
    const number = new Int32Array(ids.length).fill(-1);
    const thread = new Int32Array(ids.length).fill(-1);
    for (let i = 0; i < ids.length; i++) {
      if (who[i]! < 0) continue;
      if (this.isTaken(ids[i]!)) thread[i] = labels.of(simulation.rowOfThread(who[i]!));
      else {
        cls[i] = who[i]! % classes;
        number[i] = Math.floor(who[i]! / classes);
      }
    }
    const row = ids.map((id) => this.index.get(id) ?? -1);
    return { row, cls, number, thread, ...this.wakersOf(cut), ...same };
  }

  private isTaken(id: number): boolean {
    const known = this.taken.get(id) ?? isTaken(this.simulation, id);
    this.taken.set(id, known);
    return known;
  }

  private wakersOf(cut: Cut): Pick<SliceTable, "waker" | "wokenNs"> {
    const { row: ids, state, start, slices, extra, who } = cut;
    const { simulation, labels } = this;
    const waker = new Int32Array(ids.length).fill(-2);
    const wokenNs = start.slice();
    for (let i = 0; i < ids.length; i++) {
      if (state[i] === SLICE.ready) {
        const by = wakerIn(extra[i]!);
        if (by !== undefined) waker[i] = by === NONE ? -1 : labels.of(simulation.rowOfThread(by));
      } else if (state[i] === SLICE.run && slices[i] === 1) {
        const wake = this.wakeOf(ids[i]!, start[i]!, who[i]!);
        if (wake === undefined) continue;
        waker[i] = wake.by === NONE ? -1 : labels.of(wake.by);
        wokenNs[i] = wake.wokenNs;
      }
    }
    return { waker, wokenNs };
  }

  private wakeOf(row: number, startNs: number, who: number): Wake | undefined {
    for (const log of this.logs) {
      const wake = log.find(row, startNs, who);
      if (wake !== undefined) return wake;
    }
    return undefined;
  }
}

class Reader {
  private readonly simulation: Simulation;
  private readonly sources: readonly Source[];
  private readonly firstThread: number;

  constructor(simulation: Simulation, sources: readonly Source[]) {
    this.simulation = simulation;
    this.sources = sources;
    this.firstThread = simulation.rowsBeforeThreads;
  }

  /** Rows that have anything recorded, in order. */
  private recorded(): number[] {
    const ids = new Set<number>();
    for (const { recording } of this.sources) {
      for (const [id, log] of recording.rows.entries()) {
        // After a way back it tells of a future too.
        const first = log?.chunks[0];
        if (first !== undefined && first.fromNs < this.simulation.nowNs) ids.add(id);
      }
    }
    for (let core = 0; core < this.simulation.model.machine.cores; core++) ids.add(core);
    return [...ids].sort((a, b) => a - b);
  }

  /** Which rows to show. */
  choose(
    { threads, keep }: ScheduleQuery,
    followed: SliceColumns | undefined,
  ): { ids: number[]; hiddenThreads: number } {
    const all = this.recorded();
    const machine = all.filter((id) => id < this.firstThread).slice(0, MACHINE_ROWS);
    const others = all.filter((id) => id >= this.firstThread);
    const wanted = new Set<number>(followed?.cut().row);
    const before = new Set(keep);
    // Who stood idle all the time gives way to others.
    const rank = (id: number, busyNs: number): number =>
      wanted.has(id) ? 2 : before.has(id) && busyNs > 0 ? 1 : 0;
    const chosen =
      others.length <= threads
        ? others
        : others
            .map((id) => {
              const busyNs = this.busyNs(id);
              return { id, busyNs, rank: rank(id, busyNs) };
            })
            .sort((a, b) => b.rank - a.rank || b.busyNs - a.busyNs || a.id - b.id)
            .slice(0, threads)
            .map(({ id }) => id)
            .sort((a, b) => a - b);
    return { ids: [...machine, ...chosen], hiddenThreads: others.length - chosen.length };
  }

  /** How long the row ran something in the stretch. */
  private busyNs(id: number): number {
    let sum = 0;
    for (const source of this.sources) {
      const log = source.recording.rows[id];
      if (log !== undefined) sum += timeIn(log, SLICE.run, source) + timeIn(log, SLICE.gc, source);
    }
    return sum;
  }

  /** The slices of some rows, those shorter than a pixel summed up. */
  summed(ids: readonly number[], pixelNs: number): SliceColumns {
    const columns = new SliceColumns();
    const summaries = this.sources.map(
      ({ recording, fromNs, toNs }) =>
        [recording, new Summary(columns, { fromNs, toNs, pixelNs })] as const,
    );
    for (const id of ids) {
      for (const [recording, summary] of summaries) {
        const log = recording.rows[id];
        if (log !== undefined) summary.add(id, log);
      }
    }
    return columns;
  }

  gilWaiters({ fromNs, toNs, pixelNs }: ScheduleQuery): ScheduleSlices["gilWaiters"] {
    if (pixelNs <= 0 || this.simulation.runtime.rows[0]?.kind !== "gil") return undefined;
    const mean = new Float64Array(Math.max(1, Math.ceil((toNs - fromNs) / pixelNs)));
    const waiting = new Set<number>();
    for (const { recording, ...part } of this.sources) {
      for (let id = this.firstThread; id < recording.rows.length; id++) {
        const log = recording.rows[id];
        if (log === undefined) continue;
        if (timeUntil(log, SLICE.gil, this.simulation.nowNs) === 0) continue;
        waiting.add(id);
        const sums = mean.subarray(Math.max(0, Math.floor((part.fromNs - fromNs) / pixelNs)));
        addTimeIn(sums, log, SLICE.gil, { ...part, pixelNs });
      }
    }
    for (let i = 0; i < mean.length; i++) mean[i]! /= pixelNs;
    return { fromNs, pixelNs, mean, threads: waiting.size };
  }

  // ---- One request -------------------------------------------------------------------------------

  /** Every slice that is told to be of request `key`, and of the threads that run it then. */
  slicesOf(key: number): SliceColumns {
    const found = new SliceColumns();
    const taken: number[] = [];
    for (const id of this.recorded()) {
      if (isTaken(this.simulation, id)) taken.push(id);
      else this.each(id, (slice) => slice.who === key, found);
    }
    const runs = new Map<number, [number, number][]>();
    for (let i = 0; i < found.count; i++) {
      const thread = found.row[i]! - this.firstThread;
      if (thread < 0 || found.state[i] !== SLICE.run) continue;
      const spans = runs.get(thread) ?? [];
      runs.set(thread, spans);
      spans.push([found.start[i]!, found.end[i]!]);
    }
    const isIts = ({ who, start, end }: Entry): boolean =>
      runs.get(who)?.some(([from, to]) => from < end && to > start) ?? false;
    for (const id of taken) this.each(id, isIts, found);
    return found;
  }

  private each(id: number, isWanted: (entry: Entry) => boolean, found: SliceColumns): void {
    for (const { recording, fromNs, toNs } of this.sources) {
      const log = recording.rows[id];
      if (log === undefined) continue;
      for (const entry of entries(log, fromNs, toNs)) {
        if (found.count >= FOLLOWED_MOST) return;
        if (entry.state !== SLICE.idle && isWanted(entry)) found.add({ row: id, ...entry });
      }
    }
  }
}

/** What a row did in [fromNs, toNs], idleness included, in order; cut to it. */
export function* entries(log: RowLog, fromNs: number, toNs: number): Generator<Entry> {
  const { chunks } = log;
  for (let c = chunkAt(chunks, fromNs); c < chunks.length; c++) {
    const chunk = chunks[c]!;
    if (chunk.fromNs >= toNs) return;
    for (let i = Math.max(0, entryAt(chunk, fromNs)); i < chunk.count; i++) {
      const start = Math.max(fromNs, chunk.startOf(i));
      const end = Math.min(toNs, chunk.endOf(i));
      if (start >= toNs) return;
      if (end <= start) continue;
      const [word, who] = [chunk.wordOf(i), chunk.whoOf(i)];
      yield { state: stateIn(word), extra: extraIn(word), who, start, end };
    }
  }
}
