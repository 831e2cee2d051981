/**
 * Building blocks of the schema: fields whose error messages say what was expected and what stands
 * there instead. Every part of the document is built from these, so that all messages read alike.
 */
import * as z from "zod";
import { DURATION_PATTERN, SIZE_PATTERN, parseDuration, parseSize } from "./units.ts";

// Without this zod compiles validators with `new Function`, which a strict page policy forbids.
z.config({ jitless: true });

type Raw = { readonly input?: unknown; readonly code?: string | undefined };

/** `expected <what>, got <input>`: the one form of message for a value of the wrong kind. */
export function expected(what: string): { error: (issue: Raw) => string } {
  return { error: (issue) => `expected ${what}, got ${show(issue.input)}` };
}

/** A value as it is quoted in a message: JSON, cut to a readable length. */
export function show(value: unknown): string {
  if (value === undefined) return "nothing";
  if (typeof value === "number") return String(value);
  if (typeof value === "bigint" || typeof value === "symbol" || typeof value === "function") {
    return `a ${typeof value}`;
  }
  const json = JSON.stringify(value);
  return json.length <= 60 ? json : `${json.slice(0, 57)}...`;
}

export function whole(min: number, max: number) {
  const wrong = expected(`a whole number from ${min} to ${max}`);
  return z.number(wrong).int(wrong).min(min, wrong).max(max, wrong);
}

export function numberFrom(min: number, max: number) {
  const wrong = expected(`a number from ${min} to ${max}`);
  return z.number(wrong).min(min, wrong).max(max, wrong);
}

/** A number above zero, at most `max`. */
export function positive(max: number) {
  const wrong = expected(`a number above 0, at most ${max}`);
  return z.number(wrong).gt(0, wrong).max(max, wrong);
}

export function flag() {
  return z.boolean(expected("true or false"));
}

export function text(minLength: number, maxLength: number) {
  const wrong = expected(`a text of ${minLength} to ${maxLength} characters`);
  return z.string(wrong).min(minLength, wrong).max(maxLength, wrong);
}

/** One of some words. `later` are words of the format that this version does not simulate yet. */
export function oneOf<const T extends readonly [string, ...string[]]>(
  words: T,
  later: readonly string[] = [],
) {
  return z.enum(words, { error: (issue) => wordProblem(issue.input, words, later) });
}

function wordProblem(
  found: unknown,
  words: readonly string[],
  later: readonly string[] = [],
): string {
  if (typeof found === "string" && later.includes(found)) return notSupported(found);
  const listed = words.map((word) => `"${word}"`).join(", ");
  const what = words.length === 1 ? listed : `one of ${listed}`;
  return `expected ${what}, got ${show(found)}${didYouMean(found, words)}`;
}

export function notSupported(word: string): string {
  return `"${word}" is not supported yet`;
}

/** A duration string between two durations, both included. */
export function duration(min: string, max: string) {
  return quantity(DURATION_PATTERN, parseDuration, {
    what: `a duration from "${min}" to "${max}" such as "250us", "5ms" or "1m30s"`,
    min: parseDuration(min)!,
    max: parseDuration(max)!,
  });
}

/** A size string between two sizes, both included. */
export function size(min: string, max: string) {
  return quantity(SIZE_PATTERN, parseSize, {
    what: `a size from "${min}" to "${max}" such as "2KiB", "64MiB" or "1GB"`,
    min: parseSize(min)!,
    max: parseSize(max)!,
  });
}

function quantity(
  pattern: RegExp,
  parse: (text: string) => number | undefined,
  range: { readonly what: string; readonly min: number; readonly max: number },
) {
  const wrong = expected(range.what);
  return z
    .string(wrong)
    .regex(pattern, wrong)
    .refine((written) => {
      const value = parse(written);
      return value !== undefined && value >= range.min && value <= range.max;
    }, wrong);
}

/** An object with these keys and no others. */
export function object<const S extends z.core.$ZodLooseShape>(
  shape: S,
  later: readonly string[] = [],
) {
  const keys = Object.keys(shape);
  const listed = keys.map((key) => `"${key}"`).join(", ");
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === "unrecognized_keys"
        ? unknownKeys(issue.keys, keys, later)
        : `expected an object with ${listed}, got ${show(issue.input)}`,
  });
}

/** A document of the wrong kind has nothing but unknown keys: a few of them are enough to tell. */
const UNKNOWN_KEYS_SHOWN = 4;

function unknownKeys(
  found: readonly string[],
  keys: readonly string[],
  later: readonly string[],
): string {
  const problems = found.slice(0, UNKNOWN_KEYS_SHOWN).map((key) => {
    if (later.includes(key)) return notSupported(key);
    return `unknown key ${show(key)}${didYouMean(key, keys)}`;
  });
  if (found.length > UNKNOWN_KEYS_SHOWN) {
    problems.push(`${found.length - UNKNOWN_KEYS_SHOWN} more unknown keys`);
  }
  const isHelped = found.every((key) => later.includes(key) || didYouMean(key, keys) !== "");
  if (!isHelped) problems.push(`expected ${keys.map((key) => `"${key}"`).join(", ")}`);
  return problems.join("; ");
}

export function list<T extends z.ZodType>(item: T, min: number, max: number, what: string) {
  const wrong = {
    error: (issue: Raw) =>
      `expected a list of ${min} to ${max} ${what}, got ${shownLength(issue.input)}`,
  };
  return z.array(item, wrong).min(min, wrong).max(max, wrong);
}

function shownLength(value: unknown): string {
  return Array.isArray(value) ? `${value.length} of them` : show(value);
}

const NAME_PATTERN = /^[\p{L}\p{N}_][\p{L}\p{N}_ -]{0,59}$/u;

/** Things of the user's own naming: classes, loads, pools. */
export function named<T extends z.ZodType>(value: T, max: number, what: string) {
  const wrong = expected(`an object of ${what} by name`);
  const name = z.string().regex(NAME_PATTERN);
  return z
    .record(name, value, {
      error: (issue) =>
        issue.code === "invalid_key"
          ? "expected a name of 1 to 60 letters, digits, spaces, _ and -"
          : wrong.error(issue),
    })
    .refine((record) => Object.keys(record).length <= max, {
      error: (issue) =>
        `expected at most ${max} ${what}, got ${Object.keys(issue.input as object).length}`,
    });
}

// ---- Alternatives -------------------------------------------------------------------------------

/** Where a choice fails outright: below which key, and what would be right. */
interface Misfit {
  readonly key?: string;
  readonly message: string;
}

/** What every choice may be, for the published JSON Schema. */
export const CHOICES = new Map<z.ZodType, { name: string; options: readonly z.ZodType[] }>();

/**
 * One of several schemas, picked by looking at the value. Unlike a union it reports the problems of
 * the one schema that was meant, and it never tries more than one, which keeps nested steps linear.
 */
export function choice<T>(
  name: string,
  options: () => readonly z.ZodType[],
  pick: (value: unknown) => z.ZodType | Misfit,
): z.ZodType<T, T> {
  const schema = z.unknown().check((payload) => {
    const picked = pick(payload.value);
    if (!(picked instanceof z.ZodType)) {
      const path = picked.key === undefined ? [] : [picked.key];
      const { message } = picked;
      payload.issues.push({ code: "custom", message, path, input: payload.value });
      return;
    }
    const reply = picked.safeParse(payload.value);
    if (reply.success) payload.value = reply.data;
    else
      for (const { path, message } of reply.error.issues) {
        payload.issues.push({ code: "custom", message, path: [...path], input: payload.value });
      }
  }) as unknown as z.ZodType<T, T>;
  CHOICES.set(schema, {
    name,
    get options() {
      return options();
    },
  });
  return schema;
}

/** A choice between objects that say what they are under one key. */
export function tagged<const O extends Readonly<Record<string, z.ZodType>>>(
  name: string,
  tag: string,
  options: O,
  later: readonly string[] = [],
): z.ZodType<z.output<O[keyof O]>, z.output<O[keyof O]>> {
  const words = Object.keys(options);
  return choice(
    name,
    () => Object.values(options),
    (value) => {
      if (!isRecord(value)) {
        return { message: `expected an object with "${tag}", got ${show(value)}` };
      }
      const word = value[tag];
      if (typeof word === "string" && Object.hasOwn(options, word)) return options[word]!;
      return { key: tag, message: wordProblem(word, words, later) };
    },
  );
}

export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// ---- Did you mean -------------------------------------------------------------------------------

/** `; did you mean "threads"?` where a known word is at most two slips away, else nothing. */
export function didYouMean(found: unknown, words: readonly string[]): string {
  if (typeof found !== "string" || found.length > 40) return "";
  let best: string | undefined;
  let bestDistance = Math.min(2, Math.floor(found.length / 2)) + 1;
  for (const word of words) {
    const distance = editDistance(found.toLowerCase(), word.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [word, distance];
  }
  return best === undefined ? "" : `; did you mean "${best}"?`;
}

/** Levenshtein distance. */
function editDistance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const substituted = previous[column - 1]! + (a[row - 1] === b[column - 1] ? 0 : 1);
      current.push(Math.min(substituted, previous[column]! + 1, current[column - 1]! + 1));
    }
    previous = current;
  }
  return previous[b.length]!;
}
