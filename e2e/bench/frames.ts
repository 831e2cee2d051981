/** Frames of a page as a person sees them, and what kept its main thread. */
import type { Page } from "@playwright/test";

/** A frame that takes longer is one that people may notice at 60 frames a second. */
const FLUID_MS = 20;

export interface Frames {
  /** Time from each frame to the next, ms. */
  readonly intervals: readonly number[];
  /** Tasks of the main thread longer than 50 ms. */
  readonly longTasks: readonly number[];
}

export function observeFrames(page: Page, forMs: number): Promise<Frames> {
  return page.evaluate(
    (ms) =>
      new Promise<Frames>((resolve) => {
        const intervals: number[] = [];
        const longTasks: number[] = [];
        const observer = new PerformanceObserver((list) => {
          longTasks.push(...list.getEntries().map(({ duration }) => duration));
        });
        observer.observe({ type: "longtask" });
        const start = performance.now();
        let last = start;
        const frame = (now: number): void => {
          if (now > last) intervals.push(now - last);
          last = now;
          if (now - start < ms) {
            requestAnimationFrame(frame);
            return;
          }
          observer.disconnect();
          resolve({ intervals: intervals.slice(1), longTasks });
        };
        requestAnimationFrame(frame);
      }),
    forMs,
  );
}

export function tellFrames({ intervals, longTasks }: Frames): string {
  const sorted = [...intervals].sort((a, b) => a - b);
  const quantile = (share: number) => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
  const fluid = intervals.filter((ms) => ms <= FLUID_MS).length / intervals.length;
  const seconds = intervals.reduce((sum, ms) => sum + ms, 0) / 1000;
  return (
    `${(intervals.length / seconds).toFixed(1)} frames a second, ${(100 * fluid).toFixed(1)} % ` +
    `under ${FLUID_MS} ms, p95 ${quantile(0.95).toFixed(1)} ms, longest ` +
    `${quantile(1).toFixed(0)} ms; main-thread tasks above 50 ms: ${longTasks.length}, longest ` +
    `${Math.round(Math.max(0, ...longTasks))} ms`
  );
}
