/** The distribution of a step's duration as a sparkline; a constant is one upright line. */
import { isObject, type Json } from "../state/document-path.ts";
import { densityShape, meanMs } from "./distribution.ts";
import type { StepKind } from "./program.ts";

const WIDTH = 62;
const HEIGHT = 18;
const BASE = 16;
const POINTS = 60;
/** The sparkline spans this many means: the bulk of every distribution one meets. */
const SPAN = 2.5;

export function StepSpark({ step, kind }: { step: Json; kind: StepKind | undefined }) {
  const value = isObject(step) && kind !== undefined ? step[kind] : undefined;
  const timed = kind === "cpu" || kind === "io" || kind === "block" || kind === "sleep";
  const mean = timed ? meanMs(value) : undefined;
  if (mean === undefined || mean <= 0) return <span className="spark" />;
  const shape = densityShape(value, mean * SPAN, POINTS);
  const x = (index: number): number => 1 + ((index + 0.5) / POINTS) * (WIDTH - 2);
  const line = shape
    ?.map((height, i) => `${x(i).toFixed(1)} ${(BASE - height * 13).toFixed(1)}`)
    .join("L");
  const middle = 1 + (WIDTH - 2) / SPAN;
  return (
    <svg className="spark" width={WIDTH} height={HEIGHT} aria-hidden="true">
      {line === undefined ? (
        <>
          <path className="spark-line" d={`M1 ${BASE}H${WIDTH - 1}`} />
          <path className="spark-constant" d={`M${middle} ${BASE}V3`} />
        </>
      ) : (
        <>
          <path className="spark-area" d={`M1 ${BASE}L${line}L${WIDTH - 1} ${BASE}Z`} />
          <path className="spark-line" d={`M${line}`} />
        </>
      )}
    </svg>
  );
}
