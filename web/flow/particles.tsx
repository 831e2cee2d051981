/**
 * Requests as dots over the flow's drawing. Outside React's rendering: batches from the watched
 * lane set dots out, and frames are painted only while something moves.
 */
import { type RefObject, useEffect, useRef } from "react";
import type { Topology } from "../../engine/api.ts";
import { beginPaint } from "../charts/canvas.ts";
import { addPainter, reducedMotion } from "../charts/frame.ts";
import { forgetPalette, palette } from "../charts/palette.ts";
import { conductor } from "../state/conductor.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import type { FlowLayout } from "./layout.ts";
import { Motion } from "./motion.ts";
import { fitOf, paintDots } from "./paint-dots.ts";
import { measureTracks } from "./tracks.ts";

interface ParticlesProps {
  readonly svg: RefObject<SVGSVGElement | null>;
  /** The topology as text: equal topologies are one. */
  readonly shape: string;
  readonly layout: FlowLayout;
  /** Where it is written what a dot stands for. */
  readonly legend: RefObject<HTMLElement | null>;
}

export function Particles({ svg, shape, layout, legend }: ParticlesProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (svg.current === null || canvas.current === null || legend.current === null) return;
    return animate(
      { svg: svg.current, canvas: canvas.current, legend: legend.current },
      shape,
      layout,
    );
  }, [svg, shape, layout, legend]);
  return <canvas ref={canvas} className="flow-particles" aria-hidden="true" />;
}

interface Stage {
  readonly svg: SVGSVGElement;
  readonly canvas: HTMLCanvasElement;
  readonly legend: HTMLElement;
}

/** Paints until the function that comes back is called. */
function animate({ svg, canvas, legend }: Stage, shape: string, layout: FlowLayout): () => void {
  const topology = JSON.parse(shape) as Topology;
  const tracks = measureTracks(svg, layout);
  const edges = layout.edges.map((_, i) => svg.querySelector<SVGPathElement>(`[data-edge="${i}"]`));
  const motion = new Motion(topology, layout, tracks, conductor);
  let widths = motion.widths;
  const painter = addPainter((nowMs) => {
    const surface = beginPaint(canvas);
    const run = runStore.getState();
    const lane = run.lanes[viewStore.getState().selectedLane];
    if (surface === undefined || lane?.topology?.edges.length !== topology.edges.length) return;
    const fit = fitOf(surface, layout);
    setScale(svg, fit.scale);
    const frame = { nowMs, scale: fit.scale, reducedMotion: reducedMotion() };
    const moves = motion.frame(run, lane, frame);
    paintDots(surface.ctx, motion.dots, tracks, { fit, letter: lane.letter, palette: palette() });
    write(legend, canvas, motion);
    if (motion.widths !== widths) showWidths(edges, (widths = motion.widths));
    if (moves) painter.soon();
  });
  // In slow motion a batch brings a move or two, which set out at once.
  const unsubscribeRun = runStore.subscribe((run, before) => {
    const lane = run.lanes[viewStore.getState().selectedLane];
    const news = (lane?.moves?.count ?? 0) !== motion.seen || run.status !== before.status;
    if (news) painter.soon();
    else painter.refresh();
  });
  const unsubscribeView = viewStore.subscribe(() => painter.soon());
  const resized = new ResizeObserver(() => painter.soon());
  resized.observe(canvas);
  const themed = new MutationObserver(() => {
    forgetPalette();
    painter.soon();
  });
  themed.observe(document.documentElement, { attributeFilter: ["data-theme", "data-density"] });
  painter.soon();
  return () => {
    unsubscribeRun();
    unsubscribeView();
    resized.disconnect();
    themed.disconnect();
    painter.dispose();
    motion.stop();
  };
}

/** For style sheets that keep text readable whatever the drawing's size. */
function setScale(svg: SVGSVGElement, scale: number): void {
  const text = scale.toFixed(2);
  if (svg.style.getPropertyValue("--flow-scale") !== text) {
    svg.style.setProperty("--flow-scale", text);
  }
}

function write(legend: HTMLElement, canvas: HTMLElement, motion: Motion): void {
  if (legend.textContent !== motion.text) legend.textContent = motion.text;
  const count = String(motion.dots.length);
  if (canvas.dataset["dots"] !== count) canvas.dataset["dots"] = count;
}

/** Edges that say their rate by width; others keep the width that the style sheet gives them. */
function showWidths(
  edges: readonly (SVGPathElement | null)[],
  widths: readonly (number | undefined)[],
): void {
  widths.forEach((width, i) => {
    const edge = edges[i];
    const text = width === undefined ? "" : width.toFixed(1);
    if (edge === null || edge === undefined || (edge.dataset["wide"] ?? "") === text) return;
    if (text === "") delete edge.dataset["wide"];
    else edge.dataset["wide"] = text;
    edge.style.strokeWidth = text;
  });
}
