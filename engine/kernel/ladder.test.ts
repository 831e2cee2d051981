/** The queue with many events: the same order as a sorted list gives, however times are spread. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { DUE, EventQueue, NOW } from "./queue.ts";

/** Times after the present (ns) of the i-th of many events; u is a number in [0, 1). */
const SPREADS = {
  "at one time": () => 1e9,
  "at a hundred times": (_, u) => 1 + Math.floor(u * 100) * 1e7,
  "in ascending order": (i) => 1 + i * 1000,
  "in descending order": (i) => 1e10 - i * 1000,
  "from both sides towards the middle": (i) => 1e9 + (i % 2 === 0 ? i - 1e6 : 1e6 - i),
  "evenly over a second": (_, u) => 1 + Math.floor(u * 1e9),
  "in clusters far apart": (i, u) => 1 + (i % 7) * 1e13 + Math.floor(u * 1000),
  "with one far away": (i, u) => (i === 1500 ? 9e15 : 1 + Math.floor(u * 1e9)),
  "with a heavy tail": (_, u) => 1 + Math.min(9e15, Math.floor(1000 / (u * u + 1e-9))),
} satisfies Record<string, (i: number, u: number) => number>;

/** Where time ends for a queue, nearly. */
const LATEST = 9e15;

type Spread = keyof typeof SPREADS;
const SPREAD_NAMES = Object.keys(SPREADS) as Spread[];

/** A plain generator of numbers in [0, 1): the minimal standard of Park and Miller. */
function numbers(seed: number): () => number {
  let state = (seed % 2147483646) + 1;
  return () => (state = (state * 48271) % 2147483647) / 2147483647;
}

function timeAfter(spread: Spread, i: number, u: number): number {
  return SPREADS[spread](i, u);
}

interface Entry {
  readonly time: number;
  readonly id: number;
}

/** A queue whose events are known by the number of their push, and its contents as a plain list. */
class Twins {
  readonly queue = new EventQueue();
  private plain: Entry[] = [];
  private sorted = true;
  private readonly handles: number[] = [];

  push(after: number): void {
    const { clock } = this.queue;
    clock[DUE] = Math.min(clock[NOW]! + after, LATEST);
    const id = this.handles.length;
    this.plain.push({ time: clock[DUE], id });
    this.sorted = false;
    this.handles.push(this.queue.push(1, id, 0));
  }

  /** Pops from both; true when they answer the same. */
  pop(within: number): boolean {
    const { queue } = this;
    const { clock } = queue;
    const first = this.first();
    clock[DUE] = clock[NOW]! + within;
    if (first === undefined || first.time > clock[DUE]) return !queue.pop();
    this.plain.shift();
    return queue.pop() && queue.a === first.id && clock[NOW] === first.time;
  }

  /** Cancels every event of which `chosen` says so. */
  cancel(chosen: () => boolean): void {
    this.plain = this.plain.filter(({ id }) => !chosen() || !this.queue.cancel(this.handles[id]!));
  }

  /** Whether both hold as much, and the same comes next. */
  agree(): boolean {
    const { pending } = this.queue;
    return (
      pending === this.plain.length && this.queue.nextTime() === (this.first()?.time ?? Infinity)
    );
  }

  drain(): boolean {
    let same = true;
    for (let left = this.plain.length; left >= 0; left--) same &&= this.pop(1e17);
    return same;
  }

  private first(): Entry | undefined {
    if (!this.sorted) this.plain.sort((x, y) => x.time - y.time || x.id - y.id);
    this.sorted = true;
    return this.plain[0];
  }
}

const phase = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant("push" as const),
      spread: fc.constantFrom(...SPREAD_NAMES),
      n: fc.constantFrom(1, 30, 700, 1500, 3000),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constantFrom("pop" as const, "hold" as const),
      spread: fc.constantFrom(...SPREAD_NAMES),
      n: fc.constantFrom(1, 300, 1500),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      op: fc.constant("cancel" as const),
      spread: fc.constant(SPREAD_NAMES[0]!),
      n: fc.integer({ min: 1, max: 100 }),
    }),
  },
);

type Phase = typeof phase extends fc.Arbitrary<infer T> ? T : never;

/** True while both twins say the same. */
function perform({ op, spread, n }: Phase, twins: Twins, next: () => number): boolean {
  let same = true;
  if (op === "cancel") twins.cancel(() => next() * 100 < n);
  else {
    for (let i = 0; i < n; i++) {
      if (op !== "push") same &&= twins.pop(op === "pop" ? 1e9 : 1e17);
      if (op !== "pop") twins.push(timeAfter(spread, i, next()));
    }
  }
  return same && twins.agree();
}

test("any phases of pushes, pops and cancels give what a sorted list gives", () => {
  const phases = fc.array(phase, { minLength: 1, maxLength: 10 });
  const property = fc.property(phases, fc.nat(), (script, seed) => {
    const twins = new Twins();
    const next = numbers(seed);
    for (const step of script) expect(perform(step, twins, next)).toBe(true);
    expect(twins.drain()).toBe(true);
  });
  fc.assert(property, { numRuns: 60 });
}, 60_000);

test("the first of many at one time stay first when many others come before them", () => {
  const twins = new Twins();
  for (let i = 0; i < 1500; i++) twins.push(1e9);
  expect(twins.agree()).toBe(true);
  for (let i = 0; i < 3000; i++) twins.push(1 + i * 1000);
  expect(twins.drain()).toBe(true);
});

test("the order of a few events is the same whether or not thousands are pending far away", () => {
  const property = fc.property(fc.constantFrom(...SPREAD_NAMES), fc.nat(), (spread, seed) => {
    const orders = [0, 5000].map((others) => {
      const queue = new EventQueue();
      const next = numbers(seed);
      for (let i = 0; i < others; i++) pushAfter(queue, 2e13 + i, -1);
      const order: number[] = [];
      for (let id = 0; id < 900; id++) {
        pushAfter(queue, Math.floor(timeAfter(spread, id, next()) / 1e4) % 1e6, id);
        if (id % 3 === 2) order.push(popUntil(queue, 1e13));
      }
      for (let a = 0; a >= 0; order.push(a)) a = popUntil(queue, 1e13);
      return order;
    });
    expect(orders[1]).toEqual(orders[0]);
    expect(orders[0]).toHaveLength(901);
  });
  fc.assert(property, { numRuns: 50 });
});

function pushAfter(queue: EventQueue, after: number, a: number): number {
  queue.clock[DUE] = queue.clock[NOW]! + after;
  return queue.push(1, a, 0);
}

function popUntil(queue: EventQueue, limit: number): number {
  queue.clock[DUE] = limit;
  return queue.pop() ? queue.a : -1;
}

test.each(SPREAD_NAMES)(
  "two hundred thousand events %s come in order, ties as pushed",
  (spread) => {
    const queue = new EventQueue();
    const next = numbers(1);
    for (let i = 0; i < 200_000; i++) pushAfter(queue, timeAfter(spread, i, next()), i);
    let [time, id, inOrder] = [-1, -1, 0];
    for (let a = popUntil(queue, 1e17); a >= 0; a = popUntil(queue, 1e17)) {
      const now = queue.clock[NOW]!;
      if (now > time || (now === time && a > id)) inOrder++;
      [time, id] = [now, a];
    }
    expect(inOrder).toBe(200_000);
  },
);

test("time-outs cancelled long before they are due take no more room than the living", () => {
  const queue = new EventQueue();
  for (let i = 0; i < 20_000; i++) pushAfter(queue, 1e12 + i, 0);
  const before = bytes(queue);
  for (let i = 0; i < 500_000; i++) {
    const timeout = pushAfter(queue, 5e9, 0);
    pushAfter(queue, 1000, 0);
    popUntil(queue, 1e17);
    queue.cancel(timeout);
  }
  expect(queue.pending).toBe(20_000);
  expect(bytes(queue)).toBeLessThan(4 * before);
});

/** Bytes of all columns of an object and of those it owns. */
function bytes(owner: object): number {
  return Object.values(owner).reduce<number>((sum, value: unknown) => {
    if (ArrayBuffer.isView(value)) return sum + value.byteLength;
    return typeof value === "object" && value !== null ? sum + bytes(value) : sum;
  }, 0);
}
