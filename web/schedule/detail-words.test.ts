import { expect, it } from "vitest";
import type { ScheduleRow, SliceDetail } from "../../engine/api.ts";
import { THIN } from "../format.ts";
import { detailWords } from "./detail-words.ts";

const T07: ScheduleRow = { id: 9, kind: "thread", label: "T07" };
const T21: ScheduleRow = { id: 23, kind: "thread", label: "T21" };

function told(detail: Partial<SliceDetail>, step?: string): string[] {
  const whole = { row: T07, state: 3, start: 10e6, end: 29.2e6, woke: [], ...detail };
  const { row, state, start, end } = whole;
  const picked = { lane: 0, row, state, start, end, detail: whole, ...(step && { step }) };
  const { title, lines } = detailWords(picked);
  return [title, ...lines].map((line) => line.replaceAll(THIN, " "));
}

it("tells of a wait for the GIL since when it had data, who went first, who ended it and for whom", () => {
  const words = told(
    {
      dataSinceNs: 9.2e6,
      wentFirst: { times: 31, threads: 17 },
      wokenBy: { row: T21, atNs: 29.2e6 },
      request: { request: "main", number: 20417 },
    },
    "step 4, price the basket",
  );
  expect(words).toEqual([
    "T07 waiting for the GIL 19 ms",
    "has data since 0.009 200 s; 17 threads went first, 31 times",
    "ended by T21",
    "request main#20417 · step 4, price the basket",
  ]);
});

it("tells of a run who woke it, how long before, and whom it woke", () => {
  const row = (n: number) => ({ ...T21, label: `T${n}` });
  const [atNs, startNs] = [29.2e6, 29.2e6];
  const woke = [0, 1, 2, 3, 4, 5].map((n) => ({ row: row(n), atNs, startNs }));
  const words = told({ state: 1, wokenBy: { atNs: 9.99e6 }, woke });
  expect(words.slice(2)).toEqual([
    "woken by a timer or interrupt 10 µs before",
    "woke T0, T1, T2, T3 and 2 more",
    "for no request",
  ]);
});

it("tells of a task which other task woke it, where, and which it woke itself", () => {
  const p0: ScheduleRow = { id: 4, kind: "processor", label: "P0" };
  const request = { request: "job", number: 7 };
  const woke = [{ row: p0, request: { ...request, number: 8 }, atNs: 12e6, startNs: 13e6 }];
  const wokenBy = { row: p0, request, atNs: 9.9e6 };
  expect(told({ row: p0, state: 1, wokenBy, woke }).slice(2)).toEqual([
    "woken by P0 for job#7 100 µs before",
    "woke job#8",
  ]);
});

it("says of a core only what it knows", () => {
  const cpu: ScheduleRow = { id: 0, kind: "core", label: "cpu0" };
  expect(told({ row: cpu, state: 1, thread: "T07" })).toEqual([
    "cpu0 running 19 ms",
    "since 0.010 000 s",
    "thread T07",
  ]);
});
