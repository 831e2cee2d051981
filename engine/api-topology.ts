/**
 * What a lane is made of, as it crosses to the interface: types only, part of `api.ts`. All of it is
 * known before the run and stays the same.
 */

/** What a task in this place does, which decides how it is drawn. */
export type PlaceKind =
  | "client"
  | "queue"
  | "ready"
  | "run"
  | "gil"
  | "lock"
  | "pool"
  | "channel"
  | "io"
  | "blocked"
  | "timer"
  | "join"
  | "executor"
  | "gc"
  | "done"
  | "failed";

/** Which box of the flow view a place is drawn in. */
export type PlaceGroup = "client" | "kernel" | "runtime" | "outside" | "end";

export interface Place {
  /** The stable name used in results: `accept-queue`, `waiting-io`, `failed:timeout`. */
  readonly name: string;
  /** The name people read: "accept queue". */
  readonly label: string;
  readonly kind: PlaceKind;
  readonly group: PlaceGroup;
  /** How many tasks fit, where there is a limit. */
  readonly capacity?: number;
}

/** An edge that tasks may move along; `from` and `to` are indices into `Topology.places`. */
export interface Edge {
  readonly from: number;
  readonly to: number;
}

export interface Topology {
  readonly places: readonly Place[];
  readonly edges: readonly Edge[];
  /** "CPython process", "Go runtime" ... and how many of them there are. */
  readonly runtimeLabel: string;
  readonly processes: number;
  readonly cores: number;
  readonly inside: Inside;
  /** Pools, locks and channels that the lane's programs use. */
  readonly resources: readonly Resource[];
}

/** What the processes of a lane are made of; numbers are those of one process. */
export type Inside =
  | {
      readonly kind: "threads";
      /** Size of the pool; undefined: a thread for each request or connection. */
      readonly threads?: number;
      readonly gil: boolean;
    }
  | {
      readonly kind: "event-loop";
      readonly loops: number;
      readonly executors: number;
      readonly executorKind: "threads" | "workers" | "processes";
      readonly gil: boolean;
      /** In which order a turn of the loop takes callbacks: asyncio, libuv, Netty. */
      readonly turn: "batch" | "phases" | "tasks";
    }
  | { readonly kind: "goroutines"; readonly processors: number }
  | { readonly kind: "virtual-threads"; readonly carriers: number };

/** What tasks wait for each other with; `place` is an index into the topology's places. */
export interface Resource {
  readonly kind: "pool" | "lock" | "channel";
  readonly name: string;
  readonly place: number;
  /** Resources of the pool, values that the channel's buffer holds; 1 for a lock. */
  readonly size: number;
}
