/** The bars of a waterfall: stays on a time scale, with words on those that have room for them. */
import { instant, milliseconds } from "../format.ts";
import type { FallBar, FallRow, Scale } from "./fall-model.ts";

/** Mean width of a letter of the labels, and what else a label needs, CSS pixels. */
const LETTER_PX = 6.2;
const LABEL_PX = 10;

interface BarsProps {
  readonly bars: readonly FallBar[];
  readonly scale: Scale;
  /** CSS pixels that the scale spans. */
  readonly width: number;
  /** Names of the places, for tooltips. */
  readonly places: readonly { readonly label: string }[];
}

export function Bars({ bars, scale, width, places }: BarsProps) {
  return (
    <>
      {bars.map((bar) => (
        <Bar key={bar.fromNs} bar={bar} scale={scale} width={width} places={places} />
      ))}
    </>
  );
}

function Bar({ bar, scale, width, places }: Omit<BarsProps, "bars"> & { readonly bar: FallBar }) {
  const { state, fromNs, toNs, label } = bar;
  const [start, end] = [shareOf(scale, fromNs), shareOf(scale, toNs)];
  const position = { insetInlineStart: `${100 * start}%`, inlineSize: `${100 * (end - start)}%` };
  const title = `${places[bar.place]?.label ?? ""}: ${milliseconds(toNs - fromNs)}, from ${instant(fromNs, 6)} s`;
  const hasRoom = (end - start) * width >= LETTER_PX * label.length + LABEL_PX;
  return (
    <>
      <i className="swatch stay fall-stay" data-state={state} style={position} title={title} />
      {hasRoom && (
        <span className="fall-label" data-state={state} style={position}>
          {label}
        </span>
      )}
    </>
  );
}

export function shareOf({ fromNs, toNs }: Scale, ns: number): number {
  return (ns - fromNs) / Math.max(1, toNs - fromNs);
}

/** The bars of a row in words. */
export function barsInWords(
  { bars, queue }: FallRow,
  places: readonly { readonly label: string }[],
): string {
  const words = bars
    .slice(0, 12)
    .map(({ place, fromNs, toNs }) => `${places[place]?.label}: ${milliseconds(toNs - fromNs)}`);
  return [...words, ...(queue === "" ? [] : [queue])].join(", ");
}
