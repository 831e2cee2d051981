/**
 * The part of the flow view that React renders: shapes and names, once per topology. Everything
 * that changes during a run carries a data attribute; `live.ts` writes it there.
 */
import type { Place, Resource, Topology } from "../../engine/api.ts";
import type { FlowLayout, PlacedEdge } from "./layout.ts";
import { FormPatterns, Machinery } from "./machinery-drawing.tsx";
import { insideText } from "./machinery-now.ts";
import { type Rect, fitted, hasDots, hasSlots, shortName } from "./shapes.ts";
import { failureName } from "./words.ts";

interface DrawingProps {
  readonly topology: Topology;
  readonly layout: FlowLayout;
}

export function Drawing({ topology, layout }: DrawingProps) {
  return (
    <>
      <defs>
        <Arrow id="flow-arrow" className="flow-head" />
        <Arrow id="flow-arrow-bad" className="flow-head flow-head-bad" />
        <FormPatterns />
      </defs>
      <Box topology={topology} layout={layout} />
      <Machinery layout={layout} />
      {layout.edges.map((edge, i) => (
        <EdgeShape key={`${edge.from} ${edge.to}`} edge={edge} index={i} />
      ))}
      {[...layout.nodes].map(([index, rect]) => (
        <NodeShape
          key={index}
          index={index}
          place={topology.places[index]!}
          rect={rect}
          resource={topology.resources.find(({ place }) => place === index)}
        />
      ))}
      {layout.cores.map((rect, core) => (
        <CoreShape
          key={rect.x + rect.y * 10_000}
          rect={rect}
          core={core}
          count={layout.cores.length === topology.cores ? undefined : topology.cores}
        />
      ))}
      {layout.edges.map((edge, i) => (
        <text
          key={`${edge.from} ${edge.to}`}
          className="flow-rate"
          data-rate={i}
          x={edge.label.x}
          y={edge.label.y}
        />
      ))}
    </>
  );
}

function Arrow({ id, className }: { readonly id: string; readonly className: string }) {
  return (
    <marker
      id={id}
      viewBox="0 0 8 8"
      refX="7"
      refY="4"
      markerUnits="userSpaceOnUse"
      markerWidth="8.75"
      markerHeight="8.75"
      orient="auto-start-reverse"
    >
      <path className={className} d="M0 .8L7 4L0 7.2z" />
    </marker>
  );
}

function Box({ topology, layout: { box, cores } }: DrawingProps) {
  return (
    <g>
      <rect className="flow-box" {...box} rx="8" />
      <text className="flow-box-name" x={box.x + 12} y={box.y + 19}>
        {topology.runtimeLabel}
      </text>
      <text className="flow-note flow-end" x={box.x + box.width - 12} y={box.y + 19}>
        {insideText(topology)}
      </text>
      <text className="flow-note" data-cores-note x={box.x + 12} y={(cores[0]?.y ?? 0) - 6} />
    </g>
  );
}

function EdgeShape({ edge, index }: { readonly edge: PlacedEdge; readonly index: number }) {
  const head = edge.failure ? "url(#flow-arrow-bad)" : "url(#flow-arrow)";
  return (
    <path
      className="flow-edge"
      data-edge={index}
      data-failure={edge.failure}
      d={edge.d}
      {...(edge.forward.length > 0 ? { markerEnd: head } : {})}
      {...(edge.backward.length > 0 ? { markerStart: head } : {})}
    />
  );
}

interface NodeProps {
  readonly index: number;
  readonly place: Place;
  readonly rect: Rect;
}

function NodeShape({
  index,
  place,
  rect,
  resource,
}: NodeProps & { readonly resource: Resource | undefined }) {
  if (resource !== undefined) {
    return <SharedShape index={index} place={place} rect={rect} resource={resource} />;
  }
  if (place.kind === "gil") return <GilShape index={index} place={place} rect={rect} />;
  if (place.kind === "failed") return <FailedShape index={index} place={place} rect={rect} />;
  if (place.group === "client" || place.group === "end") {
    return <PillShape index={index} place={place} rect={rect} />;
  }
  const dots = hasDots(place) && rect.height > 60;
  const slack = rect.height > 36 ? 3 : 0;
  const figureY = dots ? rect.y + rect.height - 27 : rect.y + rect.height - 7 - slack;
  return (
    <g data-node={index} className="flow-node">
      <rect className="flow-shape" {...rect} rx="6" />
      <Level rect={rect} />
      <text className="flow-name" x={rect.x + 9} y={rect.y + 14 + slack}>
        {fitted(shortName(place), rect.width - 14)}
      </text>
      {dots && <Dots rect={rect} />}
      <text className="flow-figure" data-figure x={rect.x + 9} y={figureY} />
      {dots ? (
        <text className="flow-note" data-note x={rect.x + 9} y={rect.y + rect.height - 11} />
      ) : (
        <text className="flow-share flow-end" data-share x={rect.x + rect.width - 8} y={figureY} />
      )}
    </g>
  );
}

/** The GIL: who has it, who waits for it, and how much of the time it is held. */
function GilShape({ index, rect }: NodeProps) {
  const right = rect.x + rect.width - 10;
  return (
    <g data-node={index} className="flow-node flow-gil">
      <rect className="flow-shape" {...rect} rx="6" />
      <Level rect={rect} />
      <text className="flow-name" data-gil-title x={rect.x + 12} y={rect.y + 15} />
      <text className="flow-note" data-gil-note x={rect.x + 12} y={rect.y + 28} />
      <text className="flow-share flow-end" data-share x={right} y={rect.y + 23} />
    </g>
  );
}

/** What tasks share: a square for each slot, how many are taken, how many wait. */
function SharedShape({
  index,
  place,
  rect,
  resource,
}: NodeProps & { readonly resource: Resource }) {
  const right = rect.x + rect.width - 8;
  return (
    <g data-node={index} data-resource={resource.kind} className="flow-node">
      <rect className="flow-shape" {...rect} rx="6" />
      <Level rect={rect} />
      <text className="flow-name" x={rect.x + 9} y={rect.y + 14}>
        {fitted(shortName(place), rect.width - 48)}
      </text>
      <text className="flow-figure flow-end" data-in-use x={right} y={rect.y + 14} />
      {hasSlots(resource) && (
        <g data-slots data-x={rect.x + 9} data-y={rect.y + 19} data-width={rect.width - 18}>
          <path className="flow-slots-free" />
          <path className="flow-slots-taken" />
        </g>
      )}
      <text className="flow-note" data-waiting x={rect.x + 9} y={rect.y + rect.height - 5} />
    </g>
  );
}

/** Fill from the bottom and a gauge at the left edge; `live.ts` sets both heights. */
function Level({ rect }: { readonly rect: Rect }) {
  const bottom = rect.y + rect.height - 1;
  return (
    <g data-bottom={bottom} data-full={rect.height - 2}>
      <rect
        className="flow-level"
        x={rect.x + 1}
        y={bottom}
        width={rect.width - 2}
        height="0"
        rx="4"
      />
      <rect className="flow-gauge" x={rect.x + 1} y={bottom} width="3.5" height="0" rx="1.5" />
    </g>
  );
}

function Dots({ rect }: { readonly rect: Rect }) {
  return (
    <g data-dots data-x={rect.x + 12} data-y={rect.y + 28} data-width={rect.width - 24}>
      <path className="flow-dots-free" />
      <path className="flow-dots-taken" />
    </g>
  );
}

function PillShape({ index, place, rect }: NodeProps) {
  const middle = rect.x + rect.width / 2;
  return (
    <g data-node={index} className="flow-node">
      <rect className="flow-shape" {...rect} rx={rect.height / 2} />
      <text className="flow-name flow-middle" x={middle} y={rect.y + 21}>
        {place.label}
      </text>
      <text className="flow-figure flow-middle" data-figure x={middle} y={rect.y + 36} />
    </g>
  );
}

function FailedShape({ index, place, rect }: NodeProps) {
  const middle = rect.x + rect.width / 2;
  return (
    <g data-node={index} className="flow-node flow-failed">
      <rect className="flow-shape" {...rect} rx={rect.height / 2} />
      <text className="flow-name flow-middle" x={middle} y={rect.y + 17}>
        {failureName(place)} <tspan data-figure />
      </text>
    </g>
  );
}

interface CoreProps {
  readonly core: number;
  /** The tile stands for so many cores; undefined: for one. */
  readonly count: number | undefined;
  readonly rect: Rect;
}

/** Narrower tiles have no room for "cpu" beside the name of a thread. */
const NAME_PX = 60;
/** Narrower ones have room for the core's number alone. */
const FIGURE_PX = 40;

function CoreShape({ core, count, rect }: CoreProps) {
  if (rect.width < FIGURE_PX) return <SmallCore core={core} rect={rect} />;
  const name = rect.width < NAME_PX ? `${core}` : `cpu${core}`;
  const right = rect.x + rect.width - 6;
  return (
    <g data-core={core} className="flow-node flow-core">
      <rect className="flow-shape" {...rect} rx="4" />
      <Level rect={rect} />
      <text className="flow-note" x={rect.x + 7} y={rect.y + 13}>
        {count === undefined ? name : `${count} cores`}
      </text>
      {count === undefined && (
        <text className="flow-note flow-end" data-who="" x={right} y={rect.y + 13} />
      )}
      <text className="flow-figure flow-end" data-figure x={right} y={rect.y + rect.height - 7} />
    </g>
  );
}

/** One of many: how busy it is by its level, whether it runs something by its number. */
function SmallCore({ core, rect }: Omit<CoreProps, "count">) {
  return (
    <g data-core={core} className="flow-node flow-core">
      <rect className="flow-shape" {...rect} rx="3" />
      <Level rect={rect} />
      <text
        className="flow-note flow-middle"
        data-number
        x={rect.x + rect.width / 2}
        y={rect.y + 14}
      >
        {core}
      </text>
    </g>
  );
}
