/**
 * What naive simulators get wrong about runtimes, one test each: the title says what really
 * happens, the comment what a plain model would do, the figures are those of sources and
 * measurements. The last figure of each test is one that the plain model cannot reach.
 */
import { expect, test } from "vitest";
import type { LaneResult } from "./api.ts";
import { atOnce, begin, inPlace, run, runsOf, turns, type Sketch } from "./testing.ts";

const inside = { origin: "inside" };
const HOG = { steps: [{ cpu: "1000s" }] };

function resultOf(sketch: Sketch): LaneResult {
  return run(sketch).result(0);
}

function users(vus: number, request: string): object {
  return { executor: "constant-vus", vus, ...inside, request };
}

function hogs(n: number): object {
  return { ...atOnce(n), ...inside, request: "hog" };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function lengths(simulation: ReturnType<typeof begin>, row: string): number[] {
  return runsOf(simulation, row).map(({ from, to }) => to - from);
}

// Naive: a released GIL goes to who has waited longest, so every release costs 5 ms.
test("1: a released GIL is raced for: who comes back before the waiter has woken keeps it", () => {
  const { latencyMs } = resultOf({
    cores: 2,
    duration: "5s",
    runtime: { model: "threads", profile: "cpython-3.11", threads: 2 },
    requests: { io: { steps: [{ io: "100ns" }] }, hog: HOG },
    // The CPU-bound thread has the lock by then, and is asked for it once.
    loads: { hogs: hogs(1), io: { ...users(1, "io"), start: "1ms" } },
  });
  // Measured: p50 10 µs beside one CPU-bound thread, maximum 15 ms.
  expect(latencyMs.max).toBeGreaterThan(5);
  expect(latencyMs.p50).toBeLessThan(0.05);
});

// Naive: a goroutine is preempted after 10 ms.
test("2: a goroutine runs for 20 ms: sysmon sleeps for 10 ms and has to look twice", () => {
  const simulation = begin({
    cores: 2,
    duration: "2s",
    runtime: { model: "goroutines", gomaxprocs: 1 },
    requests: { hog: HOG },
    load: hogs(3),
  });
  simulation.runUntil(Infinity, Infinity);
  // Measured: 20.15 to 20.20 ms per slice, three hogs on one P.
  expect(median(lengths(simulation, "P0"))).toBeGreaterThan(19.9);
  expect(median(lengths(simulation, "P0"))).toBeLessThan(20.5);
});

// Naive: a timer's goroutine runs when the timer is due.
test("3: with every P busy a Go timer waits for a scheduling point, 10 to 40 ms", () => {
  const { latencyMs } = resultOf({
    cores: 2,
    duration: "20s",
    runtime: { model: "goroutines" },
    requests: { nap: { steps: [{ sleep: "1ms" }] }, hog: HOG },
    loads: { hogs: hogs(4), nap: users(1, "nap") },
  });
  // Measured: 19.5 ms late on average and 39 ms at worst, with two hogs or four on two Ps.
  expect(latencyMs.max - 1).toBeLessThan(41);
  expect(latencyMs.mean - 1).toBeGreaterThan(10);
});

// Naive: a P is taken from a system call after 20 µs.
test("4: a calm sysmon takes a P from a blocked system call only after up to 10 ms", () => {
  const simulation = begin({
    cores: 2,
    runtime: { model: "goroutines", gomaxprocs: 1 },
    requests: {
      file: { steps: [{ cpu: "100us" }, { block: "100ms" }] },
      page: { steps: [{ cpu: "1ms" }] },
    },
    loads: {
      page: users(1, "page"),
      file: { ...atOnce(1), ...inside, request: "file", start: "500ms" },
    },
  });
  simulation.runUntil(Infinity, Infinity);
  const { max } = simulation.result(0).classes["page"]!.latencyMs;
  // Measured with GOMAXPROCS=1: the P came back after 10.8 ms.
  expect(max).toBeLessThan(13);
  expect(max).toBeGreaterThan(5);
});

// Naive: a time slice is the base slice, 0.7 ms on one CPU.
test("5: a time slice ends at the next timer tick, after 4 ms at 250 Hz", () => {
  const simulation = begin({
    cores: 1,
    runtime: { model: "threads", profile: "jvm-platform", threads: 4 },
    requests: { hog: HOG },
    load: hogs(4),
  });
  simulation.runUntil(Infinity, Infinity);
  // Measured: p10, p50, p90 of slices 3.96, 4.00, 4.05 ms.
  expect(median(lengths(simulation, "cpu0"))).toBeCloseTo(4, 1);
});

// Naive: new goroutines queue at the tail, preempted ones where they were.
test("6: the newest goroutine runs first, and a preempted one goes to the global queue", () => {
  const spawned = begin({
    runtime: { model: "goroutines", gomaxprocs: 1 },
    steps: [{ parallel: 10, steps: [{ cpu: "1ms" }] }],
    load: { ...atOnce(1), ...inside },
  });
  spawned.runUntil(11e6, Infinity);
  // A spawns B to K: measured, the last one first and then in order.
  expect(turns(spawned, "P0", 1)).toMatch(/^KBCDEFGHIJ/);
  const short = Array.from({ length: 99 }, () => [{ cpu: "1ms" }]);
  const preempted = begin({
    cores: 2,
    runtime: { model: "goroutines", gomaxprocs: 1 },
    steps: [{ parallel: [...short, [{ cpu: "50ms" }]] }],
    load: { ...atOnce(1), ...inside },
  });
  preempted.runUntil(Infinity, Infinity);
  const order = runsOf(preempted, "P0").map(({ task }) => task);
  // The one of 50 ms began first; it comes back when every 61st look goes to the global queue.
  const first = order.indexOf(100);
  const between = order.indexOf(100, first + 1) - first - 1;
  expect(between).toBeGreaterThan(50);
  expect(between).toBeLessThanOrEqual(61);
});

// Naive: a full accept queue refuses.
test("7: a full accept queue holds backlog + 1 and drops SYNs: whole seconds, no error", () => {
  const simulation = begin({
    duration: "4s",
    runtime: { model: "threads", threads: 1, backlog: 2, maxConnections: 1 },
    steps: [{ block: "300ms" }],
    load: { ...atOnce(5), connections: { keepAlive: false } },
  });
  simulation.runUntil(5e6, Infinity);
  expect([inPlace(simulation, "accept-queue"), inPlace(simulation, "connecting")]).toEqual([3, 1]);
  simulation.runUntil(Infinity, Infinity);
  const { requests, latencyMs } = simulation.result(0);
  expect(requests.failed.rejected).toBe(0);
  // Four are served one after the other by 1.2 s; the fifth came in with its second SYN, at 1 s.
  expect(latencyMs.max).toBeCloseTo(1500, -1);
});

// Naive: a connection pool grows to what is wanted, in parallel and at once.
test("8: HikariCP adds one connection at a time, 30 ms after the one before", () => {
  const simulation = begin({
    cores: 4,
    runtime: { model: "threads", profile: "jvm-platform", threads: 20 },
    pools: { db: { size: 10, minIdle: 1 } },
    steps: [{ acquire: "db", steps: [{ io: "10s" }] }],
    load: { ...atOnce(20), ...inside },
  });
  const served = (ms: number): number => {
    simulation.runUntil(ms * 1e6, Infinity);
    return inPlace(simulation, "waiting-io");
  };
  // The one that was idle, the first that is added, and another every 30 ms.
  expect(served(25)).toBe(2);
  expect(served(85)).toBe(4);
  expect(served(235)).toBe(9);
  expect(served(400)).toBe(10);
});

// Naive: worker queues are bounded, so overload shows as errors.
test("9: pools queue without limit: overload is latency, not errors", () => {
  const python = { model: "threads", profile: "cpython-3.11", threads: 4 };
  for (const runtime of [python, { model: "threads", profile: "jvm-platform", threads: 4 }]) {
    const { requests, latencyMs } = resultOf({
      cores: 4,
      duration: "10s",
      runtime,
      steps: [{ io: "100ms" }],
      load: { executor: "constant-arrival-rate", rate: 80, arrivals: "uniform" },
    });
    // 40 a second are served of 80: who came at t has waited for t.
    expect(requests.completed).toBeCloseTo(400, -1);
    expect(Object.values(requests.failed).reduce((sum, n) => sum + n, 0)).toBe(0);
    expect(latencyMs.max).toBeGreaterThan(4800);
  }
});

// Naive: a limit of 1 CPU makes four busy threads four times slower, all the time.
test("10: a CPU limit is full speed and then a stall to the end of 100 ms", () => {
  const simulation = begin({
    cores: 4,
    cpus: 1,
    duration: "2s",
    runtime: { model: "threads", threads: 4 },
    requests: { hog: HOG },
    load: hogs(4),
  });
  simulation.runUntil(Infinity, Infinity);
  const bursts = runsOf(simulation, "cpu0");
  expect(bursts).toHaveLength(20);
  // 25 ms of each 100 ms on every core, give or take the tick at which the end is noticed.
  expect(median(lengths(simulation, "cpu0"))).toBeGreaterThan(20);
  expect(median(lengths(simulation, "cpu0"))).toBeLessThan(32);
});

// Naive: virtual threads are sliced like goroutines, and pinning is compensated.
test("11: virtual threads are not time-sliced, nor compensated when they are pinned", () => {
  const shortBeside = (steps: object[], pinned: number): number =>
    resultOf({
      cores: 4,
      runtime: { model: "virtual-threads", parallelism: 1, pinned },
      requests: { long: { steps }, short: { steps: [{ cpu: "1ms" }] } },
      loads: {
        long: { ...atOnce(1), ...inside, request: "long" },
        short: { ...atOnce(1), ...inside, request: "short", start: "1ms" },
      },
    }).classes["short"]!.latencyMs.max;
  expect(shortBeside([{ cpu: "300ms" }], 0)).toBeCloseTo(300, 0);
  expect(shortBeside([{ io: "300ms" }], 1)).toBeCloseTo(300, 0);
  expect(shortBeside([{ io: "300ms" }], 0)).toBeLessThan(2);
});

// Naive: a sleep takes what it says.
test("12: a sleep of 20 µs takes 50 µs longer in Linux, and 1 ms in Node and in an idle Go", () => {
  const nap = (runtime: object): number =>
    resultOf({ cores: 2, runtime, steps: [{ sleep: "20us" }], load: users(1, "request") }).latencyMs
      .p50;
  // Measured: nanosleep(1 µs) 66 µs; Sleep(20 µs) 1.1 to 1.3 ms in Go; setTimeout(0) 1.2 ms.
  expect(nap({ model: "threads", profile: "cpython-3.11", threads: 1 })).toBeGreaterThan(0.07);
  expect(nap({ model: "threads", profile: "cpython-3.11", threads: 1 })).toBeLessThan(0.1);
  expect(nap({ model: "event-loop", profile: "node-20" })).toBeGreaterThan(1);
  expect(nap({ model: "goroutines" })).toBeGreaterThan(1);
  expect(nap({ model: "goroutines" })).toBeLessThan(1.3);
});

// Naive: Go's collector is a quarter more processor time, in the background.
test("13: with two Ps that only allocate, most marking is done inside requests", () => {
  const work = Array.from({ length: 8 }, () => [{ cpu: "1.9us" }, { alloc: "4KiB" }]).flat();
  const keep = { steps: [{ hold: "200MiB" }, { sleep: "100s" }] };
  const { cpu, classes, breakdownMs, throughput } = resultOf({
    cores: 2,
    duration: "3s",
    warmup: "1s",
    runtime: { model: "goroutines", gomaxprocs: 2 },
    requests: { work: { steps: work }, keep },
    loads: { keep: { ...atOnce(1), ...inside, request: "keep" }, work: users(4, "work") },
  });
  // Measured per cycle: 54 to 107 ms of assists, 26 to 66 ms in the background.
  const assists = breakdownMs["gc-assist"]! * throughput * 2e-3;
  expect(assists / cpu.gcSeconds).toBeGreaterThan(0.5);
  // Measured: 8 allocations take p50 15 µs, p99.9 20 ms.
  const { p50, p999 } = classes["work"]!.latencyMs;
  expect(p999).toBeGreaterThan(100 * p50);
});

/** A task that naps for 1 ms and wants a lock that another takes again at once, for 100 µs. */
function meekBeside(runtime: object, fair: boolean): LaneResult["classes"][string] {
  return resultOf({
    cores: 2,
    duration: "2s",
    locks: { orders: fair ? { fair: true } : {} },
    runtime,
    requests: {
      greedy: { steps: [{ lock: "orders", steps: [{ cpu: "100us" }] }] },
      meek: { steps: [{ lock: "orders", steps: [{ cpu: "10us" }] }, { sleep: "1ms" }] },
    },
    loads: { greedy: users(1, "greedy"), meek: users(1, "meek") },
  }).classes["meek"]!;
}

// Naive: locks are first come, first served.
test("14: a lock is not fair: Go hands it over after 1 ms, an unfair Java lock when it happens", () => {
  const java = { model: "threads", profile: "jvm-platform", threads: 4 };
  // Of each latency 1 ms and the slack are the nap. Measured in Go, hold 100 µs: p50 1.13 ms.
  const go = meekBeside({ model: "goroutines" }, false).latencyMs;
  expect(go.p50 - 1).toBeGreaterThan(0.9);
  expect(go.p50 - 1).toBeLessThan(2.5);
  const fair = meekBeside(java, true);
  expect(fair.latencyMs.max - 1.05).toBeLessThan(2 * 0.1 + 0.1);
  expect(fair.completed).toBeGreaterThan(1500);
  // An unfair lock starved a waiter for 0.7 s (measured): who is running takes it again.
  expect(meekBeside(java, false).completed).toBeLessThan(fair.completed / 20);
});
