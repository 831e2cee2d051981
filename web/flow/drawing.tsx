/**
 * The part of the flow view that React renders: shapes and names, once per topology. Everything
 * that changes during a run carries a data attribute; `live.ts` writes it there.
 */
import type { Place, Topology } from "../../engine/api.ts";
import type { FlowLayout, PlacedEdge } from "./layout.ts";
import { type Rect, hasDots } from "./shapes.ts";
import { failureName, processesText } from "./words.ts";

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
      </defs>
      <Box topology={topology} layout={layout} />
      {layout.edges.map((edge, i) => (
        <EdgeShape key={`${edge.from} ${edge.to}`} edge={edge} index={i} />
      ))}
      {[...layout.nodes].map(([index, rect]) => (
        <NodeShape key={index} index={index} place={topology.places[index]!} rect={rect} />
      ))}
      {layout.cores.map((rect, core) => (
        <CoreShape
          key={rect.x + rect.y * 10_000}
          rect={rect}
          core={core}
          name={layout.cores.length === topology.cores ? `cpu${core}` : `${topology.cores} cores`}
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
        {processesText(topology.processes)}
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

function NodeShape({ index, place, rect }: NodeProps) {
  if (place.kind === "failed") return <FailedShape index={index} place={place} rect={rect} />;
  if (place.group === "client" || place.group === "end") {
    return <PillShape index={index} place={place} rect={rect} />;
  }
  const dots = hasDots(place) && rect.height > 60;
  const figureY = dots ? rect.y + rect.height - 27 : rect.y + rect.height - 11;
  return (
    <g data-node={index} className="flow-node">
      <rect className="flow-shape" {...rect} rx="6" />
      <Level rect={rect} />
      <text className="flow-name" x={rect.x + 9} y={rect.y + 16}>
        {place.label}
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
  readonly name: string;
  readonly rect: Rect;
}

function CoreShape({ core, name, rect }: CoreProps) {
  return (
    <g data-core={core} className="flow-node">
      <rect className="flow-shape" {...rect} rx="4" />
      <Level rect={rect} />
      <text className="flow-note" x={rect.x + 7} y={rect.y + 13}>
        {name}
      </text>
      <text
        className="flow-figure flow-end"
        data-figure
        x={rect.x + rect.width - 6}
        y={rect.y + rect.height - 7}
      />
    </g>
  );
}
