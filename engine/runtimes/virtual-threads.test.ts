/** Schedules of virtual threads as pictures, and what their carriers make of waiting. */
import { expect, test } from "vitest";
import type { Simulation } from "../simulation.ts";
import { atOnce, begin, inPlace, picture, run, type Sketch } from "../testing.ts";

const inside = (n: number): object => ({ ...atOnce(n), origin: "inside" });

function after(ms: number, sketch: Sketch): Simulation {
  const simulation = begin(sketch);
  simulation.runUntil(ms * 1e6, Infinity);
  return simulation;
}

function carriers(simulation: Simulation, tickMs: number): string[] {
  return picture(simulation, tickMs).filter((line) => line.startsWith("carrier"));
}

const neutral = { model: "virtual-threads", profile: "neutral" };

test("nobody is preempted: with two carriers busy a third starts after 500 ms (facts 9)", () => {
  const simulation = after(1_200, {
    cores: 2,
    runtime: neutral,
    steps: [{ cpu: "500ms" }],
    load: inside(3),
    duration: "2s",
  });
  expect(carriers(simulation, 100)).toEqual(["carrier 0: RRRRRRRRRR..", "carrier 1: RRRRR......."]);
});

test("a thousand waits of a second are one wave on four carriers", () => {
  const simulation = run({
    cores: 4,
    runtime: { model: "virtual-threads" },
    steps: [{ io: "1s" }],
    load: inside(1000),
    duration: "2s",
  });
  expect(simulation.recorder.completed).toBe(1000);
  expect(simulation.result(0).latencyMs.max).toBeLessThan(1_020);
});

test("pinned, a hundred waits of 50 ms are fifty waves on two carriers (facts 9)", () => {
  const simulation = run({
    cores: 2,
    runtime: { ...neutral, pinned: 1 },
    steps: [{ io: "50ms" }],
    load: inside(100),
    duration: "3s",
  });
  expect(simulation.recorder.completed).toBe(100);
  expect(simulation.result(0).latencyMs.max).toBeCloseTo(2_500, 3);
});

test("which waits are pinned belongs to the request, not to the order of things", () => {
  const pinnedOf = (seed: number, parallelism: number): number => {
    const runtime = { ...neutral, pinned: 0.5, parallelism };
    const simulation = after(50, {
      runtime,
      seed,
      steps: [{ io: "1s" }],
      load: inside(40),
    });
    return inPlace(simulation, "pinned");
  };
  // With a carrier for each, all that are to be pinned are.
  expect(pinnedOf(1, 40)).toBeGreaterThan(10);
  expect(pinnedOf(1, 40)).toBeLessThan(30);
  expect(pinnedOf(1, 40)).toBe(pinnedOf(1, 80));
  expect(pinnedOf(1, 2)).toBe(2);
});

/** Reads that block for 100 ms from the start, and four counting loops of 10 ms after 1 ms. */
const reading = (reads: number): Sketch => ({
  cores: 4,
  runtime: neutral,
  requests: { read: { steps: [{ block: "100ms" }] }, count: { steps: [{ cpu: "10ms" }] } },
  loads: {
    reads: { ...inside(reads), request: "read" },
    counts: { executor: "trace", times: [1, 1, 1, 1], origin: "inside", request: "count" },
  },
});

test("of four carriers two may block without a replacement, further ones get a spare carrier", () => {
  const states = (reads: number): string[] =>
    carriers(after(30, reading(reads)), 10).map((line) => line.replace(/^.*: /, ""));
  expect(states(2).toSorted()).toEqual(["RR.", "RR.", "iii", "iii"]);
  expect(states(4).toSorted()).toEqual(["RR.", "RR.", "iii", "iii", "iii", "iii"]);
});

test("there are 256 carriers at most, spare ones included", () => {
  const simulation = after(50, reading(300));
  expect(inPlace(simulation, "blocked")).toBe(256);
  expect(inPlace(simulation, "submission-queue")).toBe(300 - 256 + 4);
});

test("once the blocking call is over, the spare carrier is one too many", () => {
  const simulation = after(50, {
    cores: 2,
    runtime: { ...neutral, parallelism: 1 },
    requests: { read: { steps: [{ block: "10ms" }] }, count: { steps: [{ cpu: "10ms" }] } },
    loads: {
      reads: { ...inside(1), request: "read" },
      counts: { executor: "trace", times: [20, 20], origin: "inside", request: "count" },
    },
  });
  expect(simulation.result(0).classes["count"]?.latencyMs.max).toBeCloseTo(20, 0);
});

test("data is noticed only when a poller finds a carrier", () => {
  const simulation = after(50, {
    cores: 1,
    runtime: neutral,
    requests: {
      wait: { steps: [{ io: "10ms" }] },
      count: { steps: [{ cpu: "100ms" }] },
    },
    loads: {
      waits: { ...inside(1), request: "wait" },
      counts: { executor: "trace", times: [1], origin: "inside", request: "count" },
    },
  });
  expect(inPlace(simulation, "socket-buffer")).toBe(1);
  simulation.runUntil(150e6, Infinity);
  const { max, p50 } = simulation.result(0).latencyMs;
  expect(max).toBeCloseTo(101, 0);
  expect(p50).toBeGreaterThan(99);
});

test("a sleeper that is due waits in the submission queue while all carriers compute", () => {
  const simulation = after(50, {
    cores: 1,
    runtime: neutral,
    requests: {
      nap: { steps: [{ sleep: "10ms" }] },
      count: { steps: [{ cpu: "100ms" }] },
    },
    loads: {
      naps: { ...inside(1), request: "nap" },
      counts: { executor: "trace", times: [1], origin: "inside", request: "count" },
    },
  });
  expect(inPlace(simulation, "submission-queue")).toBe(1);
  expect(inPlace(simulation, "running")).toBe(1);
});

test("a carrier first runs whom its virtual threads have woken, then newcomers", () => {
  const simulation = after(60, {
    cores: 1,
    runtime: neutral,
    requests: {
      owner: {
        steps: [{ acquire: "db", steps: [{ io: "5ms" }, { cpu: "10ms" }] }, { cpu: "10ms" }],
      },
      waiter: { steps: [{ acquire: "db", steps: [{ cpu: "10ms" }] }] },
      newcomer: { steps: [{ cpu: "10ms" }] },
    },
    pools: { db: { size: 1 } },
    loads: {
      owners: { ...inside(1), request: "owner" },
      waiters: { executor: "trace", times: [1], origin: "inside", request: "waiter" },
      newcomers: { executor: "trace", times: [7], origin: "inside", request: "newcomer" },
    },
  });
  const { owner, waiter, newcomer } = simulation.result(0).classes;
  expect(owner?.latencyMs.max).toBeCloseTo(25, 0);
  expect(waiter?.latencyMs.max).toBeCloseTo(35 - 1, 0);
  expect(newcomer?.latencyMs.max).toBeCloseTo(45 - 7, 0);
});

test("a carrier without work takes over what another one has woken", () => {
  const simulation = after(15, {
    cores: 2,
    runtime: neutral,
    steps: [{ acquire: "db", steps: [{ cpu: "10ms" }] }, { cpu: "10ms" }],
    pools: { db: { size: 1 } },
    load: inside(2),
  });
  expect(carriers(simulation, 5)).toEqual(["carrier 0: RRR", "carrier 1: ..R"]);
});

test("parked stacks are on the heap, mounted ones are not", () => {
  const sketch = (steps: object[]): Sketch => ({
    cores: 2,
    runtime: { model: "virtual-threads", processes: 1 },
    steps,
    load: inside(1000),
    duration: "2s",
  });
  const heap = 2;
  const parked = after(500, sketch([{ io: "1s" }])).memory.of(0, heap);
  expect(parked).toBe(1000 * 963);
  expect(run(sketch([{ io: "1s" }])).memory.of(0, heap)).toBe(0);
  expect(after(500, sketch([{ cpu: "1s" }])).memory.of(0, heap)).toBe(0);
});

test("Tomcat's 200 threads serve 200 of 300 requests/s, virtual threads all (facts Q18)", () => {
  const served = (runtime: object): Simulation =>
    run({
      cores: 4,
      runtime,
      steps: [{ io: "1s" }],
      load: { executor: "constant-arrival-rate", rate: 300, arrivals: "uniform" },
      warmup: "5s",
      duration: "20s",
    });
  const platform = served({ model: "threads", profile: "jvm-platform", threads: 200 }).result(0);
  expect(platform.throughput).toBeCloseTo(200, -1);
  // p50 at time t is about 1 + t/2 s.
  expect(platform.latencyMs.p50).toBeGreaterThan(4_000);
  const virtual = served({ model: "virtual-threads" }).result(0);
  expect(virtual.throughput).toBeCloseTo(300, 0);
  expect(virtual.latencyMs.p50).toBeGreaterThan(1_000);
  expect(virtual.latencyMs.p50).toBeLessThan(1_010);
});

test("connections over the limit wait in the kernel", () => {
  const simulation = after(500, {
    runtime: { model: "virtual-threads", maxConnections: 10 },
    steps: [{ io: "1s" }],
    load: atOnce(25),
  });
  expect(inPlace(simulation, "waiting-io")).toBe(10);
  expect(inPlace(simulation, "accept-queue")).toBe(15);
});

test("a sleep wakes the delay scheduler twice, and costs a delayed task (JDK 25 `DelayScheduler`)", () => {
  const result = run({
    runtime: { model: "virtual-threads", profile: "jvm-virtual" },
    steps: [{ sleep: "10ms" }],
    load: { executor: "constant-vus", vus: 1, origin: "inside" },
    cores: 2,
  }).result(0);
  const perSleep = result.contextSwitches.voluntary / result.requests.completed;
  // The scheduler takes the task in, wakes when it is due, and then the carrier runs.
  expect(perSleep).toBeCloseTo(3, 1);
  expect((result.cpu.systemSeconds / result.requests.completed) * 1e6).toBeGreaterThan(5);
});
