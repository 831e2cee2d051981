/** Draws wake-ups: an arrow from the one who woke to the one who was woken. */
import { crisp } from "../charts/canvas.ts";
import type { Wakeup } from "./arrows.ts";
import { placedRows } from "./paint-slices.ts";
import { type PlacedRow, toX } from "./rows.ts";
import type { ScheduleScene } from "./scene.ts";

/** So far above a row runs the line of who has no other row to come from. */
const ABOVE_PX = 4;
const HEAD = { half: 3, length: 4 } as const;

type Line = readonly (readonly [number, number])[];

export function paintWakeups(scene: ScheduleScene, wakeups: readonly Wakeup[]): void {
  const rows = placedRows(scene);
  for (const wakeup of wakeups) {
    const target = rows[wakeup.to];
    const source = wakeup.from === undefined ? undefined : rows[wakeup.from];
    if (target !== undefined) paintWakeup(scene, wakeup, source, target);
  }
}

function paintWakeup(
  { surface: { ctx }, colors, span, plot }: ScheduleScene,
  { atNs, startNs, isPicked }: Wakeup,
  source: PlacedRow | undefined,
  target: PlacedRow,
): void {
  const [x0, x1] = [crisp(toX(atNs, span, plot)), crisp(toX(startNs, span, plot))];
  const isBelow = source !== undefined && source.y > target.y;
  const tip = isBelow ? target.y + target.height : target.y;
  ctx.strokeStyle = colors.token(isPicked ? "--focus" : "--text-2");
  ctx.fillStyle = ctx.strokeStyle;
  ctx.lineWidth = isPicked ? 1.8 : 1;
  if (source === undefined) ctx.setLineDash([1, 2]);
  stroke(ctx, lineTo([x1, tip], x0, source, target));
  ctx.setLineDash([]);
  const back = isBelow ? HEAD.length : -HEAD.length;
  ctx.beginPath();
  ctx.moveTo(x1, tip);
  ctx.lineTo(x1 - HEAD.half, tip + back);
  ctx.lineTo(x1 + HEAD.half, tip + back);
  ctx.closePath();
  ctx.fill();
}

/** From row to row; along its own row where it comes from there, or from outside. */
function lineTo(
  [x1, tip]: readonly [number, number],
  x0: number,
  source: PlacedRow | undefined,
  target: PlacedRow,
): Line {
  if (source !== undefined && source !== target) {
    const isBelow = source.y > target.y;
    return [
      [x0, isBelow ? source.y : source.y + source.height],
      [x1, tip],
    ];
  }
  const above = tip - ABOVE_PX;
  const begin = source === undefined ? above - 1 : tip;
  return [
    [x0, begin],
    [x0, above],
    [x1, above],
    [x1, tip],
  ];
}

function stroke(ctx: CanvasRenderingContext2D, [first, ...rest]: Line): void {
  if (first === undefined) return;
  ctx.beginPath();
  ctx.moveTo(...first);
  for (const point of rest) ctx.lineTo(...point);
  ctx.stroke();
}
