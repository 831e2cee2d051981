/** The costs of another machine: a calibration file is loaded into the scenario and used. */
import type { Page } from "@playwright/test";
import { TEST_IDS } from "../web/test-ids.ts";
import { expectAccessible } from "./helpers/accessibility.ts";
import { small } from "./helpers/scenarios.ts";
import { expect, test } from "./helpers/test.ts";
import { openAndRun, runToEnd, type RunState } from "./helpers/workbench.ts";

const slow = {
  name: "Slow laptop",
  os: { ctx_process_pipe_1core_us: { median: 300 }, ctx_process_pipe_2cores_us: { median: 900 } },
};

/** Two pools of a runtime that costs something. */
function pools() {
  const scenario = small();
  for (const { runtime } of scenario.lanes) runtime["profile"] = "jvm-platform";
  return scenario;
}

/** The run after one whose digest is another. */
async function newRun(page: Page, before: RunState): Promise<RunState> {
  await page.waitForFunction((old) => window.interleave.run().digest !== old, before.digest);
  return runToEnd(page);
}

function p50({ lanes }: RunState): number {
  return lanes[0]?.result?.latencyMs.p50 ?? NaN;
}

async function loadFile(page: Page, name: string, text: string): Promise<void> {
  const chooser = page.waitForEvent("filechooser");
  await page.getByTestId(TEST_IDS.calibrationFile).click();
  const file = { name, mimeType: "application/json", buffer: Buffer.from(text) };
  await (await chooser).setFiles(file);
}

test("a calibration file changes the costs, is named, and can be left again", async ({ page }) => {
  const before = await openAndRun(page, pools());
  await loadFile(page, "slow.json", JSON.stringify(slow));
  const field = page.getByTestId(TEST_IDS.calibration);
  await expect(field.locator("option:checked")).toHaveText("Slow laptop");
  const after = await newRun(page, before);
  expect(p50(after)).toBeGreaterThan(p50(before) + 0.5);
  await expectAccessible(page);
  await field.selectOption("reference");
  expect((await newRun(page, after)).digest).toBe(before.digest);
});

test("a file that is no calibration is explained, with the place of the mistake", async ({
  page,
}) => {
  const before = await openAndRun(page, pools());
  await loadFile(page, "notes.json", "not JSON");
  const field = page.getByTestId(TEST_IDS.calibration);
  await expect(field).toHaveAccessibleDescription(/notes\.json is not JSON/);
  await loadFile(page, "odd.json", JSON.stringify({ name: "odd", os: { sleep: { median: 1 } } }));
  await expect(page.getByTestId(TEST_IDS.problems)).toContainText(
    'machine.calibration.os: unknown key "sleep"',
  );
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await field.selectOption("truth");
  await expect(page.getByTestId(TEST_IDS.problems)).toBeHidden();
  expect((await newRun(page, before)).digest).not.toBe(before.digest);
});
