/** Schedules of threads as pictures: one letter per tick, R runs, r ready, g wants the GIL, i waits. */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, picture, run, type Sketch } from "../testing.ts";

function drawn(sketch: Sketch, untilMs: number, tickMs: number): string[] {
  const simulation = begin(sketch);
  simulation.runUntil(untilMs * 1e6, Infinity);
  return picture(simulation, tickMs);
}

test("two CPU-bound threads take turns on the GIL every 5 ms, even on two cores", () => {
  const sketch = {
    // A core that runs dry looks for work by chance; here it does.
    seed: 2,
    cores: 2,
    runtime: { model: "threads", profile: "cpython-3.11", threads: 2 },
    steps: [{ cpu: "15ms" }],
    load: { ...atOnce(2), origin: "inside" },
  };
  expect(drawn(sketch, 33, 1)).toEqual([
    "cpu0: .....RRRRR.....RRRRR.....RRRRR...",
    "cpu1: RRRRR.....RRRRR.....RRRRR........",
    "GIL holder: RRRRRRRRRRRRRRRRRRRRRRRRRRRRRR...",
    "T01: RRRRRgggggRRRRRgggggRRRRR........",
    "T02: gggggRRRRRgggggRRRRRgggggRRRRR...",
    "arrivals: .................................",
  ]);
});

test("two threads without a GIL run at once on two cores", () => {
  const sketch = {
    cores: 2,
    runtime: { model: "threads", threads: 2 },
    steps: [{ cpu: "5ms" }],
    load: atOnce(2),
  };
  expect(drawn(sketch, 6, 1)).toEqual([
    "cpu0: RRRRR.",
    "cpu1: RRRRR.",
    "T01: RRRRR.",
    "T02: RRRRR.",
  ]);
});

/** Four requests over connections of their own, two threads in all. */
function gunicorn(threads: number, processes: number, profile = "cpython-3.11"): string[] {
  const sketch = {
    cores: 4,
    runtime: { model: "threads", profile, threads, processes },
    steps: [{ cpu: "2ms" }, { io: "3ms" }, { cpu: "1ms" }],
    load: { ...atOnce(4), connections: { keepAlive: false } },
  };
  return drawn(sketch, 15, 0.5).filter((line) => !line.startsWith("cpu"));
}

test("gunicorn's thread worker: one GIL for two threads, the main thread accepts all at once", () => {
  expect(gunicorn(2, 1)).toEqual([
    "GIL holder: RRRRRRRR..RRRRRRRRRRRRRR....RR",
    "T01: ggggRRRRiiiiiiggRRRRRRiiiiiiRR",
    "T02: RRRRiiiiiiRRRRRRiiiiiiRR......",
    "main: ..............................",
  ]);
});

test("without the GIL the same threads run side by side, each of them 1.4 times as long", () => {
  expect(gunicorn(2, 1, "cpython-3.13t")).toEqual([
    "T01: RRRRRRiiiiiiRRRRRRRRiiiiiiRRR.",
    "T02: RRRRRRiiiiiiRRRRRRRRiiiiiiRRR.",
    "main: ..............................",
  ]);
});

test("gunicorn's sync workers: a process and a GIL each, one request at a time", () => {
  expect(gunicorn(1, 2)).toEqual([
    "GIL 0: RRRR......RRRRRR......RR......",
    "GIL 1: RRRR......RRRRRR......RR......",
    "T01: RRRRiiiiiiRRRRRRiiiiiiRR......",
    "T02: RRRRiiiiiiRRRRRRiiiiiiRR......",
  ]);
});

test("a connection wakes all eight idle workers, and seven go back to sleep", () => {
  for (const threads of [1, 4]) {
    const { contextSwitches, cpu } = run({
      cores: 8,
      runtime: { model: "threads", profile: "cpython-3.11", threads, processes: 8 },
      steps: [{ cpu: "1ms" }],
      load: { ...atOnce(1), connections: { keepAlive: false } },
    }).result(0);
    expect(contextSwitches.voluntary).toBeGreaterThanOrEqual(8);
    expect(contextSwitches.voluntary).toBeLessThan(12);
    // Each pays at least for asking its selector, 3 µs.
    expect(cpu.systemSeconds).toBeGreaterThan(8 * 3e-6);
  }
});

test("with sockets of their own only one worker is woken for a connection", () => {
  const { contextSwitches } = run({
    cores: 8,
    runtime: {
      model: "threads",
      profile: "cpython-3.11",
      threads: 1,
      processes: 8,
      reusePort: true,
    },
    steps: [{ cpu: "1ms" }],
    load: { ...atOnce(1), connections: { keepAlive: false } },
  }).result(0);
  expect(contextSwitches.voluntary).toBe(1);
});

test("a sync worker closes the connection: the next request over it connects again", () => {
  const { breakdownMs, requests } = run({
    cores: 2,
    runtime: { model: "threads", profile: "cpython-3.11", threads: 1, processes: 2 },
    steps: [{ cpu: "2ms" }],
    load: { executor: "constant-vus", vus: 4 },
  }).result(0);
  expect(requests.completed).toBeGreaterThan(900);
  // Two users are served, two wait in the kernel's queue, and none behind a certain worker.
  expect(breakdownMs["accept-queue"]).toBeCloseTo(2, 0);
  expect(breakdownMs["worker-queue"] ?? 0).toBe(0);
});

test("a pool's threads take the next request as soon as they are done with one", () => {
  const sketch = {
    runtime: { model: "threads", threads: 2 },
    steps: [{ cpu: "1ms" }, { io: "3ms" }, { cpu: "1ms" }],
    load: atOnce(4),
  };
  expect(drawn(sketch, 13, 0.5)).toEqual([
    "cpu0: RRRR....RRRRRRRR..RR..RR..",
    "T01: RRiiiiiiRRRRiiiiiiRR......",
    "T02: rrRRiiiiiirrRRRRiiiiiiRR..",
  ]);
});

test("a thread that waits for I/O lets others have the GIL and must win it back", () => {
  const sketch = {
    cores: 2,
    runtime: { model: "threads", threads: 2, gil: true },
    requests: { io: { steps: [{ io: "1ms" }, { io: "1ms" }] }, hog: { steps: [{ cpu: "1s" }] } },
    loads: { hog: { ...atOnce(1), request: "hog" }, io: { ...atOnce(1), request: "io" } },
  };
  expect(drawn(sketch, 20, 1)).toEqual([
    "cpu0: RRRRRRRRRRRRRRRRRRRR",
    "GIL holder: RRRRRRRRRRRRRRRRRRRR",
    "T01: RRRRRRRRRRRRRRRRRRRR",
    "T02: gggggigggggiggggg...",
  ]);
});

test("a request beyond the bounded queue is refused at once", () => {
  const sketch = {
    runtime: { model: "threads", threads: 1, queue: 2 },
    steps: [{ cpu: "10ms" }],
    load: atOnce(5),
  };
  const { requests } = run(sketch).result(0);
  expect(requests.failed.rejected).toBe(2);
  expect(requests.completed).toBe(3);
});

test("requests over one connection are served by its thread one after the other", () => {
  const simulation = begin({
    cores: 4,
    runtime: { model: "threads", threads: "per-connection" },
    steps: [{ cpu: "2ms" }],
    load: { ...atOnce(3), connections: { count: 1 } },
  });
  simulation.runUntil(1e6, Infinity);
  expect([inPlace(simulation, "running"), inPlace(simulation, "runnable")]).toEqual([1, 2]);
  simulation.runUntil(7e6, Infinity);
  expect(simulation.recorder.completed).toBe(3);
});

test("a connection that was given up leaves its thread to the work nobody waits for", () => {
  const simulation = run({
    cores: 1,
    runtime: { model: "threads", threads: "per-connection" },
    steps: [{ io: "30ms" }],
    load: { executor: "constant-vus", vus: 1, timeout: "10ms" },
    duration: "100ms",
  });
  // One request after the other every 10.1 ms; each keeps a thread of its own for 30 ms.
  expect(simulation.recorder.failed[0]).toBe(9);
  expect(inPlace(simulation, "waiting-io")).toBe(3);
});
