/** Lanes side by side: every view knows all of them, and figures are those of the engine. */
import { expect, test } from "./helpers/test.ts";
import { shipped, small } from "./helpers/scenarios.ts";
import { figureIn, readsAs } from "./helpers/figures.ts";
import { laneTab, open, openAndRun, runToEnd, type Figures } from "./helpers/workbench.ts";
import type { Page } from "@playwright/test";

/** A row of the comparison table, and where its figures come from. */
const ROWS: readonly (readonly [name: RegExp, read: (result: Figures) => number])[] = [
  [/^Throughput/, ({ throughput }) => throughput],
  [/^p50/, ({ latencyMs }) => latencyMs.p50],
  [/^p99/, ({ latencyMs }) => latencyMs.p99],
  [/^Errors/, ({ errorRate }) => errorRate * 100],
  [/^Memory/, ({ memoryBytes }) => memoryBytes.peak / 2 ** 20],
  [/^CPU/, ({ cpu }) => cpu.utilization * 100],
  [
    /^Switches/,
    ({ contextSwitches, measuredSeconds }) =>
      (contextSwitches.voluntary + contextSwitches.involuntary) / measuredSeconds,
  ],
];

/** Errors and a closed load, four lanes, and figures of a run with two requests. */
for (const id of ["tomcat-vs-webflux", "cpu-or-io", "gil-two-threads"]) {
  test(`${id}: every lane has a tab, a column of the engine's figures and a line`, async ({
    page,
  }) => {
    await open(page, `scenario=${id}`);
    const { lanes } = await runToEnd(page);
    expect(lanes.map(({ name }) => name)).toEqual(shipped(id).lanes.map(({ name }) => name));
    for (const [index, { letter, name, result }] of lanes.entries()) {
      await expect(laneTab(page, letter)).toContainText(name);
      await expect(chart(page, "CPU")).toHaveAttribute("aria-label", new RegExp(`\\b${letter} `));
      if (result === undefined) throw new Error(`lane ${letter} has no result`);
      await expectColumn(page, index, result);
    }
  });
}

test("selecting a tab changes flow, schedule and the memory chart", async ({ page }) => {
  await open(page, "scenario=tomcat-vs-webflux");
  const { lanes } = await runToEnd(page);
  expect(lanes[0]?.runtime).not.toBe(lanes[1]?.runtime);
  const flow = page.getByRole("region", { name: "Flow" });
  const schedule = page.getByRole("region", { name: "Schedule" });
  for (const letter of ["B", "A"]) {
    await laneTab(page, letter).click();
    await expect(laneTab(page, letter)).toHaveAttribute("aria-selected", "true");
    await expect(flow).toHaveAttribute("data-lane", letter);
    await expect(schedule).toHaveAttribute("data-lane", letter);
    await expect(page.getByText(`lane ${letter} stacked by kind`)).toBeVisible();
    await expect(flow).toContainText(lanes.find((lane) => lane.letter === letter)?.runtime ?? "?");
  }
});

test("a hidden lane leaves the charts and comes back", async ({ page }) => {
  await openAndRun(page, small());
  const throughput = chart(page, "Throughput");
  await expect(throughput).toHaveAttribute("aria-label", /\bA .*\bB /);
  await page.keyboard.press("Shift+Digit2");
  await expect(laneTab(page, "B")).toHaveAttribute("data-hidden", "true");
  await expect(throughput).not.toHaveAttribute("aria-label", /\bB /);
  await expect(page.getByRole("columnheader", { name: "B, 8 threads" })).toBeVisible();
  await page.keyboard.press("Shift+Digit2");
  await expect(throughput).toHaveAttribute("aria-label", /\bA .*\bB /);
});

test("the data behind a chart ends with the run", async ({ page }) => {
  await openAndRun(page, small());
  await page.getByRole("button", { name: "Data of Throughput" }).click();
  const rows = page.getByRole("dialog").getByRole("row");
  await expect(rows.first()).toHaveText(/time \(s\).*A.*B/);
  await expect(rows.last().getByRole("rowheader")).toHaveText("20.0");
});

/** The drawing of a chart; its accessible name says what it shows now. */
function chart(page: Page, title: string) {
  return page.getByRole("img", { name: new RegExp(`^${title}( at|:)`) });
}

async function expectColumn(page: Page, lane: number, result: Figures): Promise<void> {
  for (const [name, read] of ROWS) {
    const cell = page.getByRole("row", { name }).getByRole("cell").nth(lane).locator("b");
    const exact = read(result);
    await expect(async () => {
      const text = await cell.textContent();
      expect(readsAs(figureIn(text), exact), `${text} for ${exact}: ${name.source}`).toBe(true);
    }).toPass({ timeout: 5000 });
  }
}
