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

test("an executor of processes computes beside the loop", () => {
  const simulation = begin({
    cores: 2,
    runtime: { model: "event-loop", gil: true, executor: { processes: 1 } },
    steps: [{ cpu: "1ms" }, { offload: [{ cpu: "4ms" }] }],
    load: atOnce(2),
  });
  simulation.runUntil(10e6, Infinity);
  expect(picture(simulation, 1).slice(2)).toEqual([
    "GIL holder: RR........",
    "loop: RR........",
    "E01: .RRRRRRRR.",
  ]);
});

test("Node's primary deals connections to the loops in turn, whoever is busy", () => {
  const simulation = begin({
    cores: 4,
    runtime: { model: "event-loop", profile: "node-20", processes: 2 },
    steps: [{ block: "10ms" }],
    load: atOnce(4),
  });
  simulation.runUntil(5e6, Infinity);
  expect(inPlace(simulation, "blocked")).toBe(2);
  simulation.runUntil(15e6, Infinity);
  expect(simulation.recorder.completed).toBe(2);
  expect(inPlace(simulation, "blocked")).toBe(2);
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
