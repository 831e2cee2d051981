/** The workbench as a person uses it, and what `?testing` lets a test know about its run. */
import type { Locator, Page } from "@playwright/test";
import { TEST_IDS } from "../../web/test-ids.ts";
import type { Replicated } from "./estimates.ts";
import { linkTo } from "./scenarios.ts";

/** The figures of a lane's result that these tests read. */
export interface Figures {
  readonly digest: string;
  readonly throughput: number;
  readonly errorRate: number;
  readonly measuredSeconds: number;
  readonly latencyMs: { readonly p50: number; readonly p99: number; readonly mean: number };
  readonly memoryBytes: { readonly peak: number };
  readonly cpu: { readonly utilization: number };
  readonly gil: { readonly held: number };
  readonly contextSwitches: { readonly voluntary: number; readonly involuntary: number };
  readonly claims: readonly { readonly verdict: string }[];
}

export interface LaneState {
  readonly letter: string;
  readonly name: string;
  readonly status: string;
  readonly reason: string | undefined;
  readonly events: number;
  readonly nowNs: number;
  readonly samples: number;
  readonly cores: number;
  /** What the flow view calls the lane's runtime. */
  readonly runtime: string;
  readonly result: Figures | undefined;
}

export interface RunState {
  readonly status: "idle" | "running" | "paused" | "finished" | "stopped";
  readonly clockNs: number;
  readonly durationNs: number;
  readonly speed: number;
  readonly eventsPerSecond: number;
  readonly digest?: string;
  readonly lanes: readonly LaneState[];
}

/** What a lane's engine has measured so far, row by row. */
export interface SampleTable {
  readonly columns: ReadonlyMap<string, number>;
  /** Numbers in a row. */
  readonly width: number;
  readonly count: number;
  readonly data: Float64Array;
}

export interface ChartTexts {
  readonly width: number;
  readonly height: number;
  readonly texts: readonly ChartText[];
}

export interface ChartText {
  readonly kind: "tick" | "time" | "note" | "label" | "key" | "crosshair";
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** `window.interleave` as web/app/testing.ts makes it; its lanes hold more than is listed here. */
interface TestHandle {
  whenIdle(): Promise<void>;
  /** No worker computes for the run, and all that they have told is here. */
  isStill(): boolean;
  /** What the user looks at, as far as these tests read it. */
  view(): {
    readonly crosshairNs?: number;
    readonly selectedPlace?: string;
    readonly scheduleFocus?: { readonly fromNs: number; readonly toNs: number };
  };
  run(): Omit<RunState, "lanes"> & {
    readonly lanes: readonly (Omit<LaneState, "samples" | "runtime" | "cores"> & {
      readonly samples: SampleTable;
      readonly planned?: { readonly points: readonly (readonly [ns: number, value: number])[] };
      readonly topology?: {
        readonly runtimeLabel: string;
        readonly cores: number;
        readonly places: readonly { readonly name: string; readonly kind: string }[];
        readonly edges: readonly { readonly from: number; readonly to: number }[];
      };
      readonly occupancy: Float64Array;
      readonly edgeRates: Float64Array;
    })[];
  };
  /** What is written on each chart, and where, in CSS pixels. */
  charts(): Readonly<Record<string, ChartTexts>>;
  /** By lane; empty before the third replication. */
  replicated(): readonly Replicated[];
  internals(lane: number): Promise<Internals | undefined>;
}

/** The inside of a lane, as far as these tests read it. */
interface Internals {
  readonly cores: readonly { readonly state: string; readonly label: string }[];
  readonly processes: readonly {
    readonly threads: readonly {
      readonly state: string;
      readonly role: string;
      readonly label: string;
    }[];
    readonly gil?: { readonly waiting: number };
  }[];
  readonly resources: readonly {
    readonly inUse: number;
    readonly holders: readonly { readonly number: number }[];
  }[];
}

declare global {
  interface Window {
    interleave: TestHandle;
  }
}

/** Opens the program with what follows the `#`, if anything, and waits until its run has begun. */
export async function open(page: Page, hash = ""): Promise<void> {
  await page.goto(`./?testing${hash === "" ? "" : `#${hash}`}`);
  await begun(page);
}

export async function begun(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const { status, lanes } = window.interleave.run();
    return status !== "idle" && lanes.length > 0;
  });
}

export async function runState(page: Page): Promise<RunState> {
  return page.evaluate(() => {
    const { lanes, ...run } = window.interleave.run();
    return {
      ...run,
      lanes: lanes.map((lane) => {
        const { letter, name, status, events, nowNs, samples, topology, result, reason } = lane;
        return {
          letter,
          name,
          status,
          events,
          nowNs,
          samples: samples.count,
          cores: topology?.cores ?? NaN,
          runtime: topology?.runtimeLabel ?? "",
          reason,
          result,
        };
      }),
    };
  });
}

/** What a lane's engine has measured, sample by sample: one column of its table. */
export function series(page: Page, lane: number, column: string): Promise<number[]> {
  return page.evaluate(
    ([index, name]) => {
      const samples = window.interleave.run().lanes[index]?.samples;
      const at = samples?.columns.get(name);
      if (samples === undefined || at === undefined) return [];
      const { count, data, width } = samples;
      return Array.from({ length: count }, (_, row) => data[row * width + at] ?? NaN);
    },
    [lane, column] as const,
  );
}

/** Runs at full speed to the end, and says what came out. */
export async function runToEnd(page: Page): Promise<RunState> {
  try {
    if (!(await isOver(page))) await page.getByTestId(TEST_IDS.runToEnd).click({ timeout: 2000 });
  } catch {
    // A short run may have ended while the pointer was on its way, and a busy page may take longer
    // to say that it was clicked. The end of the run tells.
  }
  return ended(page);
}

async function isOver(page: Page): Promise<boolean> {
  return ["finished", "stopped"].includes((await runState(page)).status);
}

export async function ended(page: Page): Promise<RunState> {
  await page.waitForFunction(
    () => ["finished", "stopped"].includes(window.interleave.run().status),
    undefined,
    { timeout: 50_000 },
  );
  return runState(page);
}

/** Pauses a run, and waits until the last message that was under way has come in. */
export async function pause(page: Page): Promise<RunState> {
  await page.getByRole("button", { name: "Pause" }).click();
  return settled(page);
}

/** Opens a document as a link, and runs it to its end. */
export async function openAndRun(page: Page, document: unknown): Promise<RunState> {
  await open(page, linkTo(document));
  return runToEnd(page);
}

/** The state once the workers stand still. */
export async function settled(page: Page): Promise<RunState> {
  await page.waitForFunction(() => window.interleave.isStill());
  return runState(page);
}

/** Replaces the scenario by way of the JSON dialog, which stays open where it is refused. */
export async function applyJson(page: Page, text: string): Promise<void> {
  const dialog = page.getByTestId(TEST_IDS.jsonDialog);
  if (!(await dialog.isVisible())) await page.getByTestId(TEST_IDS.openJson).click();
  await page.getByTestId(TEST_IDS.jsonText).fill(text);
  await page.getByTestId(TEST_IDS.jsonApply).click();
}

export function laneTab(page: Page, letter: string): Locator {
  return page.getByRole("tab", { name: `Lane ${letter}:` });
}

export function notice(page: Page): Locator {
  return page.getByTestId(TEST_IDS.notice);
}
