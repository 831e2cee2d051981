/**
 * Counts tests from the reports that vitest and Playwright leave behind. `node .ci/count.mjs`
 * prints the line that continuous integration reads; a status other than 0 as its argument means
 * that some step failed, which counts as one failure when no test did.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { isMain } from "./main.mjs";

export const REPORTS = fileURLToPath(new URL("../.cache/reports/", import.meta.url));

if (isMain(import.meta.url)) {
  const status = Number(process.argv[2] ?? 0);
  const { passed, failed } = countTests();
  console.log(`${passed} passed, ${status === 0 ? failed : Math.max(failed, 1)} failed`);
}

/** @param {string} [folder] @returns {{ passed: number, failed: number }} */
export function countTests(folder = REPORTS) {
  const unit = readReport(join(folder, "unit.json"));
  const e2e = readReport(join(folder, "e2e.json"));
  return {
    passed: (unit?.numPassedTests ?? 0) + (e2e?.stats.expected ?? 0) + (e2e?.stats.flaky ?? 0),
    failed: (unit?.numFailedTests ?? 0) + (e2e?.stats.unexpected ?? 0),
  };
}

/** A step that never ran left no report. @param {string} file */
function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}
