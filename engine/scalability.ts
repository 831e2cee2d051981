/**
 * How a lane scales: its program under 1, 2, 4 ... users who never think, one run each, with the
 * universal scalability law fitted to the throughputs and the bounds that no system can pass.
 */
import type { ScalabilityProgress, ScaledLevel, Scenario } from "./api.ts";
import { BudgetError } from "./kernel/assert.ts";
import { laneModel } from "./scenario/lane-model.ts";
import type { LaneModel } from "./scenario/model.ts";
import { createSimulation, EVENTS_PER_LOOK, type Simulation } from "./simulation.ts";
import { fitUsl, uslAt } from "./theory/usl.ts";

const MOST_USERS = 512;
/** Virtual time of one level, and of its warm-up, ns. */
const LONGEST_NS = 20e9;
const WARMUP_SHARE = 0.2;
/** A level that needs more is the last one. */
const MOST_EVENTS = 3_000_000;

export class Scalability {
  private readonly model: LaneModel;
  private readonly levels: ScaledLevel[] = [];
  private running: Simulation | undefined = undefined;
  private users = 1;
  private isOver = false;
  private demandMs = NaN;
  private ceiling = Infinity;

  constructor(scenario: Scenario, lane: number) {
    this.model = laneModel(scenario, lane);
  }

  advance(isLate: () => boolean): ScalabilityProgress {
    while (!this.isOver && !isLate()) this.compute();
    const fit = fitUsl(this.levels.map(({ users, throughput }) => [users, throughput]));
    return {
      levels: this.levels,
      mostUsers: MOST_USERS,
      isOver: this.isOver,
      bounds: { demandMs: this.demandMs, ceiling: this.ceiling },
      ...(fit === undefined
        ? {}
        : { fit, fitted: this.levels.map(({ users }) => [users, uslAt(fit, users)] as const) }),
    };
  }

  private compute(): void {
    try {
      this.running ??= createSimulation(underUsers(this.model, this.users));
      const status = this.running.runUntil(Infinity, EVENTS_PER_LOOK);
      if (status === "finished") this.finish(this.running);
      else if (status === "stopped" || this.running.events > MOST_EVENTS) this.isOver = true;
    } catch (error) {
      if (!(error instanceof BudgetError)) throw error;
      this.isOver = true;
    }
  }

  private finish(simulation: Simulation): void {
    const { throughput, latencyMs, resources } = simulation.result(0);
    this.running = undefined;
    if (!(throughput > 0)) {
      this.isOver = true;
      return;
    }
    this.levels.push({ users: this.users, throughput, meanMs: latencyMs.mean });
    if (this.users === 1) this.demandMs = latencyMs.mean;
    this.ceiling = Math.min(Infinity, ...resources.map((resource) => resource.ceiling));
    this.users *= 2;
    this.isOver = this.users > MOST_USERS;
  }
}

/** The lane with its first load's program under a fixed number of users. */
function underUsers(model: LaneModel, users: number): LaneModel {
  const [load] = model.loads;
  const durationNs = Math.min(LONGEST_NS, model.durationNs);
  return {
    ...model,
    durationNs,
    warmupNs: Math.floor(durationNs * WARMUP_SHARE),
    claims: [],
    loads: [
      {
        ...load!,
        executor: {
          kind: "constant-vus",
          vus: users,
          thinkTime: { kind: "constant", ns: 0 },
        },
        startNs: 0,
        durationNs: Infinity,
        timeoutNs: Infinity,
        connections: { count: users, keepAlive: true },
      },
    ],
  };
}
