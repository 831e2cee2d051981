import { expect, it } from "vitest";
import type { ScheduleSlices } from "../../engine/api.ts";
import { THIN } from "../format.ts";
import { LOOKS } from "./forms.ts";
import { describeSchedule, listRow, sliceWords } from "./words.ts";

const slices: ScheduleSlices = {
  rows: [
    { kind: "core", label: "cpu0" },
    { kind: "thread", label: "T07" },
  ],
  row: new Int32Array([0, 1, 1]),
  state: new Uint8Array([1, 3, 1]),
  task: new Int32Array([20417, 20417, -1]),
  start: new Float64Array([10e6, 0, 10e6]),
  end: new Float64Array([20e6, 10e6, 20e6]),
  recordedFromNs: 0,
};
const plain = (text: string | undefined) => text?.replaceAll(THIN, " ");

it("says who waits for what, how long and for whom", () => {
  const words = sliceWords(slices, 1);
  expect(plain(words?.title)).toBe("T07 waiting for the GIL 10 ms");
  expect(plain(words?.more)).toBe("for request r20417, since 0.000 000 s");
  expect(sliceWords(slices, -1)).toBe(undefined);
});

it("lists a row's slices in order of time", () => {
  expect(listRow(slices, 1, 10).map(({ state, task }) => [state, task])).toEqual([
    ["wants GIL", "r20417"],
    ["running", "–"],
  ]);
  expect(listRow(slices, 1, 1).length).toBe(1);
});

it("tells how busy each core is in the window", () => {
  const text = describeSchedule("A", slices, { fromNs: 0, toNs: 40e6 });
  expect(plain(text)).toBe("Schedule of lane A from 0.000 to 0.040 s, 2 rows. Busy: cpu0 25 %.");
});

it("gives every state its own form, so that none depends on colour alone", () => {
  const forms = LOOKS.map(({ form, height }) => `${form} ${height}`);
  expect(new Set(forms).size).toBe(LOOKS.length);
});
