/** What each slot of the machinery shows at one instant, and the words beside them: no pixels. */
import type {
  GilNow,
  Internals,
  LoopNow,
  ProcessNow,
  SliceState,
  ThreadNow,
  Topology,
} from "../../engine/api.ts";
import { THIN, grouped } from "../format.ts";
import { LOOKS } from "../schedule/forms.ts";
import type { Slot } from "./machinery.ts";

export interface SlotNow {
  /** Undefined: nothing stands in the slot at present. */
  readonly state: SliceState | undefined;
  /** "T21", "P0", "loop". */
  readonly label: string;
  /** Beside it: the M that a P has, what a loop does. */
  readonly aside: string;
  /** The request that is worked for. */
  readonly work: string;
  /** Tasks that wait in the slot's own queue, and whether one of them is next before all others. */
  readonly queued: number;
  readonly next: boolean;
  /** Holds the GIL. */
  readonly holds: boolean;
  /** Of a loop: its queues in the order of a turn. */
  readonly phases: readonly PhaseNow[];
}

export interface PhaseNow {
  readonly name: string;
  readonly size: number;
  /** The loop takes callbacks from it now. */
  readonly isOn: boolean;
}

const EMPTY: SlotNow = {
  state: undefined,
  label: "",
  aside: "",
  work: "",
  queued: 0,
  next: false,
  holds: false,
  phases: [],
};

/** One for each of `slots`; threads that come and go keep their slot for as long as they live. */
export function slotsNow(
  slots: readonly Slot[],
  { processes }: Internals,
  seats: Seats,
): SlotNow[] {
  seats.seat(slots, processes);
  return slots.map((slot, i) => {
    const process = processes[slot.process];
    if (process === undefined) return EMPTY;
    if (slot.role === "processor") return processorNow(slot, process);
    if (slot.role === "carrier") return carrierNow(slot, process);
    if (slot.role === "loop") return loopNow(slot, process);
    const thread = process.threads.find((one) => one.thread === seats.threadIn(i));
    return thread === undefined ? EMPTY : threadNow(thread, process.gil);
  });
}

function threadNow(thread: ThreadNow, gil: GilNow | undefined): SlotNow {
  const { state, label } = thread;
  const holds = gil?.holder === thread.thread;
  return { ...EMPTY, state, label, work: workOf(thread), holds };
}

function workOf(thread: ThreadNow | undefined): string {
  return thread?.request === undefined ? "" : `#${thread.request.number}`;
}

function threadNamed({ threads }: ProcessNow, number: number): ThreadNow | undefined {
  return threads.find(({ thread }) => thread === number);
}

function processorNow({ process, index }: Slot, now: ProcessNow): SlotNow {
  const { inside } = now;
  const p = inside.kind === "goroutines" ? inside.processors[index] : undefined;
  if (p === undefined || inside.kind !== "goroutines") return EMPTY;
  const machine = threadNamed(now, p.thread);
  const label = `P${process * inside.processors.length + index}`;
  const aside = p.spins ? "spins" : (machine?.label ?? "");
  const state = p.status === "system-call" ? "io" : (machine?.state ?? "idle");
  const work = workOf(machine);
  return { ...EMPTY, state, label, aside, work, queued: p.queued, next: p.runnext };
}

function carrierNow({ index }: Slot, now: ProcessNow): SlotNow {
  const { inside } = now;
  const carrier = inside.kind === "virtual-threads" ? inside.carriers[index] : undefined;
  const thread = carrier && threadNamed(now, carrier.thread);
  if (carrier === undefined || thread === undefined) return EMPTY;
  const { state } = thread;
  const aside = carrier.held ? "held" : "";
  const label = thread.label.replace("carrier ", "C");
  return { ...EMPTY, state, label, aside, work: workOf(thread), queued: carrier.queued };
}

function loopNow({ process, index, detail }: Slot, now: ProcessNow): SlotNow {
  const { inside } = now;
  const loop = inside.kind === "event-loop" ? inside.loops[index] : undefined;
  if (loop === undefined || inside.kind !== "event-loop") return EMPTY;
  const thread = threadNamed(now, loop.thread);
  const number = process * inside.loops.length + index;
  const queued = loop.ready + loop.events + loop.timers + loop.microtasks;
  return {
    ...EMPTY,
    state: thread?.state ?? "idle",
    label: detail === "label" ? `L${number}` : (thread?.label ?? `loop ${number}`),
    aside: loop.doing,
    work: workOf(thread),
    queued,
    holds: now.gil !== undefined && now.gil.holder === loop.thread,
    phases: phasesOf(loop),
  };
}

function phasesOf(loop: LoopNow): PhaseNow[] {
  const isOn = (phase: LoopNow["phase"]) => loop.doing !== "polling" && loop.phase === phase;
  return [
    { name: "selector", size: loop.events, isOn: loop.doing === "polling" || isOn("events") },
    { name: "ready", size: loop.ready + loop.microtasks, isOn: isOn("ready") },
    { name: "timers", size: loop.timers, isOn: isOn("timers") },
  ];
}

// ---- Seats --------------------------------------------------------------------------------------

/** Which thread sits in which slot: a newcomer takes the first free one of its role. */
export class Seats {
  /** Thread by slot; −1: nobody. */
  private threads: number[] = [];

  threadIn(slot: number): number {
    return this.threads[slot] ?? -1;
  }

  seat(slots: readonly Slot[], processes: readonly ProcessNow[]): void {
    for (const [process, { threads }] of processes.entries()) {
      this.seatOf(slots, process, threads);
    }
  }

  private seatOf(slots: readonly Slot[], process: number, threads: readonly ThreadNow[]): void {
    const alive = new Map(threads.map((thread) => [thread.thread, thread]));
    const free: number[] = [];
    for (const [i, slot] of slots.entries()) {
      if (slot.process !== process) continue;
      const sitting = alive.get(this.threadIn(i));
      if (sitting !== undefined && sits(sitting, slot)) alive.delete(sitting.thread);
      else {
        this.threads[i] = -1;
        free.push(i);
      }
    }
    for (const thread of alive.values()) {
      const at = free.findIndex((i) => sits(thread, slots[i]!));
      if (at >= 0) this.threads[free.splice(at, 1)[0]!] = thread.thread;
    }
  }
}

function sits({ role, label }: ThreadNow, slot: Slot): boolean {
  if (slot.role === "main") return role === "helper" && label.startsWith("main");
  return role === slot.role;
}

// ---- Words --------------------------------------------------------------------------------------

/** "GIL held by T21", "3 of 4 GILs held"; of very many processes only the first are known. */
export function gilTitle({ processes }: Internals, topology: Topology): string {
  const gils = processes.flatMap(({ gil }) => gil ?? []);
  const held = gils.filter(({ holder }) => holder >= 0);
  if (gils.length !== 1) {
    const first = gils.length < topology.processes ? "the first " : "";
    return `${held.length} of ${first}${gils.length} GILs held`;
  }
  const holder = held[0]?.holder;
  if (holder === undefined) return "GIL free";
  const name = processes[0]!.threads.find(({ thread }) => thread === holder)?.label;
  return `GIL held by ${name ?? `thread ${holder}`}`;
}

/** "16 of 32 threads waiting for it", and whether its holder has been asked to let go. */
export function gilNote({ processes }: Internals): string {
  const waiting = processes.reduce((sum, { gil }) => sum + (gil?.waiting ?? 0), 0);
  const threads = processes.reduce((sum, { states }) => sum + states.reduce((a, b) => a + b, 0), 0);
  const isWanted = processes.some(({ gil }) => gil?.wanted === true);
  const told = processes.length > 1 ? "wait for one" : "waiting for it";
  return `${waiting} of ${threads} threads ${told}${isWanted ? "; asked to drop" : ""}`;
}

/** The line below the machinery. */
export function machineryNote(topology: Topology, now: Internals, waitingIo: number): string {
  const { inside } = topology;
  const insides = now.processes.map((process) => process.inside);
  if (inside.kind === "goroutines") return goNote(now, waitingIo);
  if (inside.kind === "virtual-threads") {
    const vts = insides.flatMap((one) => (one.kind === "virtual-threads" ? [one] : []));
    const held = vts.flatMap(({ carriers }) => carriers).filter((carrier) => carrier.held).length;
    const parts = [`${grouped(waitingIo)} unmounted in I/O`];
    if (held > 0) parts.push(`${held} ${held === 1 ? "carrier" : "carriers"} held`);
    const more = vts.reduce((sum, { carriers }) => sum + carriers.length, 0);
    const extra = more - inside.carriers * vts.length;
    if (extra > 0) parts.push(`${extra} compensating`);
    return parts.join(" · ");
  }
  const known = now.processes.length;
  const first = known < topology.processes ? `first ${known} processes: ` : "";
  return first + statesNote(now);
}

/** What threads in a state are said to be, in the order of mention. */
const STATE_WORDS: readonly (readonly [SliceState, string])[] = [
  ["run", "running"],
  ["gc", "in GC"],
  ["ready", "runnable"],
  ["throttled", "throttled"],
  ["gil", "want the GIL"],
  ["lock", "at a lock"],
  ["pool", "waiting"],
  ["io", "in I/O"],
  ["idle", "idle"],
];

/** "1 running · 16 want the GIL · 15 in I/O": all threads by what they do. */
function statesNote({ processes }: Internals): string {
  const parts = STATE_WORDS.flatMap(([state, words]) => {
    const at = LOOKS.findIndex((look) => look.state === state);
    const threads = processes.reduce((sum, { states }) => sum + (states[at] ?? 0), 0);
    return threads === 0 ? [] : [`${grouped(threads)} ${words}`];
  });
  const down = processes.filter((process) => process.down).length;
  return [...(down > 0 ? [`${down} restarting`] : []), ...parts].join(" · ");
}

function goNote(now: Internals, waitingIo: number): string {
  const insides = now.processes.flatMap(({ inside }) =>
    inside.kind === "goroutines" ? [inside] : [],
  );
  const sum = (of: (one: (typeof insides)[number]) => number) =>
    insides.reduce((total, one) => total + of(one), 0);
  const ready = sum(({ networkReady }) => networkReady);
  const spinning = sum((one) => one.spinning);
  const idle = sum(({ idleMachines }) => idleMachines);
  const parts = [`netpoller ${grouped(waitingIo)} waiting${ready > 0 ? `, ${ready} ready` : ""}`];
  if (spinning > 0) parts.push(`${spinning} spinning`);
  if (idle > 0) parts.push(`${idle} idle ${idle === 1 ? "M" : "Ms"}`);
  return parts.join(" · ");
}

/** The latest theft of a goroutine from another P's ring. */
export interface Theft {
  readonly thief: number;
  readonly victim: number;
  readonly goroutines: number;
  readonly atNs: number;
}

export function latestTheft({ processes }: Internals): Theft | undefined {
  let latest: Theft | undefined;
  let p = 0;
  for (const { inside } of processes) {
    if (inside.kind !== "goroutines") continue;
    for (const { steals, stoleFrom, stole, stoleAtNs } of inside.processors) {
      if (steals > 0 && stoleAtNs >= (latest?.atNs ?? 0)) {
        latest = { thief: p, victim: stoleFrom, goroutines: stole, atNs: stoleAtNs };
      }
      p++;
    }
  }
  return latest;
}

export function theftText({ thief, victim, goroutines }: Theft): string {
  return `P${thief} took ${goroutines} from P${victim}`;
}

/** What the runtime consists of, at the right of the box's heading. */
export function insideText({ inside, processes }: Topology): string {
  const each = partsText(inside);
  return processes === 1 ? each : `${grouped(processes)} processes × ${each}`;
}

function partsText(inside: Topology["inside"]): string {
  const some = (n: number, one: string) => `${grouped(n)}${THIN}${n === 1 ? one : `${one}s`}`;
  switch (inside.kind) {
    case "threads":
      return inside.threads === undefined ? "threads on demand" : some(inside.threads, "thread");
    case "event-loop":
      return some(inside.loops, "loop");
    case "goroutines":
      return some(inside.processors, "P");
    case "virtual-threads":
      return some(inside.carriers, "carrier");
  }
}

/** Share of the time since an earlier look in which the GILs were held; NaN without one. */
export function gilShare(before: Internals | undefined, now: Internals): number {
  const span = now.nowNs - (before?.nowNs ?? now.nowNs);
  if (before === undefined || span <= 0 || now.processes.length === 0) return NaN;
  const held = ({ processes }: Internals) =>
    processes.reduce((sum, { gil }) => sum + (gil?.heldNs ?? 0), 0);
  return Math.min(1, (held(now) - held(before)) / span / now.processes.length);
}
