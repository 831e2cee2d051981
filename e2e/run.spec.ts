/** Driving a run: it starts by itself, and stops, steps and goes on as it is told. */
import { expect, test } from "./helpers/test.ts";
import { shipped } from "./helpers/scenarios.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import {
  ended,
  laneTab,
  open,
  openAndRun,
  pause,
  runState,
  runToEnd,
  settled,
  type RunState,
} from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

test("the default scenario runs by itself and ends with its claims and a digest", async ({
  page,
}) => {
  await open(page);
  await expect(page.getByTestId(TEST_IDS.status)).toHaveText(/^running in 2 workers/);
  await runToEnd(page);
  const { digest = "none", lanes } = await ended(page);
  await expect(page.getByTestId(TEST_IDS.status)).toContainText(digest.slice(0, 8));
  const claims = page.getByRole("row", { name: /^Claims/ }).getByRole("cell");
  for (const [index, { result }] of lanes.entries()) {
    const all = result?.claims.length ?? 0;
    expect(result?.claims.map(({ verdict }) => verdict)).toEqual(Array(all).fill("holds"));
    await expect(claims.nth(index)).toHaveText(`${all} of ${all} pass`);
  }
  const step = page.getByTestId(TEST_IDS.step);
  await expect(step).toBeDisabled();
  await expect(step).toHaveAttribute("title", "The run is over");
});

test("pause stops the clock, and play goes on from there", async ({ page }) => {
  await open(page);
  await clockBeyond(page, 0);
  const paused = await pause(page);
  expect(paused.status).toBe("paused");
  await expect
    .poll(async () => Math.abs((await shownClock(page)) - paused.clockNs / 1e9))
    .toBeLessThan(5e-6);
  await page.getByRole("button", { name: "Play" }).click();
  await clockBeyond(page, paused.clockNs);
});

test("a step is exactly one event of the selected lane", async ({ page }) => {
  await open(page);
  await clockBeyond(page, 0);
  await laneTab(page, "B").click();
  let before = await level(page);
  for (let count = 0; count < 3; count++) {
    await page.getByTestId(TEST_IDS.step).click();
    await expect.poll(() => eventsOfLane(page, 1)).toBe(eventsIn(before, 1) + 1);
    before = await level(page);
  }
});

test("stepping back undoes steps, one event each", async ({ page }) => {
  await open(page);
  await clockBeyond(page, 0);
  await level(page);
  const seen: unknown[] = [];
  for (let count = 0; count < 4; count++) {
    const events = eventsIn(await settled(page), 0);
    await page.getByTestId(TEST_IDS.step).click();
    await expect.poll(() => eventsOfLane(page, 0)).toBe(events + 1);
    seen.push(digestsOf(await settled(page)));
  }
  for (const digests of seen.slice(0, -1).toReversed()) {
    const events = eventsIn(await settled(page), 0);
    await page.getByTestId(TEST_IDS.stepBack).click();
    await expect.poll(() => eventsOfLane(page, 0)).toBe(events - 1);
    expect(digestsOf(await settled(page))).toEqual(digests);
  }
});

test("K goes to the end of the next request, J back to that of the one before", async ({
  page,
}) => {
  await open(page);
  await clockBeyond(page, 0);
  await level(page);
  const ends: number[] = [];
  for (let count = 0; count < 2; count++) {
    const { clockNs } = await settled(page);
    await page.keyboard.press("k");
    await expect.poll(async () => (await runState(page)).clockNs).toBeGreaterThan(clockNs);
    ends.push((await settled(page)).lanes[0]?.nowNs ?? NaN);
  }
  await page.keyboard.press("j");
  await expect.poll(async () => (await settled(page)).lanes[0]?.nowNs).toBe(ends[0]);
});

test("scrubbing back shows the moment that a straight run showed, and leads to the same end", async ({
  page,
}) => {
  await open(page);
  const end = await runToEnd(page);
  const scrubber = page.getByRole("slider", { name: "Position in the run" });
  await scrubber.focus();
  await page.keyboard.press("Home");
  await clockIs(page, 0);
  const press = async (key: string, positions: readonly number[]): Promise<void> => {
    for (const position of positions) {
      await page.keyboard.press(key);
      await clockIs(page, (position / 10) * end.durationNs);
    }
  };
  await press("PageUp", [1, 2, 3]);
  const forth = digestsOf(await settled(page));
  await press("PageUp", [4, 5]);
  await press("PageDown", [4, 3]);
  expect(digestsOf(await settled(page))).toEqual(forth);
  expect((await runToEnd(page)).digest).toBe(end.digest);
});

test("an experiment is offered with the outcome that it then has", async ({ page }) => {
  await open(page);
  await runToEnd(page);
  const outcome = page.getByTestId(TEST_IDS.outcome);
  await expect(outcome).toContainText(/^400 threads: p99 .+ → /, { timeout: 30_000 });
  const promised = /throughput .+ → ([\d.,\s\u202f]+)\/s/.exec((await outcome.textContent()) ?? "");
  const perSecond = Number(promised?.[1]?.replaceAll(/[^\d.]/g, ""));
  await page.getByRole("button", { name: "Try 400 threads" }).click();
  await page.waitForFunction(() => window.interleave.run().status === "running");
  const { lanes } = await runToEnd(page);
  expect(Number(lanes[0]?.result?.throughput.toPrecision(3))).toBe(perSecond);
});

test("restart begins again, and the same run comes out", async ({ page }) => {
  await open(page);
  const first = await runToEnd(page);
  await page.getByTestId(TEST_IDS.restart).click();
  await page.waitForFunction(
    (durationNs) => window.interleave.run().clockNs < durationNs,
    first.durationNs,
  );
  expect((await runToEnd(page)).digest).toBe(first.digest);
});

test("the schedule of a run with a quiet end shows what happened last", async ({ page }) => {
  // A hundred sleeps of 100 ms at once, in a run of 12 s.
  await openAndRun(page, shipped("asyncio-gather"));
  const schedule = page.getByRole("region", { name: "Schedule" });
  await expect(schedule).toContainText(/0\.0\d\d to 0\.1\d\d s/);
});

test("the speed slider sets how fast the clock goes", async ({ page }) => {
  await open(page);
  const slider = page.getByRole("slider", { name: "Speed, virtual to real time" });
  await slider.focus();
  await page.keyboard.press("End");
  await expect.poll(async () => (await runState(page)).speed).toBe(Infinity);
  await expect(page.getByTestId(TEST_IDS.speedText)).toHaveText("max");
  await page.keyboard.press("Home");
  await expect.poll(async () => (await runState(page)).speed).toBe(1e-6);
  await expect(page.getByTestId(TEST_IDS.speedText)).toHaveText(/^1\s:\s1M$/);
});

test("on a phone the speed is a list", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page);
  await page.getByTestId(TEST_IDS.speed).selectOption({ label: "max" });
  expect((await ended(page)).status).toBe("finished");
});

test("every shortcut does what the help says", async ({ page }) => {
  await open(page);
  // Far enough that a restart is seen to be one.
  await clockBeyond(page, 10e9);
  await page.keyboard.press("Space");
  const paused = await settled(page);
  expect(paused.status).toBe("paused");
  await page.keyboard.press(".");
  await expect.poll(() => eventsOfLane(page, 0)).toBe(eventsIn(paused, 0) + 1);
  await page.keyboard.press(",");
  await expect.poll(() => eventsOfLane(page, 0)).toBe(eventsIn(paused, 0));
  const { clockNs } = await settled(page);
  await page.keyboard.press("Shift+Period");
  await clockIs(page, clockNs + 1e6);
  await page.keyboard.press("Shift+Comma");
  await clockIs(page, clockNs);

  await page.keyboard.press("[");
  const speed = async () => (await runState(page)).speed;
  await expect.poll(speed).toBeLessThan(paused.speed);
  await page.keyboard.press("]");
  await expect.poll(speed).toBe(paused.speed);

  await page.keyboard.press("2");
  await expect(laneTab(page, "B")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("1");
  await expect(laneTab(page, "A")).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Shift+Digit1");
  await expect(laneTab(page, "A")).toHaveAttribute("data-hidden", "true");

  const theme = await themeOf(page);
  await page.keyboard.press("t");
  await expect.poll(() => themeOf(page)).not.toBe(theme);
  await page.keyboard.press("?");
  await expect(page.getByTestId(TEST_IDS.helpDialog)).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByTestId(TEST_IDS.helpDialog)).toBeHidden();

  await page.keyboard.press("r");
  await page.waitForFunction((was) => window.interleave.run().clockNs < was, paused.clockNs);
  await expect.poll(async () => (await runState(page)).status).toBe("running");
});

test("no shortcut fires while somebody types", async ({ page }) => {
  await open(page);
  await clockBeyond(page, 0);
  const before = await pause(page);
  const theme = await themeOf(page);
  await page.getByTestId(TEST_IDS.title).focus();
  await page.keyboard.press("End");
  await page.keyboard.type(" .r[]2!t?e/");
  await expect(page.getByTestId(TEST_IDS.title)).toHaveValue(/ \.r\[\]2!t\?e\/$/);
  await page.evaluate(() => window.interleave.whenIdle());
  const after = await settled(page);
  expect(after).toEqual(before);
  expect(await themeOf(page)).toBe(theme);
  await expect(laneTab(page, "A")).toHaveAttribute("aria-selected", "true");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

async function clockBeyond(page: Page, ns: number): Promise<void> {
  await page.waitForFunction((then) => window.interleave.run().clockNs > then, ns);
}

async function clockIs(page: Page, ns: number): Promise<void> {
  await expect.poll(async () => (await runState(page)).clockNs).toBe(ns);
}

function digestsOf({ lanes }: RunState): unknown[] {
  return lanes.map((lane) => lane.result?.digest);
}

/** The virtual clock as it is written, in seconds. */
async function shownClock(page: Page): Promise<number> {
  const text = await page.getByTestId(TEST_IDS.clock).textContent();
  return Number(text?.replaceAll(/[^\d.]/g, ""));
}

/** Pauses, lets the other lanes follow, and waits until the status line says the same. */
async function level(page: Page): Promise<RunState> {
  if ((await runState(page)).status === "running") await pause(page);
  return settled(page);
}

async function eventsOfLane(page: Page, lane: number): Promise<number> {
  return eventsIn(await runState(page), lane);
}

function eventsIn({ lanes }: RunState, lane: number): number {
  return lanes[lane]?.events ?? 0;
}

function themeOf(page: Page): Promise<string | null> {
  return page.locator("html").getAttribute("data-theme");
}
