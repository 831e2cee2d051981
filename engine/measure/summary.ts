/**
 * A row of a recording at the level of detail that a screen can show: slices as long as a pixel or
 * longer as they are, shorter ones summed up pixel by pixel. Nothing gets lost: every nanosecond
 * of the stretch is in exactly one slice or summary, or was idle.
 */
import { chunkAt, entryAt, extraIn, type Chunk, type RowLog } from "./recording.ts";
import { SLICE } from "./slice.ts";
import type { SliceColumns } from "./slice-columns.ts";

const STATES = Object.keys(SLICE).length;

/** A stretch of time, and how long a pixel of it is; all in ns. */
export interface Stretch {
  readonly fromNs: number;
  readonly toNs: number;
  /** 0: every slice as it is. Pixels begin at multiples of this. */
  readonly pixelNs: number;
}

/** Sums up rows, one after the other. */
export class Summary {
  private readonly into: SliceColumns;
  private readonly stretch: Stretch;
  private row = 0;
  // What is being summed up: short slices of one pixel, without a long one between them.
  private fromNs = 0;
  private toNs = 0;
  /** Where the pixel ends in which they lie. */
  private edgeNs = 0;
  private slices = 0;
  private readonly sums = new Float64Array(STATES);
  /** The last of them that is not idle. */
  private readonly last = { state: 0, extra: -1, who: -1 };

  constructor(into: SliceColumns, stretch: Stretch) {
    this.into = into;
    this.stretch = stretch;
  }

  /** Adds what `log` tells of `row`. */
  add(row: number, log: RowLog): void {
    this.row = row;
    this.slices = 0;
    this.sums.fill(0);
    this.begin(this.stretch.fromNs);
    const { chunks } = log;
    const { fromNs, toNs } = this.stretch;
    for (let c = chunkAt(chunks, fromNs); c < chunks.length; c++) {
      const chunk = chunks[c]!;
      if (chunk.fromNs >= toNs) break;
      if (!this.addWhole(chunk)) this.addEntries(chunk);
    }
    this.flush();
  }

  /** A chunk that lies in one pixel is added by its sums. */
  private addWhole(chunk: Chunk): boolean {
    const { sums, fromNs, toNs, count } = chunk;
    const { pixelNs } = this.stretch;
    if (sums === undefined || pixelNs === 0) return false;
    if (fromNs < this.stretch.fromNs || toNs > this.stretch.toNs) return false;
    if (fromNs >= this.edgeNs) this.begin(fromNs);
    if (toNs > this.edgeNs) return false;
    for (let state = 0; state < STATES; state++) this.sums[state]! += sums[state]!;
    // Enough to tell that it is no single slice.
    this.slices += count;
    this.toNs = toNs;
    return true;
  }

  private addEntries(chunk: Chunk): void {
    const { fromNs, toNs } = this.stretch;
    const first = Math.max(0, entryAt(chunk, fromNs));
    const { count } = chunk;
    let start = Math.max(fromNs, chunk.startOf(first));
    for (let i = first; i < count && start < toNs; i++) {
      const end = Math.min(toNs, chunk.endOf(i));
      if (end <= start) continue;
      const length = end - start;
      if (length >= this.stretch.pixelNs) this.addLong(chunk, i, start, end);
      else if (end <= this.edgeNs) this.addShort(chunk.stateOf(i), length, chunk, i);
      else this.addAcross(chunk, i, start, end);
      this.toNs = end;
      start = end;
    }
  }

  private addLong(chunk: Chunk, i: number, start: number, end: number): void {
    const state = chunk.stateOf(i);
    this.flush();
    if (state !== SLICE.idle) {
      const [extra, who] = [extraIn(chunk.wordOf(i)), chunk.whoOf(i)];
      this.into.add({ row: this.row, state, extra, who, start, end });
    }
    this.begin(end);
  }

  private addShort(state: number, length: number, chunk: Chunk, i: number): void {
    this.sums[state]! += length;
    if (state === SLICE.idle) return;
    this.slices++;
    this.last.state = state;
    this.last.extra = extraIn(chunk.wordOf(i));
    this.last.who = chunk.whoOf(i);
  }

  /** A short slice that ends in the pixel after the one in which it began. */
  private addAcross(chunk: Chunk, i: number, start: number, end: number): void {
    const state = chunk.stateOf(i);
    if (this.slices === 0) {
      // Alone on both sides of the edge, it need not be cut there.
      this.addLong(chunk, i, start, end);
    } else if (start < this.edgeNs) {
      const edge = this.edgeNs;
      this.addShort(state, edge - start, chunk, i);
      this.toNs = edge;
      this.begin(edge);
      this.addShort(state, end - edge, chunk, i);
    } else {
      this.begin(start);
      if (end <= this.edgeNs) this.addShort(state, end - start, chunk, i);
      else this.addAcross(chunk, i, start, end);
    }
  }

  /** What was summed up so far is done; what comes begins at `ns`. */
  private begin(ns: number): void {
    this.flush();
    const { pixelNs } = this.stretch;
    this.fromNs = ns;
    this.toNs = ns;
    this.edgeNs = pixelNs === 0 ? ns : (Math.floor(ns / pixelNs) + 1) * pixelNs;
  }

  private flush(): void {
    const { sums, slices } = this;
    if (slices > 0) {
      let active = 0;
      let most: number = SLICE.run;
      for (let state = 1; state < STATES; state++) {
        active += sums[state]!;
        if (sums[state]! > sums[most]!) most = state;
      }
      const { into } = this;
      const single = slices === 1 && active === this.toNs - this.fromNs;
      const at = into.append();
      into.row[at] = this.row;
      into.state[at] = most;
      into.extra[at] = single ? this.last.extra : -1;
      into.who[at] = single ? this.last.who : -1;
      into.start[at] = this.fromNs;
      into.end[at] = this.toNs;
      into.activeNs[at] = active;
      into.busyNs[at] = sums[SLICE.run]! + sums[SLICE.gc]!;
      into.slices[at] = single ? 1 : Math.max(2, slices);
    }
    this.slices = 0;
    sums.fill(0);
  }
}

/** Adds to `sums[i]` the ns that the row spent in `state` during pixel `i` of the stretch. */
export function addTimeIn(sums: Float64Array, log: RowLog, state: number, stretch: Stretch): void {
  const { chunks } = log;
  const { fromNs, toNs, pixelNs } = stretch;
  for (let c = chunkAt(chunks, fromNs); c < chunks.length; c++) {
    const chunk = chunks[c]!;
    if (chunk.fromNs >= toNs) break;
    if (chunk.sums !== undefined && chunk.sums[state] === 0) continue;
    for (let i = Math.max(0, entryAt(chunk, fromNs)); i < chunk.count; i++) {
      if (chunk.stateOf(i) !== state) continue;
      const start = Math.max(fromNs, chunk.startOf(i));
      const end = Math.min(toNs, chunk.endOf(i));
      for (let from = start, pixel = Math.floor((start - fromNs) / pixelNs); from < end; pixel++) {
        const to = Math.min(end, fromNs + (pixel + 1) * pixelNs);
        sums[pixel]! += to - from;
        from = to;
      }
    }
  }
}

/** ns that a row spent in `state` up to `nowNs`, in what has been forgotten too. */
export function timeUntil({ forgotten, chunks }: RowLog, state: number, nowNs: number): number {
  let time = forgotten[state]!;
  for (const chunk of chunks) {
    if (chunk.fromNs >= nowNs) break;
    if (chunk.sums !== undefined && chunk.toNs <= nowNs) {
      time += chunk.sums[state]!;
      continue;
    }
    for (let i = 0; i < chunk.count; i++) {
      if (chunk.stateOf(i) !== state) continue;
      time += Math.max(0, Math.min(nowNs, chunk.endOf(i)) - chunk.startOf(i));
    }
  }
  return time;
}

/** ns that a row spent in `state` during a stretch, as far as is remembered. */
export function timeIn(
  log: RowLog,
  state: number,
  { fromNs, toNs }: Omit<Stretch, "pixelNs">,
): number {
  const { chunks } = log;
  let time = 0;
  for (let c = chunkAt(chunks, fromNs); c < chunks.length; c++) {
    const chunk = chunks[c]!;
    if (chunk.fromNs >= toNs) break;
    if (chunk.sums !== undefined && chunk.fromNs >= fromNs && chunk.toNs <= toNs) {
      time += chunk.sums[state]!;
      continue;
    }
    for (let i = Math.max(0, entryAt(chunk, fromNs)); i < chunk.count; i++) {
      if (chunk.stateOf(i) !== state) continue;
      time += Math.max(0, Math.min(toNs, chunk.endOf(i)) - Math.max(fromNs, chunk.startOf(i)));
    }
  }
  return time;
}
