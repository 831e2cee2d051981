import { expect, it } from "vitest";
import type { Inside, Internals, ProcessNow, ThreadNow, Topology } from "../../engine/api.ts";
import { layOutFlow } from "./layout.ts";
import { layOutMachinery } from "./machinery.ts";
import {
  Seats,
  gilNote,
  gilShare,
  gilTitle,
  insideText,
  latestTheft,
  machineryNote,
  slotsNow,
  theftText,
} from "./machinery-now.ts";
import { inUseText, waitingText } from "./shared-live.ts";
import { THREADS_WITH_GIL } from "./testing.ts";

const GO: Inside = { kind: "goroutines", processors: 4 };
const NODE: Inside = {
  kind: "event-loop",
  loops: 1,
  executors: 4,
  executorKind: "threads",
  gil: false,
  turn: "phases",
};
const withInside = (inside: Inside, processes = 1): Topology => ({
  ...THREADS_WITH_GIL,
  inside,
  processes,
});
const THREADS = (threads: number): Inside => ({ kind: "threads", threads, gil: true });

function threadOf(thread: number, fields: Partial<ThreadNow> = {}): ThreadNow {
  return { thread, label: `T0${thread}`, role: "worker", state: "idle", ...fields };
}

function processOf(fields: Partial<ProcessNow>): ProcessNow {
  return {
    down: false,
    memoryBytes: 0,
    connections: 0,
    threads: [],
    states: [0, 0, 0, 0, 0, 0, 0, 0, 0],
    inside: { kind: "threads", queued: 0, unread: 0 },
    ...fields,
  };
}

function internalsOf(processes: readonly ProcessNow[], nowNs = 0): Internals {
  return { nowNs, events: 0, cores: [], processes, others: [], resources: [], accepting: [] };
}

const GIL = { holder: 3, wanted: true, waiters: [1, 2], waiting: 2, heldNs: 4e8 };

for (const [name, inside, processes] of [
  ["a thread", THREADS(1), 1],
  ["32 threads", THREADS(32), 1],
  ["24 processes of 4 threads", THREADS(4), 24],
  ["300 processes of 8 threads", THREADS(8), 300],
  ["a pool of 5 000", THREADS(5000), 1],
  ["threads on demand", { kind: "threads", gil: false }, 1],
  ["64 loops", { ...NODE, loops: 64 }, 1],
  ["four Ps", GO, 1],
  ["256 Ps", { kind: "goroutines", processors: 256 }, 1],
  ["carriers", { kind: "virtual-threads", carriers: 8 }, 2],
] as const) {
  it(`draws ${name} without overlap, within the machinery's bounds and the box`, () => {
    const topology = withInside(inside, processes);
    const { slots, width, height } = layOutMachinery(topology, 300);
    expect(slots.length).toBeGreaterThan(0);
    const taken = new Set<string>();
    for (const { rect } of slots) {
      expect(rect.x >= 0 && rect.x + rect.width <= width && rect.y + rect.height <= height).toBe(
        true,
      );
      taken.add(`${rect.x.toFixed(1)} ${rect.y.toFixed(1)}`);
    }
    expect(taken.size).toBe(slots.length);
    const { box, machineryAt, machinery } = layOutFlow(topology, 2.6);
    expect(machineryAt.x).toBeGreaterThanOrEqual(box.x);
    expect(machineryAt.y + machinery.height).toBeLessThan(box.y + box.height);
  });
}

it("draws a slot for each thread of each process, and says how many have no room", () => {
  const drawn = (inside: Inside, processes: number) => {
    const { slots, leftOut } = layOutMachinery(withInside(inside, processes), 300);
    return [slots.length, leftOut];
  };
  expect(drawn(THREADS(32), 1)).toEqual([32, 0]);
  expect(drawn(THREADS(4), 24)).toEqual([96, 0]);
  expect(drawn(THREADS(300), 1)).toEqual([256, 44]);
  expect(drawn(THREADS(8), 300)).toEqual([256, 300 * 8 - 256]);
});

it("puts each thread into a slot and says who holds the GIL", () => {
  const { slots } = layOutMachinery(withInside(THREADS(3)), 300);
  const threads = [
    threadOf(1, { state: "gil" }),
    threadOf(2, { state: "gil" }),
    threadOf(3, { state: "run", request: { request: "page", number: 7 } }),
  ];
  const now = slotsNow(slots, internalsOf([processOf({ threads, gil: GIL })]), new Seats());
  expect(now.map(({ state, work, holds }) => [state, work, holds])).toEqual([
    ["gil", "", false],
    ["gil", "", false],
    ["run", "#7", true],
  ]);
});

it("lets a thread keep its slot while others come and go", () => {
  const { slots } = layOutMachinery(withInside(THREADS(3)), 300);
  const seats = new Seats();
  const labels = (...threads: number[]) =>
    slotsNow(slots, internalsOf([processOf({ threads: threads.map((n) => threadOf(n)) })]), seats)
      .map(({ label }) => label)
      .join(" ");
  expect(labels(1, 2, 3)).toBe("T01 T02 T03");
  expect(labels(1, 3)).toBe("T01  T03");
  expect(labels(1, 3, 5, 6)).toBe("T01 T05 T03");
});

it("tells in words who has the GIL, who waits, and for how much of the time it was held", () => {
  const threads = [1, 2, 3].map((n) => threadOf(n));
  const states = [0, 1, 0, 2, 0, 0, 0, 0, 0];
  const now = internalsOf([processOf({ threads, gil: GIL, states })], 1e9);
  expect(gilTitle(now, withInside(THREADS(3)))).toBe("GIL held by T03");
  const two = internalsOf([...now.processes, ...now.processes], 1e9);
  expect(gilTitle(two, withInside(THREADS(3), 2))).toBe("2 of 2 GILs held");
  expect(gilTitle(two, withInside(THREADS(3), 65))).toBe("2 of the first 2 GILs held");
  expect(gilNote(now)).toBe("2 of 3 threads waiting for it; asked to drop");
  expect(machineryNote(withInside(THREADS(3)), now, 0)).toBe("1 running · 2 want the GIL");
  const earlier = internalsOf([processOf({ gil: { ...GIL, heldNs: 0 } })], 0.5e9);
  expect(gilShare(earlier, now)).toBe(0.8);
  expect(gilShare(undefined, now)).toBeNaN();
});

it("shows a P with its M, what it runs, its queue, and the latest theft", () => {
  const p = {
    status: "idle" as const,
    thread: -1,
    runnext: false,
    queued: 0,
    spins: false,
    steals: 0,
    stoleFrom: -1,
    stole: 0,
    stoleAtNs: 0,
  };
  const inside = {
    kind: "goroutines" as const,
    processors: [
      { ...p, status: "running" as const, thread: 5, runnext: true, queued: 3 },
      { ...p, steals: 2, stoleFrom: 0, stole: 4, stoleAtNs: 9 },
    ],
    globalQueue: 0,
    networkReady: 1,
    poller: -1,
    idleMachines: 2,
    spinning: 1,
  };
  const request = { request: "page", number: 12 };
  const threads = [threadOf(5, { label: "M5", role: "machine", state: "run", request })];
  const now = internalsOf([processOf({ threads, inside })]);
  const topology = withInside({ kind: "goroutines", processors: 2 });
  const { slots } = layOutMachinery(topology, 300);
  const [first, second] = slotsNow(slots, now, new Seats());
  expect(first).toMatchObject({ label: "P0", aside: "M5", work: "#12", queued: 3, next: true });
  expect(second).toMatchObject({ label: "P1", aside: "", state: "idle", queued: 0 });
  expect(theftText(latestTheft(now)!)).toBe("P1 took 4 from P0");
  expect(machineryNote(topology, now, 25)).toBe(
    "netpoller 25 waiting, 1 ready · 1 spinning · 2 idle Ms",
  );
});

it("shows of a loop what it does and what waits in each of its queues", () => {
  const loop = { thread: 0, doing: "running", phase: "timers", batch: 1 } as const;
  const loops = [{ ...loop, ready: 4, events: 2, timers: 1, microtasks: 1 }];
  const inside = { kind: "event-loop" as const, loops, offloaded: 0 };
  const threads = [threadOf(0, { label: "loop", role: "loop", state: "run" })];
  const { slots } = layOutMachinery(withInside(NODE), 300);
  const [now] = slotsNow(slots, internalsOf([processOf({ threads, inside })]), new Seats());
  expect(now).toMatchObject({ label: "loop", aside: "running", queued: 8 });
  expect(now!.phases).toEqual([
    { name: "selector", size: 2, isOn: false },
    { name: "ready", size: 5, isOn: false },
    { name: "timers", size: 1, isOn: true },
  ]);
});

it("says what a runtime consists of", () => {
  const said = (inside: Inside, processes = 1) =>
    insideText(withInside(inside, processes)).replaceAll(/\s/gu, " ");
  expect(said(THREADS(32))).toBe("32 threads");
  expect(said(THREADS(1), 24)).toBe("24 processes × 1 thread");
  expect(said(GO)).toBe("4 Ps");
  expect(said(NODE)).toBe("1 loop");
});

it("says how much of a pool is taken, who holds a lock, and who waits at a channel", () => {
  const now = {
    inUse: 3,
    open: 20,
    holders: [{ request: "page", number: 9 }],
    waiting: 0,
    receiving: 2,
    closed: false,
  };
  const pool = { kind: "pool", name: "db", place: 0, size: 20 } as const;
  const lock = { kind: "lock", name: "cache", place: 0, size: 1 } as const;
  const channel = { kind: "channel", name: "jobs", place: 0, size: 4 } as const;
  expect([inUseText(pool, now), waitingText(pool, now)]).toEqual(["3/20", "nobody waits"]);
  expect([
    inUseText(lock, { ...now, inUse: 1 }),
    waitingText(lock, { ...now, waiting: 5 }),
  ]).toEqual(["held", "#9, 5 waiting"]);
  expect([inUseText(channel, now), waitingText(channel, now)]).toEqual([
    "3/4",
    "2 wait to receive",
  ]);
});
