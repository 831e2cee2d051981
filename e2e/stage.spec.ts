/** Before an audience: everything large, and back again; and views that take the whole window. */
import { expectAccessible } from "./helpers/accessibility.ts";
import { atRest } from "./helpers/at-rest.ts";
import { expectTargets, TARGET } from "./helpers/controls.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import { open, openAndRun, settled } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

test("P shows one flow and one chart, large and light, and Escape leads back", async ({ page }) => {
  await page.emulateMedia({ colorScheme: "dark" });
  await openAndRun(page, small());
  await page.keyboard.press("p");
  const stage = page.getByTestId(TEST_IDS.stage);
  await expect(stage.getByRole("heading", { level: 1 })).toHaveCSS("font-size", "36px");
  await expect(page.locator("html")).toHaveAttribute("data-theme", "light");
  await expect(stage.locator(".flow-drawing")).toHaveCount(1);
  await expect(stage.locator(".chart-canvas")).toHaveCount(1);
  await stage.getByRole("button", { name: "Memory", exact: true }).click();
  await expect(stage.getByRole("img", { name: /Memory|MiB/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(stage).toHaveCount(0);
  await expect(page.locator("html")).toHaveAttribute("data-theme", "dark");
  await page.getByTestId(TEST_IDS.openStage).click();
  await page.getByTestId(TEST_IDS.leaveStage).click();
  await expect(stage).toHaveCount(0);
});

for (const [width, height] of [
  [1280, 720],
  [1920, 1080],
] as const) {
  test(`nothing on a projector of ${width} by ${height} is small or cut off`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await openAndRun(page, small());
    await page.keyboard.press("p");
    await expect(page.getByTestId(TEST_IDS.stage)).toBeVisible();
    await expect.poll(() => smallTexts(page)).toEqual([]);
    const overhang = () =>
      page.evaluate(() => [
        document.documentElement.scrollWidth - innerWidth,
        document.documentElement.scrollHeight - innerHeight,
      ]);
    await expect.poll(overhang).toEqual([0, 0]);
    await expectAccessible(page);
    await page.keyboard.press("t");
    await expectAccessible(page);
  });
}

test("the largest drawing keeps its size, scrolls, and gets the room of the results", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await open(page, "scenario=connections-8k-vs-150k");
  await page.keyboard.press("Space");
  await settled(page);
  await page.keyboard.press("p");
  const flow = page.getByTestId(TEST_IDS.stage).getByRole("region", { name: "Flow" });
  await expect(flow.locator(".flow-drawing")).toBeVisible();
  await expect.poll(() => smallTexts(page)).toEqual([]);
  // Nodes are as large as the drawing makes them.
  await expectTargets(page, TARGET.stage, ".stage > :not(main), .lane-tabs, .flow-tools");
  const hidden = () =>
    flow.evaluate(({ scrollHeight, clientHeight }) => scrollHeight - clientHeight);
  await expect.poll(hidden).toBeGreaterThan(0);
  const before = await atRest(hidden);
  await flow.focus();
  await page.keyboard.press("End");
  await expect.poll(() => flow.evaluate(({ scrollTop }) => scrollTop)).toBeGreaterThan(0);
  await page.getByTestId(TEST_IDS.expandFlow).click();
  await expect.poll(hidden).toBeLessThan(before);
  await expect(page.locator("#results")).toBeHidden();
  await page.keyboard.press("Escape");
  await expect(page.locator("#results")).toBeVisible();
});

test("flow and schedule each take the whole window, and give it back", async ({ page }) => {
  await open(page, linkTo(small()));
  const flow = page.locator(".flow-drawing");
  const schedule = page.getByRole("region", { name: "Schedule" });
  const heightOf = async () => (await flow.boundingBox())?.height ?? 0;
  const shared = await atRest(heightOf);
  await page.getByTestId(TEST_IDS.expandFlow).click();
  await expect(schedule).toHaveCount(0);
  await expect.poll(heightOf).toBeGreaterThan(shared);
  await page.keyboard.press("Escape");
  await page.getByTestId(TEST_IDS.expandSchedule).click();
  await expect(flow).toHaveCount(0);
  await expectAccessible(page);
  await page.getByTestId(TEST_IDS.expandSchedule).click();
  await expect(flow).toBeVisible();
  await expect(schedule).toBeVisible();
});

/** Texts below 15 px as they are on screen, those of the drawing at its scale. */
function smallTexts(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const least = 15 - 0.1;
    const found: string[] = [];
    for (const element of document.querySelectorAll(".stage *")) {
      const own = [...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE);
      const text = own
        .map((node) => node.textContent ?? "")
        .join("")
        .trim();
      const { width, height } = element.getBoundingClientRect();
      if (text === "" || width <= 1 || height <= 1 || element.closest(".visually-hidden")) continue;
      const scale = element instanceof SVGGraphicsElement ? (element.getScreenCTM()?.a ?? 1) : 1;
      const px = parseFloat(getComputedStyle(element).fontSize) * scale;
      if (px < least) found.push(`${text}: ${px.toFixed(1)} px`);
    }
    return found;
  });
}
