/**
 * `test` for every specification: a page that complains fails its test, whatever the test itself
 * looked at.
 */
import { expect, test as base, type ConsoleMessage, type Page } from "@playwright/test";

export { expect };

interface Fixtures {
  /** Everything the pages and their workers complained about. Fails the test unless it is empty. */
  readonly complaints: string[];
}

/** `E2E_SLOW=4` makes every page four times slower, which brings out tests that read too early. */
const SLOWER = Number(process.env["E2E_SLOW"] ?? 1);

export const test = base.extend<Fixtures>({
  page: async ({ page }, use) => {
    if (SLOWER > 1) {
      const session = await page.context().newCDPSession(page);
      await session.send("Emulation.setCPUThrottlingRate", { rate: SLOWER });
    }
    await use(page);
  },
  complaints: [
    async ({ page }, use) => {
      const complaints: string[] = [];
      collectComplaints(page, complaints);
      page.context().on("page", (other) => collectComplaints(other, complaints));
      await use(complaints);
      expect(complaints, "errors and warnings on the page").toEqual([]);
    },
    { auto: true },
  ],
});

function collectComplaints(page: Page, complaints: string[]): void {
  page.on("console", (message) => {
    if (isComplaint(message)) complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`uncaught: ${error.message}`));
  page.on("crash", () => complaints.push("the page crashed"));
  page.on("requestfailed", (request) => {
    // A worker that is replaced, or a page that is left, gives up what it was loading.
    const reason = request.failure()?.errorText ?? "";
    if (reason !== "net::ERR_ABORTED") complaints.push(`${request.url()}: ${reason}`);
  });
  page.on("response", (response) => {
    if (response.status() >= 400) complaints.push(`${response.url()}: ${response.status()}`);
  });
}

function isComplaint(message: ConsoleMessage): boolean {
  return message.type() === "error" || message.type() === "warning";
}
