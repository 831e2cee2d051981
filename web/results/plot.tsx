/** A small plot for dialogs: curves, and points with their intervals; SVG, so that it prints. */
import { scaleLinear, scaleLog } from "d3-scale";
import { number } from "../format.ts";

export interface Curve {
  readonly name: string;
  readonly points: readonly (readonly [number, number])[];
  readonly look: "theory" | "fit" | "bound";
}

export interface Mark {
  readonly x: number;
  readonly y: number;
  /** Ends of its interval; absent: none is known. */
  readonly interval?: readonly [number, number];
}

interface PlotProps {
  readonly curves: readonly Curve[];
  readonly marks: readonly Mark[];
  readonly x: string;
  readonly y: string;
  readonly logarithmic: boolean;
  /** The sentence for those who do not see it. */
  readonly label: string;
}

const SIZE = { width: 520, height: 220, left: 52, right: 16, top: 12, bottom: 34 } as const;

export function Plot({ curves, marks, x, y, logarithmic, label }: PlotProps) {
  const all = [...curves.flatMap(({ points }) => points), ...marks.map((m) => [m.x, m.y] as const)];
  const highest = Math.max(...all.map(([, value]) => value));
  const lowest = Math.min(...all.map(([, value]) => value).filter((value) => value > 0));
  const right = Math.max(...all.map(([value]) => value));
  const toX = scaleLinear([0, right], [SIZE.left, SIZE.width - SIZE.right]).nice();
  const range = [SIZE.height - SIZE.bottom, SIZE.top];
  const toY = logarithmic
    ? scaleLog([lowest, highest], range).nice()
    : scaleLinear([0, highest], range).nice();
  return (
    <svg
      className="plot"
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      role="img"
      aria-label={label}
    >
      {toY
        .ticks(4)
        .filter((at) => !logarithmic || isOneTwoFive(at))
        .map((at) => (
          <g key={at} className="plot-tick">
            <line x1={SIZE.left} x2={SIZE.width - SIZE.right} y1={toY(at)} y2={toY(at)} />
            <text x={SIZE.left - 6} y={toY(at)} dy="0.32em" textAnchor="end">
              {number(at)}
            </text>
          </g>
        ))}
      {toX.ticks(6).map((at) => (
        <text
          key={at}
          className="plot-time"
          x={toX(at)}
          y={SIZE.height - SIZE.bottom + 14}
          textAnchor="middle"
        >
          {number(at)}
        </text>
      ))}
      <text className="plot-axis" x={SIZE.width - SIZE.right} y={SIZE.height - 4} textAnchor="end">
        {x}
      </text>
      <text className="plot-axis" x={SIZE.left + 4} y={SIZE.top + 6}>
        {y}
      </text>
      {curves.map(({ name, points, look }) => (
        <polyline
          key={name}
          className={`plot-${look}`}
          points={points.map(([at, value]) => `${toX(at)},${toY(value)}`).join(" ")}
        />
      ))}
      {marks.map((mark) => (
        <g key={mark.x} className="plot-mark">
          {mark.interval && (
            <line
              x1={toX(mark.x)}
              x2={toX(mark.x)}
              y1={toY(Math.max(mark.interval[0], logarithmic ? lowest / 2 : 0))}
              y2={toY(mark.interval[1])}
            />
          )}
          <circle cx={toX(mark.x)} cy={toY(mark.y)} r="4" />
        </g>
      ))}
    </svg>
  );
}

/** On a log axis only 1, 2 and 5 have room for a figure. */
function isOneTwoFive(at: number): boolean {
  return (
    /^[125]e/.test(at.toExponential(0)) && Number(at.toExponential(0)) === Number(at.toPrecision(6))
  );
}
