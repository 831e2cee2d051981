/** Failure paths: processes that die, clients that give up, limits that are reached. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { createSimulation, type Simulation } from "./simulation.ts";
import { anySketch, atOnce, begin, inPlace, modelOf, run, type Sketch } from "./testing.ts";

const HEAP = 2;

/** A simulation of `sketch` with quick restarts whose load ends after `loadMs`. */
function fragile(sketch: Sketch, loadMs: number): Simulation {
  const model = modelOf({ ...sketch, duration: "3s" });
  const costs = { ...model.runtime.costs, restart: 2e6 };
  return createSimulation({
    ...model,
    runtime: { ...model.runtime, costs },
    loads: model.loads.map((load) => Object.assign({}, load, { durationNs: loadMs * 1e6 })),
  });
}

function expectNothingHeld({ memory, requests, ledger, runtime }: Simulation): void {
  for (const pool of requests.pools) expect(pool.inUse).toBe(0);
  expect(ledger.tasks.live).toBe(0);
  expect(memory.ofKind(HEAP)).toBe(runtime.objects.restingBytes());
}

test("whenever processes are killed, the books balance at the end", () => {
  const property = fc.property(anySketch, (sketch) => {
    const simulation = fragile(sketch, 120);
    const { processes } = simulation.model.runtime;
    for (let i = 1; simulation.status === "running" && i < 12; i++) {
      simulation.runUntil(i * 11_111_111 + i * i * 13, 100_000);
      if (simulation.status === "running") simulation.runtime.killProcess(i % processes);
    }
    simulation.runUntil(Infinity, 3_000_000);
    // Programs may wait for each other for ever; whatever does not, gives everything back.
    if (simulation.reason?.startsWith("deadlock") === true) return;
    expect(simulation.status).toBe("finished");
    if (simulation.ledger.tasks.live === 0) expectNothingHeld(simulation);
    for (const pool of simulation.requests.pools) expect(pool.inUse).toBeLessThanOrEqual(pool.size);
  });
  fc.assert(property, { numRuns: 80 });
});

const RUNTIMES = {
  threads: { model: "threads", threads: 4, gil: true },
  "event-loop": { model: "event-loop", gil: true, executor: { threads: 2 } },
  goroutines: { model: "goroutines", gomaxprocs: 2 },
};

for (const [name, runtime] of Object.entries(RUNTIMES)) {
  test(`${name}: a process that dies takes its requests with it, and its successor serves`, () => {
    const simulation = begin({
      cores: 2,
      runtime: { ...runtime, processes: 2 },
      pools: { db: { size: 3 } },
      steps: [
        { cpu: "1ms" },
        { parallel: 2, steps: [{ offload: [{ block: "2ms" }] }] },
        { acquire: "db", steps: [{ io: "5ms" }] },
      ],
      load: { executor: "constant-vus", vus: 8, thinkTime: "1ms", duration: "500ms" },
    });
    simulation.runUntil(100e6, Infinity);
    const { inFlight } = simulation.result(0).requests;
    simulation.runtime.killProcess(0);
    simulation.runtime.killProcess(1);
    expect(simulation.result(0).requests.failed.crash).toBe(inFlight);
    expect(simulation.requests.pools[0]?.inUse).toBe(0);
    const before = simulation.recorder.completed;
    simulation.runUntil(Infinity, Infinity);
    expect(simulation.recorder.completed).toBeGreaterThan(before + 100);
    expectNothingHeld(simulation);
  });

  test(`${name}: a client that gives up with cancel stops the work wherever it is`, () => {
    for (const step of [{ io: "1s" }, { block: "1s" }, { sleep: "1s" }]) {
      const simulation = begin({
        runtime,
        steps: [step, { cpu: "1ms" }],
        load: { ...atOnce(1), timeout: "10ms", cancel: true },
      });
      simulation.runUntil(11e6, Infinity);
      expect(simulation.recorder.failed[0]).toBe(1);
      expectNothingHeld(simulation);
    }
  });

  test(`${name}: giving up with cancel also stops the parts that are awaited, and theirs`, () => {
    const simulation = begin({
      runtime,
      steps: [{ parallel: 2, steps: [{ parallel: 2, steps: [{ io: "1s" }] }] }],
      load: { ...atOnce(1), timeout: "10ms", cancel: true },
    });
    simulation.runUntil(5e6, Infinity);
    expect(inPlace(simulation, "waiting-io")).toBe(4);
    simulation.runUntil(11e6, Infinity);
    expectNothingHeld(simulation);
  });

  test(`${name}: without cancel the work goes on, in vain`, () => {
    const simulation = run({
      runtime,
      steps: [{ io: "100ms" }, { cpu: "5ms" }],
      load: { ...atOnce(1), timeout: "10ms" },
    });
    const { requests, cpu } = simulation.result(0);
    expect(requests.failed.timeout).toBe(1);
    expect(requests.completed).toBe(0);
    expect(cpu.userSeconds).toBeCloseTo(0.005, 3);
    expectNothingHeld(simulation);
  });

  test(`${name}: who gives up waiting for a pool leaves its queue`, () => {
    const simulation = begin({
      cores: 2,
      runtime,
      pools: { db: { size: 1 } },
      steps: [{ acquire: "db", steps: [{ io: "50ms" }] }],
      load: { ...atOnce(3), timeout: "10ms", cancel: true },
    });
    simulation.runUntil(20e6, Infinity);
    expect(simulation.recorder.failed[0]).toBe(3);
    expect(simulation.requests.pools[0]?.waiting).toBe(0);
    expectNothingHeld(simulation);
  });

  test(`${name}: a request whose parts are awaited fails when one of them does`, () => {
    const simulation = run({
      runtime,
      steps: [{ parallel: 3, steps: [{ sleep: "5ms" }, { fail: 1 }] }],
      load: atOnce(2),
    });
    expect(simulation.result(0).requests.failed.error).toBe(2);
    expectNothingHeld(simulation);
  });

  test(`${name}: out of memory the kernel kills the process, which comes back`, () => {
    const simulation = run({
      cores: 2,
      memory: "10MiB",
      runtime: { ...runtime, profile: "neutral" },
      steps: [{ hold: "3MiB" }, { io: "20ms" }],
      load: { executor: "constant-arrival-rate", rate: 500, arrivals: "uniform" },
    });
    const { requests, memoryBytes } = simulation.result(0);
    expect(requests.failed.crash).toBeGreaterThan(20);
    expect(memoryBytes.peak).toBeLessThan(14 * 2 ** 20);
    expect(simulation.memory.total).toBeLessThanOrEqual(10 * 2 ** 20);
  });

  test(`${name}: a user inside goes on after its request was cancelled`, () => {
    const simulation = run({
      runtime,
      steps: [{ sleep: "30ms" }],
      load: { executor: "constant-vus", vus: 1, origin: "inside", timeout: "10ms", cancel: true },
    });
    // A request every 10 ms, and 0.1 ms before one who failed tries again.
    expect(simulation.recorder.failed[0]).toBeGreaterThan(90);
  });

  test(`${name}: no more connections than allowed are open, the rest waits in the kernel`, () => {
    const simulation = begin({
      cores: 2,
      runtime: { ...runtime, maxConnections: 2, backlog: 3 },
      steps: [{ io: "10ms" }],
      load: { ...atOnce(10), connections: { keepAlive: false } },
    });
    simulation.runUntil(5e6, Infinity);
    expect(inPlace(simulation, "waiting-io")).toBe(2);
    // Four fit; who is still asleep when they arrive finds them all there.
    const queued = inPlace(simulation, "accept-queue");
    expect(queued).toBe(name === "goroutines" ? 2 : 4);
    expect(inPlace(simulation, "connecting")).toBe(8 - queued);
    simulation.runUntil(25e6, Infinity);
    expect(simulation.recorder.completed).toBe(4);
  });
}

test("a request that is given up in the accept queue is served in vain when its turn comes", () => {
  const simulation = begin({
    runtime: { model: "threads", threads: 1, maxConnections: 1 },
    steps: [{ block: "50ms" }],
    load: { ...atOnce(2), timeout: "20ms", connections: { keepAlive: false } },
  });
  simulation.runUntil(30e6, Infinity);
  expect(simulation.recorder.failed[0]).toBe(2);
  expect(inPlace(simulation, "accept-queue")).toBe(1);
  simulation.runUntil(60e6, Infinity);
  expect(inPlace(simulation, "blocked")).toBe(1);
  simulation.runUntil(110e6, Infinity);
  expectNothingHeld(simulation);
});

test("a task that was given up while its SYN is being sent again never reaches the server", () => {
  const simulation = run({
    duration: "3s",
    runtime: { model: "threads", threads: 1, maxConnections: 1, backlog: 0 },
    requests: { busy: { steps: [{ block: "900ms" }] }, page: { steps: [{ cpu: "1ms" }] } },
    loads: {
      busy: { ...atOnce(1), request: "busy", connections: { keepAlive: false } },
      page: { ...atOnce(3), request: "page", start: "1ms", timeout: "500ms" },
    },
  });
  expect(simulation.recorder.failed[0]).toBe(3);
  expect(simulation.result(0).cpu.userSeconds).toBeCloseTo(0.001, 6);
});

test("a computation under the GIL that is interrupted just as it ends still hands the lock over", () => {
  // Bursts of exactly the interval: the request comes at the instant at which each ends.
  const { classes } = run({
    cores: 2,
    runtime: { model: "threads", threads: 2, gil: true },
    requests: {
      steady: { steps: [{ cpu: "5ms" }, { cpu: "5ms" }, { cpu: "400ms" }] },
      page: { steps: [{ cpu: "1ms" }] },
    },
    loads: {
      steady: { ...atOnce(1), request: "steady" },
      page: { ...atOnce(1), request: "page" },
    },
  }).result(0);
  expect(classes["page"]?.latencyMs.max).toBe(6);
});

test("users without think time and steps without duration stop the run with a reason", () => {
  const simulation = createSimulation({
    ...modelOf({
      runtime: { model: "threads", threads: 1 },
      steps: [{ cpu: "1ms" }],
      load: { executor: "constant-vus", vus: 1 },
    }),
    classes: [{ name: "empty", steps: [] }],
  });
  expect(simulation.runUntil(Infinity, Infinity)).toBe("stopped");
  expect(simulation.reason).toContain("time stands still");
});

test("two million tasks fit", { timeout: 120_000 }, () => {
  const simulation = begin({
    duration: "1s",
    memory: "512GiB",
    runtime: { model: "goroutines", profile: "neutral" },
    steps: [{ io: "10s" }],
    load: { executor: "constant-arrival-rate", rate: 2_100_000, origin: "inside" },
  });
  simulation.runUntil(Infinity, Infinity);
  expect(simulation.status).toBe("finished");
  expect(inPlace(simulation, "waiting-io")).toBeGreaterThan(2_000_000);
});
