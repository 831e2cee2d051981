/** What is written on the charts, and what should be: worked out here from the engine's samples. */
import { expect, type Page } from "@playwright/test";
import { figureIn, readsAs } from "./figures.ts";

export type ChartKind = "throughput" | "latency" | "memory" | "cpu";
export const CHART_KINDS: readonly ChartKind[] = ["throughput", "latency", "memory", "cpu"];

const MIB = 2 ** 20;
/** Rates and shares are those of the last five samples. */
const WINDOW = 5;
/** Lines that share a label have one figure where theirs differ by no more than this share. */
const SAME = 0.05;

/** The engine's figure for a line at each of its samples. */
export interface ExactLine {
  readonly letter: string;
  /** `p99`, or empty where a lane has one line. */
  readonly metric: string;
  readonly t: readonly number[];
  readonly values: readonly number[];
}

/** What a lane has measured: its columns that charts are made of. */
export interface LaneTable {
  readonly letter: string;
  readonly cores: number;
  readonly columns: Readonly<Record<string, readonly number[]>>;
}

/** All of it in one go: the same moment for all lanes, and fewer questions to a busy page. */
export function laneTables(page: Page): Promise<LaneTable[]> {
  return page.evaluate(() =>
    window.interleave.run().lanes.map(({ letter, topology, samples }) => {
      const { columns, count, data, width } = samples;
      const wanted = [...columns].filter(([name]) =>
        /^(t|completed|p\d\d|(mem|cpu)\..+)$/.test(name),
      );
      const read = (at: number) =>
        Array.from({ length: count }, (_, row) => data[row * width + at] ?? NaN);
      return {
        letter,
        cores: topology?.cores ?? NaN,
        columns: Object.fromEntries(wanted.map(([name, at]) => [name, read(at)])),
      };
    }),
  );
}

/** All lines of a chart while lane A is selected, from lane A on. */
export function exactLines(tables: readonly LaneTable[], kind: ChartKind): ExactLine[] {
  return tables.flatMap(({ letter, cores, columns }, lane): ExactLine[] => {
    const { t = [], completed = [] } = columns;
    const line = (metric: string, values: readonly number[]) => ({ letter, metric, t, values });
    switch (kind) {
      case "throughput":
        return [
          line(
            "",
            t.map((ns, i) => inWindow(completed, i) / ((ns - startOf(t, i)) / 1e9)),
          ),
        ];
      case "latency": {
        const metrics = lane === 0 ? ["p50", "p95", "p99"] : ["p50", "p99"];
        return metrics.map((name) => line(name, columns[name] ?? []));
      }
      case "memory": {
        const parts = memoryKinds(columns).map((name) => columns[name] ?? []);
        return [
          line(
            "",
            t.map((_, i) => sumAt(parts, i) / MIB),
          ),
        ];
      }
      case "cpu": {
        const parts = ["cpu.user", "cpu.system", "cpu.gc"].map((name) => columns[name] ?? []);
        const busy = t.map((_, i) => sumAt(parts, i));
        const samples = (i: number) => Math.min(WINDOW, i + 1);
        return [
          line(
            "",
            t.map((_, i) => (inWindow(busy, i) / samples(i) / cores) * 100),
          ),
        ];
      }
    }
  });
}

/** Columns that hold bytes, kind by kind. */
export function memoryKinds(columns: LaneTable["columns"]): string[] {
  return Object.keys(columns).filter((name) => name.startsWith("mem."));
}

/** What a line stands at: its last sample at or before an instant. */
export function valueAt({ t, values }: ExactLine, ns: number): number {
  return values[t.findLastIndex((at) => at <= ns)] ?? NaN;
}

/** Each label of a chart has the figures of the lines that it names, and all lines have one. */
export function expectLabels(
  labels: readonly string[],
  lines: readonly ExactLine[],
  ns: number,
): void {
  const named = labels.map((label) => readLabel(label, lines));
  for (const { label, figure, of } of named) {
    const exact = of.map((line) => valueAt(line, ns));
    expect(isFigureOf(figure, exact), `${label} for ${exact.join(", ")}`).toBe(true);
  }
  const missing = lines.filter(
    (line) => !Number.isNaN(valueAt(line, ns)) && !named.some(({ of }) => of.includes(line)),
  );
  expect(missing.map(({ letter, metric }) => `${letter} ${metric}`)).toEqual([]);
}

/** "A B p99 65", "p95 61" of the selected lane, which is A; several figures are a range. */
function readLabel(label: string, lines: readonly ExactLine[]) {
  const parts = /^((?:[A-F] )*)(?:(p\d\d) )?(.+)$/u.exec(label);
  const [letters = "", metric = "", figure = ""] = parts?.slice(1) ?? [];
  const named = letters === "" ? ["A"] : letters.trim().split(" ");
  const of = lines.filter((line) => named.includes(line.letter) && line.metric === metric);
  expect(of, label).toHaveLength(named.length);
  return { label, figure, of };
}

/** One figure for values that are about the same, or the range of them. */
function isFigureOf(figure: string, exact: readonly number[]): boolean {
  const [low, high] = [Math.min(...exact), Math.max(...exact)];
  const [from = "", to] = figure.split("–");
  if (to !== undefined) return readsAs(figureIn(from), low) && readsAs(figureIn(to), high);
  if (readsAs(figureIn(figure), low) && readsAs(figureIn(figure), high)) return true;
  // "<0.1" is no end of a range.
  if (figure.startsWith("<")) return readsAs(figureIn(figure), high);
  return high - low <= high * SAME && readsAs(figureIn(figure), (low + high) / 2);
}

/** The samples that a window which ends with sample `i` begins after, ns. */
function startOf(t: readonly number[], i: number): number {
  return i < WINDOW ? 0 : (t[i - WINDOW] ?? NaN);
}

function inWindow(values: readonly number[], i: number): number {
  return values.slice(Math.max(0, i - WINDOW + 1), i + 1).reduce((sum, value) => sum + value, 0);
}

function sumAt(columns: readonly (readonly number[])[], i: number): number {
  return columns.reduce((sum, column) => sum + (column[i] ?? NaN), 0);
}
