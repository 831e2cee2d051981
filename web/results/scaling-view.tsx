/** How a lane scales: throughput over users, the fitted law, and the bounds nothing can pass. */
import { useEffect } from "react";
import type { ScalabilityProgress } from "../../engine/api.ts";
import { THIN, duration, number, percent, rate } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { startScaling, useScaling } from "../state/scaling.ts";
import { useScenario } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { type Curve, Plot } from "./plot.tsx";

export function ScalingView({ lane }: { readonly lane: LaneRun }) {
  const document = useScenario((scenario) => scenario.document);
  const { progress, isOver } = useScaling();
  const { index } = lane;
  useEffect(
    () => (document === undefined ? undefined : startScaling(document, index)),
    [document, index],
  );
  if (progress === undefined || progress.levels.length === 0) {
    return <p>{isOver ? "This lane could not be run under few users." : "Trying one user."}</p>;
  }
  return (
    <div data-lane={lane.letter} data-testid={TEST_IDS.scaling} data-over={isOver}>
      <p>{fitText(lane.letter, progress, isOver)}</p>
      <ScalingPlot letter={lane.letter} progress={progress} />
      <ScalingTable progress={progress} />
    </div>
  );
}

/** "A scales with σ 3.1 % and κ 0.01 %: most throughput at 97 users." */
export function fitText(
  letter: string,
  { fit, bounds, levels, mostUsers }: ScalabilityProgress,
  isOver: boolean,
): string {
  const last = levels.at(-1)?.users ?? 0;
  const coming = isOver
    ? ""
    : ` Trying up to ${number(mostUsers)} users, at ${number(last)} so far.`;
  const bound =
    bounds.ceiling < Infinity && bounds.demandMs > 0
      ? ` Nothing passes min(N ÷ ${duration(bounds.demandMs)}, ${rate(bounds.ceiling)}).`
      : "";
  if (fit === undefined) return `Four levels are needed for a fit.${bound}${coming}`;
  const peak =
    fit.peakUsers === undefined || fit.peakUsers > 100 * last
      ? "throughput never falls again"
      : `throughput is highest at ${number(fit.peakUsers)} users and falls beyond`;
  return (
    `${letter}: one user gets ${rate(fit.lambda)}; contention σ = ${percent(fit.sigma)}, coherency ` +
    `κ = ${percent(fit.kappa)}; ${peak}. The law explains ${percent(fit.explained)} of the ` +
    `variance.${bound}${coming}`
  );
}

interface PartProps {
  readonly progress: ScalabilityProgress;
}

function ScalingPlot({ letter, progress }: PartProps & { readonly letter: string }) {
  const { levels, fitted = [], bounds } = progress;
  const most = levels.at(-1)?.users ?? 1;
  const isBounded = bounds.demandMs > 0 && bounds.ceiling < Infinity;
  const knee = (bounds.ceiling * bounds.demandMs) / 1000;
  const bound: readonly (readonly [number, number])[] = isBounded
    ? [
        [0, 0],
        [Math.min(knee, most), Math.min(bounds.ceiling, (most * 1000) / bounds.demandMs)],
        [most, Math.min(bounds.ceiling, (most * 1000) / bounds.demandMs)],
      ]
    : [];
  const curves: readonly Curve[] = [
    { name: "bounds", look: "bound", points: bound },
    { name: "law", look: "fit", points: fitted },
  ];
  const last = levels.at(-1);
  return (
    <Plot
      curves={curves.filter(({ points }) => points.length > 1)}
      marks={levels.map(({ users, throughput }) => ({ x: users, y: throughput }))}
      x="users who never think"
      y="requests per second: points runs, line fitted, dashes bounds"
      logarithmic={false}
      label={`Throughput of ${letter} over users, up to ${rate(last?.throughput ?? NaN)} at ${number(most)} users.`}
    />
  );
}

function ScalingTable({ progress: { levels, fitted } }: PartProps) {
  return (
    <table className="theory">
      <thead>
        <tr>
          <th scope="col">Users</th>
          <th scope="col">Throughput</th>
          <th scope="col">fitted</th>
          <th scope="col">Mean{THIN}latency</th>
        </tr>
      </thead>
      <tbody>
        {levels.map(({ users, throughput, meanMs }, i) => (
          <tr key={users}>
            <th scope="row">{number(users)}</th>
            <td>{rate(throughput)}</td>
            <td>{rate(fitted?.[i]?.[1] ?? NaN)}</td>
            <td>{duration(meanMs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
