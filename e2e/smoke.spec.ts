import { expect, test } from "./helpers/test.ts";
import { expectAccessible } from "./helpers/accessibility.ts";

test("the app loads and shows its title", async ({ page }) => {
  await page.goto("./");
  await expect(page).toHaveTitle(/Interleave/);
  await expect(page.locator("#root")).not.toBeEmpty();
});

test("the first page has no serious barrier", async ({ page }) => {
  await page.goto("./");
  await expect(page.locator("#root")).not.toBeEmpty();
  await expectAccessible(page);
});

test("a page that complains fails its test", async ({ page, complaints }) => {
  await page.goto("./");
  await page.evaluate(() => console.warn("planted"));
  expect(complaints.splice(0)).toEqual(["warning: planted"]);
});
