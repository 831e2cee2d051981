/**
 * The CPU time that a container may use: a quota per period in a pool, from which cores take slices
 * (Linux 6.12 `kernel/sched/fair.c`, CFS bandwidth control). The pool is filled up at every period;
 * what is left over is not carried on, so no burst is allowed for.
 *
 * Left out: `cpu.max.burst`, and the random offset of the kernel's period timer: periods begin at
 * multiples of 100 ms.
 */

/** [S] `default_cfs_period`. */
export const PERIOD_NS = 100e6;
/** What a core takes at a time [S] `sysctl_sched_cfs_bandwidth_slice`. */
export const SLICE_NS = 5e6;
/** What a core that goes idle keeps [S] `min_cfs_rq_runtime`. */
export const KEPT_NS = 1e6;

export class Quota {
  private perPeriodNs: number;
  private leftNs: number;
  private period = 0;

  constructor(cpus: number) {
    this.perPeriodNs = Math.round(cpus * PERIOD_NS);
    this.leftNs = this.perPeriodNs;
  }

  /** Another quota, which is there at once [S] `tg_set_cfs_bandwidth`. */
  retune(cpus: number, nowNs: number): void {
    this.left(nowNs);
    this.perPeriodNs = Math.round(cpus * PERIOD_NS);
    this.leftNs = this.perPeriodNs;
  }

  /** What is left (ns) at `nowNs`; a new period fills it up. */
  left(nowNs: number): number {
    const period = Math.floor(nowNs / PERIOD_NS);
    if (period > this.period) {
      this.period = period;
      this.leftNs = this.perPeriodNs;
    }
    return this.leftNs;
  }

  /** Takes up to `wantedNs` and returns how much there was. */
  take(wantedNs: number, nowNs: number): number {
    const taken = Math.min(wantedNs, this.left(nowNs));
    this.leftNs -= taken;
    return taken;
  }

  giveBack(ns: number, nowNs: number): void {
    this.leftNs = this.left(nowNs) + ns;
  }
}

/**
 * What the JVM takes for the number of processors under a CPU limit: the limit rounded up
 * (`CgroupUtil::processor_count`). Go before 1.25, CPython and libuv before 1.49 (Node 20) look at
 * the cores alone: a runtime with more threads than its limit allows for is throttled.
 */
export function allowedCores(cores: number, cpus: number | undefined): number {
  return cpus === undefined ? cores : Math.min(cores, Math.ceil(cpus));
}

/** When the period that `nowNs` is in ends. */
export function periodEnd(nowNs: number): number {
  return (Math.floor(nowNs / PERIOD_NS) + 1) * PERIOD_NS;
}
