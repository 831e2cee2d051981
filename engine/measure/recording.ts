/**
 * What happened on the rows of the schedule, as far as it is remembered: for each row the states
 * that it entered, in chunks of columns. Rows fill at their own pace; over the capacity the chunk
 * that was completed first is forgotten.
 *
 * A recording is no state of the run: snapshots leave it out. A run that goes back enters the same
 * states again, under the same numbers, and those that are here already are left alone; whoever
 * reads stops at the present.
 */
import { SLICE } from "./slice.ts";

/** Entries of a full chunk; the first ones of a row are smaller, so that a quiet row costs little. */
const CHUNK = 256;
const FIRST_CHUNK = 16;
/** Times in a chunk are 32-bit distances from its beginning, ns. */
const CHUNK_NS = 2 ** 32 - 1;
/** Rows that are recorded: more threads at once than anybody can look at. */
const ROWS = 1 << 15;

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

/** A stretch of one row's entries. */
export class Chunk {
  readonly fromNs: number;
  /** When each state was entered, ns since `fromNs`. */
  readonly at: Uint32Array;
  /** The state, and what is packed with it. */
  readonly word: Int32Array;
  /** The request, or on rows of cores and locks the thread; −1: nobody's. */
  readonly who: Int32Array;
  count = 0;
  /** When the state of the last entry ended, ns; Infinity while the chunk is the row's last. */
  toNs = Infinity;
  /** ns in each state, once the chunk is complete. */
  sums: Float64Array | undefined = undefined;

  constructor(fromNs: number, capacity: number) {
    this.fromNs = fromNs;
    this.at = new Uint32Array(capacity);
    this.word = new Int32Array(capacity);
    this.who = new Int32Array(capacity);
  }

  /** When the state of entry `i` ended. */
  endOf(i: number): number {
    return i + 1 < this.count ? this.fromNs + this.at[i + 1]! : this.toNs;
  }
}

/** All that is remembered of one row, oldest first, without a gap. */
export interface RowLog {
  readonly chunks: Chunk[];
  /** ns in each state over all complete chunks, forgotten ones included. */
  readonly sums: Float64Array;
}

/** What the rows were in when a recording began; columns by row. */
export interface Standing {
  readonly word: Int32Array;
  readonly who: Int32Array;
  /** Since when, ns. */
  readonly since: Float64Array;
}

const STATES = Object.keys(SLICE).length;

export class Recording {
  /** Everything from here on is remembered, ns. */
  recordedFromNs = 0;
  /** By row; holes where nothing was ever recorded. */
  readonly rows: (RowLog | undefined)[] = [];
  /** Entries that are remembered. */
  size = 0;
  /** Number of the entry that comes next. */
  private next = 0;
  private readonly capacity: number;
  private complete: { readonly row: number; readonly chunk: Chunk }[] = [];
  private forgotten = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  /** Whether entry `number`, made now, is here already; a gap before it makes a new beginning. */
  has(number: number, nowNs: number, standing: Standing): boolean {
    if (number === this.next) return false;
    if (number < this.next && nowNs >= this.recordedFromNs) return true;
    this.begin(number, nowNs, standing);
    return false;
  }

  /** Forgets everything; the next entry is that of `number`. */
  begin(number: number, nowNs: number, { word, who, since }: Standing): void {
    this.rows.length = 0;
    this.complete = [];
    this.forgotten = 0;
    this.size = 0;
    for (let row = 0; row < word.length; row++) {
      if (word[row]! !== 0) this.enter(row, since[row]!, word[row]!, who[row]!);
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
    const log = this.rows[row] ?? this.newRow(row);
    let chunk = log.chunks[log.chunks.length - 1];
    if (chunk === undefined || chunk.count === chunk.at.length || nowNs - chunk.fromNs > CHUNK_NS) {
      chunk = this.newChunk(row, log, nowNs);
    }
    const at = chunk.count++;
    chunk.at[at] = nowNs - chunk.fromNs;
    chunk.word[at] = word;
    chunk.who[at] = who;
    this.size++;
  }

  private newRow(row: number): RowLog {
    while (this.rows.length < row) this.rows.push(undefined);
    const log = { chunks: [], sums: new Float64Array(STATES) };
    this.rows[row] = log;
    return log;
  }

  private newChunk(row: number, { chunks, sums }: RowLog, nowNs: number): Chunk {
    const last = chunks.at(-1);
    if (last !== undefined) {
      last.toNs = nowNs;
      last.sums = sumsOf(last);
      for (let state = 0; state < STATES; state++) sums[state]! += last.sums[state]!;
      this.complete.push({ row, chunk: last });
      while (this.size > this.capacity && this.forgetOne());
    }
    const capacity = last === undefined ? FIRST_CHUNK : Math.min(CHUNK, 2 * last.count);
    const chunk = new Chunk(nowNs, Math.max(FIRST_CHUNK, capacity));
    chunks.push(chunk);
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
    this.rows[oldest.row]!.chunks.shift();
    this.size -= oldest.chunk.count;
    this.recordedFromNs = Math.max(this.recordedFromNs, oldest.chunk.toNs);
    return true;
  }
}

function sumsOf(chunk: Chunk): Float64Array {
  const sums = new Float64Array(STATES);
  for (let i = 0; i < chunk.count; i++) {
    sums[stateIn(chunk.word[i]!)]! += chunk.endOf(i) - chunk.fromNs - chunk.at[i]!;
  }
  return sums;
}

/** Index of the last chunk that begins at or before `ns`; 0 when all begin later. */
export function chunkAt(chunks: readonly Chunk[], ns: number): number {
  let [low, high] = [0, chunks.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chunks[middle]!.fromNs <= ns) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Index of the last entry made at or before `ns`; −1 when all came later. */
export function entryAt(chunk: Chunk, ns: number): number {
  let [low, high] = [-1, chunk.count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (chunk.fromNs + chunk.at[middle]! <= ns) low = middle;
    else high = middle - 1;
  }
  return low;
}
