/** Runs axe-core in the page and reports what keeps people from using it. */
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";

const AXE = fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url));
const RULES: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** Fails on violations of serious or critical impact, naming rule and element. */
export async function expectAccessible(page: Page, within = "html"): Promise<void> {
  // What is still fading in has the contrast of a passing moment; what is gone has none.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  );
  if (!(await page.evaluate(() => "axe" in window))) await page.addScriptTag({ path: AXE });
  const results = await page.evaluate<AxeResults, [string, RunOptions]>(
    ([context, options]) =>
      (window as unknown as { axe: typeof import("axe-core") }).axe.run(context, options),
    [within, RULES],
  );
  const barriers = results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`),
    );
  expect.soft(barriers, "barriers that axe found").toEqual([]);
}

/** The same in the light and in the dark theme, as the system asks for them. */
export async function expectAccessibleInBoth(page: Page, within = "html"): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme });
    await expect(page.locator("html")).toHaveAttribute("data-theme", colorScheme);
    await expectAccessible(page, within);
  }
}
