/**
 * End-to-end tests run against the production build (`npm run build` first), in a Chromium that
 * is on the machine already.
 */
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { defineConfig } from "@playwright/test";
import { findBrowser } from "../.ci/browser.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));
const port = Number(process.env["E2E_PORT"] ?? 4179);
const baseURL = `http://localhost:${port}/`;

if (!existsSync(`${root}dist/web/index.html`)) {
  throw new Error("There is no production build to test: run `npm run build` first.");
}

export default defineConfig({
  testDir: ".",
  outputDir: "../.cache/e2e",
  forbidOnly: process.env["CI"] !== undefined,
  fullyParallel: true,
  // A simulation keeps a core busy; more browsers than cores would only measure their queue.
  workers: 1,
  timeout: 60_000,
  expect: { timeout: 15_000, toPass: { timeout: 15_000 } },
  reporter: [["list"], ["json", { outputFile: "../.cache/reports/e2e.json" }]],
  use: {
    baseURL,
    browserName: "chromium",
    locale: "en-GB",
    timezoneId: "UTC",
    viewport: { width: 1440, height: 900 },
    screenshot: "only-on-failure",
    // Recording every frame of a running simulation takes longer than the tests; ask for it with
    // `npm run e2e -- --trace on`.
    trace: "off",
    launchOptions: {
      ...(await executable()),
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
  webServer: {
    command: `npm run --silent preview -- --port ${port} --strictPort`,
    cwd: root,
    url: baseURL,
    reuseExistingServer: false,
  },
});

async function executable(): Promise<{ executablePath?: string }> {
  const path = await findBrowser();
  return path === undefined ? {} : { executablePath: path };
}
