/** What the picked request did: a row for each step of its program, its stays on one time scale. */
import type { Stay, Topology, Waterfall as Fall } from "../../engine/api.ts";
import { programOn, stepRows, type StepRow } from "../editor/program.ts";
import { stepIcon, stepText } from "../editor/step-text.ts";
import { instant, milliseconds, nanoseconds } from "../format.ts";
import { joinPath } from "../state/document-path.ts";
import { useScenario } from "../state/scenario-store.ts";
import { TEST_IDS } from "../test-ids.ts";
import { Key } from "../ui/button.tsx";
import { CopyButton } from "../ui/copy-button.tsx";
import { Icon } from "../ui/icons.tsx";
import { useInspected } from "./inspector-store.ts";
import { sequenceDiagram } from "./sequence.ts";
import { StayBar } from "./stay-bar.tsx";
import { barOfStays, took } from "./stay-state.ts";

const TICKS = [0, 0.25, 0.5, 0.75, 1];

interface WaterfallProps {
  readonly lane: number;
  readonly topology: Topology;
}

export function Waterfall({ lane, topology }: WaterfallProps) {
  const picked = useInspected((inspected) => inspected.picked);
  const fall = useInspected((inspected) => inspected.falls[lane]);
  const document = useScenario((scenario) => scenario.document);
  if (fall === undefined) {
    return (
      <section className="waterfall" aria-label="Request">
        <p className="inspector-hint">
          {picked === undefined
            ? "Choose a request to see what it did."
            : `Request r${picked.number} has not been answered on this lane by now.`}
        </p>
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
          Request r{request.number}
          <small>
            arrived {instant(request.beganNs)} s, {endWord(request.outcome)}{" "}
            {instant(request.endedNs)} s
          </small>
        </h2>
        <span className="waterfall-keys">
          <CopyButton text={() => sequenceDiagram(fall, topology, steps)}>Mermaid</CopyButton>
          <Key>J</Key>
          <Key>K</Key> previous, next
        </span>
      </header>
      <div className="waterfall-grid" data-testid={TEST_IDS.waterfall}>
        <span />
        <span className="waterfall-ticks" aria-hidden="true">
          {TICKS.map((share) => (
            <span key={share} style={{ insetInlineStart: `${100 * share}%` }}>
              {nanoseconds(share * took(request))}
            </span>
          ))}
        </span>
        <span />
        {rowsOf(fall, steps).map((row) => (
          <Row key={row.key} row={row} fall={fall} topology={topology} />
        ))}
      </div>
    </section>
  );
}

function endWord(outcome: Fall["request"]["outcome"]): string {
  return outcome === "completed" ? "answered" : `${outcome} at`;
}

interface FallRow {
  readonly key: number;
  readonly step: StepRow | undefined;
  readonly stays: readonly Stay[];
}

/** The time before the first step, then every step in which time was spent. */
function rowsOf({ stays }: Fall, steps: readonly StepRow[]): FallRow[] {
  const numbers = [...new Set(stays.map(({ step }) => step))].sort((a, b) => a - b);
  return numbers.map((number) => ({
    key: number,
    step: steps[number],
    stays: stays.filter(({ step }) => step === number),
  }));
}

interface RowProps {
  readonly row: FallRow;
  readonly fall: Fall;
  readonly topology: Topology;
}

function Row({ row, fall, topology }: RowProps) {
  const { step, stays } = row;
  const ns = stays.reduce((sum, { fromNs, toNs }) => sum + toNs - fromNs, 0);
  const parts = barOfStays(stays, fall.request, topology);
  const beside = row.key < 0 ? "before the first step" : "end";
  return (
    <>
      <span className="waterfall-step" style={{ paddingInlineStart: 12 * (step?.depth ?? 0) }}>
        {step && <Icon name={stepIcon(step.kind)} size={14} />}
        {step === undefined ? beside : stepText(step.step, step.kind)}
      </span>
      <span className="waterfall-stays">
        <StayBar parts={parts} />
        <span className="visually-hidden">{parts.map(({ title }) => title).join(", ")}</span>
      </span>
      <b>{milliseconds(ns)}</b>
    </>
  );
}
