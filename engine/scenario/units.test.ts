import { expect, test } from "vitest";
import { durationNs, parseDuration, parseSize } from "./units.ts";

test("durations are whole nanoseconds", () => {
  expect(["500ns", "250us", "2.15ms", "2s", "1m30s", "1h", "10d"].map(durationNs)).toEqual([
    500, 250e3, 2.15e6, 2e9, 90e9, 3600e9, 864_000e9,
  ]);
});

test("what only looks like a duration is none", () => {
  const wrong = ["", "5", "5 ms", "-5ms", "1e3s", "5sec", "1s1s", "30s1m", ".5s", "1".repeat(50)];
  expect(wrong.map(parseDuration)).toEqual(wrong.map(() => undefined));
});

test("KB counts in thousands and KiB in 1024", () => {
  expect(["100B", "2KB", "2KiB", "1.5MiB", "1GB"].map(parseSize)).toEqual([
    100, 2000, 2048, 1_572_864, 1e9,
  ]);
  expect(["2kb", "2K", "-1B", "1 GB"].map(parseSize)).toEqual(Array(4).fill(undefined));
});
