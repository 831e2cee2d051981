/**
 * Speed as ratios: each workload through the full engine against a hand-written floor, in the same
 * process and interleaved, so that a slow or noisy machine moves both alike. Both are built as the
 * site is, into one file: modules that import each other cost a few per cent that nobody pays.
 *
 * `npm run bench`; `--json` prints one JSON document; `--pending` measures the event queue
 * alone, with a hundred and with a million events in it; `--gc` counts what the garbage collector does while ten million events are taken.
 */
import { performance } from "node:perf_hooks";
import { compile } from "../kernel/distribution.ts";
import { KeyedDraws } from "../kernel/draws.ts";
import { DUE, EventQueue, NOW } from "../kernel/queue.ts";
import type { Distribution } from "../scenario/model.ts";
import { laneModel } from "../scenario/lane-model.ts";
import { parseScenario } from "../scenario/validate.ts";
import { createSimulation, type Simulation } from "../simulation.ts";
import { floorMm1 } from "./floor.ts";
import { allocationOver } from "./garbage.ts";

const ROUNDS = 7;

interface Workload {
  readonly name: string;
  readonly document: object;
  /** The least share of the floor's requests per second. */
  readonly goal: number;
}

const machine = { cores: 1, memory: "64GiB" };

const WORKLOADS: readonly Workload[] = [
  {
    name: "M/M/1, threads: 1, utilisation 0.8",
    goal: 1 / 4,
    document: {
      version: 1,
      name: "bench",
      seed: 1,
      duration: "1000s",
      machine,
      requests: { r: { steps: [{ cpu: { dist: "exponential", mean: "1ms" } }] } },
      load: { main: { executor: "constant-arrival-rate", rate: 800 } },
      lanes: [{ name: "threads", runtime: { model: "threads", profile: "neutral", threads: 1 } }],
    },
  },
  {
    name: "goroutines, cpu 1 ms + io 9 ms, 4 Ps, 200 users",
    goal: 0.3 / 4,
    document: {
      version: 1,
      name: "bench",
      seed: 1,
      duration: "100s",
      machine: { cores: 4, memory: "64GiB" },
      requests: { r: { steps: [{ cpu: "1ms" }, { io: "9ms" }] } },
      load: { main: { executor: "constant-vus", vus: 200 } },
      lanes: [{ name: "go", runtime: { model: "goroutines", profile: "go", gomaxprocs: 4 } }],
    },
  },
];

function simulationOf(document: object): Simulation {
  const parsed = parseScenario(document);
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  return createSimulation(laneModel(parsed.scenario, 0));
}

function requestsPerSecond(document: object): { rate: number; events: number } {
  const simulation = simulationOf(document);
  const start = performance.now();
  simulation.runUntil(Infinity, Infinity);
  const seconds = (performance.now() - start) / 1000;
  return {
    rate: simulation.recorder.completed / seconds,
    events: simulation.events / seconds,
  };
}

function floorPerSecond(): number {
  const requests = 1_000_000;
  const start = performance.now();
  floorMm1(requests, 0.8, 1);
  return requests / ((performance.now() - start) / 1000);
}

/** Time from scheduling to event: what decides how a queue is used, and where it may be slow. */
const GAPS: readonly { readonly name: string; readonly gap: Distribution }[] = [
  { name: "uniform, 0 to 1 s", gap: { kind: "uniform", minNs: 0, maxNs: 1e9 } },
  { name: "exponential, 1 s", gap: { kind: "exponential", meanNs: 1e9 } },
  {
    name: "90 % 1 ms, 10 % 10 s",
    gap: {
      kind: "hyperexponential",
      branches: [
        { p: 0.9, meanNs: 1e6 },
        { p: 0.1, meanNs: 1e10 },
      ],
    },
  },
  { name: "Pareto, shape 1.1", gap: { kind: "pareto", minNs: 1e6, shape: 1.1, maxNs: 1e12 } },
  { name: "constant, 1 s", gap: { kind: "constant", ns: 1e9 } },
];

/**
 * Pop one, push one, with `pending` events in the queue: a million times, after each
 * event has been replaced twice and the first ones are forgotten. In time of the processor: who
 * has to wait for it comes back to a cold cache, and would be slow twice.
 */
function queueOpsPerSecond(pending: number, distribution: Distribution): number {
  const queue = new EventQueue();
  const drawn = new Float64Array(1);
  const draws = new KeyedDraws(1, "bench", drawn);
  const gap = compile(distribution);
  const { clock } = queue;
  let pushed = 0;
  const push = (): void => {
    draws.draw(gap, pushed++, 0);
    clock[DUE] = clock[NOW]! + 1 + drawn[0]!;
    queue.push(0, 0, 0);
  };
  const hold = (operations: number): void => {
    for (let i = 0; i < operations; i++) {
      clock[DUE] = Infinity;
      queue.pop();
      push();
    }
  };
  for (let i = 0; i < pending; i++) push();
  hold(2 * pending);
  const operations = 1_000_000;
  const start = cpuSeconds();
  hold(operations);
  return operations / (cpuSeconds() - start);
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1]!;
}

function benchWorkloads(): object[] {
  const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
    floor: floorPerSecond(),
    engine: WORKLOADS.map((workload) => requestsPerSecond(workload.document)),
  })).slice(1);
  return WORKLOADS.map((workload, i) => {
    const ratio = median(rounds.map((round) => round.engine[i]!.rate / round.floor));
    return {
      workload: workload.name,
      requestsPerSecond: Math.round(median(rounds.map((round) => round.engine[i]!.rate))),
      eventsPerSecond: Math.round(median(rounds.map((round) => round.engine[i]!.events))),
      floorPerSecond: Math.round(median(rounds.map((round) => round.floor))),
      ratio: Number(ratio.toFixed(3)),
      goal: Number(workload.goal.toFixed(3)),
      met: ratio >= workload.goal,
    };
  });
}

function benchQueue(): object[] {
  const goal = 2;
  return GAPS.map(({ name, gap }) => {
    const rounds = Array.from({ length: ROUNDS + 1 }, () =>
      [100, 10_000, 1_000_000].map((pending) => queueOpsPerSecond(pending, gap)),
    ).slice(1);
    const perSecond = (i: number): number => Math.round(median(rounds.map((round) => round[i]!)));
    const ratio = median(rounds.map((round) => round[0]! / round[2]!));
    return {
      gaps: name,
      perSecondAt100: perSecond(0),
      perSecondAt10k: perSecond(1),
      perSecondAt1M: perSecond(2),
      ratio: Number(ratio.toFixed(2)),
      goal,
      met: ratio <= goal,
    };
  });
}

/** Runs of which ten million events after the first three million are looked at. */
async function benchGarbage(): Promise<object[]> {
  const rows: object[] = [];
  for (const { name, document } of WORKLOADS) {
    const simulation = simulationOf({ ...document, duration: "10000s" });
    rows.push({ workload: name, ...(await allocationOver(simulation, 3_000_000, 10_000_000)) });
  }
  return rows;
}

async function measured(): Promise<object[]> {
  if (process.argv.includes("--gc")) return benchGarbage();
  return process.argv.includes("--pending") ? benchQueue() : benchWorkloads();
}

const rows = await measured();
if (process.argv.includes("--json")) console.log(JSON.stringify(rows));
else console.table(rows);
