/** Who had what a request waited for: each of them leads to what it did itself. */
import { Fragment } from "react";
import type { Holder } from "../../engine/api.ts";
import { grouped, milliseconds } from "../format.ts";
import { useScenario } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { hasClasses } from "./classes.ts";
import { type FallRow, type Held, holderName } from "./fall-model.ts";
import { pick } from "./inspector-store.ts";

/** Holders that are named; the others are counted. */
const NAMED = 4;

export function Holders({ row }: { readonly row: FallRow }) {
  const { held, queue } = row;
  const areMany = useScenario((scenario) => hasClasses(scenario.document));
  return (
    <span className="holders" data-testid={TEST_IDS.holders}>
      {queue}
      {held.map((one, i) => (
        <Fragment key={one.verb}>
          {(i > 0 || queue !== "") && "; "}
          <HeldBy held={one} areMany={areMany} />
        </Fragment>
      ))}
    </span>
  );
}

interface HeldByProps {
  readonly held: Held;
  /** There are requests of several classes. */
  readonly areMany: boolean;
}

function HeldBy({ held: { verb, holders, heldBy }, areMany }: HeldByProps) {
  const named = holders.slice(0, NAMED);
  const others = heldBy - named.length;
  return (
    <>
      {verb}{" "}
      {named.map((holder, i) => (
        <Fragment key={holderName(holder, true)}>
          {i > 0 && ", "}
          <Name holder={holder} areMany={areMany} /> {milliseconds(holder.ns)}
        </Fragment>
      ))}
      {others > 0 && ` and ${grouped(others)} more`}
    </>
  );
}

interface NameProps {
  readonly holder: Holder;
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
