/** Single requests: the inspector lists what the engine remembers, and takes one of them apart. */
import { expectAccessible } from "./helpers/accessibility.ts";
import { atRest, boxOf } from "./helpers/at-rest.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { shipped, small, type Scenario } from "./helpers/scenarios.ts";
import { open, openAndRun, runState, runToEnd, series } from "./helpers/workbench.ts";
import type { Locator, Page } from "@playwright/test";

/** More than its lock lets through: a queue that grows, and clients who give up. */
function crowded(): Scenario {
  const steps = [{ cpu: "1ms" }, { lock: "stock", steps: [{ cpu: "4ms" }] }, { io: "5ms" }];
  const executor = "constant-arrival-rate";
  return {
    ...small(),
    locks: { stock: {} },
    requests: { order: { steps }, ping: { steps: [{ cpu: "100us" }] } },
    load: {
      orders: { executor, rate: 300, request: "order", timeout: "1s" },
      pings: { executor, rate: 50, request: "ping" },
    },
    lanes: [100, 200].map((threads) => ({
      name: `${threads} threads`,
      runtime: { model: "threads", profile: "neutral", threads },
    })),
  };
}

test("the parts of a request add up to its latency, in the table and in the list", async ({
  page,
}) => {
  await open(page);
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.openInspector).click();
  const picked = page.getByTestId(TEST_IDS.requestList).locator("[aria-pressed=true]");
  const parts = page.getByTestId(TEST_IDS.where).locator("td:nth-child(2)");
  await expect(parts.first()).toBeVisible();
  await expect(async () => {
    const whole = toMs(await picked.locator("b").textContent());
    const sum = (await parts.allTextContents()).reduce((total, text) => total + toMs(text), 0);
    // Each figure is rounded by itself.
    expect(Math.abs(sum - whole)).toBeLessThan(2);
  }).toPass();
  await expect(page.getByTestId(TEST_IDS.twins).getByRole("listitem")).toHaveCount(1);
});

test("keys lead into the inspector, through its requests and out again", async ({ page }) => {
  await open(page);
  await runToEnd(page);
  await page.keyboard.press("i");
  const list = page.getByTestId(TEST_IDS.requestList);
  const picked = list.locator("[aria-pressed=true]");
  const first = await atRest(() => picked.textContent());
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
  const { width, height } = await boxOf(heatmap);
  // Near the end of the run, downwards until a cell says that it has requests.
  const position = { x: 0.9 * width, y: 14 };
  await expect(async () => {
    for (position.y = 14; position.y < height; position.y += 6) {
      await heatmap.hover({ position });
      if ((await atRest(() => page.locator(".heat-tip").count(), 50)) > 0) break;
    }
    await expect(page.locator(".heat-tip")).toBeVisible({ timeout: 500 });
  }).toPass();
  await heatmap.click({ position });
  await expect(page.getByRole("heading", { name: /in this cell/ })).toBeVisible();
  await expectInCell(page);
});

test("arrow keys choose cells of the heatmap, which hold what it counts, however long ago", async ({
  page,
}) => {
  await openInspector(page, crowded());
  const answered = (await series(page, 0, "completed")).reduce((sum, count) => sum + count, 0);
  await expect(async () => {
    const label = (await page.getByTestId(TEST_IDS.heatmap).getAttribute("aria-label")) ?? "";
    const [, total = ""] = /^([\d\s]+) requests/.exec(label) ?? [];
    expect(Number(total.replaceAll(/\s/g, ""))).toBe(answered);
  }).toPass();
  const keys = page.getByRole("application");
  await keys.focus();
  await page.keyboard.press("ArrowUp");
  for (let i = 0; i < 12; i++) await page.keyboard.press("ArrowLeft");
  await expectCounted(page);
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowUp");
  await expectCounted(page);
});

test("dragging chooses several cells, and a click on nothing chooses none", async ({ page }) => {
  await openInspector(page, crowded());
  const { x, y, width, height } = await boxOf(page.getByTestId(TEST_IDS.heatmap));
  await page.mouse.move(x + 0.5 * width, y + 15);
  await page.mouse.down();
  await page.mouse.move(x + 0.7 * width, y + 0.9 * height, { steps: 4 });
  const tip = await atRest(() => page.locator(".heat-tip b").textContent());
  await page.mouse.up();
  await expect(heading(page)).toHaveText(new RegExp(`^${tip}`));
  await page.mouse.click(x + 0.9 * width, y + 0.9 * height);
  await expect(heading(page)).toHaveCount(0);
});

test("two clicks choose a range, and a link brings it back", async ({ page, context }) => {
  await openInspector(page, crowded());
  await page.getByRole("application").focus();
  await page.keyboard.press("ArrowUp");
  await expect(heading(page)).toContainText("in this cell");
  const one = (await heading(page).textContent()) ?? "";
  const widen = page.getByRole("button", { name: "Widen" });
  await widen.click();
  await expect(widen).toHaveAttribute("aria-pressed", "true");
  const { x, y, width, height } = await boxOf(page.getByTestId(TEST_IDS.heatmap));
  await page.mouse.click(x + 0.6 * width, y + 0.85 * height);
  await expect(heading(page)).not.toHaveText(one);
  await expect(widen).toHaveAttribute("aria-pressed", "false");
  expect(countOf(await heading(page).textContent())).toBeGreaterThan(countOf(one));
  const chosen = (await heading(page).textContent()) ?? "";

  await page.getByTestId(TEST_IDS.share).click();
  const link = await page.getByTestId(TEST_IDS.shareLink).inputValue();
  expect(link).toMatch(/,cell\.\d+-\d+-\d+-\d+$/);
  const other = await context.newPage();
  await other.goto(link);
  await expect(heading(other)).toHaveText(chosen);
});

test("the histograms have the percentiles of the result, and list a range of theirs", async ({
  page,
}) => {
  await openInspector(page, crowded());
  await page.getByRole("button", { name: "Histogram" }).click();
  const histogram = page.getByTestId(TEST_IDS.histogram);
  const { lanes } = await runState(page);
  for (const { letter, result } of lanes) {
    await expect(histogram).toHaveAttribute("aria-label", new RegExp(`Lane ${letter}.*`));
    await expect(async () => {
      const label = (await histogram.getAttribute("aria-label")) ?? "";
      const [, p99 = ""] =
        new RegExp(`Lane ${letter},[^.]*?p99 (\\S+\\s(?:ms|s))`).exec(label) ?? [];
      expect(Math.abs(toMs(p99) / (result?.latencyMs.p99 ?? 0) - 1)).toBeLessThan(0.06);
    }).toPass();
  }
  await page.getByRole("application").focus();
  await page.keyboard.press("ArrowRight");
  await expect(heading(page)).toBeVisible();
  await expectInCell(page);
});

test("a naive tester reports less than the result says, an honest one the same", async ({
  page,
}) => {
  await openInspector(page, crowded());
  await page.getByRole("button", { name: "Naive tester" }).click();
  const { honest, naive } = await atRest(() => testerP99s(page));
  const { lanes } = await runState(page);
  expect(Math.abs(honest / (lanes[0]?.result?.latencyMs.p99 ?? 0) - 1)).toBeLessThan(0.01);
  expect(naive).toBeLessThan(honest / 2);
  await page.getByLabel("Connections of the naive tester").selectOption("1000");
  await expect(page.getByTestId(TEST_IDS.testers)).toContainText("a connection free for every");
  await expect.poll(async () => (await testerP99s(page)).naive).toBe(honest);
});

test("the rows of a request add up, and who held its lock is a click away", async ({ page }) => {
  await openInspector(page, crowded());
  await chooseClass(page, "order");
  const waterfall = page.getByTestId(TEST_IDS.waterfall);
  await expect(waterfall).toBeVisible();
  await expect(async () => {
    const whole = toMs(
      await page.getByTestId(TEST_IDS.requestList).locator("b").first().textContent(),
    );
    const rows = waterfall.locator(":scope > b");
    const parts = (await rows.allTextContents()).map(toMs);
    // Where a wait in front has a scale of its own, the rest is told as a whole too.
    const inProcess = (await waterfall.getByText("in process", { exact: true }).count()) > 0;
    const sum = parts.reduce((total, ms) => total + ms, 0) - (inProcess ? (parts[1] ?? 0) : 0);
    expect(Math.abs(sum - whole)).toBeLessThan(1);
  }).toPass();
  const held = page.getByTestId(TEST_IDS.holders).filter({ hasText: "held by" });
  const holder = held.getByRole("button").first();
  const name = (await atRest(() => holder.textContent())) ?? "";
  await holder.click();
  await expect(page.getByRole("heading", { name: "Request r" })).toContainText(
    /r\d+/.exec(name)?.[0] ?? "no name",
  );
});

test("failures have lists of their own, and show in no percentile", async ({ page }) => {
  await openInspector(page, crowded());
  await page.getByRole("button", { name: "Failed" }).click();
  const rows = page.getByTestId(TEST_IDS.requestList).getByRole("listitem");
  await expect(rows.first()).toContainText("timed out");
  for (const row of await rows.all()) await expect(row).toContainText("timed out");
  await expect(page.getByRole("heading", { name: "Time until requests failed" })).toBeVisible();
  await expect(page.getByTestId(TEST_IDS.heatmap)).toHaveAttribute("aria-label", /took between/);
});

test("one class of requests can be looked at alone", async ({ page }) => {
  await openInspector(page, crowded());
  await chooseClass(page, "ping");
  const names = page.getByTestId(TEST_IDS.requestList).locator(".request-name");
  for (const name of await atRest(() => names.allTextContents())) {
    expect(name).toMatch(/^ping r\d+$/);
  }
});

test("the schedule opens at the moment of the request", async ({ page }) => {
  await openInspector(page, crowded());
  await page.getByTestId(TEST_IDS.showInSchedule).click();
  await expect(page.getByTestId(TEST_IDS.inspector)).toHaveCount(0);
  await expect(page.getByRole("region", { name: "Schedule" })).toBeVisible();
});

test("in a deadlock the open requests say for whom they wait", async ({ page }) => {
  await openInspector(page, shipped("philosophers"));
  await page.getByRole("button", { name: "Open", exact: true }).click();
  await expect(page.getByTestId(TEST_IDS.requestList).getByRole("listitem")).toHaveCount(5);
  await expect(page.getByRole("heading", { name: /still open/ })).toBeVisible();
  await expect(page.getByTestId(TEST_IDS.holders).last()).toContainText(/held by/);
});

test("a link to the view opens it: the moment, the lane and the request", async ({
  page,
  context,
}) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  await openInspector(page, crowded());
  await page.keyboard.press("2");
  await page.keyboard.press("k");
  const request = page.getByRole("heading", { name: /^Request r/ });
  await expect(request).toContainText("ping");
  await page.getByTestId(TEST_IDS.share).click();
  await expect(page.getByText("Link copied.")).toBeVisible();
  const shared = page.getByTestId(TEST_IDS.shareLink);
  await expect(shared).toHaveValue(/&view=inspector,lane\.2,at\.20000000000,request\.\d+\.ping$/);
  const link = await shared.inputValue();
  const other = await context.newPage();
  await other.goto(link);
  // Both pages show the last request until the part of its run has been computed once more.
  await expect(async () => {
    const opened = other.getByRole("heading", { name: /^Request r/ });
    expect(await opened.textContent()).toBe(await request.textContent());
  }).toPass();
  await expect(other.getByRole("tab", { selected: true })).toContainText("200 threads");
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`histograms, tester and failures have no serious barrier in ${colorScheme}`, async ({
    page,
  }) => {
    await page.emulateMedia({ colorScheme });
    await openInspector(page, crowded());
    await page.getByRole("button", { name: "Histogram" }).click();
    await page.getByRole("button", { name: "Naive tester" }).click();
    await page.getByRole("button", { name: "Failed" }).click();
    await expect(page.getByTestId(TEST_IDS.testers).getByRole("table")).toBeVisible();
    await page.getByText("How this is computed").click();
    await expectAccessible(page);
  });
}

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

async function openInspector(page: Page, scenario: Scenario): Promise<void> {
  await openAndRun(page, scenario);
  await page.getByTestId(TEST_IDS.openInspector).click();
  await expect(page.getByTestId(TEST_IDS.waterfall)).toBeVisible();
}

function heading(page: Page): Locator {
  return page.getByRole("heading", { name: /in this (cell|range)/ });
}

/** "1 234 requests in this cell" */
function countOf(text: string | null): number {
  return Number(text?.split("request")[0]?.replaceAll(/\s/g, ""));
}

async function chooseClass(page: Page, name: string): Promise<void> {
  const picture = page.getByRole("region", { name: "Latency of every request" });
  await picture.getByRole("combobox", { name: "Requests" }).selectOption(name);
  const names = page.getByTestId(TEST_IDS.requestList).locator(".request-name");
  await expect(names.first()).toHaveText(new RegExp(`^${name}`));
  await expect(page.getByRole("heading", { name: /^Request r/ })).toContainText(name);
}

/** The list holds as many requests as the heatmap says that the chosen cells do. */
async function expectCounted(page: Page): Promise<void> {
  const said = page.locator(".heat-body output");
  await expect(said).toHaveText(/request/);
  await expect(async () => {
    const [count] = ((await said.textContent()) ?? "").split(" ");
    await expect(heading(page)).toHaveText(new RegExp(`^${count} request`), { timeout: 500 });
  }).toPass();
}

/** All that is listed took as long as the chosen cell says, but for rounding. */
async function expectInCell(page: Page): Promise<void> {
  await expect(async () => {
    const [low, high] = await cellRange(page);
    const latencies = await page.getByTestId(TEST_IDS.requestList).locator("b").allTextContents();
    expect(latencies.length).toBeGreaterThan(0);
    for (const latency of latencies) {
      expect(toMs(latency)).toBeGreaterThan(0.97 * low);
      expect(toMs(latency)).toBeLessThan(1.03 * high);
    }
  }).toPass();
}

/** p99 as an honest and as a naive tester would report it, ms. */
async function testerP99s(page: Page): Promise<{ honest: number; naive: number }> {
  const cells = page.getByTestId(TEST_IDS.testers).locator("tbody td:nth-child(4)");
  await expect(cells).toHaveCount(2);
  const [honest = NaN, naive = NaN] = (await cells.allTextContents()).map(toMs);
  return { honest, naive };
}

/** The latencies (ms) between which the chosen cell lies. */
async function cellRange(page: Page): Promise<[number, number]> {
  const text = await heading(page).textContent();
  const range = /(?:, |range)([\d.\s]+(?:µs|ms|s)) to ([\d.\s]+(?:µs|ms|s))/;
  const [low = "", high = ""] = range.exec(text ?? "")?.slice(1) ?? [];
  return [toMs(low), toMs(high)];
}

function toMs(text: string | null): number {
  const [, digits = "", unit = ""] = /([\d.\s\u202f]+)\s*(µs|ms|s)/.exec(text ?? "") ?? [];
  const value = Number(digits.replaceAll(/\s/g, ""));
  return value * ({ µs: 1e-3, ms: 1, s: 1e3 }[unit] ?? Number.NaN);
}
