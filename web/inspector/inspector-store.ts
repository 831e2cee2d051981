/**
 * What the inspector looks at: a cell of the picture, the requests in it, and one of them on every
 * lane. All of it is asked of the lanes' workers; nothing here feeds back into a run.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type {
  Outcome,
  RequestKind,
  RequestName,
  RequestPage,
  RequestQuery,
  RequestTimes,
  TesterComparison,
  Waterfall,
} from "../../engine/api.ts";
import { conductor } from "../state/conductor.ts";
import { type CellSpan, chosenCell, viewStore } from "../state/view-store.ts";

/** Which requests the list shows. */
export type Choice = "slowest" | "latest" | "failed" | "open";

/** How the latencies of all requests are drawn. */
export type PictureKind = "heatmap" | "histogram";

export type Failure = Exclude<Outcome, "completed">;

export interface Inspected {
  readonly picture: PictureKind;
  readonly choice: Choice;
  /** Of those that failed, these alone; undefined: all. */
  readonly failure: Failure | undefined;
  /** Class of the requests; undefined: all. */
  readonly request: string | undefined;
  /** The next click chooses all from the chosen cell to there. */
  readonly isWidening: boolean;
  readonly page: RequestPage | undefined;
  /** The cell whose requests `page` lists: that which is chosen, but for the time to load them. */
  readonly pageCell: CellSpan | undefined;
  /** By lane; undefined where the request is not (yet) to be had. */
  readonly falls: readonly (Waterfall | undefined)[];
  /** What the picked request did is being computed once more. */
  readonly isWatching: boolean;
  /** By lane, where the picture shows what the samples don't count; else undefined. */
  readonly times: readonly (RequestTimes | undefined)[] | undefined;
  /** Connections of the naive tester; undefined: nobody asks what it reports. */
  readonly connections: number | undefined;
  readonly comparison: TesterComparison | undefined;
}

const EVERYTHING = { fromNs: 0, toNs: Infinity, fastestNs: 0, slowestNs: Infinity };
const LISTED = 60;

export const inspectorStore = createStore<Inspected>(() => ({
  picture: "heatmap",
  choice: "slowest",
  failure: undefined,
  request: undefined,
  isWidening: false,
  page: undefined,
  pageCell: undefined,
  falls: [],
  isWatching: false,
  times: undefined,
  connections: undefined,
  comparison: undefined,
}));

export function useInspected<T>(selector: (inspected: Inspected) => T): T {
  return useStore(inspectorStore, selector);
}

// ---- Choosing -----------------------------------------------------------------------------------

export function choose(choice: Choice, failure?: Failure): void {
  inspectorStore.setState({ choice, failure });
  forgetCell();
  void refresh(true);
}

export function chooseRequests(request: string | undefined): void {
  inspectorStore.setState({ request });
  forgetCell();
  void refresh(true);
}

export function showPicture(picture: PictureKind): void {
  inspectorStore.setState({ picture });
  void refresh(false);
}

/** On the lane that is looked at; undefined: all of its requests. */
export function selectCell(span: CellSpan | undefined): void {
  const { choice } = inspectorStore.getState();
  const lane = selectedLane();
  // What is under way is in no cell.
  inspectorStore.setState({
    choice: choice === "failed" ? choice : "slowest",
    isWidening: false,
  });
  viewStore.setState({ cell: span && { lane, span } });
  void loadPage(lane, true);
}

export function isWidening(): boolean {
  return inspectorStore.getState().isWidening;
}

export function toggleWidening(): void {
  inspectorStore.setState({ isWidening: !isWidening() });
}

function forgetCell(): void {
  inspectorStore.setState({ isWidening: false });
  viewStore.setState({ cell: undefined });
}

export function askTester(connections: number | undefined): void {
  inspectorStore.setState({ connections });
  void loadComparison(selectedLane());
}

function selectedLane(): number {
  return viewStore.getState().selectedLane;
}

/** The chosen cell where it is one of all answered requests, whatever their class. */
export function answeredCell(): CellSpan | undefined {
  const { outcome, request } = picturedKind(inspectorStore.getState());
  const isOfAll = outcome === "completed" && request === undefined;
  return isOfAll ? chosenCell(viewStore.getState()) : undefined;
}

/** The requests that the picture shows: open ones have no latency yet. */
export function picturedKind({ choice, failure, request }: Inspected): RequestKind {
  const outcome = choice === "failed" ? (failure ?? "failed") : "completed";
  return request === undefined ? { outcome } : { outcome, request };
}

// ---- Loading ------------------------------------------------------------------------------------

/** Another lane is looked at: its own cells, and the same request there. */
export async function showLane(lane: number): Promise<void> {
  inspectorStore.setState({ isWidening: false });
  await loadAll(lane, viewStore.getState().request === undefined);
}

/** Another run is looked at: what is known of the one before does not hold. */
export function forgetRun(): void {
  inspectorStore.setState({ page: undefined, pageCell: undefined, falls: [] });
}

/** Asks for everything anew; the first of the list is picked when `repick` says so, or none is. */
export async function refresh(repick: boolean): Promise<void> {
  await loadAll(selectedLane(), repick);
}

async function loadAll(lane: number, repick: boolean): Promise<void> {
  await Promise.all([loadPage(lane, repick), loadTimes(lane), loadComparison(lane)]);
}

let pages = 0;

async function loadPage(lane: number, repick: boolean): Promise<void> {
  const mine = ++pages;
  const { choice, failure, request } = inspectorStore.getState();
  const cell = chosenCell(viewStore.getState());
  const query: RequestQuery = {
    ...(cell ?? EVERYTHING),
    ...(request === undefined ? {} : { request }),
    outcome: outcomeOf(choice, failure),
    order: choice === "latest" ? "latest" : "slowest",
    limit: LISTED,
  };
  const page = await conductor.ask(lane, (engine) => engine.requests(query));
  if (mine !== pages || page === undefined) return;
  inspectorStore.setState({ page, pageCell: cell });
  const { request: picked } = viewStore.getState();
  const [first] = page.requests;
  if (first !== undefined && (repick || picked === undefined)) await pick(first);
  else if (picked !== undefined) await pick(picked);
}

function outcomeOf(choice: Choice, failure: Failure | undefined): RequestKind["outcome"] {
  if (choice === "open") return "open";
  return choice === "failed" ? (failure ?? "failed") : "completed";
}

let timesAsked = 0;

/** What the samples count is all answered requests; other kinds are asked for one by one. */
async function loadTimes(selected: number): Promise<void> {
  const mine = ++timesAsked;
  const inspected = inspectorStore.getState();
  const kind = picturedKind(inspected);
  if (kind.outcome === "completed" && kind.request === undefined) {
    inspectorStore.setState({ times: undefined });
    return;
  }
  const wanted = inspected.picture === "histogram" ? conductor.lanes : [selected];
  const times = await Promise.all(
    conductor.lanes.map(async (lane) =>
      wanted.includes(lane) ? conductor.ask(lane, (e) => e.requestTimes(kind)) : undefined,
    ),
  );
  if (mine === timesAsked) inspectorStore.setState({ times });
}

let comparisons = 0;

async function loadComparison(lane: number): Promise<void> {
  const mine = ++comparisons;
  const { connections } = inspectorStore.getState();
  const comparison =
    connections === undefined
      ? undefined
      : await conductor.ask(lane, (engine) => engine.compareTesters(connections));
  if (mine === comparisons) inspectorStore.setState({ comparison });
}

// ---- One request --------------------------------------------------------------------------------

let picks = 0;

/** Shows one request: what it did here, and what its twins did on the other lanes. */
export async function pick({ request, number }: RequestName): Promise<void> {
  const mine = ++picks;
  const known = inspectorStore.getState().falls;
  viewStore.setState({ request: { request, number } });
  inspectorStore.setState({ isWatching: true });
  const falls = await Promise.all(
    conductor.lanes.map(async (lane) =>
      isWhole(known[lane], { request, number })
        ? known[lane]
        : conductor.ask(lane, (engine) => engine.inspect(request, number)),
    ),
  );
  if (mine === picks) inspectorStore.setState({ falls, isWatching: false });
}

/** True when nothing more is to be told of that request. */
function isWhole(fall: Waterfall | undefined, { request, number }: RequestName): boolean {
  const isIt = fall?.request.request === request && fall.request.number === number;
  return isIt && fall.request.outcome !== "open";
}

/** The next request of the list, or the one before. */
export function pickNext(by: -1 | 1): void {
  const { page } = inspectorStore.getState();
  const { request: picked } = viewStore.getState();
  const requests = page?.requests ?? [];
  const at = requests.findIndex(
    (one) => one.request === picked?.request && one.number === picked.number,
  );
  const next = requests[Math.max(0, Math.min(requests.length - 1, at + by))];
  if (next !== undefined) void pick(next);
}
