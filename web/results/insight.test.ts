import { expect, it } from "vitest";
import { emptyTopology, laneOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { experimentFor, insightOf } from "./insight.ts";
import { resultOf } from "./testing.ts";

/** A lane with a bottleneck in the words of the engine. */
function bound(place: string, name: string, used: number, cpu = 0.26) {
  const share = `${Math.round(used * 100)} %`;
  const text =
    used >= 0.9
      ? `The ${name} is used up: ${share} in use. 1 ÷ 3.1 ms per request gives at most 320 requests/s.`
      : `There is room: the busiest part is the ${name}, at ${share}. 1 ÷ 3.1 ms per request gives a ceiling near 320 requests/s.`;
  const cpuUse = {
    utilization: cpu,
    userSeconds: 1,
    systemSeconds: 0,
    gcSeconds: 0,
    idleSeconds: 1,
  };
  return laneOf({
    topology: emptyTopology(4),
    result: resultOf({
      cpu: cpuUse,
      bottleneck: { place, text, law: "utilisation law X ≤ 1 ÷ S" },
    }),
  });
}

const title = (lane: ReturnType<typeof bound>) => insightOf(lane)!.title;

it("names what is used up, and what is not", () => {
  expect(title(bound("waiting-gil", "GIL", 0.99))).toBe("A has run out of GIL, not out of CPU.");
  expect(title(bound("worker-queue", "thread pool", 1))).toBe(
    "A has run out of threads, not out of CPU.",
  );
});

it("says when a lane is out of CPU", () => {
  expect(title(bound("running", "CPU", 0.97, 0.97))).toBe("A has run out of CPU.");
});

it("tells a CPU limit from the machine's CPU, and would raise the limit", () => {
  const lane = bound("running", "CPU limit", 1, 0.25);
  const limit = { cpus: 1, utilization: 1, throttledPeriods: 1, throttledSeconds: 30 };
  const { result } = lane;
  const limited = { ...lane, result: { ...result!, cpu: { ...result!.cpu, limit } } };
  expect(title(limited)).toBe("A has run out of its CPU quota.");
  const own = { lanes: [{ overrides: { machine: { cpus: 1 } } }] };
  const path = `lanes[${lane.index}].overrides.machine.cpus`;
  expect(experimentFor(limited, own)).toEqual({ label: "Try 2 CPUs", path, value: 2 });
  expect(experimentFor(limited, { machine: { cpus: 0.5 } })?.path).toBe("machine.cpus");
});

it("reports headroom as an insight too, without saying it twice", () => {
  const insight = insightOf(bound("running", "CPU", 0.56, 0.56))!;
  expect(insight.title).toBe(`A has room: busiest is the CPU, at 56${THIN}%.`);
  expect(insight.text).not.toContain("There is room");
  expect(insight.text).toContain("ceiling near");
});

it("says of a lane in a deadlock who waits for whom, and offers nothing", () => {
  const reason = 'deadlock: tasks 0 and 1 wait for each other: task 0 holds lock "a"';
  const lane = { ...bound("running", "CPU", 0.99), status: "stopped" as const, reason };
  expect(insightOf(lane)).toEqual({
    title: "A is in a deadlock.",
    text: 'Tasks 0 and 1 wait for each other: task 0 holds lock "a".',
    law: "",
  });
  expect(experimentFor(lane, {})).toBe(undefined);
});

it("waits for a measured part before it says anything", () => {
  expect(insightOf(laneOf({ result: resultOf({ measuredSeconds: 0 }) }))).toBe(undefined);
});

it("keeps every headline within sixty characters", () => {
  const lanes = [
    bound("waiting-gil", "GIL", 1),
    bound("waiting-pool:orders", "pool orders", 1),
    bound("worker-queue", "thread pool", 0.4),
  ];
  expect(lanes.map(title).filter((text) => text.length > 60)).toEqual([]);
});

it("suggests one process per core where one GIL or one loop is the limit", () => {
  const expected = { label: "Try 4 processes", path: "lanes[0].runtime.processes", value: 4 };
  expect(experimentFor(bound("waiting-gil", "GIL", 1), {})).toEqual(expected);
  expect(experimentFor(bound("runnable", "event loop", 1), {})).toEqual(expected);
});

it("suggests twice as much of what the document has", () => {
  const document = { pools: { db: { size: 10 } }, lanes: [{ runtime: { threads: 32 } }] };
  expect(experimentFor(bound("waiting-pool:db", "pool db", 1), document)).toEqual({
    label: "Try 20 connections",
    path: "pools.db.size",
    value: 20,
  });
  expect(experimentFor(bound("worker-queue", "thread pool", 1), document)?.value).toBe(64);
});

it("suggests that nothing be pinned where the carriers have run out", () => {
  const lane = bound("submission-queue", "carrier pool", 1);
  const document = { lanes: [{ runtime: { pinned: 0.2 } }] };
  expect(title(lane)).toMatch(/run out of carriers, not out of CPU\.$/);
  expect(experimentFor(lane, document)).toEqual({
    label: "Try nothing pinned",
    path: "lanes[0].runtime.pinned",
    value: 0,
  });
  expect(experimentFor(lane, {})).toBe(undefined);
});

it("suggests nothing while there is room", () => {
  expect(experimentFor(bound("running", "CPU", 0.5), {})).toBe(undefined);
});
