import { expect, it } from "vitest";
import {
  around,
  initialWindow,
  isFollowing,
  pan,
  revealing,
  spanOf,
  wholeRun,
  zoom,
} from "./window.ts";

const CLOCK = 42.6e9;
const RUN = { clockNs: CLOCK, durationNs: 60e9 };
const INITIAL = initialWindow(RUN.durationNs);

it("shows the last 40 ms and follows the clock", () => {
  const { fromNs, toNs } = spanOf(INITIAL, CLOCK);
  expect(toNs - fromNs).toBe(40e6);
  expect(toNs).toBeGreaterThan(CLOCK);
  expect(spanOf(INITIAL, CLOCK + 1e9).toNs - toNs).toBe(1e9);
});

it("starts at 0 while the run is younger than the window", () => {
  expect(spanOf(INITIAL, 1e6)).toEqual({ fromNs: 0, toNs: 40e6 });
});

it("shows all of a run that is shorter than the window", () => {
  const { fromNs, toNs } = spanOf(initialWindow(5e6), 5e6);
  expect(fromNs).toBe(0);
  expect(toNs).toBeGreaterThan(5e6);
  expect(toNs).toBeLessThan(5.5e6);
});

it("stays where it was panned to while the clock goes on", () => {
  const back = pan(INITIAL, CLOCK, -0.5);
  expect(isFollowing(back)).toBe(false);
  expect(spanOf(back, CLOCK + 1e9)).toEqual(spanOf(back, CLOCK));
});

it("follows again when panned past the clock", () => {
  expect(isFollowing(pan(pan(INITIAL, CLOCK, -0.5), CLOCK, 2))).toBe(true);
});

it("never pans before the start", () => {
  expect(spanOf(pan(INITIAL, 50e6, -9), 50e6).fromNs).toBe(0);
});

it("keeps the instant under the pointer in place when it zooms", () => {
  const middle = CLOCK - 20e6;
  const shareOf = (window: typeof INITIAL) => {
    const { fromNs, toNs } = spanOf(window, CLOCK);
    return (middle - fromNs) / (toNs - fromNs);
  };
  expect(shareOf(zoom(INITIAL, RUN, 0.5, middle))).toBeCloseTo(shareOf(INITIAL));
});

it("zooms no closer than a microsecond and no wider than the run", () => {
  expect(zoom(INITIAL, RUN, 1e-9).spanNs).toBe(1e3);
  expect(zoom(INITIAL, RUN, 1e9).spanNs).toBeCloseTo(RUN.durationNs / 0.97);
});

it("brings a stretch on screen with a little around it", () => {
  const { fromNs, toNs } = spanOf(around({ fromNs: 10e9, toNs: 11e9 }), CLOCK);
  expect([fromNs, toNs]).toEqual([9.94e9, 11.06e9]);
  expect(spanOf(wholeRun(CLOCK), CLOCK).fromNs).toBe(0);
  expect(spanOf(wholeRun(CLOCK), CLOCK).toNs).toBeGreaterThan(CLOCK);
});

it("moves for a stretch only as far as it has to", () => {
  expect(revealing(INITIAL, CLOCK, { fromNs: CLOCK - 1e6, toNs: CLOCK })).toBe(INITIAL);
  const moved = revealing(INITIAL, CLOCK, { fromNs: 10e9, toNs: 10.001e9 });
  expect(moved.spanNs).toBe(INITIAL.spanNs);
  expect(spanOf(moved, CLOCK).fromNs).toBeLessThan(10e9);
  expect(revealing(INITIAL, CLOCK, { fromNs: 10e9, toNs: 11e9 }).spanNs).toBe(1.12e9);
});
