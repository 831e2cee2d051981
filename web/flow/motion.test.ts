import { expect, it } from "vitest";
import type { MoveQuery } from "../../engine/api.ts";
import { laneOf } from "../charts/testing.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { GrowingFeed } from "../state/move-feed.ts";
import type { RunState } from "../state/run-store.ts";
import { layOutFlow } from "./layout.ts";
import { Motion } from "./motion.ts";
import { THREADS_WITH_GIL } from "./testing.ts";
import { legsOf } from "./tracks.ts";

const TOPOLOGY = THREADS_WITH_GIL;
const LAYOUT = layOutFlow(TOPOLOGY, 2.6);
const TRACKS = LAYOUT.edges.map(() => ({ length: 90, pointAt: () => [0, 0] as const }));
const MS = 1e6;

/** A flow view of lane A that draws a frame whenever it is told to. */
function theatre(speed: number) {
  const asked: (MoveQuery | undefined)[] = [];
  const motion = new Motion(TOPOLOGY, LAYOUT, TRACKS, {
    watchMoves: (_lane, query) => asked.push(query),
  });
  const feed = new GrowingFeed();
  const run: RunState = {
    status: "running",
    clockNs: 0,
    durationNs: 1e9,
    warmupNs: 0,
    lanes: [],
    revision: 0,
    eventsPerSecond: 0,
    speed,
    achievedSpeed: speed,
  };
  let nowMs = 1000;
  let lane: LaneRun = laneOf({
    topology: TOPOLOGY,
    moves: feed,
    edgeCounts: new Float64Array(TOPOLOGY.edges.length),
  });
  const frame = (status: RunState["status"], reducedMotion = false): boolean => {
    nowMs += 16;
    return motion.frame({ ...run, status }, lane, { nowMs, scale: 1, reducedMotion });
  };
  frame("running");
  /** A batch up to `toMs`, in which the request moves along edges of the topology at `atMs`. */
  const batch = (toMs: number, atMs: number, edges: readonly number[], stepped = false): void => {
    const moves = {
      every: 1,
      timeNs: Float64Array.from(edges, () => atMs * MS),
      edge: Uint16Array.from(edges),
      task: Int32Array.from(edges, (edge) => edge),
      cls: new Uint8Array(edges.length),
      number: Int32Array.from(edges, (edge) => edge),
    };
    // An event each millisecond.
    const progress = { moves, nowNs: toMs * MS, events: toMs } as Parameters<GrowingFeed["add"]>[0];
    feed.add(progress, { nowNs: lane.nowNs, events: lane.nowNs / MS }, stepped);
    lane = { ...lane, nowNs: toMs * MS };
  };
  return { motion, frame, batch, asked };
}

it("watches one by one in slow motion, and nobody at full speed", () => {
  expect(theatre(1e-3).asked).toEqual([{ every: 1, most: 512, lookbackNs: 3 * MS }]);
  expect(theatre(Infinity).asked).toEqual([undefined]);
});

it("stops watching when the view goes", () => {
  const { motion, asked } = theatre(1e-3);
  motion.stop();
  expect(asked.at(-1)).toBe(undefined);
});

it("paints frames while something is on its way, and none while the run stands still", () => {
  const { motion, frame, batch } = theatre(1e-3);
  batch(1, 1, [0]);
  expect([frame("running"), motion.dots.length]).toEqual([true, 1]);
  const { at } = motion.dots[0]!;
  expect([frame("paused"), motion.dots[0]!.at]).toEqual([false, at]);
  batch(2, 2, [4], true);
  expect([frame("paused"), motion.dots.length]).toEqual([true, 2]);
  for (let frames = 0; frames < 70; frames++) frame("paused");
  expect([frame("paused"), motion.dots.length]).toEqual([false, 1]);
  expect(motion.dots[0]!.at).toBe(at);
});

it("shows who is on the way where a leap ends, not during it", () => {
  const { motion, frame, batch } = theatre(1e-3);
  batch(5000, 4999.9, [0]);
  frame("running");
  expect(motion.dots).toHaveLength(0);
  frame("paused");
  expect(motion.dots.map(({ at }) => Math.round(at))).toEqual([9]);
});

it("lets those arrive who are under way when a run is over", () => {
  const { motion, frame, batch } = theatre(1e-3);
  batch(1, 1, [0]);
  frame("running");
  for (let frames = 0; frames < 70; frames++) frame("finished");
  expect(motion.dots).toHaveLength(0);
});

it("draws no dots for who asked for less motion", () => {
  const { motion, frame, batch } = theatre(1e-3);
  for (let frames = 0; frames < 60; frames++) frame("running", true);
  batch(1, 1, [0]);
  frame("running", true);
  expect([motion.dots.length, motion.text]).toEqual([0, "width = rate"]);
});

it("tells replies and failures from requests that go in", () => {
  const kinds = legsOf(TOPOLOGY, LAYOUT).map((leg) => leg?.kind);
  const byName = TOPOLOGY.edges.map(({ from, to }, i) => [
    `${TOPOLOGY.places[from]!.name} ${TOPOLOGY.places[to]!.name}`,
    kinds[i],
  ]);
  const kindOf = new Map(byName as [string, string | undefined][]);
  expect(kindOf.get("client accept-queue")).toBe("in");
  expect(kindOf.get("accept-queue failed:rejected")).toBe("bad");
  expect(kindOf.get("waiting-io waiting-gil")).toBe("reply");
  expect(kindOf.get("running failed:timeout")).toBe("bad");
  expect(kindOf.get("done client")).toBe(undefined);
});
