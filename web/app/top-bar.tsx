/** The bar at the top: whose run it is, what drives it, and what concerns the page as a whole. */
import { instant, nanoseconds } from "../format.ts";
import { ShareButton } from "../share/share-button.tsx";
import { useRun } from "../state/run-store.ts";
import { useView, viewStore, type Dialog } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Clock } from "../transport/clock.tsx";
import { Scrubber } from "../transport/scrubber.tsx";
import { SpeedControl } from "../transport/speed-control.tsx";
import { TransportButtons } from "../transport/transport.tsx";
import { Button, IconButton } from "../ui/button.tsx";
import { Mark } from "../ui/icons.tsx";
import { toggleStage, toggleTheme } from "./theme.ts";
import { MoreMenu } from "./more-menu.tsx";
import { Title } from "./title.tsx";
import type { Layout } from "./use-layout.ts";

export function TopBar({ layout }: { layout: Layout }) {
  return (
    <header className="top-bar">
      <div className="top-start">
        {layout === "drawer" ? <DrawerButton /> : null}
        <span className="logo">
          <Mark />
          <span className="logo-word">Interleave</span>
        </span>
        <span className="top-slash" aria-hidden="true">
          /
        </span>
        <Title />
        <IconButton
          icon="info"
          label="About this scenario"
          testId={TEST_IDS.openAbout}
          onPress={() => show("about")}
        />
      </div>
      <div className="top-middle">
        <TransportButtons />
        <Clock />
        <Scrubber />
        <Duration />
        <SpeedControl />
      </div>
      <div className="top-end">
        <Button icon="list" testId={TEST_IDS.openScenarios} onPress={() => show("scenarios")}>
          <span className="top-word">Scenarios</span>
        </Button>
        <ShareButton compact={layout !== "wide"} />
        <ThemeButton />
        <IconButton
          icon="projector"
          label="Large, for a projector"
          keys="P"
          testId={TEST_IDS.openStage}
          onPress={toggleStage}
        />
        <IconButton
          icon="help"
          label="Help"
          keys="?"
          testId={TEST_IDS.help}
          onPress={() => show("help")}
        />
      </div>
    </header>
  );
}

/** The same on a phone: title, link, and everything else in a menu. */
export function PhoneBar() {
  return (
    <header className="phone-bar">
      <Title />
      <span className="phone-gap" />
      <ShareButton compact />
      <MoreMenu />
    </header>
  );
}

function ThemeButton() {
  const dark = useView((state) => state.theme === "dark");
  return (
    <IconButton
      icon={dark ? "sun" : "moon"}
      label={dark ? "Light theme" : "Dark theme"}
      keys="T"
      testId={TEST_IDS.theme}
      onPress={toggleTheme}
    />
  );
}

function DrawerButton() {
  const open = useView((state) => state.drawerOpen);
  return (
    <IconButton
      icon="edit"
      label={open ? "Close the scenario form" : "Edit the scenario"}
      keys="E"
      testId={TEST_IDS.openForm}
      onPress={() => viewStore.setState({ drawerOpen: !open })}
    />
  );
}

/** Of runs that are shorter than a tenth of a second the seconds would be 0. */
const SHORT_NS = 1e8;

function Duration() {
  const durationNs = useRun((state) => state.durationNs);
  const isShort = durationNs > 0 && durationNs < SHORT_NS;
  const seconds = `${instant(durationNs, durationNs < 1e10 ? 1 : 0)} s`;
  return <span className="top-duration">{isShort ? nanoseconds(durationNs) : seconds}</span>;
}

function show(dialog: Dialog): void {
  viewStore.setState({ dialog });
}
