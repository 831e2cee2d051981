/** The places and edges of threads: what the flow view draws and the ledger counts. */
import type { Inside, Place } from "../api.ts";
import type { ThreadsRuntime } from "../scenario/model.ts";
import { workEdges, type EdgeName, type Uses } from "./flow.ts";
import { PROFILES } from "./profiles/index.ts";

/** How connections reach the threads of a process. */
export type Accepting = "kernel" | "when-idle" | "main-thread";

/**
 * `when-idle`: gunicorn's sync workers, whose only thread accepts when it has nothing to do.
 * `main-thread`: a thread that only accepts and hands over, as in gunicorn's thread workers.
 * `kernel`: an acceptor of its own that takes no time (Tomcat's acceptor and poller).
 */
export function acceptingOf(runtime: ThreadsRuntime): Accepting {
  const python = PROFILES[runtime.profile].acceptor === "main-thread";
  const single = runtime.threads === 1 && runtime.queue === Infinity;
  if (single && (python || runtime.processes > 1)) return "when-idle";
  return python ? "main-thread" : "kernel";
}

/** Requests pass the main thread's selector on their way to a pool. */
function hasSocketBuffer(runtime: ThreadsRuntime): boolean {
  return typeof runtime.threads === "number" && acceptingOf(runtime) === "main-thread";
}

/** The places this model adds to the common ones. */
export function threadsPlaces(runtime: ThreadsRuntime): Place[] {
  const places: Place[] = [];
  if (typeof runtime.threads === "number") {
    places.push({
      name: "worker-queue",
      label: "queue for a thread",
      kind: "queue",
      group: "runtime",
      ...(runtime.queue === Infinity ? {} : { capacity: runtime.queue * runtime.processes }),
    });
  }
  if (runtime.gil !== undefined) {
    places.push({ name: "waiting-gil", label: "wants the GIL", kind: "gil", group: "runtime" });
  }
  if (hasSocketBuffer(runtime)) {
    const label = "unread requests";
    places.push({ name: "socket-buffer", label, kind: "queue", group: "kernel" });
  }
  return places;
}

export function threadsInside({ threads, gil }: ThreadsRuntime): Inside {
  const pool = typeof threads === "number" ? { threads } : {};
  return { kind: "threads", ...pool, gil: gil !== undefined };
}

/** How tasks move between the places of this model. */
export function threadsEdges(runtime: ThreadsRuntime, uses: Uses): EdgeName[] {
  const gil = runtime.gil !== undefined;
  const pool = typeof runtime.threads === "number";
  const buffer = hasSocketBuffer(runtime);
  const entry: EdgeName[] = [];
  if (buffer && uses.clients) entry.push("accept-queue>socket-buffer");
  if (buffer && uses.keepsAlive) entry.push("client>socket-buffer");
  const sources = [
    ...(uses.clients ? [buffer ? "socket-buffer" : "accept-queue"] : []),
    ...((uses.keepsAlive && !buffer) || uses.inside ? ["client"] : []),
    ...(uses.due ? ["due"] : []),
  ];
  const queues = pool && runtime.queue > 0;
  const rejects = pool && runtime.queue < Infinity;
  const ways = ["runnable", queues ? "worker-queue" : "", rejects ? "failed:rejected" : ""];
  const inVain = rejects && uses.clients && uses.timeouts;
  return [
    ...entry,
    ...sources.flatMap((from) => ways.map((to): EdgeName => `${from}>${to}`)),
    ...(inVain ? [`${buffer ? "socket-buffer" : "accept-queue"}>abandoned` as EdgeName] : []),
    ...(queues ? (["worker-queue>running"] as EdgeName[]) : []),
    ...(queues && isSharedAnew(runtime, uses) ? (["worker-queue>runnable"] as EdgeName[]) : []),
    ...(gil
      ? (["runnable>waiting-gil", "running>waiting-gil", "waiting-gil>running"] as EdgeName[])
      : []),
    ...(gil && isHeldAtStart(runtime, uses) ? (["waiting-gil>runnable"] as EdgeName[]) : []),
    ...workEdges(uses, "runnable"),
  ];
}

/** Processes that start again find work that waits for any of them, and wake a thread for it. */
function isSharedAnew({ processes }: ThreadsRuntime, uses: Uses): boolean {
  return processes > 1 && uses.crashes && (uses.inside || uses.due);
}

/** Some thread that is started comes up, with the GIL in its hands, and waits for its starter. */
function isHeldAtStart({ profile }: ThreadsRuntime, uses: Uses): boolean {
  return PROFILES[profile].threadStart === "held" && (uses.parallel || uses.spawns || uses.due);
}
