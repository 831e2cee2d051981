/** Why a lane does what it does: laws with evidence, theory, and what is more than chance. */
import { expect, test } from "./helpers/test.ts";
import { expectEstimates } from "./helpers/estimates.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { laneTab, open, openAndRun, runToEnd } from "./helpers/workbench.ts";

/** An M/M/1 queue at 80 % beside the same with two more places to wait in. */
function textbook() {
  const lane = (name: string, queue: number | "unbounded") => ({
    name,
    runtime: { model: "threads", profile: "neutral", threads: 1, queue },
  });
  return {
    version: 1,
    name: "Textbook",
    seed: 7,
    duration: "120s",
    warmup: "5s",
    machine: { cores: 1, memory: "1GiB" },
    requests: { r: { steps: [{ cpu: { dist: "exponential", mean: "2ms" } }] } },
    load: { main: { executor: "constant-arrival-rate", rate: 400 } },
    lanes: [lane("endless", "unbounded"), lane("two places", 2)],
  };
}

test("Show takes crosshair, schedule and flow to where most requests wait", async ({ page }) => {
  await open(page);
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.showEvidence).click();
  const view = () => page.evaluate(() => window.interleave.view());
  await expect(async () => {
    const { crosshairNs = 0, selectedPlace, scheduleFocus } = await view();
    expect(crosshairNs).toBeGreaterThan(0);
    expect(selectedPlace).toBe("worker-queue");
    expect(scheduleFocus?.fromNs).toBeLessThan(crosshairNs);
    expect(scheduleFocus?.toNs).toBeGreaterThanOrEqual(crosshairNs);
  }).toPass();
});

test("a law opens with its formula, its source and this run's figures", async ({ page }) => {
  await open(page);
  await runToEnd(page);
  await page.getByTestId(TEST_IDS.lawTag).first().click();
  const text = page.getByTestId(TEST_IDS.insight).locator(".insight-text");
  const dialog = page.getByTestId(TEST_IDS.lawDialog);
  await expect(dialog).toContainText("c ÷ S");
  await expect(dialog).toContainText("Denning and J. P. Buzen");
  // Words change a few times a second at most, so the last figures come a little later.
  await expect(async () => {
    const words = await text.textContent({ timeout: 1000 });
    expect(words).toContain("Each request");
    await expect(dialog).toContainText(words ?? "", { timeout: 100 });
  }).toPass();
  await page.keyboard.press("Escape");
  await expect(dialog).toHaveCount(0);
});

test("how a lane scales is fitted when somebody asks, and ends when nobody does", async ({
  page,
}) => {
  await openAndRun(page, small());
  await page.getByRole("button", { name: /Universal scalability law/ }).click();
  const study = page.getByTestId(TEST_IDS.scaling);
  await expect(study).toHaveAttribute("data-over", "true", { timeout: 45_000 });
  await expect(study).toContainText(/contention σ = [\d.]+.%, coherency κ = /);
  // Five threads, each kept for 22 ms: 227 requests a second and no more.
  await expect(study).toContainText(/min\(N ÷ 22.ms, 22\d\/s\)/);
  await expect(study.getByRole("row", { name: /^1 / })).toContainText(/4[56]\/s/);
  await page.keyboard.press("Escape");
  await expect(study).toHaveCount(0);
});

test("a textbook queue stands beside its exact values", async ({ page }) => {
  const { lanes } = await openAndRun(page, textbook());
  // M/M/1: the mean is 1 ÷ (1 ÷ 2 ms − 400/s) = 10 ms.
  const mean = page.getByRole("row", { name: "Mean exact" }).getByRole("cell");
  await expect(mean.first()).toContainText(/^10/);
  // M/M/1/3 refuses ρ³ (1 − ρ) ÷ (1 − ρ⁴) of its arrivals, with ρ = 0.8.
  const refused = (0.8 ** 3 * 0.2) / (1 - 0.8 ** 4);
  const errors = page.getByRole("row", { name: "Errors exact" }).getByRole("cell");
  await expect(errors.nth(1)).toContainText(`${Math.round(refused * 100)}`);
  const error = ((lanes[0]?.result?.latencyMs.mean ?? NaN) / 10 - 1) * 100;
  await expect(mean.first()).toContainText(Math.abs(error).toFixed(1));
  await expect(page.getByTestId(TEST_IDS.insight)).toContainText("A is an M/M/1 queue.");
  await page.getByTestId(TEST_IDS.lawTag).first().click();
  await expect(page.getByTestId(TEST_IDS.theory)).toContainText("46 ms");
  await expect(page.getByRole("img", { name: /exactly 10\sms at 400\/s/ })).toBeVisible();
});

test("replications run by themselves, and tell a difference from chance", async ({ page }) => {
  const document = small();
  // Two lanes have more threads than the load can ever use: what sets them apart is chance.
  const lane = (name: string, threads: number) => ({
    name,
    runtime: { model: "threads", profile: "neutral", threads },
  });
  document.lanes = [lane("plenty", 60), lane("more than plenty", 90), lane("too few", 4)];
  const { digest } = await openAndRun(page, document);
  const note = page.getByTestId(TEST_IDS.replications);
  await expect(note).toContainText(/^10 replications, 95/, { timeout: 40_000 });
  const p99 = page.getByRole("row", { name: "p99 ms" }).getByRole("cell");
  await expect(p99.nth(1)).toContainText("n. s., difference not significant yet");
  await expect(p99.nth(2)).toContainText(/difference significant: \d/);
  await page.getByTestId(TEST_IDS.intervals).click();
  const dialog = page.getByTestId(TEST_IDS.replicationsDialog);
  await expectEstimates(page, dialog);
  await page.keyboard.press("Escape");
  // The run on the screen is the run that it was.
  expect((await page.evaluate(() => window.interleave.run())).digest).toBe(digest);
  await page.getByTestId(TEST_IDS.replicationsSwitch).uncheck();
  await expect(note).toHaveText("No confidence bands.");
  await expect(p99.nth(2)).not.toContainText("significant");
});

test("while a run goes on, nothing is replicated", async ({ page }) => {
  await open(page, linkTo({ ...small(), duration: "600s" }));
  await page.getByTestId(TEST_IDS.speed).waitFor();
  await page.waitForFunction(() => window.interleave.run().clockNs > 2e9);
  await page.waitForTimeout(3000);
  await expect(page.getByTestId(TEST_IDS.replications)).toHaveText(/while the clock stands still/);
  await expect(laneTab(page, "A")).toBeVisible();
});
