/** All lanes side by side, each against the first. Speaks up only when a verdict changes. */
import { useEffect, useMemo, useState } from "react";
import { sloOf } from "../charts/limits.ts";
import { instant } from "../format.ts";
import { useRun, type RunState } from "../state/run-store.ts";
import { useScenario } from "../state/scenario-store.ts";
import { replicatedLanes, useReplications } from "../state/replications.ts";
import { TEST_IDS } from "../test-ids.ts";
import { LaneChip } from "../ui/chip.tsx";
import { type Cell, type Row, compare, verdictNews } from "./compare.ts";
import { type Reading, readingStore, useReadings } from "./readings.ts";
import { ReplicationsNote } from "./replications-note.tsx";
import { Verdict } from "./verdict.tsx";

/** Screen readers are told of verdicts no more often than this. */
const NEWS_MS = 5000;

export function ComparisonTable() {
  const lanes = useReadings((readings) => readings.lanes);
  const document = useScenario((scenario) => scenario.document);
  const warmupNs = useRun((run) => run.warmupNs);
  const forkedNs = useRun(lastForkNs);
  const slo = useMemo(() => sloOf(document), [document]);
  const replications = useReplications((state) => state);
  const rows = compare(lanes, slo, replicatedLanes(replications, document));
  const empty = lanes.every((lane) => lane.result === undefined);
  return (
    <section className="comparison" aria-label="Comparison">
      <table data-lanes={lanes.length}>
        <thead>
          <tr>
            <th scope="col">{lanes.length > 1 ? "Δ against A" : "Results"}</th>
            {lanes.map((lane) => (
              <th key={lane.letter} scope="col" title={lane.name}>
                <LaneChip letter={lane.letter} />
                <span className="visually-hidden">
                  {lane.letter}, {lane.name}
                </span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <FigureRow key={row.name} row={row} lanes={lanes} />
          ))}
          <SloRow lanes={lanes} />
          <ClaimsRow lanes={lanes} />
        </tbody>
      </table>
      {!empty && forkedNs !== undefined && (
        <p className="comparison-empty" data-testid={TEST_IDS.countsFrom}>
          {countedFrom(forkedNs, warmupNs)}
        </p>
      )}
      {empty && warmupNs > 0 && (
        <p className="comparison-empty">no data before {instant(warmupNs, 0)} s</p>
      )}
      <ReplicationsNote />
      <VerdictNews />
    </section>
  );
}

function countedFrom(forkedNs: number, warmupNs: number): string {
  const from = `${instant(warmupNs, 3)} s`;
  if (warmupNs === forkedNs) return `Counted from the fork on (${from}).`;
  return warmupNs > forkedNs
    ? `Counted from the end of the warm-up on (${from}).`
    : `Counted from ${from} on: up to ${instant(forkedNs, 3)} s a fork is its parent.`;
}

/** The moment of the last fork; undefined without any. */
function lastForkNs({ lanes }: RunState): number | undefined {
  const times = lanes.flatMap(({ fork }) => fork?.atNs ?? []);
  return times.length === 0 ? undefined : Math.max(...times);
}

interface FigureRowProps {
  readonly row: Row;
  readonly lanes: readonly Reading[];
}

function FigureRow({ row, lanes }: FigureRowProps) {
  return (
    <tr data-exact={row.isExact ?? false}>
      <th scope="row" title={row.meaning}>
        {row.isExact ? (
          <small>
            <span className="visually-hidden">{row.name.replace(/ exact$/, "")}</span> exact
          </small>
        ) : (
          <>
            {row.name} <small>{row.unit}</small>
          </>
        )}
      </th>
      {row.cells.map((cell, i) => (
        <FigureCell key={lanes[i]?.letter} cell={cell} />
      ))}
    </tr>
  );
}

function FigureCell({ cell }: { readonly cell: Cell }) {
  return (
    <td data-best={cell.best} data-breach={cell.breach}>
      <b>{cell.text}</b>
      {cell.breach && <span className="visually-hidden"> breaks the SLO</span>}
      <Difference cell={cell} />
    </td>
  );
}

/** Against the first lane: by how much, or that it may be chance. */
function Difference({ cell: { delta, significance } }: { readonly cell: Cell }) {
  if (delta === "") return null;
  if (significance === undefined) return <small>{delta}</small>;
  return (
    <small title={significance.text} data-significant={significance.isKnown}>
      {significance.isKnown ? delta : "n. s."}
      <span className="visually-hidden">, {significance.text}</span>
    </small>
  );
}

function SloRow({ lanes }: { readonly lanes: readonly Reading[] }) {
  if (lanes.every((lane) => lane.slo === undefined)) return null;
  return (
    <tr>
      <th scope="row">SLO</th>
      {lanes.map(({ letter, slo }) => (
        <td key={letter}>{slo === undefined ? "–" : <Verdict verdict={slo} />}</td>
      ))}
    </tr>
  );
}

function ClaimsRow({ lanes }: { readonly lanes: readonly Reading[] }) {
  if (lanes.every((lane) => lane.claims === undefined)) return null;
  // Columns of more lanes than that have no room for a word.
  const of = lanes.length > 4 ? "/" : " of ";
  return (
    <tr>
      <th scope="row" title="claims of the scenario that hold in this run">
        Claims
      </th>
      {lanes.map(({ letter, claims }) => (
        <td key={letter}>
          {claims === undefined ? (
            "–"
          ) : (
            <Verdict verdict={claims.verdict} word={`${claims.held}${of}${claims.all}`} />
          )}
        </td>
      ))}
    </tr>
  );
}

function VerdictNews() {
  const [news, setNews] = useState("");
  useEffect(() => {
    let told: readonly Reading[] = readingStore.getState().lanes;
    const timer = setInterval(() => {
      const { lanes } = readingStore.getState();
      const text = verdictNews(told, lanes);
      told = lanes;
      if (text !== "") setNews(text);
    }, NEWS_MS);
    return () => clearInterval(timer);
  }, []);
  return <output className="visually-hidden">{news}</output>;
}
