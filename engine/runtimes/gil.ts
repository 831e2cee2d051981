/**
 * The global interpreter lock of one process (CPython 3.11, `Python/ceval_gil.c`).
 *
 * take: not locked, so lock it. Else join the waiters with a timer of one switch interval. When it
 * fires and nobody has switched meanwhile, the waiter asks the holder to drop the lock; then it
 * waits again from the tail, with a fresh interval. A waiter that is signalled must still get a
 * core; whoever is there first takes the lock (barging), and the loser starts a full interval.
 * drop: unlock, signal one waiter. Who was asked to drop waits until another thread has taken it.
 */
import type { GilNow } from "../api.ts";
import { assert } from "../kernel/assert.ts";
import { DUE, NO_EVENT, NOW, type EventQueue } from "../kernel/queue.ts";
import type { Stream } from "../kernel/random.ts";
import { Fifo, NONE, resized } from "../kernel/rows.ts";
import type { Machine, ThreadId } from "../machine/machine.ts";
import { SLICE, type Trace } from "../measure/trace.ts";

/** What a thread does about the lock. */
const NOT_WAITING = 0;
const WAITING = 1;
/** Woken by its timer, on the way to a core. */
const TIMED_OUT = 2;
/** Woken by a signal, on the way to a core. */
const SIGNALLED = 3;
/** Dropped the lock on request and waits until another thread has taken it. */
const YIELDING = 4;

export class Gil {
  switches = 0;
  private readonly held = new Float64Array(2);
  private holder: ThreadId = NONE;
  private lastHolder: ThreadId = NONE;
  private switchNumber = 0;
  private dropRequested = false;
  private yielding: ThreadId = NONE;
  private readonly waiters = new Fifo();

  private readonly queue: EventQueue;
  private readonly machine: Machine;
  private readonly trace: Trace;
  private readonly threads: GilThreads;
  private readonly timeoutEvent: number;
  private readonly row: number;

  constructor(parts: {
    queue: EventQueue;
    machine: Machine;
    trace: Trace;
    threads: GilThreads;
    /** Event kind of a waiter's timer; its `a` is the thread. */
    timeoutEvent: number;
    /** Schedule row. */
    row: number;
  }) {
    this.queue = parts.queue;
    this.machine = parts.machine;
    this.trace = parts.trace;
    this.threads = parts.threads;
    this.timeoutEvent = parts.timeoutEvent;
    this.row = parts.row;
  }

  /** The thread that has the lock, or NONE. */
  get heldBy(): ThreadId {
    return this.holder;
  }

  isHeldBy(thread: ThreadId): boolean {
    return this.holder === thread;
  }

  /** True when a waiter has asked the holder to drop the lock. */
  get isWanted(): boolean {
    return this.dropRequested;
  }

  /** ns for which the lock has been held since the start. */
  heldNs(): number {
    const now = this.queue.clock[NOW]!;
    return this.held[0]! + (this.holder === NONE ? 0 : now - this.held[1]!);
  }

  /**
   * `thread`, which is on a core, wants the lock. False when it has to wait: the caller parks it,
   * and comes here again when it is advanced next.
   */
  take(thread: ThreadId): boolean {
    const { threads } = this;
    if (this.holder === NONE) {
      threads.state[thread] = NOT_WAITING;
      this.lock(thread);
      return true;
    }
    assert(this.holder !== thread, "a thread takes the GIL twice");
    if (threads.state[thread] === TIMED_OUT && threads.seen[thread] === this.switchNumber) {
      this.requestDrop();
    }
    this.wait(thread);
    return false;
  }

  /**
   * The holder lets go. True when it was asked to: then it must wait until another has the lock,
   * so the caller parks it and takes again when it is advanced next.
   */
  drop(thread: ThreadId): boolean {
    assert(this.holder === thread, "dropped a GIL that was not held");
    const now = this.queue.clock[NOW]!;
    this.held[0] = this.held[0]! + (now - this.held[1]!);
    this.holder = NONE;
    this.trace.enter(this.row, SLICE.idle, NONE);
    const asked = this.dropRequested;
    this.signal(thread);
    if (!asked) return false;
    this.yielding = thread;
    this.threads.state[thread] = YIELDING;
    return true;
  }

  /** Lets go for a blocking call: nobody has to be waited for. */
  release(thread: ThreadId): void {
    if (this.drop(thread)) {
      this.yielding = NONE;
      this.threads.state[thread] = NOT_WAITING;
    }
  }

  /** The timer of a waiter fired: it wakes to look. */
  timedOut(thread: ThreadId): void {
    this.threads.event[thread] = NO_EVENT;
    if (this.threads.state[thread] !== WAITING) return;
    this.waiters.remove(thread);
    this.threads.state[thread] = TIMED_OUT;
    this.machine.wake(thread, NONE);
  }

  /** Who has it and who waits for it now; `most`: so many waiters are listed. */
  look(most: number): GilNow {
    const waiters = Array.from({ length: this.waiters.size }, (_, i) => this.waiters.at(i));
    // Who gave way on request waits outside of the queue, for somebody else to take the lock.
    if (this.yielding !== NONE) waiters.push(this.yielding);
    return {
      holder: this.holder,
      wanted: this.dropRequested,
      waiters: waiters.slice(0, most),
      waiting: waiters.length,
      heldNs: this.heldNs(),
    };
  }

  /** Forgets everything: the process has died. */
  reset(): void {
    for (let thread = this.waiters.shift(); thread !== NONE; thread = this.waiters.shift()) {
      this.queue.cancel(this.threads.event[thread]!);
    }
    if (this.holder !== NONE) this.held[0] = this.heldNs();
    this.holder = NONE;
    this.lastHolder = NONE;
    this.dropRequested = false;
    this.yielding = NONE;
  }

  private lock(thread: ThreadId): void {
    this.holder = thread;
    this.held[1] = this.queue.clock[NOW]!;
    this.trace.enterThread(this.row, SLICE.run, this.machine.task[thread]!, thread);
    if (this.lastHolder !== thread) {
      this.lastHolder = thread;
      this.switchNumber = (this.switchNumber + 1) | 0;
      this.switches++;
    }
    this.dropRequested = false;
    const yielding = this.yielding;
    if (yielding === NONE || yielding === thread) return;
    this.yielding = NONE;
    this.threads.state[yielding] = SIGNALLED;
    this.machine.wake(yielding, thread);
  }

  private wait(thread: ThreadId): void {
    const { queue, threads } = this;
    threads.state[thread] = WAITING;
    threads.seen[thread] = this.switchNumber;
    this.waiters.push(thread);
    queue.clock[DUE] = queue.clock[NOW]! + threads.switchIntervalNs + threads.lateness();
    threads.event[thread] = queue.push(this.timeoutEvent, thread, 0);
  }

  private signal(by: ThreadId): void {
    const next = this.waiters.shift();
    if (next === NONE) return;
    this.queue.cancel(this.threads.event[next]!);
    this.threads.event[next] = NO_EVENT;
    this.threads.state[next] = SIGNALLED;
    this.machine.wake(next, by);
  }

  private requestDrop(): void {
    if (this.dropRequested) return;
    this.dropRequested = true;
    this.threads.dropRequested(this.holder);
  }
}

/** What the GILs of a lane keep of each thread. */
export class GilThreads {
  switchIntervalNs: number;
  private readonly slackNs: number;
  private readonly random: Stream;
  state!: Uint8Array;
  seen!: Int32Array;
  event!: Int32Array;
  /** Called when a thread is asked to drop the lock. */
  readonly dropRequested: (holder: ThreadId) => void;

  constructor(
    machine: Machine,
    random: Stream,
    switchIntervalNs: number,
    dropRequested: (holder: ThreadId) => void,
  ) {
    this.switchIntervalNs = switchIntervalNs;
    this.slackNs = machine.calibration.timerSlackNs;
    this.random = random;
    this.dropRequested = dropRequested;
    machine.threads.onGrow((capacity) => {
      this.state = resized(this.state, capacity, Uint8Array);
      this.seen = resized(this.seen, capacity, Int32Array);
      this.event = resized(this.event, capacity, Int32Array);
    });
  }

  /**
   * How much later (ns) than asked a waiter's timer fires: half to one and a half of the kernel's
   * slack. Waiters that began together would otherwise wake in the same order for ever.
   */
  lateness(): number {
    return this.slackNs === 0 ? 0 : Math.round(this.slackNs * (0.5 + this.random.next()));
  }

  /** A new thread has nothing to do with any lock. */
  clear(thread: ThreadId): void {
    this.state[thread] = NOT_WAITING;
    this.event[thread] = NO_EVENT;
  }

  /** True while a thread that yielded waits until another has taken the lock. */
  isYielding(thread: ThreadId): boolean {
    return this.state[thread] === YIELDING;
  }
}
