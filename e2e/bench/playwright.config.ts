/**
 * `npm run frames`: benchmarks of the page, apart from the tests because a figure that depends on
 * the machine must not decide whether a test passes.
 */
import tests from "../playwright.config.ts";

const { reporter: _reporter, ...rest } = tests;

// oxlint-disable-next-line import/no-default-export -- what Playwright asks for
export default {
  ...rest,
  testDir: ".",
  testMatch: "*.bench.ts",
  outputDir: "../../.cache/e2e-bench",
  reporter: [["line"]],
  timeout: 180_000,
};
