/**
 * The bookkeeping of a ring of entries that is no state of the run: snapshots leave it out, a run
 * that goes back writes the same entries again at the same numbers, and every place knows the
 * number of the entry it holds, so what is still there stays valid. Its owner keeps the columns,
 * and, as state, how many entries were ever written; both in private fields but for the count.
 */
export class NumberedRing {
  /** Entries that the ring holds, a power of two. */
  readonly capacity: number;
  private readonly numbers: Float64Array;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.numbers = new Float64Array(capacity).fill(-1);
  }

  /** The place of entry `number`. */
  at(number: number): number {
    return number & (this.capacity - 1);
  }

  /** Entry `number` is written now, over the one that its place held; returns the place. */
  put(number: number): number {
    const at = this.at(number);
    this.numbers[at] = number;
    return at;
  }

  /** Number of the first entry since which none is missing, of `written` in all. */
  oldest(written: number): number {
    let first = written;
    const least = Math.max(0, written - this.capacity);
    while (first > least && this.numbers[this.at(first - 1)] === first - 1) first--;
    return first;
  }
}
