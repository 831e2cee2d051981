/** The places and edges of event loops: what the flow view draws and the ledger counts. */
import type { Inside, Place } from "../api.ts";
import type { EventLoopRuntime } from "../scenario/model.ts";
import { PROFILES } from "./profiles/index.ts";
import { workEdges, type EdgeName, type Uses } from "./flow.ts";

/** Whether connections pass the primary of a cluster: Node with several loops or processes. */
export function hasPrimary({ profile, processes, loops }: EventLoopRuntime): boolean {
  return PROFILES[profile].spread === "primary" && processes * loops > 1;
}

/** The places this model adds to the common ones. */
export function eventLoopPlaces(runtime: EventLoopRuntime): Place[] {
  const places: Place[] = [
    { name: "socket-buffer", label: "unread requests", kind: "queue", group: "kernel" },
    { name: "executor-queue", label: "queue for the executor", kind: "executor", group: "runtime" },
  ];
  if (runtime.gil !== undefined) {
    places.push({ name: "waiting-gil", label: "wants the GIL", kind: "gil", group: "runtime" });
  }
  if (hasPrimary(runtime)) {
    const label = "queue of the cluster's primary";
    places.push({ name: "primary-queue", label, kind: "queue", group: "runtime" });
  }
  return places;
}

export function eventLoopInside(runtime: EventLoopRuntime): Inside {
  const { loops, executors, executorKind, gil, profile } = runtime;
  const { turn } = PROFILES[profile];
  return { kind: "event-loop", loops, executors, executorKind, gil: gil !== undefined, turn };
}

/** How tasks move between the places of this model. */
export function eventLoopEdges(runtime: EventLoopRuntime, uses: Uses): EdgeName[] {
  const gil = runtime.gil !== undefined;
  const accepted: EdgeName[] = hasPrimary(runtime)
    ? ["accept-queue>primary-queue", "primary-queue>socket-buffer"]
    : ["accept-queue>socket-buffer"];
  const entry: EdgeName[] = uses.clients ? [...accepted, "socket-buffer>runnable"] : [];
  return [
    ...entry,
    ...(uses.keepsAlive ? (["client>socket-buffer"] as EdgeName[]) : []),
    ...(uses.inside ? (["client>runnable"] as EdgeName[]) : []),
    ...(uses.arrivalsInside && !PROFILES[runtime.profile].neutral
      ? (["client>socket-buffer", "socket-buffer>runnable"] as EdgeName[])
      : []),
    ...(uses.offload ? (["running>executor-queue", "executor-queue>runnable"] as EdgeName[]) : []),
    ...(gil
      ? (["runnable>waiting-gil", "running>waiting-gil", "waiting-gil>running"] as EdgeName[])
      : []),
    ...workEdges(uses, "runnable"),
  ];
}
