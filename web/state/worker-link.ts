/**
 * One engine worker as the page sees it: calls go one at a time, and a worker that fails to load or
 * dies rejects the call that waits for it (comlink alone would leave it pending for ever).
 */
import { wrap } from "comlink";
import type { Desk, Laboratory, LaneEngine } from "../../engine/api.ts";

const ANSWER_WITHIN_MS = 2000;

/** What the worker file exposes. */
export type Engine = LaneEngine & Desk & Laboratory;

export interface WorkerLink {
  /** Calls or queued calls that have not settled. */
  readonly busy: boolean;
  /** True once the worker has crashed or was terminated; every call rejects from then on. */
  readonly dead: boolean;
  /** Queues one call. */
  call<T>(work: (engine: Engine) => Promise<T>): Promise<T>;
  /** Resolves when the calls queued so far have settled. */
  settled(): Promise<void>;
  terminate(): void;
}

/** The part of a Worker that a link needs; a test passes the two ends of a message channel. */
export interface EngineHost {
  readonly engine: Engine;
  /** Calls back once, when the worker is gone. */
  onCrash(listener: (cause: string) => void): void;
  terminate(): void;
}

export function spawnWorkerLink(): WorkerLink {
  return createWorkerLink(startEngineWorker());
}

export function createWorkerLink(host: EngineHost): WorkerLink {
  let dead = false;
  let open = 0;
  let last: Promise<unknown> = Promise.resolve();
  let fail: (error: Error) => void = () => undefined;
  const crashed = new Promise<never>((_resolve, reject) => {
    fail = reject;
  });
  // Without a call under way nobody listens, and that is no unhandled rejection.
  crashed.catch(() => undefined);
  const die = (cause: string): void => {
    dead = true;
    fail(new Error(cause));
    host.terminate();
  };
  host.onCrash(die);
  return {
    get busy() {
      return open > 0;
    },
    get dead() {
      return dead;
    },
    call(work) {
      open++;
      const answer = last
        .then(() => Promise.race([crashed, work(host.engine)]))
        .finally(() => open--);
      last = answer.catch(() => undefined);
      return answer;
    },
    settled: () => last.then(() => undefined),
    terminate() {
      die("the worker was ended");
    },
  };
}

/** One idle link per lane; a worker that does not answer in time is replaced. */
export async function takeLinks(
  old: readonly WorkerLink[],
  count: number,
  spawn: () => WorkerLink,
): Promise<WorkerLink[]> {
  for (const surplus of old.slice(count)) surplus.terminate();
  const links: WorkerLink[] = [];
  for (let index = 0; index < count; index++) links.push(old[index] ?? spawn());
  return Promise.all(
    links.map(async (link) => {
      const answered = await Promise.race([link.settled().then(() => true), late()]);
      if (answered && !link.dead) return link;
      link.terminate();
      return spawn();
    }),
  );
}

function late(): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ANSWER_WITHIN_MS, false));
}

function startEngineWorker(): EngineHost {
  const worker = new Worker(new URL("../../engine/worker.ts", import.meta.url), {
    type: "module",
  });
  return {
    engine: wrap<Engine>(worker),
    onCrash(listener) {
      worker.addEventListener("error", (event) => {
        event.preventDefault();
        listener(event.message || "the worker could not be loaded");
      });
      worker.addEventListener("messageerror", () => {
        listener("a message from the worker could not be read");
      });
    },
    terminate: () => worker.terminate(),
  };
}
