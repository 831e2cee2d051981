/** What has no room gives way in the right order, and stays within reach. */
import { atRest } from "./helpers/at-rest.ts";
import { expectTargets, TARGET } from "./helpers/controls.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, small, type Scenario } from "./helpers/scenarios.ts";
import { ended, laneTab, open, openAndRun, runState, settled } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

/** As many lanes as a scenario may have, with an objective: the comparison at its largest. */
function crowded(): Scenario {
  const [lane] = small().lanes;
  const lanes = [2, 3, 4, 5, 6, 7].map((threads) => ({
    name: `${threads} threads`,
    runtime: { ...lane?.runtime, threads },
  }));
  return { ...small(), slo: { p99: "100ms" }, lanes };
}

test("six lanes at 1440 by 900: the charts make room for the table and the insight", async ({
  page,
}) => {
  await openAndRun(page, crowded());
  await expect(
    page.getByTestId(TEST_IDS.insight).getByRole("button", { name: "Show" }),
  ).toBeVisible();
  await expect.poll(() => lastRowShows(page)).toBe(true);
  await expect(page.getByTestId(TEST_IDS.resultsMore)).toHaveCount(0);
});

test("at 1280 by 720 the insight is its title, and opens beside a table that scrolls", async ({
  page,
}) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await openAndRun(page, crowded());
  const insight = page.getByTestId(TEST_IDS.insight);
  await expect(insight.getByRole("heading")).toBeVisible();
  await expect.poll(() => lastRowShows(page)).toBe(true);

  await page.getByTestId(TEST_IDS.insightFold).click();
  await expect(insight.getByRole("button", { name: "Show" })).toBeVisible();
  await expect.poll(() => lastRowShows(page)).toBe(false);
  await page.getByTestId(TEST_IDS.resultsMore).click();
  await expect.poll(() => lastRowShows(page)).toBe(true);
  await expect(page.getByTestId(TEST_IDS.resultsMore)).toHaveCount(0);
});

test("six lanes have their names and figures whole at 1440 by 900, and so has the title", async ({
  page,
}) => {
  await open(page, "scenario=nethttp-vs-fasthttp");
  const parts = page.locator(".lane-tab, .lane-tab-name b, .lane-tab-figures, .title");
  await expect(page.locator(".lane-tab-value")).toHaveCount(6);
  const cut = () =>
    parts.evaluateAll((all) =>
      all
        .filter(
          ({ scrollWidth, clientWidth, scrollHeight, clientHeight }) =>
            scrollWidth > clientWidth || scrollHeight > clientHeight,
        )
        .map(({ className, textContent }) => `${className} ${textContent}`),
    );
  await expect.poll(cut).toEqual([]);
});

for (const [id, lane] of [
  ["fan-out-tail", "A"],
  ["mutex-rwmutex-atomic", "A"],
  ["philosophers", "C"],
  ["sync-pool-gc", "A"],
] as const) {
  test(`nothing of the flow lies under its legend or its buttons: ${id}`, async ({ page }) => {
    await open(page, `scenario=${id}`);
    await laneTab(page, lane).click();
    await expect(page.locator(".flow-drawing .flow-box")).toBeVisible();
    await expect.poll(() => underCorners(page)).toEqual([]);
  });
}

test("a phone forks a run, and steps through it, from its menu", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, linkTo(small()));
  await page.getByTestId(TEST_IDS.play).click();
  const { clockNs } = await settled(page);
  await fromMenu(page, "One event on");
  await expect.poll(async () => (await runState(page)).clockNs).toBeGreaterThan(clockNs);
  await fromMenu(page, "Fork from here");
  await page.getByTestId(TEST_IDS.forkValue).fill("7");
  await page.getByTestId(TEST_IDS.forkApply).click();
  await expect(laneTab(page, "C")).toBeVisible();
  await page.keyboard.press("Escape");
  await fromMenu(page, "To the end");
  await ended(page);
  // What can do nothing now says why.
  await page.getByTestId(TEST_IDS.more).click();
  const item = page.getByRole("menuitem", { name: "One event on" });
  await expect(item).toHaveAttribute("aria-disabled", "true");
  await expect(item).toHaveAccessibleDescription("The run is over");
  await expect(item).toContainText("The run is over");
});

test("1280 by 800 at 200 % zoom is a window of 640 by 400: two charts a row, and no part lost", async ({
  page,
}) => {
  await page.setViewportSize({ width: 640, height: 400 });
  await openAndRun(page, small());
  const tops = () =>
    page
      .locator(".chart-canvas")
      .evaluateAll((charts) =>
        charts.map((chart) => Math.round(chart.getBoundingClientRect().top)),
      );
  const [first, second, third, fourth] = await atRest(tops);
  expect([second, fourth]).toEqual([first, third]);
  await page.getByTestId(TEST_IDS.replications).scrollIntoViewIfNeeded();
  await expect(page.getByTestId(TEST_IDS.replications)).toBeInViewport();
  await expect(page.getByTestId(TEST_IDS.fork)).toBeInViewport();
  for (const [part, last] of [
    ["Flow", page.locator(".flow-hit").last()],
    ["Schedule", page.getByTestId(TEST_IDS.schedule)],
    ["Scenario", page.getByTestId(TEST_IDS.openJson)],
  ] as const) {
    await page.getByRole("button", { name: part, exact: true }).click();
    await last.scrollIntoViewIfNeeded();
    await expect(last).toBeInViewport();
  }
});

test.describe("a tablet", () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 768, height: 1024 } });

  test("has targets for fingers, and room for them", async ({ page }) => {
    await openAndRun(page, small());
    for (const part of ["Flow", "Schedule", "Scenario", "Summary"]) {
      await page.getByRole("button", { name: part, exact: true }).tap();
      await expectTargets(page, TARGET.coarse);
      const beyond = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(beyond).toBe(0);
    }
  });
});

/** What is drawn where the legend or the buttons are. */
function underCorners(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const corners = [...document.querySelectorAll(".flow-legend, .flow-tools")].map((one) =>
      one.getBoundingClientRect(),
    );
    const drawn = [...document.querySelectorAll(".flow-drawing :is(rect, text)")];
    const under = drawn.filter((one) => {
      const { left, right, top, bottom } = one.getBoundingClientRect();
      return corners.some(
        (corner) =>
          left < corner.right && right > corner.left && top < corner.bottom && bottom > corner.top,
      );
    });
    return under.map((one) => one.textContent || one.outerHTML.slice(0, 60));
  });
}

async function fromMenu(page: Page, name: string): Promise<void> {
  await page.getByTestId(TEST_IDS.more).click();
  await page.getByRole("menuitem", { name }).click();
}

/** Whether the table's last row, and what is under it, lies above all that is pinned below. */
function lastRowShows(page: Page): Promise<boolean> {
  return page.evaluate(() => {
    const box = (selector: string) =>
      document.querySelector(selector)?.getBoundingClientRect() ?? new DOMRect();
    const { bottom } = box(".app-right-scroll");
    return box(".comparison").bottom <= bottom + 1 && bottom <= box(".insight").top + 1;
  });
}
