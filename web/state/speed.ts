/** The speeds one can choose: virtual time against real time, in steps of 1, 2 and 5. */
import { THIN } from "../format.ts";
import type { Speed } from "./run-store.ts";

/** From 1 : 1 000 000 (slow motion) over real time to 100 : 1, then as fast as it goes. */
export const SPEEDS: readonly Speed[] = [...ladder(-6, 2), Infinity];

/** `1 : 50` is slow motion, `10 : 1` is faster than real time. */
export function speedText(speed: Speed): string {
  if (speed === Infinity) return "max";
  const ratio = speed >= 1 ? [short(speed), "1"] : ["1", short(1 / speed)];
  return ratio.join(`${THIN}:${THIN}`);
}

/** The ladder's entry that is nearest to `speed`, as an index. */
export function speedIndex(speed: Speed): number {
  if (speed === Infinity) return SPEEDS.length - 1;
  let best = 0;
  for (const [index, candidate] of SPEEDS.entries()) {
    if (distance(candidate, speed) < distance(SPEEDS[best] ?? 1, speed)) best = index;
  }
  return best;
}

function distance(a: Speed, b: Speed): number {
  return Math.abs(Math.log(a) - Math.log(b));
}

function ladder(fromPower: number, toPower: number): number[] {
  const speeds: number[] = [];
  for (let power = fromPower; power < toPower; power++) {
    for (const step of [1, 2, 5]) speeds.push(Number(`${step}e${power}`));
  }
  return [...speeds, 10 ** toPower];
}

function short(ratio: number): string {
  if (ratio >= 999_500) return `${Number((ratio / 1e6).toPrecision(3))}M`;
  if (ratio >= 999.5) return `${Number((ratio / 1000).toPrecision(3))}k`;
  return String(Number(ratio.toPrecision(ratio < 10 ? 2 : 3)));
}
