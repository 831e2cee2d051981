import { expect, test } from "vitest";
import type { Stay, Topology, Waterfall } from "../../engine/api.ts";
import { emptyTopology } from "../charts/testing.ts";
import { stepRows } from "../editor/program.ts";
import { THIN } from "../format.ts";
import { fallPicture } from "./fall-model.ts";

const MS = 1e6;
const TOPOLOGY: Topology = {
  ...emptyTopology(1),
  places: [
    { name: "accept-queue", label: "accept queue", kind: "queue", group: "kernel" },
    { name: "running", label: "running", kind: "run", group: "runtime" },
    { name: "waiting-gil", label: "wants the GIL", kind: "gil", group: "runtime" },
    { name: "runnable", label: "runnable", kind: "ready", group: "runtime" },
  ],
  inside: { kind: "threads", gil: true },
};
const STEPS = stepRows([{ cpu: "3ms" }, { io: "2ms" }], "steps");

/** [place, step, ms] one after the other, from 1 s on. */
function fall(...stays: readonly (readonly [number, number, number])[]): Waterfall {
  let atNs = 1e9;
  const listed = stays.map(([place, step, ms]): Stay => {
    const fromNs = atNs;
    atNs += ms * MS;
    return { place, step, fromNs, toNs: atNs, others: 0, holders: [], heldBy: 0 };
  });
  const spentNs = new Float64Array(4);
  for (const { place, fromNs, toNs } of listed) spentNs[place]! += toNs - fromNs;
  return {
    request: {
      request: "page",
      number: 7,
      beganNs: 1e9,
      endedNs: atNs,
      outcome: "completed",
      spentNs,
    },
    stays: listed,
    threads: [],
  };
}

test("the rows of a request add up to its latency", () => {
  const { front, rows, scale } = fallPicture(
    fall([0, -1, 2], [1, 0, 4], [2, 1, 5], [1, 1, 1]),
    STEPS,
    TOPOLOGY,
  );
  expect(front).toBe(undefined);
  expect(rows.map(({ key, ns }) => [key, ns / MS])).toEqual([
    [-1, 2],
    [0, 4],
    [1, 6],
  ]);
  expect([scale.fromNs, scale.toNs]).toEqual([1e9, 1e9 + 12 * MS]);
});

test("a queue that hides the rest stands in front, and the rest gets a scale of its own", () => {
  const { front, rows, scale } = fallPicture(fall([0, -1, 391], [1, 0, 121]), STEPS, TOPOLOGY);
  expect(front!.ns).toBe(391 * MS);
  expect((scale.toNs - scale.fromNs) / MS).toBe(121);
  expect(rows.map(({ key }) => key)).toEqual([0]);
});

test("stays too short to be seen are drawn as what most of their time was", () => {
  const many = Array.from({ length: 1000 }, (_, i) => [i % 2 === 0 ? 2 : 1, 0, i % 2 ? 1 : 3]);
  const picture = fallPicture(fall(...(many as [number, number, number][])), STEPS, TOPOLOGY);
  const { bars } = picture.rows[0]!;
  expect(bars.length).toBeLessThan(310);
  expect(new Set(bars.slice(0, -1).map(({ state }) => state))).toEqual(new Set(["gil"]));
  expect(bars[0]!.fromNs).toBe(1e9);
  expect(bars.at(-1)!.toNs).toBe(1e9 + 2000 * MS);
});

test("holders of several waits are one list, the longest first", () => {
  const one = fall([2, 0, 10], [1, 0, 1], [2, 0, 10]);
  const first = { of: { request: "page", number: 3 }, ns: 4 * MS };
  const second = { of: undefined, ns: 7 * MS };
  const stays = one.stays.map((stay, i) =>
    i === 1 ? stay : { ...stay, others: 128, holders: [first, second], heldBy: 2 },
  );
  const [row] = fallPicture({ ...one, stays }, STEPS, TOPOLOGY).rows;
  const holders = [
    { of: undefined, ns: 14 * MS },
    { of: { request: "page", number: 3 }, ns: 8 * MS },
  ];
  expect(row!.held).toEqual([{ verb: "held by", holders, heldBy: 2 }]);
  expect(row!.queue).toBe("128 others waiting");
  expect(row!.bars[0]!.label).toBe(`GIL 10${THIN}ms`);
});

test("who had the GIL, the threads and the cores is told apart, unless it took no time to speak of", () => {
  const waits = (...ms: readonly (readonly [number, number, number])[]) => {
    const one = fall(...ms, [1, 0, 10]);
    for (const stay of one.stays) {
      const holders = [{ of: { request: "page", number: stay.place }, ns: MS }];
      Object.assign(stay, { holders: stay.place === 1 ? [] : holders });
    }
    return fallPicture(one, STEPS, TOPOLOGY).rows[0]!.held.map(
      ({ verb, holders }) => `${verb} ${holders[0]!.of!.number}`,
    );
  };
  const all = ["held by 2", "threads busy with 0", "meanwhile ran 3"];
  expect(waits([0, 0, 10], [3, 0, 5], [2, 0, 2])).toEqual(all);
  expect(waits([0, 0, 10], [3, 0, 0.001], [2, 0, 0.001])).toEqual(all.slice(0, 2));
});

test("who stands in a line is behind the others", () => {
  const one = fall([0, -1, 10], [1, 0, 100]);
  const stays = one.stays.map((stay, i) => (i === 0 ? { ...stay, others: 1290 } : stay));
  const [row] = fallPicture({ ...one, stays }, STEPS, TOPOLOGY).rows;
  expect(row!.queue).toBe(`behind 1${THIN}290 others`);
});

test("a step inside another is told with the step around it", () => {
  const nested = stepRows([{ lock: "m", steps: [{ cpu: "3ms" }, { io: "2ms" }] }], "steps");
  const { rows } = fallPicture(fall([1, 1, 3], [2, 2, 2]), nested, TOPOLOGY);
  expect(rows.map(({ key, ns }) => [key, ns / MS])).toEqual([
    [0, 0],
    [1, 3],
    [2, 2],
  ]);
});
