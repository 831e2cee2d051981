/** Writes the tiles of the cores: how busy each was lately, and what runs on it at this moment. */
import type { CoreNow, Internals, Topology } from "../../engine/api.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { setData, setText } from "./dom.ts";
import { coreText, coreWho } from "./words.ts";

export interface LiveCores {
  /** `reading`: figures may change too, which else stay put long enough to be read. */
  update(lane: LaneRun, now: Internals | undefined, reading: boolean): void;
}

/** Of longer names there is room for the beginning. */
const NAME_LETTERS = 5;

interface Tile {
  readonly root: SVGElement | null;
  readonly figure: SVGElement | null;
  readonly who: SVGElement | null;
}

/** `setShare` fills a tile, given by its index, up to a share. */
export function bindCores(
  svg: SVGSVGElement,
  topology: Topology,
  {
    tiles,
    setShare,
  }: { readonly tiles: number; readonly setShare: (tile: number, share: number) => void },
): LiveCores {
  const find = (selector: string) => svg.querySelector<SVGElement>(selector);
  const parts = Array.from({ length: tiles }, (_, i) => tileOf(find(`[data-core="${i}"]`)));
  const note = find("[data-cores-note]");
  const isForAll = tiles < topology.cores;
  return {
    update(lane, now, reading) {
      parts.forEach((tile, core) => {
        const busy = isForAll ? meanOf(lane.coreBusy) : (lane.coreBusy[core] ?? 0);
        setShare(core, busy);
        if (!reading) return;
        setText(tile.figure, coreText(busy));
        if (!isForAll) writeWho(tile, now?.cores[core]);
      });
      if (reading) setText(note, coresText(lane, topology));
    },
  };
}

function tileOf(root: SVGElement | null): Tile {
  const part = (selector: string) => root?.querySelector<SVGElement>(selector) ?? null;
  return { root, figure: part("[data-figure]"), who: part("[data-who]") };
}

function writeWho({ root, who }: Tile, now: CoreNow | undefined): void {
  const name = now === undefined ? "" : coreWho(now);
  setData(who, "who", name);
  setText(who, name.length <= NAME_LETTERS ? name : `${name.slice(0, NAME_LETTERS - 1)}…`);
  setData(root, "state", now?.state ?? "none");
}

function coresText(lane: LaneRun, topology: Topology): string {
  if (lane.coreBusy.length === 0 || topology.cores === 1) return "cores";
  const busy = meanOf(lane.coreBusy) * topology.cores;
  return `cores: ${busy.toFixed(1)} of ${topology.cores} busy`;
}

function meanOf(values: Float64Array): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}
