/** The planned load to draw for the scenario as a whole. */
import type { LaneRun } from "./lane-run.ts";
import { useRun } from "./run-store.ts";
import { useScenario, type ScenarioState } from "./scenario-store.ts";

/** The first lane under the common load; where every lane has a load of its own, the first. */
const laneUnderCommonLoad = ({ document }: ScenarioState): number =>
  Math.max(0, document?.lanes.findIndex((lane) => lane.overrides?.load === undefined) ?? 0);

export function usePlannedLoad(): LaneRun["planned"] {
  const lane = useScenario(laneUnderCommonLoad);
  return useRun((state) => state.lanes[lane]?.planned);
}
