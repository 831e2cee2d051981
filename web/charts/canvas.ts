/** A canvas that is sharp on its display: drawn in CSS pixels, stored in device pixels. */

export interface Surface {
  readonly ctx: CanvasRenderingContext2D;
  /** CSS pixels. */
  readonly width: number;
  readonly height: number;
  /** Device pixels per CSS pixel. */
  readonly ratio: number;
}

/** Fits the canvas to its box and clears it; undefined while it has no size. */
export function beginPaint(canvas: HTMLCanvasElement): Surface | undefined {
  const width = canvas.clientWidth;
  const height = canvas.clientHeight;
  const ctx = canvas.getContext("2d");
  if (ctx === null || width === 0 || height === 0) return undefined;
  const ratio = window.devicePixelRatio || 1;
  const deviceWidth = Math.round(width * ratio);
  const deviceHeight = Math.round(height * ratio);
  if (canvas.width !== deviceWidth) canvas.width = deviceWidth;
  if (canvas.height !== deviceHeight) canvas.height = deviceHeight;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, width, height);
  return { ctx, width, height, ratio };
}

/** A vertical or horizontal hairline lands on whole pixels. */
export function crisp(position: number): number {
  return Math.round(position) + 0.5;
}

export function strokeLine(
  ctx: CanvasRenderingContext2D,
  from: readonly [number, number],
  to: readonly [number, number],
): void {
  ctx.beginPath();
  ctx.moveTo(from[0], from[1]);
  ctx.lineTo(to[0], to[1]);
  ctx.stroke();
}

/** Text with a surface-coloured outline, readable over lines and hatches. */
export function haloText(
  ctx: CanvasRenderingContext2D,
  text: string,
  at: readonly [number, number],
  halo: string,
): void {
  ctx.strokeStyle = halo;
  ctx.lineWidth = 3;
  ctx.lineJoin = "round";
  ctx.strokeText(text, at[0], at[1]);
  ctx.fillText(text, at[0], at[1]);
}
