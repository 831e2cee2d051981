/** Builders for tests of the views: sample tables and lanes from a few columns. */
import type { Topology } from "../../engine/api.ts";
import type { LaneRun, SampleTable } from "../state/lane-run.ts";

/** A sample table from columns of equal length. */
export function tableOf(columns: Readonly<Record<string, readonly number[]>>) {
  const names = Object.keys(columns);
  const count = columns[names[0] ?? ""]?.length ?? 0;
  const data = new Float64Array(count * names.length);
  names.forEach((name, at) => {
    columns[name]!.forEach((value, row) => {
      data[row * names.length + at] = value;
    });
  });
  const table = {
    columns: new Map(names.map((name, at) => [name, at] as const)),
    width: names.length,
    count,
    data,
  };
  return table satisfies SampleTable;
}

/** A machine on which nothing is served. */
export function emptyTopology(cores: number): Topology {
  return {
    places: [],
    edges: [],
    runtimeLabel: "",
    processes: 1,
    cores,
    inside: { kind: "threads", gil: false },
    resources: [],
  };
}

/** A running lane with nothing in it but what the test names. */
export function laneOf(fields: Partial<LaneRun>): LaneRun {
  return {
    index: 0,
    letter: "A",
    name: "CPython threads",
    model: "threads",
    status: "running",
    samples: tableOf({ t: [] }),
    nowNs: 0,
    events: 0,
    occupancy: new Float64Array(0),
    edgeCounts: new Float64Array(0),
    coreBusy: new Float64Array(0),
    edgeRates: new Float64Array(0),
    ...fields,
  };
}
