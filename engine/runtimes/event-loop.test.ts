/** Schedules of event loops as pictures: one letter per tick, R runs, i is blocked or waits. */
import { expect, test } from "vitest";
import { atOnce, begin, inPlace, picture, run, type Sketch } from "../testing.ts";

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
