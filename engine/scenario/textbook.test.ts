import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import type { Textbook } from "../api.ts";
import { modelOf, type Sketch } from "../testing.ts";
import { laneModel } from "./lane-model.ts";
import { textbookOf } from "./textbook.ts";
import { parseScenario } from "./validate.ts";

interface Case {
  readonly id: string;
  readonly scenario: unknown;
  readonly expect: Readonly<Record<string, number>>;
}

const cases = JSON.parse(
  readFileSync(new URL("../oracles/cases.json", import.meta.url), "utf8"),
) as readonly Case[];

function textbookOfDocument(document: unknown): Textbook | undefined {
  const parsed = parseScenario(document);
  if (parsed.kind === "rejected") throw new Error(JSON.stringify(parsed.problems));
  return textbookOf(laneModel(parsed.scenario, 0));
}

for (const { id, scenario, expect: expected } of cases) {
  if (id === "fanout-k10") continue;
  test(`${id} is recognised, with the values of theory`, () => {
    const found = textbookOfDocument(scenario);
    expect(found).toBeDefined();
    const exact = found!.exact as unknown as Readonly<Record<string, number>>;
    for (const [quantity, value] of Object.entries(expected)) {
      if (quantity === "utilization") continue;
      expect(exact[quantity], quantity).toBeCloseTo(value, 6);
    }
  });
}

const exponential = { dist: "exponential", mean: "2ms" };
const mm1: Sketch = {
  runtime: { model: "threads", profile: "neutral", threads: 1, queue: "unbounded" },
  steps: [{ cpu: exponential }],
  load: { executor: "constant-arrival-rate", rate: 400 },
};

test("the names follow Kendall", () => {
  const named = (sketch: Partial<Sketch>) => textbookOf(modelOf({ ...mm1, ...sketch }))?.queue;
  const limited = { ...mm1.runtime, queue: 4 };
  expect(named({})).toBe("M/M/1");
  expect(named({ runtime: limited })).toBe("M/M/1/5");
  expect(named({ steps: [{ cpu: "2ms" }] })).toBe("M/D/1");
  expect(named({ load: { executor: "constant-vus", vus: 20, thinkTime: "50ms" } })).toBe(
    "M/M/1//20",
  );
});

test("what comes between a lane and theory makes it no textbook queue", () => {
  const open = { executor: "constant-arrival-rate", rate: 400 };
  const others: readonly Partial<Sketch>[] = [
    { runtime: { model: "goroutines", profile: "go" } },
    { runtime: { ...mm1.runtime, profile: "cpython-3.11" } },
    { runtime: { ...mm1.runtime, processes: 2 } },
    { runtime: { ...mm1.runtime, backlog: 10 } },
    { runtime: { ...mm1.runtime, costs: { taskSwitch: 5000 } } },
    { cpus: 0.5 },
    { load: { ...open, timeout: "1s" } },
    { load: { ...open, arrivals: "uniform" } },
    { load: { ...open, start: "0.5s" } },
    { load: { ...open, origin: "inside" } },
    { loads: { a: open, b: open } },
    { steps: [{ cpu: exponential }, { cpu: exponential }] },
    { steps: [{ cpu: exponential }, { io: "5ms" }] },
    { runtime: { ...mm1.runtime, threads: 8 }, cores: 4, steps: [{ cpu: exponential }] },
    { runtime: { ...mm1.runtime, threads: 4 }, steps: [{ cpu: "2ms" }] },
  ];
  for (const other of others) {
    expect(textbookOf(modelOf({ ...mm1, ...other })), JSON.stringify(other)).toBe(undefined);
  }
});

test("a queue that can only grow has no steady state", () => {
  const load = { executor: "constant-arrival-rate", rate: 500 };
  expect(textbookOf(modelOf({ ...mm1, load }))).toBe(undefined);
});

test("the curve passes through the lane's own load and rises", () => {
  const found = textbookOf(modelOf(mm1))!;
  const means = found.curve.points.map(([, mean]) => mean);
  expect(means).toEqual(means.toSorted((a, b) => a - b));
  const [at, mean] = found.curve.points.find(([rate]) => rate >= 400)!;
  expect(mean).toBeCloseTo(1000 / (500 - at), 6);
});
