/** What replications say, on the screen and in the engine: means, intervals, and what is chance. */
import { expect, type Locator, type Page } from "@playwright/test";
import { expectFigure } from "./figures.ts";

/** Mean and 95 % interval over replications. */
export interface Estimate {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

/** A lane's estimates by metric: its own, and what it has over the first lane. */
export interface Replicated {
  readonly means: Readonly<Record<string, Estimate>>;
  readonly differences: Readonly<Record<string, Estimate>>;
}

/** Rows of the dialog, the engine's name for each, and its unit in that of the figure. */
const ROWS: readonly (readonly [name: string, metric: string, unit: number])[] = [
  ["Throughput", "throughput", 1],
  ["Mean", "meanMs", 1],
  ["p50", "p50Ms", 1],
  ["p99", "p99Ms", 1],
  ["Errors", "errorRate", 0.01],
  ["Memory", "memoryBytes", 2 ** 20],
  ["CPU", "cpu", 0.01],
  ["Switches", "switches", 1],
];

/** Every cell of the dialog has the engine's mean and interval, and the right verdict on chance. */
export async function expectEstimates(page: Page, dialog: Locator): Promise<void> {
  const lanes = await page.evaluate((): readonly Replicated[] => window.interleave.replicated());
  for (const [name, metric, unit] of ROWS) {
    const cells = dialog.getByRole("row", { name: new RegExp(`^${name}`) }).getByRole("cell");
    await expect(cells).toHaveCount(lanes.length);
    for (const [lane, { means, differences }] of lanes.entries()) {
      const [mean = "", interval = "", verdict = ""] = await partsOf(cells.nth(lane));
      const own = means[metric];
      const over = differences[metric];
      if (own === undefined || over === undefined) throw new Error(`no estimate of ${metric}`);
      expectSigned(mean, own.mean / unit, `mean ${name}`);
      const ends = [Math.max(0, own.low), own.high].map((value) => value / unit);
      expectInterval(interval, ends, `${name} of lane ${lane}`);
      if (lane > 0) expectVerdict(verdict, over, { unit, of: `${name} over A` });
    }
  }
}

function expectVerdict(
  text: string,
  { low, high }: Estimate,
  { unit, of }: { readonly unit: number; readonly of: string },
): void {
  if (low === 0 && high === 0) {
    expect(text).toBe("no difference in any replication");
    return;
  }
  const [said = "", interval = ""] = text.split(": ");
  const isKnown = low > 0 || high < 0;
  expect(said, of).toBe(`difference ${isKnown ? "significant" : "not significant yet"}`);
  expectInterval(interval.replace(/\(95.*$/u, ""), [low / unit, high / unit], of);
}

function expectInterval(text: string, exact: readonly number[], of: string): void {
  const ends = text.split(" to ");
  expect(ends, of).toHaveLength(2);
  for (const [i, end] of ends.entries()) expectSigned(end, exact[i] ?? NaN, of);
}

/** The same as people read them with a sign and a unit. */
function expectSigned(text: string, exact: number, of: string): void {
  const plain = text.replaceAll(/\s/g, "").replace(/\/s$|%$|MiB$/u, "");
  const sign = plain.startsWith("−") ? -1 : 1;
  expectFigure(plain.replace("−", ""), sign * exact, of);
}

/** The mean, and the lines below it. */
function partsOf(cell: Locator): Promise<string[]> {
  return cell.evaluate((element) => [...element.childNodes].map((node) => node.textContent ?? ""));
}
