/**
 * What runs are explained with: resources and bounds, textbook queues, and studies that take many
 * runs. Types only, part of `api.ts`.
 */

// ---- Resources and laws --------------------------------------------------------------------------

/** What may run out in a lane. */
export type ResourceKind =
  | "cpu"
  | "cpu-limit"
  | "gil"
  | "threads"
  | "loop"
  | "executor"
  | "carriers"
  | "pool"
  | "lock";

/** A resource with a capacity, as the measured part of a run has used it. */
export interface ResourceUse {
  readonly kind: ResourceKind;
  /** The place whose tasks use it or wait for it. */
  readonly place: string;
  /** "GIL", "CPU", "thread pool", "pool db", "event loop" */
  readonly name: string;
  /** How many there are: cores, threads, connections. */
  readonly units: number;
  /** Share in use on average, 0 to 1. */
  readonly used: number;
  /** Mean number of tasks that wait for it. */
  readonly waiting: number;
  /** Mean wait per request by Little's law, ms. */
  readonly waitMs: number;
  /** Time that one request keeps one unit, ms, by the utilisation law. */
  readonly demandMs: number;
  /** Requests per second at which it is used up. */
  readonly ceiling: number;
  /** Of a lock that one at a time holds: the share of a request's computing it covers. */
  readonly serialShare?: number;
}

/** Asymptotic bounds of a fixed number of users with one program. */
export interface Bounds {
  readonly users: number;
  readonly thinkMs: number;
  /** What one request takes when nobody is in its way, ms. */
  readonly demandMs: number;
  /** Most requests per second, were nothing ever waited for: N ÷ (D + Z). */
  readonly byUsers: number;
  /** Most requests per second that the resources can carry: c ÷ Dmax. */
  readonly byResources: number;
  /** max(D, N·Dmax ÷ c − Z), ms. */
  readonly leastLatencyMs: number;
  /** Number of users at which the two bounds meet. */
  readonly knee: number;
}

// ---- Textbook queues -----------------------------------------------------------------------------

/** What queueing theory says of a lane in its steady state. */
export interface Textbook {
  /** In Kendall's notation: "M/M/1", "M/D/1", "M/M/8/20". */
  readonly queue: string;
  /** Whose formula it is. */
  readonly law: "erlang-b" | "erlang-c" | "pollaczek-khinchine" | "sharing" | "mva";
  /** True where it holds only in the limit, of short time slices. */
  readonly isLimit: boolean;
  readonly exact: TextbookFigures;
  /** The lane's own load: arrivals per second, or users. */
  readonly load: number;
  /** The same queue under other loads: [load, mean ms, throughput]. */
  readonly curve: {
    readonly unit: "rate" | "users";
    readonly points: readonly (readonly [number, number, number])[];
  };
}

/** Percentiles are there where their distribution is known in closed form. */
export interface TextbookFigures {
  readonly throughput: number;
  readonly meanMs: number;
  readonly errorRate: number;
  /** Cores in use; absent where the servers only wait. */
  readonly busyCores?: number;
  readonly p50Ms?: number;
  readonly p90Ms?: number;
  readonly p95Ms?: number;
  readonly p99Ms?: number;
  readonly p999Ms?: number;
}

// ---- Many runs of one scenario -------------------------------------------------------------------

/** Figures of a lane's result that replications estimate. */
export type ReplicatedMetric =
  | "throughput"
  | "meanMs"
  | "p50Ms"
  | "p99Ms"
  | "errorRate"
  | "memoryBytes"
  | "cpu"
  | "switches";

/** A mean over replications with its 95 % confidence interval, NaN where that is unknown. */
export interface MeanEstimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface IntervalSeries {
  readonly low: Float64Array;
  readonly high: Float64Array;
}

export interface ReplicatedLane {
  /** Times of the bands' instants, ns. */
  readonly t: Float64Array;
  /** Intervals instant by instant: per second, ms, bytes, cores in use. */
  readonly bands: {
    readonly throughput: IntervalSeries;
    readonly p99: IntervalSeries;
    readonly memory: IntervalSeries;
    readonly cpu: IntervalSeries;
  };
  readonly means: Readonly<Record<ReplicatedMetric, MeanEstimate>>;
  /** Over the first lane, replication by replication. */
  readonly differences: Readonly<Record<ReplicatedMetric, MeanEstimate>>;
}

export interface ReplicationProgress {
  /** Replications that all lanes have finished. */
  readonly count: number;
  readonly most: number;
  readonly isOver: boolean;
  /** Why it ended early. */
  readonly reason?: string;
  /** New estimates, with each replication from the third on. */
  readonly lanes?: readonly ReplicatedLane[];
}

/** A lane under so many users who never think. */
export interface ScaledLevel {
  readonly users: number;
  readonly throughput: number;
  readonly meanMs: number;
}

/** The universal scalability law, fitted. */
export interface UslFit {
  /** Requests per second of one user. */
  readonly lambda: number;
  /** Contention: the share that queues. */
  readonly sigma: number;
  /** Coherency: the price of agreeing, per pair. */
  readonly kappa: number;
  /** Share of the throughputs' variance that the fit explains (R²). */
  readonly explained: number;
  /** Users beyond which throughput falls; absent where it never does. */
  readonly peakUsers?: number;
}

export interface ScalabilityProgress {
  readonly levels: readonly ScaledLevel[];
  /** The last level, unless the lane needs too much before. */
  readonly mostUsers: number;
  readonly isOver: boolean;
  /** What one request takes alone, ms, and the lowest ceiling of the resources, per second. */
  readonly bounds: { readonly demandMs: number; readonly ceiling: number };
  /** From four levels on. */
  readonly fit?: UslFit;
  /** The fitted law at the levels: [users, throughput]. */
  readonly fitted?: readonly (readonly [number, number])[];
}

/** Work that takes many runs; what was begun before is dropped. */
export interface Laboratory {
  /** Begins up to `most` runs of a valid document with other seeds. */
  startReplications(document: unknown, most: number): Promise<void>;
  /** Goes on with them for about `budgetMs` of real time. */
  replicate(budgetMs: number): Promise<ReplicationProgress>;
  /** Begins to run a lane of a valid document under more and more users. */
  startScaling(document: unknown, lane: number): Promise<void>;
  /** Goes on with that for about `budgetMs` of real time. */
  scale(budgetMs: number): Promise<ScalabilityProgress>;
}
