/** One lane goes on twice: the past is shared, the future differs only by what was changed. */
import type { Page } from "@playwright/test";
import { TEST_IDS } from "../web/test-ids.ts";
import { expectAccessible } from "./helpers/accessibility.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import { expect, test } from "./helpers/test.ts";
import { begun, laneTab, open, pause, runState, runToEnd, settled } from "./helpers/workbench.ts";

/** A paused run of one lane, somewhere in its second half. */
async function pausedRun(page: Page): Promise<void> {
  const document = small();
  await open(page, linkTo({ ...document, lanes: document.lanes.slice(0, 1) }));
  await page.waitForFunction(() => window.interleave.run().clockNs > 4e9);
  await pause(page);
}

async function fork(page: Page, path: string, value: string): Promise<void> {
  await page.getByTestId(TEST_IDS.forkParameter).selectOption(path);
  await page.getByTestId(TEST_IDS.forkValue).fill(value);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.forkDialog)).toHaveCount(0);
}

test("a fork has its parent's past and another future, and a link brings both back", async ({
  page,
  context,
}) => {
  await pausedRun(page);
  const { clockNs } = await runState(page);
  await page.keyboard.press("Shift+F");
  await expectAccessible(page);
  await fork(page, "runtime.threads", "40");
  await page.waitForFunction((ns) => window.interleave.run().clockNs === ns, clockNs);
  await settled(page);
  await page.keyboard.press("Shift+Comma");
  await page.waitForFunction((ns) => window.interleave.run().clockNs === ns, clockNs - 1e6);
  const [parent, child] = (await settled(page)).lanes;
  expect(child?.letter).toBe("B");
  expect([child?.events, child?.nowNs]).toEqual([parent?.events, parent?.nowNs]);
  expect(child?.result?.latencyMs).toEqual(parent?.result?.latencyMs);
  await expect(laneTab(page, "B")).toHaveAttribute("aria-selected", "true");

  const { lanes, digest } = await runToEnd(page);
  await expect(page.getByTestId(TEST_IDS.countsFrom)).toContainText("from the fork on");
  const [before = 0, after = 0] = lanes.map(({ result }) => result?.latencyMs.mean);
  expect(after).toBeLessThan(before);
  expect(lanes.map(({ result }) => result?.measuredSeconds)).toEqual(
    [0, 0].map(() => expect.closeTo(20 - clockNs / 1e9, 6)),
  );

  await page.getByTestId(TEST_IDS.share).click();
  const link = await page.getByTestId(TEST_IDS.shareLink).inputValue();
  const other = await context.newPage();
  await other.goto(link);
  await begun(other);
  expect((await runToEnd(other)).digest).toBe(digest);
});

test("a run that was going on goes on with its fork; what cannot change says why", async ({
  page,
}) => {
  await open(page, linkTo(small()));
  await page.waitForFunction(() => window.interleave.run().clockNs > 1e9);
  await page.getByTestId(TEST_IDS.fork).click();
  expect((await settled(page)).status).toBe("paused");
  await page.getByTestId(TEST_IDS.forkParameter).selectOption("load.visitors.rate");
  await page.getByTestId(TEST_IDS.forkValue).fill("lots");
  await page.getByTestId(TEST_IDS.forkApply).click();
  await expect(page.getByTestId(TEST_IDS.forkDialog)).toContainText("expected a number above 0");
  await fork(page, "load.visitors.rate", "20");
  await page.waitForFunction(() => window.interleave.run().status === "finished");
  const { lanes } = await runState(page);
  expect(lanes.map(({ letter }) => letter)).toEqual(["A", "B", "C"]);
  expect(lanes[2]?.result?.throughput).toBeLessThan(50);
});

test("an edit may hold from the playhead on, and be taken back", async ({ page }) => {
  await pausedRun(page);
  const { clockNs } = await runState(page);
  await page.getByTestId(TEST_IDS.loadRate).fill("20");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.fromHere)).toBeVisible();
  await expectAccessible(page);
  await page.getByTestId(TEST_IDS.applyFromHere).click();
  await page.waitForFunction((ns) => window.interleave.run().clockNs === ns, clockNs);
  await expect(page.getByTestId(TEST_IDS.loadRate)).toHaveValue("200");
  await expect(page.getByTestId(TEST_IDS.laneCard)).toContainText("visitors.rate 20");
  const changed = await runToEnd(page);
  const throughput = changed.lanes[0]?.result?.throughput ?? 0;
  expect(throughput).toBeGreaterThan(22);
  expect(throughput).toBeLessThan(170);
  await page.getByTestId(TEST_IDS.laneToggle).click();
  await page.getByTestId(TEST_IDS.removeChange).click();
  await expect(page.getByTestId(TEST_IDS.laneCard)).not.toContainText("visitors.rate");
});
