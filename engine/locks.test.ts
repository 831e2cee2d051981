/**
 * What locks and pools of real runtimes are known to do, as runs of the ordinary engine: the
 * figures are those of the literature and of measurements, named beside each.
 */
import { expect, test } from "vitest";
import type { LaneResult, LatencySummary } from "./api.ts";
import { atOnce, begin, picture, run, type Sketch } from "./testing.ts";

const go = (gomaxprocs: number): object => ({ model: "goroutines", gomaxprocs });
const java = { model: "threads", profile: "jvm-platform", threads: "per-request" };
const neutral = { model: "threads", threads: "per-request" };

function resultOf(sketch: Sketch): LaneResult {
  return run(sketch).result(0);
}

function users(vus: number, request?: string): object {
  const who = request === undefined ? {} : { request };
  return { executor: "constant-vus", vus, origin: "inside", ...who };
}

// ---- Who waits where ----------------------------------------------------------------------------

const THREE = {
  cores: 3,
  duration: "12ms",
  locks: { m: {} },
  steps: [{ cpu: "1ms" }, { lock: "m", steps: [{ cpu: "2ms" }] }, { cpu: "1ms" }],
  load: { ...atOnce(3), origin: "inside" },
};

test("a thread that finds a lock taken sleeps, and its core with it", () => {
  const runtime = { model: "threads", threads: 3 };
  expect(picture(run({ ...THREE, runtime }), 1)).toEqual([
    "cpu0: RRRR........",
    "cpu1: R..RRR......",
    "cpu2: R....RRR....",
    "T01: RRRR........",
    "T02: RllRRR......",
    "T03: RllllRRR....",
  ]);
});

test("a goroutine that finds a lock taken leaves its P to others, and needs one to go on", () => {
  const steps = [{ cpu: "1ms" }, { lock: "m", steps: [{ io: "3ms" }] }, { cpu: "2ms" }];
  const simulation = run({ ...THREE, cores: 1, runtime: { ...go(1), profile: "neutral" }, steps });
  expect(picture(simulation, 1).slice(0, 2)).toEqual(["cpu0: RRR.RR...RR.", "P0: RRR.RR...RR."]);
});

test("Python lets go of the GIL to wait for a lock, and others compute meanwhile", () => {
  const simulation = run({
    cores: 2,
    duration: "40ms",
    runtime: { model: "threads", profile: "cpython-3.11", threads: 3 },
    locks: { m: {} },
    requests: {
      holder: { steps: [{ lock: "m", steps: [{ io: "10ms" }] }] },
      waiter: { steps: [{ lock: "m", steps: [{ cpu: "1ms" }] }] },
      hog: { steps: [{ cpu: "30ms" }] },
    },
    loads: {
      holder: { ...atOnce(1), request: "holder" },
      waiter: { ...atOnce(1), request: "waiter" },
      hog: { ...atOnce(1), request: "hog" },
    },
  });
  const rows = picture(simulation, 1).filter((row) => row.startsWith("T"));
  expect(rows).toEqual([
    // Who holds the lock must wait 5 ms for the GIL before it can let go of it.
    "T01: iiiiiiiiiiggggg.........................",
    "T02: lllllllllllllllR........................",
    "T03: RRRRRRRRRRRRRRRrRRRRRRRRRRRRRRR.........",
  ]);
});

test("Little's law holds for who waits for a lock", () => {
  const { places, throughput, breakdownMs } = resultOf({
    cores: 4,
    duration: "20s",
    runtime: java,
    locks: { m: {} },
    steps: [{ cpu: "1ms" }, { lock: "m", steps: [{ cpu: { dist: "exponential", mean: "2ms" } }] }],
    load: { executor: "constant-arrival-rate", rate: 400 },
  });
  const stay = throughput * (breakdownMs["waiting-lock:m"]! / 1e3);
  expect(places["waiting-lock:m"]!.mean / stay).toBeCloseTo(1, 2);
});

// ---- Starvation and convoys ---------------------------------------------------------------------

/** One re-locks in a loop, another wants the lock every 5 ms or so: what the other sees. */
function beside(parts: {
  runtime: object;
  hold: string;
  fair?: boolean;
  /** Between two rounds of the loop. */
  gap?: object;
  seconds?: number;
}): LatencySummary {
  const { runtime, hold, fair = false, seconds = 3 } = parts;
  const inLock = { lock: "m", steps: [{ cpu: hold }] };
  const gap = { cpu: parts.gap ?? "0s" };
  return resultOf({
    cores: 2,
    duration: `${seconds}s`,
    runtime,
    locks: { m: { fair } },
    requests: { loop: { steps: [inLock, gap] }, other: { steps: [inLock] } },
    loads: {
      loop: users(1, "loop"),
      other: { ...users(1, "other"), thinkTime: { dist: "exponential", mean: "5ms" } },
    },
  }).classes["other"]!.latencyMs;
}

test("Go: beside a tight loop of 10 µs holds a waiter gets in after 1 ms (measured 1.07)", () => {
  const { p50, p99 } = beside({ runtime: go(2), hold: "10us" });
  expect(p50).toBeGreaterThan(1);
  expect(p50).toBeLessThan(1.3);
  expect(p99).toBeLessThan(4.1);
});

test("Go: with holds of 100 µs the bound stays (measured p50 1.13, p99 6.1)", () => {
  const { p50, p99 } = beside({ runtime: go(2), hold: "100us" });
  expect(p50).toBeGreaterThan(1);
  expect(p50).toBeLessThan(1.3);
  expect(p99).toBeLessThan(6.1);
});

test("Java: an unfair lock keeps a waiter out for 20 holds and more, the longer the run", () => {
  // Between two rounds there is next to nothing, but never exactly nothing.
  const parts = { runtime: java, hold: "100us", gap: { dist: "exponential", mean: "1us" } };
  const short = beside({ ...parts, seconds: 1 }).max;
  const long = beside({ ...parts, seconds: 6 }).max;
  expect(short).toBeGreaterThan(20 * 0.1);
  expect(long).toBeGreaterThan(short);
});

test("Java: a fair lock makes it wait for one hold and a wake-up (measured p50 0.07 ms)", () => {
  const { max } = beside({ runtime: java, hold: "100us", fair: true });
  expect(max).toBeLessThan(2 * 0.1 + 0.05);
});

test("a convoy: handed over, a lock moves once per hold and wake-up; barging twice as often", () => {
  const rate = (fair: boolean): number =>
    resultOf({
      cores: 2,
      runtime: java,
      locks: { m: { fair } },
      steps: [{ lock: "m", steps: [{ cpu: "1us" }] }],
      load: users(2),
      duration: "200ms",
    }).throughput;
  // 4.5 µs to wake a thread on another core.
  const handedOver = rate(true) * 5.5e-6;
  expect(handedOver).toBeGreaterThan(0.7);
  expect(handedOver).toBeLessThan(1.3);
  expect(rate(false) / rate(true)).toBeGreaterThan(2);
});

test("32 Java threads at one lock leave a quarter of two cores idle (measured: 1424/s, 1.48 cores)", () => {
  const { throughput, cpu, latencyMs } = resultOf({
    cores: 2,
    duration: "20s",
    calibration: "truth",
    runtime: java,
    locks: { m: {} },
    steps: [{ cpu: "500us" }, { lock: "m", steps: [{ cpu: "500us" }] }],
    load: users(32),
  });
  expect(throughput / 1424).toBeGreaterThan(0.85);
  expect(throughput / 1424).toBeLessThan(1.15);
  expect(2 * cpu.utilization).toBeLessThan(1.48 * 1.15);
  // Late comers barge in: the slowest wait three times as long as their turn would take.
  expect(latencyMs.p99 / 60).toBeGreaterThan(0.75);
  expect(latencyMs.p99 / 60).toBeLessThan(1.25);
});

// ---- Readers and writers ------------------------------------------------------------------------

test.each([neutral, java, go(4)])(
  "a writer waits for the readers inside, later readers for it, and nobody for ever: %j",
  (runtime) => {
    const { classes } = resultOf({
      cores: 4,
      duration: "2s",
      runtime,
      locks: { rw: {} },
      requests: {
        read: { steps: [{ rlock: "rw", steps: [{ io: "10ms" }] }] },
        write: { steps: [{ wlock: "rw", steps: [{ io: "5ms" }] }] },
      },
      loads: {
        readers: {
          executor: "constant-arrival-rate",
          rate: 400,
          arrivals: "uniform",
          request: "read",
        },
        writer: {
          executor: "constant-arrival-rate",
          rate: 10,
          arrivals: "uniform",
          request: "write",
        },
      },
    });
    const slack = 0.2;
    expect(classes["write"]!.completed).toBeGreaterThanOrEqual(18);
    expect(classes["write"]!.latencyMs.max).toBeLessThan(10 + 5 + slack);
    expect(classes["read"]!.latencyMs.p50).toBeLessThan(10 + slack);
    expect(classes["read"]!.latencyMs.max).toBeLessThan(10 + 5 + 10 + slack);
  },
);

test("Go: two writers are never back to back while readers wait", () => {
  const { classes } = resultOf({
    cores: 4,
    duration: "3s",
    runtime: go(4),
    locks: { rw: {} },
    requests: {
      read: { steps: [{ rlock: "rw", steps: [{ io: "2ms" }] }] },
      write: { steps: [{ wlock: "rw", steps: [{ io: "2ms" }] }] },
    },
    loads: { readers: users(3, "read"), writers: users(3, "write") },
  });
  // One writer, one batch of all three readers, and so on.
  const perWrite = classes["read"]!.completed / classes["write"]!.completed;
  expect(perWrite).toBeCloseTo(3, 1);
});

// ---- Atomic counters ----------------------------------------------------------------------------

test("a counter that n cores share gets slower with the second core, one for each is n times", () => {
  const rate = (cores: number, shared: boolean): number => {
    const counters = Array.from({ length: cores }, (_, i) => (shared ? "hits" : `hits ${i}`));
    const named = counters.map((counter, i) => [`core ${i}`, counter] as const);
    return resultOf({
      cores,
      duration: "10ms",
      runtime: go(cores),
      requests: Object.fromEntries(
        named.map(([name, counter]) => [
          name,
          { steps: [{ cpu: "100ns" }, { atomic: counter, ops: 1000 }] },
        ]),
      ),
      loads: Object.fromEntries(named.map(([name]) => [name, users(1, name)])),
    }).throughput;
  };
  const one = rate(1, true);
  // One owner at a time: 1 operation per transfer of 40 ns, against 5.5 ns alone.
  for (const cores of [2, 4]) {
    expect(rate(cores, true) * 1000 * 40e-9).toBeCloseTo(1, 1);
    expect(rate(cores, false) / one).toBeCloseTo(cores, 1);
  }
});

// ---- Pools --------------------------------------------------------------------------------------

test("who is served at random waits as long on average, but not as evenly (ρ = 0.9)", () => {
  const pool = (order: string): LaneResult =>
    resultOf({
      cores: 4,
      duration: "200s",
      warmup: "10s",
      runtime: neutral,
      pools: { db: { size: 10, order } },
      steps: [{ acquire: "db", steps: [{ io: { dist: "exponential", mean: "20ms" } }] }],
      load: { executor: "constant-arrival-rate", rate: 450 },
    });
  const [fifo, random, lifo] = ["fifo", "random", "lifo"].map(pool);
  const waits = [fifo, random, lifo].map((result) => result!.breakdownMs["waiting-pool:db"]!);
  for (const wait of waits) expect(wait / waits[0]!).toBeCloseTo(1, 1);
  expect(random!.latencyMs.stddev).toBeGreaterThan(1.1 * fifo!.latencyMs.stddev);
  expect(random!.latencyMs.p99).toBeGreaterThan(1.1 * fifo!.latencyMs.p99);
  expect(lifo!.latencyMs.p99).toBeGreaterThan(random!.latencyMs.p99);
});

test("a pool that is cold adds one connection at once, then one every 30 ms (HikariCP)", () => {
  const simulation = begin({
    cores: 4,
    duration: "400ms",
    runtime: neutral,
    pools: { db: { size: 10, minIdle: 1 } },
    steps: [{ acquire: "db", steps: [{ io: "1s" }] }],
    load: atOnce(20),
  });
  const inUse = [1, 29, 31, 239, 241, 400].map((ms) => {
    simulation.runUntil(ms * 1e6, Infinity);
    return simulation.requests.pools[0]!.inUse;
  });
  expect(inUse).toEqual([2, 2, 3, 9, 10, 10]);
});

test.each([
  ["cpython-3.11", "threads", 10.15],
  ["jvm-platform", "threads", 10.2],
  ["jvm-virtual", "virtual-threads", 10.28],
])("%s: late comers barge in on a semaphore, so most never wait (measured p50)", (...of) => {
  const [profile, model, p50] = of;
  const runtime = model === "threads" ? { model, profile, threads: 100 } : { model, profile };
  const semaphore = (order: string): LatencySummary =>
    resultOf({
      cores: 2,
      duration: "5s",
      calibration: "truth",
      runtime,
      pools: { db: { size: 10, order } },
      steps: [{ acquire: "db", steps: [{ io: "10ms" }] }],
      load: users(100),
    }).latencyMs;
  expect(semaphore("native").p50 / p50).toBeCloseTo(1, 1);
  expect(semaphore("fifo").p50).toBeGreaterThan(95);
});
