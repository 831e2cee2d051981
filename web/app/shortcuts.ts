/**
 * Single-key shortcuts: off inside inputs and dialogs, off altogether where the user says so, and
 * never together with Ctrl, Alt or Meta, which belong to the browser.
 */
import { pickNext } from "../inspector/inspector-store.ts";
import { conductor } from "../state/conductor.ts";
import { runStore } from "../state/run-store.ts";
import {
  closeInspector,
  openInspector,
  selectLane,
  selectPlace,
  toggleLane,
  viewStore,
} from "../state/view-store.ts";
import { changeSpeed } from "../transport/speed-control.tsx";
import {
  moveClock,
  openFork,
  stepSelectedLane,
  stepSelectedLaneBack,
  stepSelectedRequest,
} from "../transport/transport.tsx";
import { toggleStage, toggleTheme } from "./theme.ts";
import { currentLayout } from "./use-layout.ts";

export const TITLE_ID = "scenario-title";

export interface Shortcut {
  readonly keys: readonly string[];
  readonly does: string;
}

/** What the help lists; the schedule handles its own keys. */
export const SHORTCUTS: readonly Shortcut[] = [
  { keys: ["Space"], does: "play or pause" },
  { keys: [".", ","], does: "one event of the selected lane forth, back" },
  { keys: ["Shift .", "Shift ,"], does: "one millisecond forth, back" },
  { keys: ["R"], does: "restart" },
  { keys: ["Shift F"], does: "fork from here: one lane with two futures" },
  { keys: ["[", "]"], does: "slower, faster" },
  { keys: ["1", "2", "3", "4"], does: "select a lane" },
  { keys: ["Shift 1", "Shift 4"], does: "hide or show a lane in the charts" },
  { keys: ["E"], does: "edit the title, or open the scenario form where it is a drawer" },
  { keys: ["/"], does: "find a scenario" },
  { keys: ["I"], does: "the request inspector, and back" },
  {
    keys: ["J", "K"],
    does: "in the inspector the request before, the next one; else to where one ended, where one ends",
  },
  { keys: ["←", "→", "↑", "↓"], does: "choose cells of the heatmap, with Shift more of them" },
  {
    keys: ["←", "→", "Home", "End"],
    does: "on a chart the crosshair by one sample, with Shift by ten, to either end",
  },
  { keys: ["↑", "↓"], does: "on a chart to the one above, below" },
  { keys: ["Enter"], does: "on a chart takes all views to the crosshair, as a double click does" },
  { keys: ["T"], does: "light or dark" },
  { keys: ["P"], does: "large, for a projector, and back" },
  { keys: ["?"], does: "this list" },
  { keys: ["Esc"], does: "close what is open" },
];

export function startShortcuts(): () => void {
  document.addEventListener("keydown", onKeyDown);
  return () => document.removeEventListener("keydown", onKeyDown);
}

const PRESSED_BY_SPACE =
  "button, summary, a, [type=checkbox], [role=tab], [role=button], [role=switch]";

const ACTIONS: Readonly<Record<string, () => void>> = {
  ".": stepSelectedLane,
  ",": stepSelectedLaneBack,
  r: () => conductor.restart(),
  "[": () => changeSpeed(-1),
  "]": () => changeSpeed(1),
  t: toggleTheme,
  p: toggleStage,
  i: toggleInspector,
  j: () => whereRequestsAre(-1),
  k: () => whereRequestsAre(1),
  e: editScenario,
  "/": () => viewStore.setState({ dialog: "scenarios" }),
  "?": () => viewStore.setState({ dialog: "help" }),
};

function onKeyDown(event: KeyboardEvent): void {
  const { shortcuts, dialog } = viewStore.getState();
  if (event.key === "Escape") goUp();
  if (!shortcuts || dialog !== undefined || event.defaultPrevented) return;
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return;
  const { target } = event;
  if (target instanceof Element && isTyping(target)) return;
  if (event.key === " ") {
    // On a control, Space presses it.
    if (target instanceof Element && target.closest(PRESSED_BY_SPACE) !== null) return;
    event.preventDefault();
    conductor.toggle();
    return;
  }
  const action = laneKey(event) ?? clockKey(event) ?? ACTIONS[event.key.toLowerCase()];
  if (action === undefined) return;
  event.preventDefault();
  action();
}

/** Escape leads one level up; a dialog closes by itself. */
function goUp(): void {
  const { dialog, drawerOpen, density, expanded, page, selectedPlace } = viewStore.getState();
  if (dialog !== undefined) return;
  if (selectedPlace !== undefined && page !== "inspector") selectPlace(undefined);
  else if (density === "stage" && expanded === "flow") viewStore.setState({ expanded: undefined });
  else if (density === "stage") toggleStage();
  else if (drawerOpen) viewStore.setState({ drawerOpen: false });
  else if (page === "inspector") closeInspector();
  else if (expanded !== undefined) viewStore.setState({ expanded: undefined });
}

function toggleInspector(): void {
  if (viewStore.getState().page === "inspector") closeInspector();
  else openInspector();
}

function whereRequestsAre(by: -1 | 1): void {
  if (viewStore.getState().page === "inspector") pickNext(by);
  else stepSelectedRequest(by);
}

function laneKey(event: KeyboardEvent): (() => void) | undefined {
  const digit = /^Digit([1-6])$/.exec(event.code)?.[1];
  const index = Number(digit) - 1;
  if (digit === undefined || index >= runStore.getState().lanes.length) return undefined;
  return () => (event.shiftKey ? toggleLane(index) : selectLane(index));
}

/** Shift makes other characters of these keys, and which ones depends on the keyboard. */
function clockKey(event: KeyboardEvent): (() => void) | undefined {
  if (!event.shiftKey) return undefined;
  if (event.code === "KeyF") return openFork;
  if (event.code === "Period") return () => moveClock(1);
  return event.code === "Comma" ? () => moveClock(-1) : undefined;
}

function isTyping(target: Element): boolean {
  if (target.closest("[role=dialog], [role=menu], [role=listbox]") !== null) return true;
  if (target instanceof HTMLInputElement) return !["range", "checkbox"].includes(target.type);
  return target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

function editScenario(): void {
  if (currentLayout() === "drawer") {
    viewStore.setState({ drawerOpen: !viewStore.getState().drawerOpen });
    return;
  }
  document.getElementById(TITLE_ID)?.focus();
}
