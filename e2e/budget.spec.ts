/** What would take for ever is refused before it runs, or stopped with the reason in plain sight. */
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, small, type Scenario } from "./helpers/scenarios.ts";
import {
  applyJson,
  ended,
  laneTab,
  notice,
  open,
  openAndRun,
  pause,
  runState,
  runToEnd,
} from "./helpers/workbench.ts";

const STANDING_STILL = "requests take no time, so time stands still: give a step a duration";

test("a scenario that would cost too much is refused, and the page goes on", async ({ page }) => {
  await open(page);
  const before = await pause(page);
  await applyJson(page, JSON.stringify(endless()));
  const alert = page.getByTestId(TEST_IDS.jsonDialog).getByRole("alert");
  await expect(alert).toContainText(
    /would cost about \d.* requests; the limit is \d[\d\s]*: lower/,
  );
  expect(await runState(page)).toEqual(before);

  await page.evaluate((hash) => location.assign(hash), `#${linkTo(endless())}`);
  await expect(notice(page)).toContainText("would cost about");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Play" }).click();
  await page.waitForFunction((ns) => window.interleave.run().clockNs > ns, before.clockNs);
});

test("a rate that costs too much is refused at its field", async ({ page }) => {
  const before = await openAndRun(page, { ...small(), duration: "60s" });
  await page.getByTestId(TEST_IDS.loadRate).fill("5000000");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.problems)).toContainText("would cost about");
  expect(await runState(page)).toEqual(before);
});

test("a closed loop in which nothing takes time is refused", async ({ page }) => {
  await open(page);
  const document = small();
  document.requests = { page: { steps: [] } };
  document.load = { users: { executor: "constant-vus", vus: 10, request: "page" } };
  await applyJson(page, JSON.stringify(document));
  const alert = page.getByTestId(TEST_IDS.jsonDialog).getByRole("alert");
  await expect(alert).toContainText(/endless requests|expected/);
});

test("a run in which time stands still stops and says why, in the tab and below", async ({
  page,
}) => {
  await open(page, linkTo(standingStill()));
  const { status, lanes } = await ended(page);
  expect(status).toBe("stopped");
  expect(lanes.map((lane) => lane.status)).toEqual(["stopped", "stopped"]);
  await expect(laneTab(page, "A")).toContainText(`stopped: ${STANDING_STILL}`);
  // What is too long for the tab is cut off there, and stays off the flow.
  const overhang = await laneTab(page, "A").evaluate((tab) => tab.scrollHeight - tab.clientHeight);
  expect(overhang).toBeLessThanOrEqual(0);
  await expect(page.getByTestId(TEST_IDS.status)).toContainText(`A, B stopped: ${STANDING_STILL}`);
  await page.getByTestId(TEST_IDS.openScenarios).click();
  await page.locator('[data-scenario="gil-two-threads"]').click();
  await expect.poll(async () => (await runState(page)).lanes.length).toBe(4);
  expect((await runToEnd(page)).status).toBe("finished");
});

function endless(): Scenario {
  return {
    ...small(),
    duration: "240h",
    load: { visitors: { executor: "constant-arrival-rate", rate: 5e6, request: "page" } },
  };
}

/** One request in a thousand million takes time, so that the estimate lets it pass. */
function standingStill(): Scenario {
  const branches = [
    { p: 1e-9, steps: [{ io: "10s" }] },
    { p: 1 - 1e-9, steps: [] },
  ];
  return {
    ...small(),
    duration: "1s",
    warmup: "0s",
    requests: { page: { steps: [{ choose: branches }] } },
    load: { users: { executor: "constant-vus", vus: 1, request: "page", origin: "inside" } },
  };
}
