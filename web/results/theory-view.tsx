/** A textbook lane beside theory: the exact curve with this run on it, and the figures. */
import type { LaneResult, Textbook } from "../../engine/api.ts";
import { duration, number, rate } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Plot } from "./plot.tsx";
import { compareWithTheory } from "./theory.ts";

interface TheoryProps {
  readonly lane: LaneRun;
  readonly textbook: Textbook;
}

export function Theory({ lane, textbook }: TheoryProps) {
  const { result } = lane;
  if (result === undefined) return null;
  return (
    <div data-lane={lane.letter} data-testid={TEST_IDS.theory}>
      <ExactCurve textbook={textbook} result={result} />
      <table className="theory">
        <thead>
          <tr>
            <th scope="col">{textbook.queue}</th>
            <th scope="col">{textbook.isLimit ? "limit" : "exact"}</th>
            <th scope="col">this run</th>
            <th scope="col">error</th>
          </tr>
        </thead>
        <tbody>
          {compareWithTheory(textbook.exact, result).map((row) => (
            <tr key={row.name}>
              <th scope="row">{row.name}</th>
              <td>{row.exact}</td>
              <td>{row.simulated}</td>
              <td>{row.error}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function ExactCurve({ textbook, result }: { textbook: Textbook; result: LaneResult }) {
  const { curve, load, exact, queue } = textbook;
  const unit = curve.unit === "rate" ? "arrivals per second" : "users";
  const at = curve.unit === "rate" ? rate(load) : `${number(load)} users`;
  return (
    <Plot
      curves={[{ name: queue, look: "theory", points: curve.points.map(([x, mean]) => [x, mean]) }]}
      marks={[{ x: load, y: result.latencyMs.mean, interval: result.confidence.meanMs }]}
      x={unit}
      y="mean, ms: curve exact, point this run"
      logarithmic
      label={`Mean latency of ${queue} over ${unit}: exactly ${duration(exact.meanMs)} at ${at}, ${duration(result.latencyMs.mean)} in this run.`}
    />
  );
}
