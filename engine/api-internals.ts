/**
 * The inside of a lane at one instant, as it crosses to the interface: types only, part of
 * `api.ts`. What a lane consists of stands in its topology (`Inside`). Threads, processes and tasks go by the engine's own numbers, which stay the
 * same for as long as the thing lives.
 */
import type { SliceState } from "./api.ts";

/** A request, on every lane: the `number`-th of its class, counted from 0. */
export interface RequestName {
  readonly request: string;
  readonly number: number;
}

export interface Internals {
  readonly nowNs: number;
  readonly events: number;
  /** The first of the cores; see `LISTED`. */
  readonly cores: readonly CoreNow[];
  /** The first of the processes. */
  readonly processes: readonly ProcessNow[];
  /** Threads that belong to none of the processes: a cluster's primary, a parent's timer. */
  readonly others: readonly ThreadNow[];
  /** In the order of `Topology.resources`. */
  readonly resources: readonly ResourceNow[];
  /** Connections that wait to be accepted, by listening socket. */
  readonly accepting: readonly number[];
}

export interface CoreNow {
  /** What its row of the schedule shows. */
  readonly state: SliceState;
  /** The thread on it, and that thread's label; −1 and "" where there is none. */
  readonly thread: number;
  readonly label: string;
  /** Threads that wait for this core. */
  readonly queued: number;
}

export type ThreadRole =
  | "worker"
  | "loop"
  | "executor"
  | "machine"
  | "carrier"
  | "collector"
  /** Accepts, starts what is due, polls: works for no request of its own. */
  | "helper";

export interface ThreadNow {
  readonly thread: number;
  /** As in the schedule: "T07", "loop", "M3". */
  readonly label: string;
  readonly role: ThreadRole;
  readonly state: SliceState;
  /** The request that it works for, running or not. */
  readonly request?: RequestName;
}

export interface ProcessNow {
  /** Dead, and not yet restarted. */
  readonly down: boolean;
  readonly memoryBytes: number;
  readonly connections: number;
  /** The first of its threads in the order of their numbers. */
  readonly threads: readonly ThreadNow[];
  /** All its threads by state, in the order of `SliceState`. */
  readonly states: readonly number[];
  readonly gil?: GilNow;
  readonly inside: InsideNow;
}

export interface GilNow {
  /** The thread that has it, or −1. */
  readonly holder: number;
  /** A waiter has asked the holder to let go. */
  readonly wanted: boolean;
  /** Who waits for it, in the order in which they will be woken. */
  readonly waiters: readonly number[];
  /** How many wait, listed or not. */
  readonly waiting: number;
  /** Time (ns) for which it has been held since the start. */
  readonly heldNs: number;
}

export type InsideNow =
  | {
      readonly kind: "threads";
      /** Requests in the queue in front of the pool. */
      readonly queued: number;
      /** Requests that the main thread has still to read. */
      readonly unread: number;
    }
  | {
      readonly kind: "event-loop";
      readonly loops: readonly LoopNow[];
      /** Offloaded tasks that wait for an executor. */
      readonly offloaded: number;
    }
  | {
      readonly kind: "goroutines";
      readonly processors: readonly ProcessorNow[];
      readonly globalQueue: number;
      /** Goroutines whose data has arrived, which nobody has noticed yet. */
      readonly networkReady: number;
      /** The M that sleeps in the network poller, or −1. */
      readonly poller: number;
      readonly idleMachines: number;
      readonly spinning: number;
    }
  | {
      readonly kind: "virtual-threads";
      readonly carriers: readonly CarrierNow[];
      readonly submitted: number;
      /** Virtual threads whose data has arrived, which no poller has noticed yet. */
      readonly networkReady: number;
    };

export interface LoopNow {
  readonly thread: number;
  /** In its selector, in a callback, in a call that blocks it; or its process is dead. */
  readonly doing: "polling" | "running" | "blocked" | "down";
  /** The queue that it takes callbacks from at present. */
  readonly phase: "ready" | "events" | "timers";
  /** Callbacks that are left of its present batch. */
  readonly batch: number;
  readonly ready: number;
  readonly events: number;
  readonly timers: number;
  readonly microtasks: number;
}

export interface ProcessorNow {
  readonly status: "idle" | "running" | "system-call";
  /** The M that has it, or −1. */
  readonly thread: number;
  readonly runnext: boolean;
  /** Goroutines in its ring. */
  readonly queued: number;
  /** Its M looks for work. */
  readonly spins: boolean;
  /** How often it has stolen from another's ring; from which P last, how many and when (ns). */
  readonly steals: number;
  readonly stoleFrom: number;
  readonly stole: number;
  readonly stoleAtNs: number;
}

export interface CarrierNow {
  readonly thread: number;
  /** A virtual thread is mounted. */
  readonly mounted: boolean;
  /** The mounted one waits and keeps its carrier: it is pinned, or in a blocking call. */
  readonly held: boolean;
  readonly queued: number;
}

export interface ResourceNow {
  /** Resources taken, holders of a lock, values in a channel's buffer. */
  readonly inUse: number;
  /** Resources that there are by now. */
  readonly open: number;
  /** The first of those who hold it. */
  readonly holders: readonly RequestName[];
  /** Who waits for it; of a channel: to send. */
  readonly waiting: number;
  /** Who waits to receive. */
  readonly receiving: number;
  readonly closed: boolean;
}

/** Who is in a place, those that came first at the front. */
export interface PlaceTasks {
  readonly nowNs: number;
  /** How many there are, listed or not. */
  readonly total: number;
  readonly tasks: readonly {
    readonly request: RequestName;
    /** A part of the request, or something that it has started. */
    readonly isPart: boolean;
    /** When it came into the place, and when its request began, ns. */
    readonly sinceNs: number;
    readonly beganNs: number;
  }[];
}
