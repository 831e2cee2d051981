/**
 * How fluid the page is while four lanes compute as fast as they can: time from one frame to the
 * next, and tasks that keep the main thread for longer than 50 ms. Start-up does not count.
 */
import { expect, test } from "@playwright/test";
import { linkTo } from "../helpers/scenarios.ts";
import { open, runState } from "../helpers/workbench.ts";
import { TEST_IDS } from "../../web/test-ids.ts";
import { observeFrames, tellFrames } from "./frames.ts";

const START_UP_MS = 2000;
const MEASURED_MS = 15_000;

/** What is on screen, and the key that brings it there. */
const SCREENS = { workbench: undefined, "request inspector": "i" };

for (const [screen, key] of Object.entries(SCREENS)) {
  test(`four lanes at maximum speed, ${screen}`, async ({ page }) => {
    await open(page, linkTo(fourRuntimes()));
    await page.getByTestId(TEST_IDS.runToEnd).click();
    if (key !== undefined) await page.keyboard.press(key);
    await page.waitForTimeout(START_UP_MS);
    const before = await runState(page);
    const seen = await observeFrames(page, MEASURED_MS);
    const after = await runState(page);
    expect(after.status, "the run is longer than the measurement").toBe("running");
    const events = sum(after) - sum(before);
    console.log(
      `${screen}: ${tellFrames(seen)}; ${(events / MEASURED_MS / 1e3).toFixed(2)} million events a second`,
    );
  });
}

function sum({ lanes }: Awaited<ReturnType<typeof runState>>): number {
  return lanes.reduce((total, { events }) => total + events, 0);
}

/** One load on four kinds of runtime, for longer than it is looked at. */
function fourRuntimes(): unknown {
  return {
    version: 1,
    name: "Four runtimes for a long time",
    seed: 1,
    duration: "7200s",
    warmup: "10s",
    machine: { cores: 4, memory: "4GiB" },
    requests: {
      page: {
        steps: [
          { cpu: { dist: "exponential", mean: "1ms" } },
          { io: { dist: "lognormal", mean: "12ms", p99: "60ms" } },
          { cpu: { dist: "exponential", mean: "1ms" } },
        ],
      },
    },
    load: {
      visitors: {
        executor: "ramping-arrival-rate",
        stages: [
          { duration: "3600s", target: 600 },
          { duration: "3600s", target: 300 },
        ],
        request: "page",
        timeout: "2s",
      },
    },
    slo: { p99: "100ms" },
    lanes: [
      {
        name: "CPython threads",
        runtime: { model: "threads", profile: "cpython-3.11", gil: true, threads: 32 },
      },
      {
        name: "Prefork processes",
        runtime: {
          model: "threads",
          profile: "cpython-3.11",
          gil: true,
          threads: 1,
          processes: 24,
        },
      },
      { name: "Go goroutines", runtime: { model: "goroutines", profile: "go" } },
      {
        name: "JVM virtual threads",
        runtime: { model: "virtual-threads", profile: "jvm-virtual" },
      },
    ],
  };
}
