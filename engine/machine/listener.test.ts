import { expect, test } from "vitest";
import { NONE } from "../kernel/rows.ts";
import { Listener, SYN_GIVE_UP_NS, SYN_RETRY_NS } from "./listener.ts";

test("L + 1 connections fit; further SYNs are dropped (backlog 0, 1, 5: 1, 2, 6 measured)", () => {
  for (const [backlog, fit] of [
    [0, 1],
    [1, 2],
    [5, 6],
  ] as const) {
    const listener = new Listener(backlog, 4096);
    const taken = Array.from({ length: 10 }, (_, task) => listener.offer(task)).filter(Boolean);
    expect([taken.length, listener.size, listener.dropped]).toEqual([fit, fit, 10 - fit]);
  }
});

test("the kernel's somaxconn limits what the server asks for", () => {
  expect(new Listener(100_000, 4096).limit).toBe(4096);
});

test("connections are accepted in the order in which they came; one put back goes first", () => {
  const listener = new Listener(10, 4096);
  for (const task of [5, 6, 7]) listener.offer(task);
  const first = listener.accept();
  listener.putBack(first);
  const order = [listener.accept(), listener.accept(), listener.accept(), listener.accept()];
  expect(order).toEqual([5, 6, 7, NONE]);
});

test("a SYN is sent again after 1, 2, 3, 4, 5, 7, 11, 19, 35 and 67 s, and given up at 131 s", () => {
  expect(SYN_RETRY_NS.map((ns) => ns / 1e9)).toEqual([1, 2, 3, 4, 5, 7, 11, 19, 35, 67]);
  expect(SYN_GIVE_UP_NS / 1e9).toBe(131);
});
