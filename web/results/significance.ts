/** What replications say of a difference between lanes: real, or maybe chance. */
import type { MeanEstimate, ReplicatedLane, ReplicatedMetric } from "../../engine/api.ts";

export interface Significance {
  /** The interval of the difference leaves out zero, or there is no difference at all. */
  readonly isKnown: boolean;
  /** "difference not significant yet: −1.2 to 3.4 (95 %)" */
  readonly text: string;
}

/** undefined in the first lane, and where there are no intervals. */
export function significanceOf(
  lane: ReplicatedLane | undefined,
  index: number,
  metric: ReplicatedMetric | undefined,
  write: (value: number) => string,
): Significance | undefined {
  if (lane === undefined || index === 0 || metric === undefined) return undefined;
  const difference = lane.differences[metric];
  if (Number.isNaN(difference.low)) return undefined;
  const interval = intervalText(difference, write);
  // Lanes that came out the same every time do not differ by chance.
  if (difference.low === 0 && difference.high === 0) {
    return { isKnown: true, text: "no difference in any replication" };
  }
  const isKnown = difference.low > 0 || difference.high < 0;
  return {
    isKnown,
    text: `difference ${isKnown ? "significant" : "not significant yet"}: ${interval} (95 %)`,
  };
}

/** "380 to 402", with signs as they are. */
export function intervalText(
  { low, high }: MeanEstimate,
  write: (value: number) => string,
): string {
  return `${signed(low, write)} to ${signed(high, write)}`;
}

function signed(value: number, write: (value: number) => string): string {
  return value < 0 ? `−${write(-value)}` : write(value);
}
