/**
 * A profile: what a real runtime's operations cost and what its defaults are. No number of a
 * runtime stands anywhere else.
 *
 * Source tags: [S] read in the runtime's source, [M] measured on a 2-vCPU guest, [D] documented,
 * [R] well known, [E] an estimate. Bare-metal figures are preferred where both exist.
 */
import type { LockRule } from "../../sync/locks.ts";
import type { WakingRule } from "../../sync/semaphore.ts";

export interface Cost {
  /** In `unit`. */
  readonly value: number;
  readonly unit: "ns" | "bytes" | "factor" | "bytes/s" | "count";
  readonly source: string;
}

/** The costs that every profile states. Overrides of a lane (`costs`) use these names. */
export interface Costs {
  /** Multiplies every `cpu` demand. */
  readonly cpuFactor: Cost;
  /** Switching from one task to the next inside a thread. */
  readonly taskSwitch: Cost;
  /** Creating and finishing a task. */
  readonly taskCreate: Cost;
  /** Processor time of one network wait: issuing it and picking up its result. */
  readonly ioCall: Cost;
  /** Setting a timer and going on when it has fired, switches not included. */
  readonly timer: Cost;
  /** Sending to or receiving from a channel that is ready, and each case that a select looks at. */
  readonly channel: Cost;
  /** Accepting one connection. */
  readonly accept: Cost;
  /** One call of the selector (`epoll_wait`) by a loop or poller. */
  readonly poll: Cost;
  /** Handing work to an executor thread and taking its result, both sides together. */
  readonly offload: Cost;
  /** Handing work to an executor process and taking its result: pickling and pipes. */
  readonly offloadProcess: Cost;
  /** Handing work to a thread with a heap of its own, and taking its result, both sides together. */
  readonly offloadWorker: Cost;
  /** Handing a connection from a cluster's primary to a worker, both sides together. */
  readonly handOff: Cost;
  /** Taking and releasing a lock that nobody else wants. */
  readonly lock: Cost;
  /** One look into another processor's run queue. */
  readonly steal: Cost;
  /** The shortest sleep the runtime's timers can do. */
  readonly timerFloor: Cost;
  /** A process with nothing to do. */
  readonly processBytes: Cost;
  /** The heap of a worker thread that has one of its own. */
  readonly workerBytes: Cost;
  /** What a forked process has of its own at first, where processes are forked ... */
  readonly forkBytes: Cost;
  /** ... and the share of `processBytes` that becomes its own when it serves something ... */
  readonly forkUsed: Cost;
  /** ... and when its collector has been through all objects. */
  readonly forkCollected: Cost;
  /** Touched stack and bookkeeping of one thread. */
  readonly threadBytes: Cost;
  /** One task in flight inside a thread: coroutine, goroutine, promise chain. */
  readonly taskBytes: Cost;
  /** Buffers of one open connection, without the kernel's socket. */
  readonly connectionBytes: Cost;
  /** The heap grows by this share of the live heap before garbage is collected (GOGC). */
  readonly collectGrowth: Cost;
  /** The heap below which nothing is collected, however little of it is alive. */
  readonly collectFloor: Cost;
  /** How fast a collection scans live memory, per core. */
  readonly collectScan: Cost;
  /** How fast a collection copies live memory, per core. */
  readonly collectCopy: Cost;
  /** What a stop of the world takes before anything is scanned or copied. */
  readonly collectPause: Cost;
  /** From the death of a process until its successor serves. */
  readonly restart: Cost;
}

export type CostName = keyof Costs;

/**
 * When a loop or poller that sleeps until its next timer wakes. `exact`: then. The others wait in
 * whole milliseconds: `rounds-up` (asyncio), `rounds-down`, and 1 ms at least (Go), `loop-clock`:
 * time itself is counted in whole milliseconds (libuv).
 */
export type TimerWait = "exact" | "rounds-up" | "rounds-down" | "loop-clock";

/** What the runtime's own locks and semaphores do when they are released. */
export interface Waking {
  readonly lock: LockRule;
  /** Who has a lock may take it again. */
  readonly isReentrant: boolean;
  readonly semaphore: WakingRule;
  readonly source: string;
}

/** Who collects garbage: a file of `runtimes/collectors/`, or it disappears at once. */
export type CollectorName = "none" | "go" | "g1" | "v8" | "cpython" | "cpython-free-threaded";

/** In which order a loop runs what is ready; see `loop-turns.ts`. */
export type TurnOrder = "batch" | "phases" | "tasks";

/** How connections are spread over several loops; see `loop-acceptor.ts`. */
export type Spread = "primary" | "one-accepts" | "whoever-polls";

export interface Profile {
  /** "CPython process", "Go runtime": the title of its box in the flow view. */
  readonly label: string;
  readonly costs: Costs;
  /** Backlog handed to `listen`; the kernel's somaxconn limits it further. */
  readonly backlog: { readonly value: number; readonly source: string };
  /** Connections open at once per process; Infinity: no limit. */
  readonly maxConnections: { readonly value: number; readonly source: string };
  /** Connections accepted per readable event of the listening socket, at most. */
  readonly acceptBurst: { readonly value: number; readonly source: string };
  readonly spread: Spread;
  /** Threads: the main thread of each process accepts, as bytecode that needs the GIL. */
  readonly acceptor?: "main-thread";
  /** Over its connection limit it refuses what comes, instead of letting it wait in the kernel. */
  readonly refusesOverLimit?: true;
  /** Worker processes are forked from one that has loaded everything, and share its pages. */
  readonly forks?: true;
  readonly timerWait: TimerWait;
  /** What is sent goes straight to who waits for it; else everybody competes for the buffer. */
  readonly channelsHandOff: boolean;
  /**
   * Who starts a thread sleeps until it runs (`waits`), and the new one until he has come back
   * (`held`); missing: neither.
   */
  readonly threadStart?: "waits" | "held";
  readonly waking: Waking;
  readonly collector: CollectorName;
  readonly turn: TurnOrder;
  /** True: the operating system's costs are zero as well. */
  readonly neutral: boolean;
}

export function cost(value: number, unit: Cost["unit"], source: string): Cost {
  return { value, unit, source };
}

/** The plain numbers that models compute with: a lane's overrides over the profile's values. */
export type CostValues = { readonly [name in CostName]: number };

export function costValues(
  profile: Profile,
  overrides: Readonly<Record<string, number>>,
): CostValues {
  const values: Record<string, number> = {};
  for (const [name, entry] of Object.entries(profile.costs) as [CostName, Cost][]) {
    values[name] = Object.hasOwn(overrides, name) ? overrides[name]! : entry.value;
  }
  return values as CostValues;
}
