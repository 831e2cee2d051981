import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { countTests } from "./count.mjs";

test("unit and end-to-end tests are added up", () => {
  const folder = reports({
    "unit.json": { numPassedTests: 40, numFailedTests: 1 },
    "e2e.json": { stats: { expected: 5, unexpected: 2, flaky: 1, skipped: 3 } },
  });
  expect(countTests(folder)).toEqual({ passed: 46, failed: 3 });
});

test("a report that was never written counts nothing", () => {
  expect(countTests(reports({}))).toEqual({ passed: 0, failed: 0 });
});

/** @param {Record<string, unknown>} files */
function reports(files) {
  const folder = mkdtempSync(join(tmpdir(), "interleave-"));
  for (const [name, report] of Object.entries(files)) {
    writeFileSync(join(folder, name), JSON.stringify(report));
  }
  return folder;
}
