/** The planned load over the run, as a drawing: requests per second or users. */
import { niceCeiling } from "../charts/scale.ts";
import { useScenario } from "../state/scenario-store.ts";
import { usePlannedLoad } from "../state/planned-load.ts";
import { useRun } from "../state/run-store.ts";
import type { RunState } from "../state/run-store.ts";
import { count, grouped, number } from "../format.ts";
import { LoadHandles } from "./load-handles.tsx";

const WIDTH = 260;
const HEIGHT = 92;
const LEFT = 34;
const RIGHT = 6;
const TOP = 14;
const BOTTOM = 76;

const durationOf = (state: RunState) => state.durationNs;
/** Steps of a 240th of the run: more often, the line would not move by a pixel. */
const playheadOf = (state: RunState) =>
  state.durationNs > 0 ? Math.round((state.clockNs / state.durationNs) * 240) / 240 : 0;

export function LoadProfile() {
  const planned = usePlannedLoad();
  const durationNs = useRun(durationOf);
  const name = useScenario((state) => state.document?.name ?? "");
  if (planned === undefined || durationNs <= 0) return <div className="load-profile" />;
  const peak = Math.max(...planned.points.map(([, value]) => value));
  // A plan is reached, not overshot: no room above it, and none lost to rounding.
  const top = peak > 0 ? niceCeiling(peak, 0.999) : 1;
  const x = (ns: number): number => LEFT + (ns / durationNs) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => BOTTOM - (value / top) * (BOTTOM - TOP);
  const inside = planned.points.filter(([ns]) => ns <= durationNs);
  const line = inside.map(([ns, value]) => `${round(x(ns))} ${round(y(value))}`).join("L");
  const last = inside.at(-1);
  const unit = planned.unit === "rate" ? "requests per second" : "users";
  const level = `up to ${grouped(peak)} ${unit}`;
  const label = `Planned load of ${name}: ${level} over ${seconds(durationNs)}`;
  return (
    <svg className="load-profile" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={label}>
      {[0, top / 2, top].map((value) => (
        <g key={value}>
          <line className="plot-grid" x1={LEFT} x2={WIDTH} y1={y(value)} y2={y(value)} />
          <text className="plot-tick plot-end" x={LEFT - 5} y={y(value) + 3.5}>
            {count(value)}
          </text>
        </g>
      ))}
      {line === "" ? null : (
        <>
          <path className="load-area" d={`M${line}V${BOTTOM}H${round(x(inside[0]?.[0] ?? 0))}Z`} />
          <path className="load-line" d={`M${line}`} />
        </>
      )}
      <Playhead />
      <LoadHandles scale={{ x, y, top, durationNs, width: WIDTH }} />
      {last === undefined ? null : <PeakLabel points={inside} x={x} y={y} unit={planned.unit} />}
      {[0, 0.5, 1].map((share) => (
        <text
          key={share}
          className={`plot-tick ${share === 1 ? "plot-end" : "plot-middle"}`}
          x={share === 1 ? WIDTH : x(share * durationNs)}
          y={HEIGHT - 3}
        >
          {share === 1 ? seconds(durationNs) : number((share * durationNs) / 1e9)}
        </text>
      ))}
    </svg>
  );
}

function Playhead() {
  const share = useRun(playheadOf);
  const x = LEFT + share * (WIDTH - LEFT - RIGHT);
  return <line className="load-playhead" x1={x} x2={x} y1={8} y2={BOTTOM} />;
}

interface PeakProps {
  readonly points: readonly (readonly [number, number])[];
  readonly x: (ns: number) => number;
  readonly y: (value: number) => number;
  readonly unit: "rate" | "users";
}

/** Names the longest flat stretch at the highest level, or the peak where there is none. */
function PeakLabel({ points, x, y, unit }: PeakProps) {
  const peak = Math.max(...points.map(([, value]) => value));
  const at = points.filter(([, value]) => value === peak).map(([ns]) => ns);
  const middle = ((at[0] ?? 0) + (at.at(-1) ?? 0)) / 2;
  const text =
    unit === "rate" ? `${grouped(peak)}/s` : `${grouped(peak)} user${peak === 1 ? "" : "s"}`;
  const clamped = Math.min(Math.max(x(middle), LEFT + 24), WIDTH - 30);
  return (
    <text className="load-peak plot-middle" x={clamped} y={y(peak) - 5}>
      {text}
    </text>
  );
}

function seconds(ns: number): string {
  return ns >= 1e9 ? `${number(ns / 1e9)} s` : `${number(ns / 1e6)} ms`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
