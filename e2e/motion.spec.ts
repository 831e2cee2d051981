/** Requests as dots: one by one in slow motion, frozen by a pause, none where none are wanted. */
import { atRest } from "./helpers/at-rest.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import { open, runState, settled, type RunState } from "./helpers/workbench.ts";
import type { Locator, Page } from "@playwright/test";

const MOST_DOTS = 120;
/** Longer than a dot takes along any edge. */
const ARRIVED_MS = 4000;

test("in slow motion a dot is a request; a pause freezes it, a step moves what moved", async ({
  page,
}) => {
  await open(page, linkTo(small()));
  await setSpeed(page, 0.02);
  await expect(legend(page)).toHaveText("1 dot = 1 request");
  await expect.poll(() => dots(page)).toBeGreaterThan(2);
  await page.keyboard.press("Space");
  await settled(page);
  await page.waitForTimeout(300);
  const frozen = await picture(page);
  await page.waitForTimeout(500);
  expect(await picture(page)).toBe(frozen);
  // Some events move nobody, and some moves are not drawn.
  await expect
    .poll(async () => {
      await page.getByTestId(TEST_IDS.step).click();
      await page.waitForTimeout(100);
      return picture(page);
    })
    .not.toBe(frozen);
  await page.waitForTimeout(ARRIVED_MS);
  const after = await picture(page);
  await page.waitForTimeout(500);
  expect(await picture(page)).toBe(after);
});

test("back at a moment, the same requests are on their way", async ({ page }) => {
  await open(page, linkTo(small()));
  await setSpeed(page, 0.02);
  await expect.poll(() => dots(page)).toBeGreaterThan(2);
  await page.keyboard.press("Space");
  const events = eventsOf(await settled(page));
  await page.getByTestId(TEST_IDS.stepBack).click();
  await expect.poll(async () => eventsOf(await runState(page))).toBe(events - 1);
  await settled(page);
  const there = await atRest(() => picture(page), 500);
  await page.getByTestId(TEST_IDS.step).click();
  await expect.poll(async () => eventsOf(await runState(page))).toBe(events);
  await settled(page);
  await page.waitForTimeout(ARRIVED_MS);
  await page.getByTestId(TEST_IDS.stepBack).click();
  await expect.poll(async () => eventsOf(await runState(page))).toBe(events - 1);
  await expect.poll(() => picture(page)).toBe(there);
  expect(await dots(page)).toBeGreaterThan(0);
});

test("at speed a dot stands for a round number, and there are never too many", async ({ page }) => {
  await open(page, linkTo({ ...small(), duration: "600s" }));
  await setSpeed(page, 5);
  await expect(legend(page)).toHaveText(/^1\sdot\s=\s[125][0\s]*\srequests$/);
  for (let looks = 0; looks < 20; looks++) {
    expect(await dots(page)).toBeLessThanOrEqual(MOST_DOTS);
    await page.waitForTimeout(100);
  }
});

test("at full speed there are no dots: edges show their rates by width", async ({ page }) => {
  await open(page, linkTo({ ...small(), duration: "600s" }));
  await setSpeed(page, Infinity);
  await expect(legend(page)).toHaveText("width = rate");
  await expect(page.locator(".flow-edge[data-wide]").first()).toBeAttached();
  expect(await dots(page)).toBe(0);
});

test("who asked for less motion sees rates, at any speed", async ({ page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await open(page, linkTo(small()));
  await setSpeed(page, 0.1);
  await expect(legend(page)).toHaveText("width = rate");
  await page.waitForTimeout(1000);
  expect(await dots(page)).toBe(0);
});

test("time goes as slowly as one to a million", async ({ page }) => {
  await open(page, linkTo(small()));
  await setSpeed(page, 1e-6);
  await expect(page.getByTestId(TEST_IDS.speedText)).toHaveText(/^1\s:\s1M$/);
  const from = (await runState(page)).clockNs;
  await page.waitForTimeout(1000);
  const went = (await runState(page)).clockNs - from;
  expect(went).toBeGreaterThan(0);
  expect(went).toBeLessThan(1e5);
});

function legend(page: Page): Locator {
  return page.getByTestId(TEST_IDS.flowLegend);
}

function dots(page: Page): Promise<number> {
  return page.locator(".flow-particles").evaluate((canvas) => Number(canvas.dataset["dots"]));
}

/** A number that tells one picture of the dots from another. */
function picture(page: Page): Promise<number> {
  return page.locator(".flow-particles").evaluate((canvas) => {
    const text = (canvas as HTMLCanvasElement).toDataURL();
    let hash = 0;
    for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
    return hash;
  });
}

/** Events of the lane that is stepped. */
function eventsOf({ lanes }: RunState): number {
  return lanes[0]?.events ?? NaN;
}

/** By key, one step of the ladder after the other. */
async function setSpeed(page: Page, speed: number): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    const now = (await runState(page)).speed;
    if (now === speed || Math.abs(Math.log(now / speed)) < 0.01) return;
    await page.keyboard.press(now > speed ? "[" : "]");
  }
  throw new Error(`no key leads to speed ${speed}`);
}
