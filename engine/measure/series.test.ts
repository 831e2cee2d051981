import { expect, test } from "vitest";
import { Deltas, SampleBuffer, sampleInterval } from "./series.ts";

test("samples come at round intervals, some 150 to 300 in a run", () => {
  const seconds = [0.001, 0.15, 1, 12, 60, 100, 3600];
  expect(seconds.map((s) => sampleInterval(s * 1e9) / 1e6)).toEqual([
    0.005, 0.5, 5, 50, 200, 500, 20_000,
  ]);
  for (let s = 1; s < 5000; s += 7) {
    const samples = (s * 1e9) / sampleInterval(s * 1e9);
    expect(samples).toBeGreaterThanOrEqual(120);
    expect(samples).toBeLessThanOrEqual(300);
  }
});

test("a sample never covers less than a microsecond", () => {
  expect(sampleInterval(10)).toBe(1_000);
});

test("each total is told by how much it has grown since it was asked for", () => {
  const deltas = new Deltas(2);
  expect([deltas.take(0, 5), deltas.take(1, 1), deltas.take(0, 7), deltas.take(0, 7)]).toEqual([
    5, 1, 2, 0,
  ]);
});

test("rows that have been fetched are forgotten", () => {
  const buffer = new SampleBuffer(2);
  for (let i = 0; i < 40; i++) buffer.append().set([i, -i]);
  const rows = buffer.take();
  expect([rows.length, rows[78], rows[79]]).toEqual([80, 39, -39]);
  expect(buffer.take()).toHaveLength(0);
});
