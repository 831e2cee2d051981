/**
 * What is known of the place that is selected: its figures, its course over time, the settings that
 * it depends on, and who is in it. React renders the rows once; a painter writes into them.
 */
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { PlaceTasks, Topology } from "../../engine/api.ts";
import { addPainter } from "../charts/frame.ts";
import { DocField } from "../editor/doc-field.tsx";
import { conductor } from "../state/conductor.ts";
import type { LaneRun } from "../state/lane-run.ts";
import { runStore, useRun } from "../state/run-store.ts";
import { pathOnLane } from "../state/document-path.ts";
import { useScenario } from "../state/scenario-store.ts";
import { selectPlace, showInSchedule, useView, viewStore } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Icon } from "../ui/icons.tsx";
import { insideOf } from "./inside-store.ts";
import type { FlowLayout } from "./layout.ts";
import { type Setting, courseOf, factsOf, moreText, settingsOf, taskText } from "./place-facts.ts";
import { shortName } from "./shapes.ts";

const TASKS_SHOWN = 12;
const COURSE = { width: 256, height: 44 } as const;
/** Figures change at most this often, so that they can be read. */
const READING_MS = 250;

interface PlacePanelProps {
  readonly topology: Topology;
  readonly layout: FlowLayout;
}

export function PlacePanel({ topology, layout }: PlacePanelProps) {
  const selected = useView((view) => view.selectedPlace);
  const lane = useView((view) => view.selectedLane);
  const index = topology.places.findIndex(({ name }) => name === selected);
  const rect = layout.nodes.get(index);
  if (rect === undefined) return null;
  // On the side where the node is not.
  const side = rect.x + rect.width / 2 < layout.width / 2 ? "right" : "left";
  return (
    <Panel key={`${lane} ${index}`} topology={topology} index={index} lane={lane} first={side} />
  );
}

interface PanelProps {
  readonly topology: Topology;
  readonly index: number;
  readonly lane: number;
  /** The side on which it opens. */
  readonly first: Side;
}

function Panel({ topology, index, lane, first }: PanelProps) {
  const panel = useRef<HTMLElement>(null);
  const side = useSide(panel, first);
  const place = topology.places[index]!;
  const letter = useRun((run) => run.lanes[lane]?.letter ?? "A");
  const seen = runStore.getState().lanes[lane];
  const facts = seen === undefined ? [] : factsOf(seen, topology, { index, internals: undefined });
  usePanelLive(panel, topology, index);
  useReturnOfFocus(panel, place.name);
  return (
    <section
      ref={panel}
      className="place-panel"
      data-side={side}
      data-testid={TEST_IDS.flowPanel}
      aria-label={`${place.label}, lane ${letter}`}
    >
      <header className="place-head">
        <h3>{shortName(place)}</h3>
        {/* Without a tooltip, which would take the first Escape for itself. */}
        <button
          type="button"
          className="button button-icon button-ghost button-small"
          aria-label="Close"
          onClick={() => selectPlace(undefined)}
        >
          <Icon name="close" size={14} />
        </button>
      </header>
      <dl className="place-facts">
        {facts.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd data-fact={name}>{value}</dd>
          </div>
        ))}
      </dl>
      <Course />
      <Settings settings={settingsOf(topology, lane, index)} lane={lane} />
      {place.group === "end" ? null : <Tasks />}
    </section>
  );
}

function Course() {
  const { width, height } = COURSE;
  return (
    <figure className="place-course">
      {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- the drawing is inline */}
      <svg
        role="img"
        aria-label="Tasks in the place over time"
        viewBox={`0 -1 ${width} ${height + 2}`}
      >
        <path className="place-baseline" d={`M0 ${height}H${width}`} />
        <path className="place-line" data-course />
      </svg>
      <figcaption>
        tasks over the run, most <span data-course-most />
      </figcaption>
    </figure>
  );
}

function Settings({
  settings,
  lane,
}: {
  readonly settings: readonly Setting[];
  readonly lane: number;
}) {
  const draft = useScenario((state) => state.draft);
  if (settings.length === 0) return null;
  return (
    <div className="place-settings">
      {settings.map(({ path, ...field }) => (
        <DocField key={path} path={pathOnLane(draft, lane, path)} {...field} />
      ))}
    </div>
  );
}

/** A row for each task, in the order of arrival; one leads to its stay in the schedule. */
function Tasks() {
  const rows = Array.from({ length: TASKS_SHOWN }, (_, row) => row);
  return (
    <div className="place-tasks">
      <h4>Who is here, first come first</h4>
      <ol>
        {rows.map((row) => (
          <li key={row} hidden data-task={row}>
            <button type="button" title="Show in the schedule">
              –
            </button>
          </li>
        ))}
      </ol>
      <p data-more />
    </div>
  );
}

// ---- Live ---------------------------------------------------------------------------------------

function usePanelLive(
  panel: RefObject<HTMLElement | null>,
  topology: Topology,
  index: number,
): void {
  useEffect(() => {
    const element = panel.current;
    if (element === null) return;
    let tasks: PlaceTasks | undefined;
    let isAsking = false;
    let asked = "";
    const painter = addPainter(() => {
      const lane = selectedLane();
      if (lane?.topology?.places.length !== topology.places.length) return;
      writeFacts(element, lane, topology, index);
      if (tasks !== undefined) writeTasks(element, tasks);
      void ask(lane);
    }, READING_MS);
    const ask = async (lane: LaneRun): Promise<void> => {
      const moment = `${lane.events} ${lane.nowNs}`;
      if (isAsking || moment === asked) return;
      isAsking = true;
      asked = moment;
      tasks = await conductor.ask(lane.index, (engine) => engine.tasksIn(index, TASKS_SHOWN));
      isAsking = false;
      painter.refresh();
    };
    const onClick = (event: MouseEvent): void => {
      const row = (event.target as Element).closest<HTMLElement>("[data-task]");
      if (row !== null && tasks !== undefined) follow(tasks, Number(row.dataset["task"]));
    };
    element.addEventListener("click", onClick);
    const unsubscribe = runStore.subscribe(() => painter.refresh());
    painter.soon();
    return () => {
      element.removeEventListener("click", onClick);
      unsubscribe();
      painter.dispose();
    };
  }, [panel, topology, index]);
}

function follow({ tasks, nowNs }: PlaceTasks, row: number): void {
  const task = tasks[row];
  if (task === undefined) return;
  showInSchedule({ fromNs: task.beganNs, toNs: nowNs, request: task.request });
}

function writeFacts(panel: HTMLElement, lane: LaneRun, topology: Topology, index: number): void {
  for (const { name, value } of factsOf(lane, topology, {
    index,
    internals: insideOf(lane.index),
  })) {
    write(panel.querySelector(`[data-fact="${name}"]`), value);
  }
  const { d, most, text } = courseOf(lane, topology.places[index]!.name, COURSE);
  panel.querySelector("[data-course]")?.setAttribute("d", d);
  panel.querySelector("svg")?.setAttribute("aria-label", text);
  write(panel.querySelector("[data-course-most]"), most.toFixed(most < 10 ? 1 : 0));
}

function writeTasks(panel: HTMLElement, tasks: PlaceTasks): void {
  for (const row of panel.querySelectorAll<HTMLElement>("[data-task]")) {
    const task = tasks.tasks[Number(row.dataset["task"])];
    row.hidden = task === undefined;
    if (task !== undefined) write(row.firstElementChild, taskText(task, tasks.nowNs));
  }
  write(panel.querySelector("[data-more]"), moreText(tasks));
}

function write(element: Element | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

type Side = "left" | "right";

/** The panel steps aside for a node that gets the focus beneath it. */
function useSide(panel: RefObject<HTMLElement | null>, first: Side): Side {
  const [side, setSide] = useState(first);
  useEffect(() => {
    const view = panel.current?.closest<HTMLElement>(".flow");
    const onFocus = ({ target }: FocusEvent): void => {
      if (!(target instanceof Element) || !target.matches(".flow-hit")) return;
      const [node, cover] = [target, panel.current].map((one) => one?.getBoundingClientRect());
      const isBeneath = node && cover && node.left < cover.right && node.right > cover.left;
      if (isBeneath) setSide((now) => (now === "left" ? "right" : "left"));
    };
    view?.addEventListener("focusin", onFocus);
    return () => view?.removeEventListener("focusin", onFocus);
  }, [panel]);
  return side;
}

/** Focus goes into the panel with its opening, and back to the node with its closing. */
function useReturnOfFocus(panel: RefObject<HTMLElement | null>, place: string): void {
  // A layout effect ends while the panel, and with it the focus, is still in the document.
  useLayoutEffect(() => {
    const element = panel.current;
    const view = element?.closest(".flow");
    if (view?.contains(document.activeElement) === true) {
      element?.querySelector<HTMLElement>("button")?.focus({ preventScroll: true });
    }
    return () => {
      const node = view?.querySelector<HTMLElement>(`[data-place="${CSS.escape(place)}"]`);
      if (element?.contains(document.activeElement) === true) node?.focus({ preventScroll: true });
    };
  }, [panel, place]);
}

function selectedLane(): LaneRun | undefined {
  return runStore.getState().lanes[viewStore.getState().selectedLane];
}
