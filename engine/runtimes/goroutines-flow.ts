/** The places and edges of goroutines: what the flow view draws and the ledger counts. */
import type { Inside, Place } from "../api.ts";
import type { GoroutinesRuntime } from "../scenario/model.ts";
import { workEdges, type EdgeName, type Uses } from "./flow.ts";
import { PROFILES } from "./profiles/index.ts";

/** The places this model adds to the common ones. */
export function goroutinesPlaces(): Place[] {
  return [
    { name: "socket-buffer", label: "unread requests", kind: "queue", group: "kernel" },
    { name: "global-queue", label: "global run queue", kind: "ready", group: "runtime" },
  ];
}

export function goroutinesInside({ gomaxprocs }: GoroutinesRuntime): Inside {
  return { kind: "goroutines", processors: gomaxprocs };
}

/** How tasks move between the places of this model. */
export function goroutinesEdges(runtime: GoroutinesRuntime, uses: Uses): EdgeName[] {
  const entry: EdgeName[] = uses.clients
    ? ["accept-queue>runnable", "accept-queue>global-queue"]
    : [];
  if (uses.clients && PROFILES[runtime.profile].refusesOverLimit === true) {
    entry.push("accept-queue>failed:rejected");
    if (uses.timeouts) entry.push("accept-queue>abandoned");
  }
  const read: EdgeName[] = uses.keepsAlive
    ? ["client>socket-buffer", "socket-buffer>runnable", "socket-buffer>global-queue"]
    : [];
  return [
    ...entry,
    ...read,
    ...(uses.inside ? (["client>global-queue"] as EdgeName[]) : []),
    ...(uses.due ? (["due>runnable", "due>global-queue"] as EdgeName[]) : []),
    "running>global-queue",
    "global-queue>runnable",
    "runnable>global-queue",
    ...(uses.block ? (["blocked>global-queue"] as EdgeName[]) : []),
    ...uses.queues.map((queue): EdgeName => `${queue}>global-queue`),
    ...workEdges(uses, "runnable"),
  ];
}
