/** What the user looks at: nothing in here changes a run. */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { RequestName } from "../../engine/api.ts";

export type Theme = "light" | "dark";
export type Density = "regular" | "stage";
export type Tab = "summary" | "flow" | "schedule" | "scenario";
export type Page = "workbench" | "inspector";
export type Dialog = "scenarios" | "about" | "help" | "json" | "fork";

/** What the schedule is to bring on screen: a stretch of time, and maybe a request to follow. */
export interface ScheduleFocus {
  readonly fromNs: number;
  readonly toNs: number;
  readonly request?: RequestName;
}

/** Requests that ended within a stretch of time (ns) and took between two latencies (ns). */
export interface CellSpan {
  readonly fromNs: number;
  readonly toNs: number;
  readonly fastestNs: number;
  readonly slowestNs: number;
}

export interface ViewState {
  readonly selectedLane: number;
  /** Indices of lanes that charts leave out. */
  readonly hiddenLanes: readonly number[];
  readonly theme: Theme;
  readonly density: Density;
  /** Virtual instant under the pointer, shared by charts and schedule; undefined: none. */
  readonly crosshairNs: number | undefined;
  /** Last wish of another view; a new object each time, so that the same wish counts twice. */
  readonly scheduleFocus: ScheduleFocus | undefined;
  /** The request that the inspector shows. */
  readonly request: RequestName | undefined;
  /** Of which requests the inspector lists, and of which lane; undefined: all of the run. */
  readonly cell: { readonly lane: number; readonly span: CellSpan } | undefined;
  /** Name of the place (`Place.name`) that the flow marks and tells about. */
  readonly selectedPlace: string | undefined;
  /** The view that has the workbench to itself; undefined: all share it. */
  readonly expanded: "flow" | "schedule" | undefined;
  /** Height of the flow view in CSS pixels; the schedule takes the rest. */
  readonly flowSplit: number;
  /** Whether the insight shows more than its title; undefined: as the window has room. */
  readonly insightOpen: boolean | undefined;
  /** Which part is on screen where one column is all there is room for. */
  readonly tab: Tab;
  /** The scenario form as a drawer, where it has no column of its own. */
  readonly drawerOpen: boolean;
  readonly dialog: Dialog | undefined;
  /** The run was going on when a fork was asked for. */
  readonly forkPlaysOn: boolean;
  readonly page: Page;
  /** Single-key shortcuts (WCAG 2.1.4 asks for a switch). */
  readonly shortcuts: boolean;
}

const FLOW_SPLIT_DEFAULT = 296;

export const viewStore = createStore<ViewState>(() => ({
  selectedLane: 0,
  hiddenLanes: [],
  theme: "light",
  density: "regular",
  crosshairNs: undefined,
  scheduleFocus: undefined,
  request: undefined,
  cell: undefined,
  selectedPlace: undefined,
  expanded: undefined,
  flowSplit: FLOW_SPLIT_DEFAULT,
  insightOpen: undefined,
  tab: "summary",
  drawerOpen: false,
  dialog: undefined,
  forkPlaysOn: false,
  page: "workbench",
  shortcuts: true,
}));

export function useView<T>(selector: (state: ViewState) => T): T {
  return useStore(viewStore, selector);
}

/** The cell that is chosen on the lane that is looked at. */
export function chosenCell({ cell, selectedLane }: ViewState): CellSpan | undefined {
  return cell?.lane === selectedLane ? cell.span : undefined;
}

export function selectLane(index: number): void {
  viewStore.setState({ selectedLane: index });
}

/** Hides a lane from the charts, or shows it again. */
export function toggleLane(index: number): void {
  const { hiddenLanes } = viewStore.getState();
  viewStore.setState({
    hiddenLanes: hiddenLanes.includes(index)
      ? hiddenLanes.filter((hidden) => hidden !== index)
      : [...hiddenLanes, index],
  });
}

/** Gives a view the whole workbench, or takes it back. */
export function toggleExpanded(view: "flow" | "schedule"): void {
  const { expanded } = viewStore.getState();
  viewStore.setState({ expanded: expanded === view ? undefined : view });
}

/** Brings the workbench's schedule to a stretch of time, whichever page is open. */
export function showInSchedule(focus: ScheduleFocus): void {
  const { expanded } = viewStore.getState();
  viewStore.setState({
    page: "workbench",
    tab: "schedule",
    expanded: expanded === "flow" ? undefined : expanded,
    scheduleFocus: { ...focus },
  });
}

/** Marks a place in the flow and opens what is known of it; undefined closes that. */
export function selectPlace(name: string | undefined): void {
  const { expanded } = viewStore.getState();
  const hidden = name !== undefined && expanded === "schedule";
  viewStore.setState({ selectedPlace: name, ...(hidden ? { expanded: undefined } : {}) });
}

/** `playOn`: whether the run is to go on by itself with the fork. */
export function openForkDialog(playOn: boolean): void {
  viewStore.setState({ dialog: "fork", forkPlaysOn: playOn });
}

export function openInspector(): void {
  viewStore.setState({ page: "inspector" });
}

export function closeInspector(): void {
  viewStore.setState({ page: "workbench" });
}
