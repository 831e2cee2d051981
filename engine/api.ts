/**
 * What crosses between the engine and the interface: types only. `web/` imports nothing else from
 * `engine/`. All data here survives structured cloning.
 */
import type { Scenario } from "./scenario/schema.ts";

export type { Scenario };

/** One thing that is wrong with a document: where, what, and what would be right. */
export interface Problem {
  /** As in `lanes[1].runtime.threads`; empty for the document as a whole. */
  readonly path: string;
  /** "expected a whole number from 1 to 100000, got "many"" */
  readonly message: string;
}

// ---- What a lane is made of -------------------------------------------------------------------

/** What a task in this place does, which decides how it is drawn (DESIGN.md, states). */
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

/** What shows up as one row of the schedule, in the order in which rows are drawn. */
export interface ScheduleRow {
  readonly kind: "core" | "gil" | "thread" | "loop" | "processor";
  /** "cpu0", "T07", "P2", "loop 1" */
  readonly label: string;
}

export interface Topology {
  readonly places: readonly Place[];
  readonly edges: readonly Edge[];
  /** "CPython process", "Go runtime" ... and how many of them there are. */
  readonly runtimeLabel: string;
  readonly processes: number;
  readonly cores: number;
}

/** The columns of one sample; index 0 is the virtual time (ns) at which the sample was taken. */
export interface SeriesLayout {
  /** Virtual time between two samples, in nanoseconds. */
  readonly sampleNs: number;
  /**
   * Column names. Fixed: `t`, `started`, `completed`, `failed` (counts in the sample),
   * `p50`, `p95`, `p99` (ms, over the last five samples; NaN without data),
   * `cpu.user`, `cpu.system`, `cpu.gc` (core-seconds per second, that is cores in use),
   * `mem.<kind>` (bytes), `place.<name>` (mean tasks in the place during the sample),
   * `edge.<i>` (moves along topology.edges[i] in the sample),
   * `heat.<i>` (requests completed in the sample whose latency lies in bin i: eight bins to a power
   * of two, bin 0 from 1024 ns; those below and above the bins are in the first and last one).
   */
  readonly columns: readonly string[];
}

// ---- Running a lane -----------------------------------------------------------------------------

export type LoadReply =
  | {
      readonly kind: "ready";
      readonly topology: Topology;
      readonly series: SeriesLayout;
      readonly durationNs: number;
      readonly warmupNs: number;
      /** Planned arrivals: [t ns, requests per second] or users, corner by corner. */
      readonly planned: {
        readonly unit: "rate" | "users";
        readonly points: readonly (readonly [number, number])[];
      };
      /** Where the lane is a queue of the textbooks exactly as its document states it. */
      readonly textbook?: Textbook;
    }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

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

/** One batch from a lane: everything new since the last one. */
export interface Progress {
  readonly kind: "running" | "finished" | "stopped";
  /** Virtual time reached, ns. */
  readonly nowNs: number;
  readonly events: number;
  /** Number of the first of the new samples; those from it on that came before are void. */
  readonly firstSample: number;
  /** New samples, row-major, `SeriesLayout.columns.length` numbers each. */
  readonly samples: Float64Array;
  /** Tasks in each place at `nowNs`. */
  readonly occupancy: Float64Array;
  /** Moves along each edge since the start. */
  readonly edgeCounts: Float64Array;
  /** Share of the time since the last batch that each core was busy, 0 to 1. */
  readonly coreBusy: Float64Array;
  /** Text for people where `kind` is "stopped": which budget was reached. */
  readonly reason?: string;
}

/**
 * A stretch of the schedule, as columns: row `row[i]` is in `state[i]` from `start[i]` to `end[i]`
 * (ns), working for `task[i]` (-1: nobody's).
 */
export interface ScheduleSlices {
  readonly rows: readonly ScheduleRow[];
  readonly row: Int32Array;
  readonly state: Uint8Array;
  readonly task: Int32Array;
  readonly start: Float64Array;
  readonly end: Float64Array;
  /** Virtual time from which the ring still remembers everything, ns. */
  readonly recordedFromNs: number;
}

/** What `ScheduleSlices.state` tells: 0 idle, 1 run, 2 ready and so on in this order. */
export type SliceState =
  | "idle"
  | "run"
  | "ready"
  | "gil"
  | "io"
  | "lock"
  | "pool"
  | "gc"
  | "throttled";

// ---- Single requests ----------------------------------------------------------------------------

/** Which of the remembered requests to list: those that ended within a stretch of time ... */
export interface RequestQuery {
  readonly fromNs: number;
  readonly toNs: number;
  /** ... with a latency from `fastestNs` up to and without `slowestNs`. */
  readonly fastestNs: number;
  readonly slowestNs: number;
  /** Success and failure are never mixed. */
  readonly failed: boolean;
  readonly order: "slowest" | "latest";
  readonly limit: number;
}

/** A request that has ended. */
export interface EndedRequest {
  /** Name of its class; it is the `number`-th of it, counted from 0, on every lane. */
  readonly request: string;
  readonly number: number;
  readonly beganNs: number;
  /** When its client had the answer, or gave up. */
  readonly endedNs: number;
  readonly outcome: "completed" | "timeout" | "rejected" | "error" | "crash";
  /** Time in each of the topology's places, ns; adds up to the latency. */
  readonly spentNs: Float64Array;
}

export interface RequestPage {
  readonly requests: readonly EndedRequest[];
  /** How many match, listed or not. */
  readonly matching: number;
  /** Requests that ended before this (ns) are forgotten. */
  readonly recordedFromNs: number;
  /** Mean time (ns) in each place of those about the median, and of the slowest percent. */
  readonly typical: { readonly p50: Float64Array; readonly p99: Float64Array };
}

/** A stay of a request in one place, during one step of its program. */
export interface Stay {
  /** Index into the topology's places. */
  readonly place: number;
  /** Number of the step in reading order, nested ones included; −1: before the first. */
  readonly step: number;
  readonly fromNs: number;
  readonly toNs: number;
}

/** What one request did, stay by stay, without a gap. */
export interface Waterfall {
  readonly request: EndedRequest;
  readonly stays: readonly Stay[];
}

/** The engine as one lane's worker exposes it. No call blocks for longer than its budget. */
export interface LaneEngine {
  /** Builds lane `lane` of a document; the previous run of this worker is dropped. */
  load(document: unknown, lane: number): Promise<LoadReply>;
  /** Computes up to virtual time `untilNs`, for at most `budgetMs` of real time. */
  advance(untilNs: number, budgetMs: number): Promise<Progress>;
  /** Computes one event. */
  step(): Promise<Progress>;
  /**
   * Back to virtual time `toNs`; where `budgetMs` of real time are too short for that, to a moment
   * before it, from which `advance` leads there.
   */
  rewind(toNs: number, budgetMs: number): Promise<Progress>;
  /** Takes back one event. */
  stepBack(): Promise<Progress>;
  /** The result as of now; final once the run has finished. */
  result(): Promise<LaneResult>;
  /** Requests that ended, as far as they are remembered. */
  requests(query: RequestQuery): Promise<RequestPage>;
  /**
   * What the `number`-th request of class `request` did; undefined where it is not remembered. Its
   * part of the run is computed once more, and the run is then where it was.
   */
  inspect(request: string, number: number): Promise<Waterfall | undefined>;
  /** What the trace ring holds of [fromNs, toNs], at most `maxRows` rows. */
  schedule(fromNs: number, toNs: number, maxRows: number): Promise<ScheduleSlices>;
}

/** The front door that is not tied to a run: parsing, links, the scenarios that ship. */
export type ParseReply =
  | { readonly kind: "ok"; readonly scenario: Scenario }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

export type LinkReply =
  | { readonly kind: "ok"; readonly hash: string }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

/** Work on documents that needs no run: the interface asks it in a worker too. */
export interface Desk {
  /** Parses JSON text or a document; problems carry path and remedy. */
  parse(source: unknown): Promise<ParseReply>;
  /** The part of a share link after `#`. */
  encodeLink(document: unknown): Promise<LinkReply>;
  decodeLink(hash: string): Promise<ParseReply>;
  /** The digest of a run from its lanes' digests, in lane order. */
  digest(laneDigests: readonly string[]): Promise<string>;
}

// ---- Results: scenario format, "Result" --------------------------------------------

export interface LatencySummary {
  readonly mean: number;
  readonly stddev: number;
  readonly min: number;
  readonly p50: number;
  readonly p90: number;
  readonly p95: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

export type Verdict = "holds" | "fails" | "undecided";

export interface ClaimResult {
  readonly metric: string;
  readonly below?: number;
  readonly above?: number;
  readonly is?: number;
  readonly within?: number;
  readonly source?: string;
  /** null where the run produced no such number. */
  readonly value: number | null;
  readonly verdict: Verdict;
}

/** What may run out in a lane. */
export type ResourceKind =
  | "cpu"
  | "cpu-limit"
  | "gil"
  | "threads"
  | "loop"
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

export interface LaneResult {
  readonly name: string;
  readonly virtualSeconds: number;
  readonly measuredSeconds: number;
  readonly events: number;
  readonly wallSeconds: number;
  readonly requests: {
    readonly started: number;
    readonly completed: number;
    readonly failed: {
      readonly timeout: number;
      readonly rejected: number;
      readonly error: number;
      readonly crash: number;
    };
    readonly inFlight: number;
  };
  /** Completed per second in the measured part. */
  readonly throughput: number;
  readonly errorRate: number;
  readonly latencyMs: LatencySummary;
  readonly confidence: {
    readonly throughput: readonly [number, number];
    readonly meanMs: readonly [number, number];
    readonly p99Ms: readonly [number, number];
  };
  readonly breakdownMs: Readonly<Record<string, number>>;
  readonly classes: Readonly<
    Record<
      string,
      {
        readonly completed: number;
        readonly throughput: number;
        readonly latencyMs: LatencySummary;
      }
    >
  >;
  readonly cpu: {
    /** Share of the cores' time. */
    readonly utilization: number;
    readonly userSeconds: number;
    readonly systemSeconds: number;
    readonly gcSeconds: number;
    /** Of the cores, stalls by a CPU limit included. */
    readonly idleSeconds: number;
    /** Where `machine.cpus` sets a limit. */
    readonly limit?: {
      readonly cpus: number;
      /** Share of the limit that was used. */
      readonly utilization: number;
      /** Share of the periods in which a core was throttled. */
      readonly throttledPeriods: number;
      /** Core time spent throttled, summed over the cores. */
      readonly throttledSeconds: number;
    };
  };
  readonly gil: { readonly held: number; readonly switches: number };
  readonly contextSwitches: {
    readonly voluntary: number;
    readonly involuntary: number;
    readonly task: number;
  };
  readonly memoryBytes: {
    readonly mean: number;
    readonly peak: number;
    readonly kinds: Readonly<Record<string, number>>;
  };
  /** Objects that programs took from pools of them: there already, or made anew. */
  readonly objectPools?: Readonly<
    Record<string, { readonly hits: number; readonly misses: number }>
  >;
  readonly places: Readonly<Record<string, { readonly mean: number; readonly max: number }>>;
  readonly bottleneck: { readonly place: string; readonly text: string; readonly law: string };
  /** Busiest first; empty before the warm-up is over. Restates other figures: not in the digest. */
  readonly resources: readonly ResourceUse[];
  /** Where the load is a fixed number of users. Not in the digest either. */
  readonly bounds?: Bounds;
  readonly claims: readonly ClaimResult[];
  /** Digest of this lane alone. */
  readonly digest: string;
}

export interface RunResult {
  readonly scenario: string;
  readonly version: number;
  readonly seed: number;
  readonly engine: string;
  /** Over all lanes; the scenario gives the same digest in every browser and in Node. */
  readonly digest: string;
  readonly lanes: readonly LaneResult[];
}
