/** Figures as people read them off the page: `1 290`, `3.4k`, `1.84 M`, `1.3 s`, `<0.1`, `–`. */
import { expect } from "@playwright/test";

/** Milliseconds are the unit of time. */
const UNITS: Readonly<Record<string, number>> = { k: 1e3, M: 1e6, µs: 1e-3, s: 1e3 };

/** A number and how far it may be from what it stands for. */
export interface Shown {
  readonly value: number;
  readonly tolerance: number;
}

/** What a figure says; undefined where it is none. `–` says that there is no number. */
export function figureIn(text: string | null): Shown | undefined {
  const plain = (text ?? "").replaceAll(/\s/g, "");
  if (plain === "–") return { value: NaN, tolerance: 0 };
  const parts = /^(<?)(\d+(?:\.\d+)?)(k|M|µs|ms|s)?$/.exec(plain);
  if (parts === null) return undefined;
  const [, less, digits = "", suffix = ""] = parts;
  const unit = UNITS[suffix] ?? 1;
  const value = Number(digits) * unit;
  if (less === "<") return { value: value / 2, tolerance: value / 2 };
  return { value, tolerance: (lastDigit(digits) * unit) / 2 };
}

/** True when `shown` is `exact`, rounded to the digits that it has. */
export function readsAs(shown: Shown | undefined, exact: number): boolean {
  if (shown === undefined) return false;
  if (Number.isNaN(exact) || Number.isNaN(shown.value)) {
    return Number.isNaN(exact) && Number.isNaN(shown.value);
  }
  return Math.abs(shown.value - exact) <= shown.tolerance * (1 + 1e-9);
}

/** `of`: whose figure it is, for the message. */
export function expectFigure(text: string | undefined, exact: number, of: string): void {
  expect(readsAs(figureIn(text ?? null), exact), `${of}: ${text} for ${exact}`).toBe(true);
}

/** What one step of the last digit that is not a filling zero is worth: 10 for `1290`. */
function lastDigit(digits: string): number {
  const decimals = digits.split(".")[1]?.length ?? 0;
  if (decimals > 0) return 10 ** -decimals;
  // Below ten there is a decimal, which is left out where it is 0.
  if (digits !== "0" && Number(digits) < 10) return 0.1;
  const zeros = /0*$/.exec(digits)?.[0].length ?? 0;
  return digits === "0" ? 0 : 10 ** Math.max(0, Math.min(zeros, digits.length - 3));
}
