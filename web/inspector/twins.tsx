/** The same request on the other lanes: same arrival, same demands, one scale for all of them. */
import type { Waterfall } from "../../engine/api.ts";
import { instant, milliseconds, nanoseconds } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { useRun } from "../state/run-store.ts";
import { selectLane } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { LaneChip } from "../ui/chip.tsx";
import { endWord } from "./fall-model.ts";
import { useInspected } from "./inspector-store.ts";
import { StayBar } from "./stay-bar.tsx";
import { barOfStays, took } from "./stay-state.ts";

export function Twins({ lane }: { readonly lane: number }) {
  const falls = useInspected((inspected) => inspected.falls);
  const lanes = useRun((run) => run.lanes);
  const others = lanes.filter(({ index }) => index !== lane);
  if (others.length === 0 || falls.length === 0) return undefined;
  const shown = others.flatMap(({ index }) => falls[index]?.request ?? []);
  const scale = Math.max(1, ...shown.map(took));
  return (
    <>
      <h3 className="caps">
        Same arrival, other lanes <small>scale 0 to {nanoseconds(scale)}</small>
      </h3>
      <ul className="twins" data-testid={TEST_IDS.twins}>
        {others.map((other) => (
          <Twin key={other.letter} lane={other} fall={falls[other.index]} scale={scale} />
        ))}
      </ul>
    </>
  );
}

interface TwinProps {
  readonly lane: LaneRun;
  readonly fall: Waterfall | undefined;
  /** ns */
  readonly scale: number;
}

function Twin({ lane, fall, scale }: TwinProps) {
  return (
    <li>
      <button
        type="button"
        title={
          fall ? `${lane.name}: look at it there` : `Lane ${lane.letter} has not come to it yet`
        }
        disabled={fall === undefined}
        onClick={() => selectLane(lane.index)}
      >
        <LaneChip letter={lane.letter} />
        <span className="visually-hidden">Lane {lane.letter}: </span>
        {fall === undefined ? (
          <span className="inspector-hint">not begun by now</span>
        ) : (
          <Fate fall={fall} lane={lane} scale={scale} />
        )}
      </button>
    </li>
  );
}

/** A bar of what it did; of one that failed in no time there is none to draw. */
function Fate({ fall, lane, scale }: Omit<TwinProps, "fall"> & { readonly fall: Waterfall }) {
  const { request, stays } = fall;
  const failed = request.outcome !== "completed" && request.outcome !== "open";
  const latency = took(request);
  return (
    <>
      <span className="request-bar">
        {latency > 0 && (
          <StayBar
            parts={barOfStays(stays, request, lane.topology)}
            of={latency / scale}
            isOpen={request.outcome === "open"}
          />
        )}
        {failed && (
          <em className="failed-pill">
            {endWord(request.outcome)} at {instant(request.endedNs)} s
          </em>
        )}
      </span>
      <b>{milliseconds(latency)}</b>
    </>
  );
}
