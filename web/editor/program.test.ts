import { describe, expect, it } from "vitest";
import { THIN } from "../format.ts";
import { NEW_STEP, STEP_KINDS, kindOf, programOn, stepRows, unloaded } from "./program.ts";
import { stepValue } from "./step-text.ts";

describe("request programs", () => {
  it("list nested steps below the step that contains them, with their own paths", () => {
    const rows = stepRows(
      [
        { cpu: "1ms" },
        { acquire: "db", steps: [{ io: "8ms" }] },
        { choose: [{ p: 1, steps: [{ sleep: "1s" }] }] },
        {
          select: [{ receive: "a", steps: [{ cpu: "1ms" }] }],
          default: [{ spawn: [{ io: "1s" }] }],
        },
      ],
      "requests.page.steps",
    );
    expect(rows.map((row) => [row.depth, row.kind, row.path])).toEqual([
      [0, "cpu", "requests.page.steps[0]"],
      [0, "acquire", "requests.page.steps[1]"],
      [1, "io", "requests.page.steps[1].steps[0]"],
      [0, "choose", "requests.page.steps[2]"],
      [1, "sleep", "requests.page.steps[2].choose[0].steps[0]"],
      [0, "select", "requests.page.steps[3]"],
      [1, "cpu", "requests.page.steps[3].select[0].steps[0]"],
      [1, "spawn", "requests.page.steps[3].default[0]"],
      [2, "io", "requests.page.steps[3].default[0].spawn[0]"],
    ]);
  });

  it("add up computing and waiting, branches by their probability", () => {
    const steps = [
      { cpu: "2ms" },
      {
        choose: [
          { p: 0.25, steps: [{ io: "40ms" }] },
          { p: 0.75, steps: [{ cpu: "4ms" }] },
        ],
      },
    ];
    expect(unloaded(steps)).toEqual({ cpuMs: 5, waitMs: 10, exact: true });
  });

  it("say when a sum is only a bound", () => {
    const steps = [{ parallel: [[{ io: "10ms" }], [{ io: "30ms" }]] }];
    expect(unloaded(steps)).toEqual({ cpuMs: 0, waitMs: 30, exact: false });
  });

  it("start every new step as the kind it is named after", () => {
    expect(STEP_KINDS.map((kind) => kindOf(NEW_STEP[kind]))).toEqual([...STEP_KINDS]);
  });
});

it("keeps a figure of four digits together, and its unit apart", () => {
  expect(stepValue({ sleep: "1h" }, "sleep")).toEqual({ value: `3${THIN}600`, unit: "s" });
  expect(stepValue({ hold: "2MiB" }, "hold")).toEqual({ value: "2", unit: "MiB" });
});

it("finds the program of a class on a lane that overrides another one, or this one", () => {
  const document = {
    requests: { page: { steps: [{ cpu: "1ms" }] }, hog: { steps: [{ cpu: "5ms" }] } },
    lanes: [
      {},
      { overrides: { requests: { hog: { steps: [] } } } },
      { overrides: { requests: { page: { steps: [{ io: "2ms" }] } } } },
    ],
  };
  const page = [0, 1, 2].map((lane) => programOn(document, lane, "page"));
  expect(page).toEqual([[{ cpu: "1ms" }], [{ cpu: "1ms" }], [{ io: "2ms" }]]);
});
