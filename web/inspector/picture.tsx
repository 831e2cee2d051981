/** The latencies of all requests, as a heatmap of one lane or as histograms of all of them. */
import { type ReactNode, useCallback, useEffect, useRef } from "react";
import { grouped } from "../format.ts";
import { useRun } from "../state/run-store.ts";
import { useScenario } from "../state/scenario-store.ts";
import { useView } from "../state/view-store.ts";
import { ChoiceField } from "../ui/field.tsx";
import { Segments } from "../ui/segments.tsx";
import { classNames } from "./classes.ts";
import { columnWord, Heatmap } from "./heatmap.tsx";
import type { HeatModel } from "./heat-model.ts";
import { Histogram } from "./histogram.tsx";
import {
  askTester,
  chooseRequests,
  showPicture,
  useInspected,
  type PictureKind,
} from "./inspector-store.ts";
import { Testers, USUAL_CONNECTIONS } from "./testers.tsx";
import "./picture.css";

const HEAT_STEPS = 8;
const PICTURES: readonly (readonly [PictureKind, string])[] = [
  ["heatmap", "Heatmap"],
  ["histogram", "Histogram"],
];
/** Labels hold still for this long, so that they can be read. */
const READING_MS = 250;

export function Picture() {
  const picture = useInspected((inspected) => inspected.picture);
  const failed = useInspected((inspected) => inspected.choice === "failed");
  const selected = useView((view) => view.selectedLane);
  const letter = useRun((run) => run.lanes[selected]?.letter ?? "A");
  const note = useRef<HTMLElement>(null);
  const most = useRef<HTMLSpanElement>(null);
  const say = useCalm(
    useCallback((heat: HeatModel | undefined): void => {
      write(note.current, heat === undefined ? "" : noteOf(heat));
      write(most.current, grouped(heat?.most ?? 0));
    }, []),
  );
  const title = failed ? "Time until requests failed" : "Latency of every request";
  return (
    <section className="heat" aria-label={title} data-lane={letter}>
      <header className="inspector-head">
        <h2>
          {title}
          {picture === "heatmap" ? (
            <small ref={note} />
          ) : (
            <small>counts upwards on a log scale, after the warm-up</small>
          )}
        </h2>
        <span className="heat-tools">
          {picture === "heatmap" && <Scale most={<span ref={most} />} />}
          <ClassFilter />
          <Segments label="Picture" options={PICTURES} value={picture} onChoose={showPicture} />
          <TesterSwitch />
        </span>
      </header>
      <Testers />
      {picture === "heatmap" ? <Heatmap onPaint={say} /> : <Histogram />}
    </section>
  );
}

/** Calls `tell` with the latest news, and not more often than people can read. */
function useCalm<T>(tell: (news: T) => void): (news: T) => void {
  const state = useRef<{ latest: T; timer?: ReturnType<typeof setTimeout> }>(undefined);
  useEffect(() => () => clearTimeout(state.current?.timer), []);
  return useCallback(
    function say(news: T): void {
      if (state.current?.timer !== undefined) {
        state.current.latest = news;
        return;
      }
      tell(news);
      const timer = setTimeout(() => {
        const { latest } = state.current ?? { latest: news };
        state.current = undefined;
        if (latest !== news) say(latest);
      }, READING_MS);
      state.current = { latest: news, timer };
    },
    [tell],
  );
}

/** Written beside React: the text changes with every batch. */
function write(element: HTMLElement | null, text: string): void {
  if (element !== null && element.textContent !== text) element.textContent = text;
}

/** "15 607 requests, 0.5 s × 8 bins to a doubling" */
function noteOf(heat: HeatModel): string {
  return `${grouped(heat.total)} requests, ${columnWord(heat)} × ⅛ of a doubling`;
}

function Scale({ most }: { readonly most: ReactNode }) {
  return (
    <span className="heat-scale">
      1
      {Array.from({ length: HEAT_STEPS }, (_, i) => (
        <i key={i} style={{ background: `var(--heat-${i + 1})` }} />
      ))}
      {most}&nbsp;per cell
    </span>
  );
}

/** Which class of requests; hidden where there is one only. */
function ClassFilter() {
  // As one text, so that an unchanged list is the same value.
  const names = useScenario((scenario) => classNames(scenario.document).join("\n"));
  const request = useInspected((inspected) => inspected.request);
  const classes = names.split("\n");
  if (classes.length < 2) return undefined;
  return (
    <ChoiceField
      label="Requests"
      labelHidden
      value={request ?? ""}
      options={[["", "all requests"], ...classes.map((name) => [name, name] as const)]}
      onCommit={(name) => chooseRequests(name === "" ? undefined : name)}
    />
  );
}

function TesterSwitch() {
  const connections = useInspected((inspected) => inspected.connections);
  const isOn = connections !== undefined;
  return (
    <span className="segments">
      <button
        type="button"
        aria-pressed={isOn}
        title="What a load tester would have reported that sends nothing while it waits"
        onClick={() => askTester(isOn ? undefined : USUAL_CONNECTIONS)}
      >
        Naive tester
      </button>
    </span>
  );
}
