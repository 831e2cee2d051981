/**
 * The far future of the event queue, at constant cost however many events it holds: a ladder queue
 * (W. T. Tang, R. S. M. Goh, I. L.-J. Thng, "Ladder queue: an O(1) priority queue structure for
 * large-scale discrete event simulation", ACM TOMACS 15(3), 2005).
 *
 * Times that are far away lie unsorted in the *top*. When their turn comes they are spread over the
 * buckets of a *rung*, and a bucket that is still too full when its turn comes is spread over a
 * finer rung, down to buckets of one nanosecond. `pour` hands out the next bucket; sorting it is
 * left to the queue's heap, which is the ladder's bottom.
 *
 * Widths are powers of two, so that no rounding decides on a bucket. Events of one time are always
 * in one list, and lists keep the order in which they were filled: ties stay first in, first out
 * without a sequence number.
 *
 * With a million events memory decides, and every number here was chosen by measuring. A list is a
 * chain of chunks, because a step from one chunk to another is a cache miss. A rung has no more
 * buckets than can be filled at a time without leaving the cache and the page tables that the
 * processor holds: more buckets and fewer rungs are slower.
 */
import { assert } from "./assert.ts";
import { resized } from "./rows.ts";

/** Entries per chunk, as a power of two. */
const CHUNK_BITS = 5;
const CHUNK = 1 << CHUNK_BITS;
/** The most that `pour` hands out at once, and that a bucket may have: whole chunks. */
const BATCH = 2 * CHUNK;
/** Entries per bucket that a new rung is made for; they are few, as the heap has to sort them. */
const PER_BUCKET = 4;
/** A new rung has at least so many buckets: 53 bits of time are used up after 14 finer rungs. */
const FEWEST_BUCKETS = 16;
const MOST_BUCKETS = 1024;
/** From this depth on no rung is begun from outside; what is left is for finer rungs. */
const DEEP = 16;
const MOST_RUNGS = DEEP + 14;

/** The most entries that are looked through when they are spread: their slots' rows fit a cache. */
const LOOKED_THROUGH = 1 << 12;

/** The lists before the buckets of the rungs: the top, and where `flatten` puts it meanwhile. */
const TOP = 0;
const OLD_TOP = 1;
const FIRST_BUCKET = 2;
/** The chunk of an empty list; zero, so that new lists are empty. */
const NO_CHUNK = 0;

export class Ladder {
  /** Entries held. */
  count = 0;
  /** Time (ns) of the entry that is put in; a register, as a float64 argument would allocate. */
  readonly time = new Float64Array(1);
  /** The ladder takes times from here on (ns); Infinity while it is empty and not begun. */
  readonly from = new Float64Array([Infinity]);
  /** What was poured last, in the order in which it was put in. */
  readonly pouredTime = new Float64Array(BATCH);
  readonly pouredSlot = new Int32Array(BATCH);

  /** Of each list: its first chunk, and the entry after its last. */
  private lists = new Int32Array(2 * FIRST_BUCKET);
  /** Of each entry: its time and its slot. */
  private entries = new Float64Array(2 * CHUNK);
  private chunkNext = new Int32Array(1);
  private freeChunk = NO_CHUNK;
  private chunksUsed = 1;

  /** [earliest, latest] time in the top. */
  private readonly topRange = new Float64Array([Infinity, -Infinity]);
  /** Rungs in use; each covers what lies between the one after it and its own end. */
  private depth = 0;
  private readonly rungStart = new Float64Array(MOST_RUNGS);
  private readonly rungEnd = new Float64Array(MOST_RUNGS);
  /** Buckets per ns. */
  private readonly rungScale = new Float64Array(MOST_RUNGS);
  private readonly rungFirst = new Int32Array(MOST_RUNGS);
  private readonly rungBuckets = new Int32Array(MOST_RUNGS);
  /** The bucket whose turn is next; those before it are empty for ever. */
  private readonly rungNext = new Int32Array(MOST_RUNGS);
  private readonly living: (taken: number) => number;

  /**
   * `living` drops what is not wanted any more among the first `taken` entries in `poured…`, moves
   * the rest together and returns how many they are.
   */
  constructor(living: (taken: number) => number) {
    this.living = living;
  }

  /** Whether so many rungs are in use that no more should be begun from outside. */
  get deep(): boolean {
    return this.depth >= DEEP;
  }

  /** Puts in an entry of time `time[0]`, which must not lie before `from[0]`. */
  push(slot: number): void {
    const time = this.time[0]!;
    let rung = this.depth - 1;
    while (rung >= 0 && time >= this.rungEnd[rung]!) rung--;
    if (rung >= 0) this.append(this.listOf(rung), slot);
    else this.appendTop(slot);
    this.count++;
  }

  /**
   * Begins a rung for about `expected` entries between `start` and `end` (ns), before everything
   * that the ladder holds: it takes times from `start` on.
   */
  begin(start: number, end: number, expected: number): void {
    const rung = this.depth++;
    assert(rung < MOST_RUNGS && start < end, "too many rungs, or one without room");
    const wanted = Math.min(MOST_BUCKETS, Math.max(FEWEST_BUCKETS, expected / PER_BUCKET));
    let width = 1;
    while (width * wanted < end - start) width *= 2;
    const first =
      rung === 0 ? FIRST_BUCKET : this.rungFirst[rung - 1]! + this.rungBuckets[rung - 1]!;
    const buckets = Math.ceil((end - start) / width);
    this.rungStart[rung] = start;
    this.rungEnd[rung] = end;
    this.rungScale[rung] = 1 / width;
    this.rungFirst[rung] = first;
    this.rungBuckets[rung] = buckets;
    this.rungNext[rung] = 0;
    this.from[0] = start;
    if (2 * (first + buckets) > this.lists.length) {
      this.lists = resized(this.lists, 2 * (first + buckets), Int32Array);
    }
  }

  /**
   * Takes out what comes next into `pouredTime` and `pouredSlot`; returns how many entries, none
   * when the ladder is empty. They lie before the new `from[0]`, or are the first of many of one
   * time.
   */
  pour(): number {
    let poured = 0;
    while (poured === 0 && this.count > 0) {
      if (this.depth === 0) this.spreadTop();
      const rung = this.depth - 1;
      const bucket = this.nextBucket(rung);
      if (bucket < this.rungBuckets[rung]!) poured = this.pourBucket(rung, bucket);
      else this.depth--;
    }
    if (this.count === 0) this.close();
    return poured;
  }

  /** Pours a bucket, or as much of it as makes a batch; none when a finer rung has to be made. */
  private pourBucket(rung: number, bucket: number): number {
    const width = 1 / this.rungScale[rung]!;
    const start = this.rungStart[rung]! + bucket * width;
    const end = Math.min(start + width, this.rungEnd[rung]!);
    const list = this.rungFirst[rung]! + bucket;
    const isLong = this.lengthUpTo(BATCH + 1, list) > BATCH;
    if (isLong && width === 1) this.from[0] = start;
    else {
      this.rungNext[rung] = bucket + 1;
      this.from[0] = end;
      if (isLong) {
        this.spread(list, start, end);
        return 0;
      }
    }
    const poured = this.takeLiving(list);
    this.count -= poured;
    return poured;
  }

  /** Puts everything back into the top, less what is not wanted any more. */
  flatten(): void {
    this.forgetTopRange();
    this.lists.copyWithin(2 * OLD_TOP, 2 * TOP, 2 * TOP + 2);
    this.lists.fill(0, 2 * TOP, 2 * TOP + 2);
    this.toTop(OLD_TOP);
    for (let rung = this.depth - 1; rung >= 0; rung--) {
      for (let bucket = this.nextBucket(rung); bucket < this.rungBuckets[rung]!; bucket++) {
        this.toTop(this.rungFirst[rung]! + bucket);
      }
    }
    this.depth = 0;
    if (this.count === 0) this.close();
  }

  private toTop(list: number): void {
    while (!this.isEmpty(list)) {
      const taken = this.takeLiving(list);
      for (let i = 0; i < taken; i++) {
        this.time[0] = this.pouredTime[i]!;
        this.appendTop(this.pouredSlot[i]!);
      }
    }
  }

  private close(): void {
    this.depth = 0;
    this.from[0] = Infinity;
    this.forgetTopRange();
  }

  private forgetTopRange(): void {
    this.topRange[0] = Infinity;
    this.topRange[1] = -Infinity;
  }

  private spreadTop(): void {
    const start = this.topRange[0]!;
    const end = this.topRange[1]! + 1;
    this.forgetTopRange();
    this.spread(TOP, start, end);
  }

  /** Moves a list to the buckets of a new rung from `start` to `end` (ns). */
  private spread(list: number, start: number, end: number): void {
    const length = this.lengthUpTo(Infinity, list);
    this.begin(start, end, length);
    const rung = this.depth - 1;
    const looksThrough = length <= LOOKED_THROUGH;
    while (!this.isEmpty(list)) {
      const taken = looksThrough ? this.takeLiving(list) : this.take(list);
      for (let i = 0; i < taken; i++) {
        this.time[0] = this.pouredTime[i]!;
        this.append(this.listOf(rung), this.pouredSlot[i]!);
      }
    }
  }

  /** The first bucket of a rung that holds anything; the number of buckets when none does. */
  private nextBucket(rung: number): number {
    const first = this.rungFirst[rung]!;
    const buckets = this.rungBuckets[rung]!;
    let bucket = this.rungNext[rung]!;
    while (bucket < buckets && this.isEmpty(first + bucket)) bucket++;
    return bucket;
  }

  /** The list of `time[0]` in a rung. */
  private listOf(rung: number): number {
    const after = this.time[0]! - this.rungStart[rung]!;
    return this.rungFirst[rung]! + Math.floor(after * this.rungScale[rung]!);
  }

  // ---- Lists ------------------------------------------------------------------------------------

  private isEmpty(list: number): boolean {
    return this.lists[2 * list] === NO_CHUNK;
  }

  /** Entries of a list; no more than the first `most` are counted, rounded up to a chunk. */
  private lengthUpTo(most: number, list: number): number {
    if (this.isEmpty(list)) return 0;
    const end = this.lists[2 * list + 1]!;
    const last = (end - 1) >> CHUNK_BITS;
    let before = 0;
    let chunk = this.lists[2 * list]!;
    for (; chunk !== last && before < most; before += CHUNK) chunk = this.chunkNext[chunk]!;
    return chunk === last ? before + end - last * CHUNK : before;
  }

  private appendTop(slot: number): void {
    const time = this.time[0]!;
    if (time < this.topRange[0]!) this.topRange[0] = time;
    if (time > this.topRange[1]!) this.topRange[1] = time;
    this.append(TOP, slot);
  }

  private append(list: number, slot: number): void {
    let end = this.lists[2 * list + 1]!;
    if ((end & (CHUNK - 1)) === 0) end = this.extend(list, end);
    this.entries[2 * end] = this.time[0]!;
    this.entries[2 * end + 1] = slot;
    this.lists[2 * list + 1] = end + 1;
  }

  /** Adds a chunk to a list that ends with a full one, or is empty; returns its first entry. */
  private extend(list: number, end: number): number {
    const chunk = this.takeChunk();
    if (this.isEmpty(list)) this.lists[2 * list] = chunk;
    else this.chunkNext[(end - 1) >> CHUNK_BITS] = chunk;
    return chunk << CHUNK_BITS;
  }

  /** Takes up to a batch from a list into `poured…`; returns how many are still wanted. */
  private takeLiving(list: number): number {
    const taken = this.take(list);
    const living = this.living(taken);
    this.count -= taken - living;
    return living;
  }

  /** Takes up to a batch from the front of a list into `poured…`; returns how many entries. */
  private take(list: number): number {
    const { entries, pouredTime, pouredSlot } = this;
    const end = this.lists[2 * list + 1]!;
    let chunk = this.lists[2 * list]!;
    let taken = 0;
    while (chunk !== NO_CHUNK && taken < BATCH) {
      const from = chunk << CHUNK_BITS;
      const to = from < end && end < from + CHUNK ? end : from + CHUNK;
      for (let i = from; i < to; i++) {
        pouredTime[taken] = entries[2 * i]!;
        pouredSlot[taken++] = entries[2 * i + 1]!;
      }
      const next = this.chunkNext[chunk]!;
      this.chunkNext[chunk] = this.freeChunk;
      this.freeChunk = chunk;
      chunk = next;
    }
    this.lists[2 * list] = chunk;
    if (chunk === NO_CHUNK) this.lists[2 * list + 1] = 0;
    return taken;
  }

  private takeChunk(): number {
    const free = this.freeChunk;
    if (free !== NO_CHUNK) {
      this.freeChunk = this.chunkNext[free]!;
      this.chunkNext[free] = NO_CHUNK;
      return free;
    }
    if (this.chunksUsed === this.chunkNext.length) this.growChunks();
    return this.chunksUsed++;
  }

  /** By half: twice as much would be too much where there is most. */
  private growChunks(): void {
    const chunks = Math.max(16, this.chunksUsed + (this.chunksUsed >> 1));
    this.chunkNext = resized(this.chunkNext, chunks, Int32Array);
    this.entries = resized(this.entries, chunks * 2 * CHUNK, Float64Array);
  }
}
