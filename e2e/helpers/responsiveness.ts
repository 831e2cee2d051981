/** How soon the page answers while something else goes on, and what its workers hold meanwhile. */
import type { CDPSession, Page } from "@playwright/test";

/** What people take for immediate, from input to the next picture. */
export const IMMEDIATE_MS = 100;

export interface Timings {
  /** From each input to the picture that answers it; below 16 ms the browser does not say. */
  readonly inputs: readonly number[];
  readonly longTasks: readonly number[];
}

export async function measureTimings(page: Page): Promise<void> {
  await page.evaluate(() => {
    const seen: { inputs: number[]; longTasks: number[] } = { inputs: [], longTasks: [] };
    Object.assign(window, { timings: seen });
    new PerformanceObserver((list) => {
      const inputs = list.getEntries().filter(({ name }) => /^(click|keydown)$/.test(name));
      seen.inputs.push(...inputs.map(({ duration }) => duration));
    }).observe({ type: "event", durationThreshold: 16 } as PerformanceObserverInit);
    new PerformanceObserver((list) => {
      seen.longTasks.push(...list.getEntries().map(({ duration }) => duration));
    }).observe({ type: "longtask" });
  });
}

export function timings(page: Page): Promise<Timings> {
  return page.evaluate(() => (window as unknown as { timings: Timings }).timings);
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

export function told({ inputs, longTasks }: Timings): string {
  return (
    `median ${median(inputs)} ms, longest ${Math.max(0, ...inputs)} ms; ` +
    `long tasks: ${longTasks.length}, longest ${Math.round(Math.max(0, ...longTasks))} ms`
  );
}

/** What a worker's isolate holds: objects, and what lies in typed arrays. */
interface HeapUsage {
  readonly totalSize: number;
  readonly backingStorageSize?: number;
}

/** The workers of a page, as the browser's debugger sees them. */
export class WorkerMemory {
  private readonly session: CDPSession;
  private readonly workers: string[] = [];
  private asked = 0;

  private constructor(session: CDPSession) {
    this.session = session;
    session.on("Target.attachedToTarget", ({ sessionId, targetInfo }) => {
      if (targetInfo.type === "worker") this.workers.push(sessionId);
    });
    session.on("Target.detachedFromTarget", ({ sessionId }) => {
      this.workers.splice(this.workers.indexOf(sessionId), 1);
    });
  }

  static async of(page: Page): Promise<WorkerMemory> {
    const memory = new WorkerMemory(await page.context().newCDPSession(page));
    await memory.session.send("Target.setAutoAttach", {
      autoAttach: true,
      waitForDebuggerOnStart: false,
      flatten: false,
    });
    return memory;
  }

  /** Bytes that each worker holds now. */
  bytes(): Promise<number[]> {
    return Promise.all(this.workers.map((worker) => this.bytesOf(worker)));
  }

  private bytesOf(sessionId: string): Promise<number> {
    const id = ++this.asked;
    return new Promise((resolve) => {
      const hear = (event: { sessionId: string; message: string }): void => {
        const reply = JSON.parse(event.message) as { id?: number; result?: HeapUsage };
        if (event.sessionId !== sessionId || reply.id !== id) return;
        this.session.off("Target.receivedMessageFromTarget", hear);
        resolve((reply.result?.totalSize ?? NaN) + (reply.result?.backingStorageSize ?? NaN));
      };
      this.session.on("Target.receivedMessageFromTarget", hear);
      const message = JSON.stringify({ id, method: "Runtime.getHeapUsage" });
      void this.session.send("Target.sendMessageToTarget", { sessionId, message });
    });
  }
}
