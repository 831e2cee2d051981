/** The scenario form: everything about a run that can be changed without writing JSON. */
import { instant } from "../format.ts";
import { applyFromHere, forgetEdits } from "../state/from-here.ts";
import { describeProblem } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { LanesSection } from "./lanes-form.tsx";
import { LoadSection } from "./load-form.tsx";
import {
  ChannelsSection,
  LocksSection,
  MachineSection,
  PoolsSection,
  RunSection,
  SloSection,
} from "./other-sections.tsx";
import { ProgramSection } from "./program-form.tsx";
import "./editor.css";

export function ScenarioForm() {
  return (
    <form
      className="editor"
      aria-label="Scenario"
      data-testid={TEST_IDS.form}
      onSubmit={(event) => event.preventDefault()}
    >
      <ProblemList />
      <FromHereBar />
      <LoadSection />
      <ProgramSection />
      <PoolsSection />
      <LocksSection />
      <ChannelsSection />
      <MachineSection />
      <LanesSection />
      <SloSection />
      <RunSection />
      <div className="editor-section editor-json">
        <Button
          look="ghost"
          size="small"
          icon="code"
          testId={TEST_IDS.openJson}
          onPress={() => viewStore.setState({ dialog: "json" })}
        >
          Edit as JSON
        </Button>
      </div>
    </form>
  );
}

/** An edit has started the run again; it may as well hold from the moment at which it was made. */
function FromHereBar() {
  const offer = useScenario((state) => state.fromHere);
  if (offer === undefined) return null;
  return (
    <div className="editor-from-here" role="status" data-testid={TEST_IDS.fromHere}>
      <span>The run has started again.</span>
      <Button
        size="small"
        icon="fork"
        testId={TEST_IDS.applyFromHere}
        onPress={() => void applyFromHere()}
      >
        Apply from {instant(offer.atNs, 3)} s instead
      </Button>
      <IconButton icon="close" size="small" label="Keep the new start" onPress={forgetEdits} />
    </div>
  );
}

/** Says at the top that the run on the screen is not the draft below. */
function ProblemList() {
  const problems = useScenario((state) => state.draftProblems);
  if (problems.length === 0) return null;
  return (
    <div className="editor-problems" data-testid={TEST_IDS.problems}>
      <p>The last valid version keeps running.</p>
      <ul>
        {problems.slice(0, 5).map((problem) => (
          <li key={describeProblem(problem)}>{describeProblem(problem)}</li>
        ))}
      </ul>
    </div>
  );
}
