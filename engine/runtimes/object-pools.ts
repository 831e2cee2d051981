/**
 * Pools from which programs take objects to use them again: Go's `sync.Pool` (`src/sync/pool.go`,
 * 1.23), and free lists elsewhere.
 *
 * A sync.Pool has for each processor one private object and a list that others may steal from. Get
 * looks at the private object, its own list, the lists of the other processors, and at last at what
 * was there before the last collection (the victim cache); then there is nothing for it but a new
 * object. Each collection drops the victim cache and makes all that lies in the pool the new one,
 * so that an object nobody uses dies at the second. A free list has one list, and drops nothing.
 *
 * Left out: what Get and Put cost, 10 to 25 ns together.
 */

/** A pool of a lane's programs. */
export interface ObjectPool {
  readonly name: string;
  /** Size of its objects. */
  readonly bytes: number;
}

export class ObjectPools {
  /** Objects taken that were there, and those that had to be made, by pool. */
  readonly hits: Float64Array;
  readonly misses: Float64Array;
  private readonly pools: readonly ObjectPool[];
  private readonly processes: number;
  private readonly processors: number;
  // Columns by (pool × processes + process) × processors + processor.
  private readonly own: Int32Array;
  private readonly shared: Int32Array;
  private readonly ownVictims: Int32Array;
  private readonly sharedVictims: Int32Array;

  /** `processors` of each process have a share of a pool of their own. */
  constructor(pools: readonly ObjectPool[], processes: number, processors: number) {
    this.pools = pools;
    this.processes = processes;
    this.processors = processors;
    this.hits = new Float64Array(pools.length);
    this.misses = new Float64Array(pools.length);
    const columns = pools.length * processes * processors;
    this.own = new Int32Array(columns);
    this.shared = new Int32Array(columns);
    this.ownVictims = new Int32Array(columns);
    this.sharedVictims = new Int32Array(columns);
  }

  bytesOf(pool: number): number {
    return this.pools[pool]!.bytes;
  }

  /** False when there is no object: the caller makes one. */
  take(pool: number, process: number, processor: number): boolean {
    const first = this.firstOf(pool, process);
    const hit =
      takeOne(this.own, first + processor) ||
      this.takeFromAny(this.shared, first, processor) ||
      takeOne(this.ownVictims, first + processor) ||
      this.takeFromAny(this.sharedVictims, first, processor);
    const counted = hit ? this.hits : this.misses;
    counted[pool] = counted[pool]! + 1;
    return hit;
  }

  put(pool: number, process: number, processor: number): void {
    const at = this.firstOf(pool, process) + processor;
    if (this.own[at] === 0) this.own[at] = 1;
    else this.shared[at] = this.shared[at]! + 1;
  }

  /** A collection of the process begins: the bytes that it finds dropped. */
  collected(process: number): number {
    let dropped = 0;
    for (let pool = 0; pool < this.pools.length; pool++) {
      const first = this.firstOf(pool, process);
      for (let at = first; at < first + this.processors; at++) {
        dropped += (this.ownVictims[at]! + this.sharedVictims[at]!) * this.bytesOf(pool);
        this.ownVictims[at] = this.own[at]!;
        this.sharedVictims[at] = this.shared[at]!;
        this.own[at] = 0;
        this.shared[at] = 0;
      }
    }
    return dropped;
  }

  /** Bytes of all objects that nobody uses at present. */
  restingBytes(): number {
    let bytes = 0;
    for (const column of [this.own, this.shared, this.ownVictims, this.sharedVictims]) {
      column.forEach((count, at) => {
        bytes += count * this.bytesOf(Math.floor(at / (this.processes * this.processors)));
      });
    }
    return bytes;
  }

  /** The process has died. */
  died(process: number): void {
    this.collected(process);
    this.collected(process);
  }

  beginMeasurement(): void {
    this.hits.fill(0);
    this.misses.fill(0);
  }

  private takeFromAny(column: Int32Array, first: number, processor: number): boolean {
    for (let i = 0; i < this.processors; i++) {
      if (takeOne(column, first + ((processor + i) % this.processors))) return true;
    }
    return false;
  }

  private firstOf(pool: number, process: number): number {
    return (pool * this.processes + process) * this.processors;
  }
}

function takeOne(column: Int32Array, at: number): boolean {
  if (column[at] === 0) return false;
  column[at] = column[at]! - 1;
  return true;
}
