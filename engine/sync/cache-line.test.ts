import { expect, test } from "vitest";
import { CacheLine } from "./cache-line.ts";

const costs = { atomicNs: 5, lineTransferNs: 40 };

test("a core that has the line pays for the operation alone", () => {
  const line = new CacheLine(costs);
  expect([line.use(0, 10, 0), line.use(0, 1, 1000)]).toEqual([50, 5]);
});

test("the line comes over once when the other core is done with it", () => {
  const line = new CacheLine(costs);
  line.use(0, 10, 0);
  expect(line.use(1, 10, 1000)).toBe(40 + 9 * 5);
});

test("while two cores contend, every operation is a transfer, one at a time", () => {
  const line = new CacheLine(costs);
  line.use(0, 1, 0);
  expect(line.use(1, 10, 0)).toBe(5 + 10 * 40);
  expect(line.use(0, 10, 5)).toBe(10 * 40 + 10 * 40);
});
