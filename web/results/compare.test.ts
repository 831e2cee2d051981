import { expect, it } from "vitest";
import { THIN } from "../format.ts";
import { compare, verdictNews } from "./compare.ts";
import { readLane } from "./readings.ts";
import { MM1, readingOf, replicatedOf, resultOf } from "./testing.ts";
import { laneOf } from "../charts/testing.ts";

const slo = { p99Ms: 100, errorRate: 0.001 };
const row = (name: string, lanes: Parameters<typeof compare>[0]) =>
  compare(lanes, slo).find((candidate) => candidate.name === name)!.cells;

const slow = readingOf({ result: resultOf({}) });
const fast = readingOf({ letter: "B", result: resultOf({ throughput: 719 }) });

it("compares with lane A and marks the best", () => {
  expect(row("Throughput", [slow, fast])).toEqual([
    { text: "318", delta: "", best: false, breach: false },
    { text: "719", delta: "×2.3", best: true, breach: false },
  ]);
});

it("marks nobody as the best when all are alike", () => {
  expect(row("p50", [slow, fast]).some((cell) => cell.best)).toBe(false);
});

it("marks what breaks the SLO", () => {
  const result = resultOf({ errorRate: 0.558 });
  expect(row("Errors", [readingOf({ result })])[0]).toMatchObject({ text: "56", breach: true });
  expect(row("p99", [slow])[0]).toMatchObject({ text: "46", breach: false });
});

it("shows dashes before anything was measured, and for the latency of nothing", () => {
  expect(row("p99", [readingOf({ result: undefined })])[0]!.text).toBe("–");
  const none = {
    started: 9,
    completed: 0,
    inFlight: 9,
    failed: { timeout: 0, rejected: 0, error: 0, crash: 0 },
  };
  expect(row("p99", [readingOf({ result: resultOf({ requests: none }) })])[0]!.text).toBe("–");
});

it("shows how often lanes were throttled, where there is a CPU limit at all", () => {
  const limit = { cpus: 1, utilization: 1, throttledPeriods: 0.97, throttledSeconds: 9 };
  const { cpu } = resultOf({});
  const limited = readingOf({ letter: "B", result: resultOf({ cpu: { ...cpu, limit } }) });
  expect(row("Throttled", [slow, limited]).map(({ text }) => text)).toEqual(["–", "97"]);
  expect(compare([slow, fast], slo).map(({ name }) => name)).not.toContain("Throttled");
});

it("counts switches per measured second", () => {
  expect(row("Switches", [slow])[0]!.text).toBe("3.4k");
});

const claim = (verdict: "holds" | "fails" | "undecided") => ({ metric: "x", value: 1, verdict });

it("takes the document's SLO from the end of the claims", () => {
  const claims = [claim("fails"), claim("holds"), claim("holds")];
  const reading = readLane(laneOf({ result: resultOf({ claims }) }), 2);
  expect([reading.slo, reading.claims]).toEqual(["holds", { held: 0, all: 1, verdict: "fails" }]);
});

it("has no verdict without an SLO or before the warm-up is over", () => {
  const claims = [claim("holds")];
  const early = resultOf({ claims, measuredSeconds: 0 });
  expect(readLane(laneOf({ result: resultOf({ claims }) }), 0).slo).toBe(undefined);
  expect(readLane(laneOf({ result: early }), 1)).toMatchObject({
    slo: undefined,
    result: undefined,
  });
});

it("speaks only of verdicts that changed", () => {
  const before = [readingOf({ slo: "holds" }), readingOf({ letter: "B", slo: "holds" })];
  const after = [readingOf({ slo: "fails" }), readingOf({ letter: "B", slo: "holds" })];
  expect([verdictNews(before, after), verdictNews(after, after)]).toEqual([
    "A misses the SLO.",
    "",
  ]);
});

it("leaves claims open while one of them is undecided and none is broken", () => {
  const claims = [claim("holds"), claim("undecided")];
  const reading = readLane(laneOf({ result: resultOf({ claims }) }), 0);
  expect(reading.claims).toEqual({ held: 1, all: 2, verdict: "undecided" });
});

it("puts theory below what was simulated, with the error, where a lane is a textbook queue", () => {
  const lanes = [readingOf({ textbook: MM1 }), fast];
  expect(row("Throughput exact", lanes)).toMatchObject([
    { text: "320", delta: `−0.6${THIN}%` },
    { text: "–", delta: "" },
  ]);
  expect(row("Mean exact", lanes)[0]).toMatchObject({ text: "25", delta: `±0.0${THIN}%` });
  expect(compare([slow, fast], slo).map(({ name }) => name)).not.toContain("Mean");
});

it("says of a difference that replications do not confirm that it is not significant yet", () => {
  const chance = { mean: 1, low: -2, high: 4 };
  const real = { mean: 400, low: 390, high: 410 };
  const lane = replicatedOf({ throughput: real, p99Ms: chance });
  const cells = (name: string) =>
    compare([slow, { ...fast, index: 1 }], slo, [lane, lane])
      .find((found) => found.name === name)!
      .cells.map(({ significance }) => significance);
  expect(cells("Throughput")).toEqual([
    undefined,
    { isKnown: true, text: "difference significant: 390 to 410 (95 %)" },
  ]);
  expect(cells("p99")[1]).toEqual({
    isKnown: false,
    text: "difference not significant yet: −2 to 4 (95 %)",
  });
});
