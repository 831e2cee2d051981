/**
 * How many cores a wake-up looks at for an idle one: fewer the busier they are (Linux since 6.0,
 * `SIS_UTIL`; `select_idle_cpu` and `update_idle_cpu_scan` in `fair.c`). With n cores that share a
 * cache, each busy for a share u of the time, it is n × (1 − (1.17 u)²), rounded down: of two
 * cores none above 60 %, so that a thread waits behind another though a core is idle, until that
 * core looks for work itself.
 *
 * The share is the one that the load tracking sees, half of which is of the last 32 ms. It is
 * brought up to date at ticks. Left out: the extra weight of threads that woke lately (`util_est`).
 */
import { pow } from "../kernel/math.ts";

/** [S] `imbalance_pct` of a domain that shares a cache, as a factor. */
const IMBALANCE = 1.17;
/** [S] `LOAD_AVG_PERIOD`: 32 periods of about a millisecond. */
const HALF_LIFE_NS = 32 * 1024 * 1024;

export class IdleSearch {
  private readonly cores: number;
  private readonly tickNs: number;
  /** [share of the cores that is busy, when that was found out (ns), their busy time then (ns)] */
  private readonly state = new Float64Array(3);
  private scanned: number;

  constructor(cores: number, tickNs: number) {
    this.cores = cores;
    this.tickNs = tickNs;
    this.scanned = cores;
  }

  /** True when it is time to `update`. */
  isDue(now: number): boolean {
    return now - this.state[1]! >= this.tickNs;
  }

  /** `busyNs`: busy time of all cores since the start. */
  update(now: number, busyNs: number): void {
    const { state, cores } = this;
    const elapsed = now - state[1]!;
    const share = (busyNs - state[2]!) / (elapsed * cores);
    const kept = pow(0.5, elapsed / HALF_LIFE_NS);
    state[0] = state[0]! * kept + share * (1 - kept);
    state[1] = now;
    state[2] = busyNs;
    const loaded = IMBALANCE * state[0];
    this.scanned = Math.max(0, Math.floor(cores * (1 - loaded * loaded)));
  }

  /** Cores, the previous one left out, that a wake-up looks at. */
  get reach(): number {
    return this.scanned;
  }
}
