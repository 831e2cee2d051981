import { expect, test } from "vitest";
import {
  chunkAt,
  entryAt,
  extraIn,
  packed,
  Recording,
  stateIn,
  STANDING,
  type Standing,
} from "./recording.ts";
import { SLICE } from "./slice.ts";

const NOTHING: Standing = new Float64Array(4 * STANDING);

/** Runs and waits by turns on two rows, ten ns each. */
function fill(recording: Recording, from: number, to: number): void {
  for (let number = from; number < to; number++) {
    const state = number % 4 < 2 ? SLICE.run : SLICE.io;
    if (recording.has(number, number * 10, NOTHING)) continue;
    recording.add(number % 2, number * 10, packed(state, number % 1000), number);
  }
}

function times(recording: Recording, row: number): number[] {
  return recording.rows[row]!.chunks.flatMap((chunk) =>
    Array.from({ length: chunk.count }, (_, i) => chunk.startOf(i)),
  );
}

test("a state and a number share a word", () => {
  for (const extra of [-1, 0, 1, 2 ** 22]) {
    const word = packed(SLICE.throttled, extra);
    expect([stateIn(word), extraIn(word)]).toEqual([SLICE.throttled, extra]);
  }
});

test("entries come back in order, over many chunks", () => {
  const recording = new Recording(1e6);
  fill(recording, 0, 2001);
  expect(times(recording, 0)).toEqual(Array.from({ length: 1001 }, (_, i) => i * 20));
  expect([recording.entries, recording.recordedFromNs]).toEqual([2001, 0]);
});

test("rows that wait for longer than a chunk can tell begin another one", () => {
  const recording = new Recording(1e6);
  recording.add(0, 5, packed(SLICE.run, 0), 0);
  recording.add(0, 60e9, packed(SLICE.io, 0), 0);
  expect(times(recording, 0)).toEqual([5, 60e9]);
  expect(recording.rows[0]!.chunks[0]!.endOf(0)).toBe(60e9);
});

test("over its capacity it forgets the oldest, and says since when it knows everything", () => {
  const recording = new Recording(20_000);
  fill(recording, 0, 100_000);
  const { recordedFromNs } = recording;
  expect(recording.entries).toBeLessThan(23_000);
  for (const row of [0, 1]) {
    const known = times(recording, row).filter((ns) => ns >= recordedFromNs);
    const all = Array.from({ length: 50_000 }, (_, i) => 20 * i + 10 * row);
    expect(known).toEqual(all.filter((ns) => ns >= recordedFromNs));
  }
});

test("what a run enters again after it went back is here already", () => {
  const [straight, back] = [new Recording(1e6), new Recording(1e6)];
  fill(straight, 0, 3000);
  fill(back, 0, 2000);
  fill(back, 700, 3000);
  expect(back).toEqual(straight);
});

test("gone back beyond what it remembers, it begins anew, with what the rows are in", () => {
  const recording = new Recording(2000);
  fill(recording, 0, 10_000);
  const standing = Float64Array.of(55, packed(SLICE.gil, 4), 9);
  expect(recording.has(7, 70, standing)).toBe(false);
  expect([recording.entries, recording.recordedFromNs]).toEqual([1, 70]);
  const [chunk] = recording.rows[0]!.chunks;
  expect([chunk!.fromNs, chunk!.stateOf(0), chunk!.whoOf(0)]).toEqual([55, SLICE.gil, 9]);
});

test("the complete chunks know the time in each state", () => {
  const recording = new Recording(1e6);
  fill(recording, 0, 4000);
  for (const chunk of recording.rows[1]!.chunks.slice(0, -1)) {
    const sum = chunk.sums!.reduce((total, ns) => total + ns, 0);
    expect(sum).toBe(chunk.toNs - chunk.fromNs);
    expect(Math.abs(chunk.sums![SLICE.run]! - sum / 2)).toBeLessThanOrEqual(10);
  }
});

test("an instant is found by halving", () => {
  const recording = new Recording(1e6);
  fill(recording, 0, 4000);
  const { chunks } = recording.rows[0]!;
  for (const ns of [0, 19, 20, 12_345, 39_980, 1e9]) {
    const chunk = chunks[chunkAt(chunks, ns)]!;
    const start = chunk.startOf(entryAt(chunk, ns));
    expect(start).toBe(Math.min(39_980, Math.floor(ns / 20) * 20));
  }
});
