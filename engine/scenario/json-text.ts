/**
 * JSON text to value. Where the text is no JSON, says in which line and column and what would be
 * right: engines word and place their own messages differently, and Safari names no place at all.
 */
import type { Problem } from "../api.ts";

export const TEXT_MAX = 256 * 1024;
/** The deepest document the format allows needs about forty levels. */
export const DEPTH_MAX = 64;

export type TextReply =
  | { readonly kind: "ok"; readonly value: unknown }
  | { readonly kind: "rejected"; readonly problems: readonly Problem[] };

export function parseJsonText(input: string): TextReply {
  if (input.length > TEXT_MAX) {
    return rejected(`expected at most ${TEXT_MAX} characters, got ${input.length}`);
  }
  // Some editors put a byte order mark in front, which JSON does not know.
  const text = input.startsWith("\ufeff") ? input.slice(1) : input;
  try {
    return { kind: "ok", value: JSON.parse(text) as unknown };
  } catch {
    return rejected(syntaxMessage(text));
  }
}

function rejected(message: string): TextReply {
  return { kind: "rejected", problems: [{ path: "", message }] };
}

function syntaxMessage(text: string): string {
  try {
    const scan: Scan = { text, at: 0 };
    skipSpace(scan);
    scanValue(scan, 0);
    skipSpace(scan);
    fail(scan, "the end of the text");
  } catch (error) {
    if (error instanceof Misplaced) return error.message;
    throw error;
  }
}

interface Scan {
  readonly text: string;
  at: number;
}

class Misplaced extends Error {}

function fail(scan: Scan, wanted: string): never {
  const before = scan.text.slice(0, scan.at).split("\n");
  const line = before.length;
  const column = before.at(-1)!.length + 1;
  const found = scan.at < scan.text.length ? JSON.stringify(charAt(scan)) : "the end of the text";
  throw new Misplaced(`line ${line}, column ${column}: expected ${wanted}, got ${found}`);
}

function charAt(scan: Scan): string {
  const code = scan.text.codePointAt(scan.at);
  return code === undefined ? "" : String.fromCodePoint(code);
}

function skipSpace(scan: Scan): void {
  while (" \t\r\n".includes(scan.text[scan.at] ?? "x")) scan.at++;
}

/** Moves past `pattern` (sticky) or fails at this place. */
function take(scan: Scan, pattern: RegExp, wanted: string): void {
  pattern.lastIndex = scan.at;
  const match = pattern.exec(scan.text);
  if (match === null) fail(scan, wanted);
  scan.at += match[0].length;
}

function scanValue(scan: Scan, depth: number): void {
  if (depth > DEPTH_MAX) fail(scan, `at most ${DEPTH_MAX} levels of nesting`);
  const char = scan.text[scan.at];
  if (char === "{") scanItems(scan, "}", () => scanMember(scan, depth + 1));
  else if (char === "[") scanItems(scan, "]", () => scanValue(scan, depth + 1));
  else if (char === '"') scanString(scan);
  else take(scan, /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)/y, "a value");
}

function scanItems(scan: Scan, close: string, scanItem: () => void): void {
  scan.at++;
  skipSpace(scan);
  if (scan.text[scan.at] === close) {
    scan.at++;
    return;
  }
  for (;;) {
    scanItem();
    skipSpace(scan);
    const char = scan.text[scan.at];
    if (char !== "," && char !== close) fail(scan, `"," or "${close}"`);
    scan.at++;
    if (char === close) return;
    skipSpace(scan);
  }
}

function scanMember(scan: Scan, depth: number): void {
  if (scan.text[scan.at] !== '"') fail(scan, "a key in double quotes");
  scanString(scan);
  skipSpace(scan);
  take(scan, /:/y, '":"');
  skipSpace(scan);
  scanValue(scan, depth);
}

function scanString(scan: Scan): void {
  scan.at++;
  // Control characters are what JSON forbids inside a string: a line break means a missing quote.
  // oxlint-disable-next-line no-control-regex
  take(scan, /(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*/y, "a character");
  take(scan, /"/y, "a closing double quote");
}
