/** One column: a bar of tabs at the bottom says which part of the workbench is on screen. */
import { ChartColumn, PhoneCharts } from "../charts/index.tsx";
import { ScenarioForm } from "../editor/index.tsx";
import { FlowView, PhoneFlow } from "../flow/index.tsx";
import { ComparisonTable, InsightCard, LaneTabs } from "../results/index.tsx";
import { ScheduleView } from "../schedule/index.tsx";
import { closeInspector, useView, viewStore, type Tab } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { ShortClock } from "../transport/clock.tsx";
import { Scrubber } from "../transport/scrubber.tsx";
import { SpeedMenu } from "../transport/speed-control.tsx";
import { PlayButton } from "../transport/transport.tsx";
import { Inspector } from "../inspector/index.tsx";
import { Button } from "../ui/button.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { QuietStatus, StatusBar } from "./status-bar.tsx";
import { PhoneBar, TopBar } from "./top-bar.tsx";
import type { Layout } from "./use-layout.ts";

const TABS: readonly (readonly [tab: Tab, label: string, icon: IconName])[] = [
  ["summary", "Summary", "list"],
  ["flow", "Flow", "flow"],
  ["schedule", "Schedule", "bars"],
  ["scenario", "Scenario", "edit"],
];

export function NarrowApp({ layout }: { layout: Layout }) {
  const tab = useView((state) => state.tab);
  const page = useView((state) => state.page);
  const phone = layout === "phone";
  return (
    <div className="narrow" data-layout={layout} data-tab={tab} data-testid={TEST_IDS.app}>
      {phone ? <PhoneBar /> : <TopBar layout={layout} />}
      <main className="narrow-main" id="results" tabIndex={-1}>
        {page === "inspector" ? (
          <>
            <Button icon="back" look="ghost" onPress={closeInspector}>
              Workbench
            </Button>
            <LaneTabs />
            <Inspector />
          </>
        ) : tab === "scenario" ? (
          <ScenarioForm />
        ) : (
          <>
            <LaneTabs />
            <Part tab={tab} phone={phone} />
          </>
        )}
      </main>
      {phone ? <PhoneTransport /> : null}
      <TabBar tab={tab} />
      {phone ? <QuietStatus /> : <StatusBar layout={layout} />}
    </div>
  );
}

function Part({ tab, phone }: { tab: Exclude<Tab, "scenario">; phone: boolean }) {
  switch (tab) {
    case "summary":
      return <Summary phone={phone} />;
    case "flow":
      return (
        <div className="narrow-flow">
          <FlowView />
        </div>
      );
    case "schedule":
      return (
        <div className="narrow-schedule">
          <ScheduleView />
        </div>
      );
  }
}

function Summary({ phone }: { phone: boolean }) {
  return (
    <>
      <h2 className="visually-hidden">Summary</h2>
      <InsightCard />
      {phone ? <PhoneFlow /> : null}
      <div className="narrow-charts">{phone ? <PhoneCharts /> : <ChartColumn twoUp />}</div>
      <div className="narrow-table">
        <ComparisonTable />
      </div>
    </>
  );
}

function PhoneTransport() {
  return (
    <section className="phone-transport" aria-label="Transport">
      <PlayButton look="ghost" />
      <Scrubber />
      <ShortClock />
      <SpeedMenu />
    </section>
  );
}

function TabBar({ tab }: { tab: Tab }) {
  return (
    <nav className="tab-bar" aria-label="Parts" data-testid={TEST_IDS.tabBar}>
      {TABS.map(([name, label, icon]) => (
        <button
          key={name}
          type="button"
          aria-current={tab === name ? "page" : undefined}
          onClick={() => viewStore.setState({ tab: name, page: "workbench" })}
        >
          <Icon name={icon} size={18} />
          {label}
        </button>
      ))}
    </nav>
  );
}
