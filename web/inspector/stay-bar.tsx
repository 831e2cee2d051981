/** Where time went, as one bar: each part in the form and colour of its state. */
import type { BarPart } from "./stay-state.ts";

/** Narrower parts are left out: they would only blur. */
const LEAST = 0.0005;

export function StayBar({
  parts,
  of,
}: {
  readonly parts: readonly BarPart[];
  readonly of?: number;
}) {
  return (
    <span className="stay-bar" style={{ inlineSize: `${100 * (of ?? 1)}%` }} aria-hidden="true">
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
    </span>
  );
}
