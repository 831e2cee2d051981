/** All estimates over replications: the mean of every lane, and what it has over the first. */
import type { ReplicatedLane, ReplicatedMetric } from "../../engine/api.ts";
import { THIN, bytes, duration, percent, rate } from "../format.ts";
import { LANE_LETTERS } from "../state/lane-run.ts";
import { TEST_IDS } from "../test-ids.ts";
import { LaneChip } from "../ui/chip.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { intervalText, significanceOf } from "./significance.ts";

interface ReplicationsDialogProps {
  readonly lanes: readonly ReplicatedLane[];
  readonly count: number;
  readonly onClose: () => void;
}

const ROWS: readonly (readonly [ReplicatedMetric, string, (value: number) => string])[] = [
  ["throughput", "Throughput", rate],
  ["meanMs", "Mean", duration],
  ["p50Ms", "p50", duration],
  ["p99Ms", "p99", duration],
  ["errorRate", "Errors", percent],
  ["memoryBytes", "Memory", bytes],
  ["cpu", "CPU", percent],
  ["switches", "Switches", rate],
];

export function ReplicationsDialog({ lanes, count, onClose }: ReplicationsDialogProps) {
  return (
    <Dialog
      title={`${count} replications`}
      width="wide"
      onClose={onClose}
      testId={TEST_IDS.replicationsDialog}
    >
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, by keys too */}
      <div className="dialog-body" tabIndex={0} role="group" aria-label="Intervals">
        <p>
          The same scenario with {count} other seeds. Each mean stands with its 95{THIN}% confidence
          interval (Student’s t); below it what the lane has over lane A, from the differences
          replication by replication: lanes share their random numbers, so what they have in common
          drops out. Where an interval holds 0, the difference may be chance.
        </p>
        <table className="theory">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              {lanes.map((_, i) => (
                <th key={LANE_LETTERS[i]} scope="col">
                  <LaneChip letter={LANE_LETTERS[i] ?? "F"} />
                  <span className="visually-hidden">{LANE_LETTERS[i]}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {ROWS.map(([metric, name, write]) => (
              <tr key={metric}>
                <th scope="row">{name}</th>
                {lanes.map((lane, i) => (
                  <EstimateCell
                    key={LANE_LETTERS[i]}
                    lane={lane}
                    index={i}
                    metric={metric}
                    write={write}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </Dialog>
  );
}

interface EstimateCellProps {
  readonly lane: ReplicatedLane;
  readonly index: number;
  readonly metric: ReplicatedMetric;
  readonly write: (value: number) => string;
}

function EstimateCell({ lane, index, metric, write }: EstimateCellProps) {
  const { mean, low, high } = lane.means[metric];
  const significance = significanceOf(lane, index, metric, write);
  return (
    <td>
      {write(mean)}
      <small>{intervalText({ mean, low: Math.max(0, low), high }, write)}</small>
      {significance && <small data-known={significance.isKnown}>{significance.text}</small>}
    </td>
  );
}
