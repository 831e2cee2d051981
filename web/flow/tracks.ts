/** The drawn edges as ways to go along: measured once per drawing, then only looked up. */
import type { Topology } from "../../engine/api.ts";
import type { DotKind, Leg } from "./dots.ts";
import type { FlowLayout } from "./layout.ts";

export interface Track {
  /** In units of the drawing. */
  readonly length: number;
  /** Where one is after going `at` units along it. */
  readonly pointAt: (at: number) => readonly [x: number, y: number];
}

/** Distance between two measured points, in units of the drawing. */
const GRAIN = 2;

/** By index of the layout's edges. */
export function measureTracks(svg: SVGSVGElement, { edges }: FlowLayout): Track[] {
  return edges.map((_, i) => trackOf(svg.querySelector(`[data-edge="${i}"]`)));
}

function trackOf(path: Element | null): Track {
  if (!(path instanceof SVGPathElement)) return { length: 0, pointAt: () => [0, 0] };
  const length = path.getTotalLength();
  const steps = Math.max(1, Math.ceil(length / GRAIN));
  const xy = new Float32Array(2 * (steps + 1));
  for (let i = 0; i <= steps; i++) {
    const { x, y } = path.getPointAtLength((i / steps) * length);
    xy[2 * i] = x;
    xy[2 * i + 1] = y;
  }
  return {
    length,
    pointAt(at) {
      const exact = Math.max(0, Math.min(steps, (at / length) * steps));
      const i = Math.min(steps - 1, Math.floor(exact));
      const share = exact - i;
      const between = (a: number, b: number): number => a + (b - a) * share;
      return [between(xy[2 * i]!, xy[2 * i + 2]!), between(xy[2 * i + 1]!, xy[2 * i + 3]!)];
    },
  };
}

/** The way that a move along each of the topology's edges goes in the drawing, if it is drawn. */
export function legsOf(topology: Topology, { edges }: FlowLayout): (Leg | undefined)[] {
  const legs: (Leg | undefined)[] = topology.edges.map(() => undefined);
  edges.forEach(({ forward, backward }, track) => {
    for (const edge of forward) {
      legs[edge] = { track, reversed: false, kind: kindOf(topology, edge) };
    }
    for (const edge of backward) {
      legs[edge] = { track, reversed: true, kind: kindOf(topology, edge) };
    }
  });
  return legs;
}

function kindOf({ places, edges }: Topology, edge: number): DotKind {
  const { from, to } = edges[edge]!;
  if (places[to]?.kind === "failed") return "bad";
  return places[from]?.group === "outside" ? "reply" : "in";
}
