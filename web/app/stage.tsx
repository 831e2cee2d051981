/** The workbench for an audience: one flow, one chart, one sentence, all large. */
import { StageChart } from "../charts/index.tsx";
import { FlowView } from "../flow/index.tsx";
import { InsightCard, LaneTabs } from "../results/index.tsx";
import { useScenario } from "../state/scenario-store.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Clock } from "../transport/clock.tsx";
import { Scrubber } from "../transport/scrubber.tsx";
import { SpeedMenu } from "../transport/speed-control.tsx";
import { TransportButtons } from "../transport/transport.tsx";
import { IconButton } from "../ui/button.tsx";
import { QuietStatus } from "./status-bar.tsx";
import { toggleStage } from "./theme.ts";
import "./stage.css";

export function Stage() {
  const name = useScenario((state) => state.document?.name);
  const expanded = useView((state) => state.expanded);
  return (
    <div className="stage" data-expanded={expanded} data-testid={TEST_IDS.stage}>
      <header className="stage-head">
        <h1 title={name}>{name ?? "Untitled scenario"}</h1>
        <IconButton
          icon="close"
          label="Leave the projector view"
          keys="Esc"
          testId={TEST_IDS.leaveStage}
          onPress={toggleStage}
        />
      </header>
      <main className="stage-main">
        <LaneTabs />
        <FlowView />
      </main>
      <aside className="stage-results" id="results" tabIndex={-1} aria-label="Results">
        <InsightCard />
        <StageChart />
      </aside>
      <section className="stage-transport" aria-label="Transport">
        <TransportButtons />
        <Clock />
        <Scrubber />
        <SpeedMenu />
      </section>
      <QuietStatus />
    </div>
  );
}
