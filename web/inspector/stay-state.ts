/** How the time of a request in a place is drawn and named: as its state in the schedule. */
import type { SeenRequest, Place, PlaceKind, Stay, Topology } from "../../engine/api.ts";
import { nanoseconds } from "../format.ts";

/** States as `data-state` knows them. */
export type StayState = "run" | "ready" | "gil" | "lock" | "pool" | "io" | "gc" | "queue" | "idle";

const STATES: Readonly<Record<PlaceKind, StayState>> = {
  client: "idle",
  queue: "queue",
  ready: "ready",
  run: "run",
  gil: "gil",
  lock: "lock",
  pool: "pool",
  channel: "pool",
  io: "io",
  blocked: "io",
  timer: "io",
  join: "idle",
  executor: "pool",
  gc: "gc",
  done: "idle",
  failed: "idle",
};

export function stateOf(place: Place | undefined): StayState {
  return place === undefined ? "idle" : STATES[place.kind];
}

/** States in which a request gets on: everywhere else it waits in line. */
export const GETS_ON: ReadonlySet<StayState> = new Set(["run", "io"]);

/** A request waits in line first, then works: the order in which a bar shows its parts. */
const ORDER: readonly StayState[] = [
  "queue",
  "ready",
  "gil",
  "lock",
  "pool",
  "gc",
  "run",
  "io",
  "idle",
];

function inOrder(a: { readonly state: StayState }, b: { readonly state: StayState }): number {
  return ORDER.indexOf(a.state) - ORDER.indexOf(b.state);
}

export interface Part {
  readonly place: number;
  readonly kind: PlaceKind;
  readonly label: string;
  readonly state: StayState;
  readonly ns: number;
}

/** The places in which time went, longest first. */
export function partsOf(spentNs: Float64Array, topology: Topology): Part[] {
  return topology.places
    .map((place, index) => ({
      place: index,
      kind: place.kind,
      label: place.label,
      state: stateOf(place),
      ns: spentNs[index] ?? 0,
    }))
    .filter(({ ns }) => ns > 0)
    .sort((a, b) => b.ns - a.ns);
}

/** The latency of a request, ns. */
export function took({ beganNs, endedNs }: SeenRequest): number {
  return endedNs - beganNs;
}

/** A part of a bar, from and to as shares of its length. */
export interface BarPart {
  readonly state: StayState;
  readonly from: number;
  readonly to: number;
  readonly title: string;
}

/** Stays of a request on a bar as long as its latency. */
export function barOfStays(
  stays: readonly Stay[],
  request: SeenRequest,
  topology: Topology | undefined,
): BarPart[] {
  const latency = Math.max(1, took(request));
  return stays.map(({ place, fromNs, toNs }) => {
    const where = topology?.places[place];
    return {
      state: stateOf(where),
      from: (fromNs - request.beganNs) / latency,
      to: (toNs - request.beganNs) / latency,
      title: `${where?.label ?? ""} ${nanoseconds(toNs - fromNs)}`,
    };
  });
}

/** Time by place as a bar as long as the latency (ns): what waits in line first, then what works. */
export function barOfSpent(spentNs: Float64Array, topology: Topology, latency: number): BarPart[] {
  let at = 0;
  return partsOf(spentNs, topology)
    .sort(inOrder)
    .map(({ state, ns, label }) => {
      const from = at / latency;
      at += ns;
      return { state, from, to: at / latency, title: `${label} ${nanoseconds(ns)}` };
    });
}
