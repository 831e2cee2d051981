import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { RunResult } from "../api.ts";
import { main } from "./main.ts";

const quick = {
  version: 1,
  name: "quick",
  duration: "2s",
  requests: { page: { steps: [{ cpu: "2ms" }] } },
  load: { pages: { executor: "constant-arrival-rate", rate: 100, arrivals: "uniform" } },
  lanes: [
    { name: "one", runtime: { model: "threads", threads: 1 } },
    { name: "two", runtime: { model: "threads", threads: 2 } },
  ],
};

let folder = "";
let file = "";
let broken = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "interleave-"));
  file = join(folder, "quick.json");
  broken = join(folder, "broken.json");
  writeFileSync(file, JSON.stringify(quick));
  writeFileSync(broken, JSON.stringify({ ...quick, seed: "x", duration: 5 }));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** Exit status and what was printed. */
async function sim(argv: readonly string[], isInterrupted = () => false) {
  const printed = { out: "", err: "" };
  const status = await main(argv, {
    out: (text) => (printed.out += text),
    err: (text) => (printed.err += text),
    isErrTty: false,
    seconds: () => 0,
    isInterrupted,
  });
  return { status, ...printed };
}

test("list names every scenario that ships, with its title", async () => {
  const { status, out } = await sim(["list"]);
  expect(status).toBe(0);
  expect(out).toMatch(/^asyncio-gather +asyncio\.gather against/m);
  expect(out).not.toMatch(/schema|cannot be read/);
});

test("validate is silent about what is right and prints one line per problem", async () => {
  expect(await sim(["validate", file])).toEqual({ status: 0, out: "", err: "" });
  const { status, err } = await sim(["validate", file, broken]);
  expect(status).toBe(1);
  expect(err.split("\n")).toEqual([
    expect.stringMatching(/broken\.json: seed: expected a whole number .* got "x"$/),
    expect.stringMatching(/broken\.json: duration: expected a duration .* got 5$/),
    "",
  ]);
});

test("a missing file is bad usage, and a misspelt name gets its remedy", async () => {
  const { status, err } = await sim(["validate", "tomcat-vs-webfluks"]);
  expect([status, err]).toEqual([
    2,
    expect.stringMatching(/did you mean "tomcat-vs-webflux"\?\n$/),
  ]);
});

test("open prints the scenario of a link that link made", async () => {
  const made = await sim(["link", file]);
  expect(made.status).toBe(0);
  const opened = await sim(["open", `http://localhost/${made.out}`]);
  expect([opened.status, JSON.parse(opened.out)]).toEqual([0, quick]);
  expect(await sim(["open", "#s=1x"])).toMatchObject({ status: 1, out: "" });
});

test("run answers a wrong path, lane or scenario without running anything", async () => {
  expect(await sim(["run", broken])).toMatchObject({ status: 1, out: "" });
  expect(await sim(["run", file, "--set", "lanes[2].name=x"])).toMatchObject({
    status: 1,
    err: `${file}: lanes: there is no [2]: the list has 2, counted from 0\n`,
  });
  expect(await sim(["run", file, "--set", "lanes[0].runtime.threads=0"])).toMatchObject({
    status: 1,
    err: expect.stringMatching(/expected a whole number from 1 to 100000, got 0\n$/),
  });
  expect(await sim(["run", file, "--lane", "on"])).toMatchObject({
    status: 2,
    err: 'there is no lane "on"; there is "one", "two"; did you mean "one"?\n',
  });
});

test("run --json prints the result document, the same every time", async () => {
  const first = await sim(["run", file, "--json", "--seed", "9"]);
  expect(first).toMatchObject({ status: 0, err: "" });
  const result = JSON.parse(first.out) as RunResult;
  expect(result).toMatchObject({ scenario: "quick", version: 1, seed: 9, engine: "0.1.0" });
  expect(result.lanes.map((lane) => lane.name)).toEqual(["one", "two"]);
  expect(result.lanes[0]!.requests.completed).toBeGreaterThan(190);
  expect((await sim(["run", file, "--json", "--seed", "9"])).out).toBe(first.out);
});

test("run --calibration runs on the machine of that file, and names what is wrong in it", async () => {
  const measured = join(folder, "machine.json");
  writeFileSync(measured, '{"name":"slow","os":{"ctx_thread_pipe_2cores_us":{"median":800}}}');
  const reference = await sim(["run", file, "--json"]);
  const slow = await sim(["run", file, "--json", "--calibration", measured]);
  const p50 = ({ out }: { out: string }) => (JSON.parse(out) as RunResult).lanes[0]!.latencyMs.p50;
  // A neutral profile has no costs on any machine.
  expect(p50(slow)).toBe(p50(reference));
  const python = {
    ...quick,
    lanes: [{ name: "a", runtime: { model: "threads", profile: "cpython-3.11" } }],
  };
  writeFileSync(file, JSON.stringify(python));
  expect(p50(await sim(["run", file, "--json", "--calibration", measured]))).toBeGreaterThan(2.8);
  writeFileSync(file, JSON.stringify(quick));
  writeFileSync(measured, '{"name":"slow","os":{"sleep":{"median":800}}}');
  const { status, err } = await sim(["run", file, "--calibration", measured]);
  expect(status).toBe(1);
  expect(err).toContain('machine.calibration.os: unknown key "sleep"');
});

test("run prints a row per lane, and only for the lanes asked for", async () => {
  const { status, out } = await sim(["run", file, "--lane", "two"]);
  expect(status).toBe(0);
  expect(out).toMatch(/^two +\d+/m);
  expect(out).not.toMatch(/^one /m);
});

test("a missed goal turns the exit status only when asked to", async () => {
  const args = ["run", file, "--set", "slo.p99=1us"];
  expect((await sim(args)).status).toBe(0);
  expect(await sim([...args, "--assert-slo"])).toMatchObject({
    status: 1,
    err: expect.stringMatching(/^one: latencyMs\.p99 fails, got /),
  });
});

test("a deadlock is a result that says who waits for whom, and a missed goal", async () => {
  const args = ["run", "philosophers", "--lane", "Left fork first"];
  const deadlocked = await sim(args);
  expect(deadlocked.status).toBe(0);
  expect(deadlocked.err).toMatch(/stopped at [\d.]+ s: deadlock: tasks 0, 1, 2, 3 and 4 wait for/);
  expect((await sim([...args, "--assert-slo"])).status).toBe(1);
});

test("Ctrl-C prints what was measured so far", async () => {
  let asked = 0;
  const { status, out, err } = await sim(
    ["run", file, "--set", "duration=1h", "--json"],
    () => ++asked > 3,
  );
  expect([status, err]).toEqual([130, expect.stringMatching(/^one: interrupted at [\d.]+ s\n$/)]);
  const { lanes } = JSON.parse(out) as RunResult;
  expect(lanes).toHaveLength(1);
  expect(lanes[0]!.virtualSeconds).toBeLessThan(3600);
});
