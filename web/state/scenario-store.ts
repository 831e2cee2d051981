/**
 * The scenario on the screen: the draft as the user left it, and the last version of it that is
 * valid, which is the one that runs. `scenario-actions.ts` is the only writer.
 */
import { useStore } from "zustand";
import { createStore } from "zustand/vanilla";
import type { Problem, Scenario } from "../../engine/api.ts";
import type { Json } from "./document-path.ts";
import type { FromHere } from "./from-here.ts";

export interface ScenarioState {
  /** The last valid document; undefined until the first one has been parsed. */
  readonly document: Scenario | undefined;
  /** The document as edited, valid or not. */
  readonly draft: Json;
  /** What is wrong with the draft; empty when `document` is the draft. */
  readonly draftProblems: readonly Problem[];
  /** The draft as it was loaded, or as the last link has it. */
  readonly loaded: Json;
  /** True while the draft differs from that. */
  readonly edited: boolean;
  /** Id of the shipped scenario, `link`, or `file:<name>`. */
  readonly source: string;
  /** What an edit may be instead of a new start: a change from the playhead on. */
  readonly fromHere: FromHere | undefined;
  /** A sentence for the user that outlives the action that caused it, such as a broken link. */
  readonly notice: string | undefined;
}

export const scenarioStore = createStore<ScenarioState>(() => ({
  document: undefined,
  draft: null,
  draftProblems: [],
  loaded: null,
  edited: false,
  source: "",
  fromHere: undefined,
  notice: undefined,
}));

export function useScenario<T>(selector: (state: ScenarioState) => T): T {
  return useStore(scenarioStore, selector);
}
