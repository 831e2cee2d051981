import fc from "fast-check";
import { expect, test } from "vitest";
import { BudgetError } from "./assert.ts";
import { Fifo, NONE, resized, Rows } from "./rows.ts";

test("rows are handed out from 0, and a released row is the next to be used", () => {
  const rows = new Rows(4, "things");
  expect([rows.take(), rows.take(), rows.take()]).toEqual([0, 1, 2]);
  rows.release(1);
  expect([rows.live, rows.take(), rows.take(), rows.high]).toEqual([2, 1, 3, 4]);
});

test("owners of columns are asked for room at once and whenever the table grows", () => {
  const rows = new Rows(2, "things");
  const asked: number[] = [];
  rows.onGrow((capacity) => asked.push(capacity));
  for (let i = 0; i < 5; i++) rows.take();
  expect(asked).toEqual([2, 4, 8]);
});

test("more rows than the limit end the run with words that say of what", () => {
  const rows = new Rows(2, "things", 4);
  for (let i = 0; i < 4; i++) rows.take();
  expect(() => rows.take()).toThrow(new BudgetError("more than 4 things at once"));
});

test("a column keeps its numbers when it grows", () => {
  const column = resized(Int32Array.of(1, 2), 4, Int32Array);
  expect([...column]).toEqual([1, 2, 0, 0]);
  expect(resized(undefined, 2, Float64Array)).toHaveLength(2);
});

test("any script of operations leaves a list as it leaves an array", () => {
  const op = fc.record({
    name: fc.constantFrom("push", "push", "pushFront", "shift", "pop", "remove"),
    row: fc.nat(20),
  });
  const property = fc.property(fc.array(op, { maxLength: 200 }), (script) => {
    const fifo = new Fifo();
    const plain: number[] = [];
    for (const { name, row } of script) {
      if (name === "push") {
        fifo.push(row);
        plain.push(row);
      } else if (name === "pushFront") {
        fifo.pushFront(row);
        plain.unshift(row);
      } else if (name === "shift") expect(fifo.shift()).toBe(plain.shift() ?? NONE);
      else if (name === "pop") expect(fifo.pop()).toBe(plain.pop() ?? NONE);
      else {
        const at = plain.indexOf(row);
        if (at >= 0) plain.splice(at, 1);
        expect(fifo.remove(row)).toBe(at >= 0);
      }
      expect(Array.from({ length: fifo.size }, (_, i) => fifo.at(i))).toEqual(plain);
    }
    expect(fifo.at(fifo.size)).toBe(NONE);
    fifo.clear();
    expect([fifo.size, fifo.shift()]).toEqual([0, NONE]);
  });
  fc.assert(property);
});
