/** Writes what tasks share into the drawing: who has it, how many wait for it. */
import type { Internals, Resource, ResourceNow, Topology } from "../../engine/api.ts";
import { grouped } from "../format.ts";
import { setData, setText } from "./dom.ts";

const SQUARE = { size: 6, step: 8.5 } as const;
/** Where they need two rows. */
const SMALL_SQUARE = { size: 5, step: 6.6 } as const;
/** From this share on the figure turns red, as everywhere in the flow. */
const HOT = 0.9;

export interface LiveShared {
  update(now: Internals, reading: boolean): void;
}

export function bindShared(svg: SVGSVGElement, topology: Topology): LiveShared {
  const parts = topology.resources.map(({ place }) => {
    const root = svg.querySelector<SVGElement>(`[data-node="${place}"]`);
    const part = (selector: string) => root?.querySelector<SVGElement>(selector) ?? null;
    return {
      root,
      inUse: part("[data-in-use]"),
      waiting: part("[data-waiting]"),
      slots: part("[data-slots]"),
    };
  });
  return {
    update({ resources }, reading) {
      topology.resources.forEach((resource, i) => {
        const now = resources[i];
        const { root, inUse, waiting, slots } = parts[i]!;
        if (now === undefined || root === null) return;
        setSlots(slots, resource.size, now.inUse);
        setData(root, "hot", String(resource.size > 0 && now.inUse / resource.size >= HOT));
        if (!reading) return;
        setText(inUse, inUseText(resource, now));
        setText(waiting, waitingText(resource, now));
      });
    },
  };
}

/** "3/20", "held", "free", "5/10". */
export function inUseText({ kind, size }: Resource, { inUse, closed }: ResourceNow): string {
  if (kind !== "lock") return `${grouped(inUse)}/${grouped(size)}${closed ? " closed" : ""}`;
  if (inUse === 0) return "free";
  return inUse === 1 ? "held" : `${grouped(inUse)} readers`;
}

export function waitingText({ kind }: Resource, now: ResourceNow): string {
  const { waiting, receiving, holders } = now;
  if (kind === "channel") {
    const parts = waiting > 0 || receiving === 0 ? [`${grouped(waiting)} wait to send`] : [];
    if (receiving > 0) parts.push(`${grouped(receiving)} wait to receive`);
    return parts.join(", ");
  }
  const who = kind === "lock" && holders[0] !== undefined ? `#${holders[0].number}, ` : "";
  return waiting === 0 ? `${who}nobody waits` : `${who}${grouped(waiting)} waiting`;
}

function setSlots(slots: SVGElement | null, size: number, taken: number): void {
  const key = String(Math.min(size, taken));
  if (slots === null || slots.dataset["taken"] === key) return;
  slots.dataset["taken"] = key;
  slots.children[0]?.setAttribute("d", squares(slots, size, [Number(key), size]));
  slots.children[1]?.setAttribute("d", squares(slots, size, [0, Number(key)]));
}

/** Squares number `from` to `to` of `size`. */
function squares(
  { dataset }: SVGElement,
  size: number,
  [from, to]: readonly [number, number],
): string {
  const width = Number(dataset["width"]);
  const square = size * SQUARE.step <= width + 2 ? SQUARE : SMALL_SQUARE;
  const columns = Math.floor((width + square.step - square.size) / square.step);
  let d = "";
  for (let i = from; i < to; i++) {
    const x = Number(dataset["x"]) + (i % columns) * square.step;
    const y = Number(dataset["y"]) + Math.floor(i / columns) * square.step;
    d += `M${x.toFixed(1)} ${y.toFixed(1)}h${square.size}v${square.size}h-${square.size}z`;
  }
  return d;
}
