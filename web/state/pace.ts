/** How fast a run really goes, over about the last second of real time. */

export interface Pace {
  /** Takes down where the run is at real time `nowMs`. */
  note(nowMs: number, events: number, clockNs: number): void;
  eventsPerSecond(): number;
  /** Virtual seconds per real second. */
  speed(): number;
  /** Forgets the past: after a pause, time that stood still must not count. */
  reset(nowMs: number): void;
}

interface Mark {
  readonly ms: number;
  readonly events: number;
  readonly clockNs: number;
}

const WINDOW_MS = 1000;

export function createPace(startMs: number): Pace {
  let marks: Mark[] = [{ ms: startMs, events: 0, clockNs: 0 }];
  const slope = (read: (mark: Mark) => number): number => {
    const first = marks[0];
    const last = marks.at(-1);
    if (first === undefined || last === undefined || last.ms <= first.ms) return 0;
    return ((read(last) - read(first)) * 1000) / (last.ms - first.ms);
  };
  return {
    note(ms, events, clockNs) {
      marks.push({ ms, events, clockNs });
      while (marks.length > 2 && ms - (marks[1]?.ms ?? ms) > WINDOW_MS) marks.shift();
    },
    eventsPerSecond: () => slope((mark) => mark.events),
    speed: () => slope((mark) => mark.clockNs) / 1e9,
    reset(ms) {
      const last = marks.at(-1);
      marks = last === undefined ? [] : [{ ...last, ms }];
    },
  };
}
