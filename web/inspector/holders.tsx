/** Who had what a request waited for: each of them leads to what it did itself. */
import { Fragment } from "react";
import type { Holder } from "../../engine/api.ts";
import { grouped, milliseconds } from "../format.ts";
import { TEST_IDS } from "../test-ids.ts";
import { type FallRow, holderName } from "./fall-model.ts";
import { pick } from "./inspector-store.ts";

/** Holders that are named; the others are counted. */
const NAMED = 4;

export function Holders({ row }: { readonly row: FallRow }) {
  const { holders, heldBy, queue } = row;
  const named = holders.slice(0, NAMED);
  const others = heldBy - named.length;
  return (
    <span className="holders" data-testid={TEST_IDS.holders}>
      {queue}
      {queue !== "" && named.length > 0 && "; "}
      {named.length > 0 && "held by "}
      {named.map((holder, i) => (
        <Fragment key={holderName(holder)}>
          {i > 0 && ", "}
          <Name holder={holder} /> {milliseconds(holder.ns)}
        </Fragment>
      ))}
      {others > 0 && ` and ${grouped(others)} more`}
    </span>
  );
}

function Name({ holder }: { readonly holder: Holder }) {
  const { of } = holder;
  if (of === undefined) return <>{holderName(holder)}</>;
  return (
    <button type="button" className="request-link" onClick={() => void pick(of)}>
      {holderName(holder)}
    </button>
  );
}
