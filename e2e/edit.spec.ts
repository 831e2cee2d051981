/** Editing: a valid change runs at once, an invalid one is explained and changes nothing. */
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { small } from "./helpers/scenarios.ts";
import {
  applyJson,
  ended,
  open,
  openAndRun,
  pause,
  runState,
  runToEnd,
  type RunState,
} from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

test("changing the threads of a lane starts a new run with other results", async ({ page }) => {
  const before = await openAndRun(page, small());
  await commitThreads(page, "6");
  const after = await newRun(page, before);
  expect(after.lanes[0]?.result?.digest).not.toBe(before.lanes[0]?.result?.digest);
  expect(after.lanes[1]?.result?.digest).toBe(before.lanes[1]?.result?.digest);
  await expect(page.getByTestId(TEST_IDS.edited)).toBeVisible();
  await commitThreads(page, "5");
  expect((await newRun(page, after)).digest).toBe(before.digest);
  await expect(page.getByTestId(TEST_IDS.edited)).toBeHidden();
});

test("a scenario without a name is called untitled, and is as valid as before", async ({
  page,
}) => {
  await openAndRun(page, small());
  const title = page.getByTestId(TEST_IDS.title);
  await title.fill("");
  await expect(title).toHaveAttribute("placeholder", "Untitled scenario");
  await expect(page.getByTestId(TEST_IDS.edited)).toBeVisible();
  await expect(page.getByTestId(TEST_IDS.problems)).toBeHidden();
  await title.fill("Two lines\nof a paste");
  await expect(title).toHaveValue("Two lines of a paste");
  await title.fill("x".repeat(81));
  await expect(page.getByText("81/120")).toBeVisible();
});

test("the old run stays on the screen until the new one has something to show", async ({
  page,
}) => {
  await openAndRun(page, small());
  await openLane(page, 0);
  await watchForGaps(page);
  await commitThreads(page, "6");
  await page.waitForFunction(() => window.interleave.run().status === "running");
  await ended(page);
  expect(await gapsSeen(page)).toBe(0);
});

test("an invalid value is explained at its field, and the last valid program keeps running", async ({
  page,
}) => {
  const before = await openAndRun(page, small());
  await commitThreads(page, "many");
  const field = page.getByTestId(TEST_IDS.laneThreads);
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await expect(field).toHaveAccessibleDescription(/expected.*"many"/);
  const problems = page.getByTestId(TEST_IDS.problems);
  await expect(problems).toContainText("lanes[0].runtime.threads: expected");
  await expect(problems).toContainText("The last valid version keeps running.");

  await page.getByTestId(TEST_IDS.restart).click();
  await page.waitForFunction((end) => window.interleave.run().clockNs < end, before.durationNs);
  expect((await runToEnd(page)).digest).toBe(before.digest);
  await commitThreads(page, "5");
  await expect(problems).toBeHidden();
});

test("a step is added to the request program and taken out again", async ({ page }) => {
  const before = await openAndRun(page, small());
  const rows = page.getByTestId(TEST_IDS.stepRow);
  await expect(rows).toHaveCount(2);
  await page.getByTestId(TEST_IDS.addStep).click();
  await expect(rows).toHaveCount(3);
  const longer = await newRun(page, before);
  expect(meanOf(longer)).toBeGreaterThan(meanOf(before));
  await page.getByRole("button", { name: "Remove this step" }).click();
  await expect(rows).toHaveCount(2);
  expect((await newRun(page, longer)).digest).toBe(before.digest);
});

test("a lane is added, runs along, and is removed", async ({ page }) => {
  const before = await openAndRun(page, small());
  await page.getByTestId(TEST_IDS.addLane).click();
  const three = await newRun(page, before);
  expect(three.lanes.map(({ letter }) => letter)).toEqual(["A", "B", "C"]);
  expect(three.lanes[0]?.result?.digest).toBe(before.lanes[0]?.result?.digest);
  await expect(page.getByRole("tab")).toHaveCount(3);

  await openLane(page, 2);
  await page.getByTestId(TEST_IDS.removeLane).click();
  await expect(page.getByRole("tab")).toHaveCount(2);
  expect((await newRun(page, three)).digest).toBe(before.digest);
});

test("a lane that is looked at can be removed", async ({ page }) => {
  const before = await openAndRun(page, small());
  await page.keyboard.press("2");
  await openLane(page, 1);
  await page.getByTestId(TEST_IDS.removeLane).click();
  await newRun(page, before);
  await expect(page.getByRole("tab")).toHaveCount(1);
  await expect(page.getByRole("tab", { selected: true })).toContainText("5 threads");
});

test("broken JSON and unknown keys are refused with a message", async ({ page }) => {
  await open(page);
  const before = await pause(page);
  const alert = page.getByTestId(TEST_IDS.jsonDialog).getByRole("alert");
  await applyJson(page, '{ "version": 1, ');
  await expect(alert).toContainText("not JSON");
  await applyJson(page, JSON.stringify({ ...small(), lane: [] }));
  await expect(alert).toContainText('unknown key "lane"; did you mean "lanes"?');
  await applyJson(page, "[]");
  await expect(alert).toContainText("expected an object");
  await page.keyboard.press("Escape");
  await expect(page.getByTestId(TEST_IDS.jsonDialog)).toBeHidden();
  expect(await runState(page)).toEqual(before);
});

test("the JSON dialog shows the draft as it was edited in the form, and runs what it is given", async ({
  page,
}) => {
  const before = await openAndRun(page, small());
  await commitThreads(page, "7");
  await newRun(page, before);
  await page.getByTestId(TEST_IDS.openJson).click();
  const text = await page.getByTestId(TEST_IDS.jsonText).inputValue();
  expect(JSON.parse(text)).toMatchObject({ lanes: [{ runtime: { threads: 7 } }, {}] });
  const changed = await runState(page);
  await applyJson(page, text.replace('"threads": 7', '"threads": 5'));
  await expect(page.getByTestId(TEST_IDS.jsonDialog)).toBeHidden();
  expect((await newRun(page, changed)).digest).toBe(before.digest);
  await expect(page.getByTestId(TEST_IDS.laneThreads)).toHaveValue("5");
});

async function openLane(page: Page, lane: number): Promise<void> {
  const toggle = page.getByTestId(TEST_IDS.laneToggle).nth(lane);
  if ((await toggle.getAttribute("aria-expanded")) === "false") await toggle.click();
}

/** Types into the threads field of lane A and leaves it. */
async function commitThreads(page: Page, text: string): Promise<void> {
  await openLane(page, 0);
  await page.getByTestId(TEST_IDS.laneThreads).fill(text);
  await page.keyboard.press("Enter");
}

/** The end of the run that replaces `before`. */
async function newRun(page: Page, before: RunState): Promise<RunState> {
  await page.waitForFunction((old) => window.interleave.run().digest !== old, before.digest);
  return runToEnd(page);
}

function meanOf({ lanes }: RunState): number {
  return lanes[0]?.result?.latencyMs.mean ?? NaN;
}

/**
 * Looks at every frame whether charts and table have lost their data. After 300 ms without a
 * sample the page may say so, on a machine that is that slow.
 */
async function watchForGaps(page: Page): Promise<void> {
  await page.evaluate(() => {
    const watch = window as unknown as { gaps: number; startMs: number };
    watch.gaps = 0;
    watch.startMs = Infinity;
    addEventListener("keydown", () => (watch.startMs = performance.now()), true);
    const look = (): void => {
      const { lanes } = window.interleave.run();
      const rows = document.querySelectorAll('section[aria-label="Comparison"] td b').length;
      const gap = rows === 0 || lanes.some(({ samples }) => samples.count === 0);
      if (gap && performance.now() - watch.startMs < 300) watch.gaps++;
      requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
}

function gapsSeen(page: Page): Promise<number> {
  return page.evaluate(() => (window as unknown as { gaps: number }).gaps);
}
