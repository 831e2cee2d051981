import { expect, test } from "vitest";
import { calibrationDocument, coresOf, median, parseOutput } from "./document.ts";

test("what a program printed becomes medians with their runs", () => {
  const recorded =
    '{"gosched_switch_ns":[438.381234,240.53,204.13],"mutex_1goroutines_ns":[63.25,60.11]}';
  expect(parseOutput(recorded)).toEqual({
    kind: "ok",
    section: {
      gosched_switch_ns: { median: 240.53, runs: [438.38, 240.53, 204.13] },
      mutex_1goroutines_ns: { median: 61.68, runs: [63.25, 60.11] },
    },
  });
});

test.each([
  ["Traceback (most recent call last)", "printed something that is not JSON"],
  ["null", "printed no measurements"],
  ['{"a":[]}', "printed no figures for a"],
  ['{"a":["1"]}', "printed no figures for a"],
  ['{"a":3}', "printed no figures for a"],
])("a program that printed %s is left out, with the reason", (printed, message) => {
  expect(parseOutput(printed)).toEqual({ kind: "wrong", message });
});

test("the median of an even number of runs lies between the two in the middle", () => {
  expect([median([3, 1, 2]), median([4, 1, 2, 3])]).toEqual([2, 2.5]);
});

test("a list of cores is read as the kernel writes it", () => {
  expect(coresOf("0-2,5\n")).toEqual([0, 1, 2, 5]);
  expect(coresOf("7")).toEqual([7]);
  expect(coresOf("")).toEqual([]);
});

test("a document that a scenario would refuse is not written", () => {
  const section = { sleep_1ms_p50: { median: 1.07, runs: [1.07] } };
  const document = { name: "laptop", os: section };
  expect(calibrationDocument(document)).toEqual(document);
  expect(() => calibrationDocument({ name: "laptop", os: { nonsense: { median: 1 } } })).toThrow(
    /do not fit the format: os: unknown key "nonsense"/,
  );
});
