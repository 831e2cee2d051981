import { expect, test } from "vitest";
import { NONE, Rows } from "../kernel/rows.ts";
import { BLOCKED, Channels, FORBIDDEN, PASSED, queueOf } from "./channel.ts";

const RECEIVERS = queueOf(0, 0);
const SENDERS = queueOf(0, 1);

/** One channel (number 0) and a second one without a buffer. */
function channels(capacity: number, handsOff: boolean): Channels {
  return new Channels([capacity, 0], handsOff, new Rows(16, "tasks"));
}

/** Whom the last operation let go on: "3" its wait is done, "3 again" it tries once more. */
function woken({ woken: task, retries, target }: Channels): string {
  if (task === NONE) return "nobody";
  return `${task}${retries ? " again" : ""}${target === NONE ? "" : ` at ${target}`}`;
}

test("without a buffer who sends waits, and goes on in the order in which it came", () => {
  const all = channels(0, true);
  expect(all.send(0)).toBe(BLOCKED);
  all.wait(1, SENDERS, NONE);
  all.wait(2, SENDERS, NONE);
  expect([all.receive(0), woken(all)]).toEqual([PASSED, "1"]);
  expect([all.receive(0), woken(all)]).toEqual([PASSED, "2"]);
  expect(all.receive(0)).toBe(BLOCKED);
});

test("a value goes straight to the receiver that has waited longest, past the buffer", () => {
  const all = channels(5, true);
  all.wait(1, RECEIVERS, NONE);
  all.wait(2, RECEIVERS, NONE);
  expect([all.send(0), woken(all), all.held(0)]).toEqual([PASSED, "1", 0]);
});

test("a receive from a full buffer moves the value of the first sender in", () => {
  const all = channels(2, true);
  expect([all.send(0), all.send(0), all.send(0)]).toEqual([PASSED, PASSED, BLOCKED]);
  all.wait(7, SENDERS, NONE);
  expect([all.receive(0), woken(all), all.held(0)]).toEqual([PASSED, "7", 2]);
});

test("where everybody competes for the buffer, who waits is told to try again", () => {
  const all = channels(2, false);
  all.wait(1, RECEIVERS, NONE);
  expect([all.send(0), woken(all), all.held(0)]).toEqual([PASSED, "1 again", 1]);
  // A newcomer is faster, so that nothing is left for the one that was told.
  expect([all.receive(0), all.receive(0)]).toEqual([PASSED, BLOCKED]);
});

test("who was told to try and does not passes it on", () => {
  const all = channels(2, false);
  all.wait(1, RECEIVERS, NONE);
  all.wait(2, RECEIVERS, NONE);
  all.send(0);
  all.passOn(1);
  expect(woken(all)).toBe("2 again");
  all.heard(2);
  all.passOn(2);
  expect(woken(all)).toBe("nobody");
});

test("a select waits in several queues, and leaves them all when one of them fires", () => {
  const all = channels(0, true);
  all.wait(1, RECEIVERS, 10);
  all.wait(1, queueOf(1, 1), 20);
  expect([all.receive(1), woken(all)]).toEqual([PASSED, "1 at 20"]);
  expect(all.send(0)).toBe(BLOCKED);
  expect(all.leave(1)).toBe(false);
});

test("a select that waits for a contended buffer gets its value at once", () => {
  const all = channels(3, false);
  all.wait(1, RECEIVERS, 10);
  expect([all.send(0), woken(all), all.held(0)]).toEqual([PASSED, "1 at 10", 0]);
});

test("close lets everybody go on, last come first; the buffer can still be emptied", () => {
  const all = channels(1, true);
  all.send(0);
  all.wait(1, SENDERS, NONE);
  all.wait(2, SENDERS, NONE);
  expect(all.close(0)).toBe(PASSED);
  const order: string[] = [];
  for (all.nextOfClosed(0); all.woken !== NONE; all.nextOfClosed(0)) order.push(woken(all));
  expect(order).toEqual(["2 again", "1 again"]);
  expect([all.send(0), all.close(0)]).toEqual([FORBIDDEN, FORBIDDEN]);
  expect([all.held(0), all.receive(0), all.held(0), all.receive(0)]).toEqual([
    1,
    PASSED,
    0,
    PASSED,
  ]);
});

test("who gives up leaves the others in their order, and a reset leaves nobody", () => {
  const all = channels(0, true);
  for (const task of [1, 2, 3]) all.wait(task, SENDERS, NONE);
  expect(all.leave(2)).toBe(true);
  all.receive(0);
  expect(woken(all)).toBe("1");
  all.reset(0);
  expect([all.receive(0), all.leave(3)]).toEqual([BLOCKED, false]);
});
