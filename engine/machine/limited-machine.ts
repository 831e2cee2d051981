/**
 * The machine of a container with a CPU limit. A limit is not a slower core: threads run at full
 * speed until the quota of the period is used up, then every one of them stands still.
 *
 * Each core works on slices of 5 ms that it takes from the quota (`quota.ts`). That a slice is used
 * up is noticed at a timer tick, or when the core chooses its next thread; the time that a core
 * took too much until then is a debt. A core that gets no other slice is throttled: its threads
 * leave its queue until the next period, or until idle cores have given enough back. To the
 * scheduler such a core looks idle, so threads that wake up are still sent there, and wait.
 *
 * Source: Linux 6.12 `kernel/sched/fair.c`, `account_cfs_rq_runtime`, `throttle_cfs_rq`,
 * `distribute_cfs_runtime`, `do_sched_cfs_slack_timer`. Left out: limits inside limits; a thread
 * that wakes up on a throttled core forgets its lag.
 */
import { DUE, NO_EVENT, NOW } from "../kernel/queue.ts";
import { NONE } from "../kernel/rows.ts";
import { SLICE } from "../measure/trace.ts";
import {
  CORE_BUSY,
  CORE_IDLE,
  QUOTA_REFILL,
  QUOTA_SLACK,
  QUOTA_SPENT,
  type MachineParts,
} from "./cores.ts";
import { Machine } from "./machine.ts";
import { allowedCores, KEPT_NS, periodEnd, Quota, SLICE_NS } from "./quota.ts";
import { RunQueue } from "./run-queue.ts";
import type { CoreId, ThreadId } from "./thread-table.ts";

/** So long after a core gave something back it is handed out [S] `cfs_bandwidth_slack_period`. */
const SLACK_NS = 5e6;
/** Nothing is handed out so shortly before a period ends [S] `min_bandwidth_expiration`. */
const TOO_LATE_NS = 2e6;

export class LimitedMachine extends Machine {
  /** Periods in which a core was throttled, as `nr_throttled` counts them. */
  throttledPeriods = 0;

  private cpus: number;
  private readonly quota: Quota;
  /** What a core has left (ns) of what it took; negative: it ran for longer. */
  private readonly local: Float64Array;
  private readonly throttled: Uint8Array;
  private readonly throttledSince: Float64Array;
  /** The ready threads of throttled cores; their ordinary queues are empty meanwhile. */
  private readonly frozen: RunQueue[];
  /** Throttled cores in the order in which they are served. */
  private readonly line: number[] = [];
  private readonly spentEvent: Int32Array;
  private refillEvent = NO_EVENT;
  private slackEvent = NO_EVENT;
  private throttledTotal = 0;

  constructor(parts: MachineParts, cpus: number) {
    super(parts);
    const { cores } = parts;
    this.cpus = cpus;
    this.quota = new Quota(cpus);
    this.local = new Float64Array(cores);
    this.throttled = new Uint8Array(cores);
    this.throttledSince = new Float64Array(cores);
    this.frozen = Array.from({ length: cores }, () => new RunQueue());
    this.spentEvent = new Int32Array(cores).fill(NO_EVENT);
  }

  override get allowedCores(): number {
    return allowedCores(this.cores, this.cpus);
  }

  override retune(cpus: number): void {
    if (cpus === this.cpus) return;
    this.cpus = cpus;
    this.quota.retune(cpus, this.queue.clock[NOW]!);
    this.distribute();
  }

  /** Core time (ns) spent throttled until now. */
  throttledNs(): number {
    let total = this.throttledTotal;
    for (const core of this.line) total += this.queue.clock[NOW]! - this.throttledSince[core]!;
    return total;
  }

  override handle(kind: number, a: number): void {
    switch (kind) {
      case QUOTA_SPENT:
        this.sliceSpent(a);
        break;
      case QUOTA_REFILL:
        this.refill();
        break;
      case QUOTA_SLACK:
        this.handOutSlack();
        break;
      default:
        super.handle(kind, a);
    }
  }

  protected override dequeue(core: CoreId, thread: ThreadId): void {
    const frozen = this.frozen[core]!;
    if (this.throttled[core] === 1) frozen.removeAt(frozen.indexOf(thread), this);
    else super.dequeue(core, thread);
  }

  // ---- Using a slice up --------------------------------------------------------------------------

  protected override account(core: CoreId): void {
    const before = this.coreBusyNs[core]!;
    super.account(core);
    this.local[core] = this.local[core]! - (this.coreBusyNs[core]! - before);
  }

  /** True when the core may compute; it takes another slice if need be. */
  private mayRun(core: CoreId): boolean {
    const local = this.local[core]!;
    if (local > 0) return true;
    const now = this.queue.clock[NOW]!;
    this.local[core] = local + this.quota.take(SLICE_NS - local, now);
    return this.local[core] > 0;
  }

  protected override begin(core: CoreId, thread: ThreadId, directly: boolean): void {
    if (!this.queue.isPending(this.spentEvent[core]!)) this.armSpent(core);
    super.begin(core, thread, directly);
  }

  /** The tick at which the core's slice will be found used up. */
  private armSpent(core: CoreId): void {
    const { clock } = this.queue;
    clock[DUE] = this.tickFrom(clock[NOW]! + Math.max(1, this.local[core]!));
    this.spentEvent[core] = this.queue.push(QUOTA_SPENT, core, 0);
  }

  private sliceSpent(core: CoreId): void {
    this.spentEvent[core] = NO_EVENT;
    if (this.coreState[core] !== CORE_BUSY) return;
    this.account(core);
    if (this.mayRun(core)) this.armSpent(core);
    else this.throttleRunning(core);
  }

  protected override reschedule(core: CoreId): void {
    this.account(core);
    if (this.mayRun(core)) super.reschedule(core);
    else this.throttleRunning(core);
  }

  protected override nextOn(core: CoreId): void {
    if (this.queues[core]!.size > 0 && !this.mayRun(core)) {
      this.queue.cancel(this.tickEvent[core]!);
      this.tickEvent[core] = NO_EVENT;
      this.throttleIdle(core);
      return;
    }
    super.nextOn(core);
    if (this.coreState[core] === CORE_IDLE) this.giveBack(core);
  }

  protected override pullTo(core: CoreId): boolean {
    return this.throttled[core] === 0 && this.mayRun(core) && super.pullTo(core);
  }

  // ---- Throttled ---------------------------------------------------------------------------------

  private throttleRunning(core: CoreId): void {
    this.takeOff(core, this.current[core]!);
    this.throttleIdle(core);
  }

  /** The core's thread is off it: it goes idle, and whoever is ready there stands still. */
  private throttleIdle(core: CoreId): void {
    this.idleVruntime[core] = Math.max(
      this.idleVruntime[core]!,
      this.vruntime[this.current[core]!]!,
    );
    this.freeze(core);
    this.goIdle(core);
    this.trace.enter(core, SLICE.throttled, NONE);
  }

  private freeze(core: CoreId): void {
    this.queue.cancel(this.spentEvent[core]!);
    this.spentEvent[core] = NO_EVENT;
    this.throttled[core] = 1;
    this.throttledSince[core] = this.queue.clock[NOW]!;
    this.line.push(core);
    this.exchangeQueues(core);
    const frozen = this.frozen[core]!;
    this.waiting -= frozen.size;
    for (let i = 0; i < frozen.size; i++) this.record(frozen.at(i), SLICE.throttled);
    if (!this.queue.isPending(this.refillEvent)) this.armRefill();
  }

  /** The kernel takes a throttled group out of its core's queue as a whole. */
  private exchangeQueues(core: CoreId): void {
    const queue = this.queues[core]!;
    this.queues[core] = this.frozen[core]!;
    this.frozen[core] = queue;
  }

  protected override wakeIdleCore(core: CoreId, thread: ThreadId): void {
    if (this.throttled[core] === 0) {
      if (this.mayRun(core)) {
        super.wakeIdleCore(core, thread);
        return;
      }
      this.freeze(core);
      this.trace.enter(core, SLICE.throttled, NONE);
    }
    const { size, sumVruntime } = this.frozen[core]!;
    const mean = size === 0 ? this.idleVruntime[core]! : sumVruntime / size;
    this.vruntime[thread] = Math.round(mean);
    this.deadline[thread] = this.vruntime[thread] + this.slice;
    this.makeReady(core, thread);
  }

  protected override makeReady(core: CoreId, thread: ThreadId): void {
    super.makeReady(core, thread);
    if (this.throttled[core] === 0) return;
    this.frozen[core]!.push(this.queues[core]!.removeAt(0, this), this);
    this.waiting--;
    this.record(thread, SLICE.throttled);
  }

  // ---- Going on ----------------------------------------------------------------------------------

  private armRefill(): void {
    const { clock } = this.queue;
    clock[DUE] = periodEnd(clock[NOW]!);
    this.refillEvent = this.queue.push(QUOTA_REFILL, 0, 0);
  }

  private refill(): void {
    this.refillEvent = NO_EVENT;
    this.throttledPeriods++;
    this.distribute();
    if (this.line.length > 0) this.armRefill();
  }

  /** Throttled cores get what they owe and a nanosecond: the rest they take when they run. */
  private distribute(): void {
    const now = this.queue.clock[NOW]!;
    while (this.line.length > 0 && this.quota.left(now) > 0) {
      const core = this.line[0]!;
      const local = this.local[core]!;
      this.local[core] = local + this.quota.take(1 - local, now);
      if (this.local[core] <= 0) return;
      this.line.shift();
      this.thaw(core);
    }
  }

  private thaw(core: CoreId): void {
    this.throttled[core] = 0;
    this.throttledTotal += this.queue.clock[NOW]! - this.throttledSince[core]!;
    this.exchangeQueues(core);
    this.trace.enter(core, SLICE.idle, NONE);
    const queue = this.queues[core]!;
    if (queue.size === 0) return;
    this.waiting += queue.size;
    for (let i = 0; i < queue.size; i++) this.record(queue.at(i), SLICE.ready);
    let index = queue.pick(this, 0, 0);
    if (index === NONE) index = queue.leftmost(this);
    this.waiting--;
    this.bringBack(core, queue.removeAt(index, this));
    if (queue.size > 0) this.armTick(core);
  }

  /** A core that goes idle keeps a millisecond, the others may have the rest. */
  private giveBack(core: CoreId): void {
    this.queue.cancel(this.spentEvent[core]!);
    this.spentEvent[core] = NO_EVENT;
    const slack = this.local[core]! - KEPT_NS;
    if (slack <= 0) return;
    this.local[core] = KEPT_NS;
    const { clock } = this.queue;
    const now = clock[NOW]!;
    this.quota.giveBack(slack, now);
    if (this.line.length === 0 || this.quota.left(now) <= SLICE_NS) return;
    if (this.queue.isPending(this.slackEvent)) return;
    if (periodEnd(now) - now < SLACK_NS + TOO_LATE_NS) return;
    clock[DUE] = now + SLACK_NS;
    this.slackEvent = this.queue.push(QUOTA_SLACK, 0, 0);
  }

  private handOutSlack(): void {
    this.slackEvent = NO_EVENT;
    const now = this.queue.clock[NOW]!;
    if (periodEnd(now) - now < TOO_LATE_NS) return;
    if (this.quota.left(now) > SLICE_NS) this.distribute();
  }
}
