import { expect, it } from "vitest";
import type { Internals, Topology } from "../../engine/api.ts";
import { laneOf, tableOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { resultOf } from "../results/testing.ts";
import { courseOf, factsOf, fullSinceNs, moreText, settingsOf, taskText } from "./place-facts.ts";
import { THREADS_WITH_GIL, indexOf } from "./testing.ts";

const QUEUE = indexOf("accept-queue");
const rates = new Float64Array(THREADS_WITH_GIL.edges.length);
rates[0] = 720;
rates[1] = 402;
rates[2] = 318;
const queue = [0, 64, 128, 127.8, 128];
const lane = laneOf({
  topology: THREADS_WITH_GIL,
  edgeRates: rates,
  occupancy: new Float64Array([0, 128, 0, 16, 1, 15, 0, 0, 0]),
  samples: tableOf({ t: [1, 2, 3, 4, 5].map((s) => s * 1e9), "place.accept-queue": queue }),
  result: resultOf({ places: { "accept-queue": { mean: 90, max: 128 } }, measuredSeconds: 5 }),
});
const at = (index: number, topology: Topology = THREADS_WITH_GIL, internals?: Internals) =>
  Object.fromEntries(
    factsOf(lane, topology, { index, internals }).map(({ name, value }) => [name, value]),
  );

it("tells how full a place is, who comes and goes, and how long they stay by Little's law", () => {
  expect(at(QUEUE)).toEqual({
    now: "128",
    "mean so far": "90",
    "most so far": "128",
    "in use": `70${THIN}%`,
    in: "720/s",
    out: "720/s",
    "mean stay, N ÷ X": `124${THIN}ms`,
  });
});

it("has no means before the measurement has begun", () => {
  const early = { ...lane, result: resultOf({ ...lane.result, measuredSeconds: 0 }) };
  const facts = factsOf(early, THREADS_WITH_GIL, { index: QUEUE, internals: undefined });
  expect(facts.find(({ name }) => name === "mean so far")!.value).toBe("–");
});

it("tells of a pool who holds it", () => {
  const resources = [{ kind: "pool", name: "db", place: QUEUE, size: 2 }] as const;
  const holders = [1, 2].map((number) => ({ request: "page", number }));
  const now = { inUse: 3, open: 2, holders, waiting: 1, receiving: 0, closed: false };
  const internals: Internals = {
    nowNs: 0,
    events: 0,
    cores: [],
    processes: [],
    others: [],
    resources: [now],
    accepting: [],
  };
  const facts = at(QUEUE, { ...THREADS_WITH_GIL, resources }, internals);
  expect([facts["pool"], facts["held by"]]).toEqual(["3/2", "page #1, page #2 and 1 more"]);
});

it("draws the course of a place with its peaks, and says it in a sentence", () => {
  const course = courseOf(lane, "accept-queue", { width: 100, height: 40 });
  expect(course.d).toBe("M0.0 40.0L25.0 20.0L50.0 0.0L75.0 0.1L100.0 0.0");
  expect(course.text).toBe("Tasks in the place over time: 128 in the last sample, 128 at most.");
  expect(courseOf(lane, "accept-queue", { width: 2, height: 40 }).most).toBe(128);
});

it("knows since when a queue has been full without a break", () => {
  expect(fullSinceNs(lane, "accept-queue", 128)).toBe(2e9);
  expect(fullSinceNs(lane, "accept-queue", 129)).toBeUndefined();
  expect(fullSinceNs(lane, "no such place", 128)).toBeUndefined();
});

it("lists who is there, with how long they have been", () => {
  const request = { request: "page", number: 7 };
  const task = { request, isPart: true, sinceNs: 1e6, beganNs: 0 };
  expect(taskText(task, 3.5e6)).toBe(`page #7, a part, 2.5${THIN}ms`);
  expect(moreText({ nowNs: 0, total: 3, tasks: [task] })).toBe("and 2 more");
  expect(moreText({ nowNs: 0, total: 0, tasks: [] })).toBe("Nobody is here.");
});

it("leads to the fields that a place depends on", () => {
  const paths = (topology: Topology, index: number) =>
    settingsOf(topology, 1, index).map(({ path }) => path);
  expect(paths(THREADS_WITH_GIL, QUEUE)).toEqual([
    "lanes[1].runtime.backlog",
    "lanes[1].runtime.maxConnections",
  ]);
  expect(paths(THREADS_WITH_GIL, indexOf("waiting-gil"))).toEqual(["lanes[1].runtime.processes"]);
  const resources = [{ kind: "pool", name: "my db", place: QUEUE, size: 2 }] as const;
  expect(paths({ ...THREADS_WITH_GIL, resources }, QUEUE)).toEqual(['pools["my db"].size']);
});
