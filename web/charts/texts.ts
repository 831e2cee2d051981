/**
 * Words and figures on a chart. Each is written in one way, and remembered with its box: none may
 * lie over another, and a test can read them although a canvas cannot be read.
 */
import { haloText } from "./canvas.ts";
import type { ChartScene } from "./paint.ts";

/** CSS pixels. */
export interface Box {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export type TextKind = "tick" | "time" | "note" | "label" | "key" | "crosshair";

export interface PaintedText extends Box {
  readonly kind: TextKind;
  readonly text: string;
}

/** Where a line of text goes: an end of it or its middle, and the middle of its height. */
export interface Spot {
  readonly x: number;
  readonly y: number;
  readonly align: CanvasTextAlign;
}

interface Writing extends Spot {
  readonly kind: TextKind;
  readonly text: string;
  readonly color: string;
  readonly px: number;
  readonly weight?: number;
  /** Colour of an outline that keeps the text readable over lines. */
  readonly halo?: string;
}

export function write({ surface: { ctx }, colors, texts }: ChartScene, writing: Writing): void {
  const { kind, text, x, y, align, color, px, weight = 400, halo } = writing;
  const font = `${weight} ${px}px ${colors.fontUi}`;
  ctx.font = font;
  ctx.textAlign = align;
  ctx.textBaseline = "middle";
  ctx.fillStyle = color;
  if (halo === undefined) ctx.fillText(text, x, y);
  else haloText(ctx, text, [x, y], halo);
  texts.push({ kind, text, ...boxOf(writing, textWidth(ctx, font, text), px) });
}

/** Most texts are the same from frame to frame, and measuring takes longer than looking up. */
const WIDTHS_MOST = 2000;
const widths = new Map<string, number>();

/** Width (CSS pixels) of `text` in `font`; leaves the font set where it had to measure. */
export function textWidth(ctx: CanvasRenderingContext2D, font: string, text: string): number {
  const key = `${font} ${text}`;
  const known = widths.get(key);
  if (known !== undefined) return known;
  if (widths.size >= WIDTHS_MOST) widths.clear();
  ctx.font = font;
  const { width } = ctx.measureText(text);
  widths.set(key, width);
  return width;
}

export function boxOf({ x, y, align }: Spot, width: number, px: number): Box {
  const left = align === "right" ? x - width : align === "center" ? x - width / 2 : x;
  return { left, right: left + width, top: y - px / 2, bottom: y + px / 2 };
}

/** Boxes that only touch do not overlap. */
export function overlap(a: Box, b: Box): boolean {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

export function isInside(inner: Box, outer: Box): boolean {
  return (
    inner.left >= outer.left &&
    inner.right <= outer.right &&
    inner.top >= outer.top &&
    inner.bottom <= outer.bottom
  );
}

// ---- For tests ----------------------------------------------------------------------------------

const painted = new WeakMap<HTMLCanvasElement, readonly PaintedText[]>();

export function rememberTexts(canvas: HTMLCanvasElement, texts: readonly PaintedText[]): void {
  painted.set(canvas, texts);
}

interface ChartTexts {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly PaintedText[];
}

/** What stands on each chart of the page, as it was painted last; by the chart's kind. */
export function chartTexts(): Readonly<Record<string, ChartTexts>> {
  const canvases = [...document.querySelectorAll<HTMLCanvasElement>(".chart canvas")];
  return Object.fromEntries(
    canvases.map((canvas) => [
      canvas.closest<HTMLElement>(".chart")?.dataset["kind"] ?? "",
      {
        width: canvas.clientWidth,
        height: canvas.clientHeight,
        texts: painted.get(canvas) ?? [],
      },
    ]),
  );
}
