/** Tasks that send to each other, on every runtime. */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, picture, run, runsOf, type Sketch } from "../testing.ts";

const inside = (n: number, request: string): object => ({
  ...atOnce(n),
  origin: "inside",
  request,
});

const RUNTIMES = {
  threads: { model: "threads", threads: "per-request" },
  gil: { model: "threads", threads: "per-request", gil: true },
  loop: { model: "event-loop" },
  goroutines: { model: "goroutines", profile: "neutral" },
  virtual: { model: "virtual-threads", profile: "neutral" },
};

/** Two tasks that take turns: each computes for 1 ms while the other one waits. */
const pingPong = (runtime: object): Sketch => ({
  cores: 2,
  duration: "8ms",
  runtime,
  channels: { ping: {}, pong: {} },
  requests: {
    first: { steps: [{ cpu: "1ms" }, { send: "ping" }, { receive: "pong" }, { cpu: "1ms" }] },
    second: { steps: [{ receive: "ping" }, { cpu: "1ms" }, { send: "pong" }] },
  },
  loads: { first: inside(1, "first"), second: inside(1, "second") },
});

/** One column for each half millisecond. */
const PICTURES: Readonly<Record<keyof typeof RUNTIMES, readonly string[]>> = {
  // Whoever waits parks its thread; the other one is woken on a core that is free.
  threads: ["cpu0: RR..RR..", "cpu1: ..RR....", "T01: RRppRR..", "T02: ppRR...."],
  // The second gets as far as its receive when the first gives the GIL up.
  gil: [
    "cpu0: RR..RR..",
    "cpu1: ..RR....",
    "GIL holder: RRRRRR..",
    "T01: RRggRR..",
    "T02: ggRRgg..",
  ],
  loop: ["cpu0: RRRRRR..", "loop: RRRRRR.."],
  // Who is let go on runs next where the other one ran: nobody else is needed.
  goroutines: ["cpu0: RRRRRR..", "P0: RRRRRR..", "M0: RRRRRR.."],
  virtual: ["cpu0: RRRRRR..", "carrier 0: RRRRRR.."],
};

for (const [name, picturesOf] of Object.entries(PICTURES)) {
  test(`${name}: a ping-pong as a picture`, () => {
    const simulation = begin(pingPong(RUNTIMES[name as keyof typeof RUNTIMES]));
    simulation.runUntil(4e6, Infinity);
    expect(picture(simulation, 0.5)).toEqual(picturesOf);
    const { classes } = simulation.result(0);
    expect(classes["first"]!.latencyMs.max).toBe(3);
    // On one thread the first gets round to its own receive before the second has answered.
    const together = name === "gil" || name === "loop";
    expect(classes["second"]!.latencyMs.max).toBe(together ? 3 : 2);
  });
}

for (const [name, runtime] of Object.entries(RUNTIMES)) {
  test(`${name}: a full buffer holds up who sends, and a closed channel nobody who receives`, () => {
    const simulation = begin({
      cores: 4,
      runtime,
      channels: { jobs: { capacity: 2 } },
      requests: {
        sender: { steps: [{ send: "jobs" }] },
        receiver: { steps: [{ sleep: "10ms" }, { receive: "jobs" }] },
        closer: { steps: [{ sleep: "20ms" }, { close: "jobs" }] },
      },
      loads: {
        senders: inside(3, "sender"),
        receivers: inside(1, "receiver"),
        late: { ...inside(4, "receiver"), start: "15ms" },
        closer: inside(1, "closer"),
      },
    });
    simulation.runUntil(5e6, Infinity);
    expect(inPlace(simulation, "waiting-channel:jobs")).toBe(1);
    simulation.runUntil(12e6, Infinity);
    expect(simulation.recorder.completed).toBe(4);
    simulation.runUntil(Infinity, Infinity);
    expect(simulation.recorder.completed).toBe(9);
    expect(simulation.ledger.tasks.live).toBe(0);
  });

  test(`${name}: a select takes what is ready, else what becomes ready, else its time-out`, () => {
    const simulation = run({
      cores: 4,
      runtime,
      channels: { a: {}, b: {} },
      requests: {
        select: {
          steps: [
            {
              select: [
                { receive: "a", steps: [{ sleep: "100ms" }] },
                { send: "b", steps: [{ sleep: "200ms" }] },
                { timeout: "50ms", steps: [{ sleep: "300ms" }] },
              ],
            },
          ],
        },
        sendA: { steps: [{ sleep: "10ms" }, { send: "a" }] },
        receiveB: { steps: [{ sleep: "20ms" }, { receive: "b" }] },
      },
      loads: { a: inside(3, "select"), b: inside(1, "sendA"), c: inside(1, "receiveB") },
    });
    const { latencyMs } = simulation.result(0).classes["select"]!;
    expect([latencyMs.min, latencyMs.max]).toEqual([110, 350]);
    expect(latencyMs.mean).toBeCloseTo((110 + 220 + 350) / 3, 9);
    expect(simulation.ledger.tasks.live).toBe(0);
  });

  test(`${name}: a default is taken at once where nothing is ready`, () => {
    const simulation = run({
      runtime,
      channels: { a: {} },
      steps: [{ select: [{ receive: "a" }], default: [{ cpu: "1ms" }] }],
      load: { ...atOnce(1), origin: "inside" },
    });
    expect(simulation.result(0).latencyMs.max).toBe(1);
  });

  test(`${name}: who is cancelled waits for a channel no longer`, () => {
    const simulation = begin({
      cores: 2,
      runtime,
      channels: { a: {}, b: {} },
      requests: {
        one: { steps: [{ receive: "a" }] },
        some: { steps: [{ select: [{ receive: "a" }, { send: "b" }, { timeout: "1s" }] }] },
        parts: { steps: [{ parallel: 2, steps: [{ send: "b" }] }] },
      },
      loads: Object.fromEntries(
        ["one", "some", "parts"].map((request) => [
          request,
          { ...atOnce(2), request, timeout: "10ms", cancel: true },
        ]),
      ),
    });
    simulation.runUntil(5e6, Infinity);
    expect(inPlace(simulation, "waiting-channel:a")).toBe(2);
    expect(inPlace(simulation, "waiting-channel:b")).toBe(4);
    expect(inPlace(simulation, "waiting-select")).toBe(2);
    simulation.runUntil(12e6, Infinity);
    expect([simulation.recorder.failed[0], simulation.ledger.tasks.live]).toEqual([6, 0]);
  });

  test(`${name}: a process that dies takes its channels with it`, () => {
    const simulation = begin({
      cores: 2,
      runtime: { ...runtime, processes: 2 },
      channels: { jobs: { capacity: 1 } },
      steps: [{ send: "jobs" }, { io: "1ms" }],
      loads: {
        users: { executor: "constant-vus", vus: 6, origin: "inside", duration: "50ms" },
        late: { ...atOnce(2), origin: "inside", start: "60ms" },
      },
    });
    simulation.runUntil(5e6, Infinity);
    expect(inPlace(simulation, "waiting-channel:jobs")).toBe(6);
    simulation.runtime.killProcess(0);
    expect(inPlace(simulation, "waiting-channel:jobs")).toBe(3);
    expect(simulation.result(0).requests.failed.crash).toBe(3);
    // Its successor has a channel of its own, with room for one.
    simulation.runUntil(Infinity, Infinity);
    expect(simulation.recorder.completed).toBe(3);
  });

  test(`${name}: workers without work, and spawned tasks that nobody misses, are no deadlock`, () => {
    const simulation = run({
      runtime,
      channels: { a: {}, leak: {} },
      requests: {
        page: { steps: [{ send: "a" }] },
        worker: { steps: [{ receive: "a" }, { spawn: [{ receive: "leak" }] }] },
      },
      loads: {
        pages: { ...atOnce(5), request: "page" },
        workers: { executor: "constant-vus", vus: 3, origin: "inside", request: "worker" },
      },
    });
    expect(simulation.recorder.completed).toBe(10);
    expect(inPlace(simulation, "waiting-channel:a")).toBe(3);
    expect(inPlace(simulation, "waiting-channel:leak")).toBe(5);
  });
}

const REAL = {
  python: { model: "threads", profile: "cpython-3.11", threads: "per-request" },
  asyncio: { model: "event-loop", profile: "asyncio" },
  node: { model: "event-loop", profile: "node-20" },
  go: { model: "goroutines" },
  java: { model: "threads", profile: "jvm-platform", threads: "per-request" },
  virtual: { model: "virtual-threads" },
};

for (const [name, runtime] of Object.entries(REAL)) {
  test(`${name}: when all tasks wait and nothing can happen any more, the run says who waits`, () => {
    const simulation = begin({
      runtime,
      channels: { a: {}, b: {} },
      locks: { l: {} },
      requests: {
        left: {
          steps: [{ sleep: "1ms" }, { lock: "l", steps: [{ receive: "a" }] }, { send: "b" }],
        },
        right: { steps: [{ receive: "b" }, { send: "a" }] },
      },
      loads: {
        left: { ...inside(1, "left"), start: "5ms" },
        right: inside(1, "right"),
        late: { ...inside(1, "right"), start: "10ms" },
      },
    });
    expect(simulation.runUntil(Infinity, Infinity)).toBe("stopped");
    expect(simulation.reason).toBe(
      'deadlock: all tasks wait: task 0 waits to receive from channel "b", ' +
        'task 1 holds lock "l" and waits to receive from channel "a", ' +
        'task 2 waits to receive from channel "b"',
    );
    expect(simulation.nowNs).toBeLessThan(20e6);
  });
}

test("goroutines: who is handed a value runs next, before those that are ready for longer", () => {
  const simulation = begin({
    cores: 1,
    duration: "20ms",
    runtime: { model: "goroutines", gomaxprocs: 1, profile: "neutral" },
    channels: { jobs: {} },
    requests: {
      receiver: { steps: [{ receive: "jobs" }, { cpu: "1ms" }] },
      hog: { steps: [{ cpu: "1ms" }] },
      sender: { steps: [{ cpu: "1ms" }, { send: "jobs" }] },
    },
    loads: {
      receiver: inside(1, "receiver"),
      sender: { ...inside(1, "sender"), start: "1ms" },
      hogs: { ...inside(3, "hog"), start: "1500us" },
    },
  });
  simulation.runUntil(20e6, Infinity);
  const order = runsOf(simulation, "P0").map(({ task, from }) => `${task}@${from}`);
  expect(order.slice(0, 2)).toEqual(["1@1", "0@2"]);
});

test("a select that finds several cases ready chooses each as often (2000 draws: ± 5 %)", () => {
  const one = (name: string, ms: string): object => ({ receive: name, steps: [{ sleep: ms }] });
  const simulation = run({
    cores: 1,
    duration: "10s",
    runtime: { model: "goroutines", profile: "neutral" },
    channels: { a: { capacity: 5000 }, b: { capacity: 5000 }, c: { capacity: 5000 } },
    requests: {
      fill: { steps: [{ send: "a" }, { send: "b" }, { send: "c" }] },
      select: { steps: [{ select: [one("a", "1ms"), one("b", "2ms"), one("c", "3ms")] }] },
    },
    loads: { fill: inside(3000, "fill"), select: { ...inside(2000, "select"), start: "1s" } },
  });
  const { latencyMs } = simulation.result(0).classes["select"]!;
  expect(latencyMs.mean).toBeCloseTo(2, 1);
  expect(latencyMs.stddev ** 2).toBeGreaterThan((2 / 3) * 0.95);
  expect(latencyMs.stddev ** 2).toBeLessThan((2 / 3) * 1.05);
});

test("queue.Queue: a newcomer may be faster than who was told that there is something", () => {
  const order = (profile: string): number => {
    const simulation = begin({
      cores: 1,
      duration: "1s",
      runtime: { model: "event-loop", profile, costs: { channel: 0, taskSwitch: 0, poll: 0 } },
      channels: { jobs: { capacity: 5 } },
      requests: {
        patient: { steps: [{ receive: "jobs" }] },
        // Sends, and takes it back before it gives way to anybody.
        greedy: { steps: [{ send: "jobs" }, { receive: "jobs" }] },
      },
      loads: {
        patient: inside(1, "patient"),
        greedy: { ...inside(1, "greedy"), start: "1ms" },
      },
    });
    simulation.runUntil(Infinity, Infinity);
    return simulation.result(0).classes["patient"]!.completed;
  };
  expect(order("asyncio")).toBe(0);
  expect(order("node-20")).toBe(1);
});

/** ns for a message to and an answer from another task that does nothing else. */
function roundTripNs(runtime: object): number {
  const simulation = run({
    cores: 2,
    duration: "20ms",
    runtime,
    channels: { there: {}, back: {} },
    requests: {
      asks: { steps: [{ send: "there" }, { receive: "back" }] },
      answers: { steps: [{ receive: "there" }, { send: "back" }] },
    },
    loads: Object.fromEntries(
      ["asks", "answers"].map((request) => [
        request,
        { executor: "constant-vus", vus: 1, origin: "inside", request },
      ]),
    ),
  });
  return 20e6 / simulation.result(0).classes["asks"]!.completed;
}

test.each([
  // Go's channel benchmarks on bare metal; 268 ns measured on one P of a virtual machine.
  ["a switch to a goroutine and back takes 250 to 400 ns", REAL.go, 250, 400],
  // 0.57 µs measured with a SynchronousQueue on JDK 25.
  ["virtual threads: about 0.6 µs", REAL.virtual, 450, 750],
  // 20 µs measured with two asyncio.Queue, on a machine that is slower by half.
  ["asyncio: two turns of the loop, 8 to 20 µs", REAL.asyncio, 8000, 20_000],
  // Two wake-ups of an idle core, 3 to 6 µs each.
  ["platform threads: two wake-ups, 6 to 12 µs", REAL.java, 6000, 12_000],
] as const)("a message and its answer: %s", (_name, runtime, least, most) => {
  const ns = roundTripNs(runtime);
  expect(ns).toBeGreaterThan(least);
  expect(ns).toBeLessThan(most);
});

test("go: with all processors busy a select times out late, at a scheduling point (facts 7.4)", () => {
  const lateness = (hogs: number): { mean: number; max: number } => {
    const { classes } = run({
      cores: 2,
      duration: "3s",
      runtime: { model: "goroutines", gomaxprocs: 2 },
      channels: { never: {} },
      requests: {
        hog: { steps: [{ cpu: "10s" }] },
        impatient: { steps: [{ select: [{ receive: "never" }, { timeout: "1ms" }] }] },
      },
      loads: {
        hogs: inside(hogs, "hog"),
        impatient: { executor: "constant-vus", vus: 1, origin: "inside", request: "impatient" },
      },
    }).result(0);
    const { mean, max } = classes["impatient"]!.latencyMs;
    return { mean: mean - 1, max: max - 1 };
  };
  // A sleeper of 1 ms under CPU-bound saturation: 10 to 20 ms, 40 ms at most; 0.2 with a P free.
  const busy = lateness(2);
  expect(busy.mean).toBeGreaterThan(10);
  expect(busy.mean).toBeLessThan(20);
  expect(busy.max).toBeLessThan(40);
  expect(lateness(1).mean).toBeLessThan(0.2);
});
