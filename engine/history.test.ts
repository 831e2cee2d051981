/** Going back and forth in a run shows what a straight run to that moment shows. */
import { expect, test } from "vitest";
import blockedLoop from "../scenarios/blocked-loop.json" with { type: "json" };
import gil from "../scenarios/gil-two-threads.json" with { type: "json" };
import tomcat from "../scenarios/tomcat-vs-webflux.json" with { type: "json" };
import { LaneSession } from "./lane-session.ts";

const DOCUMENTS = { blockedLoop, gil, tomcat };

/** A session whose clock stands still, so that no budget is ever used up. */
function sessionOf(document: object, lane = 0): LaneSession {
  const session = new LaneSession(() => 0);
  const reply = session.load(document, lane);
  if (reply.kind === "rejected") throw new Error(JSON.stringify(reply.problems));
  return session;
}

/** Everything that a view may show of a session now. */
function seen(session: LaneSession, at: { nowNs: number; events: number }) {
  const { occupancy, edgeCounts } = session.advance(at.nowNs, Infinity);
  // What is remembered of the future is no part of the moment.
  const {
    gaps,
    unfinished,
    recorded: _ahead,
    ...schedule
  } = session.schedule(
    { fromNs: at.nowNs - 2e6, toNs: at.nowNs, pixelNs: 5_000, threads: 100, keep: [] },
    Infinity,
  );
  const { digest } = session.result();
  return {
    at: [at.nowNs, at.events],
    digest,
    occupancy,
    edgeCounts,
    schedule,
    gaps,
    unfinished,
  };
}

for (const [name, document] of Object.entries(DOCUMENTS)) {
  test(`${name}: any moment of the past is that of a straight run`, () => {
    const session = sessionOf(document);
    const end = session.advance(Infinity, Infinity);
    for (const share of [0.7, 0.93, 0.1, 0, 0.5]) {
      const ns = Math.floor(end.nowNs * share);
      const straight = sessionOf(document);
      const there = straight.advance(ns, Infinity);
      const back = session.rewind(ns, Infinity);
      expect([back.nowNs, back.kind]).toEqual([ns, "running"]);
      expect(seen(session, back)).toEqual(seen(straight, there));
    }
    const again = session.advance(Infinity, Infinity);
    expect([again.kind, again.events]).toEqual(["finished", end.events]);
    expect(session.result().digest).toBe(digestAtEnd(document));
  });
}

function digestAtEnd(document: object): string {
  const straight = sessionOf(document);
  straight.advance(Infinity, Infinity);
  return straight.result().digest;
}

test("steps back undo steps, one event each, down to the beginning", () => {
  const session = sessionOf(gil, 1);
  const forth = Array.from({ length: 50 }, () => session.step());
  for (let i = forth.length - 2; i >= 0; i--) {
    const back = session.stepBack();
    expect([back.nowNs, back.events]).toEqual([forth[i]!.nowNs, forth[i]!.events]);
    expect(back.occupancy).toEqual(forth[i]!.occupancy);
  }
  expect(session.stepBack().events).toBe(0);
  expect(session.stepBack().events).toBe(0);
});

test("a step of one request ends when one ends, and the way back leads to the one before", () => {
  const session = sessionOf(tomcat);
  session.advance(1e9, Infinity);
  const ends = Array.from({ length: 3 }, () => {
    const before = endedIn(session);
    const { progress, ended } = session.stepRequest(Infinity);
    expect([ended, endedIn(session) - before]).toEqual([true, 1]);
    return progress.nowNs;
  });
  expect(session.endBefore(ends[2]!)).toBe(ends[1]);
  session.rewind(ends[0]!, Infinity);
  expect(session.stepRequest(Infinity).progress.nowNs).toBe(ends[1]);
});

function endedIn(session: LaneSession): number {
  const { completed, failed } = session.result().requests;
  return completed + Object.values(failed).reduce((sum, count) => sum + count, 0);
}

test("samples that were sent for a future that is gone are sent again, with their number", () => {
  const session = sessionOf(tomcat);
  const width = widthOf(tomcat);
  const first = session.advance(30e9, Infinity);
  const count = first.samples.length / width;
  const back = session.rewind(15e9, Infinity);
  expect(back.firstSample).toBeLessThan(count);
  const known = back.firstSample + back.samples.length / width;
  const rest = session.advance(30e9, Infinity);
  expect(rest.firstSample).toBe(known);
  expect(known + rest.samples.length / width).toBe(count);
  expect(rest.samples).toEqual(first.samples.slice(known * width));
});

function widthOf(document: object): number {
  const reply = new LaneSession(() => 0).load(document, 0);
  return reply.kind === "ready" ? reply.series.columns.length : 0;
}
