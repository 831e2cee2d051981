/** The crosshair by keys: every chart, the schedule and the heatmap show the instant it is at. */
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { small } from "./helpers/scenarios.ts";
import { openAndRun, runState, series } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

test("arrow keys move the crosshair from sample to sample, on every chart alike", async ({
  page,
}) => {
  await openAndRun(page, small());
  const t = await series(page, 0, "t");
  const last = t.length - 1;
  await keysOf(page, "Throughput").focus();
  for (const [key, at] of [
    ["End", last],
    ["ArrowLeft", last - 1],
    ["Shift+ArrowLeft", last - 11],
    ["ArrowRight", last - 10],
    ["Home", 0],
    ["ArrowLeft", 0],
    ["Shift+ArrowRight", 10],
  ] as const) {
    await page.keyboard.press(key);
    expect(await crosshair(page), key).toBe(t[at]);
  }
  const schedule = page.getByTestId(TEST_IDS.schedule);
  await expect(schedule).toHaveAttribute("data-crosshair", "before");
  const shown = `at ${((t[10] ?? NaN) / 1e9).toFixed(1)} s: A`;
  for (const title of ["Throughput", "Latency", "Memory", "CPU"]) {
    await expect(picture(page, title)).toHaveAttribute(
      "aria-label",
      new RegExp(`${title} ${shown}`),
    );
  }
  await page.getByTestId(TEST_IDS.scheduleWhole).click();
  await expect(schedule).toHaveAttribute("data-crosshair", "");
  await keysOf(page, "Throughput").focus();
  await page.keyboard.press("Home");
  await expect(schedule).toHaveAttribute("data-crosshair", "inside");
  // Enter and a double click take all views there.
  const clock = async () => (await runState(page)).clockNs;
  await keysOf(page, "Latency").focus();
  await page.keyboard.press("Shift+ArrowLeft");
  const goal = await crosshair(page);
  await page.keyboard.press("Enter");
  await expect.poll(clock).toBe(goal);
  await picture(page, "CPU").dblclick({ position: { x: 120, y: 30 } });
  await expect.poll(clock).toBe(Math.floor((await crosshair(page)) ?? NaN));
  expect(await clock()).toBeGreaterThan(goal ?? NaN);
});

test("what the crosshair rests at is spoken, chart by chart, until Escape lets go", async ({
  page,
}) => {
  await openAndRun(page, small());
  await keysOf(page, "Throughput").focus();
  await page.keyboard.press("ArrowLeft");
  const spoken = page.locator(".chart output");
  for (const [at, title] of ["Throughput", "Latency", "Memory", "CPU"].entries()) {
    await expect(keysOf(page, title)).toBeFocused();
    // The picture says what it shows once it has been painted.
    await expect(async () => {
      const shown = (await picture(page, title).getAttribute("aria-label")) ?? "";
      expect(shown).toContain(`${title} at `);
      await expect(spoken.nth(at)).toHaveText(shown, { timeout: 500 });
    }).toPass();
    await page.keyboard.press("ArrowDown");
  }
  await page.keyboard.press("Escape");
  expect(await crosshair(page)).toBeUndefined();
  await expect(keysOf(page, "CPU")).toBeFocused();
  // The column is one stop of the Tab key, and keeps its place; who leaves it lets go as well.
  await page.keyboard.press("Home");
  await page.getByRole("button", { name: "Data of CPU" }).focus();
  expect(await crosshair(page)).toBeUndefined();
  await page.keyboard.press("Tab");
  await expect(keysOf(page, "CPU")).toBeFocused();
});

function keysOf(page: Page, title: string) {
  return page.getByRole("application", { name: `Crosshair of ${title}` });
}

function picture(page: Page, title: string) {
  return page.getByRole("img", { name: new RegExp(`^${title}( at|:)`) });
}

function crosshair(page: Page): Promise<number | undefined> {
  return page.evaluate(() => window.interleave.view().crosshairNs);
}
