/**
 * The one owner of requestAnimationFrame. Views register a painter and say when it is out of date:
 * `soon` for what the user just did (next frame), `refresh` for new data (at most ten times a
 * second, twice where reduced motion is asked for). Nothing runs while nothing is out of date.
 */

const DATA_INTERVAL_MS = 100;
const REDUCED_INTERVAL_MS = 500;

export interface Painter {
  /** Paints in the next frame. */
  soon(): void;
  /** Paints as soon as the data interval since the last painting has passed. */
  refresh(): void;
  dispose(): void;
}

interface Entry {
  readonly paint: (nowMs: number) => void;
  readonly intervalMs: number | undefined;
  state: "clean" | "stale" | "urgent";
  paintedAtMs: number;
}

const entries = new Set<Entry>();
let scheduled = false;

/** `intervalMs` overrides how often new data is painted. */
export function addPainter(paint: (nowMs: number) => void, intervalMs?: number): Painter {
  const entry: Entry = { paint, intervalMs, state: "clean", paintedAtMs: -Infinity };
  entries.add(entry);
  return {
    soon() {
      entry.state = "urgent";
      schedule();
    },
    refresh() {
      if (entry.state === "clean") entry.state = "stale";
      schedule();
    },
    dispose() {
      entries.delete(entry);
    },
  };
}

/** Whether the user asked the system for less motion. */
export function reducedMotion(): boolean {
  return matchMedia("(prefers-reduced-motion: reduce)").matches;
}

function schedule(): void {
  if (scheduled) return;
  scheduled = true;
  requestAnimationFrame(frame);
}

function frame(nowMs: number): void {
  scheduled = false;
  const dataIntervalMs = reducedMotion() ? REDUCED_INTERVAL_MS : DATA_INTERVAL_MS;
  let waiting = false;
  for (const entry of entries) {
    if (entry.state === "clean") continue;
    const dueMs = entry.paintedAtMs + (entry.intervalMs ?? dataIntervalMs);
    if (entry.state === "stale" && nowMs < dueMs) {
      waiting = true;
      continue;
    }
    entry.state = "clean";
    entry.paintedAtMs = nowMs;
    entry.paint(nowMs);
  }
  if (waiting) schedule();
}
