import { expect, it } from "vitest";
import type { LaneResult, Place, PlaceKind } from "../../engine/api.ts";
import { laneOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { experimentFor, insightOf } from "./insight.ts";
import { resultOf } from "./testing.ts";

function bound(kind: PlaceKind, label: string, fields: Partial<LaneResult>, capacity?: number) {
  const place: Place = {
    name: "it", label, kind, group: "runtime", ...(capacity === undefined ? {} : { capacity }),
  };
  const bottleneck = { place: "it", text: "Each request holds it for 3 ms.", law: "utilisation" };
  return laneOf({
    topology: { places: [place], edges: [], runtimeLabel: "", processes: 1, cores: 4 },
    result: resultOf({ bottleneck, ...fields }),
  });
}

const cpu = (utilization: number) =>
  ({ utilization, userSeconds: 1, systemSeconds: 0, gcSeconds: 0, idleSeconds: 1 });
const outOfGil = bound("gil", "GIL", { gil: { held: 0.99, switches: 1 }, cpu: cpu(0.26) });

it("names what is used up, and what is not", () => {
  expect(insightOf(outOfGil)).toEqual({
    title: "A has run out of GIL, not out of CPU.",
    text: "Each request holds it for 3 ms.",
    law: "utilisation law",
  });
});

it("says when a lane is out of CPU", () => {
  expect(insightOf(bound("run", "running", { cpu: cpu(0.97) }))!.title).toBe("A has run out of CPU.");
});

it("reports headroom as an insight too", () => {
  const title = insightOf(bound("run", "running", { cpu: cpu(0.56) }))!.title;
  expect(title).toBe(`A has room: busiest part is the CPU, 56${THIN}%.`);
});

it("names the pool that is full", () => {
  const lane = bound("pool", "db pool", { places: { it: { mean: 19.9, max: 20 } } }, 20);
  expect(insightOf(lane)!.title).toBe("A has run out of db pool, not out of CPU.");
});

it("waits for a measured part before it says anything", () => {
  expect(insightOf(laneOf({ result: resultOf({ measuredSeconds: 0 }) }))).toBe(undefined);
});

it("keeps every headline within sixty characters", () => {
  const lanes = [outOfGil, bound("queue", "accept queue", {}), bound("io", "waiting for I/O", {})];
  expect(lanes.map((lane) => insightOf(lane)!.title.length).filter((length) => length > 60)).toEqual([]);
});

it("suggests one process per core where one GIL is the limit", () => {
  expect(experimentFor(outOfGil, { lanes: [{ runtime: { threads: 32 } }] })).toEqual({
    label: "Try 4 processes", path: "lanes[0].runtime.processes", value: 4,
  });
});

it("suggests nothing while there is room", () => {
  expect(experimentFor(bound("run", "running", { cpu: cpu(0.5) }), {})).toBe(undefined);
});
