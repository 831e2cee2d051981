/**
 * Units of the scenario format: durations (`"250us"`, `"1m30s"`) and sizes (`"64MiB"`, `"1GB"`).
 * Inside the engine a duration is a whole number of nanoseconds and a size a whole number of bytes;
 * fractions of either are rounded. Signs, exponents and bare numbers are refused.
 */

const NS_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["d", 86_400e9],
  ["h", 3_600e9],
  ["m", 60e9],
  ["s", 1e9],
  ["ms", 1e6],
  ["us", 1e3],
  ["µs", 1e3],
  ["ns", 1],
]);

const BYTES_PER_UNIT: ReadonlyMap<string, number> = new Map([
  ["B", 1],
  ["KB", 1e3],
  ["MB", 1e6],
  ["GB", 1e9],
  ["TB", 1e12],
  ["KiB", 2 ** 10],
  ["MiB", 2 ** 20],
  ["GiB", 2 ** 30],
  ["TiB", 2 ** 40],
]);

/** Longer texts are no duration or size that anybody writes. */
const UNIT_TEXT_MAX = 40;

export const DURATION_PATTERN = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h|d))+$/;
export const SIZE_PATTERN = /^\d+(?:\.\d+)?(?:[KMGT]i?)?B$/;

/** Nanoseconds, or undefined when the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text.length > UNIT_TEXT_MAX || !DURATION_PATTERN.test(text)) return undefined;
  let ns = 0;
  let coarserThan = Infinity;
  for (const part of text.matchAll(/([\d.]+)([^\d.]+)/g)) {
    const unit = NS_PER_UNIT.get(part[2]!)!;
    // "1s1m" and "1s1s" are slips of the pen, not durations.
    if (unit >= coarserThan) return undefined;
    coarserThan = unit;
    ns += Number(part[1]) * unit;
  }
  return Math.round(ns);
}

/** Bytes, or undefined when the text is no size. */
export function parseSize(text: string): number | undefined {
  if (text.length > UNIT_TEXT_MAX || !SIZE_PATTERN.test(text)) return undefined;
  const match = /^([\d.]+)(\D+)$/.exec(text)!;
  return Math.round(Number(match[1]) * BYTES_PER_UNIT.get(match[2]!)!);
}

/** Nanoseconds of a duration that validation has accepted already. */
export function durationNs(text: string): number {
  const ns = parseDuration(text);
  if (ns === undefined) throw new Error(`not a duration: ${text}`);
  return ns;
}

/** Bytes of a size that validation has accepted already. */
export function sizeBytes(text: string): number {
  const bytes = parseSize(text);
  if (bytes === undefined) throw new Error(`not a size: ${text}`);
  return bytes;
}
