/** Hatches of the schedule as canvas patterns, one per state, theme and pixel density. */
import { type Palette } from "../charts/palette.ts";
import { LOOKS, type SliceForm, type SliceLook } from "./forms.ts";

/** Tiles repeat every 8 CSS pixels: a multiple of every hatch's own period. */
const TILE = 8;

export interface Inks {
  /** Fill for slices wide enough to show their form. */
  readonly fills: readonly (string | CanvasPattern)[];
  /** Fill for slices below three pixels, where a hatch would be noise. */
  readonly thin: readonly string[];
  readonly notRecorded: string | CanvasPattern;
}

let cached: { readonly colors: Palette; readonly ratio: number; readonly inks: Inks } | undefined;

export function inksFor(ctx: CanvasRenderingContext2D, colors: Palette, ratio: number): Inks {
  if (cached?.colors !== colors || cached.ratio !== ratio) {
    cached = { colors, ratio, inks: makeInks(ctx, colors, ratio) };
  }
  return cached.inks;
}

function makeInks(ctx: CanvasRenderingContext2D, colors: Palette, ratio: number): Inks {
  const fill = (look: SliceLook) =>
    patternOf(ctx, ratio, look.form, [colors.token(look.fill), colors.token(look.accent)]);
  return {
    fills: LOOKS.map(fill),
    thin: LOOKS.map((look) =>
      colors.token(look.form === "solid" || look.form === "line" ? look.fill : look.accent),
    ),
    notRecorded: patternOf(ctx, ratio, "hatch", [
      colors.token("--bg-inset"),
      colors.token("--line-2"),
    ]),
  };
}

function patternOf(
  ctx: CanvasRenderingContext2D,
  ratio: number,
  form: SliceForm,
  [fill, accent]: readonly [string, string],
): string | CanvasPattern {
  if (form === "solid" || form === "line" || form === "none") return fill;
  const tile = new OffscreenCanvas(Math.round(TILE * ratio), Math.round(TILE * ratio));
  const pen = tile.getContext("2d");
  if (pen === null) return fill;
  pen.scale(tile.width / TILE, tile.height / TILE);
  pen.fillStyle = fill;
  pen.fillRect(0, 0, TILE, TILE);
  drawForm(pen, form, accent);
  const pattern = ctx.createPattern(tile, "repeat");
  pattern?.setTransform(new DOMMatrix().scale(TILE / tile.width, TILE / tile.height));
  return pattern ?? fill;
}

function drawForm(
  pen: OffscreenCanvasRenderingContext2D,
  form: Exclude<SliceForm, "solid" | "line" | "none">,
  accent: string,
): void {
  pen.fillStyle = accent;
  pen.strokeStyle = accent;
  if (form === "dots") {
    for (const [x, y] of [
      [2, 2],
      [6, 2],
      [2, 6],
      [6, 6],
    ] as const) {
      pen.beginPath();
      pen.arc(x, y, 1, 0, 2 * Math.PI);
      pen.fill();
    }
    return;
  }
  if (form === "bars") {
    pen.fillRect(0, 0, 1, TILE);
    pen.fillRect(4, 0, 1, TILE);
    return;
  }
  if (form === "cross") {
    pen.fillRect(0, 0, 1, TILE);
    pen.fillRect(0, 0, TILE, 1);
    pen.fillRect(4, 0, 1, TILE);
    pen.fillRect(0, 4, TILE, 1);
    return;
  }
  pen.lineWidth = form === "hatch" ? 0.9 : 1.4;
  pen.globalAlpha = form === "hatch" ? 0.7 : 1;
  for (let at = -TILE; at <= 2 * TILE; at += TILE / 2) {
    pen.beginPath();
    pen.moveTo(at, form === "hatch" ? TILE : 0);
    pen.lineTo(at + TILE, form === "hatch" ? 0 : TILE);
    pen.stroke();
  }
}
