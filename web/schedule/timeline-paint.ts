/** One picture of the timeline: the canvas, and the words and boxes that stand over it. */
import type { RefObject } from "react";
import { beginPaint } from "../charts/canvas.ts";
import { palette } from "../charts/palette.ts";
import { instant } from "../format.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { wakeupsOf } from "./arrows.ts";
import { type Memo, shown } from "./memo.ts";
import { paintSchedule } from "./paint.ts";
import { sideOf } from "./paint-crosshair.ts";
import { layOutRows, type Plot, rowAt, sliceAt, toNs, toX } from "./rows.ts";
import { plotOf, secondDigits, TICKS_HEIGHT } from "./scene.ts";
import { scheduleStore } from "./schedule-store.ts";
import type { Span } from "./window.ts";
import { describeSchedule, sliceWords, unrecordedShare } from "./words.ts";

export interface TimelineParts {
  readonly canvas: RefObject<HTMLCanvasElement | null>;
  readonly range: RefObject<HTMLElement | null>;
  readonly tip: RefObject<HTMLElement | null>;
  /** What is known of the picked slice. */
  readonly card: RefObject<HTMLElement | null>;
  /** "+13 more" */
  readonly more: RefObject<HTMLElement | null>;
  /** As high as the rows that are not on screen. */
  readonly rest: RefObject<HTMLElement | null>;
  readonly setStates: (states: readonly string[]) => void;
  readonly setFollowing: (following: boolean) => void;
}

export function paintTimeline(parts: TimelineParts, memo: Memo): void {
  const surface = parts.canvas.current && beginPaint(parts.canvas.current);
  const view = viewStore.getState();
  const span = shown(memo);
  writeRange(parts.range.current, span);
  if (!surface || memo.slices === undefined || memo.lane !== view.selectedLane) {
    if (parts.tip.current !== null) parts.tip.current.hidden = true;
    return;
  }
  const { slices } = memo;
  const { picked, measured, expanded } = scheduleStore.getState();
  const colors = palette();
  const layout = layOutRows(slices.rows, {
    top: TICKS_HEIGHT,
    height: surface.height,
    scale: colors.tickPx / 10,
    hasWaiters: (slices.gilWaiters?.threads ?? 0) > 0,
    ...(expanded && { scrolled: memo.scrolled }),
  });
  memo.layout = layout;
  const plot = plotOf(surface.width);
  const { crosshairNs } = view;
  const placed = memo.pointer && rowAt(layout, memo.pointer.y);
  const at = memo.pointer && toNs(memo.pointer.x, span, plot);
  memo.hovered = placed && at !== undefined ? sliceAt(slices, placed.index, at) : -1;
  const wakeups = wakeupsOf(slices, span, picked);
  const { headNs: clockNs, hovered } = memo;
  paintSchedule(
    {
      surface,
      colors,
      slices,
      layout,
      span,
      plot,
      clockNs,
      crosshairNs,
      hovered,
      picked,
      measured,
    },
    wakeups,
  );
  showTip(parts, memo);
  showMore(parts, memo, surface.height);
  scrollTo(parts, memo, surface.height);
  placeCard(parts, memo, span, plot);
  const letter = runStore.getState().lanes[memo.lane]?.letter ?? "A";
  const canvas = parts.canvas.current;
  canvas?.setAttribute("aria-label", describeSchedule(letter, slices, span));
  if (canvas === null) return;
  canvas.dataset["wakeups"] = String(wakeups.length);
  canvas.dataset["crosshair"] = crosshairNs === undefined ? "" : sideOf(crosshairNs, span);
  canvas.dataset["unrecorded"] = unrecordedShare(slices, span).toFixed(2);
  canvas.dataset["answers"] = String(memo.answers);
  canvas.dataset["recorded"] = String(slices.recorded);
}

function writeRange(element: HTMLElement | null, span: Span): void {
  const digits = secondDigits(span);
  const text = `${instant(span.fromNs, digits)} to ${instant(span.toNs, digits)} s`;
  if (element !== null && element.textContent !== text) element.textContent = text;
}

function showTip({ tip, canvas }: TimelineParts, memo: Memo): void {
  const element = tip.current;
  if (element === null) return;
  const words = memo.slices && sliceWords(memo.slices, memo.hovered);
  // What is picked tells more on its card.
  const isBusy = (memo.gesture !== "none" && memo.gesture !== "press") || isPickedHovered(memo);
  element.hidden = words === undefined || memo.pointer === undefined || isBusy;
  if (element.hidden || words === undefined || memo.pointer === undefined) return;
  const [title, more] = element.children;
  if (title !== undefined) title.textContent = words.title;
  if (more !== undefined) more.textContent = words.more;
  const width = canvas.current?.clientWidth ?? 0;
  const height = canvas.current?.clientHeight ?? 0;
  const below = memo.pointer.y + 18 + element.offsetHeight < height;
  const y = below ? memo.pointer.y + 18 : memo.pointer.y - element.offsetHeight - 10;
  const x = Math.min(memo.pointer.x + 12, width - element.offsetWidth - 6);
  element.style.transform = `translate(${Math.max(4, x)}px, ${Math.max(2, y)}px)`;
}

function isPickedHovered({ slices, hovered }: Memo): boolean {
  const { picked } = scheduleStore.getState();
  if (slices === undefined || picked === undefined || hovered < 0) return false;
  const isRow = slices.rows[slices.row[hovered]!]?.id === picked.row.id;
  return isRow && slices.start[hovered]! < picked.end && slices.end[hovered]! > picked.start;
}

/** Brings the row that was found into view: scrolls to it, among all rows if it must be. */
function scrollTo({ rest }: TimelineParts, memo: Memo, height: number): void {
  const { slices, layout, revealed, scrolled } = memo;
  const index = slices?.rows.findIndex(({ id }) => id === revealed) ?? -1;
  if (slices === undefined || layout === undefined || index < 0) return;
  memo.revealed = undefined;
  const placed = layout.rows.find((row) => row.index === index);
  if (placed !== undefined && placed.y >= TICKS_HEIGHT && placed.y + placed.height < height) return;
  if (!scheduleStore.getState().expanded) {
    memo.revealed = revealed;
    scheduleStore.setState({ expanded: true });
    return;
  }
  // All rows are about equally high.
  const y = (index / slices.rows.length) * layout.wholeHeight - height / 2;
  const scroller = rest.current?.parentElement;
  if (scroller && Math.abs(y - scrolled) > 1) scroller.scrollTop = Math.max(0, y);
}

/** How many rows there is no room for, where the next one would stand. */
function showMore({ more, rest }: TimelineParts, memo: Memo, height: number): void {
  const { slices, layout } = memo;
  const element = more.current;
  if (slices === undefined || layout === undefined || element === null) return;
  const { expanded } = scheduleStore.getState();
  const hidden = layout.hidden + slices.hiddenThreads;
  const text = expanded ? "fewer rows" : `+${hidden} more`;
  element.hidden = !expanded && hidden === 0;
  if (element.textContent !== text) {
    element.textContent = text;
    element.setAttribute("aria-label", expanded ? text : `${text} rows`);
  }
  const y = Math.min(expanded ? height - 24 : layout.bottom - 4, height - 24);
  element.style.transform = `translateY(${y}px)`;
  const over = expanded ? Math.max(0, layout.wholeHeight + 28 - height) : 0;
  if (rest.current !== null) rest.current.style.height = `${over}px`;
}

/** Under the picked slice, or over it where there is no room. */
function placeCard({ card, canvas }: TimelineParts, memo: Memo, span: Span, plot: Plot): void {
  const element = card.current;
  const { picked } = scheduleStore.getState();
  if (element === null || picked === undefined) return;
  const placed = memo.layout?.rows.find(({ row }) => row.id === picked.row.id);
  const height = canvas.current?.clientHeight ?? 0;
  const y = placed?.y ?? height;
  const below = y + (placed?.height ?? 0) + 6;
  const fits = below + element.offsetHeight < height;
  const top = fits ? below : Math.max(TICKS_HEIGHT + 2, y - element.offsetHeight - 6);
  const most = (canvas.current?.clientWidth ?? 0) - element.offsetWidth - 6;
  const left = Math.max(4, Math.min(most, toX(picked.start, span, plot) + 8));
  element.style.transform = `translate(${left}px, ${top}px)`;
}
