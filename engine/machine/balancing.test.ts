/** How idle cores and waiting threads find each other, or do not. */
import { expect, test } from "vitest";
import { Stream } from "../kernel/random.ts";
import { run } from "../testing.ts";
import { REFERENCE, sliceNs } from "./calibration.ts";
import { IdleSearch } from "./idle-search.ts";
import { NewIdle } from "./newidle.ts";

const MS = 1e6;

/** Cores that a wake-up looks at when `cores` have been busy for this share for a second. */
function reachAt(share: number, cores: number): number {
  const search = new IdleSearch(cores, 4 * MS);
  for (let at = 4 * MS; at <= 1000 * MS; at += 4 * MS) search.update(at, at * share * cores);
  return search.reach;
}

test("of two cores none is looked at above 60 % load, of eight fewer and fewer (SIS_UTIL)", () => {
  // [S] fair.c: y = 1 − (1.17 x)², cores × y rounded down; nothing above 85 %.
  expect([0.3, 0.59, 0.61, 0.9].map((share) => reachAt(share, 2))).toEqual([1, 1, 0, 0]);
  expect([0, 0.3, 0.6, 0.8, 0.86].map((share) => reachAt(share, 8))).toEqual([8, 7, 4, 0, 0]);
});

test("the load that the search sees is half of the last 32 ms", () => {
  const search = new IdleSearch(2, 4 * MS);
  search.update(1000 * MS, 0);
  expect(search.reach).toBe(2);
  // Two cores that compute: 50 % after 32 ms, more than 60 % after 44 ms.
  search.update(1032 * MS, 64 * MS);
  expect(search.reach).toBe(1);
  search.update(1050 * MS, 100 * MS);
  expect(search.reach).toBe(0);
});

test("a core that runs dry looks for work as often as it found some lately (NI_RANDOM)", () => {
  const cores = new NewIdle(1, new Stream(1, "dice"));
  const looks = (success: number, times: number): number => {
    let looked = 0;
    const luck = new Stream(2, "luck");
    for (let i = 0; i < times; i++) {
      if (!cores.looks(0)) continue;
      looked++;
      cores.looked(0, luck.next() < success);
    }
    return looked / times;
  };
  expect(looks(0, 512)).toBeCloseTo(0.5, 1);
  looks(0.25, 20_000);
  expect(looks(0.25, 20_000)).toBeCloseTo(0.25, 1);
  // Above two thirds a success counts once, so that the share stays where it has got to.
  looks(1, 40_000);
  expect(looks(1, 5000)).toBeGreaterThan(0.66);
});

test("some threads wait though a core is idle; where nothing costs anything none does", () => {
  const waitMs = (runtime: object): number =>
    run({
      runtime: { ...runtime, model: "threads", threads: "per-request" },
      steps: [{ cpu: { dist: "exponential", mean: "1ms" } }, { io: "3ms" }],
      load: { executor: "constant-vus", vus: 6, origin: "inside" },
      cores: 2,
      duration: "20s",
    }).result(0).breakdownMs["runnable"]!;
  // The same demands; a switch and a wake-up take microseconds.
  expect(waitMs({ profile: "jvm-platform" })).toBeGreaterThan(waitMs({}) + 0.05);
});

test("a program on one of two CPUs is given the slices of two", () => {
  expect(sliceNs(REFERENCE, 1)).toBe(700_000);
  expect(sliceNs({ ...REFERENCE, leastCpus: 2 }, 1)).toBe(1_400_000);
  expect(sliceNs({ ...REFERENCE, leastCpus: 2 }, 8)).toBe(2_800_000);
});

test("late ticks mix up the order of threads that compute, as on the machine measured", () => {
  const slices = (calibration: "reference" | "truth"): number => {
    const { p99, p50 } = run({
      runtime: { model: "threads", profile: "jvm-platform", threads: "per-request" },
      steps: [{ cpu: "4ms" }],
      load: { executor: "constant-vus", vus: 4, origin: "inside" },
      calibration,
      duration: "20s",
    }).result(0).latencyMs;
    return (p99 - p50) / 4;
  };
  // Four threads in strict turns: every request takes the same number of slices.
  expect(slices("reference")).toBeLessThan(1.1);
  // [M] four threads on a core: p50 10 ms, p99 18 ms, two slices apart.
  expect(slices("truth")).toBeGreaterThan(0.9);
});

test("two that compute part within a few ticks, wherever they began (nr_balance_failed)", () => {
  // On one core they would take turns of 4 ms for a second, each of them hot at every tick.
  for (let seed = 1; seed <= 20; seed++) {
    const { max } = run({
      runtime: { model: "threads", profile: "cpython-3.11", threads: 1, processes: 2 },
      steps: [{ cpu: "500ms" }],
      load: { executor: "trace", times: [0, 0], origin: "inside" },
      cores: 2,
      duration: "1100ms",
      seed,
    }).result(0).latencyMs;
    expect(max, `seed ${seed}`).toBeLessThan(515);
  }
});
