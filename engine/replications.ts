/**
 * The same scenario with other seeds, one run after the other, for confidence intervals. A run
 * here records neither schedule nor single requests. Lanes with the same seed keep having the same:
 * they stay comparable request by request.
 */
import type {
  LaneResult,
  ReplicatedLane,
  ReplicatedMetric,
  ReplicationProgress,
  Scenario,
} from "./api.ts";
import { BudgetError } from "./kernel/assert.ts";
import { Stream } from "./kernel/random.ts";
import {
  estimate,
  FEWEST_REPLICATIONS,
  pairedDifference,
  pointwise,
  type Estimate,
} from "./measure/replicated.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { createSimulation, EVENTS_PER_LOOK, type Simulation } from "./simulation.ts";

export class Replications {
  private readonly scenario: Scenario;
  private readonly most: number;
  private readonly lanes: LaneRecord[];
  private running: Simulation | undefined = undefined;
  private lane = 0;
  private complete = 0;
  private reason: string | undefined = undefined;

  constructor(scenario: Scenario, most: number) {
    this.scenario = scenario;
    this.most = most;
    this.lanes = scenario.lanes.map(() => ({ figures: [], series: [] }));
  }

  /** Goes on until `isLate`; estimates come with each replication that all lanes have finished. */
  advance(isLate: () => boolean): ReplicationProgress {
    const before = this.complete;
    while (!this.isOver && !isLate()) this.compute();
    const fresh = this.complete > before && this.complete >= FEWEST_REPLICATIONS;
    return {
      count: this.complete,
      most: this.most,
      isOver: this.isOver,
      ...(this.reason === undefined ? {} : { reason: this.reason }),
      ...(fresh ? { lanes: this.estimates() } : {}),
    };
  }

  private get isOver(): boolean {
    return this.reason !== undefined || this.complete >= this.most;
  }

  private compute(): void {
    try {
      this.running ??= this.begin();
      const status = this.running.runUntil(Infinity, EVENTS_PER_LOOK);
      if (status === "stopped") this.reason = this.running.reason ?? "a run was stopped";
      if (status === "finished") this.finish(this.running);
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      this.reason = error.message;
    }
  }

  private begin(): Simulation {
    const model = laneModel(this.scenario, this.lane);
    const draw = new Stream(model.seed, `replication:${this.complete + 1}`).next();
    return createSimulation({ ...model, seed: Math.floor(draw * 2147483648) });
  }

  private finish(simulation: Simulation): void {
    const record = this.lanes[this.lane]!;
    record.figures.push(figuresOf(simulation.result(0)));
    record.series.push(seriesOf(simulation));
    this.running = undefined;
    this.lane += 1;
    if (this.lane < this.lanes.length) return;
    this.lane = 0;
    this.complete += 1;
  }

  private estimates(): readonly ReplicatedLane[] {
    const first = this.lanes[0]!;
    return this.lanes.map((lane): ReplicatedLane => {
      const of = (metric: ReplicatedMetric, from: LaneRecord): readonly number[] =>
        from.figures.slice(0, this.complete).map((figures) => figures[metric]);
      const bands = (name: keyof Series): ReturnType<typeof pointwise> =>
        pointwise(lane.series.slice(0, this.complete).map((series) => series[name]));
      return {
        t: lane.series[0]!.t,
        bands: {
          throughput: bands("throughput"),
          p99: bands("p99"),
          memory: bands("memory"),
          cpu: bands("cpu"),
        },
        means: perMetric((metric) => estimate(of(metric, lane))),
        differences: perMetric((metric) => pairedDifference(of(metric, lane), of(metric, first))),
      };
    });
  }
}

// ---- What is kept of a run ------------------------------------------------------------------------

type Figures = Readonly<Record<ReplicatedMetric, number>>;

/** The series that charts draw, in their units: per second, ms, bytes, cores. */
interface Series {
  readonly t: Float64Array;
  readonly throughput: Float64Array;
  readonly p99: Float64Array;
  readonly memory: Float64Array;
  readonly cpu: Float64Array;
}

interface LaneRecord {
  readonly figures: Figures[];
  readonly series: Series[];
}

const METRICS: readonly ReplicatedMetric[] = [
  "throughput",
  "meanMs",
  "p50Ms",
  "p99Ms",
  "errorRate",
  "memoryBytes",
  "cpu",
  "switches",
];

function perMetric(
  of: (metric: ReplicatedMetric) => Estimate,
): Readonly<Record<ReplicatedMetric, Estimate>> {
  const entries = METRICS.map((metric) => [metric, of(metric)] as const);
  return Object.fromEntries(entries) as Record<ReplicatedMetric, Estimate>;
}

function figuresOf(result: LaneResult): Figures {
  const { latencyMs, contextSwitches, measuredSeconds } = result;
  return {
    throughput: result.throughput,
    meanMs: latencyMs.mean,
    p50Ms: latencyMs.p50,
    p99Ms: latencyMs.p99,
    errorRate: result.errorRate,
    memoryBytes: result.memoryBytes.peak,
    cpu: result.cpu.utilization,
    switches: (contextSwitches.voluntary + contextSwitches.involuntary) / measuredSeconds,
  };
}

/** Charts smooth over so many samples: a second of a run that is sampled every 200 ms. */
const WINDOW = 5;

function seriesOf(simulation: Simulation): Series {
  const { columns } = simulation.series;
  const rows = simulation.takeSamples();
  const count = rows.length / columns.length;
  const column = (name: string): Float64Array => {
    const at = columns.indexOf(name);
    return Float64Array.from({ length: count }, (_, row) => rows[row * columns.length + at]!);
  };
  const under = (prefix: string): Float64Array =>
    columns
      .filter((name) => name.startsWith(prefix))
      .map(column)
      .reduce((sum, values) => sum.map((value, i) => value + values[i]!), new Float64Array(count));
  const t = column("t");
  const completed = column("completed");
  const cores = under("cpu.");
  return {
    t,
    throughput: t.map((now, i) => {
      const first = Math.max(0, i - WINDOW + 1);
      return (sumOf(completed, first, i) * 1e9) / (now - (first === 0 ? 0 : t[first - 1]!));
    }),
    p99: column("p99"),
    memory: under("mem."),
    cpu: cores.map((_, i) => {
      const first = Math.max(0, i - WINDOW + 1);
      return sumOf(cores, first, i) / (i - first + 1);
    }),
  };
}

function sumOf(values: Float64Array, first: number, last: number): number {
  let sum = 0;
  for (let i = first; i <= last; i++) sum += values[i]!;
  return sum;
}
