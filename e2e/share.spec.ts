/** Links: they carry a scenario whole, and whatever else comes in is refused without harm. */
import { randomBytes } from "node:crypto";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo, packed, small } from "./helpers/scenarios.ts";
import { begun, notice, open, openAndRun, pause, runState, runToEnd } from "./helpers/workbench.ts";

test("a shared link opens the same scenario with the same result", async ({ page, context }) => {
  await context.grantPermissions(["clipboard-read", "clipboard-write"]);
  const { digest } = await openAndRun(page, { ...small(), name: "Grüße, 线程 & <threads>" });
  await page.getByTestId(TEST_IDS.share).click();
  await expect(page.getByText("Link copied.")).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  expect(link).toBe(await page.getByTestId(TEST_IDS.shareLink).inputValue());
  await expect(page).toHaveURL(link);

  const other = await context.newPage();
  await other.goto(link);
  await begun(other);
  await expect(other.getByTestId(TEST_IDS.title)).toHaveValue("Grüße, 线程 & <threads>");
  expect((await runToEnd(other)).digest).toBe(digest);
});

test("a link that is pasted into the scenario dialog opens", async ({ page }) => {
  await open(page);
  await page.getByTestId(TEST_IDS.openScenarios).click();
  await page.getByTestId(TEST_IDS.pasteLink).fill(`http://localhost/#${linkTo(small())}`);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId(TEST_IDS.scenarioDialog)).toBeHidden();
  await expect(page.getByTestId(TEST_IDS.title)).toHaveValue("Small");
});

const WHOLE = linkTo(small());

const REFUSED: readonly (readonly [kind: string, hash: string, remedy: RegExp])[] = [
  ["garbage", "s=1garbage", /copy it whole/],
  ["a cut link", WHOLE.slice(0, WHOLE.length / 2), /copy it whole/],
  ["an empty link", "s=", /cut off/],
  ["characters no link has", `${WHOLE}%00<`, /copy it whole/],
  ["another version", WHOLE.replace("s=1", "s=9"), /newer than this program/],
  [
    "100 kB",
    `s=1${randomBytes(75_000).toString("base64url")}`,
    /at most 32\s768 characters.*as a file/,
  ],
  ["a bomb of 5 MB", `s=1${packed(Buffer.alloc(5_000_000))}`, /unpacks to more than.*as a file/],
  ["a list", `s=1${packed("[1, 2]")}`, /expected/],
  ["a wrong document", linkTo({ ...small(), lanes: [] }), /lanes: expected/],
  ["a scenario nobody knows", "scenario=nothing", /no scenario called "nothing"/],
];

test("whatever else comes as a link is refused, and what was there stays", async ({ page }) => {
  await open(page, "scenario=gil-two-threads");
  const before = await pause(page);
  const title = await page.getByTestId(TEST_IDS.title).inputValue();
  for (const [kind, hash, remedy] of REFUSED) {
    await test.step(kind, async () => {
      await page.evaluate((text) => location.assign(text), `#${hash}`);
      await expect(notice(page)).toContainText("This link could not be opened: ");
      await expect(notice(page)).toContainText(remedy);
      await expect(page.getByTestId(TEST_IDS.title)).toHaveValue(title);
      expect(await runState(page)).toEqual(before);
      await page.getByRole("button", { name: "Dismiss" }).click();
      await expect(notice(page)).toHaveCount(0);
    });
  }
});

test("a page that is opened with a broken link says so and shows the default scenario", async ({
  page,
}) => {
  await open(page, "s=1garbage");
  await expect(notice(page)).toContainText("copy it whole");
  await expect(page.getByTestId(TEST_IDS.title)).not.toHaveValue("");
  expect((await runState(page)).lanes.length).toBeGreaterThan(0);
});

test("markup in a link is shown as text and runs nothing", async ({ page }) => {
  const attack = '<img src=x onerror="window.attacked=1">';
  const document = {
    ...small(),
    name: `Name ${attack}`,
    description: `Text ${attack}\n\n[link](javascript:window.attacked=1) <script>attacked=1</script>`,
    source: `Source ${attack}`,
  };
  const [lane] = document.lanes;
  if (lane !== undefined) lane.name = `Lane ${attack}`;
  await open(page, linkTo(document));
  await expect(page.getByTestId(TEST_IDS.title)).toHaveValue(`Name ${attack}`);
  await expect(page.getByRole("tab").first()).toContainText(`Lane ${attack}`);
  await page.getByTestId(TEST_IDS.openAbout).click();
  await expect(page.getByTestId(TEST_IDS.aboutDialog)).toContainText(`Text ${attack}`);
  await expect(page.locator("img, script:not([src]), a[href^='javascript']")).toHaveCount(0);
  await page.keyboard.press("Escape");
  await runToEnd(page);
  expect(await page.evaluate(() => "attacked" in window)).toBe(false);
});
