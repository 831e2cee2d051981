/** For everybody: no barrier that axe can find, targets that can be hit, nothing beside the window. */
import { expectAccessible, expectAccessibleInBoth } from "./helpers/accessibility.ts";
import { expectTargets, TARGET } from "./helpers/controls.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { full, linkTo, small } from "./helpers/scenarios.ts";
import { laneTab, open, openAndRun, settled } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

const PHONE = { width: 390, height: 844 };
const DIALOG = "[role=dialog]";

test("the workbench, with all of its form open, and what opens over it", async ({ page }) => {
  // Axe looks at every surface twice, on cores that others may share.
  test.slow();
  await openAndRun(page, full());
  // They would keep both cores busy meanwhile.
  await page.getByTestId(TEST_IDS.replicationsSwitch).uncheck();
  await expectSound(page, "html");
  await page.getByTestId(TEST_IDS.laneToggle).first().click();
  await page.locator(".step-row").last().click();
  await page.evaluate(() => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
  await expectSound(page, ".app-left");
  for (const id of ["openScenarios", "openAbout", "help", "openJson"] as const) {
    await expectSoundDialog(page, () => page.getByTestId(TEST_IDS[id]).click());
  }
  for (const name of ["Data of Memory", "List of slices"]) {
    await expectSoundDialog(page, () => page.getByRole("button", { name }).click());
  }
  await page.getByTestId(TEST_IDS.share).click();
  await expectSound(page, ".share-popover");
  await page.keyboard.press("Escape");
  await page.getByTestId(TEST_IDS.savePicture).click();
  await expectSound(page, ".menu-popover");
  await page.keyboard.press("Escape");
});

test("laws, theory, scaling and intervals", async ({ page }) => {
  await openAndRun(page, { ...small(), duration: "5s" });
  const laws = page.getByTestId(TEST_IDS.lawTag);
  await expectSoundDialog(page, () => laws.first().click());
  await expectSoundDialog(page, async () => {
    await laws.last().click();
    await expect(page.getByTestId(TEST_IDS.scaling).getByRole("img")).toBeVisible();
  });
  await expect(page.getByTestId(TEST_IDS.intervals)).toBeVisible({ timeout: 30_000 });
  await expectSound(page, ".comparison");
  await expectSoundDialog(page, () => page.getByTestId(TEST_IDS.intervals).click());
});

test("a place's panel, a slice, a search, and views that have the window to themselves", async ({
  page,
}) => {
  await openAndRun(page, full());
  await page.getByTestId(TEST_IDS.flowNode).nth(2).click();
  await expect(page.getByTestId(TEST_IDS.flowPanel)).toBeVisible();
  await page.getByTestId(TEST_IDS.scheduleFind).click();
  await page.getByTestId(TEST_IDS.scheduleSearch).fill("page#60");
  await page.keyboard.press("Enter");
  await page.getByTestId(TEST_IDS.sliceCard).getByRole("button", { name: "Follow" }).click();
  await expectSound(page, ".app-centre");
  for (const id of ["expandFlow", "expandSchedule"] as const) {
    await page.getByTestId(TEST_IDS[id]).click();
    await expectSound(page, ".app-centre");
    await page.getByTestId(TEST_IDS[id]).click();
  }
});

test("forking: the dialog, its refusal, and three lanes with a moment in common", async ({
  page,
}) => {
  await open(page, linkTo(small()));
  await page.getByTestId(TEST_IDS.fork).click();
  await expectSound(page, DIALOG);
  await page.getByTestId(TEST_IDS.forkValue).fill("nonsense");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog").getByRole("alert")).toContainText("expected");
  await expectSound(page, DIALOG);
  await page.getByTestId(TEST_IDS.forkValue).fill("7");
  await page.keyboard.press("Enter");
  await expect(laneTab(page, "C")).toBeVisible();
  await expectSound(page, "html");
});

test("before the first event, after the last byte of memory, and after a broken link", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1100, height: 800 });
  const hungry = { ...small(), machine: { cores: 2, memory: "64MiB" } };
  await page.goto("./?testing#s=1broken");
  await expect(page.getByTestId(TEST_IDS.notice)).toBeVisible();
  await page.getByTestId(TEST_IDS.openForm).click();
  await expectSound(page, "html");
  await open(page, linkTo(hungry));
  await expectSound(page, "html");
});

test.describe("with fingers", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: PHONE });

  test("every part of the phone layout, and what opens over it", async ({ page }) => {
    await open(page, linkTo(full()));
    await page.getByTestId(TEST_IDS.play).tap();
    await settled(page);
    for (const part of ["Flow", "Schedule", "Scenario", "Summary"]) {
      await page.getByRole("button", { name: part, exact: true }).tap();
      await expectSound(page, "html", TARGET.coarse);
    }
    await page.getByTestId(TEST_IDS.more).tap();
    await expectSound(page, ".menu-popover", TARGET.coarse);
    await page.getByRole("menuitem", { name: "Help" }).tap();
    await expectSound(page, DIALOG, TARGET.coarse);
    await page.keyboard.press("Escape");
    await page.getByTestId(TEST_IDS.openInspector).tap();
    await expect(page.getByTestId(TEST_IDS.requestList)).toBeVisible();
    await expectSound(page, "html", TARGET.coarse);
  });
});

test("problems of a scenario have no serious barrier", async ({ page }) => {
  await openAndRun(page, small());
  await page.getByTestId(TEST_IDS.laneToggle).first().click();
  await page.getByTestId(TEST_IDS.laneThreads).fill("many");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.problems)).toBeVisible();
  await expectAccessible(page);
});

test("in the system's own colours, lines say what fills and shadows said", async ({ page }) => {
  await page.emulateMedia({ forcedColors: "active", colorScheme: "dark" });
  await openAndRun(page, small());
  const outline = (tab: string, width: string) =>
    expect(laneTab(page, tab)).toHaveCSS("outline-width", width);
  await outline("A", "2px");
  await laneTab(page, "A").focus();
  await page.keyboard.press("ArrowRight");
  await outline("B", "3px");
  await expect(laneTab(page, "A")).toHaveCSS("outline-style", "none");
  await expect(page.locator(".lane-chip").first()).toHaveCSS("border-style", "solid");
  await expect(page.locator(".schedule-legend .swatch").first()).toHaveCSS(
    "forced-color-adjust",
    "none",
  );
  await expect(page.locator(".schedule-canvas")).toHaveCSS("forced-color-adjust", "none");
  await expectAccessible(page);
});

test("who asks for more contrast gets stronger lines and text", async ({ page }) => {
  await open(page, linkTo(small()));
  const token = (name: string) =>
    page.evaluate(
      (property) => getComputedStyle(document.documentElement).getPropertyValue(property),
      name,
    );
  const plain = [await token("--line-1"), await token("--text-3")];
  await page.emulateMedia({ contrast: "more" });
  await expect.poll(() => token("--line-1")).not.toBe(plain[0]);
  expect(await token("--text-3")).not.toBe(plain[1]);
});

for (const width of [390, 640, 1024, 1280]) {
  test(`nothing sticks out of a window ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await openAndRunNarrow(page);
    expect(await overhang(page)).toEqual([]);
  });
}

/** No barrier in either theme, and no control that is too small to hit. */
async function expectSound(
  page: Page,
  within: string,
  least: number = TARGET.pointer,
): Promise<void> {
  await expectTargets(page, least, within);
  await expectAccessibleInBoth(page, within);
}

async function expectSoundDialog(page: Page, show: () => Promise<void>): Promise<void> {
  await show();
  await expect(page.getByRole("dialog")).toBeVisible();
  await expectSound(page, DIALOG);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
}

/** Works in every layout: no control that only the wide one has. */
async function openAndRunNarrow(page: Page): Promise<void> {
  await open(page, linkTo({ ...small(), name: "A name that is longer than there is room for it" }));
  await page.waitForFunction(() => window.interleave.run().clockNs > 2e9);
}

/** Elements that stand to the right of the window, and the page's own scrolling. */
function overhang(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    const out = [...document.querySelectorAll("body *")].filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      return width > 0 && right > innerWidth + 1 && !scrolls(element);
    });
    const names = out.map((element) => `${element.tagName} ${element.getAttribute("class") ?? ""}`);
    return scrollWidth > clientWidth ? [`page scrolls to ${scrollWidth}`, ...names] : names;

    /** Inside something that scrolls on its own, a drawing that clips, or a hidden label. */
    function scrolls(element: Element): boolean {
      for (let at = element.parentElement; at !== null; at = at.parentElement) {
        if (at instanceof SVGElement || at.getBoundingClientRect().width <= 1) return true;
        if (["auto", "scroll"].includes(getComputedStyle(at).overflowX)) return true;
      }
      return false;
    }
  });
}
