/**
 * Links: the scenario itself travels in the part after `#`, so no server sees it. `#s=…` carries a
 * document, `#scenario=…` names one that ships; `&view=…` may follow and says where to look.
 */
import { conductor } from "../state/conductor.ts";
import { desk } from "../state/desk.ts";
import type { Json } from "../state/document-path.ts";
import { describeProblems, loadScenario } from "../state/scenario-actions.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import { findScenario } from "../scenarios/catalogue.ts";
import { answeredCell } from "../inspector/inspector-store.ts";
import { splitHash, viewPart, type SharedView } from "./view-part.ts";

interface Link {
  readonly url: string;
  /** What it opens. */
  readonly draft: Json;
}

/** The address that opens the draft as it is now, and what is looked at, or why there is none. */
export async function makeLink(): Promise<Link | { problem: string }> {
  const { draft } = scenarioStore.getState();
  const reply = await desk.encodeLink(draft);
  if (reply.kind === "rejected") {
    return { problem: describeProblems(reply.problems) };
  }
  const url = new URL(location.href);
  const view = viewPart(presentView());
  url.hash = view === "" ? reply.hash : `${reply.hash}&${view}`;
  return { url: url.href, draft };
}

/** The address of the scenario that runs, short where it ships; "" where it has none. */
export async function plainLink(): Promise<string> {
  const { source, edited, document } = scenarioStore.getState();
  const url = new URL(location.href);
  url.search = "";
  if (!edited && findScenario(source) !== undefined) url.hash = `scenario=${source}`;
  else {
    const reply = await desk.encodeLink(document);
    if (reply.kind === "rejected") return "";
    url.hash = reply.hash;
  }
  return url.href;
}

/** Opens a link as text; returns why it could not be opened. */
export async function openLink(text: string): Promise<string | undefined> {
  const at = text.indexOf("#");
  if (at < 0) return "expected a link with a # in it, as the Share button makes them";
  const problem = await openHash(text.slice(at + 1).trim());
  if (problem === undefined) rememberHash(text.slice(at).trim());
  return problem;
}

/** What the link is to show beside the scenario: in the inspector, a request, a cell, a moment. */
function presentView(): SharedView {
  const { page, selectedLane, request } = viewStore.getState();
  if (page !== "inspector") return {};
  const { clockNs } = runStore.getState();
  const cell = answeredCell();
  return {
    page,
    lane: selectedLane,
    atNs: clockNs,
    ...(request === undefined ? {} : { request }),
    ...(cell === undefined ? {} : { cell }),
  };
}

/** Opens the part of a link after `#`; returns why it could not be opened. */
export async function openHash(hash: string): Promise<string | undefined> {
  const { scenario, view } = splitHash(hash);
  const problem = await openScenario(scenario);
  if (problem === undefined) show(view);
  return problem;
}

/** The run that has just begun goes to the moment of the view. */
function show({ page, lane, atNs, request, cell }: SharedView): void {
  const lanes = scenarioStore.getState().document?.lanes.length ?? 0;
  viewStore.setState({
    ...(page === undefined ? {} : { page }),
    ...(lane === undefined || lane >= lanes ? {} : { selectedLane: lane }),
    ...(request === undefined ? {} : { request }),
    ...(cell === undefined ? {} : { cell: { lane: lane ?? 0, span: cell } }),
  });
  if (atNs !== undefined) conductor.seek(atNs);
}

async function openScenario(hash: string): Promise<string | undefined> {
  if (hash.startsWith("scenario=")) return openShipped(hash.slice("scenario=".length));
  try {
    const reply = await desk.decodeLink(hash);
    const problems =
      reply.kind === "rejected" ? reply.problems : await loadScenario(reply.scenario, "link");
    return problems.length === 0 ? undefined : describeProblems(problems);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Puts a link into the address bar without loading it again. */
export function rememberHash(hash: string): void {
  history.replaceState(null, "", hash);
}

/** Takes the link out of the address bar: it no longer says what is on the screen. */
export function forgetLink(): void {
  if (location.hash !== "") history.replaceState(null, "", location.pathname + location.search);
}

async function openShipped(id: string): Promise<string | undefined> {
  const entry = findScenario(id);
  if (entry === undefined) return `there is no scenario called "${id}"`;
  const problems = await loadScenario(entry.document, entry.id);
  return problems.length === 0 ? undefined : describeProblems(problems);
}
