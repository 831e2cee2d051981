/** What limits the selected lane, by which law, and the experiment that would show it. */
import { instant } from "../format.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { edit } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { useView } from "../state/view-store.ts";
import { Button } from "../ui/button.tsx";
import { Tag } from "../ui/chip.tsx";
import { experimentFor, insightOf } from "./insight.ts";
import { useReadings } from "./readings.ts";

export function InsightCard() {
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  // Rendered with the readings, four times a second at most, not with every batch.
  useReadings((readings) => readings.lanes[selected]?.result);
  const document = useScenario((scenario) => scenario.document);
  const warmupNs = useRun((run) => run.warmupNs);
  const lane = runStore.getState().lanes[selected];
  const insight = lane && insightOf(lane);
  const experiment = lane && experimentFor(lane, document);
  if (insight === undefined) {
    return (
      <section className="insight" aria-label="Insight">
        <p className="insight-empty">
          {warmupNs > 0
            ? `Run past the warm-up, ${instant(warmupNs, 0)} s, to see a bottleneck.`
            : "Run for 5 s to see a bottleneck."}
        </p>
      </section>
    );
  }
  return (
    <section className="insight" aria-label="Insight">
      <p className="insight-lane">Insight · lane {letter}</p>
      <h3>{insight.title}</h3>
      <p className="insight-text">{insight.text}</p>
      <div className="insight-foot">
        {insight.law === "" ? <span /> : <Tag>{insight.law}</Tag>}
        {experiment && (
          <Button size="small" onPress={() => edit(experiment.path, experiment.value)}>
            {experiment.label}
          </Button>
        )}
      </div>
    </section>
  );
}
