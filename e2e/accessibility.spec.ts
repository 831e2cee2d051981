/** For everybody: no barrier that axe can find, everything by keyboard, nothing beside the window. */
import { expectAccessible } from "./helpers/accessibility.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import { laneTab, open, openAndRun, runState, settled } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

const DESKTOP = { width: 1440, height: 900 };
const PHONE = { width: 390, height: 844 };

for (const colorScheme of ["light", "dark"] as const) {
  test(`the workbench has no serious barrier in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(DESKTOP);
    await openAndRun(page, small());
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await expectAccessible(page);
  });

  test(`no dialog has a serious barrier in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openAndRun(page, small());
    for (const id of ["openScenarios", "openAbout", "help", "openJson"] as const) {
      await page.getByTestId(TEST_IDS[id]).click();
      await expect(page.getByRole("dialog")).toBeVisible();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      await expect(page.getByRole("dialog")).toHaveCount(0);
    }
  });

  test(`the fork dialog and what it leads to have no serious barrier in ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await open(page, linkTo(small()));
    await page.getByTestId(TEST_IDS.fork).click();
    await expect(page.getByRole("dialog")).toBeVisible();
    await expectAccessible(page);
    await page.getByTestId(TEST_IDS.forkValue).fill("nonsense");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("dialog").getByRole("alert")).toContainText("expected");
    await expectAccessible(page);
    await page.getByTestId(TEST_IDS.forkValue).fill("7");
    await page.keyboard.press("Enter");
    await expect(laneTab(page, "C")).toBeVisible();
    await expectAccessible(page);
  });

  test(`no part of the phone layout has a serious barrier in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(PHONE);
    await open(page, linkTo(small()));
    await page.getByTestId(TEST_IDS.play).click();
    for (const part of ["Summary", "Flow", "Schedule", "Scenario"]) {
      await page.getByRole("button", { name: part, exact: true }).click();
      await expectAccessible(page);
    }
  });
}

test("problems of a scenario have no serious barrier", async ({ page }) => {
  await openAndRun(page, small());
  await page.getByTestId(TEST_IDS.laneToggle).first().click();
  await page.getByTestId(TEST_IDS.laneThreads).fill("many");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.problems)).toBeVisible();
  await expectAccessible(page);
});

test("the Tab key reaches everything, and always shows where it is", async ({ page }) => {
  await open(page);
  await page.keyboard.press("Space");
  expect((await settled(page)).status).toBe("paused");
  const stops: string[] = [];
  for (let presses = 0; presses < 120; presses++) {
    await page.keyboard.press("Tab");
    const { name, visible, onBody } = await focused(page);
    if (onBody) break;
    expect(visible, `focus shows on ${name}`).toBe(true);
    stops.push(name);
  }
  expect(stops[0]).toMatch(/Skip to the results/);
  for (const expected of [
    /^Restart/,
    /^Play/,
    /^Step one event/,
    /^Run to the end/,
    /^Speed/,
    /^Position in the run/,
    /Lane A:/,
    /^Threads|^Users|^Rate/,
    /^Edit as JSON/,
    /^Crosshair of Throughput/,
    /^Data of CPU/,
  ]) {
    expect(
      stops.some((name) => expected.test(name)),
      `${expected} in ${stops.join(" | ")}`,
    ).toBe(true);
  }
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

for (const width of [390, 640, 1024, 1280]) {
  test(`nothing sticks out of a window ${width} pixels wide`, async ({ page }) => {
    await page.setViewportSize({ width, height: 844 });
    await openAndRunNarrow(page);
    expect(await overhang(page)).toEqual([]);
  });
}

/** Works in every layout: no control that only the wide one has. */
async function openAndRunNarrow(page: Page): Promise<void> {
  await open(page, linkTo({ ...small(), name: "A name that is longer than there is room for it" }));
  await page.waitForFunction(() => window.interleave.run().clockNs > 2e9);
}

interface Focused {
  readonly name: string;
  readonly visible: boolean;
  readonly onBody: boolean;
}

/** What has the focus, and whether it, or what is close around it, looks different for that. */
function focused(page: Page): Promise<Focused> {
  return page.evaluate(async () => {
    const element = document.activeElement as HTMLElement;
    const ids = element.getAttribute("aria-labelledby")?.split(" ") ?? [];
    const labels = element instanceof HTMLInputElement ? [...(element.labels ?? [])] : [];
    const named = [element, ...ids.map((id) => document.getElementById(id)), ...labels, element];
    const name = named
      .map((one) => one?.getAttribute("aria-label") ?? one?.textContent.trim() ?? "")
      .find((text) => text !== "");
    const onBody = element === document.body;
    const withFocus = rings(element);
    element.blur();
    // Some rings are drawn by way of an attribute, which goes with the next rendering.
    for (let frame = 0; frame < 2; frame++) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
    }
    const visible = rings(element) !== withFocus;
    if (!onBody) element.focus();
    return { name: name ?? element.tagName, visible, onBody };

    function rings(of: Element): string {
      const around = [of, of.parentElement, of.parentElement?.parentElement];
      const styles = around.flatMap((one) => (one ? [getComputedStyle(one)] : []));
      return styles.map(({ outline, boxShadow }) => `${outline} ${boxShadow}`).join();
    }
  });
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
