/**
 * In which order a loop runs what is ready: one turn of each kind of loop, until it has nothing
 * left to do and sleeps in its selector.
 *
 * - `batch` (asyncio `_run_once`, uvloop): poll; then as many callbacks as are ready at that
 *   moment, what the selector reported behind what was scheduled before, timers last. What they
 *   make ready waits for the next turn and its poll.
 * - `phases` (libuv `uv_run` since 1.45, Node 20): poll → check (`setImmediate`) → timers, each
 *   phase as many callbacks as it had at its beginning. After every single callback the promise
 *   micro-tasks run to exhaustion, those that micro-tasks make included (Node since 11).
 * - `tasks` (Netty 4.2 `SingleThreadIoEventLoop`): all I/O events; then tasks, those that tasks add
 *   included, until none is left or a second has passed; the clock is looked at every 64 tasks.
 *
 * Left out: libuv's pending, idle, prepare and closing callbacks and `process.nextTick`, which no
 * step of a program makes; the 1024 events of one `epoll_wait`, which libuv repeats at once; the
 * 16 reads per channel of Netty, as a connection carries one request at a time.
 */
import type { LoopNow } from "../api.ts";
import { fifos, NONE, type Fifo } from "../kernel/rows.ts";
import type { TurnOrder } from "./profiles/profile.ts";

/** In a loop's queue of events: the callback that accepts connections. */
export const ACCEPT = -2;

/** What `LoopTurns.begin` found. */
export const SLEEP = 0;
const RUN = 1;
/** Callbacks to run, after a call of the selector. */
export const POLLED = 2;

/** Where a loop is in its turn: which queue it takes callbacks from. */
const READY = 0;
const EVENTS = 1;
const TIMERS = 2;
const PHASES: readonly LoopNow["phase"][] = ["ready", "events", "timers"];

/** [S] `maxTaskProcessingQuantumMs` = 1000 in `SingleThreadIoEventLoop`. */
const QUANTUM_NS = 1e9;
/** [S] `runAllTasks` looks at the clock after each 64 tasks. */
const TASKS_PER_LOOK = 64;

export class LoopTurns {
  /** Scheduled by the program itself: `call_soon`, `setImmediate`, `execute`; by loop. */
  readonly ready: readonly Fifo[];
  /** What the selector will report at the next poll; by loop. */
  readonly events: readonly Fifo[];
  /** Timers that are due; by loop. */
  readonly timers: readonly Fifo[];
  /** Run before the next callback of any kind; by loop, empty but for `phases`. */
  readonly microtasks: readonly Fifo[];
  /** What `take` returned last was a micro-task. */
  tookMicrotask = false;
  private readonly order: TurnOrder;
  /** Callbacks of the present batch that are still to run; by loop. */
  private readonly batch: Int32Array;
  private readonly phase: Uint8Array;
  /** When the present run of tasks began, ns; by loop. */
  private readonly tasksSince: Float64Array;

  constructor(loops: number, order: TurnOrder) {
    this.order = order;
    this.ready = fifos(loops);
    this.events = fifos(loops);
    this.timers = fifos(loops);
    this.microtasks = fifos(loops);
    this.batch = new Int32Array(loops);
    this.phase = new Uint8Array(loops);
    this.tasksSince = new Float64Array(loops);
  }

  /** The next callback of the present batch, or NONE at its end. */
  take(loop: number): number {
    const microtask = this.microtasks[loop]!.shift();
    this.tookMicrotask = microtask !== NONE;
    if (microtask !== NONE) return microtask;
    if (this.batch[loop] === 0) return NONE;
    const phase = this.phase[loop]!;
    const queue = phase === READY ? this.ready : phase === EVENTS ? this.events : this.timers;
    const next = queue[loop]!.shift();
    this.batch[loop] = next === NONE ? 0 : this.batch[loop]! - 1;
    return next;
  }

  /** What waits for the loop, and where in its turn it is. */
  look(loop: number): Omit<LoopNow, "thread" | "doing"> {
    return {
      phase: PHASES[this.phase[loop]!]!,
      batch: this.batch[loop]!,
      ready: this.ready[loop]!.size,
      events: this.events[loop]!.size,
      timers: this.timers[loop]!.size,
      microtasks: this.microtasks[loop]!.size,
    };
  }

  /** The batch is done: begins the next one. `accepts`: the listening socket is readable. */
  begin(loop: number, accepts: boolean, now: number): number {
    switch (this.order) {
      case "batch":
        return this.beginBatch(loop, accepts);
      case "phases":
        return this.beginPhase(loop, accepts);
      case "tasks":
        return this.beginTasks(loop, accepts, now);
    }
  }

  /** Forgets everything: the process has died. */
  clear(loop: number): void {
    this.batch[loop] = 0;
    this.phase[loop] = READY;
    for (const queues of [this.ready, this.events, this.timers, this.microtasks]) {
      queues[loop]!.clear();
    }
  }

  private beginBatch(loop: number, accepts: boolean): number {
    const ready = this.ready[loop]!;
    if (accepts) ready.push(ACCEPT);
    pour(this.events[loop]!, ready);
    pour(this.timers[loop]!, ready);
    this.batch[loop] = ready.size;
    return ready.size === 0 ? SLEEP : POLLED;
  }

  private beginPhase(loop: number, accepts: boolean): number {
    const ready = this.ready[loop]!;
    const events = this.events[loop]!;
    const timers = this.timers[loop]!;
    let found = RUN;
    for (;;) {
      switch (this.phase[loop]) {
        case EVENTS:
          this.phase[loop] = READY;
          this.batch[loop] = ready.size;
          break;
        case READY:
          this.phase[loop] = TIMERS;
          this.batch[loop] = timers.size;
          break;
        default:
          if (accepts) events.pushFront(ACCEPT);
          if (events.size + ready.size + timers.size === 0) return SLEEP;
          this.phase[loop] = EVENTS;
          this.batch[loop] = events.size;
          found = POLLED;
      }
      if (this.batch[loop] !== 0) return found;
    }
  }

  private beginTasks(loop: number, accepts: boolean, now: number): number {
    const ready = this.ready[loop]!;
    const events = this.events[loop]!;
    const timers = this.timers[loop]!;
    let found = RUN;
    const goesOn = this.phase[loop] === READY && now - this.tasksSince[loop]! < QUANTUM_NS;
    if (this.phase[loop] === READY && !(goesOn && ready.size > 0)) {
      if (accepts) events.pushFront(ACCEPT);
      if (events.size + ready.size + timers.size === 0) {
        // After the sleep comes I/O, however little of the second has been used.
        this.tasksSince[loop] = -QUANTUM_NS;
        return SLEEP;
      }
      this.phase[loop] = EVENTS;
      this.batch[loop] = events.size;
      if (events.size > 0) return POLLED;
      found = POLLED;
    }
    if (this.phase[loop] === EVENTS) {
      pour(timers, ready);
      this.phase[loop] = READY;
      this.tasksSince[loop] = now;
      if (ready.size === 0) return this.beginTasks(loop, accepts, now);
    }
    this.batch[loop] = TASKS_PER_LOOK;
    return found;
  }
}

function pour(from: Fifo, to: Fifo): void {
  for (let item = from.shift(); item !== NONE; item = from.shift()) to.push(item);
}
