/** The crosshair by keys: from sample to sample, and never past the clock. */
import { indexAt } from "./series.ts";

/** Samples that an arrow key passes with Shift held down. */
const STRIDE = 10;

export interface CrosshairMoment {
  /** Times of the samples, ns. */
  readonly t: Float64Array;
  readonly clockNs: number;
  /** undefined: the first step begins at the clock. */
  readonly crosshairNs: number | undefined;
}

/** The sample that a key leads to (ns); undefined for other keys, and before the first sample. */
export function sampleAfter(
  { key, shiftKey }: { readonly key: string; readonly shiftKey: boolean },
  { t, clockNs, crosshairNs = clockNs }: CrosshairMoment,
): number | undefined {
  const last = indexAt(t, clockNs);
  const atNs = Math.min(crosshairNs, clockNs);
  const at = indexAt(t, atNs);
  // Between two samples the nearer end of the step is the one that lies before.
  const back = atNs > (t[at] ?? atNs) ? 1 : 0;
  const by = shiftKey ? STRIDE : 1;
  const next = { ArrowLeft: at - by + back, ArrowRight: at + by, Home: 0, End: last }[key];
  if (next === undefined || last < 0) return undefined;
  return t[Math.max(0, Math.min(next, last))];
}

/** Decimals of a second that tell one sample from the next: 1 for 200 ms, 4 for 500 µs. */
export function secondDigits(t: Float64Array): number {
  const stepNs = (t[1] ?? NaN) - (t[0] ?? NaN);
  if (!(stepNs > 0)) return 1;
  let digits = 1;
  while (digits < 9 && 10 ** (9 - digits) > stepNs) digits += 1;
  return digits;
}
