import { expect, it } from "vitest";
import { wakeupsOf } from "./arrows.ts";
import { rowsOf, scheduleOf, type TestSlice } from "./testing.ts";

const RUN = 1;
const READY = 2;
const ROWS = [...rowsOf("thread", "T0", "T1"), { id: 7, kind: "processor", label: "P0" } as const];
const SPAN = { fromNs: 0, toNs: 1e6 };
const slice = (fields: Partial<TestSlice>): TestSlice => ({
  row: 0,
  state: RUN,
  start: 0,
  end: 10,
  ...fields,
});
const told = (slices: readonly TestSlice[]) =>
  wakeupsOf(scheduleOf(ROWS, slices), SPAN, undefined).map(({ from, to, atNs, startNs }) => {
    return { from, to, atNs, startNs };
  });

it("leads from the row that woke to the one on which a task then gets its turn", () => {
  const woken = slice({ row: 1, start: 500, waker: 0, wokenNs: 300 });
  expect(told([woken])).toEqual([{ from: 0, to: 1, atNs: 300, startNs: 500 }]);
});

it("leads to a thread at once, and tells once of a loop that is woken with its task", () => {
  const ready = slice({ row: 1, state: READY, start: 300, waker: 0 });
  const task = slice({ row: 1, start: 500, waker: 0, wokenNs: 300 });
  const once = [{ from: 0, to: 1, atNs: 300, startNs: 300 }];
  expect(told([ready, task])).toEqual(once);
  expect(told([task, ready])).toEqual(once);
});

it("tells of every task that was woken at one instant", () => {
  const both = [500, 700].map((start) => slice({ row: 1, start, waker: 0, wokenNs: 500 }));
  expect(told(both).map(({ startNs }) => startNs)).toEqual([500, 700]);
});

it("leaves out interrupts where there are many, and all where there are too many", () => {
  const many = (waker: number, n: number) =>
    Array.from({ length: n }, (_, i) => slice({ row: 1, start: 10 * i, waker }));
  const one = slice({ row: 1, start: 5, waker: 0 });
  expect(told([...many(-1, 60)])).toHaveLength(60);
  expect(told([...many(-1, 70), one])).toEqual([{ from: 0, to: 1, atNs: 5, startNs: 5 }]);
  expect(told(many(0, 70))).toEqual([]);
});

it("shows those of the picked slice however many there are", () => {
  const many = Array.from({ length: 70 }, (_, i) => slice({ row: 1, start: 10 * i, waker: 0 }));
  const row = ROWS[2]!;
  const detail = { row, state: RUN, start: 40, end: 50, woke: [] };
  const woke = [{ row: ROWS[0]!, atNs: 50, startNs: 80 }];
  const picked = { lane: 0, row, state: RUN, start: 40, end: 50, detail: { ...detail, woke } };
  expect(wakeupsOf(scheduleOf(ROWS, many), SPAN, picked)).toEqual([
    { atNs: 50, startNs: 80, from: 2, by: "P0", to: 0, ofThread: true, isPicked: true },
  ]);
});
