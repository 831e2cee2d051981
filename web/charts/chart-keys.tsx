/**
 * A chart that takes the focus: arrow keys move the crosshair that all views share from sample to
 * sample, or lead to the chart above or below; Enter takes the run to where the crosshair is, as a
 * double click does. A column of charts is one stop of the Tab key.
 */
import {
  createContext,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  use,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { conductor } from "../state/conductor.ts";
import { runStore } from "../state/run-store.ts";
import { viewStore } from "../state/view-store.ts";
import type { ChartKind } from "./model.ts";
import { type CrosshairMoment, sampleAfter } from "./sample-steps.ts";
import { times } from "./series.ts";

/** What the crosshair has come to rest at is spoken; what it passes is not. */
const REST_MS = 300;

interface Stop {
  /** The chart that the Tab key leads to. */
  readonly kind: ChartKind;
  readonly setKind: (kind: ChartKind) => void;
}

const StopContext = createContext<Stop | undefined>(undefined);

interface ChartStopsProps {
  readonly first: ChartKind;
  readonly children: ReactNode;
}

/** Charts that share one stop of the Tab key: the one that had the focus last. */
export function ChartStops({ first, children }: ChartStopsProps) {
  const [kind, setKind] = useState(first);
  const stop = useMemo(() => ({ kind, setKind }), [kind]);
  return <StopContext value={stop}>{children}</StopContext>;
}

interface ChartKeysProps {
  readonly kind: ChartKind;
  readonly title: string;
  /** The values at the crosshair as a sentence. */
  readonly read: () => string;
  /** The canvas. */
  readonly children: ReactNode;
}

export function ChartKeys({ kind, title, read, children }: ChartKeysProps) {
  const stop = use(StopContext);
  const { said, speakAtRest, fallSilent } = useSpeech(read);
  // A pointer moves the crosshair as well, and takes it along when it leaves.
  const isOurs = useRef(false);
  const moveTo = (crosshairNs: number | undefined): void => {
    isOurs.current = crosshairNs !== undefined;
    viewStore.setState({ crosshairNs });
    if (crosshairNs === undefined) fallSilent();
    else speakAtRest();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    const action = actionOf(event, moveTo);
    if (action === undefined) return;
    event.preventDefault();
    // Escape lets go of the crosshair only: whatever else it closes stays open.
    event.stopPropagation();
    action();
  };
  const onFocus = (): void => {
    stop?.setKind(kind);
    // The chart above or below may have left it here.
    const { crosshairNs } = viewStore.getState();
    if (crosshairNs !== undefined) moveTo(crosshairNs);
  };
  const onBlur = (event: FocusEvent): void => {
    if (isOurs.current && !isChart(event.relatedTarget)) moveTo(undefined);
  };
  return (
    <>
      {/* Arrow keys move what is drawn, so it takes the focus although it is a picture. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="chart-keys"
        role="application"
        aria-label={`Crosshair of ${title}: ${WHAT_KEYS_DO}`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={stop === undefined || stop.kind === kind ? 0 : -1}
        onKeyDown={onKeyDown}
        onDoubleClick={goToCrosshair}
        onFocus={onFocus}
        onBlur={onBlur}
      >
        {children}
      </div>
      <output className="visually-hidden">{said}</output>
    </>
  );
}

const WHAT_KEYS_DO = "left and right move it, up and down change the chart, Enter goes there";

/** What a key does on a chart; undefined where it is left to others. */
function actionOf(
  event: KeyboardEvent<HTMLElement>,
  moveTo: (ns: number | undefined) => void,
): (() => void) | undefined {
  if (event.ctrlKey || event.altKey || event.metaKey) return undefined;
  const chart = event.currentTarget;
  const hasCrosshair = viewStore.getState().crosshairNs !== undefined;
  switch (event.key) {
    case "Escape":
      return hasCrosshair ? () => moveTo(undefined) : undefined;
    case "Enter":
      return goToCrosshair;
    case "ArrowUp":
      return () => neighbour(chart, -1)?.focus();
    case "ArrowDown":
      return () => neighbour(chart, 1)?.focus();
    default: {
      const ns = sampleAfter(event, momentNow());
      return ns === undefined ? undefined : () => moveTo(ns);
    }
  }
}

function useSpeech(read: () => string) {
  const [said, setSaid] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return {
    said,
    speakAtRest: (): void => {
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setSaid(read()), REST_MS);
    },
    fallSilent: (): void => {
      clearTimeout(timer.current);
      setSaid("");
    },
  };
}

function goToCrosshair(): void {
  const { crosshairNs } = viewStore.getState();
  if (crosshairNs !== undefined) conductor.seek(crosshairNs);
}

/** Samples of the selected lane, or of any that has some. */
function momentNow(): CrosshairMoment {
  const { lanes, clockNs } = runStore.getState();
  const { selectedLane, crosshairNs } = viewStore.getState();
  const lane = [lanes[selectedLane], ...lanes].find((one) => (one?.samples.count ?? 0) > 0);
  return {
    t: lane === undefined ? new Float64Array(0) : times(lane.samples),
    clockNs,
    crosshairNs,
  };
}

function neighbour(chart: HTMLElement, by: -1 | 1): HTMLElement | undefined {
  const charts = [
    ...(chart.closest(".charts")?.querySelectorAll<HTMLElement>(".chart-keys") ?? []),
  ];
  return charts[charts.indexOf(chart) + by];
}

function isChart(target: EventTarget | null): boolean {
  return target instanceof Element && target.matches(".chart-keys");
}
