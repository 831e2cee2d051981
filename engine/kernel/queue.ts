/**
 * The event queue: one total order of everything that will happen.
 *
 * Events are ordered by (time, order of scheduling). A 4-ary heap holds the future; events due at
 * the present instant go to a ring instead, which keeps first-in first-out order at constant cost:
 * whatever the heap still holds for this instant was scheduled earlier and therefore goes first.
 * Cancelling marks a slot and costs nothing; dead entries are skipped when they surface and swept
 * out when they outnumber the living, so memory stays within twice the number of pending events.
 *
 * A handle is slot + generation (22 + 8 bits): a stale handle is harmless. Times pass through the
 * shared clock rather than as arguments, because a float64 argument of a call that is not inlined
 * costs an allocation.
 */
import { assert, BudgetError } from "./assert.ts";
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
const GENERATION_MASK = 0xff;
/** The most events that can be pending at once. */
const MAX_PENDING = 1 << SLOT_BITS;

const FREE = 0;
const IN_HEAP = 1;
const IN_RING = 2;
const DEAD = 3;

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
  private deadInHeap = 0;

  private ring = new Int32Array(64);
  private ringHead = 0;
  private ringSize = 0;
  private deadInRing = 0;

  private slotState = new Uint8Array(64);
  private slotGeneration = new Uint8Array(64);
  private slotKind = new Uint8Array(64);
  private slotA = new Int32Array(64);
  private slotB = new Int32Array(64);
  private slotNext = new Int32Array(64).fill(-1);
  private freeSlot = -1;
  private slotsUsed = 0;

  private readonly order = new Float64Array(1);

  /** Events pending, cancelled ones left out. */
  get pending(): number {
    return this.heapSize - this.deadInHeap + this.ringSize - this.deadInRing;
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
    this.slotKind[slot] = kind;
    this.slotA[slot] = a;
    this.slotB[slot] = b;
    if (due === now) {
      this.slotState[slot] = IN_RING;
      this.pushRing(slot);
    } else {
      this.slotState[slot] = IN_HEAP;
      this.pushHeap(slot);
    }
    return slot | ((this.slotGeneration[slot]! & GENERATION_MASK) << SLOT_BITS);
  }

  /** Cancels a pending event; false when it has fired, was cancelled, or never was. */
  cancel(handle: number): boolean {
    if (handle < 0) return false;
    const slot = handle & SLOT_MASK;
    if (this.slotGeneration[slot]! !== handle >>> SLOT_BITS) return false;
    const state = this.slotState[slot]!;
    if (state === IN_HEAP) {
      this.deadInHeap++;
      if (this.deadInHeap > 1024 && this.deadInHeap > this.heapSize >> 1) {
        this.slotState[slot] = DEAD;
        this.bumpGeneration(slot);
        this.sweep();
        return true;
      }
    } else if (state === IN_RING) this.deadInRing++;
    else return false;
    this.slotState[slot] = DEAD;
    this.bumpGeneration(slot);
    return true;
  }

  /** True while the handle's event is still to come. */
  isPending(handle: number): boolean {
    if (handle < 0) return false;
    const slot = handle & SLOT_MASK;
    return (
      this.slotGeneration[slot]! === handle >>> SLOT_BITS &&
      (this.slotState[slot] === IN_HEAP || this.slotState[slot] === IN_RING)
    );
  }

  /** Time of the next event in ns; Infinity when none is pending. */
  nextTime(): number {
    this.dropDead();
    if (this.ringSize > 0) return this.clock[NOW]!;
    return this.heapSize > 0 ? this.heapTime[0]! : Infinity;
  }

  /**
   * Takes the next event due at or before `clock[DUE]` into `kind`, `a`, `b` and sets the clock
   * to its time. False when there is none.
   */
  pop(): boolean {
    if (this.deadInHeap + this.deadInRing > 0) this.dropDead();
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
    this.kind = this.slotKind[slot]!;
    this.a = this.slotA[slot]!;
    this.b = this.slotB[slot]!;
    this.bumpGeneration(slot);
    this.releaseSlot(slot);
    this.taken[0] = this.taken[0]! + 1;
    return true;
  }

  private dropDead(): void {
    while (this.ringSize > 0 && this.slotState[this.ring[this.ringHead]!] === DEAD) {
      this.releaseSlot(this.popRing());
      this.deadInRing--;
    }
    while (this.heapSize > 0 && this.slotState[this.heapSlot[0]!] === DEAD) {
      this.releaseSlot(this.heapSlot[0]!);
      this.deadInHeap--;
      this.removeTop();
    }
  }

  private takeSlot(): number {
    const free = this.freeSlot;
    if (free >= 0) {
      this.freeSlot = this.slotNext[free]!;
      return free;
    }
    const slot = this.slotsUsed++;
    if (slot >= this.slotState.length) this.growSlots();
    return slot;
  }

  private releaseSlot(slot: number): void {
    this.slotState[slot] = FREE;
    this.slotNext[slot] = this.freeSlot;
    this.freeSlot = slot;
  }

  private bumpGeneration(slot: number): void {
    this.slotGeneration[slot] = (this.slotGeneration[slot]! + 1) & GENERATION_MASK;
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
    if (this.heapSize === this.heapTime.length) this.growHeap();
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

  /** Rebuilds the heap without its dead entries. */
  private sweep(): void {
    let kept = 0;
    for (let i = 0; i < this.heapSize; i++) {
      const slot = this.heapSlot[i]!;
      if (this.slotState[slot] === DEAD) {
        this.releaseSlot(slot);
        continue;
      }
      this.heapTime[kept] = this.heapTime[i]!;
      this.heapOrder[kept] = this.heapOrder[i]!;
      this.heapSlot[kept] = slot;
      kept++;
    }
    this.heapSize = kept;
    this.deadInHeap = 0;
    for (let i = (kept - 2) >> 2; i >= 0; i--) this.siftDown(i, i);
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
    if (this.slotState.length >= MAX_PENDING) {
      throw new BudgetError(`more than ${MAX_PENDING} events pending at once`);
    }
    this.slotState = resized(this.slotState, this.slotState.length * 2, Uint8Array);
    this.slotGeneration = resized(this.slotGeneration, this.slotGeneration.length * 2, Uint8Array);
    this.slotKind = resized(this.slotKind, this.slotKind.length * 2, Uint8Array);
    this.slotA = resized(this.slotA, this.slotA.length * 2, Int32Array);
    this.slotB = resized(this.slotB, this.slotB.length * 2, Int32Array);
    this.slotNext = resized(this.slotNext, this.slotNext.length * 2, Int32Array);
  }
}
