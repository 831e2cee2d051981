/** What end-to-end tests may know about the page, under `?testing` only. */
import type { Internals, ReplicatedLane, RequestQuery } from "../../engine/api.ts";
import { chartTexts } from "../charts/index.tsx";
import { programOn, stepRows } from "../editor/program.ts";
import { laneAsMermaid } from "../flow/index.tsx";
import { sequenceDiagram } from "../inspector/sequence.ts";
import { mermaidText } from "../mermaid-text.ts";
import { conductor } from "../state/conductor.ts";
import { joinPath } from "../state/document-path.ts";
import { replicationStore } from "../state/replications.ts";
import { isChecking } from "../state/scenario-actions.ts";
import { runStore, type RunState } from "../state/run-store.ts";
import { scenarioStore } from "../state/scenario-store.ts";
import { viewStore, type ViewState } from "../state/view-store.ts";

interface TestHandle {
  /** Resolves once nothing is being checked and the run is finished, stopped or paused. */
  whenIdle(): Promise<void>;
  /** No worker computes for the run, and all that they have told is here. */
  isStill(): boolean;
  run(): RunState;
  /** What the lane's engine says of its inside at this moment. */
  internals(lane: number): Promise<Internals | undefined>;
  view(): ViewState;
  /** What is written on the charts: a canvas cannot be read. */
  charts(): ReturnType<typeof chartTexts>;
  /** Estimates over replications, by lane; empty before there are enough. */
  replicated(): readonly ReplicatedLane[];
  readonly mermaid: {
    /** What the flow view copies of a lane. */
    flow(lane: number): string | undefined;
    /** What the inspector copies of a lane's slowest request; undefined while none has ended. */
    sequence(lane: number): Promise<string | undefined>;
    text(text: string): string;
  };
}

declare global {
  interface Window {
    interleave?: TestHandle;
  }
}

const LOOK_EVERY_MS = 20;

export function exposeForTests(): void {
  if (!new URLSearchParams(location.search).has("testing")) return;
  window.interleave = {
    whenIdle,
    isStill: () => conductor.isStill,
    run: () => runStore.getState(),
    internals: (lane) => conductor.ask(lane, (engine) => engine.internals()),
    view: () => viewStore.getState(),
    charts: chartTexts,
    replicated: () => replicationStore.getState().lanes,
    mermaid: {
      flow: (lane) => laneAsMermaid(runStore.getState().lanes[lane]),
      sequence: slowestAsMermaid,
      text: mermaidText,
    },
  };
}

async function whenIdle(): Promise<void> {
  while (isBusy()) await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));
}

function isBusy(): boolean {
  const { status } = runStore.getState();
  return isChecking() || status === "running" || status === "idle";
}

async function slowestAsMermaid(lane: number): Promise<string | undefined> {
  const query: Omit<RequestQuery, "outcome"> = {
    fromNs: 0,
    toNs: Infinity,
    fastestNs: 0,
    slowestNs: Infinity,
    order: "slowest",
    limit: 1,
  };
  const outcomes = ["completed", "failed"] as const;
  const pages = await Promise.all(
    outcomes.map((outcome) => conductor.ask(lane, (e) => e.requests({ ...query, outcome }))),
  );
  const request = pages.flatMap((page) => page?.requests ?? [])[0];
  const { topology } = runStore.getState().lanes[lane] ?? {};
  if (request === undefined || topology === undefined) return undefined;
  const fall = await conductor.ask(lane, (e) => e.inspect(request.request, request.number));
  const { document } = scenarioStore.getState();
  const path = joinPath("requests", request.request);
  const steps = stepRows(programOn(document, lane, request.request), `${path}.steps`);
  return fall && sequenceDiagram(fall, topology, steps);
}
