/**
 * The lane model: one lane of a scenario after validation, with overrides merged, defaults filled
 * in and every unit resolved to a plain number (nanoseconds, bytes, requests per second).
 * `scenario/` produces it, everything below the document format consumes it.
 */

/** A duration that is drawn anew each time it is needed. All times in nanoseconds. */
export type Distribution =
  | { readonly kind: "constant"; readonly ns: number }
  | { readonly kind: "exponential"; readonly meanNs: number }
  | { readonly kind: "uniform"; readonly minNs: number; readonly maxNs: number }
  | { readonly kind: "normal"; readonly meanNs: number; readonly stddevNs: number }
  | { readonly kind: "lognormal"; readonly meanNs: number; readonly sigma: number }
  | { readonly kind: "gamma"; readonly meanNs: number; readonly shape: number }
  | { readonly kind: "weibull"; readonly scaleNs: number; readonly shape: number }
  | {
      readonly kind: "pareto";
      readonly minNs: number;
      readonly shape: number;
      /** Truncation point; Infinity when there is none. */
      readonly maxNs: number;
    }
  | {
      readonly kind: "hyperexponential";
      readonly branches: readonly { readonly p: number; readonly meanNs: number }[];
    }
  | {
      readonly kind: "empirical";
      /** [probability, ns] pairs, both ascending, from probability 0 to 1. */
      readonly quantiles: readonly (readonly [number, number])[];
    };

/** One step of a request program. */
export type Step =
  | { readonly kind: "cpu"; readonly demand: Distribution; readonly gil: "held" | "released" }
  | { readonly kind: "io"; readonly wait: Distribution }
  | { readonly kind: "block"; readonly wait: Distribution }
  | { readonly kind: "sleep"; readonly wait: Distribution }
  | {
      readonly kind: "offload";
      readonly steps: readonly Step[];
      /** Work of libuv's slow class, which may hold only half of its threads. */
      readonly slow?: boolean;
    }
  | {
      readonly kind: "choose";
      readonly branches: readonly { readonly p: number; readonly steps: readonly Step[] }[];
    }
  | {
      readonly kind: "hold" | "alloc";
      readonly bytes: number;
      /** Index into `LaneModel.objectPools` where the object is used again. */
      readonly objectPool?: number;
    }
  | { readonly kind: "fail"; readonly p: number }
  | {
      readonly kind: "acquire";
      /** Index into `LaneModel.pools`. */
      readonly pool: number;
      /** Infinity when the step waits as long as it takes. */
      readonly timeoutNs: number;
      readonly steps: readonly Step[];
    }
  | {
      readonly kind: "lock";
      /** Index into `LaneModel.locks`. */
      readonly lock: number;
      /** True: as a reader among others. */
      readonly shared: boolean;
      readonly steps: readonly Step[];
    }
  | {
      readonly kind: "atomic";
      /** Which cache line, among those the lane's programs name. */
      readonly line: number;
      readonly ops: number;
    }
  | {
      readonly kind: "parallel";
      readonly branches: readonly (readonly Step[])[];
      /** How many branches must finish before the request goes on. */
      readonly wait: number;
    }
  /** `channel` is an index into `LaneModel.channels`. */
  | { readonly kind: "send" | "receive" | "close"; readonly channel: number }
  | {
      readonly kind: "select";
      readonly cases: readonly SelectCase[];
      /** What happens when no case has become ready for so long; Infinity: never. */
      readonly timeoutNs: number;
      readonly timeoutSteps: readonly Step[];
      /** What happens at once when no case is ready; undefined: the task waits. */
      readonly otherwise: readonly Step[] | undefined;
    }
  | { readonly kind: "spawn"; readonly steps: readonly Step[] }
  | { readonly kind: "panic"; readonly p: number };

export interface SelectCase {
  readonly sends: boolean;
  readonly channel: number;
  readonly steps: readonly Step[];
}

export interface RequestClass {
  readonly name: string;
  readonly steps: readonly Step[];
}

/** A piecewise linear target: starts at `from`, reaches each stage's target at its end. */
export interface Ramp {
  readonly from: number;
  readonly stages: readonly { readonly durationNs: number; readonly target: number }[];
}

export type Arrivals =
  | { readonly kind: "poisson" }
  | { readonly kind: "uniform" }
  | { readonly kind: "gaps"; readonly gap: Distribution };

export type Executor =
  | {
      readonly kind: "constant-arrival-rate";
      readonly rate: number;
      readonly arrivals: Arrivals;
    }
  | { readonly kind: "ramping-arrival-rate"; readonly ramp: Ramp; readonly arrivals: Arrivals }
  | { readonly kind: "constant-vus"; readonly vus: number; readonly thinkTime: Distribution }
  | { readonly kind: "ramping-vus"; readonly ramp: Ramp; readonly thinkTime: Distribution }
  | {
      readonly kind: "trace";
      /** Arrival offsets from the load's start, ascending, in nanoseconds. */
      readonly timesNs: readonly number[];
      /** Factor on the `cpu` steps of each arrival; empty when all are 1. */
      readonly demand: readonly number[];
    }
  | {
      readonly kind: "trace-rates";
      /** [offset ns, requests per second] corners of a recorded profile, joined linearly. */
      readonly rates: readonly (readonly [number, number])[];
    };

export interface Load {
  readonly name: string;
  /** Index into `LaneModel.classes`. */
  readonly class: number;
  readonly executor: Executor;
  readonly startNs: number;
  /** Offset from `startNs` after which nobody sends any more; Infinity: until the run ends. */
  readonly durationNs: number;
  /** Infinity when the client waits for ever. */
  readonly timeoutNs: number;
  /** True when a time-out also stops the work on the server. */
  readonly cancel: boolean;
  readonly connections: { readonly count: number; readonly keepAlive: boolean };
  readonly origin: "client" | "inside";
}

interface RuntimeCommon {
  readonly profile: ProfileName;
  readonly processes: number;
  /** Length limit of the kernel's accept queue; undefined: the profile's default. */
  readonly backlog: number | undefined;
  readonly maxConnections: number | undefined;
  /** SO_REUSEPORT: every process listens on a socket of its own. */
  readonly reusePort: boolean;
  /** A panic ends the request as an error; else the process dies of it. */
  readonly recover: boolean;
  /** The JVM's collector; undefined: its default, or a runtime that has only one. */
  readonly collector: "g1" | "zgc" | undefined;
  /** Most bytes of one process's heap; undefined: the runtime's default. */
  readonly heapLimitBytes: number | undefined;
  /** Overrides of the profile's costs, by cost name, in the cost's own unit (ns, bytes, factor). */
  readonly costs: Readonly<Record<string, number>>;
}

export interface ThreadsRuntime extends RuntimeCommon {
  readonly model: "threads";
  readonly threads: number | "per-request" | "per-connection";
  /** Capacity of the queue in front of the pool; Infinity when unbounded. */
  readonly queue: number;
  /** undefined: no GIL. */
  readonly gil: { readonly switchIntervalNs: number } | undefined;
}

export interface EventLoopRuntime extends RuntimeCommon {
  readonly model: "event-loop";
  /** Loops per process. */
  readonly loops: number;
  readonly gil: { readonly switchIntervalNs: number } | undefined;
  /** What `offload` goes to: threads of the process, with a heap of their own, or processes. */
  readonly executorKind: "threads" | "workers" | "processes";
  /** How many of them each process has. */
  readonly executors: number;
}

export interface GoroutinesRuntime extends RuntimeCommon {
  readonly model: "goroutines";
  /** Ps per process. */
  readonly gomaxprocs: number;
  /** Per cent by which the heap may grow over what is alive; Infinity: off; undefined: 100. */
  readonly gogc: number | undefined;
  /** GOMEMLIMIT; Infinity when there is none. */
  readonly memoryLimitBytes: number;
}

export interface VirtualThreadsRuntime extends RuntimeCommon {
  readonly model: "virtual-threads";
  /** Carriers per process, without those that compensate for blocked ones. */
  readonly parallelism: number;
  /** Share of `io` steps that keep their carrier while they wait. */
  readonly pinned: number;
}

export type Runtime = ThreadsRuntime | EventLoopRuntime | GoroutinesRuntime | VirtualThreadsRuntime;

export type ProfileName =
  | "neutral"
  | "cpython-3.11"
  | "cpython-3.13t"
  | "asyncio"
  | "uvloop"
  | "node-20"
  | "go"
  | "go-fasthttp"
  | "jvm-platform"
  | "jvm-virtual"
  | "netty";

export interface Pool {
  readonly name: string;
  readonly size: number;
  /** Resources that there are from the start; more come one by one while tasks wait. */
  readonly minIdle: number;
  /** Who of those that wait is served first; `native`: as the runtime's own semaphore has it. */
  readonly order: "fifo" | "lifo" | "random" | "native";
  /** Infinity when a request may wait for ever. */
  readonly acquireTimeoutNs: number;
}

export interface Lock {
  readonly name: string;
  /** First come, first served, whatever the runtime's own locks do. */
  readonly fair: boolean;
  /** Some step takes it as a reader. */
  readonly hasReaders: boolean;
}

/** Every process has one of its own. */
export interface Channel {
  readonly name: string;
  /** 0: who sends waits for who receives. */
  readonly capacity: number;
}

/** A statement about the lane's result that the run checks. */
export interface Claim {
  /** Path into the lane's result: `throughput`, `latencyMs.p99`, `errorRate`, `cpu.utilization` ... */
  readonly metric: string;
  readonly below?: number;
  readonly above?: number;
  readonly is?: number;
  /** Relative half-width around `is`; absolute where `is` is a share (`errorRate`). */
  readonly within?: number;
  readonly source?: string;
}

/**
 * Whose costs: bare metal's by literature and estimate, those measured on the one machine that
 * predictions are scored on, or those of another machine that was measured. Under "truth", what a
 * program waits for is its runtime's own timer: `io` steps are `sleep` steps.
 */
export type CalibrationModel = "reference" | "truth" | MeasuredMachine;

/** Measurements by name, in the unit that the name ends in. */
export type Measurements = Readonly<
  Record<
    string,
    { readonly median: number; readonly runs?: readonly number[] | undefined } | undefined
  >
>;

/** A machine that was measured: each runtime that was found, on one core and on two. */
export interface MeasuredMachine {
  readonly name: string;
  readonly os?: Measurements | undefined;
  readonly python_1core?: Measurements | undefined;
  readonly python_2cores?: Measurements | undefined;
  readonly go_1core?: Measurements | undefined;
  readonly go_2cores?: Measurements | undefined;
  readonly node_1core?: Measurements | undefined;
  readonly node_2cores?: Measurements | undefined;
  readonly java_1core?: Measurements | undefined;
  readonly java_2cores?: Measurements | undefined;
}

/** From `atNs` on, after everything that is due by then, a lane goes by `model`. */
export interface Change {
  readonly atNs: number;
  readonly model: LaneModel;
}

export interface LaneModel {
  readonly name: string;
  /** Keys the lane's own draws: those of the runtime and the machine, which no lane shares. */
  readonly draws: string;
  readonly seed: number;
  readonly durationNs: number;
  readonly warmupNs: number;
  readonly machine: {
    readonly cores: number;
    /** CPU limit of the container, in cores: a quota per period. Undefined: none. */
    readonly cpus: number | undefined;
    readonly memoryBytes: number;
    readonly calibration: CalibrationModel;
  };
  readonly classes: readonly RequestClass[];
  readonly loads: readonly Load[];
  readonly runtime: Runtime;
  readonly pools: readonly Pool[];
  readonly channels: readonly Channel[];
  readonly locks: readonly Lock[];
  /** Pools that `hold` and `alloc` steps take their objects from, and the size of these. */
  readonly objectPools: readonly { readonly name: string; readonly bytes: number }[];
  /** How many cache lines the programs' `atomic` steps name. */
  readonly lines: number;
  /** The claims that name this lane or none, then the `slo` spelled out as claims. */
  readonly claims: readonly Claim[];
  /** In the order of their moments; the models in here have none. */
  readonly changes: readonly Change[];
}
