/** Keyboard alone: the Tab key, with arrows inside its stops, reaches everything there is to press. */
import { expectReachable } from "./helpers/keyboard.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, full, small } from "./helpers/scenarios.ts";
import { laneTab, open, openAndRun, runState } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

test("the workbench with everything open", async ({ page }) => {
  await openQuiet(page);
  await page.getByTestId(TEST_IDS.laneToggle).first().click();
  await page.locator(".step-row").last().click();
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  await page.getByTestId(TEST_IDS.flowNode).nth(2).click();
  await page.getByTestId(TEST_IDS.scheduleFind).click();
  await page.getByTestId(TEST_IDS.scheduleSearch).fill("page#60");
  await page.keyboard.press("Enter");
  await page.getByTestId(TEST_IDS.sliceCard).getByRole("button", { name: "Follow" }).click();
  const stops = await expectReachable(page);
  expect(stops[0]).toMatch(/Skip to the results/);
});

test("the inspector, and dialogs, which keep the focus to themselves", async ({ page }) => {
  await openQuiet(page);
  for (const id of ["openScenarios", "help", "lawTag"] as const) {
    await page.getByTestId(TEST_IDS[id]).first().click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectReachable(page, "[role=dialog]");
    await page.keyboard.press("Escape");
    await expect(page.getByRole("dialog")).toHaveCount(0);
  }
  await page.getByTestId(TEST_IDS.openInspector).click();
  await expect(page.getByTestId(TEST_IDS.twins).getByRole("listitem").first()).toBeVisible();
  await expectReachable(page);
});

test("every part of the phone layout, and its menu", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, linkTo(full()));
  await page.waitForFunction(() => window.interleave.run().status === "finished");
  for (const part of ["Flow", "Schedule", "Scenario", "Summary"]) {
    await page.getByRole("button", { name: part, exact: true }).click();
    if (part === "Summary") await quiet(page);
    await expectReachable(page);
  }
  await page.getByTestId(TEST_IDS.more).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.helpDialog)).toBeVisible();
});

test("the skip link leads to the results, and arrows from lane to lane", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.locator("#results")).toBeFocused();
  await expect(page.locator("#results").getByRole("table").first()).toBeVisible();
  await laneTab(page, "A").focus();
  await page.keyboard.press("ArrowRight");
  await expect(laneTab(page, "B")).toBeFocused();
  await expect(laneTab(page, "B")).toHaveAttribute("aria-selected", "true");
});

test("a scenario is edited and run without a pointer", async ({ page }) => {
  const before = await openAndRun(page, small());
  await page.getByTestId(TEST_IDS.laneToggle).first().focus();
  await page.keyboard.press("Enter");
  await page.getByTestId(TEST_IDS.laneThreads).focus();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type("9");
  await page.keyboard.press("Tab");
  await page.waitForFunction((old) => window.interleave.run().digest !== old, before.digest);
  await page.getByTestId(TEST_IDS.restart).focus();
  await page.keyboard.press("Enter");
  expect((await runState(page)).status).toBe("running");
});

/** A run that is over, with nothing under way that would add a button. */
async function openQuiet(page: Page): Promise<void> {
  await openAndRun(page, full());
  await quiet(page);
}

async function quiet(page: Page): Promise<void> {
  await page.getByTestId(TEST_IDS.replicationsSwitch).uncheck();
  await expect(page.getByTestId(TEST_IDS.outcome)).toBeVisible();
}
