/** The selected lane as a graph: where requests are right now, and how fast they move on. */
import { type CSSProperties, useEffect, useMemo, useRef } from "react";
import type { Topology } from "../../engine/api.ts";
import { addPainter } from "../charts/frame.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { useView, viewStore, type ViewState } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { CopyButton } from "../ui/copy-button.tsx";
import { ExpandButton } from "../ui/expand-button.tsx";
import { Drawing } from "./drawing.tsx";
import { insideOf, insideStore, refreshInside } from "./inside-store.ts";
import { type FlowLayout, layOutFlow, reachesCorners } from "./layout.ts";
import { type LiveFlow, bindFlow } from "./live.ts";
import { laneAsMermaid } from "./mermaid.ts";
import { NodeButtons } from "./node-buttons.tsx";
import { Particles } from "./particles.tsx";
import { PlacePanel } from "./place-panel.tsx";
import { SaveMenu } from "./save-menu.tsx";
import { describeFlow } from "./state.ts";

/** A panel that the drawing is laid out for, CSS pixels. */
interface Panel {
  readonly width: number;
  readonly height: number;
  /** The drawing does not grow beyond this, or it would look like a poster. */
  readonly scaleMax: number;
  /** Nor does it shrink below this: what has no room is scrolled to. */
  readonly scaleMin?: number;
}

/** Before an audience no text is below 15 px; in the drawing's own units it is of 11.75 (stage.css). */
const STAGE_SCALE = { scaleMax: 2.4, scaleMin: 15 / 11.75 } as const;
/** Above the schedule, with the window to itself, and both before an audience. */
const SHARED: Panel = { width: 766, height: 296, scaleMax: 1.35 };
const EXPANDED: Panel = { width: 1440, height: 770, scaleMax: 2 };
const STAGE: Panel = { width: 1280, height: 380, ...STAGE_SCALE };
const STAGE_EXPANDED: Panel = { width: 1280, height: 530, ...STAGE_SCALE };

export function FlowView() {
  const selected = useView((view) => view.selectedLane);
  const topology = useRun((run) => run.lanes[selected]?.topology);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  return (
    // Narrow screens scroll it sideways, which keys must be able to do too.
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
    <section className="flow" data-lane={letter} aria-label="Flow" tabIndex={0}>
      {topology === undefined ? (
        <p className="flow-empty">The flow appears here once the lane has loaded.</p>
      ) : (
        <>
          <div className="flow-tools">
            <CopyButton text={() => laneAsMermaid(selectedLane())}>Mermaid</CopyButton>
            <SaveMenu />
            <ExpandButton view="flow" testId={TEST_IDS.expandFlow} />
          </div>
          <Graph topology={topology} />
        </>
      )}
    </section>
  );
}

function panelOf({ density, expanded }: ViewState): Panel {
  if (density === "stage") return expanded === "flow" ? STAGE_EXPANDED : STAGE;
  return expanded === "flow" ? EXPANDED : SHARED;
}

function Graph({ topology }: { readonly topology: Topology }) {
  // A new run of the same lane brings an equal topology in a new object: the drawing stays.
  const shape = JSON.stringify(topology);
  const panel = useView(panelOf);
  const aspect = panel.width / panel.height;
  const layout = useMemo(() => layOutFlow(JSON.parse(shape) as Topology, aspect), [shape, aspect]);
  const isCrowded = reachesCorners(layout, panel, panel.scaleMax);
  const svg = useRef<SVGSVGElement>(null);
  const legend = useRef<HTMLParagraphElement>(null);
  useLiveFlow(svg, shape, layout);
  return (
    <>
      <div
        className="flow-stage"
        style={stageStyle(layout, panel)}
        data-crowded={isCrowded || undefined}
      >
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the drawing is inline */}
        <svg
          ref={svg}
          className="flow-drawing"
          role="img"
          aria-label={`Flow of requests through the ${topology.runtimeLabel}`}
          viewBox={`0 0 ${layout.width} ${layout.height}`}
        >
          <Drawing topology={topology} layout={layout} />
        </svg>
        <Particles svg={svg} shape={shape} layout={layout} legend={legend} />
        <NodeButtons topology={topology} layout={layout} />
      </div>
      <p ref={legend} className="flow-legend" data-testid={TEST_IDS.flowLegend} />
      <PlacePanel topology={topology} layout={layout} />
    </>
  );
}

/** As large as the view allows: both the drawing and what lies over it are placed by shares of it. */
function stageStyle(
  { width, height }: FlowLayout,
  { scaleMax, scaleMin = 0 }: Panel,
): CSSProperties {
  return {
    "--flow-aspect": width / height,
    "--flow-most": `${width * scaleMax}px`,
    "--flow-least": `${width * scaleMin}px`,
  } as CSSProperties;
}

function useLiveFlow(
  svg: { readonly current: SVGSVGElement | null },
  shape: string,
  layout: FlowLayout,
): void {
  useEffect(() => {
    if (svg.current === null) return;
    const drawing = svg.current;
    const topology = JSON.parse(shape) as Topology;
    const live: LiveFlow = bindFlow(drawing, topology, layout);
    let shownLane = -1;
    const painter = addPainter((nowMs) => {
      const lane = selectedLane();
      if (lane?.topology?.places.length !== topology.places.length) return;
      const still = runStore.getState().status !== "running";
      live.update(lane, insideOf(lane.index), {
        nowMs,
        still: still || lane.index !== shownLane,
      });
      if (refreshInside(lane, nowMs)) painter.refresh();
      shownLane = lane.index;
      drawing.setAttribute("aria-label", describeFlow(lane, topology));
    });
    const unsubscribeRun = runStore.subscribe(() => painter.refresh());
    const unsubscribeInside = insideStore.subscribe(() => painter.refresh());
    const unsubscribeView = viewStore.subscribe((view, before) => {
      if (view.selectedLane !== before.selectedLane) painter.soon();
    });
    painter.soon();
    return () => {
      unsubscribeRun();
      unsubscribeInside();
      unsubscribeView();
      painter.dispose();
    };
  }, [svg, shape, layout]);
}

function selectedLane(): LaneRun | undefined {
  return runStore.getState().lanes[viewStore.getState().selectedLane];
}
