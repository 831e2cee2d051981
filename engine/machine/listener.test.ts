import { expect, test } from "vitest";
import { Stream } from "../kernel/random.ts";
import { NONE, Rows } from "../kernel/rows.ts";
import { Listener, SYN_GIVE_UP_NS, SYN_RETRY_NS } from "./listener.ts";

test("L + 1 connections fit; further SYNs are dropped (backlog 0, 1, 5: 1, 2, 6 measured)", () => {
  for (const [backlog, fit] of [
    [0, 1],
    [1, 2],
    [5, 6],
  ] as const) {
    const listener = new Listener(backlog, 4096);
    const taken = Array.from({ length: 10 }, (_, task) => listener.offer(task, false)).filter(
      Boolean,
    );
    expect([taken.length, listener.size, listener.dropped]).toEqual([fit, fit, 10 - fit]);
  }
});

test("the kernel's somaxconn limits what the server asks for", () => {
  expect(new Listener(100_000, 4096).limit).toBe(4096);
});

test("connections are accepted in the order in which they came, by whoever asks", () => {
  const listener = new Listener(10, 4096);
  for (const task of [5, 6, 7]) listener.offer(task, false);
  const order = [0, 1, 1, 0].map((process) => listener.accept(process));
  expect(order).toEqual([5, 6, 7, NONE]);
});

function ownSockets(sockets: number, backlog: number): Listener {
  const hash = new Stream(1, "sockets");
  return new Listener(backlog, 4096, { sockets, hash, tasks: new Rows(512, "tasks") });
}

test("with SO_REUSEPORT a connection belongs to one process, an equal share to each", () => {
  const listener = ownSockets(4, 4096);
  for (let task = 0; task < 400; task++) listener.offer(task, false);
  const shares = [0, 1, 2, 3].map((process) => listener.sizeFor(process));
  expect(shares.reduce((sum, n) => sum + n, 0)).toBe(400);
  // Four standard deviations of a share of 100 in 400 at p = 1/4.
  for (const share of shares) expect(Math.abs(share - 100)).toBeLessThan(4 * Math.sqrt(75));
});

test("a SYN that is sent again meets the same full queue, and a dead process's is the next one's", () => {
  const listener = ownSockets(2, 0);
  while (listener.offer(0, false));
  const full = [0, 1].find((process) => listener.sizeFor(process) === 1)!;
  listener.offer(1, false);
  while (listener.sizeFor(1 - full) === 0) listener.offer(1, false);
  listener.accept(full);
  while (listener.offer(2, false));
  const { dropped } = listener;
  expect(listener.offer(2, true)).toBe(false);
  expect(listener.dropped).toBe(dropped + 1);
  const own = listener.closed(full);
  expect(listener.closed(full)).toBe(NONE);
  expect(own).not.toBe(NONE);
  listener.accept(1 - full);
  expect(listener.offer(3, false)).toBe(true);
  expect(listener.sizeFor(1 - full)).toBe(1);
});

test("a SYN is sent again after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s, and given up at 131 s", () => {
  expect(SYN_RETRY_NS.map((ns) => ns / 1e9)).toEqual([1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
  expect(SYN_GIVE_UP_NS / 1e9).toBe(131);
});
