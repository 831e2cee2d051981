/** While 150,000 connections are simulated as fast as they can be, the page answers at once. */
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { IMMEDIATE_MS, measureTimings, median, timings, told } from "./helpers/responsiveness.ts";
import { ended, laneTab, open, runState } from "./helpers/workbench.ts";

test("inputs are answered within 100 ms while 150,000 connections run", async ({ page }) => {
  await open(page, "scenario=connections-8k-vs-150k");
  await measureTimings(page);
  await page.getByTestId(TEST_IDS.runToEnd).click();
  let pressed = 0;
  while ((await runState(page)).status === "running") {
    await laneTab(page, pressed % 2 === 0 ? "B" : "A").click();
    await page.keyboard.press("t");
    pressed += 2;
  }
  const { status, lanes } = await ended(page);
  expect(status).toBe("finished");
  expect(lanes.reduce((sum, lane) => sum + lane.events, 0)).toBeGreaterThan(1e6);
  expect(pressed).toBeGreaterThan(10);
  const seen = await timings(page);
  const report = `${pressed} inputs during the run: ${told(seen)}`;
  test.info().annotations.push({ type: "responsiveness", description: report });
  console.log(report);
  expect(seen.inputs.length).toBeGreaterThan(0);
  expect(median(seen.inputs)).toBeLessThanOrEqual(IMMEDIATE_MS);
});
