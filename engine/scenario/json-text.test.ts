import fc from "fast-check";
import { expect, test } from "vitest";
import { parseJsonText } from "./json-text.ts";

function problem(text: string): string {
  const reply = parseJsonText(text);
  return reply.kind === "ok" ? "none" : reply.problems[0]!.message;
}

test.each([
  ["", "line 1, column 1: expected a value, got the end of the text"],
  ["{,}", 'line 1, column 2: expected a key in double quotes, got ","'],
  ["[1,]", 'line 1, column 4: expected a value, got "]"'],
  ['{"a": 1 "b": 2}', 'line 1, column 9: expected "," or "}", got "\\""'],
  ['{"a": 01}', 'line 1, column 8: expected "," or "}", got "1"'],
  ["{\n  'a': 1\n}", `line 2, column 3: expected a key in double quotes, got "'"`],
  ['["a\nb"]', 'line 1, column 4: expected a closing double quote, got "\\n"'],
  ['{"a": 5ms}', 'line 1, column 8: expected "," or "}", got "m"'],
  ["{} {}", 'line 1, column 4: expected the end of the text, got "{"'],
])("%j", (text, message) => {
  expect(problem(text)).toBe(message);
});

test("a byte order mark in front does no harm", () => {
  expect(parseJsonText('\ufeff{"a":1}')).toEqual({ kind: "ok", value: { a: 1 } });
});

test("whatever JSON.parse refuses gets a place in the text, and nothing else does", () => {
  const damaged = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom("", ",", '"', "}", "]", "\\", "1", "\n", "e"))
    .map(([text, at, char]) => {
      const place = at % (text.length + 1);
      return text.slice(0, place) + char + text.slice(place + 1);
    });
  fc.assert(
    fc.property(damaged, (text) => {
      expect(problem(text)).toMatch(
        isJson(text) ? /^none$/ : /^line \d+, column \d+: expected .+, got/,
      );
      expect(problem(text)).not.toMatch(/expected the end of the text, got the end/);
    }),
    { numRuns: 1000 },
  );
});

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
