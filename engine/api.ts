/**
 * What crosses between the engine and the interface: types only. `web/` imports nothing else from
 * `engine/`. All data here survives structured cloning.
 */
import type { Internals, PlaceTasks } from "./api-internals.ts";
import type {
  FoundSlice,
  ScheduleQuery,
  ScheduleSlices,
  SliceDetail,
  SliceSearch,
} from "./api-schedule.ts";
import type { Bounds, ResourceUse, Textbook } from "./api-studies.ts";
import type { Topology } from "./api-topology.ts";
import type { Scenario } from "./scenario/schema.ts";

export type { Scenario };
export type * from "./api-internals.ts";
export type * from "./api-schedule.ts";
export type * from "./api-studies.ts";
export type * from "./api-topology.ts";

/** One thing that is wrong with a document: where, what, and what would be right. */
export interface Problem {
  /** As in `lanes[1].runtime.threads`; empty for the document as a whole. */
  readonly path: string;
  /** "expected a whole number from 1 to 100000, got "many"" */
  readonly message: string;
}

// ---- What a lane is made of -------------------------------------------------------------------

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
        /** There are users as well, whose requests nobody plans. */
        readonly isPart?: true;
        /** Some of it is a recording: its corners are no stages. */
        readonly isRecorded?: true;
      };
      /** Where the lane is a queue of the textbooks exactly as its document states it. */
      readonly textbook?: Textbook;
    }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

/** Which moves of tasks a lane is to tell with each batch. */
export interface MoveQuery {
  /** Of the moves along each edge every so-many-th since the start of the run; 1: all of them. */
  readonly every: number;
  /** The last so many of a batch. */
  readonly most: number;
  /** On the way back the moves of this stretch (ns) before the moment that is reached, at least. */
  readonly lookbackNs: number;
}

/** Moves as columns, in the order in which they happened. */
export interface Moves {
  readonly every: number;
  /** Virtual time, ns. */
  readonly timeNs: Float64Array;
  /** Index into the topology's edges. */
  readonly edge: Uint16Array;
  /** Number of the task that moved; parts of one request are tasks of their own. */
  readonly task: Int32Array;
  /** Which request it moved for: index of its class, and which one of that class on every lane. */
  readonly cls: Uint8Array;
  readonly number: Int32Array;
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
  /** What moved on the way here, where that is watched. */
  readonly moves?: Moves;
  /** Text for people where `kind` is "stopped": which budget was reached. */
  readonly reason?: string;
  /** Where the lane has changed since the last batch: places and edges are the same. */
  readonly topology?: Topology;
}

// ---- Single requests ----------------------------------------------------------------------------

/** How a request ended. */
export type Outcome = "completed" | "timeout" | "rejected" | "error" | "crash";

/** Which request: the `number`-th of its class, counted from 0, on every lane. */
export interface RequestName {
  /** Name of the class. */
  readonly request: string;
  readonly number: number;
}

/** Success and failure are never mixed, nor what has not come to either yet. */
export interface RequestKind {
  readonly outcome: Outcome | "failed" | "open";
  /** Requests of this class alone. */
  readonly request?: string;
}

/** Which requests to list: those that ended within a stretch of time ... */
export interface RequestQuery extends RequestKind {
  readonly fromNs: number;
  readonly toNs: number;
  /** ... with a latency from `fastestNs` up to and without `slowestNs`. */
  readonly fastestNs: number;
  readonly slowestNs: number;
  readonly order: "slowest" | "latest";
  readonly limit: number;
}

export interface SeenRequest extends RequestName {
  readonly beganNs: number;
  /** When its client had the answer, or gave up; of an open one, the present. */
  readonly endedNs: number;
  readonly outcome: Outcome | "open";
  /** Time in each of the topology's places, ns; adds up to the latency. */
  readonly spentNs: Float64Array;
}

export interface RequestPage {
  readonly requests: readonly SeenRequest[];
  /** How many match, listed or not. */
  readonly matching: number;
  /** By place: of those that match, how many spent more time there than anywhere else. */
  readonly mostIn: Float64Array;
  /** How many there are of each outcome in the same stretch of time and latency. */
  readonly outcomes: Readonly<Record<Outcome | "open", number>>;
  /** All requests that ended in this stretch (ns) were looked at, and no others. */
  readonly coveredNs: readonly [number, number];
  /** Mean time (ns) in each place of those about the median, and of the slowest percent. */
  readonly typical: { readonly p50: Float64Array; readonly p99: Float64Array };
}

/** When requests ended, and their latencies (ns), in the order of their ends. */
export interface RequestTimes {
  readonly endedNs: Float64Array;
  readonly tookNs: Float64Array;
  /** Those that ended before this (ns) are forgotten. */
  readonly recordedFromNs: number;
}

/** A request, or the runtime itself, that had what another waited for. */
export interface Holder {
  /** undefined: a thread that worked for no request, such as the collector's. */
  readonly of: RequestName | undefined;
  /** For so long during the wait. */
  readonly ns: number;
}

/** A stay of a request in one place, during one step of its program. */
export interface Stay {
  /** Index into the topology's places. */
  readonly place: number;
  /** Number of the step in reading order, nested ones included; −1: before the first. */
  readonly step: number;
  readonly fromNs: number;
  readonly toNs: number;
  /** Others that were in the place when it came there. */
  readonly others: number;
  /**
   * Who had what it waited for, the longest first; at most a dozen: the lock, pool or GIL, the
   * threads that serve requests, or the core in whose queue its thread stood.
   */
  readonly holders: readonly Holder[];
  /** How many had it, listed or not. */
  readonly heldBy: number;
}

/** What one request did, stay by stay, without a gap. */
export interface Waterfall {
  readonly request: SeenRequest;
  readonly stays: readonly Stay[];
  /** Threads that worked for it, in the order in which they first did. */
  readonly threads: readonly string[];
}

/** Latencies in ns. */
export interface Percentiles {
  readonly p50: number;
  readonly p90: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
}

/**
 * The same answers under two stopwatches: `honest` from when a request was due, `naive` from when
 * a tester with so many connections would have sent it, because it sends nothing over a connection
 * that still waits for an answer (Tene's "coordinated omission").
 */
export interface TesterComparison {
  readonly connections: number;
  /** Answered requests of the measured part that are compared ... */
  readonly requests: number;
  /** ... which ended in this stretch (ns). */
  readonly coveredNs: readonly [number, number];
  readonly honest: Percentiles;
  readonly naive: Percentiles;
  /** Of them the tester would have sent so many late, one of them by `latestNs`. */
  readonly late: number;
  readonly latestNs: number;
  /** The naive latencies in the bins of the columns `heat.<i>`. */
  readonly naiveBins: Float64Array;
}

/** The engine as one lane's worker exposes it. No call blocks for longer than its budget. */
export interface LaneEngine {
  /**
   * Builds lane `lane` of a document; the previous run of this worker is dropped. `remembered`: how
   * many changes of state of its schedule it keeps; the others are computed anew when asked for.
   */
  load(document: unknown, lane: number, remembered?: number): Promise<LoadReply>;
  /** Computes up to virtual time `untilNs`, for at most `budgetMs` of real time. */
  advance(untilNs: number, budgetMs: number): Promise<Progress>;
  /** From the next batch on the lane tells moves; undefined: none. Changes nothing of the run. */
  watch(query: MoveQuery | undefined): Promise<void>;
  /** Computes one event. */
  step(): Promise<Progress>;
  /** Computes until a request ends, for at most `budgetMs` of real time; `ended`: one has. */
  stepRequest(budgetMs: number): Promise<{ readonly progress: Progress; readonly ended: boolean }>;
  /**
   * Back to virtual time `toNs`; where `budgetMs` of real time are too short for that, to a moment
   * before it, from which `advance` leads there.
   */
  rewind(toNs: number, budgetMs: number): Promise<Progress>;
  /** Takes back one event. */
  stepBack(): Promise<Progress>;
  /** The result as of now; final once the run has finished. */
  result(): Promise<LaneResult>;
  /** When the last request ended before virtual time `ns`, as far as that is remembered. */
  endBefore(ns: number): Promise<number | undefined>;
  /**
   * Requests of a kind. Where those of a stretch of the past are not remembered, it is computed once
   * more, and the run is then where it was.
   */
  requests(query: RequestQuery): Promise<RequestPage>;
  /** When the requests of a kind ended and how long they took, as far as that is remembered. */
  requestTimes(kind: RequestKind): Promise<RequestTimes>;
  /**
   * What a request did, up to now where it is still open; undefined where that cannot be told. Its
   * part of the run is computed once more, and the run is then where it was.
   */
  inspect(request: string, number: number): Promise<Waterfall | undefined>;
  /**
   * What a tester with so many connections would have reported; undefined without arrivals that
   * don't wait for answers, or without any answer to compare.
   */
  compareTesters(connections: number): Promise<TesterComparison | undefined>;
  /**
   * A stretch of the schedule. What the recording has forgotten of it is computed once more, for at
   * most `budgetMs` of real time.
   */
  schedule(query: ScheduleQuery, budgetMs: number): Promise<ScheduleSlices>;
  /** The slice of row `row` (`ScheduleRow.id`) at an instant; undefined: there is none. */
  slice(row: number, atNs: number): Promise<SliceDetail | undefined>;
  /** The next slice, or the one before, that begins after, or before, `fromNs`. */
  findSlice(search: SliceSearch, fromNs: number, forward: boolean): Promise<FoundSlice | undefined>;
  /** What cores, threads and the runtime's own parts do at this moment. */
  internals(): Promise<Internals>;
  /** Who is in place `place` at this moment, at most `limit` of them. */
  tasksIn(place: number, limit: number): Promise<PlaceTasks>;
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
    /** What the machine has: over it the kernel kills the process that holds most. */
    readonly limit: number;
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
