/**
 * The run as a strip: planned load as a silhouette, the part that has run darker, the playhead on
 * top. Dragging takes all views along: back to where the run has been, or forth at full speed. The
 * same seed gives the same run, so a moment looks the same however one gets there.
 */
import { useState } from "react";
import { instant } from "../format.ts";
import { conductor } from "../state/conductor.ts";
import type { PlannedLoad } from "../state/lane-run.ts";
import { usePlannedLoad } from "../state/planned-load.ts";
import { useRun, type RunState } from "../state/run-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Slider } from "../ui/slider.tsx";

const WIDTH = 176;
const HEIGHT = 28;
const BASE = 22.5;
const STEPS = 1000;

const durationOf = (state: RunState) => state.durationNs;
const positionOf = (state: RunState) =>
  state.durationNs > 0 ? Math.floor((state.clockNs / state.durationNs) * STEPS) : 0;

export function Scrubber() {
  const planned = usePlannedLoad();
  const durationNs = useRun(durationOf);
  const position = useRun(positionOf);
  const [dragged, setDragged] = useState<number | undefined>();
  const value = dragged ?? position;
  const toNs = (steps: number): number => (steps / STEPS) * durationNs;
  const outline = planned === undefined ? "" : silhouette(planned, durationNs);
  const at = (value / STEPS) * WIDTH;
  return (
    <Slider
      className="scrubber"
      label="Position in the run"
      value={value}
      max={STEPS}
      testId={TEST_IDS.scrubber}
      format={(steps) => `${instant(toNs(steps), 1)} of ${instant(durationNs, 1)} seconds`}
      onChange={(steps) => {
        setDragged(steps);
        if (durationNs > 0) conductor.seek(toNs(steps));
      }}
      onChangeEnd={() => setDragged(undefined)}
    >
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" aria-hidden="true">
        <path className="scrubber-plan" d={outline} />
        <clipPath id="scrubber-past">
          <rect width={Math.max(0, at)} height={HEIGHT} />
        </clipPath>
        <path className="scrubber-done" d={outline} clipPath="url(#scrubber-past)" />
        <line className="scrubber-base" x1={0} x2={WIDTH} y1={BASE} y2={BASE} />
        <line className="scrubber-head" x1={at} x2={at} y1={3} y2={25} />
      </svg>
    </Slider>
  );
}

export function silhouette(planned: PlannedLoad, durationNs: number): string {
  const points = planned.points.filter(([ns]) => ns <= durationNs);
  const top = Math.max(...points.map(([, value]) => value));
  const [first] = points;
  const last = points.at(-1);
  if (first === undefined || last === undefined || top <= 0 || durationNs <= 0) return "";
  const x = (ns: number): string => ((ns / durationNs) * WIDTH).toFixed(1);
  const y = (value: number): string => (BASE - (value / top) * 15).toFixed(1);
  const line = points.map(([ns, value]) => `${x(ns)} ${y(value)}`).join("L");
  return `M${x(first[0])} ${BASE}L${line}L${x(last[0])} ${BASE}Z`;
}
