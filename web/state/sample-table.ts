/** A table of samples that grows by doubling, so that a long run rarely copies what it has. */
import type { SeriesLayout } from "../../engine/api.ts";
import type { SampleTable } from "./lane-run.ts";

interface GrowingTable extends SampleTable {
  count: number;
  data: Float64Array;
}

const NS_PER_SECOND = 1e9;
const FIRST_ROWS = 64;

export const NO_SAMPLES: SampleTable = {
  columns: new Map(),
  width: 0,
  count: 0,
  data: new Float64Array(0),
};

export function createSampleTable(columns: readonly string[]): GrowingTable {
  return {
    columns: new Map(columns.map((name, index) => [name, index])),
    width: columns.length,
    count: 0,
    data: new Float64Array(columns.length * FIRST_ROWS),
  };
}

/**
 * Adds whole rows, row-major, as they arrive from the engine. `first` is the number of the first of
 * them: rows from there on that are in the table belong to a future that the run has left.
 */
export function appendSamples(table: GrowingTable, rows: Float64Array, first: number): void {
  table.count = Math.min(table.count, first);
  const used = table.count * table.width;
  if (used + rows.length > table.data.length) {
    const grown = new Float64Array(Math.max(table.data.length * 2, used + rows.length));
    grown.set(table.data.subarray(0, used));
    table.data = grown;
  }
  table.data.set(rows, used);
  table.count += table.width === 0 ? 0 : rows.length / table.width;
}

/** Moves per virtual second along each of `edges` edges, over the last second of samples. */
export function edgeRates(table: SampleTable, layout: SeriesLayout, edges: number): Float64Array {
  const rates = new Float64Array(edges);
  const rows = Math.min(table.count, Math.max(1, Math.round(NS_PER_SECOND / layout.sampleNs)));
  if (rows === 0) return rates;
  const seconds = (rows * layout.sampleNs) / NS_PER_SECOND;
  for (let edge = 0; edge < edges; edge++) {
    const column = table.columns.get(`edge.${edge}`);
    if (column === undefined) continue;
    let moves = 0;
    for (let row = table.count - rows; row < table.count; row++) {
      moves += table.data[row * table.width + column]!;
    }
    rates[edge] = moves / seconds;
  }
  return rates;
}

export type { GrowingTable };
