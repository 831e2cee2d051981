/** The flow view: insides of all runtimes, figures that are the engine's, panels, pictures. */
import { readFileSync } from "node:fs";
import { expectAccessible } from "./helpers/accessibility.ts";
import { expect, test } from "./helpers/test.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import { linkTo } from "./helpers/scenarios.ts";
import { laneTab, open, settled } from "./helpers/workbench.ts";
import type { Locator, Page } from "@playwright/test";

const runtimes = {
  threads: { model: "threads", profile: "cpython-3.11", threads: 12 },
  processes: { model: "threads", profile: "cpython-3.11", threads: 2, processes: 4 },
  loop: { model: "event-loop", profile: "asyncio" },
  go: { model: "goroutines" },
  virtual: { model: "virtual-threads" },
};

/** One lane for each kind of runtime, all of them busy, and a pool that is too small. */
function allKinds() {
  return {
    version: 1,
    name: 'All <kinds> & "sorts"',
    seed: 7,
    duration: "20s",
    warmup: "1s",
    machine: { cores: 4, memory: "4GiB" },
    pools: { db: { size: 3 } },
    requests: {
      page: { steps: [{ cpu: "3ms" }, { acquire: "db", steps: [{ io: "8ms" }] }, { cpu: "1ms" }] },
    },
    load: { visitors: { executor: "constant-vus", vus: 40, request: "page", thinkTime: "10ms" } },
    lanes: Object.entries(runtimes).map(([name, runtime]) => ({ name, runtime })),
  };
}

/** Runs for some virtual seconds, then stands still. */
async function runAndPause(page: Page): Promise<void> {
  await open(page, linkTo(allKinds()));
  await page.waitForFunction(() => window.interleave.run().clockNs > 2.5e9);
  await page.getByRole("button", { name: "Pause" }).click();
  await settled(page);
}

interface Seen {
  readonly occupancy: Readonly<Record<string, number>>;
  readonly inPerSecond: Readonly<Record<string, number>>;
  readonly outPerSecond: Readonly<Record<string, number>>;
}

/** Tasks in each place of a lane, and moves into and out of it, as the engine counts them. */
async function engineSays(page: Page, lane: number): Promise<Seen> {
  return page.evaluate((index) => {
    const run = window.interleave.run().lanes[index];
    if (run?.topology === undefined) throw new Error("the lane has not loaded");
    const { occupancy, edgeRates } = run;
    const { places, edges } = run.topology;
    const sums = (end: "from" | "to") =>
      Object.fromEntries(
        places.map(({ name }, place) => [
          name,
          edges.reduce((sum, edge, i) => sum + (edge[end] === place ? (edgeRates[i] ?? 0) : 0), 0),
        ]),
      );
    return {
      occupancy: Object.fromEntries(
        places.map(({ name }, place) => [name, occupancy[place] ?? NaN]),
      ),
      inPerSecond: sums("to"),
      outPerSecond: sums("from"),
    };
  }, lane);
}

async function insideOf(page: Page, lane: number) {
  const inside = await page.evaluate((index) => window.interleave.internals(index), lane);
  if (inside === undefined) throw new Error("the engine does not answer");
  return inside;
}

/** Whether the thread is drawn: those that work for requests, and a main thread that reads them. */
function hasCell({ role, label }: { readonly role: string; readonly label: string }): boolean {
  return ["worker", "loop", "machine", "carrier"].includes(role) || label.startsWith("main");
}

const flow = (page: Page): Locator => page.getByRole("region", { name: "Flow", exact: true });
const node = (page: Page, place: string): Locator =>
  page.locator(`[data-testid=${TEST_IDS.flowNode}][data-place="${place}"]`);
const numberIn = (text: string | null): number =>
  Number((text ?? "").replaceAll(/[^\d.]/g, "") || NaN);

test("every kind of runtime shows its inside, and that is the engine's", async ({ page }) => {
  await runAndPause(page);
  for (const [lane, letter] of ["A", "B", "C", "D", "E"].entries()) {
    await laneTab(page, letter).click();
    const inside = await insideOf(page, lane);
    const drawn = inside.processes.flatMap(({ threads }) => threads.filter(hasCell));
    const cells = flow(page).locator("[data-slot]");
    const inState = (state: string) => drawn.filter((thread) => thread.state === state).length;
    await expect(cells.and(page.locator('[data-state="run"]'))).toHaveCount(inState("run"));
    const onCores = inside.cores.map(({ state, label }) =>
      state === "run" || state === "gc" ? label.replace("carrier ", "C") : "idle",
    );
    const tiles = flow(page).locator("[data-core] [data-who]");
    await expect
      .poll(() => tiles.evaluateAll((all) => all.map((one) => one.getAttribute("data-who"))))
      .toEqual(onCores);
    if (inside.processes[0]?.gil === undefined) continue;
    await expect(cells.and(page.locator('[data-state="gil"]'))).toHaveCount(inState("gil"));
    const waiting = inside.processes.reduce((sum, { gil }) => sum + (gil?.waiting ?? 0), 0);
    await expect(flow(page).locator("[data-gil-note]")).toContainText(`${waiting} of `);
  }
});

test("occupancy and rates are the engine's, and a pool shows who has it", async ({ page }) => {
  await runAndPause(page);
  await laneTab(page, "D").click();
  const says = await engineSays(page, 3);
  const panel = page.getByTestId(TEST_IDS.flowPanel);
  const fact = (name: string) => panel.locator(`[data-fact="${name}"]`);
  for (const place of ["running", "waiting-pool:db", "waiting-io", "runnable"]) {
    await node(page, place).click();
    await expect(fact("now")).toHaveText(String(says.occupancy[place]));
    await expect(async () => {
      const entering = numberIn(await fact("in").textContent());
      const leaving = numberIn(await fact("out").textContent());
      expect(entering / (says.inPerSecond[place] ?? NaN), `into ${place}`).toBeCloseTo(1, 1);
      expect(leaving / (says.outPerSecond[place] ?? NaN), `out of ${place}`).toBeCloseTo(1, 1);
    }).toPass();
  }
  await node(page, "waiting-pool:db").click();
  const [pool] = (await insideOf(page, 3)).resources;
  await expect(fact("pool")).toHaveText(`${pool?.inUse}/3`);
  await expect(fact("held by")).toContainText(`page #${pool?.holders[0]?.number}`);
  const rows = panel.locator("[data-task]:not([hidden])");
  await expect(rows).toHaveCount(Math.min(12, says.occupancy["waiting-pool:db"] ?? NaN));
  await expectAccessible(page);
});

test("keys open a place's panel, and close it where they came from", async ({ page }) => {
  await runAndPause(page);
  const gil = node(page, "waiting-gil");
  await gil.focus();
  await page.keyboard.press("Enter");
  const panel = page.getByTestId(TEST_IDS.flowPanel);
  await expect(panel).toBeVisible();
  await expect(gil).toHaveAttribute("aria-pressed", "true");
  await expect(panel.getByRole("button", { name: "Close" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(panel).toHaveCount(0);
  await expect(gil).toBeFocused();
});

test("a setting changes where its effect is seen", async ({ page }) => {
  await runAndPause(page);
  await node(page, "waiting-pool:db").click();
  const panel = page.getByTestId(TEST_IDS.flowPanel);
  await panel.getByRole("textbox", { name: "Size" }).fill("9");
  await page.keyboard.press("Enter");
  await expect(flow(page).locator("[data-in-use]")).toContainText("/9");
});

test("nothing moves while the run goes on", async ({ page }) => {
  await open(page, linkTo(allKinds()));
  const shapes = page.locator("[data-slot] > rect:first-child, [data-node] > rect:first-child");
  const places = () =>
    shapes.evaluateAll((all) =>
      all.map((one) => {
        const { x, y, width, height } = one.getBoundingClientRect();
        return [x, y, width, height];
      }),
    );
  await page.waitForFunction(() => window.interleave.run().clockNs > 0.5e9);
  await expect.poll(async () => (await places()).length).toBeGreaterThan(20);
  const before = await places();
  await page.waitForFunction(() => window.interleave.run().clockNs > 2e9);
  expect(await places()).toEqual(before);
});

test("the picture is an SVG of its own, and a PNG of twice its size", async ({ page }) => {
  await runAndPause(page);
  const svg = (await saved(page, "SVG")).toString("utf8");
  expect(svg).not.toMatch(/var\(|class=|data-node/u);
  const read = await page.evaluate((text) => {
    const parsed = new DOMParser().parseFromString(text, "image/svg+xml");
    const { documentElement: root } = parsed;
    return {
      errors: parsed.querySelectorAll("parsererror").length,
      width: Number(root.getAttribute("width")),
      texts: [...root.querySelectorAll("text")].map(({ textContent }) => textContent),
      link: root.querySelector("a")?.getAttribute("href") ?? "",
    };
  }, svg);
  expect(read.errors).toBe(0);
  expect(read.texts[0]).toBe('All <kinds> & "sorts"');
  expect(read.texts.at(-2)).toContain("seed 7");
  // The whole link, of which as much is written as there is room for.
  const { host, origin, pathname } = new URL(page.url());
  expect(read.link).toContain(`${origin}${pathname}#s=`);
  expect(read.texts.at(-1)).toMatch(new RegExp(`^${host}${pathname}#s=.*…$`));
  const png = await saved(page, "PNG");
  expect(png.subarray(1, 4).toString("latin1")).toBe("PNG");
  // Width and height stand in the first chunk of the file.
  expect(png.readUInt32BE(16)).toBe(Math.round(2 * read.width));
});

async function saved(page: Page, format: string): Promise<Buffer> {
  await page.getByTestId(TEST_IDS.savePicture).click();
  const download = page.waitForEvent("download");
  await page.getByRole("menuitem", { name: format }).click();
  return readFileSync(await (await download).path());
}
