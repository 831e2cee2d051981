/**
 * What the inspector looks at: a cell of the heatmap, the requests in it, and one of them on every
 * lane. All of it is asked of the lanes' workers; nothing here feeds back into a run.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { RequestName, RequestPage, RequestQuery, Waterfall } from "../../engine/api.ts";
import { conductor } from "../state/conductor.ts";
import { viewStore } from "../state/view-store.ts";

/** Which requests the list shows. */
export type Choice = "slowest" | "latest" | "failed";

export interface CellSpan {
  readonly fromNs: number;
  readonly toNs: number;
  readonly fastestNs: number;
  readonly slowestNs: number;
}

export interface Inspected {
  readonly choice: Choice;
  /** undefined: the whole run. */
  readonly cell: CellSpan | undefined;
  readonly page: RequestPage | undefined;
  readonly picked: RequestName | undefined;
  /** By lane; undefined where the request is not (yet) to be had. */
  readonly falls: readonly (Waterfall | undefined)[];
}

const EVERYTHING = { fromNs: 0, toNs: Infinity, fastestNs: 0, slowestNs: Infinity };
const LISTED = 60;

export const inspectorStore = createStore<Inspected>(() => ({
  choice: "slowest",
  cell: undefined,
  page: undefined,
  picked: undefined,
  falls: [],
}));

export function useInspected<T>(selector: (inspected: Inspected) => T): T {
  return useStore(inspectorStore, selector);
}

export function choose(choice: Choice): void {
  inspectorStore.setState({ choice, cell: undefined });
  void loadPage(selectedLane(), true);
}

export function selectCell(cell: CellSpan | undefined): void {
  inspectorStore.setState({ cell, choice: "slowest" });
  void loadPage(selectedLane(), true);
}

function selectedLane(): number {
  return viewStore.getState().selectedLane;
}

let pages = 0;

/** Lists the requests of a lane anew; the first of them is picked when `repick` says so, or none is. */
export async function loadPage(lane: number, repick: boolean): Promise<void> {
  const mine = ++pages;
  const { choice, cell } = inspectorStore.getState();
  const query: RequestQuery = {
    ...(cell ?? EVERYTHING),
    outcome: choice === "failed" ? "failed" : "completed",
    order: choice === "latest" ? "latest" : "slowest",
    limit: LISTED,
  };
  const page = await conductor.ask(lane, (engine) => engine.requests(query));
  if (mine !== pages || page === undefined) return;
  inspectorStore.setState({ page });
  const { picked } = inspectorStore.getState();
  const [first] = page.requests;
  if (first === undefined) return;
  if (repick || picked === undefined) await pick(first);
}

let picks = 0;

/** Shows one request: what it did here, and what its twins did on the other lanes. */
export async function pick({ request, number }: RequestName): Promise<void> {
  const mine = ++picks;
  inspectorStore.setState({ picked: { request, number } });
  const falls = await Promise.all(
    conductor.lanes.map((lane) => conductor.ask(lane, (engine) => engine.inspect(request, number))),
  );
  if (mine === picks) inspectorStore.setState({ falls });
}

/** The next request of the list, or the one before. */
export function pickNext(by: -1 | 1): void {
  const { page, picked } = inspectorStore.getState();
  const requests = page?.requests ?? [];
  const at = requests.findIndex(
    (one) => one.request === picked?.request && one.number === picked.number,
  );
  const next = requests[Math.max(0, Math.min(requests.length - 1, at + by))];
  if (next !== undefined) void pick(next);
}
