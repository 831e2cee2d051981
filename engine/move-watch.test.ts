/** Watching moves: what is told is what moved, and the run does not notice. */
import { expect, test } from "vitest";
import goroutines from "../scenarios/worker-pool-channels.json" with { type: "json" };
import tomcat from "../scenarios/tomcat-vs-webflux.json" with { type: "json" };
import type { MoveQuery, Moves, Progress } from "./api.ts";
import { LaneSession } from "./lane-session.ts";

const ALL: MoveQuery = { every: 1, most: 1024, lookbackNs: 0 };

function sessionOf(document: object, query?: MoveQuery, lane = 0): LaneSession {
  const session = new LaneSession(() => 0);
  const reply = session.load(document, lane);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  session.watch(query);
  return session;
}

/** Moves along each edge that a batch told of. */
function countsOf({ moves, edgeCounts }: Progress): number[] {
  const counts = Array.from(edgeCounts, () => 0);
  for (const edge of moves?.edge ?? []) counts[edge] = (counts[edge] ?? 0) + 1;
  return counts;
}

function told(moves: Moves | undefined): unknown[] {
  const { timeNs, edge, task, cls, number } = moves!;
  return Array.from(timeNs, (ns, i) => [ns, edge[i], task[i], cls[i], number[i]]);
}

for (const [name, document] of Object.entries({ goroutines, tomcat })) {
  test(`${name}: what is told adds up to the edge counts, in the order of time`, () => {
    const session = sessionOf(document, ALL);
    const first = session.advance(1e7, Infinity);
    const next = session.advance(2e7, Infinity);
    const grown = Array.from(next.edgeCounts, (count, i) => count - first.edgeCounts[i]!);
    expect(next.moves!.edge.length).toBeGreaterThan(10);
    expect(next.moves!.edge.length).toBeLessThan(ALL.most);
    expect(countsOf(next)).toEqual(grown);
    const times = [...next.moves!.timeNs];
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.every((ns) => ns > 1e7 && ns <= 2e7)).toBe(true);
  });
}

test("each task goes on from where its last move ended", () => {
  const session = sessionOf(tomcat, ALL);
  const reply = new LaneSession(() => 0).load(tomcat, 0);
  const edges = reply.kind === "ready" ? reply.topology.edges : [];
  const { moves } = session.advance(2e7, Infinity);
  const at = new Map<string, number>();
  moves!.edge.forEach((edge, i) => {
    const who = `${moves!.task[i]} ${moves!.number[i]}`;
    const { from, to } = edges[edge]!;
    expect(at.get(who) ?? from).toBe(from);
    at.set(who, to);
  });
  expect(at.size).toBeGreaterThan(5);
});

test("of many moves every so-many-th of each edge is told, and of those the last", () => {
  const session = sessionOf(tomcat, { ...ALL, every: 10, most: 50 });
  const progress = session.advance(1e9, Infinity);
  const all = Array.from(progress.edgeCounts, (count) => Math.floor(count / 10));
  const sum = all.reduce((total, count) => total + count, 0);
  expect(sum).toBeGreaterThan(50);
  expect(progress.moves!.edge).toHaveLength(50);
  const whole = sessionOf(tomcat, { ...ALL, every: 10 }).advance(1e9, Infinity);
  expect(countsOf(whole).every((count, edge) => count <= all[edge]!)).toBe(true);
  expect(told(whole.moves).slice(-50)).toEqual(told(progress.moves));
});

test("one step tells exactly what moved in that event", () => {
  const session = sessionOf(tomcat, ALL);
  let before = session.advance(1e7, Infinity);
  for (let i = 0; i < 40; i++) {
    const after = session.step();
    const grown = Array.from(after.edgeCounts, (count, e) => count - before.edgeCounts[e]!);
    expect(countsOf(after)).toEqual(grown);
    before = after;
  }
});

test("on the way back the moves before that moment are those of a straight run", () => {
  const straight = sessionOf(tomcat, ALL);
  straight.advance(19.9e9, Infinity);
  const there = told(straight.advance(20e9, Infinity).moves).filter(isLate);
  const session = sessionOf(tomcat, { ...ALL, lookbackNs: 2e7 });
  session.advance(30e9, Infinity);
  const back = told(session.rewind(20e9, Infinity).moves).filter(isLate);
  expect(back.length).toBeGreaterThan(10);
  expect(back).toEqual(there);
});

function isLate(move: unknown): boolean {
  return (move as number[])[0]! > 19.98e9;
}

test("watching changes nothing, and a watched stretch can be gone back over", () => {
  const plain = sessionOf(tomcat);
  const watched = sessionOf(tomcat, ALL);
  plain.advance(20e9, Infinity);
  watched.advance(10e9, Infinity);
  watched.watch(undefined);
  expect(watched.advance(12e9, Infinity).moves).toBe(undefined);
  watched.watch(ALL);
  watched.rewind(5e9, Infinity);
  watched.advance(20e9, Infinity);
  expect(watched.result().digest).toBe(plain.result().digest);
});
