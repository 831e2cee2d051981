/** The places and edges of virtual threads: what the flow view draws and the ledger counts. */
import type { Inside, Place } from "../api.ts";
import type { VirtualThreadsRuntime } from "../scenario/model.ts";
import { workEdges, type EdgeName, type Uses } from "./flow.ts";

/** The places this model adds to the common ones. */
export function virtualThreadsPlaces(runtime: VirtualThreadsRuntime): Place[] {
  const places: Place[] = [
    { name: "submission-queue", label: "submission queue", kind: "ready", group: "runtime" },
    { name: "socket-buffer", label: "data not noticed yet", kind: "queue", group: "kernel" },
  ];
  if (runtime.pinned > 0) {
    places.push({ name: "pinned", label: "pinned in I/O", kind: "blocked", group: "outside" });
  }
  return places;
}

export function virtualThreadsInside({ parallelism }: VirtualThreadsRuntime): Inside {
  return { kind: "virtual-threads", carriers: parallelism };
}

/** How tasks move between the places of this model. */
export function virtualThreadsEdges(runtime: VirtualThreadsRuntime, uses: Uses): EdgeName[] {
  const unpinned = { ...uses, io: uses.io && runtime.pinned < 1 };
  const fromOutside = uses.errors || uses.timeouts || uses.crashes || runtime.processes > 1;
  const edges: EdgeName[] = ["submission-queue>running"];
  if (uses.clients) edges.push("accept-queue>submission-queue");
  if (uses.keepsAlive || uses.inside) edges.push("client>submission-queue");
  if (uses.due) edges.push("due>submission-queue");
  if (uses.parallel || uses.spawns) edges.push("runnable>submission-queue");
  if (unpinned.io) edges.push("waiting-io>socket-buffer", "socket-buffer>runnable");
  if (uses.io && runtime.pinned > 0) edges.push("running>pinned", "pinned>runnable");
  if (uses.sleep || uses.thinksInside) edges.push("sleeping>submission-queue");
  // Time-outs and whoever is no virtual thread of the process wake from outside.
  for (const queue of uses.queues) {
    if (fromOutside || queue === "waiting-select") edges.push(`${queue}>submission-queue`);
  }
  const never: readonly EdgeName[] = ["waiting-io>runnable", "sleeping>runnable"];
  return [...edges, ...workEdges(unpinned, "runnable").filter((edge) => !never.includes(edge))];
}
