/**
 * The event queue: one total order of everything that will happen.
 *
 * Events are ordered by (time, order of scheduling). A 4-ary heap holds the near future, which is
 * all of it while about a thousand events are pending; with more, what is far away waits in a
 * ladder, which costs the same with a million as with a thousand. Events due at the present instant
 * go to a ring, which keeps first-in first-out order at constant cost: whatever heap and ladder
 * still hold for this instant was scheduled earlier and therefore goes first.
 *
 * Cancelling marks a slot and costs nothing; dead entries are skipped when they surface and swept
 * out when they outnumber the living, so memory stays within twice the number of pending events.
 *
 * A handle is slot + generation (22 + 8 bits): a stale handle is harmless. Times pass through the
 * shared clock rather than as arguments, because a float64 argument of a call that is not inlined
 * costs an allocation.
 */
import { assert, BudgetError } from "./assert.ts";
import { Ladder } from "./ladder.ts";
import { resized } from "./rows.ts";

/** Index of the present virtual time (ns) in a clock. */
export const NOW = 0;
/** Index of the time (ns) at which the next `push` is due. */
export const DUE = 1;
export type Clock = Float64Array;

/** A handle that refers to no event. */
export const NO_EVENT = -1;

const SLOT_BITS = 22;
const SLOT_MASK = (1 << SLOT_BITS) - 1;
/** The most events that can be pending at once. */
const MAX_PENDING = 1 << SLOT_BITS;

/** A slot's row: kind, state and generation in one word; a; b; the next free slot. */
const ROW_BITS = 2;
const A = 1;
const B = 2;
const NEXT = 3;
const KIND_MASK = 0xff;
const STATE_MASK = 0x300;
const FREE = 0;
/** In the heap or the ladder. */
const AHEAD = 0x100;
const IN_RING = 0x200;
const DEAD = 0x300;
const GENERATION_BITS = 16;
const GENERATION_ONE = 1 << GENERATION_BITS;
const GENERATION_MASK = 0xff << GENERATION_BITS;

/** The heap holds all until it has so many; then what is far away goes to the ladder. */
const NEAR_MOST = 1024;
/** When the ladder holds no more than this, the heap takes it all back. */
const FAR_LEAST = 256;
/** Dead entries that are not worth a sweep; fewer than fill the heap, or time-outs would do it. */
const DEAD_LEAST = 256;

export class EventQueue {
  /** [now, due]; everything that needs the time holds this array. */
  readonly clock: Clock = new Float64Array(2);
  /** The event that `pop` took last. */
  kind = 0;
  a = 0;
  b = 0;
  /** Events taken since the start. */
  readonly taken = new Float64Array(1);

  private heapTime = new Float64Array(64);
  private heapOrder = new Float64Array(64);
  private heapSlot = new Int32Array(64);
  private heapSize = 0;
  /** Entries at which the heap makes room; at most its capacity. */
  private heapRoom = 64;

  private readonly ladder = new Ladder((taken) => this.living(taken));
  /** What is due from here on (ns) goes to the ladder; its own register. */
  private readonly farFrom = this.ladder.from;
  /** Cancelled entries in heap and ladder. */
  private deadAhead = 0;

  private ring = new Int32Array(64);
  private ringHead = 0;
  private ringSize = 0;
  private deadInRing = 0;

  private rows = new Int32Array(64 << ROW_BITS);
  private freeSlot = -1;
  private slotsUsed = 0;

  private readonly order = new Float64Array(1);

  /** Events pending, cancelled ones left out. */
  get pending(): number {
    return this.heapSize + this.ladder.count - this.deadAhead + this.ringSize - this.deadInRing;
  }

  /**
   * Schedules an event at `clock[DUE]` ns, which must not lie in the past.
   * Returns its handle.
   */
  push(kind: number, a: number, b: number): number {
    const due = this.clock[DUE]!;
    const now = this.clock[NOW]!;
    assert(due >= now && due < Number.MAX_SAFE_INTEGER, "event time in the past or not a time");
    const slot = this.takeSlot();
    const { rows } = this;
    const row = slot << ROW_BITS;
    const generation = rows[row]! & GENERATION_MASK;
    rows[row + A] = a;
    rows[row + B] = b;
    if (due === now) {
      rows[row] = generation | IN_RING | kind;
      this.pushRing(slot);
    } else {
      rows[row] = generation | AHEAD | kind;
      if (due < this.farFrom[0]! && this.heapSize < this.heapRoom) this.pushHeap(slot);
      else this.pushFar(slot);
    }
    return slot | (generation << (SLOT_BITS - GENERATION_BITS));
  }

  /** Cancels a pending event; false when it has fired, was cancelled, or never was. */
  cancel(handle: number): boolean {
    if (!this.isPending(handle)) return false;
    const row = (handle & SLOT_MASK) << ROW_BITS;
    const word = this.rows[row]!;
    const generation = (word + GENERATION_ONE) & GENERATION_MASK;
    this.rows[row] = generation | DEAD;
    if ((word & STATE_MASK) === IN_RING) this.deadInRing++;
    else {
      this.deadAhead++;
      const held = this.heapSize + this.ladder.count;
      if (this.deadAhead > DEAD_LEAST && this.deadAhead > held >> 1) this.sweep();
    }
    return true;
  }

  /** True while the handle's event is still to come. */
  isPending(handle: number): boolean {
    if (handle < 0) return false;
    const word = this.rows[(handle & SLOT_MASK) << ROW_BITS]!;
    const generation = (handle >>> SLOT_BITS) << GENERATION_BITS;
    const state = word & STATE_MASK;
    return (word & GENERATION_MASK) === generation && state !== FREE && state !== DEAD;
  }

  /** Time of the next event in ns; Infinity when none is pending. */
  nextTime(): number {
    this.surface();
    if (this.ringSize > 0) return this.clock[NOW]!;
    return this.heapSize > 0 ? this.heapTime[0]! : Infinity;
  }

  /**
   * Takes the next event due at or before `clock[DUE]` into `kind`, `a`, `b` and sets the clock
   * to its time. False when there is none.
   */
  pop(): boolean {
    if (this.deadAhead + this.deadInRing > 0 || this.heapSize === 0) this.surface();
    const limit = this.clock[DUE]!;
    const now = this.clock[NOW]!;
    let slot: number;
    if (this.heapSize > 0 && (this.ringSize === 0 || this.heapTime[0]! === now)) {
      const time = this.heapTime[0]!;
      if (time > limit) return false;
      assert(time >= now, "event in the past");
      this.clock[NOW] = time;
      slot = this.heapSlot[0]!;
      this.removeTop();
    } else if (this.ringSize > 0) {
      slot = this.popRing();
    } else return false;
    const { rows } = this;
    const row = slot << ROW_BITS;
    const word = rows[row]!;
    this.kind = word & KIND_MASK;
    this.a = rows[row + A]!;
    this.b = rows[row + B]!;
    rows[row] = (word + GENERATION_ONE) & GENERATION_MASK;
    rows[row + NEXT] = this.freeSlot;
    this.freeSlot = slot;
    this.taken[0] = this.taken[0]! + 1;
    return true;
  }

  /** Sees to it that the next event, a live one, is first in the heap or in the ring. */
  private surface(): void {
    while (this.ringSize > 0 && this.isDead(this.ring[this.ringHead]!)) {
      this.releaseSlot(this.popRing());
      this.deadInRing--;
    }
    for (;;) {
      while (this.heapSize > 0 && this.isDead(this.heapSlot[0]!)) {
        this.dropDead(this.heapSlot[0]!);
        this.removeTop();
      }
      if (this.heapSize > 0 || this.ladder.count === 0) return;
      this.refill();
    }
  }

  private isDead(slot: number): boolean {
    return (this.rows[slot << ROW_BITS]! & STATE_MASK) === DEAD;
  }

  private dropDead(slot: number): void {
    this.releaseSlot(slot);
    this.deadAhead--;
  }

  private takeSlot(): number {
    const free = this.freeSlot;
    if (free >= 0) {
      this.freeSlot = this.rows[(free << ROW_BITS) + NEXT]!;
      return free;
    }
    const slot = this.slotsUsed++;
    if (slot << ROW_BITS >= this.rows.length) this.growSlots();
    return slot;
  }

  /** Frees the slot of a dead entry. */
  private releaseSlot(slot: number): void {
    const row = slot << ROW_BITS;
    this.rows[row] = this.rows[row]! & GENERATION_MASK;
    this.rows[row + NEXT] = this.freeSlot;
    this.freeSlot = slot;
  }

  // ---- Near and far -----------------------------------------------------------------------------

  /** Takes what comes next, and the last of what is far, from the ladder into an empty heap. */
  private refill(): void {
    const { clock, ladder } = this;
    const limit = clock[DUE]!;
    do {
      const poured = ladder.pour();
      for (let i = 0; i < poured; i++) {
        clock[DUE] = ladder.pouredTime[i]!;
        this.pushHeap(ladder.pouredSlot[i]!);
      }
    } while (ladder.count > 0 && ladder.count <= FAR_LEAST);
    clock[DUE] = limit;
  }

  /**
   * Drops the dead ones among `poured` entries; returns how many are left. A loop of its own, which
   * brings the rows into the cache: they are all over the memory, and here no load waits for
   * another.
   */
  private living(poured: number): number {
    const { pouredTime, pouredSlot } = this.ladder;
    let living = 0;
    for (let i = 0; i < poured; i++) {
      const slot = pouredSlot[i]!;
      if (this.isDead(slot)) this.dropDead(slot);
      else {
        pouredTime[living] = pouredTime[i]!;
        pouredSlot[living++] = slot;
      }
    }
    return living;
  }

  /** Puts a new event into the ladder, or into a heap that is full. */
  private pushFar(slot: number): void {
    const due = this.clock[DUE]!;
    if (due < this.farFrom[0]!) this.makeRoom();
    if (due < this.farFrom[0]!) this.pushHeap(slot);
    else {
      this.ladder.time[0] = due;
      this.ladder.push(slot);
    }
  }

  /**
   * Makes room in a full heap. What it holds becomes a rung of the ladder, except in two cases that
   * are rare enough for it to grow. When it holds the first of many events of one time, those must
   * not get behind the others. And where rungs have piled up, as when each event is due before those
   * scheduled earlier, it takes many more to be worth putting all rungs together again.
   */
  private makeRoom(): void {
    const { ladder } = this;
    const far = this.farFrom[0]!;
    const latest = this.latestInHeap();
    const grows =
      this.heapRoom < NEAR_MOST ||
      latest >= far ||
      (ladder.deep && this.heapSize < ladder.count >> 2);
    if (grows) {
      if (this.heapRoom === this.heapTime.length) this.growHeap();
      this.heapRoom *= 2;
      return;
    }
    if (ladder.deep) ladder.flatten();
    ladder.begin(this.heapTime[0]!, far === Infinity ? latest + 1 : far, this.heapSize);
    while (this.heapSize > 0) {
      ladder.time[0] = this.heapTime[0]!;
      ladder.push(this.heapSlot[0]!);
      this.removeTop();
    }
    this.heapRoom = NEAR_MOST;
  }

  private latestInHeap(): number {
    let latest = 0;
    for (let i = 0; i < this.heapSize; i++) latest = Math.max(latest, this.heapTime[i]!);
    return latest;
  }

  private pushRing(slot: number): void {
    if (this.ringSize === this.ring.length) this.growRing();
    this.ring[(this.ringHead + this.ringSize) & (this.ring.length - 1)] = slot;
    this.ringSize++;
  }

  private popRing(): number {
    const slot = this.ring[this.ringHead]!;
    this.ringHead = (this.ringHead + 1) & (this.ring.length - 1);
    this.ringSize--;
    return slot;
  }

  private pushHeap(slot: number): void {
    const heapTime = this.heapTime;
    const heapOrder = this.heapOrder;
    const heapSlot = this.heapSlot;
    const due = this.clock[DUE]!;
    const order = this.order[0]!;
    this.order[0] = order + 1;
    let at = this.heapSize++;
    // A new event has the highest order of all, so it never overtakes one of the same time.
    while (at > 0) {
      const parent = (at - 1) >> 2;
      const time = heapTime[parent]!;
      if (time <= due) break;
      heapTime[at] = time;
      heapOrder[at] = heapOrder[parent]!;
      heapSlot[at] = heapSlot[parent]!;
      at = parent;
    }
    heapTime[at] = due;
    heapOrder[at] = order;
    heapSlot[at] = slot;
  }

  private removeTop(): void {
    const size = --this.heapSize;
    if (size > 0) this.siftDown(0, size);
  }

  /** Puts the entry at index `from` into the hole at `hole` and restores the heap below it. */
  private siftDown(hole: number, from: number): void {
    const heapTime = this.heapTime;
    const heapOrder = this.heapOrder;
    const heapSlot = this.heapSlot;
    const size = this.heapSize;
    const time = heapTime[from]!;
    const order = heapOrder[from]!;
    const slot = heapSlot[from]!;
    let at = hole;
    for (;;) {
      const first = 4 * at + 1;
      if (first >= size) break;
      const last = first + 4 < size ? first + 4 : size;
      let best = first;
      let bestTime = heapTime[first]!;
      for (let child = first + 1; child < last; child++) {
        const childTime = heapTime[child]!;
        if (
          childTime < bestTime ||
          (childTime === bestTime && heapOrder[child]! < heapOrder[best]!)
        ) {
          best = child;
          bestTime = childTime;
        }
      }
      if (bestTime > time || (bestTime === time && heapOrder[best]! > order)) break;
      heapTime[at] = bestTime;
      heapOrder[at] = heapOrder[best]!;
      heapSlot[at] = heapSlot[best]!;
      at = best;
    }
    heapTime[at] = time;
    heapOrder[at] = order;
    heapSlot[at] = slot;
  }

  /** Rebuilds heap and ladder without their dead entries. */
  private sweep(): void {
    let kept = 0;
    for (let i = 0; i < this.heapSize; i++) {
      const slot = this.heapSlot[i]!;
      if (this.isDead(slot)) {
        this.dropDead(slot);
        continue;
      }
      this.heapTime[kept] = this.heapTime[i]!;
      this.heapOrder[kept] = this.heapOrder[i]!;
      this.heapSlot[kept] = slot;
      kept++;
    }
    this.heapSize = kept;
    for (let i = (kept - 2) >> 2; i >= 0; i--) this.siftDown(i, i);
    this.ladder.flatten();
  }

  private growHeap(): void {
    this.heapTime = resized(this.heapTime, this.heapTime.length * 2, Float64Array);
    this.heapOrder = resized(this.heapOrder, this.heapOrder.length * 2, Float64Array);
    this.heapSlot = resized(this.heapSlot, this.heapSlot.length * 2, Int32Array);
  }

  private growRing(): void {
    const old = this.ring;
    const ring = new Int32Array(old.length * 2);
    for (let i = 0; i < this.ringSize; i++) ring[i] = old[(this.ringHead + i) & (old.length - 1)]!;
    this.ring = ring;
    this.ringHead = 0;
  }

  private growSlots(): void {
    if (this.rows.length >> ROW_BITS >= MAX_PENDING) {
      throw new BudgetError(`more than ${MAX_PENDING} events pending at once`);
    }
    this.rows = resized(this.rows, this.rows.length * 2, Int32Array);
  }
}
