/**
 * How fluid the schedule is with five million slices in its recording: panned and zoomed in every
 * frame, from the whole run to single slices and back.
 */
import { expect, test, type Page } from "@playwright/test";
import { linkTo } from "../helpers/scenarios.ts";
import { open } from "../helpers/workbench.ts";
import { TEST_IDS } from "../../web/test-ids.ts";
import { observeFrames, tellFrames } from "./frames.ts";

const SLICES = 5_000_000;
const MEASURED_MS = 10_000;

test("a schedule of five million slices, panned and zoomed", async ({ page }) => {
  await open(page, linkTo(busyThreads()));
  await page.getByTestId(TEST_IDS.runToEnd).click();
  const schedule = page.getByTestId(TEST_IDS.schedule);
  await expect
    .poll(async () => Number(await schedule.getAttribute("data-recorded")), { timeout: 150_000 })
    .toBeGreaterThan(SLICES);
  await page.getByTestId(TEST_IDS.play).click();
  await page.getByTestId(TEST_IDS.scheduleWhole).click();
  await page.waitForTimeout(1000);
  const recorded = Number(await schedule.getAttribute("data-recorded"));
  for (const [what, zooms] of [
    ["panned all over the run", false],
    ["zoomed from the run to slices and back", true],
  ] as const) {
    const before = Number(await schedule.getAttribute("data-answers"));
    await move(page, zooms);
    const seen = await observeFrames(page, MEASURED_MS);
    const answers = Number(await schedule.getAttribute("data-answers")) - before;
    console.log(
      `${(recorded / 1e6).toFixed(1)} million slices, ${what}: ${tellFrames(seen)}; ` +
        `${((1000 * answers) / MEASURED_MS).toFixed(0)} answers a second`,
    );
  }
});

/** Turns the wheel once in every frame, for as long as is measured. */
async function move(page: Page, zooms: boolean): Promise<void> {
  await page.evaluate(
    ([id, isZoom, ms]) => {
      const canvas = document.querySelector(`[data-testid=${id}]`);
      if (canvas === null) throw new Error("there is no schedule");
      const box = canvas.getBoundingClientRect();
      const start = performance.now();
      let n = 0;
      const turn = (): void => {
        const isBack = Math.floor(n++ / 50) % 2 === 1;
        const delta = isBack ? 12 : -12;
        canvas.dispatchEvent(
          new WheelEvent("wheel", {
            ...(isZoom ? { deltaY: delta } : { deltaX: delta }),
            clientX: box.left + box.width / 2,
            clientY: box.top + box.height / 2,
            bubbles: true,
            cancelable: true,
          }),
        );
        if (performance.now() - start < ms) requestAnimationFrame(turn);
      };
      requestAnimationFrame(turn);
    },
    [TEST_IDS.schedule, zooms, MEASURED_MS] as const,
  );
}

/** Threads that take turns: some forty changes of state for every request. */
function busyThreads(): unknown {
  return {
    version: 1,
    name: "Many slices",
    seed: 1,
    duration: "3600s",
    machine: { cores: 4, memory: "4GiB" },
    requests: {
      page: {
        steps: [{ cpu: "100us" }, { io: "2ms" }, { cpu: "100us" }, { io: "2ms" }, { cpu: "50us" }],
      },
    },
    load: { visitors: { executor: "constant-arrival-rate", rate: 2000, request: "page" } },
    lanes: [
      {
        name: "CPython threads",
        runtime: { model: "threads", profile: "cpython-3.11", gil: true, threads: 32 },
      },
    ],
  };
}
