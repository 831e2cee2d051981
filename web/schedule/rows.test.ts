import { expect, it } from "vitest";
import type { ScheduleRow } from "../../engine/api.ts";
import { scheduleOf } from "./testing.ts";
import { layOutRows, onStableRows, rowAt, sliceAt, timeTicks, toNs, toX } from "./rows.ts";

const row = (kind: ScheduleRow["kind"], label: string): ScheduleRow => ({
  id: Number(label.replace(/\D/g, "")),
  kind,
  label,
});
const THREADS = Array.from({ length: 32 }, (_, i) => row("thread", `T${i + 1}`));
const area = { top: 20, height: 200, scale: 1 };

it("draws as many rows as fit and counts the rest", () => {
  const layout = layOutRows(THREADS, area);
  expect(layout.rows.length + layout.hidden).toBe(32);
  expect(layout.hidden).toBeGreaterThan(0);
  expect(layout.bottom).toBeLessThanOrEqual(area.height - 14);
});

it("hides nothing when all rows fit", () => {
  expect(layOutRows(THREADS.slice(0, 4), area)).toMatchObject({ hidden: 0, dividers: [] });
});

it("separates cores from threads", () => {
  const layout = layOutRows([row("core", "cpu0"), row("gil", "GIL"), ...THREADS.slice(0, 2)], area);
  expect(layout.dividers.length).toBe(1);
  expect(layout.dividers[0]).toBeGreaterThan(layout.rows[1]!.y + layout.rows[1]!.height);
});

it("finds what lies under the pointer", () => {
  const layout = layOutRows(THREADS, area);
  expect(rowAt(layout, layout.rows[3]!.y + 5)?.row.label).toBe("T4");
  expect(rowAt(layout, 5)).toBe(undefined);
});

const slices = scheduleOf(THREADS.slice(0, 2), [
  { row: 0, state: 1, start: 0, end: 10, number: 7 },
  { row: 0, state: 4, start: 10, end: 30, number: 7 },
  { row: 1, state: 1, start: 0, end: 5 },
]);

it("finds the slice of a row at an instant, and none in a gap", () => {
  expect([sliceAt(slices, 0, 3), sliceAt(slices, 0, 10), sliceAt(slices, 1, 9)]).toEqual([
    0, 1, -1,
  ]);
});

it("keeps the machine's rows in their places when an answer leaves some out", () => {
  const known = [row("core", "cpu0"), row("core", "cpu2"), row("thread", "T10")];
  const answer = { ...slices, rows: [row("core", "cpu1"), row("thread", "T12")] };
  const stable = onStableRows(known, answer);
  expect(stable.rows.map(({ label }) => label)).toEqual(["cpu0", "cpu1", "cpu2", "T12"]);
  expect([...stable.row]).toEqual([1, 1, 3]);
});

it("scrolls through all rows when none is to be left out", () => {
  const whole = layOutRows(THREADS, { ...area, scrolled: 0 });
  const below = layOutRows(THREADS, { ...area, scrolled: 100 });
  expect(whole.hidden).toBe(0);
  expect(whole.wholeHeight).toBeCloseTo(below.wholeHeight);
  expect(below.rows[0]!.index).toBeGreaterThan(0);
  expect(below.rows.at(-1)!.index).toBeGreaterThan(whole.rows.at(-1)!.index);
});

it("maps time to pixels and back", () => {
  const span = { fromNs: 100, toNs: 300 };
  const plot = { left: 66, right: 266 };
  expect(toX(200, span, plot)).toBe(166);
  expect(toNs(toX(250, span, plot), span, plot)).toBe(250);
});

it("ticks at round distances in the unit that fits", () => {
  const labels = timeTicks({ fromNs: 42.58e9, toNs: 42.62e9 }, 8).map((tick) => tick.label);
  expect(labels).toEqual(["", "+5 ms", "+10", "+15", "+20", "+25", "+30", "+35", "+40"]);
  const close = timeTicks({ fromNs: 0, toNs: 10_000 }, 5).map((tick) => tick.label);
  expect(close).toEqual(["", "+2 µs", "+4", "+6", "+8", "+10"]);
});
