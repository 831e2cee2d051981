/** One tab per lane: what it is, how it does now, and whether it keeps the SLO. */
import { type KeyboardEvent, useRef } from "react";
import { duration, nanoseconds, rate } from "../format.ts";
import { useRun } from "../state/run-store.ts";
import { selectLane, useView } from "../state/view-store.ts";
import { LaneChip } from "../ui/chip.tsx";
import { type Reading, useReadings } from "./readings.ts";
import { Verdict } from "./verdict.tsx";

export function LaneTabs() {
  const list = useRef<HTMLDivElement>(null);
  const lanes = useReadings((readings) => readings.lanes);
  const selected = useView((view) => view.selectedLane);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = nextTab(event.key, selected, lanes.length);
    if (next === undefined) return;
    event.preventDefault();
    selectLane(next);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  return (
    <div ref={list} className="lane-tabs" role="tablist" aria-label="Lanes">
      {lanes.map((lane) => (
        <LaneTab
          key={lane.letter}
          lane={lane}
          selected={lane.index === selected}
          onKeyDown={onKeyDown}
        />
      ))}
    </div>
  );
}

/** Index of the tab a key leads to; undefined for keys that are none of a tab list's. */
function nextTab(key: string, selected: number, tabs: number): number | undefined {
  if (key === "ArrowRight") return (selected + 1) % tabs;
  if (key === "ArrowLeft") return (selected + tabs - 1) % tabs;
  if (key === "Home") return 0;
  return key === "End" ? tabs - 1 : undefined;
}

interface LaneTabProps {
  readonly lane: Reading;
  readonly selected: boolean;
  readonly onKeyDown: (event: KeyboardEvent) => void;
}

function LaneTab({ lane, selected, onKeyDown }: LaneTabProps) {
  const hidden = useView((view) => view.hiddenLanes.includes(lane.index));
  return (
    <button
      type="button"
      role="tab"
      className="lane-tab"
      data-lane={lane.letter}
      data-hidden={hidden}
      aria-selected={selected}
      tabIndex={selected ? 0 : -1}
      onClick={() => selectLane(lane.index)}
      onKeyDown={onKeyDown}
    >
      <span className="lane-tab-name">
        <LaneChip letter={lane.letter} />
        <b>
          <span className="visually-hidden">Lane {lane.letter}: </span>
          {lane.name}
        </b>
      </span>
      <Figures lane={lane} />
    </button>
  );
}

function Figures({ lane }: { readonly lane: Reading }) {
  const clockNs = useRun((run) => (lane.status === "stopped" ? run.lanes[lane.index]?.nowNs : 0));
  if (lane.status === "stopped" || lane.status === "rejected") {
    const at = lane.status === "stopped" ? ` at ${nanoseconds(clockNs ?? 0)}` : "";
    const text = `${lane.status}${lane.reason === undefined ? "" : `: ${lane.reason}`}${at}`;
    return (
      <span className="lane-tab-figures lane-tab-reason" title={text}>
        {text}
      </span>
    );
  }
  if (lane.status === "loading") return <span className="lane-tab-figures">loading</span>;
  // Before the first second is over there is nothing to tell but the name.
  if (Number.isNaN(lane.rate) && Number.isNaN(lane.p99Ms)) {
    return <span className="lane-tab-figures">&nbsp;</span>;
  }
  return (
    <span className="lane-tab-figures">
      <span className="lane-tab-rate">{rate(lane.rate)}</span>
      <span className="lane-tab-p99">
        <span className="lane-tab-metric">p99</span>{" "}
        <span className="lane-tab-value" data-breach={lane.slo === "fails"}>
          {duration(lane.p99Ms)}
        </span>
      </span>
      {lane.slo !== undefined && <Verdict verdict={lane.slo} word="SLO" />}
    </span>
  );
}
