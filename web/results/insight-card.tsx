/**
 * What limits the selected lane, by which law, and the experiment that shows it: tried in the
 * background as soon as the run stands still, so that its outcome can be read before it is applied.
 */
import { useEffect, useRef, useState } from "react";
import type { Scenario } from "../../engine/api.ts";
import { instant } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { edit } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { endTrial, isSameChange, tryOut, useTrial, type Change } from "../state/trial.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button } from "../ui/button.tsx";
import { showEvidence } from "./evidence.ts";
import { experimentFor, type Experiment } from "./experiment.ts";
import { FoldButton, useCalmHeight, useIsOpen } from "./fold.tsx";
import { type Insight, insightOf } from "./insight.ts";
import { LawDialog, LawTags } from "./law-dialog.tsx";
import type { LawId } from "./laws.ts";
import { outcomeText } from "./outcome.ts";
import { useReadings } from "./readings.ts";

interface InsightCardProps {
  /** Where room is short it folds to its title. */
  readonly folds?: boolean;
}

export function InsightCard({ folds = false }: InsightCardProps) {
  const card = useRef<HTMLElement>(null);
  const isOpen = useIsOpen(folds);
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  // Rendered with the readings, four times a second at most, not with every batch.
  useReadings((readings) => readings.lanes[selected]);
  const name = useScenario((scenario) => scenario.document?.name);
  const warmupNs = useRun((run) => run.warmupNs);
  const lane = runStore.getState().lanes[selected];
  const insight = lane && insightOf(lane);
  useCalmHeight(card, folds ? `${selected} ${isOpen} ${name}` : undefined);
  if (lane === undefined || insight === undefined) {
    return (
      <section ref={card} className="insight" aria-label="Insight">
        <p className="insight-empty">{nothingYet(lane, warmupNs)}</p>
      </section>
    );
  }
  return (
    <section ref={card} className="insight" aria-label="Insight" data-testid={TEST_IDS.insight}>
      <header className="insight-head">
        <p className="insight-lane">Insight · lane {letter}</p>
        {folds && <FoldButton isOpen={isOpen} />}
      </header>
      <h3>{insight.title}</h3>
      {isOpen && <Reasons lane={lane} insight={insight} />}
    </section>
  );
}

interface ReasonsProps {
  readonly lane: LaneRun;
  readonly insight: Insight;
}

/** Why the title is true, by which law, and what to try. */
function Reasons({ lane, insight }: ReasonsProps) {
  const document = useScenario((scenario) => scenario.document);
  const [law, setLaw] = useState<LawId>();
  const experiment = experimentFor(lane, document);
  const { place } = insight;
  return (
    <>
      <p className="insight-text">{insight.text}</p>
      {experiment && document && (
        <Outcome lane={lane} document={document} experiment={experiment} />
      )}
      <div className="insight-foot">
        <LawTags laws={cardLaws(insight)} onOpen={setLaw} />
        <span className="insight-actions">
          {place !== undefined && (
            <Button
              size="small"
              testId={TEST_IDS.showEvidence}
              onPress={() => showEvidence(lane.index, place)}
            >
              Show
            </Button>
          )}
          {experiment && (
            <Button size="small" onPress={() => edit(experiment.path, experiment.value)}>
              {experiment.label}
            </Button>
          )}
        </span>
      </div>
      {law && (
        <LawDialog
          law={law}
          others={insight.laws.filter((other) => other !== law)}
          here={insight.text}
          lane={lane}
          onOpen={setLaw}
          onClose={() => setLaw(undefined)}
        />
      )}
    </>
  );
}

/** One law has room on the card, and how the lane scales can be asked for beside it. */
function cardLaws({ laws, place }: Insight): readonly LawId[] {
  return place === undefined ? laws.slice(0, 1) : [...laws.slice(0, 1), "usl"];
}

function nothingYet(lane: LaneRun | undefined, warmupNs: number): string {
  const hasEnded = lane?.status === "stopped" || lane?.status === "finished";
  if (lane?.status === "rejected" || (hasEnded && lane.result !== undefined)) {
    return "This run ended before anything was measured.";
  }
  return warmupNs > 0
    ? `Run past the warm-up, ${instant(warmupNs, 0)} s, to see a bottleneck.`
    : "Run for 5 s to see a bottleneck.";
}

interface OutcomeProps {
  readonly lane: LaneRun;
  readonly document: Scenario;
  readonly experiment: Experiment;
}

/** Tries the experiment while the run stands at its end, and says what came out. */
function Outcome({ lane, document, experiment }: OutcomeProps) {
  const { path, value } = experiment;
  const isOver = lane.status === "finished";
  useEffect(() => {
    if (isOver) tryOut({ document, lane: lane.index, path, value });
    return isOver ? endTrial : undefined;
  }, [isOver, document, lane.index, path, value]);
  const trial = useTrial((state) => state);
  const change: Change = { document, lane: lane.index, path, value };
  if (!isOver || lane.result === undefined || !isSameChange(trial.change, change)) return undefined;
  const name = experiment.label.replace(/^Try /, "");
  if (trial.failure !== undefined) {
    return (
      <p className="insight-outcome" data-testid={TEST_IDS.outcome}>
        <b>{name}:</b> {trial.failure}
      </p>
    );
  }
  if (trial.result === undefined) {
    return (
      <p className="insight-outcome" data-busy>
        <span style={{ inlineSize: `${100 * trial.progress}%` }} />
        Trying it out
      </p>
    );
  }
  return (
    <p className="insight-outcome" data-testid={TEST_IDS.outcome}>
      <b>{name}:</b> {outcomeText(lane.result, trial.result)}
    </p>
  );
}
