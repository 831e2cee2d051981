import fc from "fast-check";
import { expect, test } from "vitest";
import { BugError } from "../kernel/assert.ts";
import { NOW } from "../kernel/queue.ts";
import { Ledger } from "./ledger.ts";

function ledgerOf(places: number): { ledger: Ledger; at: (ns: number) => void } {
  const clock = new Float64Array(2);
  const at = (ns: number): void => {
    clock[NOW] = ns;
  };
  return { ledger: new Ledger(clock, places), at };
}

test("time in each place is booked to the task and to the place", () => {
  const { ledger, at } = ledgerOf(3);
  const task = ledger.enter(0);
  at(10);
  ledger.move(task, 1);
  at(15);
  ledger.move(task, 2);
  at(40);
  ledger.move(task, 0);
  const spent = new Float64Array(3);
  ledger.moveSpentTo(spent, task);
  expect([...spent]).toEqual([10, 5, 25]);
  expect([0, 1, 2].map((place) => ledger.areaOf(place))).toEqual([10, 5, 25]);
});

test("each move counts on its edge, and staying is no move", () => {
  const { ledger } = ledgerOf(2);
  const task = ledger.enter(0);
  for (const place of [0, 1, 1, 0, 1]) ledger.move(task, place);
  ledger.noteEdge(task, 1, 0);
  expect([...ledger.edges]).toEqual([0, 2, 2, 0]);
});

test("maxima and integrals begin anew with the measurement, tasks stay", () => {
  const { ledger, at } = ledgerOf(2);
  const tasks = [ledger.enter(0), ledger.enter(0), ledger.enter(0)];
  ledger.move(tasks[0]!, 1);
  at(100);
  ledger.beginMeasurement();
  at(150);
  expect([ledger.maxOf(0), ledger.areaOf(0), ledger.countOf(1)]).toEqual([2, 100, 1]);
});

test("a row that is used again starts with nothing spent", () => {
  const { ledger, at } = ledgerOf(2);
  const first = ledger.enter(0);
  at(10);
  ledger.move(first, 1);
  ledger.leave(first);
  const second = ledger.enter(1);
  expect(second).toBe(first);
  const spent = new Float64Array(2);
  ledger.moveSpentTo(spent, second);
  expect([...spent]).toEqual([0, 0]);
});

test("a task cannot leave twice", () => {
  const { ledger } = ledgerOf(1);
  const task = ledger.enter(0);
  ledger.leave(task);
  expect(() => ledger.leave(task)).toThrow(BugError);
});

test("counts, integrals and edges are those of a plain list of moves", () => {
  const move = fc.record({ after: fc.nat(50), task: fc.nat(4), to: fc.nat(3) });
  const property = fc.property(fc.array(move, { maxLength: 100 }), (moves) => {
    const { ledger, at } = ledgerOf(4);
    const where = [0, 1, 2, 3, 4].map(() => ({ task: ledger.enter(0), place: 0 }));
    const area = [0, 0, 0, 0];
    let now = 0;
    for (const { after, task, to } of moves) {
      for (const { place } of where) area[place]! += after;
      at((now += after));
      ledger.move(where[task]!.task, to);
      where[task]!.place = to;
    }
    area.forEach((sum, place) => expect(ledger.areaOf(place)).toBe(sum));
    const counts = area.map((_, place) => where.filter((task) => task.place === place).length);
    expect([...ledger.counts()]).toEqual(counts);
  });
  fc.assert(property);
});
