/**
 * How numbers are written in the interface: three significant digits at most, thin spaces between
 * thousands and before units, a real minus sign. Pure; every view formats through here.
 */

/** Narrow no-break space: between thousands and before a unit. */
export const THIN = "\u202f";

/** The same words on one line, however little room there is. */
export function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00a0");
}
/** What stands where there is no number. */
export const NONE = "–";

/** `0.12`, `2.3`, `46`, `318`, `1 290`: enough digits to compare, few enough to read live. */
export function number(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value < 0) return `−${number(-value)}`;
  if (value === 0) return "0";
  if (value >= 9.95) return grouped(value < 999.5 ? value : toDigits(value, 3));
  if (value >= 0.995) return trimmed(value.toFixed(1));
  return trimmed(value >= 0.0995 ? value.toFixed(2) : value.toPrecision(1));
}

/** A whole number with all its digits: `1 290`, `25 000`. */
export function grouped(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const digits = String(Math.abs(Math.round(value)));
  const sign = Math.round(value) < 0 ? "−" : "";
  return sign + digits.replace(/\B(?=(\d{3})+$)/g, THIN);
}

/** A sentence with the long whole numbers in it grouped; what stands in quotes stays as it is. */
export function groupedIn(sentence: string): string {
  const numbers = /"(?:[^"\\]|\\.)*"|(?<![\w.[])\d{5,}(?![\w.])/g;
  return sentence.replace(numbers, (found) =>
    found.startsWith('"') ? found : found.replace(/\B(?=(\d{3})+$)/g, THIN),
  );
}

/** A quantity as a document writes it, `5ms`, with a space before its unit. */
export function spaced(text: string): string {
  return text.replaceAll(/(?<=\d)(?=[A-Za-zµ])|(?<=[a-z])(?=\d)/g, THIN);
}

/** Milliseconds as `120 µs`, `46 ms`, `1.6 s`. */
export function duration(ms: number): string {
  return durationIn(ms, number);
}

/** The same in three digits, `1.81 ms`: who divides by it comes to what is said to come out. */
export function exactDuration(ms: number): string {
  return durationIn(ms, threeDigits);
}

/** Milliseconds without their unit, as `46` or `0.12`; too few for that with one: `26 µs`. */
export function shortMs(ms: number): string {
  return ms > 0 && ms < 0.0995 ? duration(ms) : number(ms);
}

/** Nanoseconds as `120 µs`, `46 ms`, `1.6 s`. */
export function nanoseconds(ns: number): string {
  return duration(ns / 1e6);
}

/** Nanoseconds in more digits, `48.3 ms` or `2.880 s`: one request can be told from the next. */
export function milliseconds(ns: number): string {
  if (ns < 1e6) return nanoseconds(ns);
  if (ns >= 999.95e6) return (ns / 1e9).toFixed(3) + THIN + "s";
  return trimmed((ns / 1e6).toFixed(1)) + THIN + "ms";
}

/** Bytes as `512 MiB` or `1.5 GiB`. */
export function bytes(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  const mebibytes = value / 2 ** 20;
  if (mebibytes >= 1023.5) return number(mebibytes / 1024) + THIN + "GiB";
  return mebibytes >= 0.1 || value === 0
    ? number(mebibytes) + THIN + "MiB"
    : number(value / 1024) + THIN + "KiB";
}

/** `318/s`, `12.4k/s`. */
export function rate(perSecond: number): string {
  if (!Number.isFinite(perSecond)) return NONE;
  return `${perSecond < 9_999.5 ? number(perSecond) : count(perSecond)}/s`;
}

/** Big counts: `318`, `3.4k`, `12.4k`, `1.84 M`. */
export function count(value: number): string {
  if (!Number.isFinite(value)) return NONE;
  if (value < 999.5) return number(value);
  if (value < 999_500) return `${trimmed((value / 1e3).toPrecision(value < 9_995 ? 2 : 3))}k`;
  return trimmed((value / 1e6).toPrecision(value < 9.995e8 ? 3 : 4)) + THIN + "M";
}

/** Rates in a narrow column: `318`, `15 000`, `125k`, `8.02 M`. */
export function shortRate(perSecond: number): string {
  return perSecond < 99_950 ? number(perSecond) : count(perSecond);
}

/** A share of 1 as `26 %`; one decimal below ten, so that 0.4 % does not read as nothing. */
export function percent(share: number): string {
  return Number.isFinite(share) ? percentDigits(share) + THIN + "%" : NONE;
}

/** The digits of `percent` without its unit, for columns whose heading has it. */
export function percentDigits(share: number): string {
  const value = share * 100;
  if (!Number.isFinite(value)) return NONE;
  if (value > 0 && value < 0.05) return "<0.1";
  return value < 9.95 ? trimmed(value.toFixed(1)) : String(Math.round(value));
}

/** Against lane A: `+26 %` below a factor of two, then `×3.9` or `÷15`; a dash where A is 0. */
export function delta(value: number, base: number): string {
  if (!Number.isFinite(value) || !Number.isFinite(base) || base === 0 || value === 0) return NONE;
  const factor = value / base;
  if (factor >= 1.995) return `×${number(factor)}`;
  if (factor <= 1 / 1.995) return `÷${number(1 / factor)}`;
  const change = Math.round((factor - 1) * 100);
  return (change > 0 ? "+" : change < 0 ? "−" : "±") + Math.abs(change) + THIN + "%";
}

/** A virtual instant in seconds with `decimals` digits, thousandths grouped: `42.599 600`. */
export function instant(ns: number, decimals = 3): string {
  const [whole = "", fraction = ""] = (ns / 1e9).toFixed(decimals).split(".");
  const groups = fraction.match(/\d{1,3}/g)?.join(THIN) ?? "";
  return groups === "" ? whole : `${whole}.${groups}`;
}

function durationIn(ms: number, digits: (value: number) => string): string {
  if (!Number.isFinite(ms)) return NONE;
  if (ms === 0) return `0${THIN}ms`;
  if (ms < 0.9995) return `${digits(ms * 1e3)}${THIN}µs`;
  if (ms < 999.5) return `${digits(ms)}${THIN}ms`;
  return `${digits(ms / 1e3)}${THIN}s`;
}

function threeDigits(value: number): string {
  return value < 99.95 ? trimmed(value.toPrecision(3)) : number(value);
}

function toDigits(value: number, digits: number): number {
  return Number(value.toPrecision(digits));
}

function trimmed(text: string): string {
  return text.includes(".") ? text.replace(/\.?0+$/, "") : text;
}
