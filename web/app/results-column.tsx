/**
 * Charts and comparison beside the flow. In a low window the charts give way first; what still has
 * no room is below the edge, and a button there says how much of it.
 */
import { type RefObject, useEffect, useRef, useState } from "react";
import { ChartColumn } from "../charts/index.tsx";
import { ComparisonTable } from "../results/index.tsx";
import { TEST_IDS } from "../test-ids.ts";

/** Less than this below the edge is padding. */
const SLACK_PX = 4;

export function ResultsColumn() {
  const scroller = useRef<HTMLDivElement>(null);
  const below = useBelow(scroller);
  const showRest = (): void => {
    const element = scroller.current;
    element?.scrollTo({ top: element.scrollHeight });
    // The button goes, and must not take the focus with it.
    element?.focus({ preventScroll: true });
  };
  return (
    <>
      <div className="app-right-scroll" ref={scroller} tabIndex={-1}>
        <ChartColumn />
        <ComparisonTable />
      </div>
      {below === undefined ? null : (
        <button
          type="button"
          className="app-right-more"
          data-testid={TEST_IDS.resultsMore}
          onClick={showRest}
        >
          {below === 0 ? "More below" : `+${below} more row${below === 1 ? "" : "s"}`}
        </button>
      )}
    </>
  );
}

/** Rows of the table below the lower edge; undefined where nothing is. */
function useBelow(scroller: RefObject<HTMLElement | null>): number | undefined {
  const [below, setBelow] = useState<number>();
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return undefined;
    const look = (): void => setBelow(rowsBelow(element));
    const resized = new ResizeObserver(look);
    for (const part of [element, ...element.children]) resized.observe(part);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      resized.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, [scroller]);
  return below;
}

function rowsBelow(element: HTMLElement): number | undefined {
  const { scrollTop, scrollHeight, clientHeight } = element;
  if (scrollHeight - clientHeight - scrollTop <= SLACK_PX) return undefined;
  const edge = element.getBoundingClientRect().bottom;
  const rows = [...element.querySelectorAll("tbody tr")];
  return rows.filter((row) => row.getBoundingClientRect().bottom > edge).length;
}
