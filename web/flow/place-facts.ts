/** What the panel of a place tells: figures, settings, who waits. No pixels, no document. */
import type { Internals, PlaceTasks, Resource, Topology } from "../../engine/api.ts";
import { column } from "../charts/series.ts";
import { NONE, duration, grouped, milliseconds, number, percent, rate } from "../format.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { joinPath } from "../state/document-path.ts";
import { inUseText } from "./shared-live.ts";
import { placesNow } from "./state.ts";

export interface Fact {
  readonly name: string;
  readonly value: string;
}

/** The rows of a panel; which there are depends on the topology alone. */
export function factsOf(
  lane: LaneRun,
  topology: Topology,
  { index, internals }: { readonly index: number; readonly internals: Internals | undefined },
): Fact[] {
  const place = topology.places[index]!;
  const now = placesNow(lane, topology)[index]!;
  // Means are those of the measured part of the run.
  const measured = (lane.result?.measuredSeconds ?? 0) > 0;
  const seen = measured ? lane.result?.places[place.name] : undefined;
  const facts: Fact[] = [{ name: "now", value: grouped(now.tasks) }];
  if (place.group !== "end") {
    facts.push(
      { name: "mean so far", value: seen === undefined ? NONE : number(seen.mean) },
      { name: "most so far", value: seen === undefined ? NONE : grouped(seen.max) },
    );
  }
  if (place.capacity !== undefined || place.kind === "gil") {
    facts.push({ name: "in use", value: percent(now.fill) });
  }
  const resource = resourceAt(topology, index);
  if (resource !== undefined) facts.push(...resourceFacts(topology, resource, internals));
  facts.push(
    { name: "in", value: rate(now.inPerSecond) },
    { name: "out", value: rate(now.outPerSecond) },
  );
  if (place.group !== "end" && place.group !== "client") {
    facts.push({ name: "mean stay, N ÷ X", value: meanStay(now.mean, now.outPerSecond) });
  }
  return facts;
}

function resourceAt({ resources }: Topology, place: number): Resource | undefined {
  return resources.find((resource) => resource.place === place);
}

function resourceFacts(
  { resources }: Topology,
  resource: Resource,
  internals: Internals | undefined,
): Fact[] {
  const now = internals?.resources[resources.indexOf(resource)];
  const inUse = now === undefined ? NONE : inUseText(resource, now);
  const state: Fact = { name: resource.kind, value: inUse };
  if (resource.kind === "channel") return [state];
  if (now === undefined) return [state, { name: "held by", value: NONE }];
  const holders = now.holders.map(({ request, number: n }) => `${request} #${n}`);
  const more = now.inUse > holders.length ? ` and ${now.inUse - holders.length} more` : "";
  const held = holders.length === 0 ? "nobody" : holders.join(", ") + more;
  return [state, { name: "held by", value: held }];
}

/** Little's law over the last second: who is in it on average, by who leaves it per second. */
function meanStay(mean: number, outPerSecond: number): string {
  return outPerSecond > 0 ? duration((mean / outPerSecond) * 1000) : NONE;
}

// ---- Its course over time -----------------------------------------------------------------------

export interface Course {
  /** SVG path data in a box of `width` by `height`, the most at the top. */
  readonly d: string;
  readonly most: number;
  readonly text: string;
}

/** Mean tasks in the place, sample by sample; the highest of each pixel is kept. */
export function courseOf(
  lane: LaneRun,
  name: string,
  { width, height }: { readonly width: number; readonly height: number },
): Course {
  const values = column(lane.samples, `place.${name}`);
  const peaks = new Float64Array(Math.min(values.length, width));
  values.forEach((value, i) => {
    const at = Math.floor((i * peaks.length) / values.length);
    peaks[at] = Math.max(peaks[at]!, value);
  });
  const most = peaks.reduce((a, b) => Math.max(a, b), 0);
  const points = Array.from(peaks, (value, i) => {
    const x = peaks.length < 2 ? 0 : (i * width) / (peaks.length - 1);
    const y = most === 0 ? height : height * (1 - value / most);
    return `${x.toFixed(1)} ${y.toFixed(1)}`;
  });
  const last = values.at(-1);
  const text =
    last === undefined
      ? "No samples yet."
      : `Tasks in the place over time: ${number(last)} in the last sample, ${number(most)} at most.`;
  return { d: points.length === 0 ? "" : `M${points.join("L")}`, most, text };
}

// ---- Since when it is full ------------------------------------------------------------------------

/**
 * Virtual time (ns) from which on samples show the queue full without a break; undefined when the
 * last one does not. A mean within half a task of the limit is full: the queue refills at once.
 */
export function fullSinceNs(lane: LaneRun, name: string, capacity: number): number | undefined {
  const values = column(lane.samples, `place.${name}`);
  const times = column(lane.samples, "t");
  let first = values.length;
  while (first > 0 && values[first - 1]! >= capacity - 0.5) first -= 1;
  if (first === values.length) return undefined;
  return first === 0 ? 0 : times[first - 1];
}

// ---- Who is there ---------------------------------------------------------------------------------

export function taskText(
  { request, isPart, sinceNs }: PlaceTasks["tasks"][number],
  nowNs: number,
): string {
  const part = isPart ? ", a part" : "";
  return `${request.request} #${request.number}${part}, ${milliseconds(nowNs - sinceNs)}`;
}

export function moreText({ total, tasks }: PlaceTasks): string {
  if (total === 0) return "Nobody is here.";
  const more = total - tasks.length;
  return more > 0 ? `and ${grouped(more)} more` : "";
}

// ---- What sets it ---------------------------------------------------------------------------------

/** A field of the scenario that the place depends on. */
export interface Setting {
  readonly path: string;
  readonly label: string;
  readonly kind: "number" | "text";
  readonly placeholder: string;
}

export function settingsOf(topology: Topology, lane: number, index: number): Setting[] {
  const at = `lanes[${lane}].runtime`;
  const place = topology.places[index]!;
  const field = (path: string, label: string, placeholder = "profile's"): Setting => ({
    path,
    label,
    kind: "number",
    placeholder,
  });
  const resource = resourceAt(topology, index);
  if (resource?.kind === "pool") {
    return [field(`${joinPath("pools", resource.name)}.size`, "Size", "")];
  }
  if (resource?.kind === "channel") {
    return [field(`${joinPath("channels", resource.name)}.capacity`, "Capacity", "0")];
  }
  switch (place.name) {
    case "accept-queue":
      return [field(`${at}.backlog`, "Backlog"), field(`${at}.maxConnections`, "Max connections")];
    case "worker-queue":
      return [field(`${at}.threads`, "Threads"), field(`${at}.queue`, "Queue")];
    case "waiting-gil":
      return [field(`${at}.processes`, "Processes", "1")];
    case "running":
      return [field("machine.cores", "Cores", "4")];
    case "runnable":
    case "submission-queue":
    case "global-queue":
      return [workersField(topology, at)];
    case "executor-queue":
      return executorFields(topology, at);
    default:
      return [];
  }
}

function workersField({ inside }: Topology, at: string): Setting {
  const kind = "number";
  const placeholder = "profile's";
  switch (inside.kind) {
    case "threads":
      return { path: `${at}.threads`, label: "Threads", kind, placeholder };
    case "event-loop":
      return { path: `${at}.loops`, label: "Loops per process", kind, placeholder };
    case "goroutines":
      return { path: `${at}.gomaxprocs`, label: "GOMAXPROCS", kind, placeholder: "cores" };
    case "virtual-threads":
      return { path: `${at}.parallelism`, label: "Carriers", kind, placeholder: "cores" };
  }
}

function executorFields({ inside }: Topology, at: string): Setting[] {
  if (inside.kind !== "event-loop") return [];
  const { executorKind, executors } = inside;
  const path = `${at}.executor.${executorKind}`;
  return [
    { path, label: `Executor ${executorKind}`, kind: "number", placeholder: String(executors) },
  ];
}
