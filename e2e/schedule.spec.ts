/** The schedule: every scale, single slices and what is known of them, one request on all rows. */
import type { Locator, Page } from "@playwright/test";
import { TEST_IDS } from "../web/test-ids.ts";
import { expectAccessible } from "./helpers/accessibility.ts";
import { atRest, boxOf } from "./helpers/at-rest.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import { expect, test } from "./helpers/test.ts";
import { open, openAndRun, runToEnd } from "./helpers/workbench.ts";

/** Threads that share a GIL, and have more to do than it allows. */
function sharedGil(): unknown {
  const runtime = { model: "threads", profile: "cpython-3.11", gil: true, threads: 6 };
  return {
    ...small(),
    name: "A GIL",
    duration: "4s",
    requests: { page: { steps: [{ cpu: "3ms" }, { io: "5ms" }, { cpu: "3ms" }] } },
    load: { visitors: { executor: "constant-arrival-rate", rate: 150, request: "page" } },
    lanes: [{ name: "Threads", runtime }],
  };
}

/** Left and right end of what is on screen, seconds. */
async function range(page: Page): Promise<[number, number]> {
  const text = (await page.getByTestId(TEST_IDS.scheduleRange).textContent()) ?? "";
  const [from = "", to = ""] = text.replaceAll(/[\s\u202f]/g, "").split("to");
  return [Number(from), Number(to.replace("s", ""))];
}

async function find(page: Page, text: string): Promise<void> {
  if ((await page.getByTestId(TEST_IDS.scheduleSearch).count()) === 0) {
    await page.getByTestId(TEST_IDS.scheduleFind).click();
  }
  await page.getByTestId(TEST_IDS.scheduleSearch).fill(text);
  await page.getByTestId(TEST_IDS.scheduleSearch).press("Enter");
}

test("it reaches from the whole run to a microsecond", async ({ page }) => {
  await openAndRun(page, small());
  await page.getByTestId(TEST_IDS.scheduleWhole).click();
  await expect.poll(async () => (await range(page))[0]).toBe(0);
  await expect.poll(async () => (await range(page))[1]).toBeGreaterThanOrEqual(20);
  for (let i = 0; i < 60; i++) await page.keyboard.press("w");
  await expect
    .poll(async () => {
      const [from, to] = await range(page);
      return Math.round((to - from) * 1e9);
    })
    .toBe(1000);
});

test("a search finds a wait for the GIL, and its card tells what led to it", async ({ page }) => {
  await open(page, linkTo(sharedGil()));
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.scheduleWhole).click();
  await find(page, "gil");
  const card = page.getByTestId(TEST_IDS.sliceCard);
  await expect(card).toContainText("waiting for the GIL");
  await expect(card).toContainText(/request page#\d+/);
  const first = await atRest(() => card.locator(".slice-card-title").textContent());
  await page.getByRole("button", { name: "The next one" }).click();
  await expect(card.locator(".slice-card-title")).not.toHaveText(first ?? "");
  await find(page, "no such row");
  await expect(page.getByText("None found")).toBeVisible();
});

test("one request is followed across all rows, and taken apart in the inspector", async ({
  page,
}) => {
  await open(page, linkTo(sharedGil()));
  await runToEnd(page);
  await find(page, "page#200");
  const card = page.getByTestId(TEST_IDS.sliceCard);
  await expect(card).toContainText("page#200");
  await card.getByRole("button", { name: "Follow" }).click();
  await expect(page.getByTestId(TEST_IDS.scheduleFollowed)).toContainText("Request page#200");
  await card.getByRole("button", { name: "Inspect" }).click();
  await expect(page.getByRole("heading", { name: /^Request \D*200\b/ })).toBeVisible();
  await page.keyboard.press("Escape");
  await page.getByTestId(TEST_IDS.scheduleFollowed).getByRole("button").click();
  await expect(page.getByTestId(TEST_IDS.scheduleFollowed)).toHaveCount(0);
});

test("wake-ups are drawn, and listed with who did it", async ({ page }) => {
  await open(page, linkTo(sharedGil()));
  await runToEnd(page);
  await find(page, "gil");
  const schedule = page.getByTestId(TEST_IDS.schedule);
  await expect
    .poll(async () => Number(await schedule.getAttribute("data-wakeups")))
    .toBeGreaterThan(0);
  const card = page.getByTestId(TEST_IDS.sliceCard);
  await expect(async () => {
    const list = await listOf(page, "T03");
    const woken = list.getByRole("cell", { name: /^(T\d\d|timer or interrupt)$/ });
    await expect(woken.first()).toBeVisible({ timeout: 1000 });
    await list.getByRole("row").nth(1).getByRole("button").click({ timeout: 1000 });
    await expect(card).toContainText("T03", { timeout: 1000 });
  }).toPass();
});

/** Slices of a row that were on screen just now: the schedule may still be on its way elsewhere. */
async function listOf(page: Page, row: string): Promise<Locator> {
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "List of slices" }).click({ timeout: 1000 });
  const list = page.getByRole("dialog", { name: "Slices" });
  await list.getByLabel("Row").selectOption({ label: row }, { timeout: 1000 });
  return list;
}

/** Goroutines on two Ps that wait for one lock. */
function sharedLock(): unknown {
  return {
    ...small(),
    name: "A lock",
    duration: "2s",
    locks: { m: {} },
    requests: { page: { steps: [{ cpu: "1ms" }, { lock: "m", steps: [{ cpu: "3ms" }] }] } },
    load: { visitors: { executor: "constant-vus", vus: 6, request: "page" } },
    lanes: [{ name: "Go", runtime: { model: "goroutines", gomaxprocs: 2 } }],
  };
}

test("tasks that share a processor tell which of them woke which", async ({ page }) => {
  await open(page, linkTo(sharedLock()));
  await runToEnd(page);
  const schedule = page.getByTestId(TEST_IDS.schedule);
  await expect
    .poll(async () => Number(await schedule.getAttribute("data-wakeups")))
    .toBeGreaterThan(0);
  const card = page.getByTestId(TEST_IDS.sliceCard);
  // Those who arrive first are woken by no request.
  await expect(async () => {
    const list = await listOf(page, "P1");
    const woken = list
      .getByRole("row")
      .filter({ has: page.getByRole("cell", { name: /^P[01]$/ }) });
    await woken.last().getByRole("button").click({ timeout: 1000 });
    await expect(card).toContainText(/woken by P[01] for page#\d+/, { timeout: 1000 });
  }).toPass();
});

test("keys alone lead from slice to slice", async ({ page }) => {
  await open(page, linkTo(sharedGil()));
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.scheduleKeys).focus();
  const title = page.getByTestId(TEST_IDS.sliceCard).locator(".slice-card-title");
  // Before the slices have come there is none to lead to.
  await expect(async () => {
    await page.keyboard.press("ArrowLeft");
    await expect(title).toContainText("GIL holder", { timeout: 500 });
  }).toPass();
  const before = await atRest(() => title.textContent());
  await page.keyboard.press("ArrowDown");
  await expect(title).not.toHaveText(before ?? "");
  await page.keyboard.press("Escape");
  await expect(title).toHaveCount(0);
});

test("what was not recorded is said, and computed once more for who looks closely", async ({
  page,
}) => {
  await page.goto(`./?testing&remember=3000#${linkTo({ ...small(), duration: "60s" })}`);
  await runToEnd(page);
  const schedule = page.getByTestId(TEST_IDS.schedule);
  await page.getByTestId(TEST_IDS.scheduleWhole).click();
  await expect(schedule).toHaveAttribute("aria-label", /Not recorded: 0\.000 to \d+\.\d+ s\.$/);
  await expect(schedule).toHaveAttribute("data-unrecorded", /^0\.[3-9]/);
  const box = await boxOf(schedule);
  await page.mouse.move(box.x + box.width * 0.15, box.y + 60);
  for (let i = 0; i < 14; i++) await page.keyboard.press("w");
  await expect(schedule).toHaveAttribute("data-unrecorded", "0.00");
  await expect(schedule).toHaveAttribute("aria-label", /Busy: cpu0 [1-9][\d.]*\W%/);
  await expect.poll(async () => (await range(page))[1]).toBeLessThan(20);
});

test("a stretch is measured by dragging with Shift held down", async ({ page }) => {
  await openAndRun(page, small());
  const box = await boxOf(page.getByTestId(TEST_IDS.schedule));
  // A window that stays where it is, and does not follow the clock.
  await page.getByTestId(TEST_IDS.scheduleWhole).click();
  await expect.poll(async () => (await range(page))[0]).toBe(0);
  const [from, to] = await atRest(() => range(page));
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + 200, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + 200 + (box.width - 80) / 4, box.y + 60, { steps: 3 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await expect(async () => {
    const text = (await page.getByTestId(TEST_IDS.scheduleMeasured).textContent()) ?? "";
    const seconds = Number(/[\d.]+/.exec(text)?.[0]);
    expect(Math.abs(seconds - (to - from) / 4)).toBeLessThan(0.1);
  }).toPass();
  await page.keyboard.press("f");
  await expect.poll(async () => (await range(page))[1] - (await range(page))[0]).toBeLessThan(6);
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`with search, card and all rows open it has no serious barrier in ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize({ width: 1280, height: 720 });
    await open(page, linkTo(sharedGil()));
    await runToEnd(page);
    await find(page, "page#100");
    await page.getByTestId(TEST_IDS.sliceCard).getByRole("button", { name: "Follow" }).click();
    await expectAccessible(page);
    await page.setViewportSize({ width: 390, height: 844 });
    await expectAccessible(page);
  });
}
