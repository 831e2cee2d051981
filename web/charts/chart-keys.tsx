/**
 * A chart that takes the focus: arrow keys move the crosshair that all views share from sample to
 * sample, or lead to the chart above or below. A column of charts is one stop of the Tab key.
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
  const [said, setSaid] = useState("");
  const speech = useRef<ReturnType<typeof setTimeout>>(undefined);
  // A pointer moves the crosshair as well, and takes it along when it leaves.
  const isOurs = useRef(false);
  useEffect(() => () => clearTimeout(speech.current), []);
  const speakAtRest = (): void => {
    clearTimeout(speech.current);
    speech.current = setTimeout(() => setSaid(read()), REST_MS);
  };
  const letGo = (): void => {
    clearTimeout(speech.current);
    isOurs.current = false;
    setSaid("");
    viewStore.setState({ crosshairNs: undefined });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Escape") {
      if (viewStore.getState().crosshairNs === undefined) return;
      // Only the crosshair: whatever else Escape closes stays open.
      event.stopPropagation();
      letGo();
      return;
    }
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      neighbour(event.currentTarget, event.key === "ArrowUp" ? -1 : 1)?.focus();
      return;
    }
    const crosshairNs = sampleAfter(event, momentNow());
    if (crosshairNs === undefined) return;
    event.preventDefault();
    isOurs.current = true;
    viewStore.setState({ crosshairNs });
    speakAtRest();
  };
  const onFocus = (): void => {
    stop?.setKind(kind);
    if (viewStore.getState().crosshairNs === undefined) return;
    // From the chart above or below, which has left it here.
    isOurs.current = true;
    speakAtRest();
  };
  const onBlur = (event: FocusEvent): void => {
    if (isOurs.current && !isChart(event.relatedTarget)) letGo();
  };
  return (
    <>
      {/* Arrow keys move what is drawn, so it takes the focus although it is a picture. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions */}
      <div
        className="chart-keys"
        role="application"
        aria-label={`Crosshair of ${title}: the arrow keys move it, up and down change the chart`}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        tabIndex={stop === undefined || stop.kind === kind ? 0 : -1}
        onKeyDown={onKeyDown}
        onFocus={onFocus}
        onBlur={onBlur}
      >
        {children}
      </div>
      <output className="visually-hidden">{said}</output>
    </>
  );
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
