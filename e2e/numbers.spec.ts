/**
 * Figures on the screen against those of the engine: worked out from its samples and results by
 * the tests' own means, at the clock, under the crosshair, and after going back.
 */
import { expect, test } from "./helpers/test.ts";
import {
  CHART_KINDS,
  exactLines,
  expectLabels,
  laneTables,
  memoryKinds,
  valueAt,
  type ChartKind,
} from "./helpers/charts.ts";
import { expectFigure, figureIn, readsAs } from "./helpers/figures.ts";
import { linkTo, small } from "./helpers/scenarios.ts";
import {
  laneTab,
  open,
  openAndRun,
  runState,
  settled,
  type ChartText,
  type Figures,
} from "./helpers/workbench.ts";
import { TEST_IDS } from "../web/test-ids.ts";
import type { Locator, Page } from "@playwright/test";

/** A ramp that is too much for one lane and not for the other; limits of all kinds, and claims. */
function ramp(): unknown {
  const steps = [{ cpu: "4ms" }, { io: "20ms" }, { cpu: "1ms" }];
  const threads = { model: "threads", profile: "cpython-3.11", gil: true, threads: 16, queue: 64 };
  const executor = "ramping-arrival-rate";
  const stages = [
    { duration: "8s", target: 300 },
    { duration: "12s", target: 300 },
  ];
  return {
    ...small(),
    name: "Figures",
    duration: "20s",
    warmup: "2s",
    machine: { cores: 2, memory: "64MiB" },
    slo: { p99: "200ms", errorRate: 0.5 },
    requests: { page: { steps } },
    load: { visitors: { executor, startRate: 20, stages, request: "page" } },
    lanes: [
      { name: "Threads", runtime: threads },
      { name: "Goroutines", runtime: { model: "goroutines" } },
    ],
    claims: [
      { lane: "Threads", metric: "throughput", is: 190, within: 0.2, source: "1 ÷ 5 ms" },
      { lane: "Goroutines", metric: "throughput", is: 1, within: 0.1, source: "nobody" },
    ],
  };
}

test("the labels of every chart are the engine's figures, at the clock and at the crosshair", async ({
  page,
}) => {
  await open(page, `${linkTo(ramp())}&view=at.12340000000`);
  await expect.poll(async () => (await runState(page)).clockNs).toBe(12.34e9);
  await expectCharts(page, 12.34e9);
  await page.getByRole("application", { name: "Crosshair of Throughput" }).focus();
  for (const key of ["Home", "Shift+ArrowRight", "End"]) {
    await page.keyboard.press(key);
    const { crosshairNs = NaN } = await page.evaluate(() => window.interleave.view());
    await expectCharts(page, crosshairNs);
    const pill = async () => plain((await texts(page, "cpu", "crosshair"))[0]?.text);
    await expect.poll(pill).toBe(`${(crosshairNs / 1e9).toFixed(1)}s`);
  }
});

test("at the end of a run all views have its figures, and after going back those of the moment", async ({
  page,
}) => {
  await openAndRun(page, ramp());
  await expectTabs(page);
  await expectCharts(page, 20e9);
  await expectLimitsAndAxes(page);
  await expectKindsOfMemory(page);
  await expectComparison(page);
  await expectTables(page);
  await page.getByRole("slider", { name: "Position in the run" }).focus();
  for (const position of [18, 16, 14, 12]) {
    await page.keyboard.press("PageDown");
    await expect.poll(async () => (await runState(page)).clockNs).toBe(position * 1e9);
  }
  await settled(page);
  await expectTabs(page);
  await expectCharts(page, 12e9);
  await expect(page.getByTestId(TEST_IDS.clock)).toHaveText(/12\.000\s000\ss$/);
});

test("events and events per second are the engine's", async ({ page }) => {
  await open(page, linkTo({ ...small(), duration: "3000s" }));
  const bar = (id: string) => `[data-testid="${id}"]`;
  // Read in the same instant: they change many times a second.
  const read = () =>
    page.evaluate(
      ([events, rate]) => {
        const { lanes, eventsPerSecond } = window.interleave.run();
        return {
          shown: document.querySelector(events)?.textContent ?? "",
          shownRate: document.querySelector(rate)?.textContent ?? "",
          events: lanes.reduce((sum, lane) => sum + lane.events, 0),
          eventsPerSecond,
        };
      },
      [bar(TEST_IDS.events), bar(TEST_IDS.eventsPerSecond)] as const,
    );
  await expect(async () => {
    const { shown, shownRate, events, eventsPerSecond } = await read();
    expectFigure(shown.replace("events", ""), events, "events");
    expect(eventsPerSecond).toBeGreaterThan(0);
    const thousands = Math.round(eventsPerSecond / 1000) * 1000;
    expectFigure(shownRate.replace("events/s", ""), thousands, "events/s");
  }).toPass({ timeout: 10_000 });
});

test("the stations of a phone's flow are the engine's places, and its rates those of the charts", async ({
  page,
}) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await open(page, `${linkTo(ramp())}&view=at.12340000000`);
  await expect.poll(async () => (await runState(page)).clockNs).toBe(12.34e9);
  await settled(page);
  const { queued, failedPerSecond, loads } = await page.evaluate(() => {
    const lane = window.interleave.run().lanes[0];
    const { places = [], edges = [] } = lane?.topology ?? {};
    const isOf = (place: number, kind: string) => places[place]?.kind === kind;
    const queues = places.map((_, i) => (isOf(i, "queue") ? (lane?.occupancy[i] ?? NaN) : 0));
    const lost = edges.map(({ to }, i) => (isOf(to, "failed") ? (lane?.edgeRates[i] ?? NaN) : 0));
    return {
      queued: Math.max(...queues),
      failedPerSecond: lost.reduce((sum, rate) => sum + rate, 0),
      loads: lane?.result?.gil.held ?? NaN,
    };
  });
  expect(queued).toBeGreaterThan(0);
  expect(failedPerSecond).toBeGreaterThan(0);
  const tables = (await laneTables(page)).slice(0, 1);
  const now = (kind: ChartKind) => {
    const [line] = exactLines(tables, kind);
    return line === undefined ? NaN : valueAt(line, 12.34e9);
  };
  const flow = page.getByRole("region", { name: "Flow, reduced" });
  await expect(flow.locator(".phone-name")).toHaveText(["queue", "GIL", "CPU"]);
  await expect(async () => {
    const [queue, gil, cpu] = await flow.locator(".phone-figure").allTextContents();
    expectFigure(queue?.replace("full", ""), queued, "queue");
    expectFigure(gil?.replace("%", ""), loads * 100, "GIL");
    expectFigure(cpu?.replace("%", ""), now("cpu"), "CPU");
    const [failed, served] = await flow.locator("p").allTextContents();
    expectFigure(failed?.replace("/s failed", ""), failedPerSecond, "failed");
    expectFigure(served?.replace("/s served", ""), now("throughput"), "served");
  }).toPass({ timeout: 5000 });
});

const WORDS: Readonly<Record<string, string>> = { holds: "pass", fails: "fail", undecided: "open" };

function together(verdicts: readonly string[]): string {
  return ["fails", "undecided"].find((verdict) => verdicts.includes(verdict)) ?? "holds";
}

/** `+26 %` below a factor of two, then `×3.9` or `÷15`. */
function deltaText(factor: number): RegExp {
  if (factor >= 1.995) return new RegExp(`^×${threeDigits(factor)}$`);
  if (factor <= 1 / 1.995) return new RegExp(`^÷${threeDigits(1 / factor)}$`);
  const change = Math.round((factor - 1) * 100);
  const sign = change > 0 ? "\\+" : change < 0 ? "−" : "±";
  return new RegExp(`^${sign}${Math.abs(change)}\\s%$`);
}

function threeDigits(value: number): string {
  return value >= 9.95 ? value.toFixed(0) : String(Number(value.toFixed(1))).replace(".", "\\.");
}

/** Limits and the planned load are named, and the axes reach as far as their lines. */
async function expectLimitsAndAxes(page: Page): Promise<void> {
  const notes = async (kind: ChartKind) =>
    (await texts(page, kind, "note")).map(({ text }) => plain(text));
  expect(await notes("throughput")).toEqual(expect.arrayContaining(["offered", "holds"]));
  expect(await notes("latency")).toContain("SLOp99≤200ms");
  expect(await notes("memory")).toContain("limit64");
  expect(await notes("cpu")).toContain("1core");
  const tables = await laneTables(page);
  for (const kind of CHART_KINDS) {
    const ticks = (await texts(page, kind, "tick")).map(({ text }) => figureIn(text)?.value ?? NaN);
    const all = exactLines(tables, kind).flatMap(({ values }) => values);
    const known = all.filter((value) => value > 0);
    expect(Math.max(...ticks), kind).toBeGreaterThanOrEqual(Math.max(...known));
    const lowest = Math.min(...known);
    expect(Math.min(...ticks), kind).toBeLessThanOrEqual(kind === "latency" ? lowest : 0);
  }
  const times = (await texts(page, "cpu", "time")).map(({ text }) => parseFloat(text));
  expect(times).toEqual([0, 5, 10, 15, 20]);
  await expectSilhouette(page);
}

/** The table behind each chart has its figures, sample by sample. */
async function expectTables(page: Page): Promise<void> {
  const tables = await laneTables(page);
  const t = tables[0]?.columns["t"] ?? [];
  for (const [title, kind] of [
    ["Throughput", "throughput"],
    ["Latency", "latency"],
    ["Memory", "memory"],
    ["CPU", "cpu"],
  ] as const) {
    await page.getByRole("button", { name: `Data of ${title}` }).click();
    const dialog = page.getByRole("dialog", { name: `${title}, figures` });
    await expect(dialog.getByRole("rowheader").first()).toBeVisible();
    const [head = [], ...rows] = await cellsOf(dialog);
    await page.keyboard.press("Escape");
    await expect(dialog).toHaveCount(0);
    const lines = exactLines(tables, kind);
    expect(rows.map(([time]) => time)).toEqual(t.map((ns) => (ns / 1e9).toFixed(1)));
    const wrong = head.slice(1).flatMap((name, i) => {
      const [letter = "", metric = ""] = name.split(" ");
      const line = lines.find((one) => one.letter === letter && one.metric === metric);
      if (line === undefined) return [`no line ${name}`];
      const off = rows.filter(
        (row, at) => !readsAs(figureIn(row[i + 1] ?? ""), valueAt(line, t[at] ?? NaN)),
      );
      return off.map((row) => `${title} ${name} at ${row[0]}: ${row[i + 1]}`);
    });
    expect(wrong).toEqual([]);
    expect(head).toHaveLength(lines.length + 1);
  }
}

/** The kinds of memory under their chart are those of the end. */
async function expectKindsOfMemory(page: Page): Promise<void> {
  const columns = (await laneTables(page))[0]?.columns ?? {};
  const kinds = memoryKinds(columns);
  const keys = await texts(page, "memory", "key");
  const shown = Object.fromEntries(
    keys.flatMap(({ text }, i) => (i % 2 === 0 ? [[text, keys[i + 1]?.text ?? ""]] : [])),
  );
  const single = kinds.length > 4 ? kinds.slice(0, 3) : kinds;
  let others = 0;
  for (const kind of kinds) {
    const bytes = columns[kind]?.at(-1) ?? NaN;
    if (!single.includes(kind)) others += bytes;
    else expectFigure(shown[kind.replace("mem.", "")], bytes / 2 ** 20, kind);
  }
  if (single.length < kinds.length) expectFigure(shown["other"], others / 2 ** 20, "other");
}

/** Differences, verdicts and claims of the table follow from the results. */
async function expectComparison(page: Page): Promise<void> {
  const { lanes } = await runState(page);
  const [a, b] = lanes.map(({ result }) => result);
  if (a === undefined || b === undefined) throw new Error("a lane has no result");
  const figures: readonly (readonly [RegExp, (of: Figures) => number])[] = [
    [/^Throughput/, (of) => of.throughput],
    [/^p50/, (of) => of.latencyMs.p50],
    [/^p99/, (of) => of.latencyMs.p99],
    [/^Memory/, (of) => of.memoryBytes.peak],
    [/^CPU/, (of) => of.cpu.utilization],
  ];
  for (const [name, read] of figures) {
    const cell = page.getByRole("row", { name }).getByRole("cell").nth(1);
    await expect(cell.locator("small")).toHaveText(deltaText(read(b) / read(a)));
  }
  // The SLO has two parts, which are the last of the claims.
  for (const [index, result] of [a, b].entries()) {
    const verdicts = result.claims.map(({ verdict }) => verdict);
    const own = verdicts.slice(0, -2);
    const row = (name: RegExp) => page.getByRole("row", { name }).getByRole("cell").nth(index);
    await expect(row(/^SLO/)).toHaveText(WORDS[together(verdicts.slice(-2))] ?? "?");
    const held = own.filter((verdict) => verdict === "holds").length;
    await expect(row(/^Claims/)).toHaveText(
      own.length === 0 ? "–" : `${held} of ${own.length} ${WORDS[together(own)]}`,
    );
  }
}

/** Every label on every chart; what is drawn last may come a little later. */
async function expectCharts(page: Page, ns: number): Promise<void> {
  await expect(async () => {
    const tables = await laneTables(page);
    const charts = await page.evaluate(() => window.interleave.charts());
    for (const kind of CHART_KINDS) {
      const labels = charts[kind]?.texts.filter((text) => text.kind === "label") ?? [];
      expectLabels(
        labels.map(({ text }) => text),
        exactLines(tables, kind),
        ns,
      );
    }
  }).toPass({ timeout: 5000 });
  await expectApart(page);
}

/** No words lie over others, and none leave their chart. */
async function expectApart(page: Page): Promise<void> {
  const charts = await page.evaluate(() => window.interleave.charts());
  for (const [kind, { width, height, texts: all }] of Object.entries(charts)) {
    const out = all.filter(
      ({ left, right, bottom }) => left < 0 || right > width || bottom > height,
    );
    expect(out, kind).toEqual([]);
    const over = all.flatMap((a, i) =>
      all.slice(i + 1).flatMap((b) => (lieOver(a, b) ? [[a, b]] : [])),
    );
    expect(over, kind).toEqual([]);
  }
}

/** The time under the crosshair stands on a plate that covers the times of the axis. */
function lieOver(a: ChartText, b: ChartText): boolean {
  if (a.kind === "crosshair" || b.kind === "crosshair") return false;
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > 0 && down > 0;
}

/** Rate and p99 over the last second, and whether the SLO is kept so far. */
async function expectTabs(page: Page): Promise<void> {
  await expect(async () => {
    const { lanes, clockNs } = await runState(page);
    const tables = await laneTables(page);
    const [rates, latencies] = [exactLines(tables, "throughput"), exactLines(tables, "latency")];
    for (const { letter, result } of lanes) {
      const of = (metric: string) => (line: { letter: string; metric: string }) =>
        line.letter === letter && line.metric === metric;
      const [rate, p99] = [rates.find(of("")), latencies.find(of("p99"))];
      if (rate === undefined || p99 === undefined) throw new Error(`no lines of ${letter}`);
      const tab = laneTab(page, letter);
      const shown = (await tab.locator(".lane-tab-rate").textContent()) ?? "";
      expectFigure(shown.replace("/s", ""), valueAt(rate, clockNs), `rate of ${letter}`);
      const value = await tab.locator(".lane-tab-value").textContent();
      expectFigure(value ?? "", valueAt(p99, clockNs), `p99 of ${letter}`);
      const verdict = together(result?.claims.slice(-2).map((claim) => claim.verdict) ?? []);
      await expect(tab.locator(".verdict")).toHaveAttribute("data-verdict", verdict);
    }
  }).toPass({ timeout: 5000 });
}

/** The strip over the clock has the corners of the plan, on its own scale. */
async function expectSilhouette(page: Page): Promise<void> {
  const path = page.getByTestId(TEST_IDS.scrubber).locator(".scrubber-plan");
  const [first = [NaN, NaN], ...corners] = ((await path.getAttribute("d")) ?? "")
    .replace(/^M|Z$/g, "")
    .split("L")
    .map((corner) => corner.split(" ").map(Number));
  const base = first[1] ?? NaN;
  const planned = await page.evaluate(() => window.interleave.run().lanes[0]?.planned?.points);
  const height = base - Math.min(...corners.map(([, y = NaN]) => y));
  const shown = corners
    .slice(0, -1)
    .map(([x = NaN, y = NaN]) => [(x / 176) * 20, (base - y) / height]);
  const exact = (planned ?? []).map(([ns, rate]) => [ns / 1e9, rate / 300]);
  expect(shown).toHaveLength(exact.length);
  for (const [i, [seconds = NaN, share = NaN]] of shown.entries()) {
    expect(seconds).toBeCloseTo(exact[i]?.[0] ?? NaN, 1);
    expect(share).toBeCloseTo(exact[i]?.[1] ?? NaN, 1);
  }
}

function texts(page: Page, kind: ChartKind, of: ChartText["kind"]): Promise<ChartText[]> {
  return page.evaluate(
    ([chart, wanted]) =>
      (window.interleave.charts()[chart]?.texts ?? []).filter((text) => text.kind === wanted),
    [kind, of] as const,
  );
}

function cellsOf(dialog: Locator): Promise<string[][]> {
  return dialog
    .locator("tr")
    .evaluateAll((rows) =>
      rows.map((row) => [...row.children].map(({ textContent }) => textContent)),
    );
}

function plain(text: string | undefined): string {
  return (text ?? "").replaceAll(/\s/g, "");
}
