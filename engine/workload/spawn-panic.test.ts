/** Tasks that start others, and tasks that take their process with them, on every runtime. */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, run, runsOf, type Sketch } from "../testing.ts";

const RUNTIMES = {
  threads: { model: "threads", threads: 4 },
  loop: { model: "event-loop" },
  goroutines: { model: "goroutines", profile: "neutral" },
  virtual: { model: "virtual-threads", profile: "neutral" },
};

for (const [name, runtime] of Object.entries(RUNTIMES)) {
  test(`${name}: a spawned task outlives its request, which does not wait for it`, () => {
    const simulation = begin({
      cores: 2,
      runtime,
      steps: [{ spawn: [{ hold: "1MiB" }, { sleep: "50ms" }] }, { cpu: "1ms" }],
      load: { ...atOnce(1), timeout: "20ms", cancel: true },
    });
    simulation.runUntil(40e6, Infinity);
    expect(simulation.result(0).latencyMs.max).toBe(1);
    expect([simulation.recorder.completed, simulation.ledger.tasks.live]).toEqual([1, 1]);
    simulation.runUntil(60e6, Infinity);
    expect([simulation.recorder.completed, simulation.ledger.tasks.live]).toEqual([1, 0]);
    expect(simulation.memory.ofKind(2)).toBe(0);
  });

  test(`${name}: who is cancelled leaves its spawned tasks alone, and theirs`, () => {
    const simulation = begin({
      cores: 2,
      runtime,
      steps: [{ spawn: [{ spawn: [{ sleep: "30ms" }] }, { sleep: "30ms" }] }, { sleep: "30ms" }],
      load: { ...atOnce(1), timeout: "10ms", cancel: true },
    });
    simulation.runUntil(20e6, Infinity);
    expect(inPlace(simulation, "sleeping")).toBe(2);
    simulation.runUntil(Infinity, Infinity);
    expect([simulation.recorder.failed[0], simulation.ledger.tasks.live]).toEqual([1, 0]);
  });

  test(`${name}: the first of three parts lets the request go on, the others lock and send in vain`, () => {
    const simulation = run({
      cores: 4,
      runtime,
      locks: { a: {} },
      channels: { out: { capacity: 2 } },
      steps: [
        {
          parallel: 3,
          steps: [{ lock: "a", steps: [{ sleep: "10ms" }] }, { send: "out" }],
          wait: "first",
        },
        { receive: "out" },
      ],
      load: { ...atOnce(1), origin: "inside" },
    });
    expect(simulation.result(0).latencyMs.max).toBe(10);
    expect(simulation.ledger.tasks.live).toBe(0);
  });

  test(`${name}: who is cancelled takes parts along that hold a lock and wait for a channel`, () => {
    const simulation = begin({
      cores: 4,
      runtime,
      locks: { a: {} },
      channels: { out: {} },
      requests: {
        page: { steps: [{ parallel: 3, steps: [{ lock: "a", steps: [{ receive: "out" }] }] }] },
        next: { steps: [{ lock: "a", steps: [{ sleep: "1ms" }] }] },
      },
      loads: {
        pages: { ...atOnce(1), request: "page", timeout: "15ms", cancel: true },
        next: { ...atOnce(1), request: "next", start: "5ms" },
      },
    });
    simulation.runUntil(10e6, Infinity);
    expect(inPlace(simulation, "waiting-lock:a")).toBe(3);
    simulation.runUntil(Infinity, Infinity);
    expect(simulation.result(0).classes["next"]!.latencyMs.max).toBeCloseTo(11, 6);
    expect([simulation.recorder.failed[0], simulation.ledger.tasks.live]).toEqual([1, 0]);
  });

  test(`${name}: a panic takes everything in its process, and its successor serves`, () => {
    const simulation = begin({
      cores: 2,
      runtime: { ...runtime, costs: { restart: 10e6 } },
      requests: {
        page: { steps: [{ spawn: [{ io: "1s" }] }, { io: "100ms" }] },
        bad: { steps: [{ cpu: "1ms" }, { panic: 1 }, { cpu: "1s" }] },
      },
      loads: {
        pages: { ...atOnce(3), request: "page" },
        bad: { ...atOnce(1), request: "bad", start: "50ms" },
        late: { ...atOnce(2), request: "page", start: "80ms" },
      },
    });
    simulation.runUntil(52e6, Infinity);
    const { failed } = simulation.result(0).requests;
    expect([failed.crash, simulation.ledger.tasks.live]).toEqual([4, 0]);
    simulation.runUntil(Infinity, Infinity);
    expect(simulation.recorder.completed).toBe(2);
    expect(simulation.result(0).cpu.userSeconds).toBeCloseTo(0.001, 9);
  });

  test(`${name}: a panic that is recovered fails one request`, () => {
    const simulation = run({
      cores: 2,
      runtime: { ...runtime, recover: true },
      pools: { db: { size: 1 } },
      steps: [{ acquire: "db", steps: [{ io: "10ms" }, { panic: 0.5 }] }],
      load: atOnce(40),
    });
    const { completed, failed } = simulation.result(0).requests;
    expect([completed + failed.error, failed.crash]).toEqual([40, 0]);
    expect(failed.error).toBeGreaterThan(10);
    expect(simulation.requests.pools[0]!.inUse).toBe(0);
  });

  test(`${name}: of several processes a panic ends only its own`, () => {
    const simulation = begin({
      cores: 2,
      runtime: { ...runtime, processes: 4 },
      requests: { page: { steps: [{ io: "100ms" }] }, bad: { steps: [{ panic: 1 }] } },
      loads: {
        pages: { ...atOnce(4), request: "page", origin: "inside" },
        bad: { ...atOnce(1), request: "bad", origin: "inside", start: "50ms" },
      },
    });
    simulation.runUntil(Infinity, Infinity);
    const { completed, failed } = simulation.result(0).requests;
    expect([completed, failed.crash]).toEqual([3, 2]);
  });

  test(`${name}: to send on a closed channel, or to close it again, is a panic`, () => {
    const ends = (recover: boolean): unknown => {
      const { failed } = run({
        cores: 2,
        runtime: { ...runtime, recover },
        channels: { a: {} },
        requests: {
          sender: { steps: [{ send: "a" }] },
          select: { steps: [{ select: [{ send: "a" }, { timeout: "1s" }] }] },
          closer: { steps: [{ close: "a" }] },
        },
        loads: {
          senders: { ...atOnce(2), request: "sender", origin: "inside" },
          select: { ...atOnce(1), request: "select", origin: "inside" },
          closers: { ...atOnce(2), request: "closer", origin: "inside", start: "1ms" },
        },
      }).result(0).requests;
      return [failed.error, failed.crash];
    };
    expect(ends(true)).toEqual([4, 0]);
    // Whoever panics first takes the others with it: the second close comes too late.
    const [error, crash] = ends(false) as [number, number];
    expect(error).toBe(0);
    expect(crash).toBeGreaterThanOrEqual(3);
  });
}

test("go: ten spawned goroutines run in the order 9, 0, 1 ... 8 once their parent waits", () => {
  const sketch: Sketch = {
    cores: 1,
    runtime: { model: "goroutines", gomaxprocs: 1 },
    steps: [...Array.from({ length: 10 }, () => ({ spawn: [{ cpu: "1ms" }] })), { sleep: "1s" }],
    load: { ...atOnce(1), origin: "inside" },
  };
  const simulation = begin(sketch);
  simulation.runUntil(20e6, Infinity);
  const order = runsOf(simulation, "P0").map((slice) => slice.task - 1);
  const distinct = order.filter((task, i) => task >= 0 && task !== order[i - 1]);
  expect(distinct).toEqual([9, 0, 1, 2, 3, 4, 5, 6, 7, 8]);
});

test("two processes that panic at one instant both die", () => {
  const simulation = run({
    cores: 2,
    runtime: { model: "threads", threads: 1, processes: 2 },
    steps: [{ cpu: "1ms" }, { panic: 1 }],
    load: { ...atOnce(2), origin: "inside" },
  });
  expect(simulation.result(0).requests.failed.crash).toBe(2);
});
