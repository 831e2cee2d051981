import { expect, it } from "vitest";
import type { Place, SliceState } from "../../engine/api.ts";
import { laneOf, tableOf } from "../charts/testing.ts";
import { THIN } from "../format.ts";
import { percent } from "../format.ts";
import { USES, resultOf } from "../results/testing.ts";
import { mermaid } from "./mermaid.ts";
import { phoneState } from "./phone-flow.tsx";
import { shortAddress } from "./picture.ts";
import { fileName } from "./save-menu.tsx";
import { describeFlow, edgeNow, placesNow } from "./state.ts";
import { THREADS_WITH_GIL, indexOf } from "./testing.ts";
import { coreWho, failureName, figureOf, queueNote, shareOf } from "./words.ts";

const at = (fields: Partial<Parameters<typeof figureOf>[1]>) => ({
  tasks: 0,
  mean: NaN,
  fill: NaN,
  inPerSecond: 0,
  outPerSecond: 0,
  ...fields,
});
const place = (name: string): Place => THREADS_WITH_GIL.places[indexOf(name)]!;

it("counts what waits, and says how full it is where there is a limit", () => {
  expect(figureOf(place("waiting-gil"), at({ tasks: 16 }))).toBe("16 waiting");
  expect(figureOf(place("accept-queue"), at({ tasks: 128 }))).toBe("128 of 128");
  expect(figureOf(place("runnable"), at({ tasks: 1290 }))).toBe(`1${THIN}290 ready`);
});

it("shows rates where requests begin and end", () => {
  expect(figureOf(place("client"), at({ outPerSecond: 720 }))).toBe("720/s");
  expect(figureOf(place("done"), at({ inPerSecond: 318 }))).toBe("318/s");
});

it("shows the share of what is used, not of queues", () => {
  expect(shareOf(place("running"), { fill: 0.75 })).toBe(`75${THIN}%`);
  expect(shareOf(place("accept-queue"), { fill: 1 })).toBe("");
  expect(shareOf(place("waiting-io"), { fill: NaN })).toBe("");
});

it("says when a queue is full, and how long it has been at most", () => {
  const note = (tasks: number, most: number, fullSinceNs?: number) =>
    queueNote(place("accept-queue"), at({ tasks }), { most, fullSinceNs });
  expect(note(128, 128)).toBe("full");
  expect(note(128, 128, 24.8e9)).toBe(`full since 24.8${THIN}s`);
  expect(note(1, 3)).toBe("most so far 3");
});

it("drops the technical prefix of a failure", () => {
  expect(failureName(place("failed:rejected"))).toBe("refused");
});

const rates = new Float64Array(THREADS_WITH_GIL.edges.length);
rates[0] = 720;
rates[1] = 402;
rates[10] = 318;
const lane = laneOf({
  topology: THREADS_WITH_GIL,
  edgeRates: rates,
  occupancy: new Float64Array([0, 128, 0, 16, 1, 15, 0, 0, 0]),
  samples: tableOf({ t: [2e8, 4e8], completed: [60, 67.2], "place.running": [1, 3] }),
});

it("reads places and edges off a lane", () => {
  const now = placesNow(lane, THREADS_WITH_GIL);
  expect(now[indexOf("running")]).toEqual({
    tasks: 1,
    mean: 2,
    fill: 0.5,
    inPerSecond: 0,
    outPerSecond: 318,
  });
  expect(now[indexOf("done")]!.inPerSecond).toBe(318);
  const both = { from: 0, to: 1, forward: [0, 1], backward: [10] };
  expect(edgeNow(lane, both)).toEqual({ forward: 1122, backward: 318 });
});

it("fills the GIL by the time it is held, which the result knows", () => {
  const result = resultOf({ gil: { held: 0.99, switches: 1 } });
  const fill = (of: typeof lane) => placesNow(of, THREADS_WITH_GIL)[indexOf("waiting-gil")]!.fill;
  expect([fill(lane), fill({ ...lane, result })]).toEqual([NaN, 0.99]);
});

it("tells in a sentence where requests are and what goes wrong", () => {
  expect(describeFlow(lane, THREADS_WITH_GIL)).toBe(
    "Flow of lane A: 128 in accept queue, 16 in waits for GIL, 15 in orders-db, failed: refused 402 per second.",
  );
});

it("reduces to queue, bottleneck and CPU on a phone", () => {
  const { stations, refused, served } = phoneState(lane, THREADS_WITH_GIL);
  expect(stations.map(({ name, figure, hot }) => [name, figure, hot])).toEqual([
    ["queue", "128 full", true],
    ["waits for GIL", "16", false],
    ["CPU", "–", false],
  ]);
  expect([refused, served]).toEqual(["402/s failed", "318/s served"]);
  const result = resultOf({ resources: [USES.gil] });
  const [, middle] = phoneState({ ...lane, result }, THREADS_WITH_GIL).stations;
  expect([middle.name, middle.figure, middle.hot]).toEqual(["GIL", percent(0.99), true]);
});

it("writes Mermaid with the figures of the moment", () => {
  const text = mermaid(THREADS_WITH_GIL, placesNow(lane, THREADS_WITH_GIL), rates);
  expect(text.split("\n").slice(0, 7)).toEqual([
    "flowchart LR",
    '  subgraph client_group ["client"]',
    '    p0(["arrivals<br/>720/s"])',
    "  end",
    '  subgraph kernel_group ["kernel"]',
    '    p1[["accept queue<br/>128 of 128"]]',
    "  end",
  ]);
  expect(text).toContain('  p0 -->|"720/s"| p1\n');
  expect(text).toContain("  p2 -.-> p4\n");
});

it("names a file after the scenario, whatever is in its title", () => {
  expect(fileName('Lunch-hour ramp: "A/B" <b>')).toBe("lunch-hour-ramp-a-b-b");
  expect(fileName("…")).toBe("flow");
});

it("says what is on a core now, as its row of the schedule does", () => {
  const on = (state: SliceState, label: string) => coreWho({ state, label, thread: 3, queued: 0 });
  expect([on("run", "T07"), on("run", "carrier 3"), on("gc", "GC 1")]).toEqual([
    "T07",
    "C3",
    "GC 1",
  ]);
  // It has not come back yet for the thread that is to run there.
  expect([on("idle", "T07"), on("throttled", "")]).toEqual(["idle", "limit"]);
});

it("writes as much of an address below a picture as there is room for", () => {
  const address = "https://example.org/app/#scenario=philosophers";
  expect(shortAddress(address, 60)).toBe("example.org/app/#scenario=philosophers");
  expect(shortAddress(address, 12)).toBe("example.org…");
});
