/** The machinery as React renders it, once per topology: everything live carries a data attribute. */
import { LOOKS, type SliceForm, type SliceLook } from "../schedule/forms.ts";
import type { FlowLayout } from "./layout.ts";
import { type Slot, cellOf } from "./machinery.ts";

interface MachineryProps {
  readonly layout: FlowLayout;
}

export function Machinery({ layout: { machinery, machineryAt, box } }: MachineryProps) {
  const { x, y } = machineryAt;
  // Text stands at the box's padding, however narrow the machinery is.
  const left = box.x + 12 - x;
  return (
    <g className="machinery" transform={`translate(${x} ${y})`}>
      {machinery.frames.map(({ process, rect }) => (
        <g key={process}>
          <rect className="machinery-frame" {...rect} rx="4" data-frame={process} />
          <text className="machinery-small" x={rect.x + 5} y={rect.y + 9}>
            {process}
          </text>
        </g>
      ))}
      {machinery.slots.map((slot, i) => (
        <SlotShape key={`${slot.role} ${slot.process} ${slot.index}`} slot={slot} index={i} />
      ))}
      <path className="machinery-theft" data-theft markerEnd="url(#flow-arrow)" />
      <text className="flow-note" data-machinery-note x={left} y={machinery.noteY} />
      {machinery.leftOut > 0 && (
        <text className="flow-note flow-end" x={box.width - 24 + left} y={machinery.noteY}>
          +{machinery.leftOut} more
        </text>
      )}
    </g>
  );
}

function SlotShape({ slot, index }: { readonly slot: Slot; readonly index: number }) {
  const { rect, detail } = slot;
  const cell = cellOf(slot);
  const bottom = cell.y + cell.height;
  const right = cell.x + cell.width;
  const cap = detail === "bare" ? 2 : 5;
  return (
    <g className="slot" data-slot={index} data-state="none">
      <rect className="slot-frame" {...rect} rx={detail === "bare" ? 2 : 4} />
      <rect className="slot-form" data-form x={cell.x} y={bottom} width={cell.width} height="0" />
      <path
        className="slot-io"
        d={`M${cell.x} ${bottom - cap}V${bottom - 1}H${right}V${bottom - cap}`}
      />
      <path className="slot-idle" d={`M${cell.x} ${bottom - 0.5}H${right}`} />
      {detail === "label" && (
        <text
          className="slot-work"
          data-label
          x={rect.x + rect.width / 2}
          y={rect.y + rect.height / 2}
        />
      )}
      {(detail === "queue" || detail === "loop") && <Heading slot={slot} />}
      {detail === "queue" && (
        <>
          <path className="slot-queue" data-queue />
          <text className="machinery-small" data-more y={rect.y + rect.height - 5} />
        </>
      )}
      {detail === "loop" &&
        PHASES.map(({ anchor, at }, phase) => (
          <text
            key={anchor}
            className="machinery-small"
            data-phase={phase}
            textAnchor={anchor}
            x={rect.x + PHASE_INSET + at * (rect.width - 2 * PHASE_INSET)}
            y={rect.y + rect.height - 6}
          />
        ))}
    </g>
  );
}

/** Where the queues of a loop stand along its box; the first has the longest name. */
const PHASES = [
  { anchor: "start", at: 0 },
  { anchor: "middle", at: 0.57 },
  { anchor: "end", at: 1 },
] as const;
const PHASE_INSET = 6;

function Heading({ slot }: { readonly slot: Slot }) {
  const { rect } = slot;
  const cell = cellOf(slot);
  return (
    <>
      <text className="slot-label" data-label x={rect.x + 6} y={rect.y + 11} />
      <text
        className="machinery-small flow-end"
        data-aside
        x={rect.x + rect.width - 6}
        y={rect.y + 11}
      />
      <text
        className="slot-work"
        data-work
        x={cell.x + cell.width / 2}
        y={cell.y + cell.height / 2}
      />
    </>
  );
}

// ---- Forms --------------------------------------------------------------------------------------

/** Hatches of the states, as in the schedule; `machinery.css` assigns them. */
export function FormPatterns() {
  return LOOKS.filter(({ form }) => HATCHES[form] !== undefined).map((look) => (
    <FormPattern key={look.state} look={look} />
  ));
}

/** Tiles repeat every eight units. */
const HATCHES: Partial<Record<SliceForm, string>> = {
  hatch: "M-2 2L2-2M-2 6L6-2M-2 10L10-2M2 10L10 2M6 10L10 6",
  "back-hatch": "M-2-2L10 10M-2 2L6 10M-2 6L2 10M2-2L10 6M6-2L10 2",
  dots: "M2 2h0M6 2h0M2 6h0M6 6h0",
  bars: "M.5 0V8M4.5 0V8",
  cross: "M.5 0V8M4.5 0V8M0 .5H8M0 4.5H8",
};
const STROKES: Partial<Record<SliceForm, number>> = { hatch: 0.9, "back-hatch": 1.4, dots: 2 };

function FormPattern({ look }: { readonly look: SliceLook }) {
  return (
    <pattern id={`flow-form-${look.state}`} width="8" height="8" patternUnits="userSpaceOnUse">
      <rect width="8" height="8" style={{ fill: `var(${look.fill})` }} />
      <path
        d={HATCHES[look.form]}
        strokeLinecap="round"
        style={{ fill: "none", stroke: `var(${look.accent})` }}
        strokeWidth={STROKES[look.form] ?? 1}
      />
    </pattern>
  );
}
