/** Single requests: the inspector lists what the engine remembers, and takes one of them apart. */
import { expectAccessible } from "./helpers/accessibility.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { small } from "./helpers/scenarios.ts";
import { open, openAndRun, runToEnd } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

test("the parts of a request add up to its latency, in the table and in the list", async ({
  page,
}) => {
  await open(page);
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.openInspector).click();
  const picked = page.getByTestId(TEST_IDS.requestList).locator("[aria-pressed=true]");
  const parts = page.getByTestId(TEST_IDS.where).locator("td:nth-child(2)");
  await expect(parts.first()).toBeVisible();
  const whole = toMs(await picked.locator("b").textContent());
  const sum = (await parts.allTextContents()).reduce((total, text) => total + toMs(text), 0);
  // Each figure is rounded by itself.
  expect(Math.abs(sum - whole)).toBeLessThan(2);
  await expect(page.getByTestId(TEST_IDS.twins).getByRole("listitem")).toHaveCount(1);
});

test("keys lead into the inspector, through its requests and out again", async ({ page }) => {
  await open(page);
  await runToEnd(page);
  await page.keyboard.press("i");
  const list = page.getByTestId(TEST_IDS.requestList);
  const picked = list.locator("[aria-pressed=true]");
  const first = await picked.textContent();
  await page.keyboard.press("k");
  await expect(picked).not.toHaveText(first ?? "");
  await page.keyboard.press("j");
  await expect(picked).toHaveText(first ?? "");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId(TEST_IDS.inspector)).toHaveCount(0);
});

test("a cell of the heatmap lists its requests, and no others", async ({ page }) => {
  await open(page);
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.openInspector).click();
  await expect(page.getByTestId(TEST_IDS.requestList)).toBeVisible();
  const heatmap = page.getByTestId(TEST_IDS.heatmap);
  const box = await heatmap.boundingBox();
  // Near the end of the run, up and down until a cell with requests is found.
  const x = 0.9 * (box?.width ?? 0);
  for (let y = 14; y < (box?.height ?? 0); y += 6) {
    await heatmap.click({ position: { x, y } });
    if ((await page.getByRole("heading", { name: /in this cell/ }).count()) > 0) break;
  }
  await expect(page.getByRole("heading", { name: /in this cell/ })).toBeVisible();
  const [low, high] = await cellRange(page);
  const latencies = await page.getByTestId(TEST_IDS.requestList).locator("b").allTextContents();
  expect(latencies.length).toBeGreaterThan(0);
  for (const latency of latencies) {
    expect(toMs(latency)).toBeGreaterThan(0.97 * low);
    expect(toMs(latency)).toBeLessThan(1.03 * high);
  }
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`the inspector has no serious barrier in ${colorScheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme });
    await openAndRun(page, small());
    await page.getByTestId(TEST_IDS.openInspector).click();
    await expect(page.getByTestId(TEST_IDS.requestList)).toBeVisible();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expect(page.getByTestId(TEST_IDS.requestList)).toBeVisible();
    await expectAccessible(page);
  });
}

/** The latencies (ms) between which the chosen cell lies. */
async function cellRange(page: Page): Promise<[number, number]> {
  const text = await page.getByRole("heading", { name: /in this cell/ }).textContent();
  const [low = "", high = ""] = /, (\S+\s\S+) to (\S+\s[^\sA]+)/.exec(text ?? "")?.slice(1) ?? [];
  return [toMs(low), toMs(high)];
}

function toMs(text: string | null): number {
  const [, digits = "", unit = ""] = /([\d.\s\u202f]+)\s*(µs|ms|s)/.exec(text ?? "") ?? [];
  const value = Number(digits.replaceAll(/\s/g, ""));
  return value * ({ µs: 1e-3, ms: 1, s: 1e3 }[unit] ?? Number.NaN);
}
