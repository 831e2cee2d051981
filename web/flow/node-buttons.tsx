/**
 * What makes the drawing's nodes open their details: one button over each, since the drawing itself
 * is one picture to those who cannot see it.
 */
import type { Topology } from "../../engine/api.ts";
import { selectPlace, useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import type { FlowLayout } from "./layout.ts";
import type { Rect } from "./shapes.ts";

interface NodeButtonsProps {
  readonly topology: Topology;
  readonly layout: FlowLayout;
}

export function NodeButtons({ topology, layout }: NodeButtonsProps) {
  const selected = useView((view) => view.selectedPlace);
  return [...layout.nodes].map(([index, rect]) => {
    const { name, label } = topology.places[index]!;
    const isSelected = selected === name;
    return (
      <button
        key={name}
        type="button"
        className="flow-hit"
        data-testid={TEST_IDS.flowNode}
        data-place={name}
        aria-label={label}
        aria-pressed={isSelected}
        style={shareOf(rect, layout)}
        onClick={() => selectPlace(isSelected ? undefined : name)}
      />
    );
  });
}

function shareOf(rect: Rect, { width, height }: FlowLayout) {
  const share = (part: number, of: number) => `${(100 * part) / of}%`;
  return {
    left: share(rect.x, width),
    top: share(rect.y, height),
    width: share(rect.width, width),
    height: share(rect.height, height),
  };
}
