/** Who woke whom among tasks that share a thread or a processor, on every runtime that has such. */
import { expect, test } from "vitest";
import worker from "../scenarios/worker-pool-channels.json" with { type: "json" };
import { LaneSession } from "./lane-session.ts";
import { requestOf } from "./schedule.ts";
import type { Simulation } from "./simulation.ts";
import { atOnce, run } from "./testing.ts";

const MS = 1e6;
/** All that happened after the moment to which a run goes back. */
const LATE = { fromNs: 0.3e9, toNs: 1e9, pixelNs: 0, threads: 1000, keep: [] };

/** Six users of one lock, on two Ps. */
const SHARED = {
  version: 1,
  name: "shared",
  duration: "1s",
  machine: { cores: 2 },
  locks: { m: {} },
  requests: { one: { steps: [{ cpu: "1ms" }, { lock: "m", steps: [{ cpu: "3ms" }] }] } },
  load: { users: { executor: "constant-vus", vus: 6, request: "one" } },
  lanes: [{ name: "Go", runtime: { model: "goroutines", gomaxprocs: 2 } }],
};

/** By default the lane in which goroutines pass jobs on through a channel. */
function sessionOf(document: unknown, lane = 1): LaneSession {
  const session = new LaneSession(() => 0);
  expect(session.load(document, lane).kind).toBe("ready");
  return session;
}

const RUNTIMES = {
  loop: { model: "event-loop" },
  goroutines: { model: "goroutines", profile: "neutral", gomaxprocs: 2 },
  virtual: { model: "virtual-threads", profile: "neutral", parallelism: 2 },
};

/** "first on P0 at 1 woke second on P1 at 1.5" */
function told(simulation: Simulation): string[] {
  const nameOf = (key: number): string => requestOf(simulation, key)?.request ?? "nobody";
  return [...simulation.trace.recording.wakes.from(0)].map((wake) => {
    const { row, startNs, wokenNs, by, who, byWhom } = wake;
    const label = (id: number): string => simulation.scheduleRow(id).label;
    const waker = by < 0 ? "an interrupt" : `${nameOf(byWhom)} on ${label(by)}`;
    return `${waker} at ${wokenNs / MS} woke ${nameOf(who)} on ${label(row)} at ${startNs / MS}`;
  });
}
const load = (request: string, more: object = {}): object => ({
  ...atOnce(1),
  origin: "inside",
  request,
  ...more,
});

/** Two tasks of two requests, the second of which begins at `start`. */
const pair = (first: readonly object[], second: readonly object[], start: string) => ({
  requests: { first: { steps: first }, second: { steps: second } },
  loads: { first: load("first"), second: load("second", { start }) },
});
const alone = (steps: readonly object[], times: readonly number[] = [0]) => ({
  requests: { one: { steps } },
  loads: { one: load("one", { times }) },
});
const cpu = { cpu: "1ms" };

/** Ways in which one task lets another go on; what happens on each runtime. */
const WAYS: readonly (readonly [
  string,
  object,
  Readonly<Record<keyof typeof RUNTIMES, string>>,
])[] = [
  [
    "a value that is sent",
    { channels: { c: {} }, ...pair([{ receive: "c" }, cpu], [cpu, { send: "c" }, cpu], "1ms") },
    {
      loop: "second on loop at 2 woke first on loop at 3",
      goroutines: "second on P0 at 2 woke first on P1 at 2",
      virtual: "second on carrier 0 at 2 woke first on carrier 1 at 2",
    },
  ],
  [
    "a lock that is let go",
    {
      locks: { m: {} },
      ...pair(
        [{ lock: "m", steps: [cpu, { sleep: "2ms" }] }],
        [{ lock: "m", steps: [cpu] }],
        "2ms",
      ),
    },
    {
      loop: "first on loop at 3 woke second on loop at 3",
      goroutines: "first on P0 at 3 woke second on P0 at 3",
      virtual: "first on carrier 0 at 3 woke second on carrier 0 at 3",
    },
  ],
  [
    "a place in a pool",
    {
      pools: { db: { size: 1 } },
      ...pair(
        [{ acquire: "db", steps: [cpu, { sleep: "2ms" }] }],
        [{ acquire: "db", steps: [cpu] }],
        "2ms",
      ),
    },
    {
      loop: "first on loop at 3 woke second on loop at 3",
      goroutines: "first on P0 at 3 woke second on P0 at 3",
      virtual: "first on carrier 0 at 3 woke second on carrier 0 at 3",
    },
  ],
  [
    "the last of its parts",
    alone([{ parallel: [[cpu], [cpu, cpu]] }, cpu]),
    {
      loop: "one on loop at 3 woke one on loop at 3",
      goroutines: "one on P0 at 2 woke one on P0 at 2",
      virtual: "one on carrier 1 at 2 woke one on carrier 1 at 2",
    },
  ],
  [
    "a beginning of its own",
    alone([cpu, { spawn: [cpu] }, cpu]),
    {
      loop: "one on loop at 1 woke one on loop at 2",
      goroutines: "one on P0 at 1 woke one on P1 at 1",
      virtual: "one on carrier 0 at 1 woke one on carrier 1 at 1",
    },
  ],
];

for (const [way, sketch, expected] of WAYS) {
  for (const name of Object.keys(RUNTIMES) as (keyof typeof RUNTIMES)[]) {
    test(`${name}: ${way} is told with who did it, and when it had an effect`, () => {
      const runtime = RUNTIMES[name];
      const all = told(run({ cores: 2, duration: "20ms", runtime, ...sketch }));
      expect(all.at(-1)).toBe(expected[name]);
    });
  }
}

test("what nobody in the program woke was woken by an interrupt", () => {
  const steps = [cpu, { io: "2ms" }, cpu];
  const { loop, goroutines } = RUNTIMES;
  const on = (runtime: object): string[] =>
    told(run({ cores: 2, duration: "20ms", runtime, ...alone(steps) }));
  expect(on(loop).at(-1)).toBe("an interrupt at 3 woke one on loop at 3");
  expect(on(goroutines).at(-1)).toBe("an interrupt at 3 woke one on P0 at 3");
});

test("work that is offloaded comes back from the thread that did it", () => {
  const runtime = { model: "event-loop", profile: "node-20", executor: { threads: 1 } };
  const all = told(run({ cores: 2, duration: "20ms", runtime, ...alone([{ offload: [cpu] }]) }));
  expect(all.slice(1).map((wake) => wake.replaceAll(/ at [\d.]+/g, ""))).toEqual([
    "one on loop woke one on E01",
    "one on E01 woke one on loop",
  ]);
});

test("a run that goes back tells the same once more", () => {
  const document = worker;
  const [straight, back] = [sessionOf(document), sessionOf(document)];
  straight.advance(1e9, Infinity);
  back.advance(0.7e9, Infinity);
  back.rewind(0.2e9, Infinity);
  back.advance(1e9, Infinity);
  const [one, other] = [straight, back].map((session) => session.schedule(LATE, Infinity));
  expect(one).toEqual(other);
  const woken = [...one!.waker.keys()].filter((i) => one!.waker[i]! >= 0);
  const kinds = new Set(woken.map((i) => one!.rows[one!.row[i]!]!.kind));
  expect([...kinds].toSorted((a, b) => a.localeCompare(b))).toEqual(["processor", "thread"]);
});

test("a slice tells which tasks it woke, and those tell the same of it", () => {
  const session = sessionOf(SHARED, 0);
  session.advance(1e9, Infinity);
  const all = session.schedule(LATE, Infinity);
  const kindOf = (i: number) => all.rows[all.row[i]!]!.kind;
  const at = [...all.waker.keys()].filter((i) => all.waker[i]! >= 0 && kindOf(i) === "processor");
  let matched = 0;
  for (const i of at) {
    const row = all.rows[all.row[i]!]!;
    const [startNs, atNs] = [all.start[i]!, all.wokenNs[i]!];
    const { request, wokenBy } = session.slice(row.id, startNs)!;
    expect([wokenBy?.atNs, wokenBy?.row?.label]).toEqual([atNs, all.threads[all.waker[i]!]]);
    const waker = session.slice(wokenBy!.row!.id, atNs - 1);
    // There is no slice of who runs for no request, or for no time.
    const isThere = waker?.request?.number === wokenBy!.request?.number;
    if (waker?.request === undefined || !isThere) continue;
    expect(waker.woke).toContainEqual({ row, request, atNs, startNs });
    matched++;
  }
  expect(matched).toBeGreaterThan(20);
});

test("a search passes over what took no time: it cannot be shown", () => {
  const session = sessionOf(worker);
  session.advance(1e9, Infinity);
  let [fromNs, found] = [0, 0];
  for (; found < 300; found++) {
    const slice = session.findSlice({ row: "P0" }, fromNs, true)!;
    expect(slice.end).toBeGreaterThan(slice.start);
    fromNs = slice.start;
  }
});
