import { expect, test } from "vitest";
import type { LaneResult, ResourceKind, ResourceUse } from "./api.ts";
import { begin, run, type Sketch } from "./testing.ts";

function resultOf(sketch: Sketch): LaneResult {
  return run({ duration: "20s", warmup: "2s", ...sketch }).result(0);
}

function useOf(result: LaneResult, kind: ResourceKind): ResourceUse {
  return result.resources.find((use) => use.kind === kind)!;
}

const open = (rate: number) => ({ executor: "constant-arrival-rate", rate });
const pool = { model: "threads", profile: "neutral", threads: 4, queue: "unbounded" };

test("demand and ceiling of a thread pool follow from what a request does", () => {
  const result = resultOf({ runtime: pool, steps: [{ io: "10ms" }], load: open(300) });
  const threads = useOf(result, "threads");
  expect(threads.demandMs).toBeCloseTo(10, 0);
  expect(threads.ceiling).toBeGreaterThan(395);
  expect(threads.used).toBeCloseTo(result.throughput / threads.ceiling, 6);
});

test("the wait by Little's law is the wait that the requests had", () => {
  const steps = [{ cpu: { dist: "exponential", mean: "2ms" } }];
  const result = resultOf({ runtime: { ...pool, threads: 1 }, steps, load: open(400) });
  const { waitMs, waiting } = useOf(result, "threads");
  expect(waitMs).toBeCloseTo(result.breakdownMs["worker-queue"]!, 0);
  expect(waiting).toBeCloseTo((waitMs * result.throughput) / 1000, 6);
});

test("a GIL covers the share of the computing that holds it", () => {
  const steps = [{ cpu: "3ms" }, { cpu: "1ms", gil: "released" }];
  const runtime = { ...pool, gil: true };
  const result = resultOf({ runtime, steps, load: open(100), cores: 4 });
  expect(useOf(result, "gil").serialShare).toBeCloseTo(0.75, 2);
});

test("a fixed number of users is bounded by what they ask for and by what there is", () => {
  const users = { executor: "constant-vus", vus: 3, thinkTime: "20ms" };
  const { bounds, throughput, latencyMs } = resultOf({
    runtime: pool,
    steps: [{ cpu: "2ms" }, { io: "8ms" }],
    load: users,
    cores: 3,
  });
  expect(bounds).toMatchObject({ users: 3, thinkMs: 20 });
  expect(bounds!.byUsers).toBeCloseTo(3000 / 30, 0);
  expect(bounds!.byResources).toBeCloseTo(400, -1);
  expect(throughput).toBeLessThanOrEqual(bounds!.byUsers * 1.001);
  expect(latencyMs.mean).toBeGreaterThanOrEqual(bounds!.leastLatencyMs * 0.999);
});

test("nothing is said of a load that is open, nor before the warm-up is over", () => {
  const result = resultOf({ runtime: pool, steps: [{ cpu: "2ms" }], load: open(100) });
  expect(result.bounds).toBe(undefined);
  const steps = [{ cpu: "2ms" }];
  const early = begin({ runtime: pool, steps, duration: "2s", warmup: "1s" }).result(0);
  expect(early.resources).toEqual([]);
});

test("an executor that is used up is told from the loop that hands it work", () => {
  const runtime = { model: "event-loop", profile: "neutral", executor: { threads: 2 } };
  const result = resultOf({ runtime, steps: [{ offload: [{ io: "10ms" }] }], load: open(400) });
  const executor = useOf(result, "executor");
  expect(executor.used).toBeGreaterThan(0.99);
  expect(executor.ceiling).toBeCloseTo(200, -1);
  expect(executor.waiting).toBeGreaterThan(100);
  expect(useOf(result, "loop")?.used ?? 0).toBeLessThan(0.01);
});

test("what an executor computes is not the loop's", () => {
  const runtime = { model: "event-loop", profile: "neutral", executor: { processes: 3 } };
  const steps = [{ cpu: "1ms" }, { offload: [{ cpu: "10ms" }] }];
  const result = resultOf({ runtime, steps, load: open(200), cores: 4 });
  expect(useOf(result, "loop").used).toBeCloseTo(0.2, 1);
  expect(useOf(result, "executor").used).toBeCloseTo(2 / 3, 1);
});
