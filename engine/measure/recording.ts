/**
 * What happened on the rows of the schedule, as far as it is remembered: for each row the states
 * that it entered, in chunks. Rows fill at their own pace; over the capacity the chunk that was
 * completed first is forgotten.
 *
 * A recording is no state of the run: snapshots leave it out. A run that goes back enters the same
 * states again, under the same numbers, and those that are here already are left alone; whoever
 * reads stops at the present.
 */
import { firstIndex } from "../kernel/search.ts";
import { SLICE } from "./slice.ts";
import { WakeLog } from "./wake-log.ts";

/** Entries of a full chunk; the first ones of a row are smaller, so that a quiet row costs little. */
const CHUNK = 1024;
const FIRST_CHUNK = 16;
/** Entries for which the chunks that rows write to have room together, about. */
const OPEN_MOST = 2 ** 23;
/** Times in a chunk are 32-bit distances from its beginning, ns. */
const CHUNK_NS = 2 ** 32 - 1;
/** Rows that are recorded: more threads at once than anybody can look at. */
const ROWS = 1 << 15;
const STATES = Object.keys(SLICE).length;

const STATE_BITS = 4;
const STATE_MASK = (1 << STATE_BITS) - 1;

/** Packs a state and a number from −1 to 2^26 (a task, or who woke the row) into one word. */
export function packed(state: number, extra: number): number {
  return ((extra + 1) << STATE_BITS) | state;
}

export function stateIn(word: number): number {
  return word & STATE_MASK;
}

export function extraIn(word: number): number {
  return (word >> STATE_BITS) - 1;
}

// Columns of an entry: when, ns since the chunk's beginning (unsigned); the state and what is packed
// with it; the request, or on rows of cores and locks the thread, −1: nobody's.
const WORD = 1;
const WHO = 2;
const ENTRY = 3;

/** A stretch of one row's entries: rows rather than columns, so that writing one costs one array. */
export class Chunk {
  readonly row: number;
  readonly fromNs: number;
  readonly capacity: number;
  readonly entries: Int32Array;
  count = 0;
  /** When the state of the last entry ended, ns; Infinity while the chunk is the row's last. */
  toNs = Infinity;
  private known: Float64Array | undefined = undefined;

  constructor(row: number, fromNs: number, capacity: number) {
    this.row = row;
    this.fromNs = fromNs;
    this.capacity = capacity;
    this.entries = new Int32Array(ENTRY * capacity);
  }

  /** ns in each state, once the chunk is complete; added up for the first who asks. */
  get sums(): Float64Array | undefined {
    if (this.toNs === Infinity) return undefined;
    return (this.known ??= sumsOf(this));
  }

  /** When the state of entry `i` was entered, ns. */
  startOf(i: number): number {
    return this.fromNs + (this.entries[ENTRY * i]! >>> 0);
  }

  /** When it ended. */
  endOf(i: number): number {
    return i + 1 < this.count ? this.startOf(i + 1) : this.toNs;
  }

  stateOf(i: number): number {
    return this.entries[ENTRY * i + WORD]! & STATE_MASK;
  }

  wordOf(i: number): number {
    return this.entries[ENTRY * i + WORD]!;
  }

  whoOf(i: number): number {
    return this.entries[ENTRY * i + WHO]!;
  }
}

/** All that is remembered of one row, oldest first, without a gap. */
export interface RowLog {
  readonly chunks: Chunk[];
  /** ns in each state over all chunks that are forgotten. */
  readonly forgotten: Float64Array;
}

/** What the rows are in at some moment, `STANDING` numbers each: since when (ns), word, who. */
export type Standing = Float64Array;
export const STANDING = 3;

export class Recording {
  /** Every state from here on is remembered, ns. */
  recordedFromNs = 0;
  /** Who made tasks ready that share a thread or a processor. */
  readonly wakes = new WakeLog();
  /** By row; holes where nothing was ever recorded. */
  readonly rows: (RowLog | undefined)[] = [];
  /** Number of the entry that comes next. */
  next = 0;
  /** The last chunk of each row. */
  private readonly open: (Chunk | undefined)[] = [];
  /** Entries in complete chunks. */
  private size = 0;
  /** Entries that complete chunks may hold together. */
  capacity: number;
  private complete: Chunk[] = [];
  private forgotten = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Entries that are remembered. */
  get entries(): number {
    return this.open.reduce((sum, chunk) => sum + (chunk?.count ?? 0), this.size);
  }

  /** Everything from here on is remembered, who woke whom as well, ns. */
  get knownFromNs(): number {
    return Math.max(this.recordedFromNs, this.wakes.recordedFromNs);
  }

  /** Whether entry `number`, made now, is here already; a gap before it makes a new beginning. */
  has(number: number, nowNs: number, standing: Standing): boolean {
    if (number === this.next) return false;
    if (number < this.next && nowNs >= this.recordedFromNs) return true;
    this.begin(number, nowNs, standing);
    return false;
  }

  /** Forgets everything; the next entry is that of `number`. */
  begin(number: number, nowNs: number, standing: Standing): void {
    this.rows.length = 0;
    this.open.length = 0;
    this.complete = [];
    this.forgotten = 0;
    this.size = 0;
    for (let at = 0; at < standing.length; at += STANDING) {
      const [since, word, who] = standing.subarray(at, at + STANDING);
      if (word! !== 0) this.enter(at / STANDING, since!, word!, who!);
    }
    this.next = number;
    this.recordedFromNs = number === 0 ? 0 : nowNs;
  }

  /** The next entry. */
  add(row: number, nowNs: number, word: number, who: number): void {
    this.next++;
    if (row < ROWS) this.enter(row, nowNs, word, who);
  }

  private enter(row: number, nowNs: number, word: number, who: number): void {
    let chunk = row < this.open.length ? this.open[row] : undefined;
    if (chunk === undefined || chunk.count === chunk.capacity || nowNs - chunk.fromNs > CHUNK_NS) {
      chunk = this.newChunk(row, nowNs);
    }
    const { entries } = chunk;
    const at = ENTRY * chunk.count++;
    entries[at] = nowNs - chunk.fromNs;
    entries[at + WORD] = word;
    entries[at + WHO] = who;
  }

  private newRow(row: number): RowLog {
    while (this.rows.length < row) this.rows.push(undefined);
    while (this.open.length < row) this.open.push(undefined);
    const log = { chunks: [], forgotten: new Float64Array(STATES) };
    this.rows[row] = log;
    return log;
  }

  private newChunk(row: number, nowNs: number): Chunk {
    const { chunks } = this.rows[row] ?? this.newRow(row);
    const last = chunks.at(-1);
    if (last !== undefined) {
      last.toNs = nowNs;
      this.complete.push(last);
      this.size += last.count;
      while (this.size > this.capacity && this.forgetOne());
    }
    const most = Math.min(CHUNK, Math.floor(OPEN_MOST / this.rows.length));
    const capacity = last === undefined ? FIRST_CHUNK : Math.min(most, 2 * last.count);
    const chunk = new Chunk(row, nowNs, Math.max(FIRST_CHUNK, capacity));
    chunks.push(chunk);
    this.open[row] = chunk;
    return chunk;
  }

  /** Forgets the chunk that was completed first; false when there is none. */
  private forgetOne(): boolean {
    const oldest = this.complete[this.forgotten];
    if (oldest === undefined) return false;
    this.forgotten++;
    if (this.forgotten > 1024 && 2 * this.forgotten > this.complete.length) {
      this.complete = this.complete.slice(this.forgotten);
      this.forgotten = 0;
    }
    const { chunks, forgotten } = this.rows[oldest.row]!;
    chunks.shift();
    oldest.sums!.forEach((ns, state) => (forgotten[state]! += ns));
    this.size -= oldest.count;
    this.recordedFromNs = Math.max(this.recordedFromNs, oldest.toNs);
    return true;
  }
}

function sumsOf(chunk: Chunk): Float64Array {
  const sums = new Float64Array(STATES);
  for (let i = 0; i < chunk.count; i++) {
    sums[chunk.stateOf(i)]! += chunk.endOf(i) - chunk.startOf(i);
  }
  return sums;
}

/** Index of the last chunk that begins at or before `ns`; 0 when all begin later. */
export function chunkAt(chunks: readonly Chunk[], ns: number): number {
  return Math.max(0, firstIndex(chunks.length, (i) => chunks[i]!.fromNs > ns) - 1);
}

/** Index of the last entry made at or before `ns`; −1 when all came later. */
export function entryAt(chunk: Chunk, ns: number): number {
  return firstIndex(chunk.count, (i) => chunk.startOf(i) > ns) - 1;
}
