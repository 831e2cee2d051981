/** The level of detail leaves nothing out and adds nothing: whatever the slices, whatever the pixel. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { packed, Recording, type RowLog } from "./recording.ts";
import { SLICE } from "./slice.ts";
import { SliceColumns } from "./slice-columns.ts";
import { addTimeIn, Summary, timeIn, timeUntil, type Stretch } from "./summary.ts";

type Step = readonly [lasts: number, state: number];

const STEPS = fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.integer({ min: 0, max: 8 })), {
  minLength: 1,
  maxLength: 900,
});
const STRETCH = fc
  .tuple(fc.nat(40_000), fc.nat(90_000), fc.constantFrom(0, 1, 7.5, 64, 1000, 33_333))
  .map(([fromNs, lasts, pixelNs]) => ({ fromNs, toNs: fromNs + lasts, pixelNs }));

function logOf(steps: readonly Step[]): {
  log: RowLog;
  exact: { state: number; start: number; end: number }[];
} {
  const recording = new Recording(1e9);
  const exact: { state: number; start: number; end: number }[] = [];
  let now = 0;
  for (const [lasts, state] of steps) {
    recording.add(0, now, packed(state, 1), 1);
    exact.push({ state, start: now, end: now + lasts });
    now += lasts;
  }
  exact.at(-1)!.end = Infinity;
  return { log: recording.rows[0]!, exact };
}

function summed(log: RowLog, stretch: Stretch): ReturnType<SliceColumns["cut"]> {
  const columns = new SliceColumns();
  new Summary(columns, stretch).add(0, log);
  return columns.cut();
}

const overlap = (a: number, b: number, from: number, to: number): number =>
  Math.max(0, Math.min(b, to) - Math.max(a, from));

test("time busy and time active add up to those of the exact slices", () => {
  fc.assert(
    fc.property(STEPS, STRETCH, (steps, stretch) => {
      const { log, exact } = logOf(steps);
      const found = summed(log, stretch);
      const time = (isIt: (state: number) => boolean): number =>
        exact
          .filter(({ state }) => isIt(state))
          .reduce(
            (sum, { start, end }) => sum + overlap(start, end, stretch.fromNs, stretch.toNs),
            0,
          );
      const sum = (column: Float64Array): number => column.reduce((total, ns) => total + ns, 0);
      expect(sum(found.activeNs)).toBeCloseTo(
        time((state) => state !== SLICE.idle),
        4,
      );
      expect(sum(found.busyNs)).toBeCloseTo(
        time((state) => state === SLICE.run || state === SLICE.gc),
        4,
      );
    }),
  );
});

test("what it tells comes in order, inside the stretch, and never overlaps", () => {
  fc.assert(
    fc.property(STEPS, STRETCH, (steps, stretch) => {
      const { start, end, activeNs } = summed(logOf(steps).log, stretch);
      start.forEach((from, i) => {
        expect(from).toBeGreaterThanOrEqual(i === 0 ? stretch.fromNs : end[i - 1]!);
        expect(end[i]!).toBeGreaterThan(from);
        expect(end[i]!).toBeLessThanOrEqual(stretch.toNs);
        expect(activeNs[i]!).toBeLessThanOrEqual(end[i]! - from + 1e-6);
      });
    }),
  );
});

test("slices of a pixel or more are told as they are, and no pixel has two summaries of one gap", () => {
  fc.assert(
    fc.property(STEPS, STRETCH, (steps, stretch) => {
      const { log, exact } = logOf(steps);
      const found = summed(log, stretch);
      const told = new Set(found.start.map((from, i) => (found.slices[i] === 1 ? from : -1)));
      const long = exact.filter(({ state, start, end }) => {
        const lasts = overlap(start, end, stretch.fromNs, stretch.toNs);
        return state !== SLICE.idle && lasts > 0 && lasts >= stretch.pixelNs;
      });
      for (const { start } of long) expect(told).toContain(Math.max(start, stretch.fromNs));
      const most =
        2 * (stretch.pixelNs === 0 ? 0 : (stretch.toNs - stretch.fromNs) / stretch.pixelNs) + 3;
      const summaries = found.slices.filter((n) => n > 1).length;
      expect(summaries).toBeLessThanOrEqual(most);
    }),
  );
});

test("time in a state, pixel by pixel, is that of the exact slices", () => {
  fc.assert(
    fc.property(STEPS, STRETCH, (steps, { fromNs, toNs }) => {
      const { log, exact } = logOf(steps);
      const pixelNs = Math.max(1, (toNs - fromNs) / 50);
      const sums = new Float64Array(51);
      addTimeIn(sums, log, SLICE.gil, { fromNs, toNs, pixelNs });
      for (let i = 0; i < 50; i++) {
        const from = fromNs + i * pixelNs;
        const to = Math.min(toNs, from + pixelNs);
        const expected = exact
          .filter(({ state }) => state === SLICE.gil)
          .reduce((sum, { start, end }) => sum + overlap(start, end, from, to), 0);
        expect(sums[i]).toBeCloseTo(expected, 4);
      }
    }),
  );
});

test("a chunk inside one pixel is told by its sums, to the nanosecond", () => {
  const steps = Array.from({ length: 5000 }, (_, i): Step => [
    3,
    i % 3 === 0 ? SLICE.run : SLICE.gil,
  ]);
  const { busyNs, activeNs, state } = summed(logOf(steps).log, {
    fromNs: 0,
    toNs: 15_000,
    pixelNs: 5000,
  });
  expect(busyNs.reduce((sum, ns) => sum + ns, 0)).toBe(1667 * 3);
  expect([...activeNs]).toEqual([5000, 5000, 5000]);
  expect([...state]).toEqual([SLICE.gil, SLICE.gil, SLICE.gil]);
});

test("the time in a state so far leaves out what a run that went back has still to come to", () => {
  const { log, exact } = logOf(Array.from({ length: 900 }, (_, i): Step => [7, i % 5]));
  for (const now of [0, 3, 700, 4321, 6300]) {
    const expected = exact
      .filter(({ state }) => state === SLICE.gil)
      .reduce((sum, { start, end }) => sum + overlap(start, end, 0, now), 0);
    expect(timeUntil(log, SLICE.gil, now)).toBe(expected);
    expect(timeIn(log, SLICE.gil, { fromNs: 0, toNs: now })).toBe(expected);
    const since = timeIn(log, SLICE.gil, { fromNs: 150, toNs: 1e9 });
    expect(since + timeIn(log, SLICE.gil, { fromNs: 0, toNs: 150 })).toBe(
      timeIn(log, SLICE.gil, { fromNs: 0, toNs: 1e9 }),
    );
  }
});
