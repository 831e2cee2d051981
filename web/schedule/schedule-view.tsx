/** Who ran on what, and what the others waited for, around the clock of the selected lane. */
import { useRef, useState } from "react";
import { useRun } from "../state/run-store.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Button, IconButton } from "../ui/button.tsx";
import { ExpandButton } from "../ui/expand-button.tsx";
import { LOOKS, USUAL_STATES } from "./forms.ts";
import { SliceList } from "./slice-list.tsx";
import { type Timeline, useTimeline } from "./use-timeline.ts";

export function ScheduleView() {
  const canvas = useRef<HTMLCanvasElement>(null);
  const range = useRef<HTMLSpanElement>(null);
  const tip = useRef<HTMLDivElement>(null);
  const [states, setStates] = useState<readonly string[]>(USUAL_STATES);
  const [following, setFollowing] = useState(true);
  const [listed, setListed] = useState(false);
  const timeline = useTimeline({ canvas, range, tip, setStates, setFollowing });
  const started = useRun((run) => run.clockNs > 0);
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  return (
    <section className="schedule" data-lane={letter} aria-label="Schedule">
      <header className="schedule-head">
        <h2>Schedule</h2>
        <span ref={range} className="schedule-range" />
        <Tools timeline={timeline} following={following} onList={() => setListed(true)} />
        <Legend states={states} />
        <ExpandButton view="schedule" testId={TEST_IDS.expandSchedule} />
      </header>
      <div className="schedule-body">
        {/* oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- a canvas is no img element */}
        <canvas
          ref={canvas}
          className="schedule-canvas"
          role="img"
          aria-label="Schedule"
          {...timeline.pointer}
        />
        {!started && <p className="schedule-empty">Runs appear here once the clock moves.</p>}
        <div ref={tip} className="schedule-tip" hidden>
          <b />
          <span className="schedule-tip-more" />
        </div>
      </div>
      {listed && <SliceList timeline={timeline} onClose={() => setListed(false)} />}
    </section>
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
