/**
 * Which points of a line are worth drawing: per pixel column the first, the lowest, the highest
 * and the last, so that a spike of one sample survives at any zoom.
 */

/**
 * Indices to draw, in order. `x` ascends, in device pixels; NaN in `y` is a gap, and one index of
 * every gap is kept so that the line breaks there.
 */
export function decimate(x: ArrayLike<number>, y: ArrayLike<number>): number[] {
  const kept: number[] = [];
  let start = 0;
  while (start < x.length) {
    const pixel = Math.floor(x[start]!);
    let end = start + 1;
    while (end < x.length && Math.floor(x[end]!) === pixel) end += 1;
    if (end - start <= 4) for (let i = start; i < end; i += 1) kept.push(i);
    else keepExtremes(y, start, end, kept);
    start = end;
  }
  return kept;
}

function keepExtremes(y: ArrayLike<number>, start: number, end: number, kept: number[]): void {
  let low = -1;
  let high = -1;
  let gap = -1;
  for (let i = start; i < end; i += 1) {
    const value = y[i]!;
    if (Number.isNaN(value)) gap = i;
    else {
      if (low < 0 || value < y[low]!) low = i;
      if (high < 0 || value > y[high]!) high = i;
    }
  }
  const wanted = [start, low, high, gap, end - 1].filter((i) => i >= 0);
  for (const i of [...new Set(wanted)].sort((a, b) => a - b)) kept.push(i);
}
