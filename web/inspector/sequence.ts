/** One request as a Mermaid sequence diagram: who had it, for how long, and for which step. */
import type { Topology, Waterfall } from "../../engine/api.ts";
import { stepText } from "../editor/step-text.ts";
import type { StepRow } from "../editor/program.ts";
import { milliseconds } from "../format.ts";
import { mermaidText } from "../mermaid-text.ts";

/** Stays that are written down; what a longer request did in between is said to be left out. */
const MOST_STAYS = 60;

export function sequenceDiagram(
  { request, stays }: Waterfall,
  topology: Topology,
  steps: readonly StepRow[],
): string {
  const shown = stays.slice(0, MOST_STAYS);
  const places = [...new Set(shown.map(({ place }) => place))];
  const lines = ["sequenceDiagram", "  participant client"];
  for (const place of places) {
    lines.push(`  participant p${place} as ${mermaidText(topology.places[place]?.label ?? "")}`);
  }
  let at = "client";
  for (const { place, step, fromNs, toNs } of shown) {
    const next = `p${place}`;
    if (next !== at) lines.push(`  ${at}->>${next}: ${wordOf(steps[step], step)}`);
    lines.push(`  Note over ${next}: ${milliseconds(toNs - fromNs)}`);
    at = next;
  }
  if (stays.length > MOST_STAYS) {
    lines.push(`  Note over ${at}: ${stays.length - MOST_STAYS} more stays`);
  }
  const took = milliseconds(request.endedNs - request.beganNs);
  lines.push(
    request.outcome === "open"
      ? `  Note over ${at}: still open after ${took}`
      : `  ${at}->>client: ${request.outcome} after ${took}`,
  );
  return `${lines.join("\n")}\n`;
}

function wordOf(step: StepRow | undefined, number: number): string {
  if (step !== undefined) return mermaidText(stepText(step.step, step.kind));
  return number < 0 ? "request" : "answer";
}
