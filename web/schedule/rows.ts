/** Which rows of the schedule are drawn, where, and what lies under the pointer. Pure geometry. */
import type { ScheduleRow, ScheduleSlices } from "../../engine/api.ts";
import type { Span } from "./window.ts";

export interface PlacedRow {
  /** Index into `slices.rows`. */
  readonly index: number;
  readonly row: ScheduleRow;
  /** Top of the bar and its height, CSS pixels. */
  readonly y: number;
  readonly height: number;
}

export interface RowLayout {
  readonly rows: readonly PlacedRow[];
  /** The curve of those who wait for the GIL, where there is one. */
  readonly waiters: { readonly y: number; readonly height: number } | undefined;
  /** Hairlines between cores, lock holders and threads. */
  readonly dividers: readonly number[];
  /** Rows there was no room for. */
  readonly hidden: number;
  /** Where the number of hidden rows is written. */
  readonly bottom: number;
  /** Height of all rows, on screen or not. */
  readonly wholeHeight: number;
}

/** Distances at the regular text size, CSS pixels. */
const CORE = { pitch: 14.5, bar: 12 } as const;
const THREAD = { pitch: 14.6, bar: 11 } as const;
const WAITERS = { pitch: 31, height: 26 } as const;
const DIVIDER = 7;

export interface RowArea {
  /** Below the time ticks. */
  readonly top: number;
  readonly height: number;
  /** Rows grow with the text on a projector. */
  readonly scale: number;
  /** All rows are there to be scrolled through, of which so many pixels are above. */
  readonly scrolled?: number;
  readonly hasWaiters?: boolean;
}

export function layOutRows(rows: readonly ScheduleRow[], area: RowArea): RowLayout {
  const { top, height, scale, scrolled } = area;
  const placed: PlacedRow[] = [];
  const dividers: number[] = [];
  let y = top + 2 - (scrolled ?? 0);
  const waiters = area.hasWaiters === true ? { y, height: WAITERS.height * scale } : undefined;
  if (waiters !== undefined) y += WAITERS.pitch * scale;
  let before: boolean | undefined;
  let hidden = 0;
  for (const [index, row] of rows.entries()) {
    const machine = row.kind === "core" || row.kind === "gil";
    const { pitch, bar } = machine ? CORE : THREAD;
    const divider = before !== undefined && before !== machine ? DIVIDER : 0;
    // The last line of the area belongs to "+13 more" while rows remain.
    const reserve = index === rows.length - 1 ? 0 : THREAD.pitch * scale;
    if (scrolled === undefined && y + divider + pitch * scale + reserve > height) {
      hidden = rows.length - index;
      break;
    }
    if (divider > 0) dividers.push(y + divider / 2);
    y += divider;
    if (y + pitch * scale > top && y < height) {
      placed.push({ index, row, y, height: bar * scale });
    }
    y += pitch * scale;
    before = machine;
  }
  const wholeHeight = y + (scrolled ?? 0);
  return { rows: placed, waiters, dividers, hidden, bottom: y, wholeHeight };
}

export interface Plot {
  readonly left: number;
  readonly right: number;
}

export function toX(ns: number, span: Span, plot: Plot): number {
  return plot.left + ((ns - span.fromNs) / (span.toNs - span.fromNs)) * (plot.right - plot.left);
}

export function toNs(x: number, span: Span, plot: Plot): number {
  return span.fromNs + ((x - plot.left) / (plot.right - plot.left)) * (span.toNs - span.fromNs);
}

/** Index of the slice of `row` at an instant; the latest where several touch; -1: none. */
export function sliceAt(slices: ScheduleSlices, row: number, ns: number): number {
  let found = -1;
  for (let i = 0; i < slices.row.length; i += 1) {
    if (slices.row[i] === row && slices.start[i]! <= ns && ns < slices.end[i]!) found = i;
  }
  return found;
}

/** The row whose band holds `y`; undefined between rows and below them. */
export function rowAt(layout: RowLayout, y: number): PlacedRow | undefined {
  return layout.rows.find((placed) => y >= placed.y - 1 && y <= placed.y + placed.height + 2);
}

/** Order of the kinds from top to bottom. */
const KIND_ORDER = { gil: 0, core: 1, loop: 2, processor: 2, thread: 3 } as const;

/**
 * The slices on the rows in their order on screen, each row of the machine in the place that it has
 * had in this run: rows that come and go cannot be followed by eye. Which threads have a row is
 * for the engine to say.
 */
export function onStableRows(
  known: readonly ScheduleRow[],
  slices: ScheduleSlices,
): ScheduleSlices {
  const kept = known.filter(({ kind }) => kind !== "thread" && kind !== "loop");
  const rows = new Map([...kept, ...slices.rows].map((row) => [row.id, row]));
  const sorted = [...rows.values()].sort(
    (a, b) =>
      KIND_ORDER[a.kind] - KIND_ORDER[b.kind] ||
      a.label.localeCompare(b.label, "en", { numeric: true }),
  );
  const place = new Map(sorted.map((row, index) => [row.id, index]));
  const moved = slices.rows.map((row) => place.get(row.id)!);
  const move = (row: Int32Array): Int32Array => row.map((at) => moved[at] ?? -1);
  const { followed } = slices;
  return {
    ...slices,
    rows: sorted,
    row: move(slices.row),
    ...(followed && { followed: { ...followed, row: move(followed.row) } }),
  };
}

export interface TimeTick {
  readonly ns: number;
  readonly label: string;
}

const UNITS = [
  { ns: 1e9, name: "s" },
  { ns: 1e6, name: "ms" },
  { ns: 1e3, name: "µs" },
  { ns: 1, name: "ns" },
] as const;

/** Round distances from the left end: "+5 ms", "+10": the first says the unit. */
export function timeTicks(span: Span, most: number): TimeTick[] {
  const width = span.toNs - span.fromNs;
  const step = niceStep(width / most);
  const unit = UNITS.find(({ ns }) => step >= ns) ?? UNITS[3];
  const first = Math.ceil(span.fromNs / step) * step;
  const ticks: TimeTick[] = [];
  for (let ns = first; ns <= span.toNs; ns += step) {
    const distance = Math.round((ns - first) / unit.ns);
    const name = ticks.length === 1 ? ` ${unit.name}` : "";
    ticks.push({ ns, label: ns === first ? "" : `+${distance}${name}` });
  }
  return ticks;
}

function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return ([1, 2, 5, 10].find((factor) => factor * power >= least) ?? 10) * power;
}
