/** Draws dots on a canvas that lies over the flow's drawing and has its size. */
import type { Surface } from "../charts/canvas.ts";
import type { Palette } from "../charts/palette.ts";
import type { LaneLetter } from "../state/lane-run.ts";
import type { Dot, Leg } from "./dots.ts";
import type { FlowLayout } from "./layout.ts";
import type { Track } from "./tracks.ts";

/** CSS pixels. */
const RADIUS = 2.7;
const TAIL = 9;
const TAIL_OPACITY = 0.45;

/** How the drawing's units lie on the canvas; the drawing keeps its shape and stands centred. */
export interface Fit {
  readonly scale: number;
  readonly left: number;
  readonly top: number;
}

export function fitOf(
  { width, height }: Pick<Surface, "width" | "height">,
  layout: Pick<FlowLayout, "width" | "height">,
): Fit {
  const scale = Math.min(width / layout.width, height / layout.height);
  return {
    scale,
    left: (width - layout.width * scale) / 2,
    top: (height - layout.height * scale) / 2,
  };
}

interface Look {
  readonly fit: Fit;
  readonly letter: LaneLetter;
  readonly palette: Palette;
}

export function paintDots(
  ctx: CanvasRenderingContext2D,
  dots: readonly Dot[],
  tracks: readonly Track[],
  { fit, letter, palette }: Look,
): void {
  // Dots grow with a large drawing, but less than it does.
  const size = palette.lineFactor * Math.max(1, Math.sqrt(fit.scale));
  const lane = palette.lanes[letter].line;
  const bad = palette.token("--bad");
  ctx.lineCap = "round";
  for (const { legs, at } of dots) {
    const [leg] = legs;
    const track = leg && tracks[leg.track];
    if (leg === undefined || track === undefined) continue;
    const color = leg.kind === "bad" ? bad : lane;
    const head = place(track, leg, at, fit);
    const end = place(track, leg, Math.max(0, at - (TAIL * size) / fit.scale), fit);
    ctx.strokeStyle = color;
    ctx.globalAlpha = TAIL_OPACITY;
    ctx.lineWidth = 2.2 * size;
    ctx.beginPath();
    ctx.moveTo(end[0], end[1]);
    ctx.lineTo(head[0], head[1]);
    ctx.stroke();
    ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5 * size;
    ctx.fillStyle = leg.kind === "reply" ? palette.token("--bg-surface") : color;
    ctx.beginPath();
    ctx.arc(head[0], head[1], RADIUS * size, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
}

/** On the canvas, in CSS pixels. */
function place(track: Track, { reversed }: Leg, at: number, fit: Fit): readonly [number, number] {
  const [x, y] = track.pointAt(reversed ? track.length - at : at);
  return [fit.left + x * fit.scale, fit.top + y * fit.scale];
}
