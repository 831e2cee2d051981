/**
 * What the user can do with a scenario: load one, change a part of it, replace it as text. Every
 * change is validated by the desk; a valid one runs at once, an invalid one only marks its fields
 * while the last valid program keeps running.
 */
import type { ParseReply, Problem, Scenario } from "../../engine/api.ts";
import { groupedIn } from "../format.ts";
import { conductor } from "./conductor.ts";
import { desk } from "./desk.ts";
import { isSameJson, readPath, writePath, type Json } from "./document-path.ts";
import { forked, type ForkWish } from "./forks.ts";
import { forgetEdits, noteEdit, offerFromHere } from "./from-here.ts";
import type { Speed } from "./run-store.ts";
import { scenarioStore } from "./scenario-store.ts";
import { SPEEDS } from "./speed.ts";
import { selectLane, viewStore } from "./view-store.ts";

/** A run starts at a speed that takes about this much real time. */
const FIRST_RUN_SECONDS = 8;

/** Numbers the checks, so that only the answer to the latest one counts. */
let checks = 0;
let openChecks = 0;

/** True while a draft waits for its answer from the desk. */
export function isChecking(): boolean {
  return openChecks > 0;
}

/**
 * Replaces the scenario by `document` (an object or JSON text). Returns what is wrong with it; then
 * what was there before stays.
 */
export async function loadScenario(document: unknown, source: string): Promise<readonly Problem[]> {
  const reply = await check(document);
  if (reply === undefined) return [];
  if (reply.kind === "rejected") return reply.problems;
  const draft = toJson(document, reply.scenario);
  scenarioStore.setState({
    document: reply.scenario,
    draft,
    draftProblems: [],
    loaded: draft,
    edited: false,
    source,
    notice: undefined,
  });
  forgetEdits();
  viewStore.setState({ selectedLane: 0, hiddenLanes: [], request: undefined, cell: undefined });
  await run(reply.scenario, true);
  return [];
}

/** Changes one part of the draft; undefined removes it. */
export function edit(path: string, value: Json | undefined): void {
  const { draft } = scenarioStore.getState();
  if (readPath(draft, path) === value) return;
  noteEdit(draft, path, value);
  changeDraft(writePath(draft, path, value));
}

/** Puts a whole new draft in place of the present one, as an edit of the same scenario. */
export function replaceDraft(draft: Json): void {
  forgetEdits();
  changeDraft(draft);
}

function changeDraft(draft: Json): void {
  const { loaded } = scenarioStore.getState();
  scenarioStore.setState({ draft, edited: !isSameJson(draft, loaded) });
  void checkDraft(draft);
}

/**
 * The lane goes on twice from a moment of the run: as it is, and with one thing different, as a new
 * lane. Returns what stands in the way of that; then nothing has changed.
 */
export async function forkLane(wish: ForkWish, playOn: boolean): Promise<readonly Problem[]> {
  const { draft, draftProblems } = scenarioStore.getState();
  const [open] = draftProblems;
  if (open !== undefined) {
    return [{ path: open.path, message: `put this right first: ${open.message}` }];
  }
  const next = forked(draft, wish);
  const reply = await check(next);
  if (reply === undefined) return [];
  if (reply.kind === "rejected") return reply.problems;
  forgetEdits();
  scenarioStore.setState({ document: reply.scenario, draft: next, edited: true });
  selectLane(reply.scenario.lanes.length - 1);
  await conductor.start(reply.scenario, { seekNs: wish.atNs, playOn });
  return [];
}

export function dismissNotice(): void {
  scenarioStore.setState({ notice: undefined });
}

export function describeProblem({ path, message }: Problem): string {
  return path === "" ? groupedIn(message) : `${path}: ${groupedIn(message)}`;
}

/** More problems than these are counted: whoever mends these sees the next ones. */
const TOLD = 3;

export function describeProblems(problems: readonly Problem[]): string {
  const more = problems.length > TOLD ? [`and ${problems.length - TOLD} more`] : [];
  return [...problems.slice(0, TOLD).map(describeProblem), ...more].join("; ");
}

async function checkDraft(draft: Json): Promise<void> {
  const reply = await check(draft);
  if (reply === undefined) return;
  if (reply.kind === "rejected") {
    scenarioStore.setState({ draftProblems: reply.problems });
    return;
  }
  const before = scenarioStore.getState().document;
  scenarioStore.setState({ document: reply.scenario, draftProblems: [] });
  if (before !== undefined && runsAlike(before, reply.scenario)) return;
  const last = reply.scenario.lanes.length - 1;
  if (viewStore.getState().selectedLane > last) viewStore.setState({ selectedLane: last });
  void offerFromHere();
  await run(reply.scenario, false);
}

/** undefined: a newer check has been asked for in the meantime, and this one is void. */
async function check(document: unknown): Promise<ParseReply | undefined> {
  const mine = ++checks;
  openChecks++;
  try {
    const reply = await desk.parse(document);
    return mine === checks ? reply : undefined;
  } catch (error) {
    const message = `the scenario could not be checked: ${String(error)}`;
    return { kind: "rejected", problems: [{ path: "", message }] };
  } finally {
    openChecks--;
  }
}

/** Name, description and sources are words about a run, not a part of it. */
function runsAlike(a: Scenario, b: Scenario): boolean {
  const substance = ({ name: _n, description: _d, source: _s, ...rest }: Scenario): string =>
    JSON.stringify(rest);
  return substance(a) === substance(b);
}

async function run(scenario: Scenario, first: boolean): Promise<void> {
  await conductor.start(scenario, first ? { speedFor: firstSpeed } : {});
}

function firstSpeed(durationNs: number): Speed {
  const wished = durationNs / 1e9 / FIRST_RUN_SECONDS;
  return SPEEDS.find((speed) => speed >= wished) ?? Infinity;
}

/** The document as written; text is taken from the parsed form only where it is not JSON. */
function toJson(document: unknown, scenario: Scenario): Json {
  if (typeof document === "string") return JSON.parse(document) as Json;
  return (document ?? scenario) as Json;
}
