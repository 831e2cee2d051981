/** The result document of a run, put together from the results of its lanes. */
import type { LaneResult, RunResult, Scenario } from "./api.ts";
import { combine } from "./measure/digest.ts";
import { DEFAULTS } from "./scenario/defaults.ts";
import { ENGINE_VERSION } from "./version.ts";

/** `lanes` in the order of the scenario; the digest covers exactly these. */
export function runResult(scenario: Scenario, lanes: readonly LaneResult[]): RunResult {
  return {
    scenario: scenario.name,
    version: scenario.version,
    seed: scenario.seed ?? DEFAULTS.seed,
    engine: ENGINE_VERSION,
    digest: combine(lanes.map((lane) => lane.digest)),
    lanes,
  };
}
