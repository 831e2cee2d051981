/** Who ran on what, and what the others waited for, around the clock of the selected lane. */
import { type KeyboardEvent, type Ref, useRef, useState } from "react";
import { useRun } from "../state/run-store.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { ExpandButton } from "../ui/expand-button.tsx";
import { LOOKS, USUAL_STATES } from "./forms.ts";
import { measurePicked, scheduleStore, useSchedule } from "./schedule-store.ts";
import { ScheduleBar } from "./schedule-bar.tsx";
import { inspectPicked, SliceCard } from "./slice-card.tsx";
import { SliceList } from "./slice-list.tsx";
import type { Timeline } from "./timeline.ts";
import { useTimeline } from "./use-timeline.ts";

export function ScheduleView() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const range = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const card = useRef<HTMLDivElement>(null);
  const more = useRef<HTMLButtonElement>(null);
  const rest = useRef<HTMLDivElement>(null);
  const [states, setStates] = useState<readonly string[]>(USUAL_STATES);
  const [following, setFollowing] = useState(true);
  const [listed, setListed] = useState(false);
  const parts = { canvas, range, tip, card, more, rest, setStates, setFollowing };
  const timeline = useTimeline(parts);
  const started = useRun((run) => run.clockNs > 0);
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  return (
    <section className="schedule" data-lane={letter} aria-label="Schedule">
      <header className="schedule-head">
        <h2>Schedule</h2>
        <span ref={range} className="schedule-range" data-testid={TEST_IDS.scheduleRange} />
        <Tools timeline={timeline} following={following} onList={() => setListed(true)} />
        <Legend states={states} />
        <ExpandButton view="schedule" testId={TEST_IDS.expandSchedule} />
      </header>
      <ScheduleBar timeline={timeline} />
      <div className="schedule-body">
        <div
          className="schedule-scroll"
          onScroll={(event) => timeline.scrolled(event.currentTarget.scrollTop)}
        >
          {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is no img element */}
          <canvas
            ref={canvas}
            className="schedule-canvas"
            role="img"
            aria-label="Schedule"
            data-testid={TEST_IDS.schedule}
            {...timeline.pointer}
          />
          <div ref={rest} />
        </div>
        {!started && <p className="schedule-empty">Runs appear here once the clock moves.</p>}
        <SliceKeys timeline={timeline} />
        <MoreRows reference={more} />
        <div ref={tip} className="schedule-tip" hidden>
          <b />
          <span className="schedule-tip-more" />
        </div>
        <SliceCard reference={card} onFit={() => timeline.fit()} />
      </div>
      {listed && <SliceList timeline={timeline} onClose={() => setListed(false)} />}
    </section>
  );
}

/** Slices without a pointer: a stop for the keyboard from which arrow keys lead through them. */
function SliceKeys({ timeline }: { readonly timeline: Timeline }) {
  const along = async (time: -1 | 1, measures: boolean): Promise<void> => {
    if (measures) measurePicked();
    await timeline.step({ time });
    if (measures) measurePicked();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const action = {
      ArrowLeft: () => void along(-1, event.shiftKey),
      ArrowRight: () => void along(1, event.shiftKey),
      ArrowUp: () => void timeline.step({ row: -1 }),
      ArrowDown: () => void timeline.step({ row: 1 }),
      Enter: inspectPicked,
    }[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  };
  return (
    <button
      type="button"
      className="schedule-keys"
      data-testid={TEST_IDS.scheduleKeys}
      onKeyDown={onKeyDown}
    >
      Slices: ← → along a row, with Shift measured, ↑ ↓ between rows, Enter inspects the request
    </button>
  );
}

/** "+13 more": the rest of the threads, to scroll through. */
function MoreRows({ reference }: { readonly reference: Ref<HTMLButtonElement> }) {
  const expanded = useSchedule((schedule) => schedule.expanded);
  return (
    <button
      ref={reference}
      type="button"
      className="schedule-more"
      aria-expanded={expanded}
      aria-label="Rows"
      data-testid={TEST_IDS.scheduleMore}
      hidden
      onClick={() => scheduleStore.setState({ expanded: !expanded })}
    />
  );
}

interface ToolsProps {
  readonly timeline: Timeline;
  readonly following: boolean;
  readonly onList: () => void;
}

function Tools({ timeline, following, onList }: ToolsProps) {
  return (
    <span className="schedule-tools">
      <Button look="ghost" size="small" onPress={() => timeline.pan(-0.5)}>
        <span aria-hidden="true">‹</span>
        <span className="visually-hidden">Earlier (A)</span>
      </Button>
      <Button look="ghost" size="small" onPress={() => timeline.pan(0.5)}>
        <span aria-hidden="true">›</span>
        <span className="visually-hidden">Later (D)</span>
      </Button>
      <Button look="ghost" size="small" onPress={() => timeline.zoom(2)}>
        <span aria-hidden="true">−</span>
        <span className="visually-hidden">Zoom out (S)</span>
      </Button>
      <Button look="ghost" size="small" onPress={() => timeline.zoom(0.5)}>
        <span aria-hidden="true">+</span>
        <span className="visually-hidden">Zoom in (W)</span>
      </Button>
      <IconButton
        icon="widen"
        label="Whole run"
        size="small"
        testId={TEST_IDS.scheduleWhole}
        onPress={() => timeline.wholeRun()}
      />
      <IconButton
        icon="search"
        label="Find a slice"
        size="small"
        testId={TEST_IDS.scheduleFind}
        onPress={() => scheduleStore.setState({ searching: !scheduleStore.getState().searching })}
      />
      <IconButton icon="list" label="List of slices" size="small" onPress={onList} />
      {!following && (
        <Button look="ghost" size="small" onPress={() => timeline.follow()}>
          Follow
        </Button>
      )}
    </span>
  );
}

function Legend({ states }: { readonly states: readonly string[] }) {
  return (
    <ul className="schedule-legend" aria-label="States">
      {LOOKS.filter((look) => states.includes(look.state)).map((look) => (
        <li key={look.state}>
          <i className="swatch" data-state={look.state} />
          {look.name}
        </li>
      ))}
    </ul>
  );
}
