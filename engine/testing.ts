/**
 * Helpers of the engine's tests: a lane from a few words, runs, and the schedule as a picture.
 * The picture has one letter per state and one column per tick, so that a failure can be read.
 */
import fc from "fast-check";
import type { LaneModel } from "./scenario/model.ts";
import { laneModel } from "./scenario/lane-model.ts";
import { parseScenario } from "./scenario/validate.ts";
import { createSimulation, type Simulation } from "./simulation.ts";

/** One lane in the words of the scenario format; what is left out has a plain default. */
export interface Sketch {
  readonly runtime: object;
  /** The program of the only request class, unless `requests` states several. */
  readonly steps?: readonly object[];
  readonly requests?: object;
  /** One load, unless `loads` states several by name. */
  readonly load?: object;
  readonly loads?: object;
  readonly pools?: object;
  readonly channels?: object;
  readonly locks?: object;
  readonly cores?: number;
  readonly cpus?: number;
  readonly memory?: string;
  readonly calibration?: "reference" | "truth" | object;
  readonly duration?: string;
  readonly warmup?: string;
  readonly seed?: number;
}

/** A load of `n` requests at time 0. */
export function atOnce(n: number): object {
  return { executor: "trace", times: Array.from({ length: n }, () => 0) };
}

export function modelOf(sketch: Sketch): LaneModel {
  const {
    cores = 1,
    cpus,
    memory,
    calibration = "reference",
    duration = "1s",
    warmup,
    seed,
    pools,
    channels,
    locks,
  } = sketch;
  const parsed = parseScenario({
    version: 1,
    name: "test",
    duration,
    ...(warmup === undefined ? {} : { warmup }),
    ...(seed === undefined ? {} : { seed }),
    machine: {
      cores,
      calibration,
      ...(cpus === undefined ? {} : { cpus }),
      ...(memory === undefined ? {} : { memory }),
    },
    requests: sketch.requests ?? { request: { steps: sketch.steps ?? [] } },
    load: sketch.loads ?? { load: sketch.load ?? atOnce(1) },
    ...(pools === undefined ? {} : { pools }),
    ...(channels === undefined ? {} : { channels }),
    ...(locks === undefined ? {} : { locks }),
    lanes: [{ name: "lane", runtime: sketch.runtime }],
  });
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  return laneModel(parsed.scenario, 0);
}

/** The lane at time 0, with its schedule being recorded. */
export function begin(sketch: Sketch): Simulation {
  const simulation = createSimulation(modelOf(sketch));
  simulation.trace.enabled = true;
  return simulation;
}

/** The lane at its end; a run that was stopped is an error. */
export function run(sketch: Sketch): Simulation {
  const simulation = begin(sketch);
  if (simulation.runUntil(Infinity, Infinity) !== "finished") {
    throw new Error(simulation.reason ?? "the run did not finish");
  }
  return simulation;
}

/** Tasks in a place now. */
export function inPlace(simulation: Simulation, name: string): number {
  return simulation.ledger.countOf(placeIndex(simulation, name));
}

function placeIndex({ topology }: Simulation, name: string): number {
  const index = topology.places.findIndex((place) => place.name === name);
  if (index < 0) throw new Error(`there is no place ${name}`);
  return index;
}

/** Names of the edges that have been used although the topology does not declare them. */
export function undeclaredEdges({ topology, ledger }: Simulation): string[] {
  const { places, edges } = topology;
  const declared = new Set(edges.map(({ from, to }) => from * places.length + to));
  const found: string[] = [];
  ledger.edges.forEach((count, i) => {
    if (count === 0 || declared.has(i)) return;
    const from = places[Math.floor(i / places.length)]!;
    found.push(`${from.name}>${places[i % places.length]!.name}`);
  });
  return found;
}

// ---- Pictures -----------------------------------------------------------------------------------

/** By slice state: idle, run, ready, gil, io, lock, pool, gc, throttled. */
const LETTERS = ".Rrgilpct";

/**
 * The schedule so far, one line per row that ever did anything: "T01: RRRggRR". A column shows the
 * state in the middle of a tick of `tickMs`.
 */
export function picture(simulation: Simulation, tickMs: number): string[] {
  const slices = simulation.schedule(0, simulation.nowNs);
  const columns = Math.floor(simulation.nowNs / (tickMs * 1e6) + 1e-9);
  const lines = new Map<number, string[]>();
  slices.row.forEach((row, i) => {
    const line = lines.get(row) ?? Array.from({ length: columns }, () => ".");
    lines.set(row, line);
    for (let column = 0; column < columns; column++) {
      const at = (column + 0.5) * tickMs * 1e6;
      if (slices.start[i]! <= at && at < slices.end[i]!) line[column] = LETTERS[slices.state[i]!]!;
    }
  });
  return [...lines]
    .sort(([a], [b]) => a - b)
    .map(([row, line]) => `${simulation.scheduleRow(row).label}: ${line.join("")}`);
}

/** Slices of a row in which it ran: for which task, from and to (ms). */
export function runsOf(
  simulation: Simulation,
  label: string,
): { task: number; from: number; to: number }[] {
  const slices = simulation.schedule(0, simulation.nowNs);
  const found = [...slices.row.keys()].filter(
    (i) => slices.state[i] === 1 && simulation.scheduleRow(slices.row[i]!).label === label,
  );
  return found.map((i) => ({
    task: slices.task[i]!,
    from: slices.start[i]! / 1e6,
    to: slices.end[i]! / 1e6,
  }));
}

/**
 * Which task a row ran for, one letter per tick: A is task 0. Where `picture` shows that something
 * ran, this shows whose turn it was.
 */
export function turns(simulation: Simulation, label: string, tickMs: number): string {
  const columns = Math.floor(simulation.nowNs / (tickMs * 1e6) + 1e-9);
  const line = Array.from({ length: columns }, () => ".");
  for (const { task, from, to } of runsOf(simulation, label)) {
    for (let column = 0; column < columns; column++) {
      const at = (column + 0.5) * tickMs;
      if (task >= 0 && from <= at && at < to) line[column] = String.fromCharCode(65 + task);
    }
  }
  return line.join("");
}

// ---- Random lanes -------------------------------------------------------------------------------

const time = fc.constantFrom("0s", "10us", "300us", "1ms", "2.5ms", "10ms");
const drawn = fc.oneof(
  time,
  fc.record({ dist: fc.constant("exponential"), mean: fc.constantFrom("50us", "1ms", "4ms") }),
);

function pooled(kind: "hold" | "alloc"): fc.Arbitrary<object> {
  return fc.constantFrom({ [kind]: "1MiB", pool: "large" }, { [kind]: "8KiB", pool: "small" });
}

/** Which kinds of steps a swarm switches on. */
const KINDS = [
  "cpu",
  "released",
  "io",
  "block",
  "sleep",
  "hold",
  "alloc",
  "fail",
  "offload",
  "choose",
  "acquire",
  "lock",
  "readers",
  "atomic",
  "parallel",
  "send",
  "receive",
  "close",
  "select",
  "spawn",
  "panic",
] as const;

const channelName = fc.constantFrom("jobs", "gate");

/** Cases of a select, now and then with a time-out. */
function casesOf(): fc.Arbitrary<object[]> {
  const steps = fc.constantFrom([{ cpu: "10us" }], [{ receive: "jobs" }], [{ io: "1ms" }]);
  const wait: fc.Arbitrary<object> = fc.oneof(
    fc.record({ receive: channelName, steps }, { requiredKeys: ["receive"] }),
    fc.record({ send: channelName, steps }, { requiredKeys: ["send"] }),
  );
  const waits = fc.array(wait, { minLength: 1, maxLength: 3 });
  const timeout: fc.Arbitrary<object[]> = fc.subarray([
    { timeout: "2ms", steps: [{ cpu: "10us" }] },
  ]);
  return fc.tuple(waits, timeout).map(([some, last]) => some.concat(last));
}

function stepOf(kinds: readonly string[], depth: number): fc.Arbitrary<object> {
  const inner = (): fc.Arbitrary<object[]> =>
    depth === 0
      ? fc.constant([{ cpu: "10us" }])
      : fc.array(stepOf(kinds, depth - 1), { minLength: 1, maxLength: 2 });
  const all: Record<(typeof KINDS)[number], () => fc.Arbitrary<object>> = {
    cpu: () => fc.record({ cpu: drawn }),
    released: () => fc.record({ cpu: drawn, gil: fc.constant("released") }),
    io: () => fc.record({ io: drawn }),
    block: () => fc.record({ block: drawn }),
    sleep: () => fc.record({ sleep: drawn }),
    hold: () => fc.oneof(fc.record({ hold: fc.constantFrom("1KiB", "3MiB") }), pooled("hold")),
    alloc: () => fc.oneof(fc.record({ alloc: fc.constantFrom("1KiB", "3MiB") }), pooled("alloc")),
    fail: () => fc.record({ fail: fc.constantFrom(0.1, 0.5) }),
    offload: () =>
      fc.record({ offload: inner(), slow: fc.boolean() }, { requiredKeys: ["offload"] }),
    choose: () =>
      fc.record({
        choose: fc.array(fc.record({ p: fc.constantFrom(0.2, 0.5), steps: inner() }), {
          minLength: 1,
          maxLength: 2,
        }),
      }),
    acquire: () =>
      fc.record(
        { acquire: fc.constant("db"), timeout: fc.constantFrom("2ms", "1s"), steps: inner() },
        { requiredKeys: ["acquire", "steps"] },
      ),
    lock: () => fc.record({ lock: fc.constantFrom("a", "b", "fair"), steps: inner() }),
    readers: () =>
      fc.oneof(
        fc.record({ rlock: fc.constant("rw"), steps: inner() }),
        fc.record({ wlock: fc.constant("rw"), steps: inner() }),
      ),
    atomic: () => fc.record({ atomic: fc.constant("hits"), ops: fc.constantFrom(1, 40, 3000) }),
    parallel: () =>
      fc.record(
        {
          parallel: fc.integer({ min: 1, max: 5 }),
          steps: inner(),
          wait: fc.constantFrom("all", "first", 1),
        },
        { requiredKeys: ["parallel", "steps"] },
      ),
    send: () => fc.record({ send: channelName }),
    receive: () => fc.record({ receive: channelName }),
    // Rarely reached, or every run would end in panics.
    close: () => fc.record({ choose: fc.constant([{ p: 0.02, steps: [{ close: "jobs" }] }]) }),
    select: () =>
      fc.record(
        {
          select: casesOf(),
          default: inner(),
        },
        { requiredKeys: ["select"] },
      ),
    spawn: () => fc.record({ spawn: inner() }),
    panic: () => fc.record({ panic: fc.constantFrom(0.01, 0.1) }),
  };
  return fc.oneof(...kinds.map((kind) => all[kind as (typeof KINDS)[number]]()));
}

const anySteps = fc
  .subarray([...KINDS], { minLength: 1, maxLength: 7 })
  .chain((kinds) => fc.array(stepOf(kinds, 2), { minLength: 1, maxLength: 4 }));

const patience = {
  timeout: fc.constantFrom("3ms", "20ms"),
  cancel: fc.boolean(),
  origin: fc.constantFrom("client", "inside"),
  connections: fc.record({ keepAlive: fc.boolean() }),
};
const anyLoad = fc.oneof(
  fc.record(
    {
      executor: fc.constant("constant-vus"),
      vus: fc.integer({ min: 1, max: 12 }),
      thinkTime: fc.constantFrom("1ms", "10ms"),
      ...patience,
    },
    { requiredKeys: ["executor", "vus", "thinkTime"] },
  ),
  fc.record(
    {
      executor: fc.constant("constant-arrival-rate"),
      rate: fc.constantFrom(50, 400, 1500),
      ...patience,
    },
    { requiredKeys: ["executor", "rate"] },
  ),
  fc.record(
    {
      executor: fc.constant("ramping-vus"),
      startVUs: fc.integer({ min: 0, max: 4 }),
      thinkTime: fc.constantFrom("1ms", "5ms"),
      stages: fc.constant([
        { duration: "60ms", target: 8 },
        { duration: "60ms", target: 0 },
      ]),
      ...patience,
    },
    { requiredKeys: ["executor", "stages", "startVUs", "thinkTime"] },
  ),
);

const limits = {
  processes: fc.integer({ min: 1, max: 3 }),
  backlog: fc.constantFrom(0, 3),
  maxConnections: fc.constantFrom(1, 5),
  recover: fc.boolean(),
  reusePort: fc.boolean(),
};
/** With small processes, so that it is the heap that runs out. */
const jvmHeap = {
  collector: fc.constantFrom("g1", "zgc"),
  heapLimit: fc.constantFrom("4MiB", "12MiB", "64MiB"),
  costs: fc.constant({ processBytes: 1e6 }),
};
const gil = fc.oneof(fc.boolean(), fc.constant({ switchInterval: "1ms" }));
const anyRuntime = fc
  .oneof(
    fc.record(
      {
        model: fc.constant("threads"),
        profile: fc.constantFrom("neutral", "cpython-3.11", "cpython-3.13t", "jvm-platform"),
        threads: fc.oneof(
          fc.integer({ min: 1, max: 4 }),
          fc.constantFrom("per-request", "per-connection"),
        ),
        gil,
        ...limits,
      },
      { requiredKeys: ["model"] },
    ),
    fc.record(
      {
        model: fc.constant("threads"),
        profile: fc.constant("jvm-platform"),
        threads: fc.integer({ min: 1, max: 4 }),
        ...jvmHeap,
        ...limits,
      },
      { requiredKeys: ["model", "profile"] },
    ),
    fc.record(
      {
        model: fc.constant("threads"),
        threads: fc.integer({ min: 1, max: 4 }),
        queue: fc.integer({ min: 0, max: 5 }),
        gil,
        ...limits,
      },
      { requiredKeys: ["model", "threads", "queue"] },
    ),
    fc.record(
      {
        model: fc.constant("event-loop"),
        profile: fc.constantFrom("neutral", "asyncio", "uvloop", "node-20", "netty"),
        loops: fc.integer({ min: 1, max: 3 }),
        gil,
        executor: fc.oneof(
          fc.record({ threads: fc.integer({ min: 1, max: 3 }) }),
          fc.record({ processes: fc.integer({ min: 1, max: 2 }) }),
        ),
        ...limits,
      },
      { requiredKeys: ["model"] },
    ),
    fc.record(
      {
        model: fc.constant("event-loop"),
        profile: fc.constantFrom("neutral", "node-20"),
        executor: fc.constant({ workers: 2 }),
        ...limits,
      },
      { requiredKeys: ["model", "executor"] },
    ),
    fc.record(
      {
        model: fc.constant("virtual-threads"),
        profile: fc.constant("jvm-virtual"),
        parallelism: fc.integer({ min: 1, max: 4 }),
        pinned: fc.constantFrom(0, 0.3, 1),
        ...jvmHeap,
        ...limits,
      },
      { requiredKeys: ["model"] },
    ),
    fc.record(
      {
        model: fc.constant("goroutines"),
        profile: fc.constant("neutral"),
        gomaxprocs: fc.integer({ min: 1, max: 4 }),
        ...limits,
      },
      { requiredKeys: ["model", "profile"] },
    ),
    fc.record(
      {
        model: fc.constant("goroutines"),
        profile: fc.constantFrom("go", "go-fasthttp"),
        gomaxprocs: fc.integer({ min: 1, max: 4 }),
        gogc: fc.constantFrom(10, 100, "off"),
        memoryLimit: fc.constantFrom("16MiB", "64MiB"),
        ...limits,
      },
      { requiredKeys: ["model"] },
    ),
  )
  .map(possible);

/** Node 20 has no sockets of that kind. */
function possible<T extends object>(runtime: T): T {
  const isNode = "profile" in runtime && runtime.profile === "node-20";
  return isNode ? { ...runtime, reusePort: false } : runtime;
}

/** Small lanes of all kinds; each draw leaves whole features out. */
export const anySketch: fc.Arbitrary<Sketch> = fc.record(
  {
    runtime: anyRuntime,
    steps: anySteps,
    loads: fc.record({ a: anyLoad, b: anyLoad }, { requiredKeys: ["a"] }),
    pools: fc.record({
      db: fc.record({
        size: fc.constant(2),
        minIdle: fc.constantFrom(0, 1, 2),
        order: fc.constantFrom("fifo", "lifo", "random", "native"),
      }),
    }),
    locks: fc.constant({ a: {}, b: {}, fair: { fair: true }, rw: {} }),
    channels: fc.record({
      jobs: fc.record({ capacity: fc.constantFrom(0, 1, 5) }),
      gate: fc.constant({}),
    }),
    cores: fc.integer({ min: 1, max: 3 }),
    cpus: fc.constantFrom(0.1, 0.7, 1.5),
    seed: fc.integer({ min: 1, max: 99 }),
    // Now and then long enough for a client to connect again, which it does after a second.
    duration: fc.constantFrom(..."150ms 150ms 150ms 150ms 150ms 1200ms".split(" ")),
    memory: fc.constantFrom("64MiB", "160MiB"),
    warmup: fc.constant("30ms"),
  },
  {
    requiredKeys: [
      "runtime",
      "steps",
      "loads",
      "pools",
      "locks",
      "channels",
      "cores",
      "seed",
      "duration",
    ],
  },
);
