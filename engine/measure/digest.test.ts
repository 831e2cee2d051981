import * as fc from "fast-check";
import { expect, test } from "vitest";
import { combine, Digest } from "./digest.ts";

function digestOf(...parts: readonly (number | string)[]): string {
  const digest = new Digest();
  for (const part of parts) {
    if (typeof part === "number") digest.number(part);
    else digest.text(part);
  }
  return digest.hex();
}

/** Bits in which two digests differ. */
function distance(a: string, b: string): number {
  return (BigInt(`0x${a}`) ^ BigInt(`0x${b}`)).toString(2).replaceAll("0", "").length;
}

test("equal input has equal digests of 16 hexadecimal digits", () => {
  const parts = fc.array(fc.oneof(fc.double(), fc.string()));
  fc.assert(
    fc.property(parts, (it) => {
      expect(digestOf(...it)).toMatch(/^[0-9a-f]{16}$/);
      expect(digestOf(...it)).toBe(digestOf(...it));
    }),
  );
});

test("the last bit of a number flips half of the digest", () => {
  let flipped = 0;
  for (let i = 1; i <= 1000; i++) {
    flipped += distance(digestOf(i, 3), digestOf(i * (1 + Number.EPSILON), 3));
  }
  expect(flipped / 1000).toBeGreaterThan(31);
  expect(flipped / 1000).toBeLessThan(33);
});

test("the last number flips half of the digest too", () => {
  let flipped = 0;
  for (let i = 1; i <= 1000; i++) flipped += distance(digestOf(i), digestOf(i + 1));
  expect(flipped / 1000).toBeGreaterThan(31);
  expect(flipped / 1000).toBeLessThan(33);
});

test("order, boundaries and types count", () => {
  const variants = [
    digestOf(),
    digestOf(0),
    digestOf(0, 0),
    digestOf(1, 2),
    digestOf(2, 1),
    digestOf("1"),
    digestOf(1),
    digestOf(""),
    digestOf("ab", "c"),
    digestOf("a", "bc"),
    digestOf("abc"),
    digestOf("a"),
    digestOf("a\0"),
    digestOf(NaN),
    digestOf(Infinity),
  ];
  expect(new Set(variants).size).toBe(variants.length);
});

test("a hundred thousand neighbours all differ", () => {
  const seen = new Set(Array.from({ length: 100_000 }, (_, i) => digestOf(i)));
  expect(seen.size).toBe(100_000);
});

test("zero has no sign", () => {
  expect(digestOf(-0)).toBe(digestOf(0));
});

test("lanes combine in their order", () => {
  const [a, b] = [digestOf(1), digestOf(2)];
  expect(combine([a, b])).not.toBe(combine([b, a]));
  expect(combine([a])).not.toBe(a);
});
