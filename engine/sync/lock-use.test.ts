import { expect, test } from "vitest";
import { NOW } from "../kernel/queue.ts";
import { run } from "../testing.ts";
import { LockUse } from "./lock-use.ts";

test("a lock is in use from the first task that wants it to the last that has done with it", () => {
  const clock = new Float64Array(2);
  const use = new LockUse(clock, 1);
  const at = (ns: number, what: "enter" | "leave"): void => {
    clock[NOW] = ns;
    use[what](0);
  };
  at(10, "enter");
  at(15, "enter");
  at(20, "leave");
  at(30, "leave");
  at(50, "enter");
  clock[NOW] = 60;
  expect(use.used(0)).toBe(30);
  use.beginMeasurement();
  clock[NOW] = 65;
  expect(use.used(0)).toBe(5);
});

test("who waits for one lock is told so, with the rate that the lock allows", () => {
  const { bottleneck, throughput } = run({
    cores: 8,
    runtime: { model: "threads", profile: "neutral", threads: 8 },
    locks: { stock: {} },
    steps: [{ lock: "stock", steps: [{ cpu: "1ms" }] }],
    load: { executor: "constant-vus", vus: 8 },
  }).result(0);
  expect(throughput).toBeCloseTo(1000, 0);
  expect(bottleneck.place).toBe("waiting-lock:stock");
  expect(bottleneck.text).toContain("1 lock ÷ 1 ms per request gives at most 1000 requests/s");
});
