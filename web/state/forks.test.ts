/** Forks as documents: what they share, and with what they go on. */
import { expect, test } from "vitest";
import type { Scenario } from "../../engine/api.ts";
import { readPath, type Json } from "./document-path.ts";
import { changedFrom, forked, forkOf, nsOfText, textOfNs, valueAt } from "./forks.ts";

const DOCUMENT = {
  version: 1,
  name: "a fork",
  duration: "10s",
  requests: { page: { steps: [{ cpu: "1ms" }] } },
  load: { web: { executor: "constant-arrival-rate", rate: 100 } },
  lanes: [{ name: "one", runtime: { model: "threads", threads: 4 } }],
};

const WISH = {
  lane: 0,
  atNs: 2.5e9,
  path: "runtime.threads",
  value: 8,
  name: "A′",
  countsFromHere: true,
};

/** The document as it comes back when it has been found right. */
function scenarioOf(document: Json): Scenario {
  return document as unknown as Scenario;
}

test("a fork is a lane more, with its parent's draws and one change", () => {
  const next = forked(DOCUMENT, WISH);
  expect(readPath(next, "lanes[1]")).toEqual({
    ...DOCUMENT.lanes[0],
    name: "A′",
    draws: "one",
    changes: [{ at: "2.5s", set: { "runtime.threads": 8 } }],
  });
  expect(readPath(next, "warmup")).toBe("2.5s");
  expect(forkOf(scenarioOf(next), 1)).toEqual({ parent: 0, atNs: 2.5e9 });
});

test("the fork of a fork keeps what its parent has changed by then, and no more", () => {
  const once = forked(DOCUMENT, WISH);
  const later = forked(once, { ...WISH, lane: 1, atNs: 4e9, value: 2, name: "B′" });
  expect(readPath(later, "lanes[2].changes")).toHaveLength(2);
  expect(forkOf(scenarioOf(later), 2)).toEqual({ parent: 1, atNs: 4e9 });
  expect(valueAt(later, 2, "runtime.threads", 3e9)).toBe(8);
  const earlier = forked(once, { ...WISH, lane: 1, atNs: 1e9, value: 2, name: "B′" });
  expect(readPath(earlier, "lanes[2].changes")).toHaveLength(1);
  expect(forkOf(scenarioOf(earlier), 2)).toEqual({ parent: 0, atNs: 1e9 });
});

test("lanes that begin differently, or draw differently, share nothing", () => {
  const next = forked(DOCUMENT, WISH) as unknown as Scenario;
  const [parent, child] = next.lanes as [Scenario["lanes"][number], Scenario["lanes"][number]];
  const { draws: _, ...ofItsOwn } = child;
  expect(forkOf({ ...next, lanes: [parent, ofItsOwn] }, 1)).toBeUndefined();
  const edited = { ...parent, runtime: { model: "threads" as const, threads: 5 } };
  expect(forkOf({ ...next, lanes: [edited, child] }, 1)).toBeUndefined();
});

test("values that are set from a moment on hold from there", () => {
  const next = changedFrom(DOCUMENT, 3e9, new Map([[0, { "load.web.rate": 300 }]]));
  expect(valueAt(next, 0, "load.web.rate", 2e9)).toBe(100);
  expect(valueAt(next, 0, "load.web.rate", 3e9)).toBe(300);
  expect(scenarioOf(next).lanes[0]?.changes).toHaveLength(1);
});

test("moments are written exactly", () => {
  for (const ns of [0, 12.5e9, 123_456_789, 42, 7_000_001_000]) {
    expect(nsOfText(textOfNs(ns))).toBe(ns);
  }
  expect([12.5e9, 1_234_000, 42].map(textOfNs)).toEqual(["12.5s", "1.234ms", "42ns"]);
});
