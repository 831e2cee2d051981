import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { SLICE, Trace } from "./trace.ts";

function recorded(): { trace: Trace; enter: (ns: number, row: number, state: number) => void } {
  const clock = new Float64Array(2);
  const trace = new Trace(clock);
  trace.enabled = true;
  const enter = (ns: number, row: number, state: number): void => {
    clock[NOW] = ns;
    trace.enter(row, state, row * 10);
  };
  return { trace, enter };
}

function text({ trace }: { trace: Trace }, from: number, to: number): string[] {
  const { row, state, start, end } = trace.slices(from, to);
  return [...row.keys()].map((i) => `${row[i]}:${state[i]} ${start[i]}-${end[i]}`);
}

test("a state lasts until the row's next one; idleness is no slice", () => {
  const it = recorded();
  it.enter(0, 1, SLICE.run);
  it.enter(5, 2, SLICE.ready);
  it.enter(8, 1, SLICE.idle);
  it.enter(12, 1, SLICE.io);
  it.enter(20, 2, SLICE.run);
  expect(text(it, 0, 100)).toEqual(["1:1 0-8", "2:2 5-20", "1:4 12-20"]);
});

test("slices are cut to the stretch that was asked for", () => {
  const it = recorded();
  it.enter(0, 1, SLICE.run);
  it.enter(50, 1, SLICE.gil);
  it.enter(90, 1, SLICE.run);
  expect(text(it, 20, 70)).toEqual(["1:1 20-50", "1:3 50-70"]);
});

test("nothing is recorded while the trace is off", () => {
  const it = recorded();
  it.trace.enabled = false;
  it.enter(0, 1, SLICE.run);
  expect([it.trace.written, text(it, 0, 10)]).toEqual([0, []]);
});

test("a row tells its task, and a core the thread that has it", () => {
  const { trace } = recorded();
  trace.enter(3, SLICE.run, 7);
  trace.enterThread(0, SLICE.run, 7, 2);
  const [chunk] = trace.recording.rows[0]!.chunks;
  expect(chunk!.whoOf(0)).toBe(2);
  expect(trace.stateOf(3)).toBe(SLICE.run);
});
