/**
 * Schedules of event loops as pictures: one letter per tick, R runs, i is blocked or waits; or the
 * letter of the task that runs.
 */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, picture, run, turns, type Sketch } from "../testing.ts";

function drawn(sketch: Sketch, untilMs: number, tickMs: number): string[] {
  const simulation = begin(sketch);
  simulation.runUntil(untilMs * 1e6, Infinity);
  return picture(simulation, tickMs);
}

test("a blocking step stops the whole loop: what came back meanwhile waits", () => {
  const sketch = {
    cores: 2,
    runtime: { model: "event-loop" },
    requests: {
      page: { steps: [{ cpu: "1ms" }, { io: "1ms" }, { cpu: "1ms" }] },
      bad: { steps: [{ block: "5ms" }] },
    },
    loads: {
      page: { ...atOnce(1), request: "page" },
      bad: { ...atOnce(1), request: "bad", start: "1ms" },
    },
  };
  expect(drawn(sketch, 8, 0.5)).toEqual(["cpu0: RR..........RR..", "loop: RRiiiiiiiiiiRR.."]);
});

/**
 * B waits 5 ms for I/O and C 6 ms for a timer; A gives way every 1 ms; D computes from 4 to 12 ms,
 * so that all of them are due when it ends.
 */
function orderOf(profile: string): string {
  const inside = { origin: "inside" };
  const simulation = begin({
    runtime: { model: "event-loop", profile, loops: 1 },
    requests: {
      io: { steps: [{ io: "5ms" }, { cpu: "2ms" }] },
      timer: { steps: [{ sleep: "6ms" }, { cpu: "2ms" }] },
      polite: { steps: [{ cpu: "1ms" }] },
      hog: { steps: [{ cpu: "8ms" }] },
    },
    loads: {
      polite: { executor: "constant-vus", vus: 1, ...inside, request: "polite" },
      io: { ...atOnce(1), ...inside, request: "io" },
      timer: { ...atOnce(1), ...inside, request: "timer" },
      hog: { ...atOnce(1), ...inside, request: "hog", start: "3500us" },
    },
  });
  simulation.runUntil(20e6, Infinity);
  return turns(simulation, "loop", 1);
}

test("asyncio takes in I/O and timers once per turn; a timer's task is woken a turn later", () => {
  // D comes through a pipe at 3.5 ms: polled at 4, a task at 5, and A went before it.
  expect(orderOf("asyncio")).toBe("AAAAAADDDDDDDDABBACC");
});

test("Node: poll, then immediates, then timers; I/O that came back waits for the next poll", () => {
  expect(orderOf("node-20")).toBe("AAAADDDDDDDDACCBBAAA");
});

test("Netty runs tasks that add tasks until a second has passed, and I/O waits that long", () => {
  expect(orderOf("netty")).toBe("AAAADDDDDDDDAAAAAAAA");
});

test("Node runs micro-tasks to exhaustion: parts go before what the selector has reported", () => {
  const sketch = (profile: string): Sketch => ({
    runtime: { model: "event-loop", profile },
    requests: {
      page: { steps: [{ cpu: "1ms" }, { parallel: 2, steps: [{ cpu: "1ms" }] }, { cpu: "1ms" }] },
      other: { steps: [{ io: "500us" }, { cpu: "1ms" }] },
    },
    loads: {
      other: { ...atOnce(1), origin: "inside", request: "other" },
      page: { ...atOnce(1), origin: "inside", request: "page" },
    },
  });
  const order = (profile: string): string => {
    const simulation = begin(sketch(profile));
    simulation.runUntil(6e6, Infinity);
    return turns(simulation, "loop", 1);
  };
  // B is the page, C and D are its parts; A's I/O comes back while B computes.
  expect(order("node-20")).toBe("BCDBA.");
  expect(order("asyncio")).toBe("BCDAB.");
});

test("waits overlap on one thread", () => {
  const sketch = {
    runtime: { model: "event-loop" },
    steps: [{ cpu: "1ms" }, { io: "4ms" }, { cpu: "1ms" }],
    load: atOnce(3),
  };
  expect(drawn(sketch, 10, 1)).toEqual(["cpu0: RRR..RRR..", "loop: RRR..RRR.."]);
});

test("the executor takes blocking steps off the loop, as many at a time as it has threads", () => {
  const sketch = {
    cores: 2,
    runtime: { model: "event-loop", executor: { threads: 2 } },
    steps: [{ cpu: "1ms" }, { offload: [{ block: "4ms" }] }, { cpu: "1ms" }],
    load: atOnce(4),
  };
  expect(drawn(sketch, 14, 1)).toEqual([
    "cpu0: RRRR.RR..RR...",
    "loop: RRRR.RR..RR...",
    "E01: .iiiiiiii.....",
    "E02: ..iiiiiiii....",
  ]);
});

test("a computation in an executor thread and the loop take turns on the GIL", () => {
  const sketch = {
    cores: 2,
    runtime: { model: "event-loop", gil: true, executor: { threads: 1 } },
    requests: {
      report: { steps: [{ offload: [{ cpu: "20ms" }] }] },
      page: { steps: [{ cpu: "1ms" }] },
    },
    loads: {
      report: { ...atOnce(1), request: "report" },
      page: { ...atOnce(1), request: "page", start: "2ms" },
    },
  };
  expect(drawn(sketch, 22, 1)).toEqual([
    "cpu0: .......R..............",
    "cpu1: RRRRRRR.RRRRRRRRRRRRR.",
    "GIL holder: RRRRRRRRRRRRRRRRRRRRR.",
    "loop: ..gggggR..............",
    "E01: RRRRRRRgRRRRRRRRRRRRR.",
  ]);
});

test("an executor of processes computes beside the loop; a thread with the GIL carries items", () => {
  const simulation = begin({
    cores: 2,
    runtime: { model: "event-loop", gil: true, executor: { processes: 1 } },
    steps: [{ cpu: "1ms" }, { offload: [{ cpu: "4ms" }] }],
    load: atOnce(2),
  });
  simulation.runUntil(11e6, Infinity);
  // E02 carries: it cannot send the first item before the loop has let go of the GIL.
  expect(picture(simulation, 1)).toEqual([
    "cpu0: RRRRRRRRRR.",
    "GIL holder: RR.........",
    "loop: RR.........",
    "E01: ..RRRRRRRR.",
    "E02: .g.........",
  ]);
});

/** How long a job of 1 ms in another process takes, ms, alone or beside callbacks of 20 ms. */
function jobBeside(hogs: number): number {
  const users = { executor: "constant-vus", origin: "inside" };
  const { classes } = run({
    cores: 3,
    duration: "2s",
    runtime: { model: "event-loop", profile: "asyncio", executor: { processes: 2 } },
    requests: {
      job: { steps: [{ offload: [{ cpu: "1ms" }] }] },
      hog: { steps: [{ cpu: "20ms" }] },
    },
    loads: {
      job: { ...users, vus: 1, request: "job" },
      ...(hogs > 0 ? { hog: { ...users, vus: hogs, request: "hog" } } : {}),
    },
  }).result(0);
  return classes["job"]!.latencyMs.p50;
}

test("a job in another process waits for the parent's loop and GIL, however idle it is itself", () => {
  expect(jobBeside(0)).toBeLessThan(1.2);
  expect(jobBeside(1)).toBeCloseTo(40, 0);
});

test("worker threads compute beside Node's loop, each with a heap of its own", () => {
  const simulation = begin({
    cores: 3,
    runtime: { model: "event-loop", profile: "node-20", executor: { workers: 2 } },
    steps: [{ cpu: "1ms" }, { offload: [{ cpu: "5ms" }] }, { cpu: "1ms" }],
    load: atOnce(3),
  });
  simulation.runUntil(16e6, Infinity);
  expect(picture(simulation, 1).slice(3)).toEqual([
    "loop: RRR...RR...R....",
    "E01: .RRRRRRRRRR.....",
    "E02: ..RRRRR.........",
  ]);
  // 41 MB of Node and 9.2 MB per worker, both measured.
  expect(simulation.result(0).memoryBytes.kinds["process"]! / 1e6).toBeCloseTo(43 + 2 * 9.2, 0);
});

/** Ends of eight calls of 100 ms in libuv's pool, in ms, and of a short one that comes next. */
function inPool(slow: boolean): { ends: number[]; short: number } {
  const inside = { origin: "inside" };
  const simulation = begin({
    cores: 4,
    runtime: { model: "event-loop", profile: "node-20" },
    requests: {
      call: { steps: [{ offload: [{ block: "100ms" }], slow }] },
      short: { steps: [{ offload: [{ block: "1ms" }] }] },
    },
    loads: {
      calls: { ...atOnce(8), ...inside, request: "call" },
      short: { ...atOnce(1), ...inside, request: "short", start: "1ms" },
    },
  });
  const ends: number[] = [];
  for (let ms = 100; ms <= 500; ms += 100) {
    simulation.runUntil((ms + 1) * 1e6, Infinity);
    ends.push(simulation.result(0).classes["call"]!.completed);
  }
  return { ends, short: simulation.result(0).classes["short"]!.latencyMs.max };
}

test("libuv: 8 calls of T on 4 threads end at T and 2T; 8 name look-ups, two at a time, at 4T", () => {
  const calls = inPool(false);
  expect(calls.ends).toEqual([4, 8, 8, 8, 8]);
  expect(calls.short).toBeCloseTo(200, 0);
  const lookUps = inPool(true);
  expect(lookUps.ends).toEqual([2, 4, 6, 8, 8]);
  expect(lookUps.short).toBeCloseTo(1, 1);
});

/** Node's cluster of two: connections arrive at 0 and, `late` of them, at 2 ms. */
function cluster(first: object, late: number): ReturnType<typeof begin> {
  return begin({
    cores: 4,
    runtime: { model: "event-loop", profile: "node-20", processes: 2 },
    requests: { first: { steps: [first] }, page: { steps: [{ cpu: "1ms" }] } },
    loads: {
      first: { ...atOnce(2), request: "first" },
      page: { ...atOnce(late), request: "page", start: "2ms" },
    },
  });
}

test("Node's primary deals connections out in turn; a stuck worker gets one more at most", () => {
  const simulation = cluster({ block: "10ms" }, 6);
  simulation.runUntil(5e6, Infinity);
  expect(inPlace(simulation, "blocked")).toBe(2);
  // One message lies unread in the channel of each worker; the primary keeps the rest.
  expect(inPlace(simulation, "primary-queue")).toBe(6);
  simulation.runUntil(20e6, Infinity);
  expect(simulation.recorder.completed).toBe(8);
  expect(picture(simulation, 1).filter((line) => line.startsWith("loop"))).toEqual([
    "loop 0: iiiiiiiiiiRRR.......",
    "loop 1: iiiiiiiiiiRRR.......",
  ]);
});

test("what lies in the channel of a worker that dies goes to another worker", () => {
  const simulation = cluster({ block: "10ms" }, 2);
  simulation.runUntil(5e6, Infinity);
  simulation.runtime.killProcess(0);
  simulation.runUntil(15e6, Infinity);
  expect([...simulation.recorder.failed]).toEqual([0, 0, 0, 1]);
  expect(simulation.recorder.completed).toBe(3);
});

test("a connection through the primary costs three times a connection accepted alone", () => {
  const cpuPer = (processes: number): number => {
    const { cpu } = run({
      cores: 4,
      runtime: { model: "event-loop", profile: "node-20", processes },
      steps: [{ cpu: "1us" }],
      load: {
        executor: "constant-arrival-rate",
        rate: 2000,
        arrivals: "uniform",
        connections: { keepAlive: false },
      },
    }).result(0);
    return ((cpu.userSeconds + cpu.systemSeconds) / 2000) * 1e6;
  };
  // Measured: 34 µs and 97 µs, of which reading and answering are no part of this program.
  expect(cpuPer(1)).toBeLessThan(34);
  expect(cpuPer(4) - cpuPer(1)).toBeGreaterThan(63);
  expect(cpuPer(4) - cpuPer(1)).toBeLessThan(75);
});

test("callbacks made ready during an iteration run in the next one, after what was ready", () => {
  const simulation = run({
    runtime: { model: "event-loop" },
    requests: {
      fork: { steps: [{ parallel: 2, steps: [{ cpu: "1ms" }] }] },
      plain: { steps: [{ cpu: "1ms" }] },
    },
    loads: {
      fork: { ...atOnce(1), request: "fork" },
      plain: { ...atOnce(1), request: "plain" },
    },
  });
  const { classes } = simulation.result(0);
  expect(classes["plain"]?.latencyMs.max).toBe(1);
  expect(classes["fork"]?.latencyMs.max).toBe(3);
});
