/**
 * How late an idle core comes back. A virtual core that has been idle for a while has halted: the
 * host has to notice and to schedule it again. After a short idleness the host still polls.
 *
 * Left out: the host's own load over time, frequency changes, colder caches after a long sleep.
 */
import { log, pow } from "../kernel/math.ts";
import type { Halt } from "./calibration.ts";

/** The largest quantile that is drawn: the measurements say nothing beyond. */
const LAST = 0.999;
const LOG_50 = log(50);

/**
 * Latency (ns) after `idleNs` of idleness for a uniform `u`: half of all wake-ups take the median,
 * the others follow the power law through the median and the 99th percentile.
 */
export function wakeLatency(halts: readonly Halt[], idleNs: number, u: number): number {
  let above = 0;
  while (above < halts.length - 1 && halts[above]!.idleNs < idleNs) above++;
  const high = halts[above]!;
  const low = halts[Math.max(0, above - 1)]!;
  const span = high.idleNs - low.idleNs;
  const share = span > 0 ? Math.min(1, (idleNs - low.idleNs) / span) : 1;
  const median = low.medianNs + share * (high.medianNs - low.medianNs);
  if (u <= 0.5) return Math.round(median);
  const p99 = low.p99Ns + share * (high.p99Ns - low.p99Ns);
  const exponent = log(p99 / median) / LOG_50;
  return Math.round(median * pow(0.5 / (1 - Math.min(u, LAST)), exponent));
}
