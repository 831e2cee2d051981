/** The event queue: scripts with the order they must give, and random ones beside a plain twin. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { BugError } from "./assert.ts";
import { DUE, EventQueue, NO_EVENT, NOW } from "./queue.ts";

function pushAt(queue: EventQueue, time: number, kind: number): number {
  queue.clock[DUE] = time;
  return queue.push(kind, kind * 10, kind * 100);
}

function popUntil(queue: EventQueue, limit: number): number {
  queue.clock[DUE] = limit;
  return queue.pop() ? queue.kind : NO_EVENT;
}

function drain(queue: EventQueue, limit = 1e15): number[] {
  const kinds: number[] = [];
  for (let kind = popUntil(queue, limit); kind >= 0; kind = popUntil(queue, limit))
    kinds.push(kind);
  return kinds;
}

test("events come in the order of their times", () => {
  const queue = new EventQueue();
  for (const time of [50, 10, 40, 20, 30]) pushAt(queue, time, time);
  expect(drain(queue)).toEqual([10, 20, 30, 40, 50]);
  expect(queue.clock[NOW]).toBe(50);
  expect(queue.taken[0]).toBe(5);
});

test("events of one time come in the order in which they were scheduled", () => {
  const queue = new EventQueue();
  for (let kind = 0; kind < 100; kind++) pushAt(queue, 7, kind);
  expect(drain(queue)).toEqual([...Array.from({ length: 100 }).keys()]);
});

test("what is due now goes after what was scheduled earlier for now", () => {
  const queue = new EventQueue();
  pushAt(queue, 5, 1);
  pushAt(queue, 5, 2);
  expect(popUntil(queue, 5)).toBe(1);
  pushAt(queue, 5, 3);
  expect(drain(queue)).toEqual([2, 3]);
});

test("an event carries its two numbers", () => {
  const queue = new EventQueue();
  pushAt(queue, 1, 4);
  queue.clock[DUE] = 1;
  queue.pop();
  expect([queue.kind, queue.a, queue.b]).toEqual([4, 40, 400]);
});

test("nothing beyond the limit is taken, and the clock stays", () => {
  const queue = new EventQueue();
  pushAt(queue, 10, 1);
  expect(popUntil(queue, 9)).toBe(NO_EVENT);
  expect([queue.clock[NOW], queue.nextTime(), queue.pending]).toEqual([0, 10, 1]);
});

test("a cancelled event does not come, whether it is due later or now", () => {
  const queue = new EventQueue();
  const later = pushAt(queue, 10, 1);
  const now = pushAt(queue, 0, 2);
  pushAt(queue, 11, 3);
  expect([queue.cancel(later), queue.cancel(now), queue.cancel(NO_EVENT)]).toEqual([
    true,
    true,
    false,
  ]);
  expect(queue.isPending(later)).toBe(false);
  expect(drain(queue)).toEqual([3]);
});

test("a handle of an event that is over refers to nothing, though its slot is used again", () => {
  const queue = new EventQueue();
  const first = pushAt(queue, 1, 1);
  drain(queue);
  const second = pushAt(queue, 2, 2);
  expect([queue.isPending(first), queue.cancel(first)]).toEqual([false, false]);
  expect([queue.isPending(second), drain(queue)]).toEqual([true, [2]]);
});

test("times in the past and numbers that are no times are refused", () => {
  const queue = new EventQueue();
  pushAt(queue, 10, 1);
  drain(queue);
  for (const time of [9, -1, NaN, Infinity]) expect(() => pushAt(queue, time, 2)).toThrow(BugError);
});

test("a queue grows to a hundred thousand events, and dead ones are swept out", () => {
  const queue = new EventQueue();
  const handles = Array.from({ length: 100_000 }, (_, i) =>
    pushAt(queue, 1 + ((i * 7919) % 5003), i % 200),
  );
  handles.forEach((handle, i) => {
    if (i % 10 !== 0) queue.cancel(handle);
  });
  expect(queue.pending).toBe(10_000);
  let last = 0;
  let count = 0;
  for (; popUntil(queue, 1e9) >= 0; count++) {
    expect(queue.clock[NOW]).toBeGreaterThanOrEqual(last);
    last = queue.clock[NOW]!;
  }
  expect(count).toBe(10_000);
});

// ---- The plain twin -----------------------------------------------------------------------------

/** A list that is searched for the earliest entry: first by time, then by order of scheduling. */
class PlainQueue {
  now = 0;
  readonly entries: { time: number; order: number; id: number }[] = [];
  private order = 0;

  push(time: number, id: number): void {
    this.entries.push({ time, order: this.order++, id });
  }

  cancel(id: number): boolean {
    const at = this.entries.findIndex((entry) => entry.id === id);
    if (at >= 0) this.entries.splice(at, 1);
    return at >= 0;
  }

  pop(limit: number): number {
    this.entries.sort((x, y) => x.time - y.time || x.order - y.order);
    const first = this.entries[0];
    if (first === undefined || first.time > limit) return NO_EVENT;
    this.entries.shift();
    this.now = first.time;
    return first.id;
  }
}

const operations = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ op: fc.constant("push" as const), n: fc.nat(12) }) },
    { weight: 3, arbitrary: fc.record({ op: fc.constant("pop" as const), n: fc.nat(20) }) },
    { weight: 2, arbitrary: fc.record({ op: fc.constant("cancel" as const), n: fc.nat(400) }) },
  ),
  { minLength: 1, maxLength: 400 },
);

type Operation = { readonly op: "push" | "pop" | "cancel"; readonly n: number };

/** What each operation of a script answers, and what the queue says of itself after it. */
function answers(script: readonly Operation[], subject: Subject): number[] {
  const pushed: number[] = [];
  return script.flatMap(({ op, n }) => {
    let answer = 0;
    if (op === "push") pushed.push(subject.push(n));
    else if (op === "pop") answer = subject.pop(n);
    else answer = subject.cancel(pushed[n % Math.max(1, pushed.length)] ?? NO_EVENT) ? 1 : 0;
    return [answer, subject.pending(), subject.now()];
  });
}

/** A queue as scripts use it: times are relative to the present. */
interface Subject {
  push(after: number): number;
  pop(within: number): number;
  cancel(handle: number): boolean;
  pending(): number;
  now(): number;
}

function realSubject(): Subject {
  const queue = new EventQueue();
  const { clock } = queue;
  let events = 0;
  return {
    push: (after) => {
      clock[DUE] = clock[NOW]! + after;
      return queue.push(1, events++, 0);
    },
    pop: (within) => {
      clock[DUE] = clock[NOW]! + within;
      return queue.pop() ? queue.a : NO_EVENT;
    },
    cancel: (handle) => queue.cancel(handle),
    pending: () => queue.pending,
    now: () => clock[NOW]!,
  };
}

function plainSubject(): Subject {
  const plain = new PlainQueue();
  let events = 0;
  return {
    push: (after) => {
      plain.push(plain.now + after, events);
      return events++;
    },
    pop: (within) => plain.pop(plain.now + within),
    cancel: (id) => plain.cancel(id),
    pending: () => plain.entries.length,
    now: () => plain.now,
  };
}

test("any script of pushes, pops and cancels gives what a plain list gives", () => {
  const property = fc.property(operations, (script) => {
    expect(answers(script, realSubject())).toEqual(answers(script, plainSubject()));
  });
  fc.assert(property, { numRuns: 500 });
});
