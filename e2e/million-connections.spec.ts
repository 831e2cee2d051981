/** A million connections in a browser: the page answers at once, and the workers stay small. */
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import {
  IMMEDIATE_MS,
  measureTimings,
  median,
  timings,
  told,
  WorkerMemory,
} from "./helpers/responsiveness.ts";
import { linkTo, shipped } from "./helpers/scenarios.ts";
import { ended, open, runState, type RunState } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

/** What a tab may take without anybody noticing on an ordinary machine. */
const WORKER_BYTES_MAX = 600e6;

interface Observed {
  readonly run: RunState;
  readonly inputs: readonly number[];
  readonly mostBytes: number;
}

test("a million idle connections with 50,000 requests a second run beside a quick page", async ({
  page,
}) => {
  await open(page, "scenario=million-connections");
  const { run, inputs, mostBytes } = await observedToEnd(page);
  expect(run.status).toBe("finished");
  const thousands = run.lanes.map(({ result }) => Math.round((result?.throughput ?? 0) / 1000));
  expect(thousands).toEqual([50, 50]);
  expect(median(inputs)).toBeLessThanOrEqual(IMMEDIATE_MS);
  expect(mostBytes).toBeLessThan(WORKER_BYTES_MAX);
});

test("a million users who each think for 20 s run beside a quick page", async ({ page }) => {
  // They come within 8 s: 125,000 connections and requests a second.
  test.slow();
  const { lanes, claims: _claims, ...rest } = shipped("million-connections");
  const users = {
    executor: "ramping-vus",
    stages: [
      { duration: "8s", target: 1_000_000 },
      { duration: "2s", target: 1_000_000 },
    ],
    thinkTime: { dist: "exponential", mean: "20s" },
  };
  await open(page, linkTo({ ...rest, warmup: "8s", load: { users }, lanes: [lanes[0]] }));
  const { run, inputs, mostBytes } = await observedToEnd(page);
  expect(run.status).toBe("finished");
  // 50,000 a second when all are there: a million every 20 s.
  expect(run.lanes[0]?.result?.throughput).toBeGreaterThan(45_000);
  expect(median(inputs)).toBeLessThanOrEqual(IMMEDIATE_MS);
  expect(mostBytes).toBeLessThan(WORKER_BYTES_MAX);
});

/** Runs to the end and presses a key all the while; says and reports what that was like. */
async function observedToEnd(page: Page): Promise<Observed> {
  const memory = await WorkerMemory.of(page);
  await measureTimings(page);
  const { clockNs } = await runState(page);
  const start = performance.now();
  await page.getByTestId(TEST_IDS.runToEnd).click();
  let mostBytes = 0;
  while ((await runState(page)).status === "running") {
    await page.keyboard.press("t");
    mostBytes = Math.max(mostBytes, ...(await memory.bytes()));
  }
  const run = await ended(page);
  const seconds = (performance.now() - start) / 1000;
  const seen = await timings(page);
  const factor = (run.clockNs - clockNs) / 1e9 / seconds;
  const report =
    `${factor.toFixed(1)} virtual seconds per second, ${run.lanes.length} lanes at once; largest ` +
    `worker ${Math.round(mostBytes / 1e6)} MB; inputs: ${told(seen)}`;
  test.info().annotations.push({ type: "million connections", description: report });
  console.log(report);
  expect(seen.inputs.length).toBeGreaterThan(0);
  expect(mostBytes).toBeGreaterThan(0);
  return { run, inputs: seen.inputs, mostBytes };
}
