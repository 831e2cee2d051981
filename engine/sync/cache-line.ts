/**
 * A cache line that several cores write to: an atomic operation needs it to itself. A core that
 * has the line already pays for the operation alone; else the line must come over from the core
 * that had it last, and while cores contend every operation is such a transfer, one at a time.
 * So the cores together do at most one operation per transfer, however many there are.
 *
 * Left out: sockets (a transfer between two of them takes several times as long), readers that
 * share a line, and two counters on one line by accident.
 */
import { NONE } from "../kernel/rows.ts";

/** What an operation takes, ns. */
export interface LineCosts {
  /** With the line in the core's own cache. */
  readonly atomicNs: number;
  /** With the line coming from another core. */
  readonly lineTransferNs: number;
}

export class CacheLine {
  private readonly costs: LineCosts;
  private owner: number = NONE;
  /** [time (ns) at which all operations so far are done] */
  private readonly freeAt = new Float64Array(1);

  constructor(costs: LineCosts) {
    this.costs = costs;
  }

  /**
   * `core` does `ops` operations, from now on or as soon as others are done with theirs: how long
   * (ns) until the last one is done.
   */
  use(core: number, ops: number, nowNs: number): number {
    const { atomicNs, lineTransferNs } = this.costs;
    const isElsewhere = this.owner !== core && this.owner !== NONE;
    const start = Math.max(nowNs, this.freeAt[0]!);
    const contended = isElsewhere && start > nowNs;
    const first = isElsewhere ? lineTransferNs : atomicNs;
    const rest = contended ? lineTransferNs : atomicNs;
    this.owner = core;
    this.freeAt[0] = start + Math.round(first + (ops - 1) * rest);
    return this.freeAt[0] - nowNs;
  }
}
