/**
 * When a loop or poller that has gone to sleep comes back for its next timer. The kernel's timers
 * are fine-grained, but what runtimes ask of `epoll_wait` is whole milliseconds.
 */
import type { TimerWait } from "./profiles/profile.ts";

const MS = 1e6;

/**
 * Sleeping since `fromNs`, due at `dueNs`: the end of the wait, without the slack of the kernel's
 * timer. `lateNs` is how late the first of two waits may be expected to end.
 */
export function wakeForTimer(
  rule: TimerWait,
  fromNs: number,
  dueNs: number,
  lateNs: number,
): number {
  switch (rule) {
    case "exact":
      return dueNs;
    case "rounds-up":
      return fromNs + Math.ceil((dueNs - fromNs) / MS) * MS;
    case "loop-clock":
      return fromNs + (Math.ceil(dueNs / MS) - Math.floor(fromNs / MS)) * MS;
    case "rounds-down": {
      // Too short a wait is followed by one of a millisecond, which is the least there is.
      const whole = Math.floor((dueNs - fromNs) / MS) * MS;
      if (whole === 0) return fromNs + MS;
      const first = fromNs + whole + lateNs;
      return first >= dueNs ? first - lateNs : first + MS;
    }
  }
}

/** ns by which a timer set now for `waitNs` is due later (or earlier) than asked. */
export function timerRounding(
  rule: TimerWait,
  floorNs: number,
  nowNs: number,
  waitNs: number,
): number {
  if (rule !== "loop-clock") return Math.max(0, floorNs - waitNs);
  // libuv: whole milliseconds from the clock's present whole millisecond.
  const length = Math.max(floorNs, Math.floor(waitNs / MS) * MS);
  return Math.max(0, Math.floor(nowNs / MS) * MS + length - nowNs) - waitNs;
}
