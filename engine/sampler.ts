/** Fills one row of the live series from everything a simulation keeps account of. */
import type { SeriesLayout, Topology } from "./api.ts";
import { MEMORY_KINDS } from "./machine/memory.ts";
import { COLLECTOR, SYSTEM, USER } from "./machine/machine.ts";
import { Deltas } from "./measure/series.ts";
import type { Simulation } from "./simulation.ts";

/** The columns of a lane's samples, in order; see `SeriesLayout`. */
export function sampleColumns(topology: Topology): string[] {
  return [
    "t",
    "started",
    "completed",
    "failed",
    "p50",
    "p95",
    "p99",
    "cpu.user",
    "cpu.system",
    "cpu.gc",
    ...MEMORY_KINDS.map((kind) => `mem.${kind}`),
    ...topology.places.map((place) => `place.${place.name}`),
    ...topology.edges.map((_, i) => `edge.${i}`),
    ...Array.from({ length: HEAT_BINS }, (_, i) => `heat.${i}`),
  ];
}

/** Eight to a power of two, from a microsecond to over two minutes. */
export const HEAT_BINS = 8 * 27;

const CPU_KINDS = [USER, SYSTEM, COLLECTOR];

export class Sampler {
  private readonly simulation: Simulation;
  private readonly deltas: Deltas;
  private readonly quantiles = new Float64Array(3);
  private readonly heat = new Float64Array(HEAT_BINS);
  private readonly sampleNs: number;
  private warm = false;

  constructor(simulation: Simulation, series: SeriesLayout) {
    this.simulation = simulation;
    this.sampleNs = series.sampleNs;
    this.deltas = new Deltas(series.columns.length);
  }

  fill(row: Float64Array): void {
    const { recorder, ledger, machine, memory, topology, measured } = this.simulation;
    let at = 0;
    const put = (value: number): void => {
      row[at++] = value;
    };
    const grown = (total: number): number => this.deltas.take(at, total);
    put(this.simulation.nowNs);
    put(grown(recorder.started));
    put(grown(recorder.completed));
    put(grown(recorder.failed.reduce((sum, n) => sum + n, 0)));
    recorder.sample(this.quantiles, this.heat);
    for (const quantile of this.quantiles) put(quantile / 1e6);
    for (const kind of CPU_KINDS) put(grown(machine.cpuNs[kind]!) / this.sampleNs);
    for (let kind = 0; kind < MEMORY_KINDS.length; kind++) put(memory.ofKind(kind));
    const restarted = measured !== undefined && !this.warm;
    this.warm = measured !== undefined;
    for (let place = 0; place < ledger.places; place++) {
      const area = ledger.areaOf(place);
      // The integrals began anew with the measurement: this sample starts from zero.
      if (restarted) this.deltas.take(at, 0);
      put(Math.max(0, grown(area)) / this.sampleNs);
    }
    for (const { from, to } of topology.edges) put(grown(ledger.edges[from * ledger.places + to]!));
    for (const count of this.heat) put(count);
  }
}
