import { expect, test } from "vitest";
import { parseArguments } from "./arguments.ts";

function parsed(line: string) {
  return parseArguments(line.split(" "));
}

test("run takes a source, changes, lanes and switches in any order", () => {
  expect(
    parsed(
      "run --json a.json --seed 7 --set lanes[0].runtime.threads=50 --set duration=5s --lane A",
    ),
  ).toEqual({
    kind: "run",
    source: "a.json",
    json: true,
    assertSlo: false,
    seed: 7,
    settings: [
      { path: "lanes[0].runtime.threads", value: 50 },
      { path: "duration", value: "5s" },
    ],
    calibration: undefined,
    lanes: ["A"],
  });
});

test("calibrate writes where it is told to, under a name of one's own", () => {
  const action = parseArguments(["calibrate", "--out=my.json", "--name", "my laptop", "--short"]);
  expect(action).toEqual({ kind: "calibrate", out: "my.json", name: "my laptop", isShort: true });
});

test("options may carry their value after an equals sign", () => {
  expect(parsed("run a --seed=3 --set=slo.p99=80ms")).toMatchObject({
    seed: 3,
    settings: [{ path: "slo.p99", value: "80ms" }],
  });
});

test.each([
  ["", 'there is no command ""'],
  ["rum x", 'there is no command "rum"; did you mean "run"?'],
  ["sweep a.json", '"sweep" is not supported yet'],
  ["export a.json --csv", '"export" is not supported yet'],
  ["run", "expected one file or name"],
  ["run a b", "expected one file or name"],
  ["run a --jsno", 'there is no option "--jsno"; did you mean "--json"?'],
  ["run a --seed", "--seed: expected a value after it"],
  ["run a --seed x", '--seed: expected a whole number, got "x"'],
  ["run a --set threads", '--set: expected PATH=VALUE, got "threads"'],
  ["run a --json=1", "--json takes no value"],
  ["run a --calibration", "--calibration: expected a value after it"],
  ["calibrate --outt x", 'there is no option "--outt"; did you mean "--out"?'],
  ["calibrate here", 'calibrate: expected nothing but options, got "here"'],
  ["calibrate --out", "--out: expected a value after it"],
  ["calibrate --short=1", "--short takes no value"],
  ["validate", "validate: expected at least one file"],
  ["list all", "list: expected nothing after it"],
  ["open --json", 'there is no option "--json" here'],
])("sim %s: bad usage", (line, message) => {
  expect(parsed(line)).toEqual({ kind: "usage", message });
});
