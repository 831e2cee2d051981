/**
 * Go's system monitor, a thread without a processor (`runtime/proc.go`, `sysmon`, `retake`,
 * Go 1.23). It sleeps 20 µs; after 50 rounds in which it took no processor from a system call the
 * sleep doubles, up to 10 ms. A processor seen twice on the same tick 10 ms apart is preempted, so
 * a slice lasts 10 to 20 ms; one in a system call since an earlier look is taken away. While every
 * processor is idle it sleeps deeply: until the next timer, after which it goes on in the mood it
 * was in, or until a system call, after which it begins anew with 20 µs.
 *
 * Its own processor time is left out.
 */

const SHORTEST_NS = 20_000;
const LONGEST_NS = 10_000_000;
/** A goroutine that has run this long may be preempted: `forcePreemptNS`. */
export const SLICE_NS = 10_000_000;
/** The network is polled when nobody has done so for this long. */
export const POLL_NS = 10_000_000;
const CALM_ROUNDS = 50;
/** Rounds that can find nothing are taken together, up to this long. */
const TOGETHER_NS = 1_000_000;

/** What sysmon sees of the processors of one process. */
export interface Monitored {
  /** True when every processor is idle. */
  isAllIdle(): boolean;
  /** True when a processor is in a system call, so that every round matters. */
  isInSystemCall(): boolean;
  /** Looks at all processors; returns how many it took away from system calls. */
  retake(): number;
  pollIfForgotten(): void;
}

export class Sysmon {
  /** [present sleep (ns), rounds since the last retake] */
  private readonly mood = new Float64Array(2);
  /** After the last round's own step: [its sleep, present sleep, rounds]. */
  private readonly beforeRest = new Float64Array(3);
  isAwake = false;

  /** A system call wakes it from its deep sleep; returns ns until its first round. */
  awake(slackNs: number): number {
    this.isAwake = true;
    this.mood[0] = SHORTEST_NS;
    this.mood[1] = 0;
    return this.rest(SHORTEST_NS + slackNs);
  }

  /** The timer it slept deeply for is due: a look, and it goes on in the mood it was in. */
  timerDue(slackNs: number): number {
    this.isAwake = true;
    this.mood[1] = this.mood[1]! + 1;
    return this.rest(this.nextSleep() + slackNs);
  }

  /** One round (or several that find nothing); returns ns until the next, −1 for deep sleep. */
  round(process: Monitored, slackNs: number): number {
    if (process.isAllIdle()) {
      this.isAwake = false;
      return -1;
    }
    process.pollIfForgotten();
    this.mood[1] = process.retake() > 0 ? 0 : this.mood[1]! + 1;
    const sleep = this.rest(this.nextSleep() + slackNs);
    if (process.isInSystemCall()) return sleep;
    return this.restUntil(sleep, TOGETHER_NS, slackNs);
  }

  /** Remembers what `disturbed` goes back to. */
  private rest(sleep: number): number {
    this.beforeRest[0] = sleep;
    this.beforeRest[1] = this.mood[0]!;
    this.beforeRest[2] = this.mood[1]!;
    return sleep;
  }

  /**
   * A processor has entered a system call `sinceNs` after the last round, while rounds were being
   * taken together: the next round is the first after that. Returns ns from the last round.
   */
  disturbed(sinceNs: number, slackNs: number): number {
    this.mood[0] = this.beforeRest[1]!;
    this.mood[1] = this.beforeRest[2]!;
    return this.restUntil(this.beforeRest[0]!, sinceNs, slackNs);
  }

  /** The end (ns) of the first sleep that does not end before `untilNs`. */
  private restUntil(firstNs: number, untilNs: number, slackNs: number): number {
    let sleep = firstNs;
    while (sleep < untilNs) {
      this.mood[1] = this.mood[1]! + 1;
      sleep += this.nextSleep() + slackNs;
    }
    return sleep;
  }

  private nextSleep(): number {
    const calm = this.mood[1]!;
    let sleep = this.mood[0]!;
    if (calm === 0) sleep = SHORTEST_NS;
    else if (calm > CALM_ROUNDS) sleep = Math.min(LONGEST_NS, 2 * sleep);
    this.mood[0] = sleep;
    return sleep;
  }
}
