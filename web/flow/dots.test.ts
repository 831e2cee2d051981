import { expect, it } from "vitest";
import type { MoveBatch } from "../state/move-feed.ts";
import { Dots, MOST_DOTS, type Leg, type Pace } from "./dots.ts";

const IN: Leg = { track: 0, reversed: false, kind: "in" };
const ON: Leg = { track: 1, reversed: false, kind: "in" };
const BAD: Leg = { track: 2, reversed: false, kind: "bad" };
/** Edge 3 of the topology is not drawn. */
const LEGS = [IN, ON, BAD, undefined];
const LENGTHS = [90, 45, 90];
/** A virtual millisecond is a real second. */
const PACE: Pace = { unitsPerSecond: 90, speed: 1e-3, running: true };
const MS = 1e6;
const all = () => true;

/** Moves as [ms, edge, number of the request]. */
function batch(
  fromMs: number,
  toMs: number,
  moves: readonly (readonly [number, number, number])[],
  { stepped = false, every = 1, back = toMs < fromMs } = {},
): MoveBatch {
  const column = (at: 0 | 1 | 2) => moves.map((move) => move[at]);
  return {
    back,
    fromNs: fromMs * MS,
    toNs: toMs * MS,
    stepped,
    moves: {
      every,
      timeNs: Float64Array.from(column(0), (ms) => ms * MS),
      edge: Uint16Array.from(column(1)),
      task: Int32Array.from(column(2)),
      cls: new Uint8Array(moves.length),
      number: Int32Array.from(column(2)),
    },
  };
}

const where = ({ dots }: Dots) => dots.map(({ legs, at }) => [legs[0]!.track, at]);

it("sets a dot out where it would be by now, and takes it on at the same pace", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(batch(0, 0.5, [[0.25, 0, 1]]), PACE, all);
  expect(where(dots)).toEqual([[0, 22.5]]);
  dots.advance(45);
  expect(where(dots)).toEqual([[0, 67.5]]);
  dots.advance(45);
  expect(where(dots)).toEqual([]);
});

it("keeps one dot for one request: it goes along its edges one after the other", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(batch(0, 0.1, [[0.1, 0, 1]]), PACE, all);
  dots.advance(50);
  dots.add(batch(0.1, 0.2, [[0.2, 1, 1]]), PACE, all);
  expect(where(dots)).toEqual([[0, 50]]);
  dots.advance(60);
  expect(where(dots)).toEqual([[1, 20]]);
});

it("does not let a dot fall behind its request by more than a little", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(batch(0, 0.1, [[0.1, 0, 1]]), PACE, all);
  dots.advance(10);
  dots.add(batch(0.1, 0.2, [[0.2, 1, 1]]), PACE, all);
  expect(where(dots)).toEqual([[1, 0]]);
});

it("shows the same dots however a moment was reached", () => {
  const moves = [
    [1.1, 0, 1],
    [1.3, 0, 2],
    [1.9, 1, 1],
  ] as const;
  const straight = new Dots(LEGS, LENGTHS);
  for (let ms = 0; ms < 2; ms += 0.1) {
    const now = moves.filter(([at]) => at > ms && at <= ms + 0.1);
    straight.advance(9);
    straight.add(batch(ms, ms + 0.1, now), PACE, all);
  }
  const back = new Dots(LEGS, LENGTHS);
  back.add(batch(0, 9, [[8.9, 0, 7]]), PACE, all);
  back.add(batch(9, 2, moves), { ...PACE, running: false }, all);
  const rounded = (dots: Dots) => where(dots).map(([track, at]) => [track, Math.round(at!)]);
  expect(rounded(back)).toEqual(rounded(straight));
});

it("moves nothing but the request that a step moved", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(batch(0, 0.1, [[0.1, 0, 1]]), PACE, all);
  const still = { ...PACE, running: false };
  dots.add(batch(0.1, 0.3, [[0.3, 2, 5]], { stepped: true }), still, all);
  dots.advance(30, true);
  expect(where(dots)).toEqual([
    [0, 0],
    [2, 30],
  ]);
  expect(dots.hasStepped).toBe(true);
  dots.release();
  dots.advance(10);
  expect(where(dots)).toEqual([
    [0, 10],
    [2, 40],
  ]);
});

it("follows the clock where lanes catch up with a run that stands still", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(batch(0, 0.1, [[0.1, 0, 1]]), PACE, all);
  dots.add(batch(0.1, 0.2, []), { ...PACE, running: false }, all);
  expect(where(dots)).toEqual([[0, expect.closeTo(9)]]);
});

it("draws nothing on edges that are not drawn, or too busy", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(batch(0, 1, [[1, 3, 1]]), PACE, all);
  dots.add(batch(1, 2, [[2, 0, 1]]), PACE, (track) => track !== 0);
  expect(where(dots)).toEqual([]);
});

it("draws so many and no more, though a refusal is always seen", () => {
  const dots = new Dots(LEGS, LENGTHS);
  const many = Array.from({ length: 300 }, (_, i) => [0.1, 0, i] as const);
  dots.add(batch(0, 0.1, many), PACE, all);
  expect(dots.dots).toHaveLength(MOST_DOTS);
  dots.add(batch(0.1, 0.1, [[0.1, 2, 999]]), PACE, all);
  expect(dots.dots.at(-1)!.legs).toEqual([BAD]);
  expect(dots.dots).toHaveLength(MOST_DOTS);
});

it("tells no two requests apart where a dot stands for many", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(
    batch(
      0,
      0.1,
      [
        [0.1, 0, 1],
        [0.1, 0, 1],
      ],
      { every: 20 },
    ),
    PACE,
    all,
  );
  expect(where(dots)).toHaveLength(2);
});

it("forgets what moved at the instant at which it goes back to an earlier event", () => {
  const dots = new Dots(LEGS, LENGTHS);
  dots.add(
    batch(0, 0.5, [
      [0.25, 0, 1],
      [0.5, 0, 2],
    ]),
    PACE,
    all,
  );
  dots.add(batch(0.5, 0.5, [[0.25, 0, 1]], { back: true }), PACE, all);
  expect(where(dots)).toHaveLength(1);
});
