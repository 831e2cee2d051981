/** On a phone: what has no room in the bars, first what concerns the run, then the page. */
import {
  Button as AriaButton,
  Header,
  Menu,
  MenuItem,
  MenuSection,
  MenuTrigger,
  Popover,
  Text,
} from "react-aria-components";
import { conductor } from "../state/conductor.ts";
import { useRun } from "../state/run-store.ts";
import { viewStore, type Dialog } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import {
  forkObstacle,
  futureObstacle,
  openFork,
  pastObstacle,
  stepSelectedLane,
  stepSelectedLaneBack,
} from "../transport/transport.tsx";
import { Icon, type IconName } from "../ui/icons.tsx";
import { toggleTheme } from "./theme.ts";

export function MoreMenu() {
  const noPast = useRun(pastObstacle);
  const noFuture = useRun(futureObstacle);
  const noFork = useRun(forkObstacle);
  return (
    <MenuTrigger>
      <AriaButton
        className="button button-ghost button-icon"
        aria-label="More"
        data-testid={TEST_IDS.more}
      >
        <Icon name="more" />
      </AriaButton>
      <Popover className="menu-popover" placement="bottom end">
        <Menu className="menu">
          <MenuSection className="menu-section">
            <Header className="caps">Run</Header>
            <Item icon="fork" off={noFork} onAction={openFork}>
              Fork from here
            </Item>
            <Item icon="step" off={noFuture} onAction={stepSelectedLane}>
              One event on
            </Item>
            <Item icon="stepBack" off={noPast} onAction={stepSelectedLaneBack}>
              One event back
            </Item>
            <Item icon="toEnd" off={noFuture} onAction={() => conductor.seek(Infinity)}>
              To the end
            </Item>
            <Item icon="restart" onAction={() => conductor.restart()}>
              Restart
            </Item>
          </MenuSection>
          <MenuSection className="menu-section">
            <Header className="caps">Page</Header>
            <Item icon="list" onAction={() => show("scenarios")}>
              Scenarios
            </Item>
            <Item icon="info" onAction={() => show("about")}>
              About this scenario
            </Item>
            <Item icon="moon" onAction={toggleTheme}>
              Light or dark
            </Item>
            <Item icon="help" onAction={() => show("help")}>
              Help
            </Item>
          </MenuSection>
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}

interface ItemProps {
  readonly icon: IconName;
  readonly children: string;
  /** Why it can do nothing now. */
  readonly off?: string | undefined;
  readonly onAction: () => void;
}

function Item({ icon, children, off, onAction }: ItemProps) {
  return (
    <MenuItem
      className="menu-item"
      textValue={children}
      isDisabled={off !== undefined}
      onAction={onAction}
    >
      <Icon name={icon} />
      <span>
        <Text slot="label">{children}</Text>
        {off !== undefined && (
          <Text slot="description" className="menu-why">
            {off}
          </Text>
        )}
      </span>
    </MenuItem>
  );
}

function show(dialog: Dialog): void {
  viewStore.setState({ dialog });
}
