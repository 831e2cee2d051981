/** Writes a lane's inside into the rendered machinery: an attribute only when it has changed. */
import type { Internals, Topology } from "../../engine/api.ts";
import { LOOKS } from "../schedule/forms.ts";
import { setData, setText } from "./dom.ts";
import type { FlowLayout } from "./layout.ts";
import { type Slot, cellOf } from "./machinery.ts";
import {
  Seats,
  type SlotNow,
  type Theft,
  gilNote,
  gilShare,
  gilTitle,
  latestTheft,
  machineryNote,
  slotsNow,
  theftText,
} from "./machinery-now.ts";
import { type Point, centre } from "./shapes.ts";

export interface LiveMachinery {
  /** `reading`: figures may change too, which else stay put long enough to be read. */
  update(now: Internals, waitingIo: number, reading: boolean): void;
  /** Share of the time in which the GILs were held lately; NaN where that is not known. */
  gilShare(): number;
}

/** The share of the GIL is taken over about so much virtual time. */
const SHARE_NS = 1e9;
const HEIGHTS = new Map(LOOKS.map(({ state, height }) => [state, height]));
const SQUARE = { size: 5, step: 7 } as const;

export function bindMachinery(
  svg: SVGSVGElement,
  topology: Topology,
  { machinery }: FlowLayout,
): LiveMachinery {
  const { slots } = machinery;
  const find = (selector: string) => svg.querySelector<SVGElement>(selector);
  const parts = slots.map((_, i) => partsOf(find(`[data-slot="${i}"]`)));
  const note = find("[data-machinery-note]");
  const theft = find("[data-theft]");
  const title = find("[data-gil-title]");
  const waiting = find("[data-gil-note]");
  const seats = new Seats();
  let earlier: Internals | undefined;
  let share = NaN;
  let shownTheftNs = -1;
  return {
    update(now, waitingIo, reading) {
      const all = slotsNow(slots, now, seats);
      slots.forEach((slot, i) => {
        writeSlot(parts[i]!, slot, all[i]!);
      });
      if (!reading) return;
      setText(title, gilTitle(now, topology));
      setText(waiting, gilNote(now));
      if (earlier === undefined || earlier.nowNs > now.nowNs) earlier = now;
      const recent = gilShare(earlier, now);
      if (!Number.isNaN(recent)) share = recent;
      if (now.nowNs - earlier.nowNs >= SHARE_NS) earlier = now;
      const latest = latestTheft(now);
      const isNew = latest !== undefined && latest.atNs !== shownTheftNs;
      shownTheftNs = latest?.atNs ?? -1;
      theft?.setAttribute("d", isNew ? theftPath(slots, latest) : "");
      const text = machineryNote(topology, now, waitingIo);
      setText(note, latest === undefined ? text : `${text} · ${theftText(latest)}`);
    },
    gilShare: () => share,
  };
}

interface SlotParts {
  readonly root: SVGElement | null;
  readonly form: SVGElement | null;
  readonly label: SVGElement | null;
  readonly aside: SVGElement | null;
  readonly work: SVGElement | null;
  readonly queue: SVGElement | null;
  readonly more: SVGElement | null;
  readonly phases: readonly (SVGElement | null)[];
}

function partsOf(root: SVGElement | null): SlotParts {
  const part = (selector: string) => root?.querySelector<SVGElement>(selector) ?? null;
  return {
    root,
    form: part("[data-form]"),
    label: part("[data-label]"),
    aside: part("[data-aside]"),
    work: part("[data-work]"),
    queue: part("[data-queue]"),
    more: part("[data-more]"),
    phases: [0, 1, 2].map((phase) => part(`[data-phase="${phase}"]`)),
  };
}

function writeSlot(parts: SlotParts, slot: Slot, now: SlotNow): void {
  const state = now.state ?? "none";
  setForm(parts, slot, state);
  setData(parts.root, "state", state);
  setData(parts.root, "holds", String(now.holds));
  const isAtWork = state === "run" || state === "gc";
  setText(parts.label, slot.detail === "label" && !isAtWork ? "" : now.label);
  setText(parts.aside, now.aside);
  setText(parts.work, isAtWork ? now.work : "");
  if (parts.queue !== null) setQueue(parts, slot, now);
  now.phases.forEach(({ name, size, isOn }, i) => {
    setText(parts.phases[i] ?? null, `${name} ${size}`);
    setData(parts.phases[i] ?? null, "on", String(isOn));
  });
}

function setForm({ root, form }: SlotParts, slot: Slot, state: string): void {
  if (form === null || root?.dataset["state"] === state) return;
  const cell = cellOf(slot);
  const height = cell.height * (HEIGHTS.get(state) ?? 0);
  form.setAttribute("height", height.toFixed(1));
  form.setAttribute("y", (cell.y + cell.height - height).toFixed(1));
}

/** A square for each task in the slot's queue, as far as they fit; runnext stands apart. */
function setQueue({ queue, more }: SlotParts, { rect }: Slot, { queued, next }: SlotNow): void {
  const key = `${queued} ${String(next)}`;
  if (queue === null || queue.dataset["key"] === key) return;
  queue.dataset["key"] = key;
  const x = rect.x + 6;
  const y = rect.y + rect.height - 11;
  const most = Math.floor((rect.width - 42) / SQUARE.step);
  const shown = Math.min(queued, most);
  const square = (at: number) =>
    `M${at.toFixed(1)} ${y}h${SQUARE.size}v${SQUARE.size}h-${SQUARE.size}z`;
  let d = next ? square(x) : "";
  for (let i = 0; i < shown; i++) d += square(x + 10 + i * SQUARE.step);
  queue.setAttribute("d", d);
  more?.setAttribute("x", (x + 12 + shown * SQUARE.step).toFixed(1));
  setText(more, queued > shown ? `+${queued - shown}` : "");
}

function theftPath(slots: readonly Slot[], { thief, victim }: Theft): string {
  const from = slots[victim];
  const to = slots[thief];
  if (from === undefined || to === undefined) return "";
  const a = top(from);
  const b = top(to);
  const lift = Math.min(a.y, b.y) - 12;
  return `M${a.x} ${a.y}C${a.x} ${lift} ${b.x} ${lift} ${b.x} ${b.y - 2}`;
}

function top({ rect }: Slot): Point {
  return { x: centre(rect).x, y: rect.y };
}
