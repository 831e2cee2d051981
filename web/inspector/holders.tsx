/** Who had what a request waited for: each of them leads to what it did itself. */
import { Fragment } from "react";
import type { Holder } from "../../engine/api.ts";
import { grouped, milliseconds } from "../format.ts";
import { useScenario } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { hasClasses } from "./classes.ts";
import { type FallRow, holderName } from "./fall-model.ts";
import { pick } from "./inspector-store.ts";

/** Holders that are named; the others are counted. */
const NAMED = 4;

export function Holders({ row }: { readonly row: FallRow }) {
  const { holders, heldBy, queue } = row;
  const areMany = useScenario((scenario) => hasClasses(scenario.document));
  const named = holders.slice(0, NAMED);
  const others = heldBy - named.length;
  return (
    <span className="holders" data-testid={TEST_IDS.holders}>
      {queue}
      {queue !== "" && named.length > 0 && "; "}
      {named.length > 0 && "held by "}
      {named.map((holder, i) => (
        <Fragment key={holderName(holder, true)}>
          {i > 0 && ", "}
          <Name holder={holder} areMany={areMany} /> {milliseconds(holder.ns)}
        </Fragment>
      ))}
      {others > 0 && ` and ${grouped(others)} more`}
    </span>
  );
}

interface NameProps {
  readonly holder: Holder;
  /** There are requests of several classes. */
  readonly areMany: boolean;
}

function Name({ holder, areMany }: NameProps) {
  const { of } = holder;
  const name = holderName(holder, areMany);
  if (of === undefined) return <>{name}</>;
  return (
    <button type="button" className="request-link" onClick={() => void pick(of)}>
      {name}
    </button>
  );
}
