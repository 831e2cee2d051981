/**
 * The other way to take an edit: an edit starts the run again, and where the lanes can follow it
 * while they run, it may as well hold from the moment on at which it was made.
 */
import type { Scenario } from "../../engine/api.ts";
import { conductor } from "./conductor.ts";
import { desk } from "./desk.ts";
import { joinPath, readPath, type Json } from "./document-path.ts";
import { changedFrom, lanesOf } from "./forks.ts";
import { runStore } from "./run-store.ts";
import { scenarioStore } from "./scenario-store.ts";

/** What the user may have instead of the run that has started again. */
export interface FromHere {
  readonly atNs: number;
  readonly draft: Json;
  readonly document: Scenario;
  readonly playOn: boolean;
}

/** Edits since the run stood at `atNs`, on the draft as it was then. */
interface Edits {
  readonly draft: Json;
  readonly atNs: number;
  readonly playOn: boolean;
  readonly sets: ReadonlyMap<number, Readonly<Record<string, Json>>>;
}

let edits: Edits | undefined;

/** Takes down what an edit of `draft` sets; edits that follow before the run is there again add up. */
export function noteEdit(draft: Json, path: string, value: Json | undefined): void {
  const { clockNs, durationNs, status } = runStore.getState();
  const known = edits !== undefined && clockNs < edits.atNs ? edits : undefined;
  const targets = value === undefined ? [] : targetsOf(draft, path);
  if (value === undefined || targets.length === 0 || (known === undefined && clockNs === 0)) {
    forgetEdits();
    return;
  }
  const sets = new Map(known?.sets);
  for (const [lane, key] of targets) sets.set(lane, { ...sets.get(lane), [key]: value });
  if (known !== undefined) edits = { ...known, sets };
  else if (clockNs >= durationNs) forgetEdits();
  else edits = { draft, atNs: clockNs, playOn: status === "running", sets };
}

export function forgetEdits(): void {
  edits = undefined;
  scenarioStore.setState({ fromHere: undefined });
}

/** Offers the edits from their moment on, if the lanes can follow them. */
export async function offerFromHere(): Promise<void> {
  const mine = edits;
  if (mine === undefined) return;
  const draft = changedFrom(mine.draft, mine.atNs, mine.sets);
  const reply = await desk.parse(draft).catch(() => undefined);
  if (mine !== edits) return;
  const { atNs, playOn } = mine;
  const fromHere =
    reply?.kind === "ok" ? { atNs, playOn, draft, document: reply.scenario } : undefined;
  scenarioStore.setState({ fromHere });
}

/** Back to the moment of the edits, which hold from there on. */
export async function applyFromHere(): Promise<void> {
  const { fromHere } = scenarioStore.getState();
  if (fromHere === undefined) return;
  const { document, draft, atNs, playOn } = fromHere;
  forgetEdits();
  scenarioStore.setState({ document, draft, draftProblems: [], edited: true });
  await conductor.start(document, { seekNs: atNs, playOn });
}

/** Which lanes an edit still concerns, and what their changes call it. */
function targetsOf(draft: Json, path: string): readonly (readonly [lane: number, path: string])[] {
  const own = /^lanes\[(\d+)\]\.(runtime\..+)$/.exec(path);
  const overridden = /^lanes\[(\d+)\]\.overrides\.(.+)$/.exec(path);
  const [, lane, key] = own ?? overridden ?? [];
  if (lane !== undefined && key !== undefined) return [[Number(lane), key]];
  if (path === "lanes" || path.startsWith("lanes[")) return [];
  const { lanes } = runStore.getState();
  return lanesOf(draft).flatMap((_, index) => {
    const above = readPath(draft, `${joinPath("lanes", index)}.overrides.${path}`);
    const isOver = lanes[index]?.status === "finished" || lanes[index]?.status === "stopped";
    return above === undefined && !isOver ? [[index, path] as const] : [];
  });
}
