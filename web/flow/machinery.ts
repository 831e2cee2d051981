/**
 * The parts of a runtime as the flow view draws them inside the box: a cell for each thread,
 * frames around processes, units with queues for loops, Ps and carriers. Where each stands follows
 * from the topology alone, so that nothing moves during a run.
 */
import type { Topology } from "../../engine/api.ts";
import type { Rect } from "./shapes.ts";

/** What a slot is for; the engine's threads and parts are put into slots of their role. */
export type SlotRole = "worker" | "main" | "loop" | "executor" | "processor" | "carrier";

export interface Slot {
  readonly role: SlotRole;
  readonly process: number;
  /** Number among the slots of its role and process. */
  readonly index: number;
  readonly rect: Rect;
  /** What fits in it: the state alone, a label in it, or a heading and a queue as well. */
  readonly detail: "bare" | "label" | "queue" | "loop";
}

export interface Frame {
  readonly process: number;
  readonly rect: Rect;
}

export interface MachineryLayout {
  readonly width: number;
  readonly height: number;
  readonly slots: readonly Slot[];
  /** Around the slots of each process, where there are several. */
  readonly frames: readonly Frame[];
  /** Slots for which there is no room. */
  readonly leftOut: number;
  /** Height at which a line of text stands, below everything else. */
  readonly noteY: number;
}

interface Size {
  readonly width: number;
  readonly height: number;
  readonly gap: number;
  readonly detail: Slot["detail"];
}

const CELLS: readonly Size[] = [
  { width: 30, height: 18, gap: 5, detail: "label" },
  { width: 20, height: 13, gap: 4, detail: "bare" },
  { width: 11, height: 10, gap: 3, detail: "bare" },
];
const UNITS: readonly Size[] = [
  { width: 76, height: 46, gap: 8, detail: "queue" },
  { width: 58, height: 46, gap: 6, detail: "queue" },
  ...CELLS,
];
const LOOPS: readonly Size[] = [
  { width: 196, height: 48, gap: 8, detail: "loop" },
  { width: 76, height: 46, gap: 8, detail: "queue" },
  ...CELLS,
];
/** The engine lists no more processes and threads than this. */
const PROCESSES_MOST = 32;
const SLOTS_MOST = 256;
/** Threads that come and go get so many slots. */
const SLOTS_OF_NO_POOL = 32;
/** The next smaller size is taken when a larger one would need more height. */
const HEIGHT_MOST = 104;
const EXECUTORS_HEIGHT_MOST = 42;
const NOTE = 16;
const FRAME = { padding: 5, head: 12, gap: 6 } as const;

export function layOutMachinery(topology: Topology, width: number): MachineryLayout {
  const { inside } = topology;
  const processes = Math.min(topology.processes, PROCESSES_MOST);
  switch (inside.kind) {
    case "threads":
      return processes > 1
        ? layOutFrames(topology, processes, width)
        : layOutGroups(
            topology,
            [threadsOf(topology, 0, inside.threads ?? SLOTS_OF_NO_POOL)],
            width,
          );
    case "event-loop": {
      const loops = group("loop", processes, inside.loops);
      const executors = offloads(topology) ? group("executor", processes, inside.executors) : [];
      return layOutGroups(topology, [loops, executors], width);
    }
    case "goroutines":
      return layOutGroups(topology, [group("processor", processes, inside.processors)], width);
    case "virtual-threads":
      return layOutGroups(topology, [group("carrier", processes, inside.carriers)], width);
  }
}

type Wanted = Omit<Slot, "rect" | "detail">;

function group(role: SlotRole, processes: number, each: number): Wanted[] {
  return Array.from({ length: processes * each }, (_, i) => ({
    role,
    process: Math.floor(i / each),
    index: i % each,
  }));
}

function threadsOf(topology: Topology, process: number, threads: number): Wanted[] {
  const workers = Array.from({ length: threads }, (_, index) => ({
    role: "worker" as const,
    process,
    index,
  }));
  return hasMainThread(topology) ? [...workers, { role: "main", process, index: 0 }] : workers;
}

/** Requests that are read by a main thread wait for it in a place of their own. */
function hasMainThread({ places, edges }: Topology): boolean {
  return edges.some(({ to }) => places[to]?.name === "socket-buffer");
}

function offloads({ places, edges }: Topology): boolean {
  return edges.some(({ to }) => places[to]?.name === "executor-queue");
}

// ---- Without frames -----------------------------------------------------------------------------

function layOutGroups(
  { inside }: Topology,
  groups: readonly (readonly Wanted[])[],
  width: number,
): MachineryLayout {
  const slots: Slot[] = [];
  let y = 0;
  let leftOut = 0;
  for (const [i, wanted] of groups.entries()) {
    if (wanted.length === 0) continue;
    const first = inside.kind === "threads" ? CELLS : inside.kind === "event-loop" ? LOOPS : UNITS;
    const sizes = i === 0 ? first : CELLS;
    const most = i === 0 ? HEIGHT_MOST : EXECUTORS_HEIGHT_MOST;
    const shown = wanted.slice(0, SLOTS_MOST);
    const size = sizes.find((one) => gridHeight(one, shown.length, width) <= most) ?? sizes.at(-1)!;
    if (i > 0) y += 8;
    slots.push(...grid(shown, size, { x: 0, y, width }));
    y += gridHeight(size, shown.length, width);
    leftOut += wanted.length - shown.length;
  }
  return { width, height: y + NOTE, slots, frames: [], leftOut, noteY: y + NOTE - 3 };
}

function columnsIn({ width, gap }: Size, available: number): number {
  return Math.max(1, Math.floor((available + gap) / (width + gap)));
}

function gridHeight(size: Size, count: number, width: number): number {
  const rows = Math.ceil(count / columnsIn(size, width));
  return rows * (size.height + size.gap) - size.gap;
}

function grid(
  wanted: readonly Wanted[],
  size: Size,
  at: { readonly x: number; readonly y: number; readonly width: number },
): Slot[] {
  const columns = columnsIn(size, at.width);
  const used = Math.min(columns, wanted.length);
  const left = at.x + (at.width - used * (size.width + size.gap) + size.gap) / 2;
  return wanted.map((slot, i) => ({
    ...slot,
    detail: size.detail,
    rect: {
      x: left + (i % columns) * (size.width + size.gap),
      y: at.y + Math.floor(i / columns) * (size.height + size.gap),
      width: size.width,
      height: size.height,
    },
  }));
}

// ---- A frame for each process -------------------------------------------------------------------

function layOutFrames(topology: Topology, processes: number, width: number): MachineryLayout {
  const { inside } = topology;
  const threads = (inside.kind === "threads" ? inside.threads : undefined) ?? 4;
  const each = Math.max(1, Math.floor(SLOTS_MOST / processes));
  const wanted = Array.from({ length: processes }, (_, process) =>
    threadsOf(topology, process, threads),
  );
  const shown = wanted.map((slots) => slots.slice(0, each));
  const plan = CELLS.map((size) => framePlan(size, shown[0]!.length, { processes, width }));
  const { size, columns, across, frame, height } =
    plan.find((one) => one.height <= HEIGHT_MOST) ?? plan.at(-1)!;
  const used = Math.min(across, processes);
  const left = (width - used * (frame.width + FRAME.gap) + FRAME.gap) / 2;
  const frames = shown.map((_, process) => ({
    process,
    rect: {
      x: left + (process % across) * (frame.width + FRAME.gap),
      y: Math.floor(process / across) * (frame.height + FRAME.gap),
      ...frame,
    },
  }));
  const slots = shown.flatMap((ofProcess, process) => {
    const { rect } = frames[process]!;
    const inner = columns * (size.width + size.gap) - size.gap;
    return grid(ofProcess, size, {
      x: rect.x + (rect.width - inner) / 2,
      y: rect.y + FRAME.head,
      width: inner,
    });
  });
  const all = wanted.flat().length + (topology.processes - processes) * wanted[0]!.length;
  const noteY = height + NOTE - 3;
  return { width, height: height + NOTE, slots, frames, leftOut: all - slots.length, noteY };
}

interface FramePlan {
  readonly size: Size;
  /** Cells side by side in a frame, and frames side by side. */
  readonly columns: number;
  readonly across: number;
  readonly frame: { readonly width: number; readonly height: number };
  readonly height: number;
}

function framePlan(
  size: Size,
  cells: number,
  { processes, width }: { readonly processes: number; readonly width: number },
): FramePlan {
  const widest = columnsIn(size, width - 2 * FRAME.padding);
  const columns = Math.min(cells, widest, Math.max(1, Math.round(Math.sqrt(cells * 1.6))));
  const inner = columns * (size.width + size.gap) - size.gap;
  const frame = {
    width: Math.max(inner, 18) + 2 * FRAME.padding,
    height: FRAME.head + gridHeight(size, cells, inner) + FRAME.padding,
  };
  const across = Math.max(1, Math.floor((width + FRAME.gap) / (frame.width + FRAME.gap)));
  const rows = Math.ceil(processes / across);
  const height = rows * (frame.height + FRAME.gap) - FRAME.gap;
  return { size, columns, across, frame, height };
}

/** Where the slot shows its state. */
export function cellOf({ rect, detail }: Slot): Rect {
  const { x, y, width, height } = rect;
  if (detail === "queue") return { x: x + 5, y: y + 15, width: width - 10, height: 14 };
  if (detail === "loop") return { x: x + 6, y: y + 16, width: width - 12, height: 14 };
  const inset = detail === "bare" ? 1 : 2;
  return { x: x + inset, y: y + inset, width: width - 2 * inset, height: height - 2 * inset };
}
