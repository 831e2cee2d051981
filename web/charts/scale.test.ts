import { expect, it } from "vitest";
import { growLatencyDomain, latencyAxis, linearAxis, spacedTicks, timeAxis } from "./scale.ts";

const labels = (axis: { ticks: readonly { label: string }[] }) =>
  axis.ticks.map((tick) => tick.label.replaceAll("\u202f", " "));

it("shows the whole run while the playhead has room for its labels", () => {
  const axis = timeAxis({ clockNs: 20e9, durationNs: 60e9, plotPx: 320, roomPx: 64 });
  expect(axis.domain).toEqual([0, 60e9]);
  expect(labels(axis)).toEqual(["0", "10", "20", "30", "40", "50", "60 s"]);
});

it("grows beyond the run to keep room for the labels at its end", () => {
  const axis = timeAxis({ clockNs: 60e9, durationNs: 60e9, plotPx: 320, roomPx: 64 });
  expect(axis.domain[1]).toBe(75e9);
  expect(labels(axis).at(-1)).toBe("60 s");
});

it("tops a linear axis with a round number above the line", () => {
  expect(linearAxis(721).domain).toEqual([0, 800]);
  expect(labels(linearAxis(721))).toEqual(["0", "400", "800"]);
  expect(linearAxis(0).domain[1]).toBeGreaterThan(0);
});

it("snaps latency to 1-2-5 and never shrinks", () => {
  const first = growLatencyDomain(undefined, 24, 80);
  expect(first).toEqual([20, 200]);
  expect(growLatencyDomain(first, 30, 700)).toEqual([20, 1000]);
  expect(growLatencyDomain([20, 1000], 30, 40)).toEqual([20, 1000]);
});

it("covers at least a decade and keeps the old domain without data", () => {
  expect(growLatencyDomain(undefined, 46, 46)).toEqual([20, 200]);
  expect(growLatencyDomain([20, 1000], NaN, NaN)).toEqual([20, 1000]);
});

it("labels 1-2-5 and marks the rest", () => {
  const axis = latencyAxis([20, 1000]);
  expect(labels(axis)).toEqual(["20", "50", "100", "200", "500", "1 s"]);
  expect(axis.minorTicks.length).toBe(12);
});

it("leaves out labels that would touch, and never a power of ten for another", () => {
  const { ticks } = latencyAxis([20, 10_000]);
  const toPx = (ms: number) => 80 - 27 * Math.log10(ms / 20);
  const kept = spacedTicks(ticks, toPx, 10).map(({ at }) => at);
  expect(kept).toEqual([20, 100, 1000, 10_000]);
  expect(spacedTicks(ticks, (ms) => 10 * toPx(ms), 10)).toEqual(ticks);
});

it("has a domain to show before there is anything to show", () => {
  expect(growLatencyDomain(undefined, Infinity, -Infinity)).toEqual([1, 1000]);
  expect(growLatencyDomain(undefined, Infinity, 0)).toEqual([1, 1000]);
  expect(growLatencyDomain([5, 50], Infinity, 0)).toEqual([5, 50]);
});
