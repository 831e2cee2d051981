/** The instant under the crosshair that all views share: a line, or where to look for it. */
import { crisp, haloText, strokeLine } from "../charts/canvas.ts";
import { instant } from "../format.ts";
import { toX } from "./rows.ts";
import { type ScheduleScene, secondDigits, TICKS_HEIGHT } from "./scene.ts";
import type { Span } from "./window.ts";

type Side = "inside" | "before" | "after";

/** Where an instant lies, seen from what is on screen. */
export function sideOf(ns: number, { fromNs, toNs }: Span): Side {
  return ns < fromNs ? "before" : ns > toNs ? "after" : "inside";
}

export function paintCrosshair(scene: ScheduleScene, ns: number): void {
  const { surface, colors, span, plot } = scene;
  const { ctx, height } = surface;
  const side = sideOf(ns, span);
  if (side === "inside") {
    const x = crisp(toX(ns, span, plot));
    ctx.strokeStyle = colors.token("--text-3");
    ctx.lineWidth = 1;
    strokeLine(ctx, [x, TICKS_HEIGHT], [x, height]);
    return;
  }
  const time = `${instant(ns, Math.min(3, secondDigits(span)))} s`;
  ctx.font = `500 ${colors.tickPx}px ${colors.fontUi}`;
  ctx.textAlign = side === "before" ? "left" : "right";
  ctx.textBaseline = "top";
  ctx.fillStyle = colors.token("--text-2");
  const text = side === "before" ? `‹ ${time}` : `${time} ›`;
  const x = side === "before" ? plot.left + 4 : plot.right - 4;
  haloText(ctx, text, [x, TICKS_HEIGHT + 4], colors.token("--bg-surface"));
}
