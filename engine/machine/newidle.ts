/**
 * Whether a core that has just run out of work looks for some elsewhere (Linux 6.12.65, 6.18.5 and
 * later, `NI_RANDOM`; `sched_balance_newidle`, `update_newidle_stats` in `fair.c`): only where
 * somebody was seen waiting, and then as often as it was of use lately. Of 1024 such moments
 * `ratio` ended with a thread that was pulled; with that probability the next one is taken, and
 * counts for those that were passed over.
 *
 * Left out: that a core which is never idle for longer than a look takes does not look at all
 * (`avg_idle`).
 */
import type { Stream } from "../kernel/random.ts";

const OF = 1024;

export class NewIdle {
  private readonly random: Stream;
  // Core columns; initial values as in `sd_init`. [S]
  private readonly calls: Int32Array;
  private readonly successes: Int32Array;
  private readonly ratio: Int32Array;

  constructor(cores: number, random: Stream) {
    this.random = random;
    this.calls = new Int32Array(cores).fill(OF / 2);
    this.successes = new Int32Array(cores).fill(OF / 4);
    this.ratio = new Int32Array(cores).fill(OF / 2);
  }

  /** Throws the dice; when it says no, that counts as a moment without success. */
  looks(core: number): boolean {
    if (this.random.int(OF) <= 1 + this.ratio[core]!) return true;
    this.count(core, 0);
    return false;
  }

  looked(core: number, hasPulled: boolean): void {
    const weight = 1 + this.ratio[core]!;
    this.count(core, hasPulled ? Math.floor((OF + (weight >> 1)) / weight) : 0);
  }

  private count(core: number, successes: number): void {
    const calls = this.calls[core]! + 1;
    const useful = this.successes[core]! + successes;
    const isFull = calls >= OF;
    if (isFull) this.ratio[core] = useful;
    this.calls[core] = isFull ? calls >> 1 : calls;
    this.successes[core] = isFull ? useful >> 1 : useful;
  }
}
