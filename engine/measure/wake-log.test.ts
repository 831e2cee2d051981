import { expect, test } from "vitest";
import { type Wake, WakeLog } from "./wake-log.ts";

/** Two rows take turns; each task has waited for 5 ns. */
function wake(number: number): Wake {
  const startNs = 10 * Math.floor(number / 2);
  return { row: number % 2, startNs, wokenNs: startNs - 5, by: 9, who: number, byWhom: -1 };
}

function fill(log: WakeLog, from: number, to: number): void {
  for (let number = from; number < to; number++) log.add(number, wake(number));
}

test("who woke the task that began on a row at an instant is found", () => {
  const log = new WakeLog();
  fill(log, 0, 5001);
  for (const number of [0, 1, 2047, 2048, 5000]) {
    const { row, startNs } = wake(number);
    expect(log.find(row, startNs, number)).toEqual(wake(number));
  }
  expect(log.find(1, 25_000, 5001)).toBeUndefined();
  expect(log.find(0, 15, 2)).toBeUndefined();
  // Another task began there at the same instant.
  expect(log.find(1, 0, 0)).toBeUndefined();
  expect([...log.from(24_990)].map(({ who }) => who)).toEqual([4998, 4999, 5000]);
});

test("over its capacity it forgets the oldest, and says since when it knows everything", () => {
  const log = new WakeLog(4096);
  fill(log, 0, 20_000);
  const known = [...log.from(0)];
  expect(known.length).toBeLessThanOrEqual(4096 + 1024);
  expect(known.at(-1)).toEqual(wake(19_999));
  const all = Array.from({ length: 20_000 }, (_, number) => wake(number));
  const { recordedFromNs } = log;
  expect(recordedFromNs).toBeGreaterThan(0);
  expect([...log.from(recordedFromNs)]).toEqual(
    all.filter(({ startNs }) => startNs >= recordedFromNs),
  );
});

test("what a run enters again after it went back is here already", () => {
  const [straight, back] = [new WakeLog(), new WakeLog()];
  fill(straight, 0, 3000);
  fill(back, 0, 2000);
  fill(back, 700, 3000);
  expect(back).toEqual(straight);
});

test("gone back beyond what it remembers, it begins anew", () => {
  const log = new WakeLog(2048);
  fill(log, 0, 20_000);
  fill(log, 100, 102);
  expect([...log.from(0)]).toEqual([wake(100), wake(101)]);
  expect(log.recordedFromNs).toBe(500);
});
