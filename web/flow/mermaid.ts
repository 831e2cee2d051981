/** The flow view as Mermaid text, with the figures of the moment, for notes and issues. */
import type { PlaceGroup, PlaceKind, Topology } from "../../engine/api.ts";
import { rate } from "../format.ts";
import { mermaidText } from "../mermaid-text.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { placesNow } from "./state.ts";
import { type PlaceNow, figureOf } from "./words.ts";

const GROUP_NAMES: Readonly<Record<PlaceGroup, string>> = {
  client: "client",
  kernel: "kernel",
  runtime: "runtime",
  outside: "outside",
  end: "end of a request",
};

/** Opening and closing of a node's shape. */
function shapeOf(kind: PlaceKind): readonly [string, string] {
  if (kind === "queue" || kind === "ready") return ["[[", "]]"];
  if (kind === "client" || kind === "done" || kind === "failed") return ["([", "])"];
  return kind === "io" ? ["[(", ")]"] : ["[", "]"];
}

/** A lane as it is now; undefined until its places are known. */
export function laneAsMermaid(lane: LaneRun | undefined): string | undefined {
  const topology = lane?.topology;
  return topology && mermaid(topology, placesNow(lane, topology), lane.edgeRates);
}

export function mermaid(
  topology: Topology,
  now: readonly PlaceNow[],
  edgeRates: ArrayLike<number>,
): string {
  const lines = ["flowchart LR"];
  // What the lane's program never uses is left out, as in the drawing.
  const used = new Set(topology.edges.flatMap(({ from, to }) => [from, to]));
  for (const group of Object.keys(GROUP_NAMES) as PlaceGroup[]) {
    const members = topology.places.flatMap((place, i) =>
      place.group === group && used.has(i) ? [i] : [],
    );
    if (members.length === 0) continue;
    const name = group === "runtime" ? topology.runtimeLabel : GROUP_NAMES[group];
    lines.push(`  subgraph ${group}_group ["${mermaidText(name)}"]`);
    for (const i of members) lines.push(`    ${nodeText(topology, i, now[i])}`);
    lines.push("  end");
  }
  topology.edges.forEach(({ from, to }, i) => {
    const perSecond = edgeRates[i] ?? 0;
    const arrow = perSecond > 0 ? `-->|"${mermaidText(rate(perSecond))}"|` : "-.->";
    lines.push(`  p${from} ${arrow} p${to}`);
  });
  return `${lines.join("\n")}\n`;
}

function nodeText(topology: Topology, index: number, now: PlaceNow | undefined): string {
  const place = topology.places[index]!;
  const [open, close] = shapeOf(place.kind);
  const figure = now === undefined ? "" : `<br/>${mermaidText(figureOf(place, now))}`;
  return `p${index}${open}"${mermaidText(place.label)}${figure}"${close}`;
}
