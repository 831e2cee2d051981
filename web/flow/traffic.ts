/** How busy each drawn edge is right now, from the counts that come with every batch. */
import type { LaneRun } from "../state/lane-run.ts";
import type { FlowLayout } from "./layout.ts";

interface Mark {
  readonly atMs: number;
  readonly clockNs: number;
  readonly counts: Float64Array;
}

/** Real time over which moves are counted. */
const WINDOW_MS = 1000;

export class TrafficMeter {
  private marks: Mark[] = [];

  /** Takes down where a lane is at real time `atMs`. */
  note({ nowNs, edgeCounts }: LaneRun, atMs: number): void {
    const last = this.marks.at(-1);
    if (last?.clockNs === nowNs) return;
    if (last !== undefined && (nowNs < last.clockNs || edgeCounts.length !== last.counts.length)) {
      this.marks = [];
    }
    this.marks.push({ atMs, clockNs: nowNs, counts: edgeCounts });
    while (this.marks.length > 2 && atMs - this.marks[1]!.atMs > WINDOW_MS) this.marks.shift();
  }

  /** Moves per virtual second along each drawn edge, both ways; 0 before there is anything to say. */
  perVirtualSecond({ edges }: FlowLayout): number[] {
    const first = this.marks[0];
    const last = this.marks.at(-1);
    if (first === undefined || last === undefined || last.clockNs <= first.clockNs) {
      return edges.map(() => 0);
    }
    const seconds = (last.clockNs - first.clockNs) / 1e9;
    const grown = (edge: number): number => (last.counts[edge] ?? 0) - (first.counts[edge] ?? 0);
    return edges.map(
      ({ forward, backward }) =>
        [...forward, ...backward].reduce((sum, edge) => sum + grown(edge), 0) / seconds,
    );
  }
}
