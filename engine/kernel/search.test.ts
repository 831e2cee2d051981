import fc from "fast-check";
import { expect, it } from "vitest";
import { firstIndex } from "./search.ts";

const sorted = fc.array(fc.integer({ min: 0, max: 20 })).map((list) => list.sort((a, b) => a - b));

it("finds what a look at each of them finds", () => {
  fc.assert(
    fc.property(sorted, fc.integer({ min: -1, max: 21 }), (list, value) => {
      const found = list.findIndex((one) => one >= value);
      const expected = found < 0 ? list.length : found;
      expect(firstIndex(list.length, (i) => list[i]! >= value)).toBe(expected);
    }),
  );
});
