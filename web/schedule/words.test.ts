import { expect, it } from "vitest";
import { THIN } from "../format.ts";
import { LOOKS } from "./forms.ts";
import { rowsOf, scheduleOf } from "./testing.ts";
import { describeSchedule, listRow, sliceWords } from "./words.ts";

const slices = scheduleOf(
  [...rowsOf("core", "cpu0"), ...rowsOf("thread", "T07")],
  [
    { row: 0, state: 1, start: 10e6, end: 20e6, thread: 0 },
    { row: 1, state: 3, start: 0, end: 10e6, number: 20417 },
    { row: 1, state: 1, start: 10e6, end: 20e6 },
  ],
);
const plain = (text: string | undefined) => text?.replaceAll(THIN, " ");

it("says who waits for what, how long and for whom", () => {
  const words = sliceWords(slices, 1);
  expect(plain(words?.title)).toBe("T07 waiting for the GIL 10 ms");
  expect(plain(words?.more)).toBe("request main#20417, since 0.000 000 s");
  expect(sliceWords(slices, -1)).toBe(undefined);
});

it("says of a core which thread has it", () => {
  expect(plain(sliceWords(slices, 0)?.more)).toBe("thread T07, since 0.010 000 s");
});

it("says of slices too short to be drawn what they add up to", () => {
  const summary = {
    row: 0,
    state: 3,
    start: 0,
    end: 2e6,
    slices: 14,
    activeNs: 1.5e6,
    busyNs: 5e5,
  };
  const words = sliceWords(scheduleOf(rowsOf("thread", "T01"), [summary]), 0);
  expect(plain(words?.title)).toBe("T01 about 14 slices in 2 ms");
  expect(plain(words?.more)).toContain("running 25 %, idle 25 %, mostly waiting for the GIL");
});

it("lists a row's slices in order of time", () => {
  expect(listRow(slices, 1, 10).map(({ state, request }) => [state, request])).toEqual([
    ["wants GIL", "main#20417"],
    ["running", "–"],
  ]);
  expect(listRow(slices, 1, 1).length).toBe(1);
});

it("tells how busy each core is in the window", () => {
  const text = describeSchedule("A", slices, { fromNs: 0, toNs: 40e6 });
  expect(plain(text)).toBe("Schedule of lane A from 0.000 to 0.040 s, 2 rows. Busy: cpu0 25 %.");
});

it("tells of what part of the window nothing was recorded", () => {
  const gaps = [{ fromNs: 0, toNs: 15e6 }];
  const text = describeSchedule("A", { ...slices, gaps }, { fromNs: 10e6, toNs: 40e6 });
  expect(plain(text)).toMatch(/ Not recorded: 0\.010 to 0\.015 s\.$/);
  const later = describeSchedule("A", { ...slices, gaps }, { fromNs: 20e6, toNs: 40e6 });
  expect(later).not.toContain("Not recorded");
});

it("gives every state its own form, so that none depends on colour alone", () => {
  const forms = LOOKS.map(({ form, height }) => `${form} ${height}`);
  expect(new Set(forms).size).toBe(LOOKS.length);
});
