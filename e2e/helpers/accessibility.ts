/** Runs axe-core in the page and reports what keeps people from using it. */
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import type { AxeResults, RunOptions } from "axe-core";

const AXE = fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url));
const RULES: RunOptions = {
  runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
};

/** Fails on violations of serious or critical impact, naming rule and element. */
export async function expectAccessible(page: Page): Promise<void> {
  // What is still fading in has the contrast of a passing moment; what is gone has none.
  await page.evaluate(() =>
    Promise.allSettled(document.getAnimations().map((animation) => animation.finished)),
  );
  await page.addScriptTag({ path: AXE });
  const results = await page.evaluate<AxeResults, RunOptions>(
    (options) => (window as unknown as { axe: typeof import("axe-core") }).axe.run(options),
    RULES,
  );
  const barriers = results.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, help, nodes }) =>
      nodes.map(({ target }) => `${id}: ${help} (${target.join(" ")})`),
    );
  expect(barriers, "barriers that axe found").toEqual([]);
}
