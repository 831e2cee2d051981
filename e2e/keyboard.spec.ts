/** Keyboard alone: the Tab key, with arrows inside its stops, reaches everything there is to press. */
import { atRest } from "./helpers/at-rest.ts";
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

test("the keys of the views do what the help says, and nothing once they are switched off", async ({
  page,
}) => {
  await openQuiet(page);
  await press(page, "f", (from, to) => from === 0 && to >= 6);
  await press(page, "w", (from, to) => to - from < 5);
  const [zoomedFrom, zoomedTo] = await atRest(() => shownRange(page));
  await press(page, "a", (from) => from < zoomedFrom);
  const [pannedFrom] = await atRest(() => shownRange(page));
  await press(page, "d", (from) => from > pannedFrom);
  await press(page, "s", (from, to) => to - from > zoomedTo - zoomedFrom);

  await page.keyboard.press("/");
  await expect(page.getByTestId(TEST_IDS.scenarioDialog)).toBeVisible();
  await page.keyboard.press("Escape");
  await page.keyboard.press("e");
  await expect(page.getByTestId(TEST_IDS.title)).toBeFocused();
  await page.keyboard.press("Escape");
  for (const [key, id] of [
    ["i", TEST_IDS.inspector],
    ["p", TEST_IDS.stage],
  ] as const) {
    await page.keyboard.press(key);
    await expect(page.getByTestId(id)).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(page.getByTestId(id)).toHaveCount(0);
  }

  await page.keyboard.press("?");
  await page.getByRole("switch", { name: "Single-key shortcuts" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Escape");
  const before = await atRest(() => shownRange(page));
  for (const key of ["w", "i", "p", "/", "?"]) await page.keyboard.press(key);
  await expect(page.getByTestId(TEST_IDS.app)).toBeVisible();
  await expect(page.getByRole("dialog")).toHaveCount(0);
  expect(await atRest(() => shownRange(page))).toEqual(before);
});

test("slices are measured and taken apart without dragging anything", async ({ page }) => {
  await openQuiet(page);
  await page.getByTestId(TEST_IDS.scheduleFind).click();
  await page.getByTestId(TEST_IDS.scheduleSearch).fill("page#60");
  await page.keyboard.press("Enter");
  const card = page.getByTestId(TEST_IDS.sliceCard);
  await expect(card).toContainText("page#60");
  await card.getByRole("button", { name: "Measure" }).click();
  const measured = page.getByTestId(TEST_IDS.scheduleMeasured);
  await expect(measured).toContainText("Measured");
  const slice = await atRest(() => measured.textContent());
  await page.getByTestId(TEST_IDS.scheduleKeys).focus();
  await page.keyboard.press("Shift+ArrowLeft");
  await expect(measured).not.toHaveText(slice ?? "");
  await expect(card).toContainText("request page#");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: /^Request / })).toBeVisible();
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
  await expect.poll(async () => (await runState(page)).status).toBe("running");
});

/** The schedule's window in seconds. */
async function shownRange(page: Page): Promise<[number, number]> {
  const text = (await page.getByTestId(TEST_IDS.scheduleRange).textContent()) ?? "";
  const [from = NaN, to = NaN] = text
    .split(" to ")
    .map((part) => Number(part.replaceAll(/[^\d.]/g, "")));
  return [from, to];
}

async function press(
  page: Page,
  key: string,
  moved: (fromSeconds: number, toSeconds: number) => boolean,
): Promise<void> {
  await page.keyboard.press(key);
  await expect.poll(async () => moved(...(await shownRange(page))), `key ${key}`).toBe(true);
}

/** A run that is over, with nothing under way that would add a button. */
async function openQuiet(page: Page): Promise<void> {
  await openAndRun(page, full());
  await quiet(page);
}

async function quiet(page: Page): Promise<void> {
  await page.getByTestId(TEST_IDS.replicationsSwitch).uncheck();
  await expect(page.getByTestId(TEST_IDS.outcome)).toBeVisible();
}
