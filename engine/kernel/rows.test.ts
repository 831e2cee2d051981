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

interface List {
  push(row: number): unknown;
  pushFront(row: number): unknown;
  shift(): number;
  pop(): number;
  remove(row: number): boolean;
  rows(): number[];
}

function realList(): List {
  const fifo = new Fifo();
  return {
    push: (row) => fifo.push(row),
    pushFront: (row) => fifo.pushFront(row),
    shift: () => fifo.shift(),
    pop: () => fifo.pop(),
    remove: (row) => fifo.remove(row),
    rows: () => Array.from({ length: fifo.size }, (_, i) => fifo.at(i)),
  };
}

function plainList(): List {
  const plain: number[] = [];
  return {
    push: (row) => void plain.push(row),
    pushFront: (row) => void plain.unshift(row),
    shift: () => plain.shift() ?? NONE,
    pop: () => plain.pop() ?? NONE,
    remove: (row) => plain.includes(row) && plain.splice(plain.indexOf(row), 1).length === 1,
    rows: () => [...plain],
  };
}

test("any script of operations leaves a list as it leaves an array", () => {
  const op = fc.record({
    name: fc.constantFrom("push", "push", "pushFront", "shift", "pop", "remove"),
    row: fc.nat(20),
  });
  const answers = (script: readonly { name: string; row: number }[], list: List): unknown[] =>
    script.map(({ name, row }) => [list[name as "push"](row), list.rows()]);
  const property = fc.property(fc.array(op, { maxLength: 200 }), (script) => {
    expect(answers(script, realList())).toEqual(answers(script, plainList()));
  });
  fc.assert(property);
});

test("a list that was cleared is empty", () => {
  const fifo = new Fifo();
  for (let row = 0; row < 40; row++) fifo.push(row);
  fifo.clear();
  expect([fifo.size, fifo.shift(), fifo.at(0)]).toEqual([0, NONE, NONE]);
});
