/**
 * The way back: snapshots of a run at distances that grow with it, so that any moment of the past
 * is one restore and a short replay away. The replay is the run itself, so what comes out is bit
 * for bit the state that a straight run had at that moment.
 */
import type { Simulation } from "./simulation.ts";
import { restoreSnapshot, takeSmallSnapshot, type Snapshot } from "./snapshot.ts";

/** Events between the first snapshots: a few milliseconds of computing. */
const FIRST_INTERVAL = 20_000;
/** Copying a large state takes its time: no more than so many bytes for each event in between. */
const BYTES_PER_EVENT = 64;
/**
 * Over either limit every second snapshot is dropped, and those to come are twice as far apart. A
 * state that takes more than half of the bytes gets none: its way back leads over the beginning.
 */
const MOST_SNAPSHOTS = 64;
const MOST_BYTES = 64 * 2 ** 20;

/** A moment of a run that it can go back to. */
export interface Moment {
  readonly nowNs: number;
  readonly events: number;
  /** Requests begun by then, by class. */
  readonly begun: Int32Array;
}

interface Kept extends Moment {
  readonly snapshot: Snapshot;
}

export class History {
  readonly simulation: Simulation;
  private moments: Kept[] = [];
  private bytes = 0;
  private interval = FIRST_INTERVAL;

  constructor(simulation: Simulation) {
    this.simulation = simulation;
    this.keep();
  }

  /** Events after which `note` will take the next snapshot. */
  get nextAt(): number {
    return (this.moments.at(-1)?.events ?? 0) + this.interval;
  }

  /** Takes a snapshot if the last one is far enough behind. */
  note(): void {
    const { simulation } = this;
    if (simulation.events < this.nextAt || simulation.status !== "running") return;
    if (!this.keep()) this.interval *= 2;
    while (this.moments.length > MOST_SNAPSHOTS || this.bytes > MOST_BYTES) this.thin();
  }

  /** Keeps the present moment; false when there is too much of it. */
  private keep(): boolean {
    const snapshot = takeSmallSnapshot(this.simulation, MOST_BYTES / 2);
    if (snapshot === undefined) return false;
    this.interval = Math.max(this.interval, Math.ceil(snapshot.bytes / BYTES_PER_EVENT));
    const { nowNs, events, requests } = this.simulation;
    this.moments.push({ nowNs, events, begun: requests.begun.slice(), snapshot });
    this.bytes += snapshot.bytes;
    return true;
  }

  /** True when there is a snapshot at which `isBefore` holds. */
  reaches(isBefore: (moment: Moment) => boolean): boolean {
    return this.moments.some(isBefore);
  }

  /**
   * Puts the run back to the last snapshot at which `isBefore` holds; false when only the beginning
   * is far enough back. Later snapshots stay: the run will be there again.
   */
  restore(isBefore: (moment: Moment) => boolean): boolean {
    const last = this.moments.findLast(isBefore);
    if (last !== undefined) restoreSnapshot(last.snapshot);
    return last !== undefined;
  }

  /** The last kept moment at which `isBefore` holds. */
  lastMoment(isBefore: (moment: Moment) => boolean): Moment | undefined {
    return this.moments.findLast(isBefore);
  }

  /** Of those that remain the first is the beginning. */
  private thin(): void {
    this.moments = this.moments.filter((_, i) => i % 2 === 0);
    this.bytes = this.moments.reduce((sum, { snapshot }) => sum + snapshot.bytes, 0);
    this.interval *= 2;
  }
}
