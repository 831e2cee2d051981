/** The moves of one batch, for an interface that watches: from the ledger to what crosses over. */
import type { MoveQuery, Moves, Topology } from "./api.ts";
import { MoveLog } from "./measure/moves.ts";
import type { Simulation } from "./simulation.ts";

export class MoveWatch {
  /** undefined: nobody watches, and moving costs nothing more. */
  query: MoveQuery | undefined = undefined;
  private log: MoveLog | undefined = undefined;

  /** How far (ns) before the moment that a run goes back to its moves are wanted. */
  get lookbackNs(): number {
    return this.query?.lookbackNs ?? 0;
  }

  /** What the run computes from here on is told by the next `take`. */
  begin({ queue, ledger, requests }: Simulation): void {
    this.log = this.query && new MoveLog(queue.clock, requests, this.query);
    ledger.watch(this.log);
  }

  /** What moved since `begin`; the run is no longer watched. */
  take({ ledger, topology }: Simulation): Moves | undefined {
    ledger.watch(undefined);
    const { log, query } = this;
    this.log = undefined;
    if (log === undefined || query === undefined) return undefined;
    const { from, to, timeNs, task, cls, number } = log.read();
    const edges = edgeNumbers(topology);
    const edge = Uint16Array.from(from, (place, i) => edges.get(cellOf(place, to[i]!))!);
    return { every: query.every, timeNs, edge, task, cls, number };
  }
}

/** Index of each edge of a topology by its two places. */
function edgeNumbers({ edges }: Topology): Map<number, number> {
  return new Map(edges.map(({ from, to }, i) => [cellOf(from, to), i]));
}

/** Places are numbered below 256. */
function cellOf(from: number, to: number): number {
  return from * 256 + to;
}
