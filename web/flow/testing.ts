/** A topology for tests of the flow view: threads behind a GIL, with everything around them. */
import type { Place, Topology } from "../../engine/api.ts";

const PLACES: readonly Place[] = [
  { name: "client", label: "arrivals", kind: "client", group: "client" },
  { name: "accept-queue", label: "accept queue", kind: "queue", group: "kernel", capacity: 128 },
  { name: "runnable", label: "runnable", kind: "ready", group: "runtime" },
  { name: "waiting-gil", label: "waits for GIL", kind: "gil", group: "runtime" },
  { name: "running", label: "running", kind: "run", group: "runtime", capacity: 4 },
  { name: "waiting-io", label: "orders-db", kind: "io", group: "outside" },
  { name: "done", label: "200 OK", kind: "done", group: "end" },
  { name: "failed:rejected", label: "failed: refused", kind: "failed", group: "end" },
  { name: "failed:timeout", label: "failed: timed out", kind: "failed", group: "end" },
];

const MOVES: readonly (readonly [string, string])[] = [
  ["client", "accept-queue"],
  ["accept-queue", "failed:rejected"],
  ["accept-queue", "waiting-gil"],
  ["waiting-gil", "running"],
  ["waiting-gil", "runnable"],
  ["runnable", "running"],
  ["running", "runnable"],
  ["running", "waiting-gil"],
  ["running", "waiting-io"],
  ["waiting-io", "waiting-gil"],
  ["running", "done"],
  ["running", "failed:timeout"],
  ["done", "client"],
];

export const THREADS_WITH_GIL: Topology = {
  places: PLACES,
  edges: MOVES.map(([from, to]) => ({ from: indexOf(from), to: indexOf(to) })),
  runtimeLabel: "CPython process",
  processes: 1,
  cores: 4,
  inside: { kind: "threads", threads: 32, gil: true },
  resources: [],
};

export function indexOf(name: string): number {
  return PLACES.findIndex((place) => place.name === name);
}
