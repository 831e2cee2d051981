/**
 * The edges between places that all runtimes share, and what of a scenario decides whether an
 * edge can be used at all. Flow view and Mermaid text are generated from these declarations.
 */
import type { Edge, Place } from "../api.ts";

/** What the programs and loads of a lane make use of. */
export interface Uses {
  readonly clients: boolean;
  /** Requests may come over a connection that is open already. */
  readonly keepsAlive: boolean;
  /** Requests begin inside the runtime at once: users', and arrivals where they cost nothing. */
  readonly inside: boolean;
  readonly arrivalsInside: boolean;
  /** A timer task of the runtime starts arrivals. */
  readonly due: boolean;
  /** Users inside the runtime send one request after the other ... */
  readonly usersInside: boolean;
  /** ... at once ... */
  readonly goesOnInside: boolean;
  /** ... or after a while. */
  readonly thinksInside: boolean;
  readonly io: boolean;
  readonly block: boolean;
  readonly sleep: boolean;
  readonly offload: boolean;
  readonly parallel: boolean;
  readonly spawns: boolean;
  /** A step may fail, or give up waiting for a pool, or panic and be recovered. */
  readonly errors: boolean;
  readonly timeouts: boolean;
  /** The accept queue has an end, so that a client may have to connect again. */
  readonly reconnects: boolean;
  /** The run lasts until a client's kernel gives up connecting. */
  readonly givesUpConnecting: boolean;
  readonly allocates: boolean;
  /** Every process has a socket of its own, on which connections are lost with it. */
  readonly ownSockets: boolean;
  /** A process may die: of a panic, or for its memory, which is small or held by programs. */
  readonly crashes: boolean;
  /** Places in which tasks wait for each other: for locks, pools and channels. */
  readonly queues: readonly string[];
}

/** An edge as "from>to", by place names. */
export type EdgeName = `${string}>${string}`;

/**
 * Edges of a task that runs on `runnable` and `running`: its waits and its ends. `waits` are the
 * places it comes back from through `back`.
 */
export function workEdges(uses: Uses, back: string): EdgeName[] {
  const edges: EdgeName[] = ["runnable>running", "running>runnable", "running>done"];
  const waits = [
    ...(uses.io ? ["waiting-io"] : []),
    ...(uses.block ? ["blocked"] : []),
    ...(uses.sleep ? ["sleeping"] : []),
    ...(uses.parallel ? ["joining"] : []),
    ...uses.queues,
  ];
  for (const wait of waits) edges.push(`running>${wait}`, `${wait}>${back}`);
  if (uses.usersInside) edges.push("done>client");
  if (uses.usersInside && uses.timeouts) edges.push("abandoned>client");
  if (uses.goesOnInside) edges.push("client>running");
  if (uses.thinksInside) edges.push("client>sleeping", `sleeping>${back}`);
  if (uses.errors) edges.push("running>failed:error");
  if (uses.timeouts) edges.push("running>abandoned");
  return edges;
}

/** How a client's request reaches the accept queue, and an arrival inside its timer task. */
export function clientEdges(uses: Uses): EdgeName[] {
  const edges: EdgeName[] = uses.due ? ["client>due"] : [];
  if (!uses.clients) return edges;
  edges.push("client>accept-queue");
  if (!uses.reconnects) return edges;
  edges.push("client>connecting", "connecting>accept-queue");
  if (uses.givesUpConnecting) edges.push("connecting>failed:rejected");
  if (uses.timeouts) edges.push("connecting>abandoned");
  return edges;
}

/**
 * Failures that meet a request wherever it is: its client gives up, its process dies. `edges` say
 * which places there are.
 */
export function failureEdges(
  uses: Uses,
  places: readonly Place[],
  edges: readonly EdgeName[],
): EdgeName[] {
  const reached = new Set(edges.map((edge) => edge.slice(edge.indexOf(">") + 1)));
  const failures: EdgeName[] = [];
  for (const { name, kind, group } of places) {
    if (!reached.has(name) || group === "end" || kind === "client") continue;
    if (uses.timeouts) failures.push(`${name}>failed:timeout`);
    if (!uses.crashes) continue;
    if (name === "accept-queue") {
      if (!uses.ownSockets) continue;
      failures.push("accept-queue>failed:rejected");
      if (uses.timeouts) failures.push("accept-queue>abandoned");
      continue;
    }
    failures.push(`${name}>failed:crash`);
    if (uses.timeouts) failures.push(`${name}>abandoned`);
  }
  if (uses.timeouts && uses.clients && uses.reconnects) failures.push("connecting>failed:timeout");
  // A user inside whose processes are all dead.
  if (uses.timeouts && uses.crashes && uses.inside) failures.push("client>failed:timeout");
  return failures;
}

/** Names to indices; each edge once, in the order declared. */
export function edgesOf(places: readonly Place[], names: readonly EdgeName[]): Edge[] {
  const index = new Map(places.map((place, i) => [place.name, i]));
  const edges: Edge[] = [];
  for (const name of new Set(names)) {
    const at = name.indexOf(">");
    const from = index.get(name.slice(0, at));
    const to = index.get(name.slice(at + 1));
    if (from !== undefined && to !== undefined) edges.push({ from, to });
  }
  return edges;
}
