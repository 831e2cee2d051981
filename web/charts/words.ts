/** A chart in words and in figures: the sentence for screen readers and the data table. */
import { instant } from "../format.ts";
import { eventText } from "./events.ts";
import type { ChartModel, Line, Rule } from "./model.ts";
import { secondDigits } from "./sample-steps.ts";
import { indexAt } from "./series.ts";

/** "Latency at 42.6 s: A p99 677, B p99 65 ms. A p99 is above SLO p99 ≤ 100 ms." */
export function describe(title: string, model: ChartModel, ns: number): string {
  const read = inLaneOrder(model)
    .filter((line) => line.label !== undefined)
    .map((line) => ({ name: nameOf(line), value: valueAt(line, ns), metric: line.metric }))
    .filter(({ value }) => !Number.isNaN(value));
  if (read.length === 0) return `${title}: no data yet.`;
  const digits = timeDigits(model);
  const list = read.map(({ name, value }) => `${name} ${model.formatValue(value)}`).join(", ");
  const limits = model.rules.filter(({ lane }) => lane === undefined);
  const breaches = limits.flatMap((rule) =>
    read
      .filter(({ value, metric }) => value > rule.at && (metric === "" || metric === "p99"))
      .map(({ name }) => ` ${name} is above ${rule.label}.`),
  );
  const theory = model.rules
    .filter(({ lane }) => lane !== undefined)
    .map(({ lane, label }) => ` ${lane ?? ""}: ${label}.`);
  const tail = [...breaches, ...theory, eventText(model.events ?? [], ns, digits)].join("");
  return `${title} at ${instant(ns, digits)} s: ${list} (${model.unit}).${tail}`;
}

export interface FigureTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The same numbers as the lines, at most `rowsMax` instants, evenly spread. */
export function figures(model: ChartModel, rowsMax: number): FigureTable {
  const lines = inLaneOrder(model).filter((line) => line.x.length > 0);
  const longest = lines.reduce<Line | undefined>(
    (best, line) => (best === undefined || line.x.length > best.x.length ? line : best),
    undefined,
  );
  const t = longest?.x ?? new Float64Array(0);
  const theory = model.rules.filter(({ lane }) => lane !== undefined);
  const step = Math.max(1, Math.ceil(t.length / rowsMax));
  const digits = timeDigits(model);
  const rows: string[][] = [];
  for (let i = t.length - 1; i >= 0; i -= step) {
    const ns = t[i]!;
    const values = lines.map((line) => model.formatValue(valueAt(line, ns)));
    rows.push([instant(ns, digits), ...values, ...theory.map(({ at }) => model.formatValue(at))]);
  }
  const head = ["time (s)", ...lines.map(nameOf), ...theory.map(theoryName)];
  return { head, rows: rows.toReversed() };
}

/** Lines are drawn with the selected lane on top; they are told from A on. */
function inLaneOrder(model: ChartModel): Line[] {
  return model.lines.toSorted((a, b) => a.lane.localeCompare(b.lane, "en"));
}

/** "A M/M/1 exact p99 46" without its figure. */
function theoryName({ lane, label }: Rule): string {
  return `${lane ?? ""} ${label.slice(0, label.lastIndexOf(" "))}`;
}

/** Decimals of a second that tell the samples of a chart apart. */
export function timeDigits({ lines }: ChartModel): number {
  return secondDigits(lines.find(({ x }) => x.length > 1)?.x ?? new Float64Array(0));
}

function nameOf(line: Line): string {
  return line.metric === "" ? line.lane : `${line.lane} ${line.metric}`;
}

function valueAt(line: Line, ns: number): number {
  return line.y[indexAt(line.x, ns)] ?? NaN;
}
