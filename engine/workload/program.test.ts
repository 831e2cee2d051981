import { expect, test } from "vitest";
import type { Step } from "../scenario/model.ts";
import { compileProgram, OP } from "./program.ts";

const cpu = (ns: number): Step => ({ kind: "cpu", demand: { kind: "constant", ns }, gil: "held" });
const names = Object.fromEntries(Object.entries(OP).map(([name, op]) => [op, name]));

/** One line per instruction: "fork 2 [2,4]", "jump 6". */
function listing(steps: readonly Step[]): string[] {
  return compileProgram(steps).map(({ op, index, targets, value }) => {
    const jumps = targets.length > 0 ? ` [${[...targets].join()}]` : "";
    const at = op === OP.jump || op === OP.fork || op === OP.acquire ? ` ${index}` : "";
    return `${names[op]}${at}${jumps}${value > 0 ? ` =${value}` : ""}`;
  });
}

test("steps become instructions in their order, with the end behind them", () => {
  expect(listing([cpu(5), { kind: "hold", bytes: 7 }])).toEqual(["cpu", "hold =7", "end"]);
});

test("a choice goes to one branch or past them all", () => {
  const steps: Step[] = [
    {
      kind: "choose",
      branches: [
        { p: 0.2, steps: [cpu(1)] },
        { p: 0.3, steps: [cpu(2), cpu(3)] },
      ],
    },
    cpu(4),
  ];
  expect(listing(steps)).toEqual([
    "choose [1,3,6]",
    "cpu",
    "jump 6",
    "cpu",
    "cpu",
    "jump 6",
    "cpu",
    "end",
  ]);
  expect([...compileProgram(steps)[0]!.shares]).toEqual([0.2, 0.5]);
});

test("equal parts of a fork share their instructions", () => {
  const part = [cpu(1)];
  expect(listing([{ kind: "parallel", branches: [part, part, [cpu(2)]], wait: 2 }])).toEqual([
    "fork 2 [2,2,4]",
    "jump 6",
    "cpu",
    "end",
    "cpu",
    "end",
    "end",
  ]);
});

test("what is acquired is released behind its steps, what is offloaded comes back", () => {
  const steps: Step[] = [
    { kind: "acquire", pool: 3, timeoutNs: 9, steps: [{ kind: "offload", steps: [cpu(1)] }] },
  ];
  expect(listing(steps)).toEqual([
    "acquire 3 =9",
    "offload",
    "cpu",
    "offloadEnd",
    "release",
    "end",
  ]);
});

test("every step has a path of its own, which keys its draws", () => {
  const steps = [cpu(1), { kind: "offload", steps: [cpu(2)] } as Step, cpu(3)];
  const paths = compileProgram(steps).map(({ op, path }) => (op === OP.cpu ? path : -1));
  expect(paths.filter((path) => path >= 0)).toEqual([0, 2, 3]);
});
