/** Where time went, as one bar: each part in the form and colour of its state. */
import type { BarPart } from "./stay-state.ts";

/** Narrower parts are left out: they would only blur. */
const LEAST = 0.0005;

interface StayBarProps {
  readonly parts: readonly BarPart[];
  /** Share of the room that the bar takes. */
  readonly of?: number;
  /** The request goes on: the bar ends in an arrow. */
  readonly isOpen?: boolean;
}

export function StayBar({ parts, of = 1, isOpen = false }: StayBarProps) {
  return (
    <span className="stay-bar" style={{ inlineSize: `${100 * of}%` }} aria-hidden="true">
      {parts
        .filter(({ from, to }) => to - from > LEAST)
        .map(({ state, from, to, title }) => (
          <i
            key={`${from} ${state}`}
            className="swatch stay"
            data-state={state}
            title={title}
            style={{ insetInlineStart: `${100 * from}%`, inlineSize: `${100 * (to - from)}%` }}
          />
        ))}
      {isOpen && <i className="waterfall-arrow" />}
    </span>
  );
}
