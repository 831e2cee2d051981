/**
 * Rows of a table whose columns are typed arrays: hands out row numbers, takes them back, and
 * tells the owners of columns when there must be room for more. Columns double, so that a million
 * rows cost a few copies.
 */
import { BudgetError } from "./assert.ts";

/** "No row": the sentinel in columns that refer to other tables. */
export const NONE = -1;

export class Rows {
  capacity: number;
  /** Rows in use. */
  live = 0;
  /** Rows ever handed out; every valid row number is below it. */
  high = 0;
  private next: Int32Array;
  private free = NONE;
  private readonly owners: ((capacity: number) => void)[] = [];
  private readonly limit: number;
  private readonly what: string;

  /** `what` names the rows in the message of the BudgetError that more than `limit` rows cause. */
  constructor(capacity: number, what: string, limit = 1 << 22) {
    this.capacity = capacity;
    this.what = what;
    this.limit = limit;
    this.next = new Int32Array(capacity).fill(NONE);
  }

  /** Registers an owner of columns; called at once and whenever the table grows. */
  onGrow(resize: (capacity: number) => void): void {
    this.owners.push(resize);
    resize(this.capacity);
  }

  take(): number {
    this.live++;
    const free = this.free;
    if (free !== NONE) {
      this.free = this.next[free]!;
      return free;
    }
    if (this.high === this.capacity) this.grow();
    return this.high++;
  }

  release(row: number): void {
    this.live--;
    this.next[row] = this.free;
    this.free = row;
  }

  private grow(): void {
    if (this.capacity * 2 > this.limit) {
      throw new BudgetError(`more than ${this.limit} ${this.what} at once`);
    }
    this.capacity *= 2;
    this.next = resized(this.next, this.capacity, Int32Array);
    for (const resize of this.owners) resize(this.capacity);
  }
}

type Column = Float64Array | Int32Array | Uint32Array | Uint16Array | Uint8Array;

/** The column with room for `capacity` numbers, old ones kept. */
export function resized<T extends Column>(
  column: T | undefined,
  capacity: number,
  make: new (length: number) => T,
): T {
  const grown = new make(capacity);
  if (column !== undefined) grown.set(column);
  return grown;
}

/** A growable first-in first-out list of row numbers. */
export class Fifo {
  private items = new Int32Array(16);
  /** Length of `items`, a power of two, less one. */
  private mask = 15;
  private head = 0;
  size = 0;

  push(row: number): void {
    if (this.size > this.mask) this.grow();
    this.items[(this.head + this.size) & this.mask] = row;
    this.size++;
  }

  /** Puts a row in front of all others. */
  pushFront(row: number): void {
    if (this.size > this.mask) this.grow();
    this.head = (this.head - 1) & this.mask;
    this.items[this.head] = row;
    this.size++;
  }

  /** The oldest row, or NONE. */
  shift(): number {
    if (this.size === 0) return NONE;
    const row = this.items[this.head]!;
    this.head = (this.head + 1) & this.mask;
    this.size--;
    return row;
  }

  /** The newest row, or NONE. */
  pop(): number {
    if (this.size === 0) return NONE;
    this.size--;
    return this.items[(this.head + this.size) & this.mask]!;
  }

  /** The row at `index` from the front. */
  at(index: number): number {
    return index < this.size ? this.items[(this.head + index) & this.mask]! : NONE;
  }

  /** Takes `row` out wherever it stands; false when it is not in the list. */
  remove(row: number): boolean {
    if (this.at(0) === row) {
      this.shift();
      return true;
    }
    const { mask } = this;
    for (let i = 0; i < this.size; i++) {
      if (this.items[(this.head + i) & mask] !== row) continue;
      for (let j = i; j + 1 < this.size; j++) {
        this.items[(this.head + j) & mask] = this.items[(this.head + j + 1) & mask]!;
      }
      this.size--;
      return true;
    }
    return false;
  }

  clear(): void {
    this.head = 0;
    this.size = 0;
  }

  private grow(): void {
    const old = this.items;
    const grown = new Int32Array(old.length * 2);
    for (let i = 0; i < this.size; i++) grown[i] = old[(this.head + i) & (old.length - 1)]!;
    this.items = grown;
    this.mask = grown.length - 1;
    this.head = 0;
  }
}

/** `n` empty lists. */
export function fifos(n: number): Fifo[] {
  return Array.from({ length: n }, () => new Fifo());
}
