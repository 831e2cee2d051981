/**
 * When Go's collector begins and how hard it works: the pacer of Go 1.23 (`runtime/mgcpacer.go`)
 * for one process. Sizes in bytes, times in ns; one byte of scan work is one live byte.
 *
 * The heap may grow to a goal before a cycle is over: what was marked, and GOGC per cent of that
 * and the stacks. The cycle is triggered a runway before the goal, as long as the program will
 * allocate while the background workers mark, judging by the last cycles. When it allocates more,
 * whoever allocates has to help, the more the less room is left.
 *
 * Left out: globals; the share of the heap that has no pointers in it; the room for sweeping.
 */

/** A trigger may be so close to the goal of a large heap. [S] `defaultHeapMinimum` */
const CLOSEST = 4 * 2 ** 20;
/** Share of the processors that mark in the background. [S] `gcBackgroundUtilization` */
export const BACKGROUND_SHARE = 0.25;
/** The trigger lies in these 64ths of the way from what is marked to the goal. [S] */
const FIRST_TRIGGER = 45;
const LAST_TRIGGER = 61;
const TRIGGER_STEPS = 64;
/** Past its goal the heap may grow by this factor before everybody only marks. [S] */
const MAX_OVERSHOOT = 1.1;
/** Cycles whose ratio of allocation to marking is remembered. [S] `gcConsMarks` */
const CONS_MARKS = 4;
/** GOMEMLIMIT keeps this share of itself free, and this much at least. [S] */
const HEADROOM_SHARE = 0.03;
const HEADROOM_LEAST = 2 ** 20;
/** Fractional workers stand in when whole ones miss their share by more than this. [S] */
const MAX_SHARE_ERROR = 0.3;
/** A runway is kept even when the goal falls below what triggered the cycle. [S] `minRunway` */
const LEAST_RUNWAY = 64 * 1024;

export class GoPacer {
  /** Bytes that the last cycle has found alive. */
  marked = 0;
  goal = 0;
  /** A cycle begins when the heap is that large. */
  trigger = 0;
  /** Whole processors that mark during this cycle, and what each of the others gives (share). */
  dedicated = 0;
  fractional = 0;
  /** Bytes to mark for each byte allocated during this cycle. */
  assistRatio = 0;
  private growth: number;
  private memoryLimit: number;
  private readonly floor: number;
  private readonly consMarks = new Float64Array(CONS_MARKS);
  private cycles = 0;
  /** Scan work of the last cycle. */
  private lastScan = 0;
  private lastStacks = 0;
  private triggered = Infinity;
  private atMost = 0;

  /**
   * `growth`: GOGC / 100; Infinity: off. `memoryLimit`: GOMEMLIMIT in bytes, or Infinity. `floor`:
   * the smallest goal at GOGC 100.
   */
  constructor(growth: number, memoryLimit: number, floor = 4 * 2 ** 20) {
    this.growth = growth;
    this.memoryLimit = memoryLimit;
    this.floor = floor;
    this.commit(0);
  }

  /** A cycle has begun for `procs` processors: how many mark in the background. */
  begin(procs: number, heap: number, stacks: number): void {
    this.triggered = this.trigger;
    this.atMost = heap + stacks;
    const wanted = procs * BACKGROUND_SHARE;
    this.dedicated = Math.floor(wanted + 0.5);
    this.fractional = 0;
    if (Math.abs(this.dedicated / wanted - 1) > MAX_SHARE_ERROR) {
      if (this.dedicated > wanted) this.dedicated--;
      this.fractional = (wanted - this.dedicated) / procs;
    }
    this.revise(heap, 0);
  }

  /** The heap is `heap` bytes large and `done` of the scan work is done: the ratio of assists. */
  revise(heap: number, done: number): void {
    let expected = this.lastScan;
    let goal = Math.max(this.goal, this.triggered + LEAST_RUNWAY);
    if (done > expected) {
      // There is more to mark than last time: go on as if all of the heap were alive.
      const further = ((goal - this.triggered) / Math.max(1, expected)) * this.atMost;
      goal = Math.min(this.triggered + further, (1 + this.growth) * goal);
      expected = this.atMost;
    }
    if (heap > goal) {
      goal *= MAX_OVERSHOOT;
      expected = this.atMost;
    }
    const work = Math.max(1000, expected - done);
    this.assistRatio = work / Math.max(1, goal - heap);
  }

  /**
   * The cycle is over: `heap` bytes were there at its end, `scanned` had to be marked. `used` is
   * the share of the processors' time that marking took, `idle` that of idle processors apart.
   */
  end(heap: number, scanned: number, used: number, idle: number): void {
    if (heap > this.triggered && scanned > 0 && used < 1) {
      const ratio = ((heap - this.triggered) * (used + idle)) / (scanned * (1 - used));
      this.consMarks[this.cycles % CONS_MARKS] = ratio;
      this.cycles++;
    }
    this.lastScan = scanned;
    this.triggered = Infinity;
  }

  /** `marked` bytes are alive: where the next cycle ends and begins. `others`: memory beside it. */
  settle(marked: number, stacks: number, others: number): void {
    this.marked = marked;
    this.lastStacks = stacks;
    this.commit(others);
  }

  /** `SetGCPercent`, `SetMemoryLimit`: the next cycle ends where these say. */
  retune(growth: number, memoryLimit: number, others: number): void {
    this.growth = growth;
    this.memoryLimit = memoryLimit;
    this.commit(others);
  }

  private commit(others: number): void {
    const { marked } = this;
    const smallest = this.floor * this.growth;
    const byGrowth =
      this.growth === Infinity
        ? Infinity
        : Math.max(smallest, marked + (marked + this.lastStacks) * this.growth);
    this.goal = Math.min(byGrowth, this.goalOfLimit(others));
    this.trigger = this.triggerFor(this.goal);
  }

  private goalOfLimit(others: number): number {
    const { memoryLimit, marked } = this;
    if (memoryLimit === Infinity) return Infinity;
    const headroom = Math.max(HEADROOM_LEAST, memoryLimit * HEADROOM_SHARE);
    return Math.max(marked, headroom, memoryLimit - others - headroom);
  }

  private triggerFor(goal: number): number {
    const { marked } = this;
    if (goal === Infinity || marked >= goal) return goal;
    const step = (goal - marked) / TRIGGER_STEPS;
    const first = marked + FIRST_TRIGGER * step;
    const last = Math.max(first, marked + LAST_TRIGGER * step, goal - CLOSEST);
    const consMark = Math.max(...this.consMarks);
    const runway = ((consMark * (1 - BACKGROUND_SHARE)) / BACKGROUND_SHARE) * this.lastScan;
    return Math.min(last, Math.max(first, goal - runway));
  }
}

/** So much collector time (ns) per processor fills the bucket. [S] `capacityPerProc` */
const BUCKET_PER_PROCESSOR = 1e9;
/**
 * The limiter looks at the time at least so often, and assists under way end then where it limits.
 * [S] `gcCPULimiterUpdatePeriod`, `gcDrainN`
 */
export const LIMITER_PERIOD_NS = 10e6;

/**
 * The limiter (`runtime/mgclimit.go`): collecting fills a bucket of one second per processor, the
 * program's own time drains it; while it is full nobody has to help. So the collector takes half of
 * the time in the long run, however small the heap must be.
 */
export class GoLimiter {
  isLimiting = false;
  private fill = 0;
  private readonly capacity: number;
  private readonly procs: number;
  private updatedAt = 0;
  private assistNs = 0;

  constructor(procs: number) {
    this.procs = procs;
    this.capacity = procs * BUCKET_PER_PROCESSOR;
  }

  assisted(ns: number): void {
    this.assistNs += ns;
  }

  /** Whether it could come to that in the next `ns`, with all processors collecting. */
  mayLimitWithin(ns: number): boolean {
    return this.fill + ns * this.procs >= this.capacity;
  }

  /** True when the scheduler (or sysmon) would make it look at the time that has passed. */
  isOverdue(nowNs: number): boolean {
    return nowNs - this.updatedAt > LIMITER_PERIOD_NS;
  }

  /** Books the time since the last update; `idle` processors count neither way. */
  update(nowNs: number, isMarking: boolean, idle: number): void {
    const window = (nowNs - this.updatedAt) * this.procs;
    this.updatedAt = nowNs;
    const collecting = this.assistNs + (isMarking ? window * BACKGROUND_SHARE : 0);
    this.assistNs = 0;
    const busy = window * (1 - idle / this.procs);
    const change = 2 * collecting - busy;
    this.fill = Math.max(0, Math.min(this.capacity, this.fill + change));
    if (change !== 0) this.isLimiting = this.fill === this.capacity;
  }
}
