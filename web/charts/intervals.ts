/** 95 % intervals over replications as bands, instant by instant. */
import type { ReplicatedLane } from "../../engine/api.ts";
import type { Band, ChartInput } from "./model.ts";

/** Share of the lane's colour; other bands shine through. */
const STRENGTH = 0.3;

/** Bands of the lanes on the chart; `scale` turns the engine's unit into the chart's. */
export function intervals(
  { lanes, replicated }: ChartInput,
  series: keyof ReplicatedLane["bands"],
  scale: (value: number, lane: number) => number = (value) => value,
): readonly Band[] {
  return lanes.flatMap(({ index, letter }): Band[] => {
    const lane = replicated[index];
    if (lane === undefined) return [];
    const { low, high } = lane.bands[series];
    const scaled = (values: Float64Array): Float64Array =>
      values.map((value) => scale(value, index));
    return [
      {
        lane: letter,
        x: lane.t,
        low: scaled(low),
        high: scaled(high),
        strength: STRENGTH,
        isInterval: true,
      },
    ];
  });
}

/** The highest value that any of the bands reaches; 0 where there is none. */
export function highestOfBands(bands: readonly Band[]): number {
  let highest = 0;
  for (const { high } of bands) for (const value of high) if (value > highest) highest = value;
  return highest;
}
