/**
 * Links: the scenario itself travels in the part after `#`, so no server sees it. `#s=…` carries a
 * document, `#scenario=…` names one that ships.
 */
import { desk } from "../state/desk.ts";
import { describeProblem, loadScenario } from "../state/scenario-actions.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { findScenario } from "../scenarios/catalogue.ts";

/** The address that opens the draft as it is now, or why there is none. */
export async function makeLink(): Promise<{ url: string } | { problem: string }> {
  const reply = await desk.encodeLink(scenarioStore.getState().draft);
  if (reply.kind === "rejected") {
    return { problem: reply.problems.map(describeProblem).join("; ") };
  }
  const url = new URL(location.href);
  url.hash = reply.hash;
  return { url: url.href };
}

/** Opens a link as text; returns why it could not be opened. */
export async function openLink(text: string): Promise<string | undefined> {
  const at = text.indexOf("#");
  if (at < 0) return "expected a link with a # in it, as the Share button makes them";
  const problem = await openHash(text.slice(at + 1).trim());
  if (problem === undefined) rememberHash(text.slice(at).trim());
  return problem;
}

/** Opens the part of a link after `#`; returns why it could not be opened. */
export async function openHash(hash: string): Promise<string | undefined> {
  if (hash.startsWith("scenario=")) return openShipped(hash.slice("scenario=".length));
  try {
    const reply = await desk.decodeLink(hash);
    const problems =
      reply.kind === "rejected" ? reply.problems : await loadScenario(reply.scenario, "link");
    return problems.length === 0 ? undefined : problems.map(describeProblem).join("; ");
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
  return problems.length === 0 ? undefined : problems.map(describeProblem).join("; ");
}
