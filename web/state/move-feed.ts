/** The moves that a watched lane told last, batch by batch; grows in place like its samples. */
import type { Moves, Progress } from "../../engine/api.ts";

export interface MoveBatch {
  /** The run went back, maybe to another event of the same instant. */
  readonly back: boolean;
  /** Virtual time (ns) before and after the batch. */
  readonly fromNs: number;
  readonly toNs: number;
  /** A single event that somebody asked for. */
  readonly stepped: boolean;
  readonly moves: Moves;
}

interface MomentOfLane {
  readonly nowNs: number;
  readonly events: number;
}

export interface MoveFeed {
  /** The last few, oldest first. */
  readonly batches: readonly MoveBatch[];
  /** How many there ever were. */
  readonly count: number;
}

/** A reader that missed more than these has been away for long. */
const KEPT = 64;

export class GrowingFeed implements MoveFeed {
  readonly batches: MoveBatch[] = [];
  count = 0;

  add({ moves, nowNs, events }: Progress, before: MomentOfLane, stepped: boolean): void {
    if (moves === undefined) return;
    const back = events < before.events;
    this.batches.push({ back, fromNs: before.nowNs, toNs: nowNs, stepped, moves });
    this.count++;
    if (this.batches.length > KEPT) this.batches.shift();
  }
}

/** The batches of a feed after its `seen`-th, as far as it still has them. */
export function batchesAfter({ batches, count }: MoveFeed, seen: number): readonly MoveBatch[] {
  const fresh = count - seen;
  return fresh <= 0 ? [] : batches.slice(-fresh);
}
