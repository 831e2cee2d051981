/** Single slices of the schedule: what is known of one, and where the next one of a kind is. */
import type { FoundSlice, SliceDetail, SliceSearch, Woken } from "./api.ts";
import { NONE } from "./kernel/rows.ts";
import { chunkAt, entryAt, extraIn, type Recording } from "./measure/recording.ts";
import { SLICE, wakerIn } from "./measure/trace.ts";
import type { Wake } from "./measure/wake-log.ts";
import { type Entry, entries, isTaken, keyOf, requestOf } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";

/** Whom a slice woke: more than these are not listed. */
const WOKEN_MOST = 50;
/** Beginnings of tasks that are looked at for those whom a slice woke. */
const LOOK_AHEAD = 100_000;
/** Slices of a row that are looked at for the I/O before a wait. */
const LOOK_BACK = 64;

/** A place in a row: entry `i` of chunk `c`. */
interface Spot {
  readonly c: number;
  readonly i: number;
}

/** A row's entries, to go through from any of them in either direction. */
class RowReader {
  readonly id: number;
  private readonly chunks;
  private readonly nowNs: number;

  constructor(recording: Recording, id: number, nowNs: number) {
    this.id = id;
    this.chunks = recording.rows[id]?.chunks ?? [];
    this.nowNs = nowNs;
  }

  at(ns: number): Spot | undefined {
    const c = chunkAt(this.chunks, ns);
    const chunk = this.chunks[c];
    const i = chunk === undefined ? -1 : entryAt(chunk, ns);
    return i < 0 ? undefined : { c, i };
  }

  /** The spot `by` entries on; undefined where there is none, or it has not come yet. */
  beside({ c, i }: Spot, by: 1 | -1): Spot | undefined {
    const chunk = this.chunks[c]!;
    let spot: Spot | undefined = { c, i: i + by };
    if (i + by >= chunk.count) spot = this.chunks[c + 1] && { c: c + 1, i: 0 };
    else if (i + by < 0) {
      const before = this.chunks[c - 1];
      spot = before && { c: c - 1, i: before.count - 1 };
    }
    return spot !== undefined && this.start(spot) <= this.nowNs ? spot : undefined;
  }

  start({ c, i }: Spot): number {
    return this.chunks[c]!.startOf(i);
  }

  end({ c, i }: Spot): number {
    return Math.min(this.nowNs, this.chunks[c]!.endOf(i));
  }

  state({ c, i }: Spot): number {
    return this.chunks[c]!.stateOf(i);
  }

  who({ c, i }: Spot): number {
    return this.chunks[c]!.whoOf(i);
  }

  /** Who woke it: a thread, NONE for an interrupt; undefined when it was not woken here. */
  waker(spot: Spot): number | undefined {
    if (this.state(spot) !== SLICE.ready) return undefined;
    return wakerIn(extraIn(this.chunks[spot.c]!.wordOf(spot.i)));
  }
}

export function sliceDetail(
  simulation: Simulation,
  id: number,
  atNs: number,
): SliceDetail | undefined {
  const { recording } = simulation.trace;
  const reader = new RowReader(recording, id, simulation.nowNs);
  const spot = atNs <= simulation.nowNs ? reader.at(atNs) : undefined;
  if (spot === undefined || reader.state(spot) === SLICE.idle) return undefined;
  const [start, end, state] = [reader.start(spot), reader.end(spot), reader.state(spot)];
  const who = reader.who(spot);
  const isLockOrCore = isTaken(simulation, id);
  const request = isLockOrCore ? undefined : requestOf(simulation, who);
  const threadRow = simulation.rowOfThread(who);
  const base = {
    row: simulation.scheduleRow(id),
    state,
    start,
    end,
    ...(request && { request }),
    ...(isLockOrCore && who >= 0 && { thread: simulation.scheduleRow(threadRow).label }),
    woke: [],
  };
  if (isLockOrCore) return base;
  const task = { row: id, who, start, end };
  const tasks = state === SLICE.run ? tasksWokenBy(simulation, task) : [];
  const wake = state === SLICE.run ? recording.wakes.find(id, start, who) : undefined;
  const wokenBy = wake && { wokenBy: wakerOfTask(simulation, wake) };
  // The row of a P: what threads do to each other stands on their own.
  if (id < simulation.rowsBeforeThreads) return { ...base, ...wokenBy, woke: tasks };
  return {
    ...base,
    ...(wokenBy ?? wokenByOf(simulation, reader, spot)),
    woke: state === SLICE.run ? [...tasks, ...wokeOf(simulation, id, start, end)] : [],
    ...(state === SLICE.gil && gilWaitOf(simulation, reader, spot)),
  };
}

function wakerOfTask(simulation: Simulation, wake: Wake): NonNullable<SliceDetail["wokenBy"]> {
  const { by, byWhom, wokenNs } = wake;
  if (by === NONE) return { atNs: wokenNs };
  const request = requestOf(simulation, byWhom);
  return { row: simulation.scheduleRow(by), atNs: wokenNs, ...(request && { request }) };
}

/** The tasks that were woken from a slice in which its row ran for `who`, as far as they have begun. */
function tasksWokenBy(
  simulation: Simulation,
  { row, who, start, end }: Pick<Entry, "who" | "start" | "end"> & { readonly row: number },
): Woken[] {
  const woken: Woken[] = [];
  let looked = 0;
  for (const wake of simulation.trace.recording.wakes.from(start)) {
    if (wake.startNs > simulation.nowNs || ++looked > LOOK_AHEAD) break;
    const isIts = wake.by === row && wake.byWhom === who;
    if (!isIts || wake.wokenNs < start || wake.wokenNs > end) continue;
    const request = requestOf(simulation, wake.who);
    const { wokenNs: atNs, startNs } = wake;
    woken.push({
      row: simulation.scheduleRow(wake.row),
      atNs,
      startNs,
      ...(request && { request }),
    });
    if (woken.length === WOKEN_MOST) break;
  }
  return woken;
}

/** The wake-up that ended the wait, or that led to the run. */
function wokenByOf(
  simulation: Simulation,
  reader: RowReader,
  spot: Spot,
): Pick<SliceDetail, "wokenBy"> {
  const by = reader.state(spot) === SLICE.run || reader.state(spot) === SLICE.gc ? -1 : 1;
  const ready = reader.state(spot) === SLICE.ready ? spot : reader.beside(spot, by);
  const waker = ready && reader.waker(ready);
  if (ready === undefined || waker === undefined) return {};
  const atNs = reader.start(ready);
  if (waker === NONE) return { wokenBy: { atNs } };
  return { wokenBy: { row: simulation.scheduleRow(simulation.rowOfThread(waker)), atNs } };
}

function wokeOf(
  simulation: Simulation,
  id: number,
  start: number,
  end: number,
): SliceDetail["woke"] {
  const { trace, rowsBeforeThreads } = simulation;
  const thread = id - rowsBeforeThreads;
  const woke: Woken[] = [];
  for (let row = rowsBeforeThreads; row < trace.recording.rows.length; row++) {
    const log = trace.recording.rows[row];
    if (log === undefined || row === id) continue;
    // Threads wake others when they have done what they had to compute.
    for (const entry of entries(log, start, end + 1)) {
      if (entry.start === start || entry.state !== SLICE.ready) continue;
      if (wakerIn(entry.extra) !== thread) continue;
      const atNs = entry.start;
      woke.push({ row: simulation.scheduleRow(row), atNs, startNs: atNs });
      if (woke.length === WOKEN_MOST) return woke;
    }
  }
  return woke.sort((a, b) => a.atNs - b.atNs);
}

/** Since when it might have gone on, and who had the GIL meanwhile. */
function gilWaitOf(
  simulation: Simulation,
  reader: RowReader,
  wait: Spot,
): Pick<SliceDetail, "dataSinceNs" | "wentFirst"> {
  let before = reader.beside(wait, -1);
  for (let n = 0; n < LOOK_BACK && before !== undefined; n++) {
    const state = reader.state(before);
    if (state === SLICE.io || state === SLICE.idle) break;
    before = reader.beside(before, -1);
  }
  const hadIo = before !== undefined && reader.state(before) === SLICE.io;
  const { model, machine, runtime, trace, rowsBeforeThreads } = simulation;
  const process = machine.process[reader.id - rowsBeforeThreads]!;
  const gil = runtime.rows[process]?.kind === "gil" ? model.machine.cores + process : NONE;
  const log = trace.recording.rows[gil];
  const holders = new Set<number>();
  let times = 0;
  for (const entry of log === undefined ? [] : entries(log, reader.start(wait), reader.end(wait))) {
    if (entry.state !== SLICE.run) continue;
    times++;
    holders.add(entry.who);
  }
  return {
    ...(hadIo && { dataSinceNs: reader.end(before!) }),
    ...(times > 0 && { wentFirst: { times, threads: holders.size } }),
  };
}

// ---- Searching ----------------------------------------------------------------------------------

/** The slice nearest to `fromNs` that matches, after it or before it. */
export function findSlice(
  simulation: Simulation,
  search: SliceSearch,
  fromNs: number,
  forward: boolean,
): FoundSlice | undefined {
  const keys = keysOf(simulation, search);
  const wanted = search.row?.toLowerCase();
  let best: FoundSlice | undefined;
  for (const [id, log] of simulation.trace.recording.rows.entries()) {
    if (log === undefined) continue;
    if (keys !== undefined && isTaken(simulation, id)) continue;
    const row = simulation.scheduleRow(id);
    if (wanted !== undefined && row.label.toLowerCase() !== wanted) continue;
    const limit = best?.start ?? (forward ? Infinity : -1);
    const found = nextIn(simulation, { id, keys, state: search.state, fromNs, forward, limit });
    if (found !== undefined) best = { row, ...found };
  }
  return best;
}

/** Names in the recording of the requests that may be meant; undefined: any. */
function keysOf(simulation: Simulation, { request, number }: SliceSearch): Set<number> | undefined {
  if (number === undefined) return undefined;
  const names = simulation.model.classes.map(({ name }) => name);
  const meant = request === undefined ? names : names.filter((name) => name === request);
  return new Set(meant.map((name) => keyOf(simulation, { request: name, number })!));
}

interface RowSearch {
  readonly id: number;
  readonly keys: ReadonlySet<number> | undefined;
  readonly state: number | undefined;
  readonly fromNs: number;
  readonly forward: boolean;
  /** Of no interest from here on, ns. */
  readonly limit: number;
}

function nextIn(
  simulation: Simulation,
  { id, keys, state, fromNs, forward, limit }: RowSearch,
): Omit<FoundSlice, "row"> | undefined {
  const { recording } = simulation.trace;
  const reader = new RowReader(recording, id, simulation.nowNs);
  const first = Math.max(fromNs, recording.rows[id]!.chunks[0]?.fromNs ?? 0);
  for (let spot = reader.at(first); spot !== undefined;) {
    const start = reader.start(spot);
    if (forward ? start >= limit : start <= limit) return undefined;
    const lasts = reader.end(spot) > start;
    const isNext = lasts && (forward ? start > fromNs : start < fromNs);
    const its = reader.state(spot);
    const matches = state === undefined ? its !== SLICE.idle : its === state;
    if (isNext && matches && (keys?.has(reader.who(spot)) ?? true)) {
      return { state: its, start, end: reader.end(spot) };
    }
    spot = reader.beside(spot, forward ? 1 : -1);
  }
  return undefined;
}
