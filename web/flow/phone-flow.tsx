/** The flow on a phone: queue, bottleneck and CPU of the selected lane, with what fails. */
import { useEffect, useRef } from "react";
import type { Place, ResourceUse, Topology } from "../../engine/api.ts";
import { addPainter } from "../charts/frame.ts";
import { smoothed } from "../charts/series.ts";
import { grouped, percent, rate } from "../format.ts";
import { bindingOf } from "../state/binding.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { useView, viewStore } from "../state/view-store.ts";
import { placesNow } from "./state.ts";
import type { PlaceNow } from "./words.ts";

interface Station {
  readonly name: string;
  readonly figure: string;
  /** 0 to 1; NaN where there is nothing to fill. */
  readonly fill: number;
  readonly hot: boolean;
}

export interface PhoneState {
  readonly stations: readonly [Station, Station, Station];
  readonly refused: string;
  readonly served: string;
}

export function PhoneFlow() {
  const root = useRef<HTMLElement>(null);
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  useEffect(() => {
    const painter = addPainter(() => {
      const { lanes } = runStore.getState();
      const lane = lanes[viewStore.getState().selectedLane];
      if (root.current !== null && lane?.topology !== undefined) {
        write(root.current, phoneState(lane, lane.topology));
      }
    }, 250);
    const unsubscribes = [
      runStore.subscribe(() => painter.refresh()),
      viewStore.subscribe(() => painter.soon()),
    ];
    painter.soon();
    return () => {
      for (const unsubscribe of unsubscribes) unsubscribe();
      painter.dispose();
    };
  }, []);
  return (
    <section ref={root} className="phone-flow" data-lane={letter} aria-label="Flow, reduced">
      {["queue", "bottleneck", "cpu"].map((key) => (
        <div key={key} className="phone-station">
          <span className="phone-level" />
          <span className="phone-name" />
          <b className="phone-figure" />
        </div>
      ))}
      <p className="phone-refused" />
      <p className="phone-served" />
    </section>
  );
}

export function phoneState(lane: LaneRun, topology: Topology): PhoneState {
  const now = placesNow(lane, topology);
  const all = topology.places.map((place, i) => ({ place, now: now[i]! }));
  const queue = fullest(all.filter(({ place }) => place.kind === "queue"));
  const resource = bindingBesideCpu(lane);
  const inRuntime = all.filter(
    ({ place: { group, kind } }) => group === "runtime" && !isShown(kind),
  );
  const busiest = fullest(inRuntime);
  const cpu = cpuNow(lane) / topology.cores;
  const failing = all.filter(({ place }) => place.kind === "failed");
  const lost = failing.reduce((sum, end) => sum + end.now.inPerSecond, 0);
  const done = all.filter(({ place }) => place.kind === "done");
  const served = done.reduce((sum, end) => sum + end.now.inPerSecond, 0);
  return {
    stations: [
      stationOf("queue", queue),
      resource === undefined
        ? stationOf(busiest?.place.label ?? "runtime", busiest)
        : { name: resource.name, ...shareOf(resource.used) },
      { name: "CPU", ...shareOf(cpu) },
    ],
    refused: lost === 0 ? "" : `${rate(lost)} failed`,
    served: `${rate(served)} served`,
  };
}

/** Cores in use over the last samples; NaN before the first. */
function cpuNow({ samples }: LaneRun): number {
  return ["user", "system", "gc"]
    .map((kind) => smoothed(samples, `cpu.${kind}`).at(-1) ?? NaN)
    .reduce((sum, cores) => sum + cores, 0);
}

interface Seen {
  readonly place: Place;
  readonly now: PlaceNow;
}

/** What binds the lane, by its use since the warm-up; the CPU has a station of its own. */
function bindingBesideCpu({ result }: LaneRun): ResourceUse | undefined {
  const use = result && bindingOf(result);
  return use?.kind === "cpu" || use?.kind === "cpu-limit" ? undefined : use;
}

/** Kinds of places that the other two stations tell of. */
function isShown(kind: Place["kind"]): boolean {
  return kind === "queue" || kind === "run";
}

function shareOf(used: number): Omit<Station, "name"> {
  return { figure: percent(used), fill: used, hot: used >= 0.9 };
}

function fullest(places: readonly Seen[]): Seen | undefined {
  return places.reduce<Seen | undefined>(
    (best, next) => (best === undefined || next.now.tasks > best.now.tasks ? next : best),
    undefined,
  );
}

function stationOf(name: string, seen: Seen | undefined): Station {
  if (seen === undefined) return { name, figure: "–", fill: NaN, hot: false };
  const { place, now } = seen;
  const { fill } = now;
  const full =
    place.kind === "queue" && place.capacity !== undefined && now.tasks >= place.capacity;
  return {
    name,
    figure: full ? `${grouped(now.tasks)} full` : grouped(now.tasks),
    fill,
    hot: full || fill >= 0.9,
  };
}

function write(root: HTMLElement, state: PhoneState): void {
  const stations = root.querySelectorAll<HTMLElement>(".phone-station");
  state.stations.forEach((station, i) => {
    const element = stations[i];
    if (element === undefined) return;
    element.dataset["hot"] = String(station.hot);
    element.style.setProperty("--fill", String(Number.isNaN(station.fill) ? 0 : station.fill));
    setText(element, ".phone-name", station.name);
    setText(element, ".phone-figure", station.figure);
  });
  setText(root, ".phone-refused", state.refused);
  setText(root, ".phone-served", state.served);
}

function setText(root: HTMLElement, selector: string, text: string): void {
  const element = root.querySelector(selector);
  if (element !== null && element.textContent !== text) element.textContent = text;
}
