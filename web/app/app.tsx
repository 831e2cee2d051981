/** The workbench: which parts are on screen, and where, in each of the four layouts. */
import { useEffect, type MouseEvent } from "react";
import { ScenarioForm } from "../editor/index.tsx";
import { JsonDialog } from "../editor/json-dialog.tsx";
import { ForkDialog } from "../fork/fork-dialog.tsx";
import { FlowView } from "../flow/index.tsx";
import { InsightCard, LaneTabs } from "../results/index.tsx";
import { AboutDialog } from "../scenarios/about-dialog.tsx";
import { ScenarioDialog } from "../scenarios/scenario-dialog.tsx";
import { ScheduleView } from "../schedule/index.tsx";
import { dismissNotice } from "../state/scenario-actions.ts";
import { useScenario } from "../state/scenario-store.ts";
import { closeInspector, useView, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Inspector } from "../inspector/index.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { NarrowApp } from "./narrow-app.tsx";
import { ResultsColumn } from "./results-column.tsx";
import { startShortcuts } from "./shortcuts.ts";
import { Splitter } from "./splitter.tsx";
import { Stage } from "./stage.tsx";
import { StatusBar } from "./status-bar.tsx";
import { TopBar } from "./top-bar.tsx";
import { useLayout, type Layout } from "./use-layout.ts";
import "./app.css";

export function App() {
  const layout = useLayout();
  const stage = useView((state) => state.density === "stage");
  useEffect(startShortcuts, []);
  return (
    <>
      <a className="skip-link" href="#results" onClick={skipToResults}>
        Skip to the results
      </a>
      {stage ? (
        <Stage />
      ) : layout === "wide" || layout === "drawer" ? (
        <Workbench layout={layout} />
      ) : (
        <NarrowApp layout={layout} />
      )}
      <Notice />
      <Dialogs />
    </>
  );
}

/** Without the address: what follows its # is the scenario. */
function skipToResults(event: MouseEvent): void {
  event.preventDefault();
  document.getElementById("results")?.focus();
}

function Workbench({ layout }: { layout: Layout }) {
  const page = useView((state) => state.page);
  const expanded = useView((state) => state.expanded);
  if (page === "inspector") return <InspectorPage layout={layout} />;
  return (
    <div className="app" data-layout={layout} data-expanded={expanded} data-testid={TEST_IDS.app}>
      <TopBar layout={layout} />
      {layout === "wide" ? (
        <div className="app-left">
          <ScenarioForm />
        </div>
      ) : (
        <Drawer />
      )}
      <Centre />
      <aside className="app-right" id="results" tabIndex={-1} aria-label="Results">
        <ResultsColumn />
        <InsightCard folds />
      </aside>
      <StatusBar layout={layout} />
    </div>
  );
}

/** The whole width for single requests; lanes and clock stay at hand. */
function InspectorPage({ layout }: { layout: Layout }) {
  return (
    <div className="app" data-layout={layout} data-page="inspector" data-testid={TEST_IDS.app}>
      <TopBar layout={layout} />
      <div className="inspector-bar">
        <Button icon="back" look="ghost" size="small" onPress={closeInspector}>
          Workbench
        </Button>
        <LaneTabs />
      </div>
      <main className="inspector-page" id="results" tabIndex={-1}>
        <Inspector />
      </main>
      <StatusBar layout={layout} />
    </div>
  );
}

function Centre() {
  const flowSplit = useView((state) => state.flowSplit);
  const expanded = useView((state) => state.expanded);
  return (
    <main
      className="app-centre"
      data-expanded={expanded}
      style={{ ["--flow-h" as string]: `${flowSplit}px` }}
    >
      <LaneTabs />
      {expanded !== "schedule" && <FlowView />}
      {expanded === undefined && <Splitter />}
      {expanded !== "flow" && <ScheduleView />}
    </main>
  );
}

/** Not modal: what an edit does to the run shows beside the form. */
function Drawer() {
  const open = useView((state) => state.drawerOpen);
  if (!open) return null;
  return (
    <aside className="app-drawer" aria-label="Edit the scenario">
      <div className="drawer-head">
        <span className="caps">Scenario</span>
        <IconButton
          icon="close"
          size="small"
          label="Close the scenario form"
          onPress={() => viewStore.setState({ drawerOpen: false })}
        />
      </div>
      <ScenarioForm />
    </aside>
  );
}

function Notice() {
  const notice = useScenario((state) => state.notice);
  if (notice === undefined) return null;
  return (
    <div className="notice" role="alert" data-testid={TEST_IDS.notice}>
      <p>{notice}</p>
      <IconButton icon="close" size="small" label="Dismiss" onPress={dismissNotice} />
    </div>
  );
}

function Dialogs() {
  const dialog = useView((state) => state.dialog);
  const close = (): void => viewStore.setState({ dialog: undefined });
  switch (dialog) {
    case "scenarios":
      return <ScenarioDialog onClose={close} />;
    case "about":
      return <AboutDialog onClose={close} />;
    case "help":
      return <HelpDialog onClose={close} />;
    case "fork":
      return <ForkDialog onClose={close} />;
    case "json":
      return <JsonDialog onClose={close} />;
    case undefined:
      return null;
  }
}
