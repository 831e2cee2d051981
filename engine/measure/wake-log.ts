/**
 * Which task was made ready by whom, as far as it is remembered: an entry for each task that began
 * to run after somebody had woken it, in the order of those beginnings. Tasks here are those that
 * share a thread or a processor: what wakes a thread stands in the recording of its row.
 *
 * Like the recording, of which it is a part, it is no state of the run: a run that goes back makes
 * the same entries again under the same numbers, and those that are here already are left alone.
 */
import { firstIndex } from "../kernel/search.ts";

/** Entries of a chunk. */
const CHUNK = 1024;
/** Entries that are remembered: 28 bytes each. */
const CAPACITY = 2 ** 20;

/** Task of request `who` was woken at `wokenNs`, and began to run on row `row` at `startNs`. */
export interface Wake {
  readonly row: number;
  readonly startNs: number;
  readonly wokenNs: number;
  /** The row on which the one that did it ran; NONE: an interrupt. */
  readonly by: number;
  /** Requests of both, as the recording calls them; −1: nobody's. */
  readonly who: number;
  readonly byWhom: number;
}

class Chunk {
  /** Number of its first entry. */
  readonly first: number;
  count = 0;
  readonly startNs = new Float64Array(CHUNK);
  readonly wokenNs = new Float64Array(CHUNK);
  readonly row = new Int32Array(CHUNK);
  readonly by = new Int32Array(CHUNK);
  readonly who = new Int32Array(CHUNK);
  readonly byWhom = new Int32Array(CHUNK);

  constructor(first: number) {
    this.first = first;
  }

  get lastNs(): number {
    return this.startNs[this.count - 1]!;
  }

  wake(i: number): Wake {
    return {
      row: this.row[i]!,
      startNs: this.startNs[i]!,
      wokenNs: this.wokenNs[i]!,
      by: this.by[i]!,
      who: this.who[i]!,
      byWhom: this.byWhom[i]!,
    };
  }
}

export class WakeLog {
  /** Everything from here on is remembered, ns. */
  recordedFromNs = 0;
  /** Number of the entry that comes next. */
  private next = 0;
  private chunks: Chunk[] = [];
  private readonly capacity: number;

  constructor(capacity = CAPACITY) {
    this.capacity = capacity;
  }

  /** Forgets everything; the next entry is that of `number`. */
  begin(number: number, nowNs: number): void {
    this.chunks = [];
    this.next = number;
    this.recordedFromNs = number === 0 ? 0 : nowNs;
  }

  /** Entry `number`, made now, unless it is here already; a gap before it makes a new beginning. */
  add(number: number, wake: Wake): void {
    if (number < this.next && number >= (this.chunks[0]?.first ?? this.next)) return;
    if (number !== this.next) this.begin(number, wake.startNs);
    this.next++;
    const chunk = this.open();
    const at = chunk.count++;
    chunk.startNs[at] = wake.startNs;
    chunk.wokenNs[at] = wake.wokenNs;
    chunk.row[at] = wake.row;
    chunk.by[at] = wake.by;
    chunk.who[at] = wake.who;
    chunk.byWhom[at] = wake.byWhom;
  }

  /** The chunk that has room for one more. */
  private open(): Chunk {
    const last = this.chunks.at(-1);
    if (last !== undefined && last.count < CHUNK) return last;
    const chunk = new Chunk(this.next - 1);
    this.chunks.push(chunk);
    if (this.chunks.length * CHUNK > this.capacity + CHUNK) {
      this.recordedFromNs = this.chunks.shift()!.lastNs + 1;
    }
    return chunk;
  }

  /** Who woke the task of request `who` that began to run on `row` at `startNs`. */
  find(row: number, startNs: number, who: number): Wake | undefined {
    for (let c = this.chunkFrom(startNs); c < this.chunks.length; c++) {
      const chunk = this.chunks[c]!;
      for (let i = firstFrom(chunk, startNs); i < chunk.count; i++) {
        if (chunk.startNs[i]! > startNs) return undefined;
        if (chunk.row[i] === row && chunk.who[i] === who) return chunk.wake(i);
      }
    }
    return undefined;
  }

  /** What began at `ns` or later, in order. */
  *from(ns: number): Generator<Wake> {
    for (const chunk of this.chunks.slice(this.chunkFrom(ns))) {
      for (let i = firstFrom(chunk, ns); i < chunk.count; i++) yield chunk.wake(i);
    }
  }

  /** Index of the first chunk with an entry at `ns` or later. */
  private chunkFrom(ns: number): number {
    const { chunks } = this;
    return firstIndex(chunks.length, (i) => chunks[i]!.lastNs >= ns);
  }
}

/** Index of the first entry at `ns` or later. */
function firstFrom({ startNs, count }: Chunk, ns: number): number {
  return firstIndex(count, (i) => startNs[i]! >= ns);
}
