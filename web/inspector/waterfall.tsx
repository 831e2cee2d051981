/**
 * What the picked request did: a row for each step of its program, its stays on one time scale, and
 * who had what it waited for. A wait in front that hides the rest has a scale of its own.
 */
import { ticks } from "d3-array";
import { type ReactNode, useRef } from "react";
import type { RequestName, Topology, Waterfall as Fall } from "../../engine/api.ts";
import { programOn, stepRows } from "../editor/program.ts";
import { stepIcon, stepText } from "../editor/step-text.ts";
import { milliseconds, nanoseconds, number } from "../format.ts";
import { joinPath } from "../state/document-path.ts";
import { useScenario } from "../state/scenario-store.ts";
import { useView } from "../state/view-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Key } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Icon } from "../ui/icons.tsx";
import { Bars, barsInWords, shareOf } from "./fall-bars.tsx";
import { endWord, fallPicture, shortName, type FallPicture, type FallRow } from "./fall-model.ts";
import { Holders } from "./holders.tsx";
import { useInspected } from "./inspector-store.ts";
import { moment } from "./moment.ts";
import { sequenceDiagram } from "./sequence.ts";
import { useWidth } from "./use-width.ts";
import "./waterfall.css";

/** Ticks of a time scale, about. */
const TICKS = 6;
/** A wait in front shows words on itself if it is at least this wide, CSS pixels. */
const WORDS_PX = 90;

interface WaterfallProps {
  readonly lane: number;
  readonly topology: Topology;
}

export function Waterfall({ lane, topology }: WaterfallProps) {
  const picked = useView((view) => view.request);
  const fall = useInspected((inspected) => inspected.falls[lane]);
  const document = useScenario((scenario) => scenario.document);
  const isWatching = useInspected((inspected) => inspected.isWatching);
  if (fall === undefined) {
    return (
      <section className="waterfall" aria-label="Request">
        <p className="inspector-hint">{hint(picked, isWatching)}</p>
      </section>
    );
  }
  const { request } = fall;
  const path = joinPath("requests", request.request);
  const steps = stepRows(programOn(document, lane, request.request), `${path}.steps`);
  return (
    <section className="waterfall" aria-label="Request">
      <header className="inspector-head">
        <h2>
          Request {shortName(request)} <small>{summary(fall)}</small>
        </h2>
        <span className="waterfall-keys">
          <CopyButton text={() => sequenceDiagram(fall, topology, steps)}>Mermaid</CopyButton>
          <Key>J</Key>
          <Key>K</Key> previous, next
        </span>
      </header>
      <Picture
        picture={fallPicture(fall, steps, topology)}
        topology={topology}
        isOpen={request.outcome === "open"}
      />
    </section>
  );
}

function hint(picked: RequestName | undefined, isWatching: boolean): string {
  if (picked === undefined) return "Choose a request to see what it did.";
  const name = `Request ${shortName(picked)}`;
  if (isWatching) return `${name}: its part of the run is computed once more …`;
  return `${name} has not begun on this lane by now, or lies too far back.`;
}

/** "order, arrived 42.087 s, answered 42.599 s, on T07" */
function summary({ request, threads }: Fall): string {
  const on = threads.length === 0 ? "" : `, on ${threads.slice(0, 3).join(", ")}`;
  const more = threads.length > 3 ? ` and ${threads.length - 3} more` : "";
  const { beganNs, endedNs, outcome } = request;
  // To the thousandth of a second, or finer where that would tell little of a short request.
  const lengthNs = Math.min(1e6, (endedNs - beganNs) / 10);
  const end = `${endWord(outcome)} ${outcome === "open" ? "at " : ""}${moment(endedNs, lengthNs)} s`;
  return `${request.request}, arrived ${moment(beganNs, lengthNs)} s, ${end}${on}${more}`;
}

interface PictureProps {
  readonly picture: FallPicture;
  readonly topology: Topology;
  readonly isOpen: boolean;
}

function Picture({ picture, topology, isOpen }: PictureProps) {
  const measured = useRef<HTMLSpanElement>(null);
  const width = useWidth(measured);
  const { rows, scale, front, whole } = picture;
  const drawn = { width, topology, isOpen };
  const marks = tickMarks(scale.toNs - scale.fromNs);
  return (
    <div className="waterfall-grid" data-testid={TEST_IDS.waterfall}>
      {front && (
        <>
          <Ticks marks={tickMarks(whole.toNs - whole.fromNs)} />
          <Front front={front} picture={picture} drawn={drawn} />
        </>
      )}
      <span />
      <span className="waterfall-measure" ref={measured} />
      <span />
      {!front && <Ticks marks={marks} />}
      {rows.map((row) => (
        <Row key={row.key} row={row} picture={picture} marks={marks} drawn={drawn} />
      ))}
      {front && <Ticks marks={marks} />}
    </div>
  );
}

/** How rows are drawn. */
interface Drawn {
  readonly width: number;
  readonly topology: Topology;
  readonly isOpen: boolean;
}

interface Mark {
  readonly share: number;
  readonly label: string;
}

/** Round times over so many ns; the last one names the unit. */
function tickMarks(lengthNs: number): Mark[] {
  const at = ticks(0, lengthNs, TICKS).filter((ns) => Number.isInteger(ns));
  const unit = lengthNs < 1e6 ? 1e3 : lengthNs < 1e9 ? 1e6 : 1e9;
  return at.map((ns, i) => ({
    share: ns / Math.max(1, lengthNs),
    label: i === at.length - 1 && ns > 0 ? nanoseconds(ns) : number(ns / unit),
  }));
}

function Ticks({ marks }: { readonly marks: readonly Mark[] }) {
  return (
    <>
      <span />
      <span className="waterfall-ticks" aria-hidden="true">
        {marks.map(({ share, label }) => (
          <span key={share} style={{ insetInlineStart: `${100 * share}%` }}>
            {label}
          </span>
        ))}
      </span>
      <span />
    </>
  );
}

interface FrontProps {
  readonly front: FallRow;
  readonly picture: FallPicture;
  readonly drawn: Drawn;
}

/** The wait in front and, beside it, the rest, which opens into the scale of the rows. */
function Front({ front, picture, drawn }: FrontProps) {
  const { whole, scale } = picture;
  const start = shareOf(whole, scale.fromNs);
  const insideNs = scale.toNs - scale.fromNs;
  const { places } = drawn.topology;
  const [longest] = [...front.bars].sort((a, b) => b.toNs - b.fromNs - (a.toNs - a.fromNs));
  const words = `${milliseconds(front.ns)}${front.queue === "" ? "" : ` ${front.queue}`}`;
  const hasRoom = (1 - start) * drawn.width > WORDS_PX;
  return (
    <>
      <span className="waterfall-step">{places[longest?.place ?? -1]?.label}</span>
      <span className="waterfall-stays waterfall-front">
        <Bars bars={front.bars} scale={whole} width={0} places={places} />
        <span className="fall-label" data-state="queue" style={{ inlineSize: `${100 * start}%` }}>
          {words}
        </span>
        <span className="waterfall-inside" style={{ insetInlineStart: `${100 * start}%` }}>
          {hasRoom ? `${milliseconds(insideNs)} in process` : ""}
        </span>
        <span className="visually-hidden">{barsInWords(front, places)}</span>
      </span>
      <b>{milliseconds(front.ns)}</b>
      {front.held.length > 0 && <HolderLine row={{ ...front, queue: "" }} />}
      <span className="waterfall-step">in process</span>
      <svg
        className="waterfall-wedge"
        viewBox="0 0 1 1"
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path d={`M${start} 0L0 1H1V0Z`} />
      </svg>
      <b>{milliseconds(insideNs)}</b>
    </>
  );
}

interface RowProps {
  readonly row: FallRow;
  readonly picture: FallPicture;
  readonly marks: readonly Mark[];
  readonly drawn: Drawn;
}

function Row({ row, picture, marks, drawn }: RowProps) {
  const { step } = row;
  const { places } = drawn.topology;
  const goesOn = drawn.isOpen && row === picture.rows.at(-1);
  return (
    <>
      <span className="waterfall-step" style={{ paddingInlineStart: 12 * (step?.depth ?? 0) }}>
        {step && <Icon name={stepIcon(step.kind)} size={14} />}
        {nameOf(row)}
      </span>
      <span className="waterfall-stays">
        {marks.map(({ share }) => (
          <i
            key={share}
            className="waterfall-line"
            style={{ insetInlineStart: `${100 * share}%` }}
          />
        ))}
        <Bars bars={row.bars} scale={picture.scale} width={drawn.width} places={places} />
        {goesOn && <i className="waterfall-arrow" title="still open" />}
        <span className="visually-hidden">{barsInWords(row, places)}</span>
      </span>
      <b>{milliseconds(row.ns)}</b>
      <HolderLine row={row} />
    </>
  );
}

function nameOf({ key, step }: FallRow): ReactNode {
  if (step !== undefined) return stepText(step.step, step.kind);
  return key < 0 ? "before the first step" : "end";
}

/** Under the bars: who was in the way. */
function HolderLine({ row }: { readonly row: FallRow }) {
  if (row.held.length === 0 && row.queue === "") return undefined;
  return (
    <>
      <span />
      <Holders row={row} />
      <span />
    </>
  );
}
