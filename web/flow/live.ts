/**
 * Writes a lane's state into a rendered drawing, by direct DOM writes, at most ten times a second.
 * An attribute is only touched when its value has changed, so an idle view costs nothing.
 */
import type { Internals, Topology } from "../../engine/api.ts";
import { rate } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { bindCores } from "./cores-live.ts";
import { setData, setText } from "./dom.ts";
import { BOX } from "./graph.ts";
import type { FlowLayout } from "./layout.ts";
import { bindMachinery } from "./machinery-live.ts";
import { bindShared } from "./shared-live.ts";
import { fullSinceNs as fullSince } from "./place-facts.ts";
import { edgeNow, placesNow } from "./state.ts";
import { type PlaceNow, figureOf, queueNote, shareOf } from "./words.ts";

interface Look {
  readonly nowMs: number;
  readonly still: boolean;
}

export interface LiveFlow {
  /**
   * `still`: the run does not move on, so figures need no time to be read. `internals` are
   * undefined until the engine has told them first.
   */
  update(lane: LaneRun, internals: Internals | undefined, at: Look): void;
}

/** Figures stay put this long, so that they can be read. */
const READING_MS = 250;
/** From this utilisation on the figure turns red. */
const HOT = 0.9;
const DOT_STEP = 5.2;

export function bindFlow(svg: SVGSVGElement, topology: Topology, layout: FlowLayout): LiveFlow {
  const find = (selector: string) => svg.querySelector<SVGElement>(selector);
  const nodes = topology.places.map((_, i) => partsOf(find(`[data-node="${i}"]`)));
  const tiles = layout.cores.map((_, i) => partsOf(find(`[data-core="${i}"]`)));
  const cores = bindCores(svg, topology, {
    tiles: tiles.length,
    setShare(tile, share) {
      setLevel(tiles[tile]!, share);
      setHot(tiles[tile]!, share >= HOT);
    },
  });
  const edges = layout.edges.map((_, i) => find(`[data-edge="${i}"]`));
  const rates = layout.edges.map((_, i) => find(`[data-rate="${i}"]`));
  const machinery = bindMachinery(svg, topology, layout);
  const shared = bindShared(svg, topology);
  const outside = topology.places.findIndex(({ name }) => name === "waiting-io");
  let readAtMs = -Infinity;
  return {
    update(lane, internals, { nowMs, still }) {
      const reading = still || nowMs - readAtMs >= READING_MS;
      if (reading) readAtMs = nowMs;
      if (internals !== undefined) {
        machinery.update(internals, lane.occupancy[outside] ?? 0, reading);
        shared.update(internals, reading);
      }
      const now = placesNow(lane, topology, machinery.gilShare());
      topology.places.forEach((place, i) => {
        const parts = nodes[i]!;
        const { fill } = now[i]!;
        setLevel(parts, fill);
        setDots(parts, now[i]!.tasks, place.capacity ?? 0);
        setHot(parts, fill >= HOT);
        setData(parts.root, "idle", String(place.kind === "failed" && now[i]!.inPerSecond === 0));
        if (reading) setTexts(parts, lane, topology, { index: i, now: now[i]! });
      });
      cores.update(lane, internals, reading);
      layout.edges.forEach((edge, i) => {
        const { forward, backward } = edgeNow(lane, edge);
        setData(edges[i] ?? null, "idle", String(forward + backward === 0));
        if (reading)
          setText(
            rates[i] ?? null,
            rateText(
              forward || backward,
              edge.failure || (isPill(topology, edge.from) && edge.to !== BOX),
            ),
          );
      });
    },
  };
}

interface Parts {
  readonly root: SVGElement | null;
  readonly level: SVGElement | null;
  readonly figure: SVGElement | null;
  readonly share: SVGElement | null;
  readonly note: SVGElement | null;
  readonly dots: SVGElement | null;
}

function partsOf(root: SVGElement | null): Parts {
  const part = (selector: string) => root?.querySelector<SVGElement>(selector) ?? null;
  return {
    root,
    level: part("[data-full]"),
    figure: part("[data-figure]"),
    share: part("[data-share]"),
    note: part("[data-note]"),
    dots: part("[data-dots]"),
  };
}

function setTexts(
  parts: Parts,
  lane: LaneRun,
  topology: Topology,
  { index, now }: { readonly index: number; readonly now: PlaceNow },
): void {
  const place = topology.places[index]!;
  const most = lane.result?.places[place.name]?.max ?? 0;
  setText(parts.figure, figureOf(place, now));
  setText(parts.share, shareOf(place, now));
  const isFull = parts.note !== null && now.tasks >= (place.capacity ?? Infinity);
  const fullSinceNs = isFull ? fullSince(lane, place.name, place.capacity!) : undefined;
  setText(parts.note, queueNote(place, now, { most, fullSinceNs }));
}

/** A pill already says the rate of what leaves it. */
function isPill(topology: Topology, from: number): boolean {
  return topology.places[from]?.group === "client";
}

function rateText(perSecond: number, silent: boolean): string {
  return silent || perSecond === 0 ? "" : rate(perSecond);
}

function setLevel({ level }: Parts, fill: number): void {
  if (level === null) return;
  const height = ((Number.isNaN(fill) ? 0 : fill) * Number(level.dataset["full"])).toFixed(1);
  if (level.dataset["height"] === height) return;
  level.dataset["height"] = height;
  const y = (Number(level.dataset["bottom"]) - Number(height)).toFixed(1);
  for (const rect of level.children) {
    rect.setAttribute("height", height);
    rect.setAttribute("y", y);
  }
}

function setDots({ dots }: Parts, tasks: number, capacity: number): void {
  const taken = Math.min(tasks, capacity);
  if (dots === null || dots.dataset["taken"] === String(taken)) return;
  dots.dataset["taken"] = String(taken);
  dots.children[0]?.setAttribute("d", dotPath(dots, taken, capacity));
  dots.children[1]?.setAttribute("d", dotPath(dots, 0, taken));
}

/** Dots number `from` to `to` of the grid, as strokes of no length with round caps. */
function dotPath(dots: SVGElement, from: number, to: number): string {
  const x = Number(dots.dataset["x"]);
  const y = Number(dots.dataset["y"]);
  const columns = Math.floor(Number(dots.dataset["width"]) / DOT_STEP) + 1;
  let path = "";
  for (let dot = from; dot < to; dot += 1) {
    const column = x + (dot % columns) * DOT_STEP;
    path += `M${column.toFixed(1)} ${(y + Math.floor(dot / columns) * DOT_STEP).toFixed(1)}h0`;
  }
  return path;
}

function setHot(parts: Parts, hot: boolean): void {
  setData(parts.root, "hot", String(hot));
}
